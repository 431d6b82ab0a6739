"""Giving back: a place, an offer, a number in the draw, a place in the line."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError
from residents.models import Resident

from .. import messages
from ..eligibility import is_child
from ..models import Attendance, Registration, Session, SignUp, SignUpState
from . import seats
from .queue import end, fill
from .words import said


@transaction.atomic
def withdraw(*, registration: Registration, by: User, at_the_desk: bool = False) -> Registration:
    """Give the place back: of a course for this date only. Possible until the session starts, for staff until it is
    over; twice changes nothing."""
    if registration.cancelled_at:
        return registration
    session = registration.session
    pool = seats.pool_of(session).held()
    sign_up = registration.sign_up and seats.locked(registration.sign_up)
    gone = cancel_rows([registration.pk], [session], by, at_the_desk)
    if gone and pool == session:
        if sign_up:
            drop(sign_up, registration.resident, how=SignUp.End.WITHDREW, by=by)
        seats.free(pool, registration.seats)
        fill(pool, by=by)
    elif gone:
        seats.count_dates(gone, -1)
    if gone:
        record("events.withdraw", by=by, on=registration, path=session.event.unit.path)
        if at_the_desk and sign_up:
            messages.tell_taken_off(registration.resident, sign_up, session, by=by)
    registration.refresh_from_db(fields=["cancelled_at", "cancelled_by"])
    return registration


def cancel_rows(pks: list[int], sessions: list[Session], by: User, at_the_desk: bool) -> list[Registration]:
    """Cancel these rows of the sessions. Raises DomainError when one has begun, or somebody is checked in there."""
    now = timezone.now()
    if any(now >= (one.ends_at if at_the_desk else one.starts_at) for one in sessions):
        raise DomainError(_("The session has begun; it is too late to withdraw."))
    rows = Registration.objects.live().filter(pk__in=pks).order_by("pk")
    rows = list(rows.select_for_update(of=("self",)))  # nobody is checked in meanwhile
    there = Attendance.objects.live().filter(
        session__in=sessions, resident__in=[row.resident_id for row in rows]
    )
    if there.exists():
        raise DomainError(_("This person is checked in. Undo that first."))
    if (
        not Registration.objects.live()
        .filter(pk__in=[row.pk for row in rows])
        .update(cancelled_at=now, cancelled_by=by)
    ):
        return []
    return rows


@transaction.atomic
def leave(
    *, sign_up: SignUp, by: User, member: Resident | None = None, at_the_desk: bool = False, reason: str = ""
) -> SignUp:
    """Give everything back, or only what `member` of the group has; twice changes nothing. `reason`: why staff do it,
    told to the person, no number of a person in it.

    Raises DomainError when it is too late, or somebody is checked in.
    """
    reason = said(reason)
    pool = sign_up.pool.held()
    sign_up = seats.locked(sign_up)
    if sign_up.state == SignUpState.ENDED:
        return sign_up
    was, held, who = sign_up.state, sign_up.offered_seats, member or sign_up.resident
    if was == SignUpState.PLACED:
        _give_back_dates(sign_up, pool, member, by, at_the_desk)
    how = SignUp.End.WITHDREW if was == SignUpState.PLACED else SignUp.End.LEFT
    if was == SignUpState.OFFERED:
        how = SignUp.End.DECLINED
    if member:
        count = drop(sign_up, member, how=how, by=by)
    else:
        count = sign_up.seats
        end(sign_up, how, by=by, reason=reason)
    if was == SignUpState.PLACED:
        seats.free(pool, count)
    elif was == SignUpState.OFFERED:
        seats.free(pool, held - sign_up.offered_seats)
    record("events.leave", by=by, on=sign_up, path=pool.programme.unit.path, was=was)
    if at_the_desk:
        messages.tell_taken_off(who, sign_up, None, by=by, reason=reason)
    elif was == SignUpState.OFFERED and sign_up.state == SignUpState.ENDED:
        messages.offer_is_over(sign_up)
    fill(pool, by=by)
    return sign_up


def _give_back_dates(sign_up: SignUp, pool, member: Resident | None, by: User, at_the_desk: bool) -> None:
    """The rows of the roll-call: of a session its own, of a course those of the dates still to come."""
    rows = Registration.objects.live().filter(sign_up=sign_up)
    if member:
        rows = rows.filter(resident=member)
    if isinstance(pool, Session):
        cancel_rows([row.pk for row in rows], [pool], by, at_the_desk)
        return
    now = timezone.now()
    if not pool.dates or pool.dates[-1][1] <= now:
        raise DomainError(_("The course is over."))
    rows = list(rows.filter(session__starts_at__gt=now).select_related("session"))
    gone = cancel_rows([row.pk for row in rows], [row.session for row in rows], by, at_the_desk)
    seats.count_dates(gone, -1)


def drop(sign_up: SignUp, person: Resident, *, how: str, by: User) -> int:
    """One of the group goes, the first one with the nameless companions; with the last one the sign-up ends. The next
    one leads it then, no child if there is somebody else.

    How many seats that were. The caller frees them.
    """
    first = person.pk == sign_up.resident_id
    count = 1 + sign_up.companions if first else 1
    if not first and not sign_up.members.filter(resident=person).delete()[0]:
        return 0
    if count == sign_up.seats:
        end(sign_up, how, by=by)
        return count
    if first:
        heir = min(sign_up.members.all(), key=lambda one: is_child(sign_up.pool, one.resident))
        sign_up.resident, sign_up.companions = heir.resident, 0
        heir.delete()
    sign_up.seats -= count
    sign_up.offered_seats = min(sign_up.offered_seats, sign_up.seats)
    sign_up.save(update_fields=["resident", "companions", "seats", "offered_seats"])
    return count
