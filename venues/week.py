"""A week of rooms, day by day: when they are open, free and booked."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from config.fields import check_year

from .models import QUARTER, Booking, ClosedPeriod, Room
from .terms import Terms, at, day_of

DAY = timedelta(days=1)


def monday_of(text: str) -> date:
    """The first day of the week `2026-W47`; of the present one for anything else."""
    try:
        day = date.fromisoformat(f"{text}-1") if len(text) <= 8 else date.fromisoformat(text)
        check_year(day)
    except Exception:
        day = timezone.localdate()
    return day - timedelta(days=day.weekday())


def name_of(monday: date) -> str:
    year, week, _day = monday.isocalendar()
    return f"{year}-W{week:02d}"


@dataclass
class Span:
    """A piece of a day: `free`, `closed` or a booking's."""

    starts_at: datetime
    ends_at: datetime
    kind: str
    booking: Booking | None = None
    words: str = ""

    @property
    def hours(self) -> str:
        start, end = timezone.localtime(self.starts_at), timezone.localtime(self.ends_at)
        last = "24:00" if end.time() == time.min and end > start else f"{end:%H:%M}"
        if last == "24:00" and start.time() == time.min:
            return _("all day")
        return f"{start:%H:%M}–{last}"


@dataclass
class Day:
    day: date
    spans: list[Span] = field(default_factory=list)
    was_open: bool = False  # its opening hours are over, if nothing is left of them

    @property
    def is_today(self) -> bool:
        return self.day == timezone.localdate()

    @property
    def is_over(self) -> bool:
        return self.day < timezone.localdate()


@dataclass
class Line:
    room: Room
    days: list[Day]


@dataclass
class Week:
    monday: date
    lines: list[Line]
    bookings: list[Booking]

    @property
    def name(self) -> str:
        return name_of(self.monday)

    @property
    def last(self) -> date:
        return self.monday + 6 * DAY

    @property
    def days(self) -> list[date]:
        return [self.monday + n * DAY for n in range(7)]

    @property
    def earlier(self) -> str:
        return name_of(self.monday - 7 * DAY) if self.monday.year > 2000 else ""

    @property
    def later(self) -> str:
        return name_of(self.monday + 7 * DAY) if self.monday.year < 2099 else ""

    @property
    def is_now(self) -> bool:
        return self.monday == monday_of("")


def week_of(rooms: list[Room], monday: date, *, with_requests: bool = False) -> Week:
    """The week of `rooms` (their `hours` prefetched): two queries, however many rooms and bookings."""
    starts_at, ends_at = at(monday, time.min), at(monday + 7 * DAY, time.min)
    held = Booking.objects.accepted() if not with_requests else Booking.objects.live()
    bookings = list(
        held.filter(room__in=rooms).meeting(starts_at, ends_at).for_pages().order_by("starts_at", "pk")
    )
    closed = list(
        ClosedPeriod.objects.standing()
        .filter(facility__in={room.facility_id for room in rooms})
        .meeting(starts_at, ends_at)
        .order_by("starts_at")
    )
    lines = []
    for room in rooms:
        here = [
            one for one in closed if one.room_id in (None, room.pk) and one.facility_id == room.facility_id
        ]
        terms = Terms(room, list(room.hours.all()), here)
        own = [booking for booking in bookings if booking.room_id == room.pk]
        lines.append(Line(room, [_day(monday + n * DAY, terms, own) for n in range(7)]))
    return Week(monday, lines, bookings)


def _day(day: date, terms: Terms, bookings: list[Booking]) -> Day:
    start, end = day_of(day)
    spans = [
        Span(max(one.starts_at, start), min(one.ends_at, end), "closed", words=one.reason)
        for one in terms.closed
        if one.starts_at < end and one.ends_at > start
    ]
    for booking in bookings:
        if booking.starts_at < end and booking.ends_at > start:
            kind = "booked" if booking.state == Booking.State.ACCEPTED else "asked"
            spans.append(Span(max(booking.starts_at, start), min(booking.ends_at, end), kind, booking))
    spans += _free(day, terms, [span for span in spans if span.kind != "asked"])
    return Day(day, sorted(spans, key=lambda span: (span.starts_at, span.kind)), bool(terms.open_on(day)))


def at_quarter(moment: datetime) -> datetime:
    """The first quarter of an hour that begins then or later."""
    return moment + (-moment.timestamp() % QUARTER.total_seconds()) * timedelta(seconds=1)


def _free(day: date, terms: Terms, taken: list[Span]) -> list[Span]:
    """What is left of the opening hours, in whole quarters and not before now; none where no hours are stated."""
    gap, now, found = terms.room.gap_quarters * QUARTER, timezone.now(), []
    for opens, closes in terms.open_on(day):
        begin = opens if now <= opens else min(at_quarter(now), closes)
        for span in sorted(taken, key=lambda span: span.starts_at):
            if span.ends_at <= begin or span.starts_at >= closes:
                continue
            if span.starts_at - begin >= QUARTER + gap:
                found.append(Span(begin, span.starts_at - gap, "free"))
            begin = max(begin, span.ends_at + (gap if span.booking else timedelta()))
        if closes - begin >= QUARTER:
            found.append(Span(begin, closes, "free"))
    return found
