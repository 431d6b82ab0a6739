"""Vectors of domain/china.md §8.2, §9.2 and §12."""

from datetime import date, timedelta

import pytest

from community.models import CalendarDay
from community.working_days import (
    add_working_days,
    deadline_on,
    is_known,
    is_working_day,
    missing_year,
    unknown_years,
    working_days_between,
)

pytestmark = pytest.mark.django_db
day = date.fromisoformat


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-09-24", 5, "2026-10-09"),
        ("2026-04-30", 5, "2026-05-11"),
        ("2026-01-01", 5, "2026-01-08"),
        ("2026-11-20", 5, "2026-11-27"),
        ("2026-06-18", 3, "2026-06-24"),
        ("2026-06-18", 0, "2026-06-18"),
        ("2025-12-31", 1, "2026-01-04"),
    ],
)
def test_working_days_are_counted_from_the_next_day(start, days, end):
    assert add_working_days(day(start), days) == day(end)


@pytest.mark.parametrize(
    ("start", "end"),
    [("2026-09-15", "2026-09-30"), ("2026-09-20", "2026-10-08"), ("2026-02-01", "2026-02-24")],
)
def test_a_period_of_fifteen_days_ends_on_a_working_day(start, end):
    assert deadline_on(day(start), 15) == day(end)


def test_2026_has_248_working_days():
    assert working_days_between(day("2026-01-01"), day("2026-12-31")) == 248


def test_the_worked_weekends_of_2026():
    year = [day("2026-01-01") + timedelta(days=number) for number in range(365)]
    worked = [f"{on:%m-%d}" for on in year if on.weekday() > 4 and is_working_day(on)]
    assert worked == ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]


def test_an_unknown_year_follows_the_weekday_and_says_so():
    assert add_working_days(day("2027-01-01"), 5) == day("2027-01-08")
    assert unknown_years(day("2026-12-30"), day("2027-01-08")) == [2027]
    assert unknown_years(day("2026-12-30")) == []


def test_a_single_day_does_not_make_a_year_known():
    CalendarDay.objects.create(day=day("2027-01-01"), kind="holiday", name="元旦")
    assert not is_known(2027)


def test_the_next_year_is_missed_from_the_first_of_december():
    assert missing_year(day("2026-11-30")) is None
    assert missing_year(day("2026-12-01")) == 2027
    assert missing_year(day("2027-01-01")) == 2027
    assert missing_year(day("2025-12-31")) is None


def test_an_edited_day_counts_at_once():
    CalendarDay.objects.create(day=day("2026-11-25"), kind="holiday", name="停电")
    assert add_working_days(day("2026-11-20"), 5) == day("2026-11-30")
    CalendarDay.objects.filter(day=day("2026-10-10")).delete()
    assert not is_working_day(day("2026-10-10"))


def test_counting_days_asks_the_table_once(django_assert_num_queries):
    with django_assert_num_queries(1):
        add_working_days(day("2026-01-01"), 200)
