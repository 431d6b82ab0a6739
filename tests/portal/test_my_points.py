"""The statement: what a resident has in points and how it came about."""

import re
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from events.models import Attendance, Event, Session
from points import operations
from points.models import Account, Transfer
from residents.models import Household, Resident
from residents.operations import move_out
from shop.operations import agree
from tests.points.conftest import give_points


@pytest.fixture
def books(town):
    return give_points(town)


def attend(t, resident, title="社区合唱", internal=False):
    """Somebody was there, and has the points for it."""
    event = Event.objects.create(unit=t.community, kind="culture", title=title, place="广场", created_by=t.staff,
                                 published_at=timezone.now(), published_by=t.staff, is_internal=internal)  # fmt: skip
    start = timezone.now() - timedelta(hours=3)
    session = Session.objects.create(
        event=event, community=t.community, starts_at=start, ends_at=start + timedelta(hours=2)
    )
    attendance = Attendance.objects.create(session=session, resident=resident, by=t.staff)
    key = f"attendance:{attendance.pk}"
    give(t, resident, t.open, key)
    return key


def give(t, resident, rule, key, hours=0):
    one = operations.Award(resident.pk, rule.pk, t.today, key, Decimal(hours), key)
    return operations.award([one], community=t.community, by=t.staff)


def page(signed_in, user, query=""):
    return signed_in(user).get("/my/points/" + query)


def test_the_statement_says_what_for(books, signed_in):
    attend(books, books.lin)
    answer = page(signed_in, books.lin_user)
    for words in ("好人好事", "社区合唱", "+5"):
        assert words in answer.text, words
    assert answer["Cache-Control"] == "no-store, private"
    assert "社区合唱" not in page(signed_in, books.wang_user).text


def test_what_was_taken_back_reserved_and_redeemed_reads_plainly(books, signed_in):
    key = attend(books, books.lin)
    attend(books, books.lin, "书法课")
    account = Account.objects.get(resident=books.lin)
    reserve = operations.reserve(account=account, amount=4, key="order:1", by=books.staff)
    assert "预留兑换" in page(signed_in, books.lin_user).text
    operations.fulfil(reservation=reserve, by=books.staff)
    operations.take_back([key], community=books.community, by=books.staff, reason="重复签到")
    text = page(signed_in, books.lin_user).text
    for words in ("撤回：好人好事", "重复签到", "已兑换", "−5", "−4"):
        assert words in text, words


def test_what_is_still_owed_names_the_award(books, signed_in):
    key = attend(books, books.lin)
    account = Account.objects.get(resident=books.lin)
    operations.fulfil(reservation=operations.reserve(account=account, amount=4, key="o", by=books.staff), by=books.staff)  # fmt: skip
    operations.take_back([key], community=books.community, by=books.staff)
    text = page(signed_in, books.lin_user).text
    assert "社区合唱" in text
    assert "4 分已经用掉" in text
    give(books, books.lin, books.open, "x:1")
    text = page(signed_in, books.lin_user).text
    assert "抵扣此前应扣的积分" in text
    assert "分已经用掉" not in text


def test_an_internal_event_is_named_but_not_linked(books, signed_in):
    attend(books, books.lin, "内部会议", internal=True)
    text = page(signed_in, books.lin_user).text
    assert "内部会议" in text
    assert "/wenfeng/events/" not in text.split("内部会议")[0][-200:]


def test_nobody_reads_another_persons_statement(books, signed_in):
    attend(books, books.lin)
    assert page(signed_in, books.wang_user, f"?person={books.lin.pk}").status_code == 404
    assert page(signed_in, books.wang_user, "?person=x").status_code == 404
    for path in ("/my/points/", "/my/points/print/"):
        assert signed_in(books.wang_user).get(path + f"?person={books.lin.pk}").status_code == 404
    assert page(signed_in, books.stranger).status_code == 200


def test_without_points_it_says_how_to_earn_them(books, signed_in):
    text = page(signed_in, books.lin_user).text
    assert "还没有积分" in text
    assert "/wenfeng/points/" in text


def test_it_pages_by_key_and_narrows_to_a_year(books, signed_in):
    for number in range(25):
        give(books, books.lin, books.open, f"x:{number}")
    client = signed_in(books.lin_user)
    first = client.get("/my/points/")
    assert len(first.context["lines"]) == 15
    second = client.get("/my/points/" + first.context["older_url"])
    assert len(second.context["lines"]) == 10
    assert second.context["older_url"] == ""
    assert client.get(f"/my/points/?year={books.today.year}").context["year"] == books.today.year
    for odd in ("?year=0", "?year=99999", "?before=x", "?before=-1", "?before=" + "9" * 30, "?year=²"):
        assert client.get("/my/points/" + odd).status_code == 200, odd


def test_any_number_of_lines_takes_the_same_queries(books, signed_in, django_assert_num_queries):
    client = signed_in(books.lin_user)
    attend(books, books.lin)

    def asked():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            assert client.get("/my/points/").status_code == 200
        return len(queries)

    asked()
    few = asked()
    for number in range(20):
        attend(books, books.lin, f"活动{number}")
    assert asked() == few
    assert few <= 12


def test_the_passbook_runs_forward_and_brings_the_balance(books, signed_in):
    attend(books, books.lin)
    attend(books, books.lin, "书法课")
    first = Transfer.objects.order_by("pk").first()
    answer = signed_in(books.lin_user).get("/my/points/print/")
    assert answer.text.index("社区合唱") < answer.text.index("书法课")
    assert answer.context["brought"] == 0
    assert first.balance_after == 5
    assert signed_in(books.lin_user).get("/my/points/print/?year=x").status_code == 200
    assert signed_in(books.wang_user).get("/my/points/print/").status_code == 404


def test_my_page_shows_the_balance(books, signed_in):
    attend(books, books.lin)
    text = signed_in(books.lin_user).get("/my/").text
    assert "/my/points/" in text
    assert "<b>5</b>" in text


def test_the_passbook_is_large_on_the_screen_of_elders(town, books, signed_in):
    attend(town, town.lin)
    client = signed_in(town.lin_user)
    assert 'class="elder"' not in client.get("/my/points/print/").text
    client.cookies["elder"] = "1"
    assert 'class="elder"' in client.get("/my/points/print/").text


def test_old_points_say_until_when_they_are_good(books, signed_in):
    last = books.today.year - 1
    operations.set_budget(community=books.community, year=last, points=100, by=None)
    rule = operations.adopt_rule(
        community=books.community, code="M09", category="morality", name="好家风", by=None, since=date(last, 1, 1), points=7,
    )  # fmt: skip
    one = operations.Award(books.lin.pk, rule.pk, date(last, 5, 1), "old")
    operations.award([one], community=books.community, by=None)
    for address in ("", "print/"):
        text = page(signed_in, books.lin_user, address).text
        assert "7分为往年所得" in text, address
        assert f"{books.today.year}年12月31日" in text, address


def test_the_statement_is_taken_away_as_a_spreadsheet(books, signed_in):
    attend(books, books.lin)
    answer = page(signed_in, books.lin_user, "sheet/")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.getvalue())).get_sheet_by_index(0).to_python()
    assert rows[0] == ["日期", "内容", "事由", "积分", "结余"]
    assert rows[1][1:] == ["好人好事", rows[1][2], 5.0, 5.0]
    assert "社区合唱" in rows[1][2]
    assert answer["Cache-Control"] == "no-store, private"
    assert page(signed_in, books.wang_user, f"sheet/?person={books.lin.pk}").status_code == 404


def test_parents_see_the_points_of_their_small_children(books, signed_in):
    home = Household.objects.create(community=books.community, path=books.east_building.path, number="9")
    Resident.objects.filter(pk=books.lin.pk).update(household=home, relation="head")
    child, grown = (
        Resident.objects.create(
            community=books.community, unit=books.east_building, path=books.east_building.path, name=name, state="together",
            household=home, relation="child", born_on=books.today - timedelta(days=days),
        )
        for name, days in (("林小花", 3000), ("林大山", 9000))
    )  # fmt: skip
    give(books, child, books.open, "child:1")
    text = page(signed_in, books.lin_user).text
    assert "林小花" in text
    assert "林大山" not in text
    assert "本户积分" in text
    assert "+5" in page(signed_in, books.lin_user, f"?person={child.pk}").text
    assert page(signed_in, books.lin_user, f"?person={grown.pk}").status_code == 404


def test_adults_count_into_the_household_once_they_agreed(books, signed_in):
    home = Household.objects.create(community=books.community, path=books.east_building.path, number="9")
    Resident.objects.filter(pk__in=[books.lin.pk, books.wang.pk]).update(household=home, relation="other")
    give(books, books.lin, books.open, "lin:1")
    give(books, books.wang, books.open, "wang:1")
    assert "本户积分" not in page(signed_in, books.lin_user).text
    agree(resident=Resident.objects.get(pk=books.wang.pk), by=books.wang_user)
    text = page(signed_in, books.lin_user).text
    assert re.search(r"本户积分.*王.*<b>5</b>.*<b>10</b>", text, re.DOTALL)
    assert "本户积分" not in page(signed_in, books.wang_user).text  # the other one has not agreed


def test_who_agreed_to_earlier_terms_is_asked_until_they_run_out(books, signed_in):
    def publish(since, old_until=None):
        return operations.publish_terms(
            community=books.community, text="章程", since=since, old_until=old_until, by=None
        )

    def days(n):
        return books.today + timedelta(days=n)

    assert "积分制：加入与退出" not in page(signed_in, books.lin_user).text  # nothing to join yet
    first = publish(days(-30))
    assert "尚未加入积分制" in page(signed_in, books.lin_user).text
    operations.join(resident=books.lin, terms=first, by=books.lin_user)
    text = page(signed_in, books.lin_user).text
    assert "章程已更新" not in text
    assert "积分制：加入与退出" in text
    publish(days(-20), days(5))
    assert "原来的同意有效至" in page(signed_in, books.lin_user).text
    publish(days(-10), days(-1))
    assert "原来的同意已到期" in page(signed_in, books.lin_user).text
    assert not operations.members_on(books.today, [books.lin.pk], community=books.community)


def test_who_moved_away_reads_until_when_the_points_are_good(books, signed_in):
    attend(books, books.lin)
    move_out(resident=books.lin, left_on=books.today, by=books.staff)
    answer = page(signed_in, books.lin_user)
    assert f"您的居民档案已从{books.community}转出。" in answer.text
    assert "账户内还有5分" in answer.text
    assert "好人好事" in answer.text
    assert "还没有积分" not in answer.text
    assert "申报积分" not in answer.text
    assert page(signed_in, books.wang_user, f"?person={books.lin.pk}").status_code == 404
