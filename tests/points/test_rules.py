"""Rules in full: several caps at once, units, households, and why an award gave nothing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from config.errors import DomainError
from points import operations
from points.models import Account, Period, Rule, RuleVersion
from points.operations import Award, KeyReused, adopt_rule, award, preview
from points.recount import check_ledger
from residents.operations import set_relations


def adopt(t, code="T01", since=None, **terms):
    return adopt_rule(
        community=t.community, code=code, category=Rule.Category.SAFETY, name="巡逻", by=None,
        since=since or date(t.today.year - 1, 1, 1), **terms,
    )  # fmt: skip


def posted(person):
    account = Account.objects.filter(resident=person).first()
    return account.posted if account else 0


def midweek(day):
    """The Wednesday of the week before `day`, in the middle of a month where that can be."""
    return day - timedelta(days=day.weekday() + 5)


def give(t, rule, *days, **more):
    first = Account.objects.count() * 1000 + rule.pk * 100
    wanted = [
        Award(t.lin.pk, rule.pk, day, f"x:{rule.pk}:{first}:{number}:{day}", **more)
        for number, day in enumerate(days)
    ]
    return award(wanted, community=t.community, by=t.staff)


def test_all_caps_hold_together(books):
    day = midweek(books.today)
    operations.set_budget(community=books.community, year=day.year, points=1000, by=None)
    rule = adopt(books, points=3, cap_day=4, cap_week=6, cap_month=7, cap_year=8)
    give(books, rule, day, day)
    assert posted(books.lin) == 4  # of the day
    give(books, rule, day + timedelta(days=1))
    assert posted(books.lin) == 6  # of the week
    other_week = next(
        one for one in (day - timedelta(days=7), day + timedelta(days=7)) if one.month == day.month
    )
    give(books, rule, other_week)
    assert posted(books.lin) == 7  # of the month
    first, last = Period.around(Period.YEAR, day)
    other_month = first if day.month > 1 else last
    give(books, rule, other_month)
    assert posted(books.lin) == 8  # of the year
    assert check_ledger().findings == []


def test_caps_of_one_list_count_each_other(books):
    rule = adopt(books, points=3, cap_day=4, cap_year=5)
    answer = give(books, rule, books.today, books.today, books.today)
    assert posted(books.lin) == 4
    assert list(answer.left_out.values()) == ["cap"]


@pytest.mark.parametrize(
    ("terms", "more", "points"),
    [({"per": "hour", "points": 2}, {"hours": Decimal("1.5"), "times": 9}, 3), ({"per": "item", "points": 5}, {"times": 3}, 15),
     ({"per": "visit", "points": 3}, {"hours": Decimal(2)}, 3), ({"per": "half_day", "points": 3, "cap_month": 5}, {"times": 2}, 5)],
)  # fmt: skip
def test_units_are_counted_by_the_hour_or_by_the_time(books, terms, more, points):
    give(books, adopt(books, **terms), books.today, **more)
    assert posted(books.lin) == points


def test_a_household_is_credited_at_its_head_and_capped_as_one(home):
    def month(person, key, day=home.today):
        return award([Award(person.pk, home.clean.pk, day, key)], community=home.community, by=home.staff)

    assert month(home.sister, "claim:1").written
    assert (posted(home.lin), posted(home.sister)) == (5, 0)
    assert month(home.lin, "claim:2").left_out == {"claim:2": "cap"}
    other_month = date(home.today.year, 1 if home.today.month > 1 else 2, 1)
    month(home.sister, "claim:3", other_month)
    assert posted(home.lin) == 8  # of the year
    set_relations(
        household=home.home, relations={home.sister.pk: "head", home.lin.pk: "other"}, by=home.staff
    )
    assert month(home.sister, "claim:4").left_out == {"claim:4": "cap"}  # another head, the same household
    assert month(home.sister, "claim:1").repeated
    assert month(home.wang, "claim:5").written  # without a household one stands for oneself
    with pytest.raises(KeyReused):
        month(home.wang, "claim:1")
    assert check_ledger().findings == []


def test_what_gives_nothing_says_why(books):
    small = adopt(books, points=1, per="hour")
    wanted = [
        Award(books.zhao.pk, books.open.pk, books.today, "x:1"),
        Award(books.lin.pk, books.open.pk, books.today - timedelta(days=800), "x:2"),
        Award(books.lin.pk, small.pk, books.today, "x:3", Decimal("0.5")),
        Award(books.lin.pk, books.open.pk, books.today, "x:4"),
    ]
    told = [(one.award.key, one.points, one.why) for one in preview(wanted, community=books.community)]
    assert told == [("x:1", 0, "elsewhere"), ("x:2", 0, "no_rule"), ("x:3", 0, "nothing"), ("x:4", 5, "")]
    assert not Account.objects.holders().exists()  # nothing was written
    done = award(wanted, community=books.community, by=books.staff)
    assert done.left_out == {"x:1": "elsewhere", "x:2": "no_rule", "x:3": "nothing"}
    assert list(done.written) == ["x:4"]


def test_a_version_speaks_in_plain_words(books):
    version = RuleVersion(
        rule=books.open, points=5, per="month", for_household=True, cap_month=5, cap_year=20
    )
    assert (version.gives, version.limit) == ("以户计，每月 5 分", "每月最多 5 分，每年最多 20 分")
    assert version.caps == {"month": 5, "year": 20}


@pytest.mark.parametrize("terms", [{"points": 0}, {"points": 1, "cap_day": 0}, {"points": -2}])
def test_terms_that_give_nothing_are_refused(books, terms):
    with pytest.raises(DomainError):
        adopt(books, **terms)
    assert not Rule.objects.filter(code="T01").exists()
