"""How long somebody was there: checking out, and hours corrected by hand.

What was given for an attendance is never changed: a correction withdraws the row with its points and hours, and
writes it anew.
"""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError

from ..models import Attendance, Session
from . import rewards
from .door import SELF_AFTER
from .words import said

MOST_HOURS = Decimal(24)
KEPT = (
    "session",
    "resident",
    "registration",
    "as_helper",
    "at",
    "left_at",
    "how",
    "companions",
    "late_reason",
)


@transaction.atomic
def check_out(*, attendance: Attendance, by: User, at: datetime | None = None) -> Attendance:
    """They leave, now or (entered afterwards) at `at`. Points and hours follow. A second time changes nothing."""
    session = attendance.session
    if attendance.left_at:
        return attendance
    if not session.event.needs_check_out:
        raise DomainError(_("Nobody checks out of this event."))
    at = _moment(attendance, at)
    rows = Attendance.objects.still_in().filter(pk=attendance.pk)
    changed = rows.update(left_at=at)
    attendance.refresh_from_db(fields=["left_at", "withdrawn_at"])
    if changed:
        record("events.check_out", by=by, on=attendance, path=session.event.unit.path)
        rewards.follow_check_out(attendance, by)
    elif attendance.withdrawn_at:
        raise DomainError(_("This check-in has been taken back."))
    return attendance


def _moment(attendance: Attendance, at: datetime | None) -> datetime:
    session, now = attendance.session, timezone.now()
    if at is None:
        return now if now <= session.ends_at + SELF_AFTER else session.ends_at
    if not session.check_in_opens_at <= at <= now:
        raise DomainError(_("They left after check-in opened and not later than now."))
    if at < attendance.at <= session.ends_at:  # what was written down later says nothing about when they came
        came = timezone.localtime(attendance.at)
        raise DomainError(_("They came at %(came)s and cannot have left before.") % {"came": f"{came:%H:%M}"})
    return at


@transaction.atomic
def check_out_self(*, attendance: Attendance, by: User) -> Attendance:
    if timezone.now() > attendance.session.ends_at + SELF_AFTER:
        raise DomainError(_("The session ended a while ago. Please ask the staff to note when you left."))
    return check_out(attendance=attendance, by=by)


@transaction.atomic
def check_out_all(*, session: Session, by: User) -> int:
    """Whoever is still in left at the end: one act of the staff, when the session is over. How many."""
    if timezone.now() < session.ends_at:
        raise DomainError(_("The session is not over yet."))
    rows = Attendance.objects.still_in().filter(session=session).select_related("resident").order_by("pk")
    left = 0
    for attendance in rows.select_for_update(of=("self",)):
        attendance.session = session
        check_out(attendance=attendance, by=by, at=session.ends_at)
        left += 1
    return left


@transaction.atomic
def undo_check_out(*, attendance: Attendance, by: User) -> Attendance:
    """They have not left after all."""
    if not attendance.left_at:
        return attendance
    return _anew(attendance, by=by, reason=_("had not left"), left_at=None)


@transaction.atomic
def correct_hours(*, attendance: Attendance, hours: Decimal, reason: str, by: User) -> Attendance:
    """`hours` served by half hours, whatever the clock says, with the reason."""
    if not attendance.as_helper:
        raise DomainError(_("Hours are counted for helpers."))
    if not (reason := said(reason)):
        raise DomainError(_("Say why the hours are others."))
    if not 0 <= hours <= MOST_HOURS or hours * 2 % 1:
        raise DomainError(_("Hours are counted by half hours, up to 24."))
    return _anew(attendance, by=by, reason=reason, hours=hours, hours_reason=reason)


def _anew(attendance: Attendance, *, by: User, reason: str, **changes) -> Attendance:
    session = attendance.session
    now = timezone.now()
    rows = Attendance.objects.live().filter(pk=attendance.pk)
    if not rows.update(withdrawn_at=now, withdrawn_by=by, withdrawn_reason=reason):
        raise DomainError(_("This check-in has been taken back or changed meanwhile."))
    rewards.undo([attendance], community=session.community, by=by, reason=reason)
    kept = {name: getattr(attendance, name) for name in KEPT}
    row = Attendance.objects.create(**(kept | {"by": by} | changes))
    record("events.correct_attendance", by=by, on=row, path=session.event.unit.path, was=attendance.pk)
    rewards.follow_check_in(row, by)
    return row


def hours_served(attendance: Attendance) -> Decimal | None:
    """What counts for the helper; None as long as nobody knows when they left."""
    return rewards.hours_of(attendance) if rewards.is_due(attendance) else None
