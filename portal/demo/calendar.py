"""On which days something happens: weekly, monthly, and festivals by the lunar calendar."""

from datetime import date, timedelta
from functools import lru_cache

from lunar_python import Lunar

from community.working_days import known_days


@lru_cache(maxsize=200)  # the library works a whole lunar year out for every day asked
def lunar(year: int, month: int, day: int) -> date:
    found = Lunar.fromYmd(year, month, day).getSolar()
    return date(found.getYear(), found.getMonth(), found.getDay())


# name → its day in a year; those of the lunar calendar move
FESTIVALS = {
    "腊八": lambda year: lunar(year - 1, 12, 8),
    "小年": lambda year: lunar(year - 1, 12, 23),
    "春节": lambda year: lunar(year, 1, 1),
    "元宵": lambda year: lunar(year, 1, 15),
    "学雷锋日": lambda year: date(year, 3, 5),
    "妇女节": lambda year: date(year, 3, 8),
    "清明": lambda year: date(year, 4, 3),
    "青年节": lambda year: date(year, 5, 4),
    "儿童节": lambda year: date(year, 6, 1),
    "端午": lambda year: lunar(year, 5, 5),
    "七一": lambda year: date(year, 7, 1),
    "七夕": lambda year: lunar(year, 7, 7),
    "中秋": lambda year: lunar(year, 8, 15),
    "国庆": lambda year: date(year, 10, 1),
    "重阳": lambda year: lunar(year, 9, 9),
    "消防日": lambda year: date(year, 11, 9),
    "志愿者日": lambda year: date(year, 12, 5),
    "元旦": lambda year: date(year, 1, 1),
}


def festival(name: str, first: date, last: date, before: int = 0) -> list[date]:
    """The days of a festival, moved `before` days ahead of it, from `first` to `last`."""
    days = (FESTIVALS[name](year) - timedelta(days=before) for year in range(first.year, last.year + 2))
    return [day for day in days if first <= day <= last]


@lru_cache(maxsize=8)
def holidays(first: date, last: date) -> set[date]:
    """The days on which weekly classes rest: public holidays, and of years not announced yet those around Spring
    Festival and the first of October.
    """
    rest = {day for day, kind, _name in known_days() if kind == "holiday" and first <= day <= last}
    for day in festival("春节", first - timedelta(days=10), last + timedelta(days=10)):
        rest |= {day + timedelta(days=shift) for shift in range(-2, 8)}
    for day in festival("国庆", first - timedelta(days=10), last + timedelta(days=10)):
        rest |= {day + timedelta(days=shift) for shift in range(4)}
    return rest


def weekly(weekdays: tuple[int, ...], first: date, last: date) -> list[date]:
    """Monday is 0."""
    rest = holidays(first, last)
    days = (first + timedelta(days=shift) for shift in range((last - first).days + 1))
    return [day for day in days if day.weekday() in weekdays and day not in rest]


def monthly(
    nth: int, weekday: int, first: date, last: date, months: tuple[int, ...] = tuple(range(1, 13))
) -> list[date]:
    """The `nth` Monday … Sunday of every month; where that day is a holiday a week later, or before if the month is
    over by then."""
    rest = holidays(first, last)
    found = []
    for shift in range((last - first).days + 1):
        day = first + timedelta(days=shift)
        if day.weekday() == weekday and (day.day - 1) // 7 == nth - 1 and day.month in months:
            week = timedelta(days=7)
            weeks = [day, *(day + week * n for n in range(1, 5)), *(day - week * n for n in range(1, 5))]
            found += [one for one in weeks if one.month == day.month and one not in rest][:1]
    return [day for day in found if first <= day <= last]
