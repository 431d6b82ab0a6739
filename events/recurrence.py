"""How sessions repeat: a rule, the days it gives, and its words. Days off come from the working-day calendar."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from dateutil.rrule import MONTHLY, WEEKLY, rrule
from dateutil.rrule import weekday as on_weekday
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from community.models import CalendarDay

MOST = 250  # sessions made at once
FURTHEST = 5  # years
HOW = [
    ("once", gettext_lazy("only once")),
    ("weekly", gettext_lazy("weekly, on the weekdays chosen")),
    ("monthly", gettext_lazy("monthly, on the same day of the month")),
    ("nth", gettext_lazy("monthly, as on the second Saturday")),
]
WEEKDAYS = [
    (0, pgettext_lazy("every", "Monday")),
    (1, pgettext_lazy("every", "Tuesday")),
    (2, pgettext_lazy("every", "Wednesday")),
    (3, pgettext_lazy("every", "Thursday")),
    (4, pgettext_lazy("every", "Friday")),
    (5, pgettext_lazy("every", "Saturday")),
    (6, pgettext_lazy("every", "Sunday")),
]
NTH = [
    (1, pgettext_lazy("of the month", "first")),
    (2, pgettext_lazy("of the month", "second")),
    (3, pgettext_lazy("of the month", "third")),
    (4, pgettext_lazy("of the month", "fourth")),
    (-1, pgettext_lazy("of the month", "last")),
]


@dataclass(frozen=True)
class Day:
    day: date
    skipped: str = ""  # the holiday it falls on


@dataclass(frozen=True)
class Rule:
    """`how` as in HOW. It ends on the day `until` or after `count` sessions that take place, whichever comes first."""

    how: str
    first: date
    start: time
    end: time
    every: int = 1
    weekdays: tuple[int, ...] = ()  # weekly; Monday is 0
    month_day: int | None = None  # monthly; beyond the end of a short month: its last day
    nth: int | None = None  # -1: the last
    nth_weekday: int | None = None
    until: date | None = None
    count: int | None = None
    skips_holidays: bool = False
    skips_worked: bool = False  # also weekend days that are worked (调休)

    def kept(self) -> dict:
        """As it is kept in a row."""
        return {
            name: value.isoformat() if isinstance(value, date | time) else value
            for name, value in asdict(self).items()
            if value not in (None, (), False)
        }

    @classmethod
    def read(cls, kept: dict) -> "Rule":
        days = {name: date.fromisoformat(kept[name]) for name in ("first", "until") if name in kept}
        hours = {name: time.fromisoformat(kept[name]) for name in ("start", "end")}
        return cls(**kept | days | hours | {"weekdays": tuple(kept.get("weekdays", ()))})

    def last(self) -> date:
        furthest = self.first + relativedelta(years=FURTHEST)
        return min(self.until or furthest, furthest)

    def _candidates(self):
        start = datetime.combine(self.first, time.min)
        end = datetime.combine(self.last(), time.max)
        if self.how == "once":
            return [start]
        if self.how == "weekly":
            found = self.weekdays or (self.first.weekday(),)
            return rrule(WEEKLY, dtstart=start, until=end, interval=self.every, byweekday=found, wkst=0)
        if self.how == "monthly":
            number = self.month_day or self.first.day
            days = range(28, number + 1) if number > 28 else [number]
            return rrule(
                MONTHLY, dtstart=start, until=end, interval=self.every, bymonthday=list(days), bysetpos=-1
            )
        nth, weekday = self._nth()
        return rrule(
            MONTHLY, dtstart=start, until=end, interval=self.every, byweekday=on_weekday(weekday)(nth)
        )

    def _nth(self) -> tuple[int, int]:
        number = (self.first.day - 1) // 7 + 1
        return (
            self.nth or (number if number < 5 else -1),
            self.first.weekday() if self.nth_weekday is None else self.nth_weekday,
        )

    def days(self) -> list[Day]:
        """Every day it gives in order, those skipped with the name of the holiday; at most MOST that take place."""
        off = self._off()
        found, wanted = [], min(self.count or MOST, MOST)
        for moment in self._candidates():
            if not wanted:
                break
            day = moment.date()
            found.append(Day(day, off.get(day, "")))
            wanted -= not found[-1].skipped
        return found

    def _off(self) -> dict[date, str]:
        """The days on which nothing takes place, by the name of the holiday."""
        kinds = [CalendarDay.Kind.HOLIDAY] * self.skips_holidays + [
            CalendarDay.Kind.WORKDAY
        ] * self.skips_worked
        if not kinds:
            return {}
        rows = CalendarDay.objects.filter(day__range=(self.first, self.last()), kind__in=kinds)
        return {
            day: name
            if kind == CalendarDay.Kind.HOLIDAY
            else _("%(name)s: worked weekend day") % {"name": name}
            for day, kind, name in rows.values_list("day", "kind", "name")
        }

    def moments(self, day: date) -> tuple[datetime, datetime]:
        """When a session on `day` starts and ends; an end before the start is past midnight."""
        ends_on = day + timedelta(days=1) if self.end < self.start else day
        return (
            timezone.make_aware(datetime.combine(day, self.start)),
            timezone.make_aware(datetime.combine(ends_on, self.end)),
        )

    def text(self) -> str:
        """`每周一、周四 14:30–16:00，至2027年6月30日，节假日除外`"""
        parts = [f"{self._rhythm()} {self.start:%H:%M}–{self.end:%H:%M}"]
        if self.until:
            parts.append(_("until %(day)s") % {"day": date_format(self.until, "DATE_FORMAT")})
        if self.count:
            parts.append(
                ngettext("%(count)d session", "%(count)d sessions", self.count) % {"count": self.count}
            )
        if self.skips_holidays and self.skips_worked:
            parts.append(_("except on holidays and worked weekends"))
        elif self.skips_holidays:
            parts.append(_("except on holidays"))
        elif self.skips_worked:
            parts.append(_("except on worked weekends"))
        return pgettext("between parts of a sentence", ", ").join(parts)

    def _rhythm(self) -> str:
        if self.how == "once":
            return date_format(self.first, "DATE_FORMAT")
        names, comma = dict(WEEKDAYS), pgettext("in a list of weekdays", ", ")
        if self.how == "weekly":
            days = comma.join(str(names[number]) for number in self.weekdays or (self.first.weekday(),))
            if self.every == 1:
                return _("every %(weekdays)s") % {"weekdays": days}
            return _("every %(every)d weeks on %(weekdays)s") % {"every": self.every, "weekdays": days}
        if self.how == "monthly":
            named = {"every": self.every, "day": self.month_day or self.first.day}
            if self.every == 1:
                return _("monthly on day %(day)d") % named
            return _("every %(every)d months on day %(day)d") % named
        nth, weekday = self._nth()
        named = {"every": self.every, "nth": dict(NTH)[nth], "weekday": names[weekday]}
        if self.every == 1:
            return _("every %(nth)s %(weekday)s of the month") % named
        return _("every %(every)d months on the %(nth)s %(weekday)s") % named


def words(kept: dict | None) -> str:
    """What a page says of a rule kept in a row; empty for none."""
    return Rule.read(kept).text() if kept else ""
