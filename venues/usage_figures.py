"""How much of the open time of a room was used in a month, in quarter hours."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from config.fields import check_year

from .coverage import percent
from .models import Booking, ClosedPeriod, Room, quarters
from .terms import Terms, at


@dataclass
class Used:
    """`open`: quarter hours of the stated hours without closed periods; `used`: those of them that were booked."""

    room: Room
    open: int
    used: int
    bookings: int
    no_shows: int

    @property
    def share(self) -> str | None:
        return percent(self.used, self.open)

    @property
    def hours(self) -> str:
        return f"{self.used / 4:g}"

    @property
    def open_hours(self) -> str:
        return f"{self.open / 4:g}"


def month_of(text: str) -> date:
    """The first day of the month `2026-11`; of the present one for anything else."""
    try:
        day = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007  a day, not a moment
        check_year(day)
    except Exception:
        return timezone.localdate().replace(day=1)
    return day


def shifted(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def of_rooms(rooms: list[Room], first: date) -> list[Used]:
    """Three queries for any number of rooms (their `hours` prefetched)."""
    after = shifted(first, 1)
    starts_at, ends_at = at(first, time.min), at(after, time.min)
    bookings = Booking.objects.filter(room__in=rooms).meeting(starts_at, ends_at)
    counted = Q(state=Booking.State.ACCEPTED) | Q(state=Booking.State.NO_SHOW)
    booked: dict[int, list] = {}
    for row in bookings.filter(counted).values_list("room", "starts_at", "ends_at", "state"):
        booked.setdefault(row[0], []).append(row[1:])
    closed = list(
        ClosedPeriod.objects.standing()
        .filter(facility__in={room.facility_id for room in rooms})
        .meeting(starts_at, ends_at)
    )
    days = [first + timedelta(days=n) for n in range((after - first).days)]
    return [_of_room(room, days, booked.get(room.pk, []), closed) for room in rooms]


def _of_room(room: Room, days: list[date], booked: list, closed: list[ClosedPeriod]) -> Used:
    terms = Terms(room, list(room.hours.all()))
    open_quarters = {one for day in days for span in terms.open_on(day) for one in quarters(*span)}
    for period in closed:
        if period.facility_id == room.facility_id and period.room_id in (None, room.pk):
            open_quarters.difference_update(quarters(period.starts_at, period.ends_at))
    held = [row for row in booked if row[2] == Booking.State.ACCEPTED]
    used = {one for start, end, _state in held for one in quarters(start, end)}
    return Used(room, len(open_quarters), len(used & open_quarters), len(held), len(booked) - len(held))
