"""Rooms held for something of another room, which names itself by its cause: `session:42`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError

from ..models import BookedQuarter, Booking, Room
from ..terms import Terms
from .booking import free_quarters, locked_room, messages, rivals, take

State = Booking.State


@dataclass(frozen=True)
class Hold:
    cause: str
    starts_at: datetime
    ends_at: datetime
    what: str
    people: int = 1


def hold_for_session(
    *, cause: str, room: Room, starts_at, ends_at, what: str, people: int, by: User
) -> Booking:
    """Hold `room` for `cause`, in place of what the cause held before.

    Raises DomainError when the room is closed or taken then; the sentence says by whom.
    """
    (booking,) = hold_all(room=room, holds=[Hold(cause, starts_at, ends_at, what, people)], by=by)
    return booking


@transaction.atomic
def hold_all(*, room: Room, holds: Iterable[Hold], by: User) -> list[Booking]:
    """The same for many times of one room: all or none."""
    holds = list(holds)
    if not holds:
        return []
    kept = Booking.objects.accepted().filter(cause__in=[hold.cause for hold in holds])
    for pk in sorted({room.pk, *kept.values_list("room", flat=True)}):
        locked_room(pk)
    room = Room.objects.select_related("facility__unit").get(pk=room.pk)
    before = {booking.cause: booking for booking in kept}
    same = [
        booking for hold in holds if (booking := before.get(hold.cause)) and _is_kept(booking, room, hold)
    ]
    changed = [hold for hold in holds if hold.cause not in {booking.cause for booking in same}]
    _release([before[hold.cause] for hold in changed if hold.cause in before], by)
    made = _hold(room, changed, by)
    return [*same, *made]


def _is_kept(booking: Booking, room: Room, hold: Hold) -> bool:
    """The same room at the same time; only what it is called, and for how many, is written anew."""
    if (booking.room_id, booking.starts_at, booking.ends_at) != (room.pk, hold.starts_at, hold.ends_at):
        return False
    if (booking.what, booking.people) != (hold.what[:80], hold.people):
        booking.what, booking.people = hold.what[:80], hold.people
        booking.save(update_fields=["what", "people"])
    return True


def _hold(room: Room, holds: list[Hold], by: User) -> list[Booking]:
    if not holds:
        return []
    first, last = min(hold.starts_at for hold in holds), max(hold.ends_at for hold in holds)
    terms, now = Terms.of(room, first, last), timezone.now()
    made = []
    for hold in holds:
        if closed := terms.closed_at(hold.starts_at, hold.ends_at):
            words = {"room": room, "reason": closed.reason}
            raise DomainError(_("%(room)s is closed then: %(reason)s") % words)
        made.append(
            Booking(
                room=room, what=hold.what[:80], people=hold.people, starts_at=hold.starts_at, ends_at=hold.ends_at,
                state=State.ACCEPTED, asked_by=by, decided_by=by, decided_at=now, cause=hold.cause,
            )
        )  # fmt: skip
    Booking.objects.bulk_create(made, batch_size=500)
    take(made, by)
    record("venues.hold", by=by, on=room, path=room.facility.unit.path, count=len(made))
    return made


@transaction.atomic
def release(*, causes: Iterable[str], by: User) -> int:
    """The causes need no room any more; how many rooms that frees. What is over stays as it was."""
    kept = Booking.objects.accepted().filter(cause__in=list(causes), ends_at__gt=timezone.now())
    for pk in sorted(set(kept.values_list("room", flat=True))):
        locked_room(pk)
    return _release(list(kept.select_related("room__facility__unit")), by)


def _release(bookings: list[Booking], by: User) -> int:
    for booking in bookings:
        booking.state, booking.ended_at, booking.ended_by = State.CANCELLED, timezone.now(), by
        free_quarters(booking)
        booking.save(update_fields=["state", "ended_at", "ended_by"])
        if following := rivals(booking).first():
            messages.became_free(following)
    if bookings:
        record("venues.release", by=by, path=bookings[0].room.facility.unit.path, count=len(bookings))
    return len(bookings)


def hold_in_bulk(bookings: list[Booking]) -> None:
    """For a whole history at once, checked by nothing but the database."""
    made = Booking.objects.bulk_create(bookings, batch_size=500)
    BookedQuarter.objects.bulk_create(
        (
            BookedQuarter(room_id=booking.room_id, quarter=one, booking=booking)
            for booking in made
            if booking.state == State.ACCEPTED
            for one in booking.held_quarters(0 if booking.cause else booking.room.gap_quarters)
        ),
        batch_size=2000,
    )
