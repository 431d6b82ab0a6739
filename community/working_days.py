"""Working days: Monday to Friday, but for the holidays and worked weekends of the year (调休)."""

from datetime import date, timedelta

from django.utils import timezone
from lunar_python.util import HolidayUtil

from .models import CalendarDay

FIRST_KNOWN, LAST_KNOWN = 2015, 2026  # what the library that seeds the table knows
FEWEST_HOLIDAYS = 11  # a year with fewer holidays in the table has not been entered
DAY = timedelta(days=1)


def known_days() -> list[tuple[date, str, str]]:
    """(day, kind, name) of every announced holiday and worked weekend day, to seed the table with."""
    return [
        (date.fromisoformat(known.getDay()), "workday" if known.isWork() else "holiday", known.getName())
        for year in range(FIRST_KNOWN, LAST_KNOWN + 1)
        for known in HolidayUtil.getHolidays(year)
    ]


def _kinds(first: date, last: date) -> dict[date, str]:
    return dict(CalendarDay.objects.filter(day__range=(first, last)).values_list("day", "kind"))


def _is_worked(day: date, kinds: dict[date, str]) -> bool:
    kind = kinds.get(day)
    return day.weekday() < 5 if kind is None else kind == CalendarDay.Kind.WORKDAY


def is_working_day(day: date) -> bool:
    return _is_worked(day, _kinds(day, day))


def working_days_between(first: date, last: date) -> int:
    """How many, both ends included."""
    kinds = _kinds(first, last)
    return sum(_is_worked(first + DAY * number, kinds) for number in range((last - first).days + 1))


def add_working_days(start: date, days: int) -> date:
    """The day `days` working days after `start`, which is not counted (Civil Code Art. 201)."""
    kinds = _kinds(start, start + DAY * (days * 2 + 30))
    day = start
    while days > 0:
        day += DAY
        days -= _is_worked(day, kinds)
    return day


def deadline_on(start: date, days: int) -> date:
    """The last day of a period of `days` calendar days after `start`, which is not counted; when that day is not
    worked, the next one that is (Civil Code Art. 201 and 203)."""
    day = start + DAY * days
    return day if is_working_day(day) else add_working_days(day, 1)


def is_known(year: int) -> bool:
    return CalendarDay.objects.of_year(year).filter(kind=CalendarDay.Kind.HOLIDAY).count() >= FEWEST_HOLIDAYS


def unknown_years(*days: date) -> list[int]:
    """The years among `days` whose holidays are not in the table: a deadline in them is a guess, to be shown as one."""
    return [year for year in sorted({day.year for day in days}) if not is_known(year)]


def missing_year(today: date | None = None) -> int | None:
    """The year staff should enter now: this one, or from 1 December the next; None when all is well."""
    today = today or timezone.localdate()
    for year in [today.year] + [today.year + 1] * (today.month == 12):
        if not is_known(year):
            return year
    return None
