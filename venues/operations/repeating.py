"""Bookings of several days at once: what can be had of them, and going on with them from time to time."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError

from .. import messages
from ..models import BookedQuarter, Booking, Room, Series, quarters
from ..terms import Terms, is_staff_of
from .booking import ask, end, said

REMIND = timedelta(days=7)
State = Booking.State


@dataclass
class Slot:
    """One wanted time: why it cannot be had, who has the room, how many have asked before."""

    starts_at: datetime
    ends_at: datetime
    refusal: str = ""
    held: list[Booking] = field(default_factory=list)
    asked: int = 0

    @property
    def is_free(self) -> bool:
        return not self.refusal and not self.held


def plan(*, room: Room, times: list[tuple[datetime, datetime]], people: int, by: User) -> list[Slot]:
    """What can be had of these times: four queries, however many."""
    if not times:
        return []
    first, last = min(start for start, _end in times), max(end for _start, end in times)
    terms, is_staff = Terms.of(room, first, last), is_staff_of(by, room)
    gap = room.gap_quarters
    wanted = quarters(first, last)
    rows = BookedQuarter.objects.filter(room=room, quarter__gte=wanted.start, quarter__lt=wanted.stop + gap)
    taken = dict(rows.values_list("quarter", "booking"))
    bookings = Booking.objects.for_pages().in_bulk(set(taken.values()))
    pending = list(Booking.objects.pending().filter(room=room).meeting(first, last).values_list("starts_at", "ends_at"))  # fmt: skip
    slots = []
    for start, finish in times:
        span = quarters(start, finish)
        held = dict.fromkeys(taken[one] for one in range(span.start, span.stop + gap) if one in taken)
        slots.append(
            Slot(
                start,
                finish,
                terms.refusal(start, finish, people=people, is_staff=is_staff),
                [bookings[pk] for pk in held],
                sum(1 for other_start, other_end in pending if other_start < finish and start < other_end),
            )
        )
    return slots


@transaction.atomic
def book_series(*, room: Room, times: list[tuple[datetime, datetime]], by: User, **what) -> list[Booking]:
    """Ask for every one of `times` that can be had (see `plan`); the others are left out.

    Raises DomainError when none can be had.
    """
    free = [slot for slot in plan(room=room, times=times, people=what["people"], by=by) if slot.is_free]
    if not free:
        raise DomainError(_("None of these times can be had."))
    series = Series.objects.create(room=room, by=by, confirm_by=_first_confirmation(room, free))
    record("venues.book_series", by=by, on=series, path=room.facility.unit.path, count=len(free))
    made = [
        ask(room=room, starts_at=slot.starts_at, ends_at=slot.ends_at, by=by, series=series, **what)
        for slot in free
    ]
    if given := [booking for booking in made if booking.state == State.ACCEPTED]:
        messages.decided(given, [])
    if pending := [booking for booking in made if booking.state == State.PENDING]:
        messages.received(pending[0], dates=len(pending))
    return made


def _first_confirmation(room: Room, slots: list[Slot]) -> date | None:
    if not room.confirm_weeks:
        return None
    first, last = (timezone.localtime(slots[place].starts_at).date() for place in (0, -1))
    due = first + timedelta(weeks=room.confirm_weeks)
    return due if due < last else None


@transaction.atomic
def confirm_series(*, series: Series, by: User) -> Series:
    """It goes on: asked again when the room's number of weeks has passed."""
    series = Series.objects.select_for_update().select_related("room__facility__unit").get(pk=series.pk)
    today = timezone.localdate()
    if series.confirm_by is None:
        return series
    if series.confirm_by < today:
        raise DomainError(_("The day for confirming this series has passed. Please ask for the room again."))
    weeks = series.room.confirm_weeks
    due = today + timedelta(weeks=weeks) if weeks else None
    remains = due and series.bookings.live().filter(starts_at__date__gt=due).exists()
    series.confirm_by = due if remains else None
    series.confirmed_at, series.confirmed_by = timezone.now(), by
    series.save(update_fields=["confirm_by", "confirmed_at", "confirmed_by"])
    record("venues.confirm_series", by=by, on=series, path=series.room.facility.unit.path)
    return series


@transaction.atomic
def cancel_series(*, series: Series, by: User, reason: str = "") -> int:
    """Give back all that has not begun; how many dates. Staff say why."""
    room = Room.objects.select_for_update().get(pk=series.room_id)
    live = Booking.objects.live().filter(series=series, starts_at__gt=timezone.now())
    own = set(Booking.objects.of(by).filter(series=series).values_list("pk", flat=True))
    rows = list(live.filter(room=room).for_pages())
    if any(booking.pk not in own for booking in rows):
        said(reason)
    for booking in rows:
        end(booking, State.CANCELLED, reason.strip(), by, is_own=booking.pk in own)
    return len(rows)


def free_unconfirmed(today: date | None = None) -> int:
    """The nightly job: remind a week before, free what nobody confirmed in time; how many dates it freed."""
    today = today or timezone.localdate()
    due = Series.objects.filter(confirm_by__lte=today + REMIND, confirm_by__gte=today)
    for series in due.select_related("room__facility__unit"):
        if booking := series.bookings.live().for_pages().first():
            messages.confirm(booking, series)
    late = Series.objects.filter(confirm_by__lt=today).order_by("pk")
    return sum(_free(series) for series in late)


@transaction.atomic
def _free(series: Series) -> int:
    Room.objects.select_for_update().get(pk=series.room_id)
    series = Series.objects.select_for_update().get(pk=series.pk)
    if series.confirm_by is None or series.confirm_by >= timezone.localdate():
        return 0
    rows = list(Booking.objects.live().filter(series=series, starts_at__gt=timezone.now()).for_pages())
    for booking in rows:
        end(booking, State.CANCELLED, _("Nobody confirmed that this series goes on."), None)
    series.confirm_by = None
    series.save(update_fields=["confirm_by"])
    return len(rows)
