"""Points lapse by the year, people are told before, and what belongs to somebody long gone ends too."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from community.models import Unit
from notifications.models import InboxMessage
from points import lapsing, operations
from points.models import Account, Budget, Kind, LapseNotice, Transfer
from residents.models import Household
from residents.operations import died, move_out

LAST_YEAR = timezone.localdate().year - 1
DECEMBER = date(LAST_YEAR + 1, 12, 20)
NEW_YEAR = date(LAST_YEAR + 2, 1, 1)


@pytest.fixture
def old(books):
    """王 has five points of last year and five of this one."""
    operations.set_budget(community=books.community, year=LAST_YEAR, points=1000, by=None)
    rule = operations.adopt_rule(
        community=books.community, code="M09", category="morality", name="好家风", by=None, since=date(LAST_YEAR, 1, 1), points=5,
    )  # fmt: skip
    days = {"last": date(LAST_YEAR, 12, 31), "this": date(LAST_YEAR + 1, 1, 1)}
    operations.award(
        [operations.Award(books.wang.pk, rule.pk, day, key) for key, day in days.items()],
        community=books.community,
        by=None,
    )
    books.account = Account.objects.get(resident=books.wang)
    return books


def available(t):
    t.account.refresh_from_db()
    return t.account.available


def test_points_are_good_to_the_end_of_the_next_calendar_year(old):
    assert lapsing.lapse(DECEMBER + timedelta(days=11)) == "0分到期失效"
    assert available(old) == 10
    assert lapsing.lapse(NEW_YEAR) == "5分到期失效"
    assert available(old) == 5
    assert lapsing.lapse(NEW_YEAR) == "0分到期失效"
    row = Transfer.objects.get(kind=Kind.EXPIRE)
    assert (row.amount, row.value_date, row.detail.cause) == (5, NEW_YEAR, f"expiry:{LAST_YEAR}-12-31")


def test_what_was_redeemed_is_taken_from_the_oldest(old):
    held = operations.reserve(account=old.account, amount=4, key="order:1", by=old.staff)
    operations.fulfil(reservation=held, by=old.staff)
    lapsing.lapse(NEW_YEAR)
    assert available(old) == 5


def test_they_never_lapse_where_it_is_so_decided(old, settings):
    settings.POINTS_LAST_YEARS = None
    lapsing.lapse(NEW_YEAR)
    assert lapsing.tell(DECEMBER) == ""
    assert available(old) == 10


def test_people_are_told_once_and_in_december(old):
    assert lapsing.tell(date(LAST_YEAR + 1, 12, 1)) == ""
    assert lapsing.tell(date(LAST_YEAR + 1, 12, 2)) == "统计了1人"
    assert lapsing.tell(DECEMBER) == "统计了0人"
    told = InboxMessage.objects.get(account=old.wang_user, kind="points_lapse")
    assert "5分" in told.text
    assert f"{LAST_YEAR + 1}年12月31日" in told.text
    notice = LapseNotice.objects.get()
    assert (notice.account, notice.points, notice.told) == (old.account, 5, True)


def test_who_has_no_account_stays_on_the_list_of_those_to_be_told(old, signed_in):
    type(old.wang).objects.filter(pk=old.wang.pk).update(user=None)
    lapsing.tell(DECEMBER)
    assert LapseNotice.objects.get().told is False
    page = signed_in(old.staff).get(f"/admin/points/lapsenotice/?told__exact=0&year={DECEMBER.year}")
    assert old.wang.name in page.text
    other = signed_in(old.neighbour_staff).get("/admin/points/lapsenotice/")
    assert old.wang.name not in other.text


@pytest.mark.parametrize("leaving", [died, move_out])
def test_who_is_gone_may_have_them_redeemed_for_a_while(old, leaving, settings):
    today = timezone.localdate()
    leaving(resident=old.wang, left_on=today, by=old.staff)
    old.wang.refresh_from_db()
    last = today + timedelta(days=settings.POINTS_AFTER_LEAVING)
    assert operations.good_until(old.wang) == last
    assert "10分" in operations.after_leaving(old.wang)
    assert operations.expire_left(community=old.community, today=last, by=None) == 0
    held = operations.reserve(account=old.account, amount=3, key="order:1", by=old.staff)
    assert operations.expire_left(community=old.community, today=last + timedelta(days=1), by=None) == 7
    operations.release(reservation=held, by=old.staff)
    assert operations.expire_left(community=old.community, today=last + timedelta(days=1), by=None) == 3
    assert operations.expire_left(community=old.community, today=last + timedelta(days=1), by=None) == 0
    assert available(old) == 0


@pytest.mark.parametrize("leaving", [died, move_out])
def test_the_end_of_a_year_does_not_cut_short_what_was_promised(old, leaving, settings):
    settings.POINTS_AFTER_LEAVING = 800
    today = timezone.localdate()
    leaving(resident=old.wang, left_on=today, by=old.staff)
    lapsing.lapse(NEW_YEAR)
    assert available(old) == 10
    lapsing.lapse(today + timedelta(days=800))
    assert available(old) == 10
    lapsing.lapse(today + timedelta(days=801))
    assert available(old) == 0


def test_noting_that_somebody_left_says_what_becomes_of_the_points(old, signed_in):
    client = signed_in(old.staff)
    said = {"reason": "moved", "left_on": timezone.localdate().isoformat(), "why": ""}
    answer = client.post(f"/desk/residents/{old.wang.pk}/leave/", said, follow=True)
    assert answer.status_code == 200
    assert f"{old.wang.name}：账户内还有10分" in answer.text


def test_of_a_household_that_leaves_it_is_said_for_everybody(old, signed_in):
    home = Household.objects.create(community=old.community, path=old.wang.path)
    type(old.wang).objects.filter(pk=old.wang.pk).update(household=home, relation="head")
    said = {
        "reason": "moved",
        "whole_household": "on",
        "left_on": timezone.localdate().isoformat(),
        "why": "",
    }
    client, page = signed_in(old.staff), f"/desk/residents/{old.wang.pk}/leave/"
    assert client.get(page).context["form"]["reason"].value() is None  # nobody moves away by a careless click
    assert client.post(page, said | {"reason": ""}).status_code == 422
    assert f"{old.wang.name}：账户内还有10分" in client.post(page, said, follow=True).text


def test_the_books_stay_right(old):
    from points.recount import check_ledger

    lapsing.lapse(NEW_YEAR)
    died(resident=old.wang, left_on=timezone.localdate(), by=old.staff)
    lapsing.lapse(NEW_YEAR + timedelta(days=300))
    assert available(old) == 0
    assert check_ledger().found == 0


@pytest.mark.parametrize(
    ("drawn", "day", "ends"),
    [
        (0, date(2026, 6, 30), None),
        (400, date(2026, 1, 20), None),  # too early to tell
        (490, date(2026, 6, 30), None),
        (600, date(2026, 6, 30), date(2026, 10, 28)),
        (1000, date(2026, 6, 30), date(2026, 6, 30)),
        (497, date(2026, 6, 30), date(2026, 12, 30)),
        (495, date(2026, 6, 30), None),
    ],
)
def test_the_pace_of_a_budget(drawn, day, ends):
    budget = Budget(community=Unit(), year=2026, points=1000, drawn=drawn)
    assert budget.lasts_until(day) == ends


@pytest.mark.parametrize("points", [25_000, 3_000_000_000, 2**63 - 1])
def test_a_budget_hardly_touched_lasts(points):
    assert Budget(community=Unit(), year=2026, points=points, drawn=2).lasts_until(date(2026, 11, 23)) is None
