"""Asking for a room, giving it, refusing it, giving it back. Each act locks the room first, then the booking."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.access import may
from community.models import Organisation
from config.errors import DomainError
from residents.models import Resident

from .. import messages
from ..models import QUARTER, BookedQuarter, Booking, Room, quarters
from ..terms import Terms, is_staff_of, refusal_of_booker

State = Booking.State


class Taken(DomainError):
    """Somebody has the room at that time; whoever may know reads who."""

    def __init__(self, room: Room, held: Iterable[Booking], by: User | None):
        found = [spoken(booking, by) for booking in held][:5]
        words = {"room": room, "who": _("; ").join(found)}
        super().__init__(_("%(room)s is taken: %(who)s") % words if found else _("The room is taken then."))


def spoken(booking: Booking, by: User | None) -> str:
    """When it is, and for who may know: what it is and whose."""
    if by is None or not may(by, "venues.view", booking.unit):
        return booking.when
    return _("%(when)s “%(what)s” (%(who)s)") % {
        "when": booking.when,
        "what": booking.what,
        "who": booking.holder_for(by),
    }


def locked_room(pk: int) -> Room:
    """The room, which nobody else books, frees or closes until the transaction ends."""
    Room.objects.select_for_update().get(pk=pk)
    return Room.objects.select_related("facility__unit").get(pk=pk)


def locked(booking: Booking) -> Booking:
    """The booking as it stands, its room locked."""
    room = locked_room(booking.room_id)
    stored = Booking.objects.select_for_update().get(pk=booking.pk)
    if stored.room_id != room.pk:
        raise DomainError(_("This booking has just been moved. Please look again."))
    stored.room = room
    return stored


def holding(room_id: int, wanted: range):
    """The bookings that have one of these quarter hours of the room."""
    found = BookedQuarter.objects.filter(
        room=room_id, quarter__gte=wanted.start, quarter__lt=wanted.stop
    ).values("booking")
    return Booking.objects.filter(pk__in=found).for_pages().order_by("starts_at", "pk")


def take(bookings: list[Booking], by: User | None) -> None:
    """Hold their quarter hours. Raises Taken when one of them is another's: the database has the last word."""
    rows = [
        BookedQuarter(room_id=booking.room_id, quarter=one, booking=booking)
        for booking in bookings
        for one in booking.held_quarters(booking.room.gap_quarters)
    ]
    try:
        with transaction.atomic():
            BookedQuarter.objects.bulk_create(rows, batch_size=500)
    except IntegrityError as error:
        ours = [booking.pk for booking in bookings]
        held = [
            other
            for booking in bookings
            for other in holding(booking.room_id, booking.held_quarters(booking.room.gap_quarters))
            if other.pk not in ours
        ]
        raise Taken(bookings[0].room, held, by) from error


def rivals(booking: Booking):
    """Who else has asked for some of this time, in the order of asking."""
    gap = booking.room.gap_quarters * QUARTER
    meeting = Booking.objects.pending().filter(room=booking.room_id)
    meeting = meeting.meeting(booking.starts_at - gap, booking.ends_at + gap)
    return meeting.exclude(pk=booking.pk).for_pages().order_by("asked_at", "pk")


@transaction.atomic
def ask(
    *,
    room: Room,
    starts_at: datetime,
    ends_at: datetime,
    what: str,
    people: int,
    by: User,
    resident: Resident | None = None,
    organisation: Organisation | None = None,
    waits: bool = False,
    series=None,
) -> Booking:
    """Ask for a room; asking again gives the same booking.

    Staff have it at once, others where nobody decides; unless somebody asked before. Raises DomainError, Taken
    when it is another's already and the asker does not wait for it.
    """
    room = locked_room(room.pk)
    is_staff = is_staff_of(by, room)
    whose = {"resident": resident, "organisation": organisation}
    same = Booking.objects.live().filter(room=room, starts_at=starts_at, ends_at=ends_at, cause="", **whose)
    if (resident or organisation) and (found := same.first()):
        return found
    terms = Terms.of(room, starts_at, ends_at)
    refusal = refusal_of_booker(room, by=by, **whose) or terms.refusal(
        starts_at, ends_at, people=people, is_staff=is_staff
    )
    if refusal:
        raise DomainError(refusal)
    booking = Booking(
        room=room, starts_at=starts_at, ends_at=ends_at, what=what, people=people, asked_by=by, waits=waits,
        series=series, **whose,
    )  # fmt: skip
    held = list(holding(room.pk, booking.held_quarters(room.gap_quarters)))
    if held and not waits:
        raise Taken(room, held, by)
    queue = list(rivals(booking)[:1])
    booking.save()
    record("venues.ask", by=by, on=booking, path=room.facility.unit.path)
    is_given = not held and not queue and (is_staff or not room.needs_approval)
    if is_given:
        give([booking], by)
    if series is None:  # of a series once for all its dates
        (messages.accepted if is_given else messages.received)(booking)
    return booking


def give(bookings: list[Booking], by: User) -> None:
    """All or none. Whoever calls tells the holder."""
    take(bookings, by)
    for booking in bookings:
        booking.state, booking.decided_at, booking.decided_by = State.ACCEPTED, timezone.now(), by
        booking.version += 1
        booking.save(update_fields=["state", "decided_at", "decided_by", "version"])
        record("venues.accept", by=by, on=booking, path=booking.unit.path)


@transaction.atomic
def accept(*, booking: Booking, by: User, seen: Iterable[int] = ()) -> Booking:
    """Give the room. `seen`: the ids of the other requests for that time that `by` has been shown.

    Those go without: they are refused, or wait on if they said so. Raises DomainError when others have asked
    meanwhile, when it is taken, closed or over. Accepting again changes nothing.
    """
    stored = locked(booking)
    if stored.state == State.ACCEPTED:
        return stored
    _check_step(stored, "accept")
    if stored.is_over:
        raise DomainError(_("This time is past."))
    terms = Terms.of(stored.room, stored.starts_at, stored.ends_at)
    if closed := terms.closed_at(stored.starts_at, stored.ends_at):
        raise DomainError(_("Closed then: %(reason)s") % {"reason": closed.reason})
    displaced = list(rivals(stored))
    if {one.pk for one in displaced} != set(seen):
        raise DomainError(
            _("Others have asked for this time as well. See who would go without, then decide.")
        )
    give([stored], by)
    messages.accepted(stored)
    for one in displaced:
        if not one.waits:
            messages.rejected(refuse(one, given_to_another(), by))
    return stored


def given_to_another() -> str:
    return _("The room has been given to somebody else for this time.")


@transaction.atomic
def reject(*, booking: Booking, reason: str, by: User) -> Booking:
    """Refuse a request. Refusing again changes nothing."""
    reason = said(reason)
    stored = locked(booking)
    if stored.state == State.REJECTED:
        return stored
    _check_step(stored, "reject")
    messages.rejected(refuse(stored, reason, by))
    return stored


def refuse(booking: Booking, reason: str, by: User | None) -> Booking:
    """Whoever calls tells the holder."""
    booking.state, booking.reason = State.REJECTED, reason[:200]
    booking.decided_at, booking.decided_by, booking.version = timezone.now(), by, booking.version + 1
    booking.save(update_fields=["state", "reason", "decided_at", "decided_by", "version"])
    record("venues.reject", by=by, on=booking, path=booking.unit.path)
    return booking


@transaction.atomic
def cancel(*, booking: Booking, by: User, reason: str = "") -> Booking:
    """Give the room back; what is under way too, but then with a reason. Cancelling again changes nothing.

    Whoever `by` is has been asked before: the holder, or staff (who always say why).
    """
    stored = locked(booking)
    if stored.state == State.CANCELLED:
        return stored
    _check_step(stored, "cancel")
    if stored.cause:
        raise DomainError(_("An event has this room. Change or cancel the event instead."))
    if stored.is_over:
        raise DomainError(_("This is over; it cannot be cancelled any more."))
    is_own = Booking.objects.of(by).filter(pk=stored.pk).exists()
    if stored.has_started or not is_own:
        said(reason)
    return end(stored, State.CANCELLED, reason.strip(), by, is_own=is_own)


def end(booking: Booking, state: str, reason: str, by: User | None, *, is_own: bool = False) -> Booking:
    """Cancelled or nobody came: what is left of its time is free, and who waits for it is named to staff."""
    was_accepted = booking.state == State.ACCEPTED
    booking.state, booking.reason = state, reason[:200]
    booking.ended_at, booking.ended_by, booking.version = timezone.now(), by, booking.version + 1
    booking.save(update_fields=["state", "reason", "ended_at", "ended_by", "version"])
    if was_accepted:
        free_quarters(booking)
    record(f"venues.{state}", by=by, on=booking, path=booking.unit.path, own=is_own)
    if not is_own:
        messages.ended(booking)
    if was_accepted and (following := rivals(booking).first()):
        messages.became_free(following)
    return booking


def free_quarters(booking: Booking) -> None:
    """What has passed stays booked: it was."""
    rows = booking.quarters.all()
    if booking.has_started:
        now = timezone.now()
        rows = rows.filter(quarter__gte=quarters(now, now + QUARTER).start + 1)
    rows.delete()


@transaction.atomic
def mark_no_show(*, booking: Booking, by: User) -> Booking:
    """Nobody came: from a quarter of an hour after the start until the end. The rest of the time is free."""
    stored = locked(booking)
    if stored.state == State.NO_SHOW:
        return stored
    _check_step(stored, "no_show")
    if not stored.may_be_no_show:
        raise DomainError(
            _("“Nobody came” can be said from a quarter of an hour after the start until the end.")
        )
    return end(stored, State.NO_SHOW, "", by)


@transaction.atomic
def move(
    *, booking: Booking, starts_at: datetime, ends_at: datetime, reason: str, version: int, by: User,
    room: Room | None = None,
) -> Booking:  # fmt: skip
    """Give an accepted booking another time, or another room. The holder reads why.

    Raises DomainError when that time cannot be had, or others have asked for it; when it was changed meanwhile.
    """
    reason = said(reason)
    wanted = room.pk if room else booking.room_id
    rooms = {pk: locked_room(pk) for pk in sorted({booking.room_id, wanted})}
    stored, target = locked(booking), rooms[wanted]
    if stored.version != version:
        raise DomainError(_("Somebody changed this in the meantime. Please look again."))
    _check_step(stored, "move")
    if stored.cause:
        raise DomainError(_("An event has this room. Change or cancel the event instead."))
    if stored.has_started:
        raise DomainError(_("It has begun; it cannot be moved any more."))
    stored.quarters.all().delete()
    stored.room, stored.starts_at, stored.ends_at = target, starts_at, ends_at
    terms = Terms.of(target, starts_at, ends_at)
    if refusal := terms.refusal(starts_at, ends_at, people=stored.people, is_staff=True):
        raise DomainError(refusal)
    if others := list(rivals(stored)[:1]):
        raise DomainError(_("Somebody has asked for that time: %(who)s. Decide on that first.") % {"who": spoken(others[0], by)})  # fmt: skip
    take([stored], by)
    stored.reason, stored.version = reason, version + 1
    stored.save(update_fields=["room", "starts_at", "ends_at", "reason", "version"])
    record("venues.move", by=by, on=stored, path=stored.unit.path)
    messages.moved(stored)
    return stored


@transaction.atomic
def expire(now: datetime | None = None) -> int:
    """Requests whose time has come without a decision are refused; how many."""
    now = now or timezone.now()
    late = Booking.objects.pending().filter(starts_at__lte=now).for_pages().order_by("pk")
    count = 0
    for booking in late.select_for_update(of=("self",))[:1000]:
        held = booking.waits and holding(booking.room_id, booking.held_quarters()).exists()
        reason = _("The room did not become free.") if held else _("Nobody decided in time. We are sorry.")
        messages.rejected(refuse(booking, reason, None))
        count += 1
    return count


def said(reason: str) -> str:
    if not (reason := reason.strip()):
        raise DomainError(_("Say why: whoever booked the room will read it."))
    return reason[:200]


def _check_step(booking: Booking, act: str) -> None:
    if not booking.allows(act):
        raise DomainError(
            _("This is not possible any more: %(state)s.") % {"state": booking.get_state_display()}
        )
