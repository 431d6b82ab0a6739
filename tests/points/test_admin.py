"""The back office: the books are read in scope, rules and budgets go through their operations."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from events.models import Attendance
from points import operations
from points.admin_filters import MonthFilter
from points.models import Account, Budget, Rule, RuleVersion, Transfer, TransferDetail
from points.operations import Award
from tests.town import appoint, person


def url(model, page, *args):
    return reverse(f"admin:points_{model}_{page}", args=args)


def found(client, model, query=""):
    answer = client.get(url(model, "changelist") + query)
    assert answer.status_code == 200
    return [row.pk for row in answer.context["cl"].result_list]


@pytest.fixture
def given(books):
    """Lin was at the choir, Wang helped."""
    t = books
    t.attendance = Attendance.objects.create(session=t.choir_monday, resident=t.lin, by=t.staff)
    t.key = f"attendance:{t.attendance.pk}"
    awards = [
        Award(t.lin.pk, t.open.pk, t.today, t.key),
        Award(t.wang.pk, t.open.pk, t.today, "attendance:0"),
    ]
    operations.award(awards, community=t.community, by=t.staff)
    t.transfer = Transfer.objects.get(key=t.key)
    t.account = Account.objects.get(resident=t.lin)
    return t


def test_accounts_are_found_by_number_and_by_person(given, signed_in):
    client = signed_in(given.staff)
    assert len(found(client, "account")) == 2
    for typed in (str(given.account.pk), f"№{given.account.pk}", "林秀英", "lxy", "15400000021"):
        answer = client.post(url("account", "changelist"), {"q": typed}, follow=True)
        assert [row.pk for row in answer.context["cl"].result_list] == [given.account.pk], typed
    assert found(client, "account", "?q=nobody") == []


def test_transfers_are_found_by_number_key_account_kind_and_month(given, signed_in):
    client = signed_in(given.staff)
    month = f"{given.today:%Y-%m}"
    for query in (f"?q={given.key}", f"?q={given.transfer.pk}", f"?holder={given.account.pk}"):
        assert found(client, "transfer", query) == [given.transfer.pk], query
    for query in ("", f"?month={month}", "?kind__exact=award", f"?kind__exact=award&month={month}"):
        assert len(found(client, "transfer", query)) == 2, query
    for query in ("?month=2001-01", "?month=x", "?kind__exact=expire", "?q=attendance", "?holder=x&q=zzz"):
        assert found(client, "transfer", query) == [], query


def test_a_kind_is_looked_for_within_a_month(given, signed_in):
    page = signed_in(given.staff).get(url("transfer", "changelist") + "?kind__exact=award")
    (months,) = [spec for spec in page.context["cl"].filter_specs if isinstance(spec, MonthFilter)]
    assert months.value() == f"{given.today:%Y-%m}"


def test_the_next_community_sees_nothing(given, signed_in):
    client = signed_in(given.neighbour_staff)
    assert found(client, "transfer", f"?holder={given.account.pk}") == []
    assert found(client, "transfer", f"?community={given.community.pk}") == []
    assert found(client, "account", f"?q={given.account.pk}") == []
    assert client.get(url("transfer", "change", given.transfer.pk)).status_code == 404


def test_whoever_sees_several_communities_looks_at_one_at_a_time(given, signed_in):
    both = person("两边", 70)
    appoint(both, "staff", unit=given.community)
    appoint(both, "staff", unit=given.neighbour)
    client = signed_in(both)
    assert len(found(client, "transfer")) == 2
    assert found(client, "transfer", f"?community={given.neighbour.pk}") == []
    assert found(client, "transfer", "?community=x") == []
    assert len(found(client, "transfer", f"?holder={given.account.pk}")) == 1


def test_a_transfer_shows_its_cause_and_who(given, signed_in):
    text = signed_in(given.staff).get(url("transfer", "change", given.transfer.pk)).text
    for words in ("社区合唱", f"/desk/sessions/{given.choir_monday.pk}/", "每次 5 分", "社工", given.key):
        assert words in text, words
    TransferDetail.objects.filter(transfer=given.transfer).delete()
    assert "已清除" in signed_in(given.staff).get(url("transfer", "change", given.transfer.pk)).text


def test_the_books_cannot_be_written_here(given, signed_in):
    client = signed_in(given.secretary)
    for model, row in (("transfer", given.transfer), ("account", given.account)):
        assert client.post(url(model, "change", row.pk), {"posted": 99}).status_code == 403
        assert client.get(url(model, "add")).status_code == 403


def plan(sql):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # with so few rows it would rather read the whole table
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
        words = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
        cursor.execute(words + sql.replace("%", "%%"))
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


@pytest.mark.parametrize(
    ("query", "index"),
    [("", "transfer_of_a_day"), ("?month=now", "transfer_of_a_day"), ("?kind__exact=award", "transfer_of_a_day"),
     ("?holder=now", "transfer_of_a_holder")],
)  # fmt: skip
def test_a_list_of_transfers_is_read_along_an_index(given, signed_in, query, index):
    client = signed_in(given.staff)
    query = query.replace("month=now", f"month={given.today:%Y-%m}").replace(
        "holder=now", f"holder={given.account.pk}"
    )
    with CaptureQueriesContext(connection) as queries:
        found(client, "transfer", query)
    asked = [one["sql"] for one in queries.captured_queries if 'FROM "points_transfer"' in one["sql"]]
    assert asked
    for sql in asked:
        shown = plan(sql)
        assert index in shown or "transfer_of_a_day" in shown, shown
        assert "TEMP B-TREE" not in shown, shown
        assert "Seq Scan on points_transfer" not in shown, shown


def test_many_transfers_take_the_same_queries(given, signed_in):
    client = signed_in(given.staff)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            found(client, "transfer")
        return len(queries)

    asked()
    few = asked()
    more = [Award(given.lin.pk, given.open.pk, given.today, f"x:{number}") for number in range(40)]
    operations.award(more, community=given.community, by=given.staff)
    assert asked() == few


TERMS = {
    "points": 3,
    "per": "time",
    "cap_month": 15,
    "evidence": "sign_in",
    "approver": "grid_worker",
    "source": "2026年居民会议",
}
INLINE = {"versions-TOTAL_FORMS": 0, "versions-INITIAL_FORMS": 0}


def post(client, page, data):
    return client.post(page, {**INLINE, **data})


def test_a_rule_is_adopted_changed_by_a_version_and_ended(books, signed_in):
    client, today = signed_in(books.secretary), books.today
    line = {"community": books.community.pk, "code": "E01", "category": "environment", "name": "周六大扫除"}
    assert post(client, url("rule", "add"), {**line, **TERMS, "since": today}).status_code == 302
    rule = Rule.objects.get(code="E01", community=books.community)
    later = today + timedelta(days=3)
    page = url("rule", "change", rule.pk)
    assert "每月最多 15 分" in client.get(page).text
    assert post(client, page, {**TERMS, "points": 4, "since": later}).status_code == 302
    assert list(rule.versions.values_list("number", "points", "since")) == [(2, 4, later), (1, 3, today)]
    refused = post(client, page, {**TERMS, "since": today})
    assert refused.status_code == 422
    assert RuleVersion.objects.filter(rule=rule).count() == 2
    assert client.get(reverse("admin:points_rule_end", args=[rule.pk])).status_code == 200
    assert client.post(reverse("admin:points_rule_end", args=[rule.pk])).status_code == 302
    rule.refresh_from_db()
    assert rule.ended_at
    assert rule.version_on(later) is None
    late = Award(books.lin.pk, rule.pk, later, "x:1")
    assert not operations.award([late], community=books.community, by=None).written
    assert post(client, page, {**TERMS, "since": later}).status_code == 403
    assert client.get(page).status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"points": 0}, {"cap_day": "0"}, {"cap_month": "x"}, {"category": "conduct"}, {"evidence": ""}, {"source": ""}, {"since": "x"}, {"code": "A01"}, {"points": "9" * 20}]
)  # fmt: skip
def test_a_rule_that_does_not_fit_is_refused_beside_the_field(books, signed_in, wrong):
    line = {"community": books.community.pk, "code": "E01", "category": "environment", "name": "周六大扫除"}
    data = {**line, **TERMS, "since": books.today, **wrong}
    assert post(signed_in(books.secretary), url("rule", "add"), data).status_code == 422
    assert not Rule.objects.filter(name="周六大扫除").exists()


def test_rules_are_for_the_secretary_of_the_place(books, signed_in):
    line = {"community": books.community.pk, "code": "E01", "category": "environment", "name": "x"}
    data = {**line, **TERMS, "since": books.today}
    assert post(signed_in(books.staff), url("rule", "add"), data).status_code == 403
    assert post(signed_in(books.neighbour_secretary), url("rule", "add"), data).status_code == 422
    end = reverse("admin:points_rule_end", args=[books.open.pk])
    assert signed_in(books.staff).post(end).status_code == 403
    assert signed_in(books.neighbour_secretary).post(end).status_code == 404
    assert signed_in(books.staff).get(url("rule", "change", books.open.pk)).status_code == 200


def test_a_budget_is_set_and_not_below_what_was_issued(given, signed_in):
    client, year = signed_in(given.secretary), given.today.year
    add = {"community": given.community.pk, "year": year + 1, "points": 500}
    assert client.post(url("budget", "add"), add).status_code == 302
    assert Budget.objects.get(community=given.community, year=year + 1).points == 500
    assert client.post(url("budget", "add"), add).status_code == 422
    assert client.post(url("budget", "add"), {**add, "year": 1999}).status_code == 422
    budget = Budget.objects.get(community=given.community, year=year)
    page = url("budget", "change", budget.pk)
    refused = client.post(page, {"points": 3, "was": budget.points})
    assert refused.status_code == 422
    assert "已发放 10 分" in refused.text
    assert client.post(page, {"points": 12, "was": budget.points}).status_code == 302
    budget.refresh_from_db()
    assert (budget.points, budget.drawn) == (12, 10)


def test_the_residents_card_shows_the_balance_to_those_who_see_the_books(given, signed_in):
    page = reverse("residents:desk_resident", args=[given.lin.pk])
    link = url("account", "change", given.account.pk)
    assert link in signed_in(given.staff).get(page).text
    assert link not in signed_in(given.east_worker).get(page).text
