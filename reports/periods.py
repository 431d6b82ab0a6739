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


def last_day_of(month: date, cutoff: int | None) -> date:
    """The last day a month's report counts: the cut-off day where a community has one, else the month's end."""
    return month.replace(day=cutoff) if cutoff else month_before(month, -1) - timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """A month of one body. Moments run from `start` up to, and not including, `end`."""

    unit: Unit
    organisation: Organisation | None
    month: date
    cutoff: int | None = None

    @property
    def first_day(self) -> date:
        return last_day_of(month_before(self.month), self.cutoff) + timedelta(days=1)

    @property
    def last_day(self) -> date:
        return last_day_of(self.month, self.cutoff)

    @property
    def start(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.first_day, time.min))

    @property
    def end(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.last_day + timedelta(days=1), time.min))

    def has_ended(self) -> bool:
        return timezone.now() >= self.end

    def earlier(self, months: int) -> "Period":
        return Period(self.unit, self.organisation, month_before(self.month, months), self.cutoff)
