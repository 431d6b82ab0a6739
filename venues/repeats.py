"""The days of what repeats: weekly on chosen weekdays, monthly on a day of the month."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice, takewhile

MOST = 60  # of one series
ONCE, WEEKLY, MONTHLY = "once", "weekly", "monthly"


def weekly(first: date, weekdays: Iterable[int]) -> Iterator[date]:
    """From `first` on, on these weekdays (0: Monday; none: that of `first`)."""
    chosen = set(weekdays) or {first.weekday()}
    day = first
    while day.year < 2100:
        if day.weekday() in chosen:
            yield day
        day += timedelta(days=1)


def monthly(first: date) -> Iterator[date]:
    """On the same day of each month; months that are too short are left out."""
    year, month = first.year, first.month
    while year < 2100:
        if first.day <= monthrange(year, month)[1]:
            yield date(year, month, first.day)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def days_of(how: str, first: date, weekdays=(), *, until: date | None = None, count: int | None = None):
    """The days of a series, in order, `MOST` at the most; ends on `until` or after `count`."""
    if how == ONCE:
        return [first]
    days = weekly(first, weekdays) if how == WEEKLY else monthly(first)
    if until:
        days = takewhile(lambda day: day <= until, days)
    return list(islice(days, min(count or MOST, MOST)))
