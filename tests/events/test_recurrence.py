"""Rules give the right days; holidays of 2026 as the State Council announced them."""

from datetime import date, time

import pytest

from events.recurrence import MOST, Rule

HALF_PAST_TWO, FOUR = time(14, 30), time(16)


def rule(how, first, **more):
    return Rule(how=how, first=first, start=HALF_PAST_TWO, end=FOUR, **more)


def held(found):
    return [one.day for one in found.days() if not one.skipped]


def test_mondays_and_thursdays_around_national_day(db):
    found = rule("weekly", date(2026, 9, 24), weekdays=(0, 3), until=date(2026, 10, 12), skips_holidays=True)
    assert held(found) == [date(2026, 9, 24), date(2026, 9, 28), date(2026, 10, 8), date(2026, 10, 12)]
    assert [(one.day, one.skipped) for one in found.days() if one.skipped] == [
        (date(2026, 10, 1), "国庆节"),
        (date(2026, 10, 5), "国庆节"),
    ]


def test_without_asking_nothing_is_skipped(db):
    found = rule("weekly", date(2026, 9, 24), weekdays=(0, 3), until=date(2026, 10, 12))
    assert len(held(found)) == 6


def test_worked_weekends_are_skipped_when_asked(db):
    found = rule(
        "weekly",
        date(2026, 9, 26),
        weekdays=(5,),
        until=date(2026, 10, 17),
        skips_holidays=True,
        skips_worked=True,
    )
    assert held(found) == [date(2026, 10, 17)]  # Mid-Autumn, National Day, and the tenth is worked
    only_days_off = rule(
        "weekly", date(2026, 9, 26), weekdays=(5,), until=date(2026, 10, 17), skips_holidays=True
    )
    assert held(only_days_off) == [date(2026, 10, 10), date(2026, 10, 17)]


def test_a_count_counts_what_takes_place(db):
    found = rule("weekly", date(2026, 9, 24), weekdays=(3,), count=3, skips_holidays=True)
    assert held(found) == [date(2026, 9, 24), date(2026, 10, 8), date(2026, 10, 15)]


@pytest.mark.parametrize(
    ("more", "first", "days"),
    [
        ({"how": "weekly", "every": 2}, date(2026, 3, 4), [(3, 4), (3, 18), (4, 1)]),
        ({"how": "monthly"}, date(2026, 1, 15), [(1, 15), (2, 15), (3, 15)]),
        ({"how": "monthly", "month_day": 31}, date(2026, 1, 1), [(1, 31), (2, 28), (3, 31)]),
        ({"how": "monthly", "month_day": 30}, date(2026, 1, 1), [(1, 30), (2, 28), (3, 30)]),
        ({"how": "monthly", "every": 3}, date(2026, 1, 5), [(1, 5), (4, 5), (7, 5)]),
        ({"how": "nth", "nth": 2, "nth_weekday": 5}, date(2026, 3, 1), [(3, 14), (4, 11), (5, 9)]),
        ({"how": "nth"}, date(2026, 3, 14), [(3, 14), (4, 11), (5, 9)]),
        ({"how": "nth", "nth": -1, "nth_weekday": 4}, date(2026, 1, 1), [(1, 30), (2, 27), (3, 27)]),
    ],
)
def test_rhythms(more, first, days):
    found = rule(first=first, count=3, **more)
    assert held(found) == [date(2026, *day) for day in days]


def test_no_more_than_250(db):
    assert (
        len(held(rule("weekly", date(2026, 1, 1), weekdays=tuple(range(7)), until=date(2030, 1, 1)))) == MOST
    )


def test_a_rule_comes_back_as_it_was_kept():
    found = rule("nth", date(2026, 3, 1), nth=2, nth_weekday=5, until=date(2027, 6, 30), skips_holidays=True)
    assert Rule.read(found.kept()) == found


def test_its_words():
    found = rule("weekly", date(2026, 9, 24), weekdays=(0, 3), until=date(2027, 6, 30), skips_holidays=True)
    assert found.text() == "每周一、周四 14:30–16:00，至2027年6月30日，节假日除外"
    assert rule("nth", date(2026, 3, 14), count=6).text() == "每月第二个周六 14:30–16:00，共6次"
    assert rule("monthly", date(2026, 3, 14), every=2, count=6).text() == "每2个月的14日 14:30–16:00，共6次"
    assert rule("weekly", date(2026, 3, 4), every=2, count=3).text() == "每2周的周三 14:30–16:00，共3次"
