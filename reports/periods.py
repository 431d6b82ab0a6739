"""What a report speaks of: a body (a community, or a party branch in it) and a month."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from community.models import Organisation, Unit


def month_of(day: date) -> date:
    return day.replace(day=1)


def month_before(month: date, months: int = 1) -> date:
    count = month.year * 12 + month.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


# From which month on a community's reports count up to which day (None: the month's end), oldest first.
CutOffs = tuple[tuple[date, int | None], ...]
ALWAYS = date(1, 1, 1)


def last_day_of(month: date, cutoffs: CutOffs) -> date:
    """The last day a month's report counts: the cut-off day in force that month, else the month's end."""
    day = next((day for since, day in reversed(cutoffs) if since <= month), None)
    return month.replace(day=day) if day else month_before(month, -1) - timedelta(days=1)


def with_cutoff(cutoffs: CutOffs, day: int | None, today: date) -> CutOffs:
    """`cutoffs` with another day from the month that is still running on: a period that has ended keeps its bounds.

    A period begins on the day after the one before ends, so the months tile whatever is chosen when.
    """
    if not cutoffs:
        return ((ALWAYS, day),)
    if cutoffs[-1][1] == day:
        return cutoffs
    month = month_of(today)
    running = month if today <= last_day_of(month, cutoffs) else month_before(month, -1)
    return (*(entry for entry in cutoffs if entry[0] < running), (running, day))


@dataclass(frozen=True)
class Period:
    """A month of one body. Moments run from `start` up to, and not including, `end`."""

    unit: Unit
    organisation: Organisation | None
    month: date
    cutoffs: CutOffs = ()

    @property
    def first_day(self) -> date:
        return last_day_of(month_before(self.month), self.cutoffs) + timedelta(days=1)

    @property
    def last_day(self) -> date:
        return last_day_of(self.month, self.cutoffs)

    @property
    def start(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.first_day, time.min))

    @property
    def end(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.last_day + timedelta(days=1), time.min))

    def has_ended(self) -> bool:
        return timezone.now() >= self.end

    def earlier(self, months: int) -> "Period":
        return Period(self.unit, self.organisation, month_before(self.month, months), self.cutoffs)
