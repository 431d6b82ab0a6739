"""What happens to sign-ups and attendances when two rows of the register turn out to be one human."""

from django.utils import timezone

from accounts.models import User
from residents.models import Resident

from ..models import (
    Attendance,
    DoorCode,
    Excuse,
    Registration,
    SheetLine,
    SignUp,
    SignUpMember,
    SignUpState,
)
from . import rewards, seats
from .leaving import drop
from .queue import fill


def follow_merge(*, source: Resident, target: Resident, by: User) -> None:
    """Everything of `source` becomes that of `target`; what both hold is held once and the second place is free."""
    now = timezone.now()
    for sign_up in (
        SignUp.objects.live().naming([source.pk]).select_related("event", "session").order_by("pk")
    ):
        _hold_once(sign_up, source, target, by)
    held = Registration.objects.live().filter(resident=target).values("session")
    doubled = list(Registration.objects.live().filter(resident=source, session__in=held))
    gone = [row for row in doubled if _cancelled(row, by, now)]
    seats.count_dates(gone, -1)
    there = list(Attendance.objects.live().filter(resident=target).values_list("session", flat=True))
    twice = list(Attendance.objects.live().filter(resident=source, session__in=there).order_by("pk"))
    Attendance.objects.filter(pk__in=[one.pk for one in twice]).update(withdrawn_at=now, withdrawn_by=by)
    rewards.undo(twice, community=source.community, by=by)
    named = SignUpMember.objects.filter(resident=target).values("sign_up")
    SignUpMember.objects.filter(resident=source, sign_up__in=named).delete()
    SignUpMember.objects.filter(resident=source).update(resident=target)
    SignUp.objects.filter(resident=source).update(resident=target)
    SignUp.objects.filter(guardian=source).update(guardian=target)
    Registration.objects.filter(resident=source).update(resident=target)
    Attendance.objects.filter(resident=source).update(resident=target)
    _follow_at_the_door(source, target, by, now)


def _follow_at_the_door(source: Resident, target: Resident, by: User, now) -> None:
    """One excuse a session, one line a sheet; the code of `target` stays, else that of `source` goes over."""
    excused = list(Excuse.objects.live().filter(resident=target).values_list("session", flat=True))
    twice = Excuse.objects.live().filter(resident=source, session__in=excused)
    twice.update(withdrawn_at=now, withdrawn_by=by)
    Excuse.objects.filter(resident=source).update(resident=target)
    lines = list(SheetLine.objects.filter(resident=target).values_list("session", flat=True))
    SheetLine.objects.filter(resident=source).exclude(session__in=lines).update(resident=target)
    if not DoorCode.objects.filter(resident=target).exists():
        DoorCode.objects.filter(resident=source).update(resident=target)


def _cancelled(row: Registration, by: User, now) -> bool:
    """Whether the row was cancelled here: whoever withdraws at this moment has given the place back already."""
    return bool(Registration.objects.live().filter(pk=row.pk).update(cancelled_at=now, cancelled_by=by))


def _hold_once(sign_up: SignUp, source: Resident, target: Resident, by: User) -> None:
    """When both are in the line or have a place of one pool, `source` gives up theirs."""
    pool = sign_up.pool.held()
    if not SignUp.objects.live().of_pool(pool).naming([target.pk]).exists():
        return
    sign_up = seats.locked(sign_up)
    if sign_up.state == SignUpState.ENDED:
        return
    was, offered, now = sign_up.state, sign_up.offered_seats, timezone.now()
    if was == SignUpState.PLACED:
        rows = list(Registration.objects.live().filter(sign_up=sign_up, resident=source))
        rows = [row for row in rows if _cancelled(row, by, now)]
        if sign_up.session_id is None:
            seats.count_dates(rows, -1)
    count = drop(sign_up, source, how=SignUp.End.MERGED, by=by)
    if was == SignUpState.PLACED:
        seats.free(pool, count)
    elif was == SignUpState.OFFERED:
        seats.free(pool, offered - sign_up.offered_seats)
    fill(pool, by=by)
