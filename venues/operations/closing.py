"""Closing a room or facility for a time: whom that puts out is named first."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError

from ..models import Booking, ClosedPeriod, Facility, OpeningHours, Room
from ..terms import Terms
from .booking import end, said, spoken

State = Booking.State


def displaced_by(*, facility: Facility, room: Room | None, starts_at: datetime, ends_at: datetime):
    """Bookings and requests that could not stand if it were closed then."""
    rooms = {"room": room} if room else {"room__facility": facility}
    found = Booking.objects.live().filter(**rooms).meeting(starts_at, ends_at)
    return found.filter(ends_at__gt=timezone.now()).for_pages().order_by("starts_at", "pk")


def left_outside(room: Room, hours: list[OpeningHours]) -> list[Booking]:
    """The bookings still to come that fit the opening hours of `room` and would not fit `hours`."""
    before, after = Terms(room, list(room.hours.all())), Terms(room, hours)
    coming = Booking.objects.live().coming().filter(room=room, starts_at__gt=timezone.now())
    return [
        one
        for one in coming.for_pages().order_by("starts_at", "pk")
        if before.is_open(one.starts_at, one.ends_at) and not after.is_open(one.starts_at, one.ends_at)
    ]


@transaction.atomic
def close_for_a_time(
    *, facility: Facility, room: Room | None, starts_at: datetime, ends_at: datetime, reason: str, by: User,
    seen: Iterable[int] = (),
) -> ClosedPeriod:  # fmt: skip
    """Close it. `seen`: the ids of the bookings that `by` has been shown; they are cancelled with this reason.

    Raises DomainError when an event has a room then, or when others were booked meanwhile.
    """
    reason = said(reason)
    if ends_at <= starts_at:
        raise DomainError(_("It has to end after it starts."))
    rooms = [room.pk] if room else facility.rooms.order_by("pk").values_list("pk", flat=True)
    list(Room.objects.select_for_update().filter(pk__in=rooms).order_by("pk"))
    displaced = list(displaced_by(facility=facility, room=room, starts_at=starts_at, ends_at=ends_at))
    if events := [booking for booking in displaced if booking.cause]:
        names = _("; ").join(spoken(booking, by) for booking in events[:5])
        raise DomainError(
            _("Events are planned there: %(names)s. Move or cancel them first.") % {"names": names}
        )
    if {booking.pk for booking in displaced} != set(seen):
        raise DomainError(_("The room is booked in that time. See who would go without, then decide."))
    closed = ClosedPeriod.objects.create(
        facility=facility, room=room, starts_at=starts_at, ends_at=ends_at, reason=reason[:120], by=by
    )
    record("venues.close_for_a_time", by=by, on=closed, path=facility.unit.path, count=len(displaced))
    # Requests first: nobody is told that a place has become free which is closed.
    for booking in sorted(displaced, key=lambda one: one.state == State.ACCEPTED):
        end(booking, State.CANCELLED, _("Closed then: %(reason)s") % {"reason": reason}, by)
    return closed


@transaction.atomic
def lift(*, closed: ClosedPeriod, by: User) -> None:
    """Open after all. Doing it again changes nothing."""
    rows = ClosedPeriod.objects.filter(pk=closed.pk, lifted_at=None)
    if rows.update(lifted_at=timezone.now(), lifted_by=by):
        record("venues.lift", by=by, on=closed, path=closed.facility.unit.path)
