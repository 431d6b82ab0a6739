"""Odd words, stale forms and second clicks on the pages of points, hours and coverage."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Activity
from points.models import Budget, Rule, RuleVersion
from tests.sides import side
from volunteers.models import ServiceRecord

HUGE = "9" * 30
PAGES = ["/my/points/", "/my/points/print/", "/my/hours/", "/my/hours/print/", "/wenfeng/points/", "/wenfeng/volunteers/"]  # fmt: skip
LISTS = [
    *(f"/admin/points/{name}/" for name in ("account", "transfer", "rule", "budget", "owed", "seal", "ledgercheck")),
    "/admin/volunteers/volunteer/",
    "/admin/volunteers/servicerecord/",
]  # fmt: skip
COVERAGE = ["/desk/coverage/", "/wenfeng/grid/coverage/"]
ODD = ["0001", "9999", "0", "-1", HUGE, "x", "%00", "%F0%9F%98%80", "%E2%80%AE", "１２", "2026-13", "%27%25_"]
NAMES = ["person", "year", "before", "month", "community", "holder", "kind__exact", "state", "q", "p", "o", "unit", "day"]  # fmt: skip
EMOJI = "登记表😀䶮𬎆"


@pytest.fixture
def both(books):
    """One of everything here and next door."""
    books.here = side(books.community, books.east_building, books.branch, books.secretary, books.lin)
    return books


def test_no_odd_word_in_a_query_breaks_a_page(both, signed_in):
    resident, secretary = signed_in(both.lin_user), signed_in(both.secretary)
    wrong = []
    for client, pages in ((resident, PAGES), (secretary, LISTS + COVERAGE)):
        client.raise_request_exception = False
        for page in pages:
            for odd in ODD:
                query = "&".join(f"{name}={odd}" for name in NAMES)
                alone = f"year={odd}" if page in PAGES else f"month={odd}&state={odd}"
                answers = [client.get(f"{page}?{one}").status_code for one in (query, alone)]
                wrong += [(page, odd, code) for code in answers if code >= 500]
    assert wrong == []


@pytest.mark.parametrize("page", ["points", "hours"])
@pytest.mark.parametrize("person", ["0", HUGE, "x", "%00", "zhao", "wang"])
def test_somebody_else_s_book_is_not_there(both, signed_in, page, person):
    pk = getattr(both, person).pk if hasattr(both, person) else person
    for address in (f"/my/{page}/", f"/my/{page}/print/"):
        assert signed_in(both.lin_user).get(f"{address}?person={pk}").status_code in (400, 404)


@pytest.mark.parametrize("pk", ["0", HUGE, "x", "-1", "%F0%9F%98%80"])
def test_ids_that_are_none_lead_nowhere(both, signed_in, pk):
    client = signed_in(both.secretary)
    client.raise_request_exception = False
    codes = {client.get(f"{page}{pk}/change/", follow=True).status_code for page in LISTS}
    assert codes <= {200, 404}  # the back office leads back to its front page and says so


def test_the_next_community_s_objects_cannot_be_acted_on(both, signed_in):
    client = signed_in(both.neighbour_secretary)
    service, rule, budget = both.here.service.pk, both.here.rule.pk, both.here.budget.pk
    for page in (
        f"/admin/volunteers/servicerecord/{service}/verify/",
        f"/admin/volunteers/servicerecord/{service}/withdraw/",
        f"/admin/points/rule/{rule}/end/",
    ):
        assert client.post(page, {"reason": "错"}).status_code == 404
    client.post(f"/admin/points/budget/{budget}/change/", {"points": 1, "was": both.here.budget.points})
    assert Budget.objects.get(pk=budget).points == both.here.budget.points
    assert ServiceRecord.objects.get(pk=service).withdrawn_at is None


def lines(kind):
    return Activity.objects.filter(act=kind).count()


def paper(town, **more):
    yesterday = timezone.localdate() - timedelta(days=1)
    return {"resident": town.lin.pk, "day": yesterday, "start": "09:00", "end": "11:00", "hours": "", "what": "清扫楼道",
            "place": "东苑", "reason": "登记表"} | more  # fmt: skip


def test_paper_sent_twice_is_one_record(books, signed_in):
    client = signed_in(books.staff)
    for _click in "12":
        client.post("/admin/volunteers/servicerecord/add/", paper(books))
    assert ServiceRecord.objects.count() == 1


def test_a_second_click_verifies_and_withdraws_nothing_more(both, signed_in):
    client, pk = signed_in(both.secretary), both.here.service.pk
    for act in ("verify", "withdraw"):
        for _click in "12":
            client.post(f"/admin/volunteers/servicerecord/{pk}/{act}/", {"reason": EMOJI})
        assert lines(f"volunteers.{act}") == 1
    assert ServiceRecord.objects.get(pk=pk).withdrawn_reason.startswith("登记表")


def test_a_second_click_adopts_changes_and_ends_a_rule_once(books, signed_in):
    client = signed_in(books.secretary)
    inline = {"versions-TOTAL_FORMS": 0, "versions-INITIAL_FORMS": 0}
    terms = {
        "points": 3,
        "per": "time",
        "evidence": "none",
        "approver": "community",
        "source": "居民会议" + EMOJI,
        "since": books.today,
    }
    line = {
        "community": books.community.pk,
        "code": "E01",
        "category": "environment",
        "name": "大扫除",
        **terms,
        **inline,
    }
    assert [client.post("/admin/points/rule/add/", line).status_code for _click in "12"] == [302, 422]
    rule = Rule.objects.get(code="E01", community=books.community)
    change = {**terms, **inline, "points": 4, "since": books.today + timedelta(days=1)}
    page = f"/admin/points/rule/{rule.pk}/change/"
    assert [client.post(page, change).status_code for _click in "12"] == [302, 422]
    assert RuleVersion.objects.filter(rule=rule).count() == 2
    for _click in "12":
        client.post(reverse("admin:points_rule_end", args=[rule.pk]))
    assert lines("points.end_rule") == 1


def test_a_budget_changed_meanwhile_is_looked_at_again(books, signed_in):
    budget = Budget.objects.get(community=books.community, year=books.today.year)
    client, page = signed_in(books.secretary), f"/admin/points/budget/{budget.pk}/change/"
    form = client.get(page).context["adminform"].form
    before = lines("points.set_budget")
    assert form["was"].value() == budget.points
    for points in (2000, 2000):  # a double click
        assert client.post(page, {"points": points, "was": budget.points}).status_code == 302
    stale = client.post(page, {"points": 3000, "was": budget.points})
    assert stale.status_code == 422
    assert "2000" in stale.text
    assert client.post(page, {"points": 3000}).status_code == 422
    budget.refresh_from_db()
    assert (budget.points, lines("points.set_budget")) == (2000, before + 1)


def test_staff_look_at_a_budget_that_they_may_not_change(books, signed_in):
    budget = Budget.objects.get(community=books.community, year=books.today.year)
    page = signed_in(books.staff).get(f"/admin/points/budget/{budget.pk}/change/")
    assert page.status_code == 200
    assert 'name="points"' not in page.text


@pytest.mark.parametrize("points", ["-1", HUGE, "9" * 20, "3000000000", "x", "1.5", "", "\x00"])
def test_no_budget_of_odd_points(books, signed_in, points):
    budget = Budget.objects.get(community=books.community, year=books.today.year)
    page = f"/admin/points/budget/{budget.pk}/change/"
    answer = signed_in(books.secretary).post(page, {"points": points, "was": budget.points})
    assert answer.status_code == 422
    assert Budget.objects.get(pk=budget.pk).points == budget.points


@pytest.mark.parametrize("number", ["15400000021", "110101194912310021", "电话 154-0000-0021"])
def test_numbers_of_people_stay_out_of_free_text(both, signed_in, number):
    client, pk = signed_in(both.secretary), both.here.service.pk
    answers = [
        client.post("/admin/volunteers/servicerecord/add/", paper(both, reason=number)),
        client.post("/admin/volunteers/servicerecord/add/", paper(both, what=number)),
        client.post(f"/admin/volunteers/servicerecord/{pk}/withdraw/", {"reason": number}),
        client.post("/admin/points/rule/add/", {
            "community": both.community.pk, "code": "E01", "category": "environment", "name": "大扫除", "points": 3, "per": "time",
            "evidence": "none", "approver": "community", "source": number, "since": both.today, "versions-TOTAL_FORMS": 0, "versions-INITIAL_FORMS": 0,
        }),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [422] * 4
    assert all("请勿" in answer.text or "不要" in answer.text for answer in answers)
