"""At the door: who is there."""

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError
from residents.models import ResidenceState, Resident
from residents.operations import add_resident

from ..models import Attendance, Registration, Session
from ..models.sessions import CHECK_IN_BEFORE
from . import rewards
from .places import still_here


def _check_window(session: Session, reason: str) -> None:
    if session.cancelled_at:
        raise DomainError(_("This session is cancelled: %(reason)s") % {"reason": session.cancel_reason})
    window = session.check_in_window()
    if window == "early":
        opens_at = timezone.localtime(session.starts_at - CHECK_IN_BEFORE)
        raise DomainError(
            _("Check-in opens on %(when)s.") % {"when": date_format(opens_at, "DATETIME_FORMAT")}
        )
    if window == "late" and not reason.strip():
        raise DomainError(_("The session was more than a week ago. Say why you enter this now."))


@transaction.atomic
def check_in(
    *, session: Session, resident: Resident, by: User, as_helper: bool = False, reason: str = ""
) -> Attendance:
    """`resident` is there: with or without a sign-up. Checking in again changes nothing.

    Possible from two hours before the start; more than seven days after the end only with a reason.
    """
    present = Attendance.objects.live().filter(session=session, resident=resident).first()
    if present:
        return present
    _check_window(session, reason)
    still_here(resident)
    places = Registration.objects.live().filter(session=session, resident=resident)
    attendance, is_new = Attendance.objects.get_or_create(
        session=session,
        resident=resident,
        withdrawn_at=None,
        defaults={
            "registration": places.select_for_update(of=("self",)).first(),  # nobody withdraws meanwhile
            "as_helper": as_helper,
            "late_reason": reason.strip()[:200] if session.check_in_window() == "late" else "",
            "by": by,
        },
    )
    if is_new:
        record("events.check_in", by=by, on=attendance, path=session.event.unit.path, helper=as_helper)
        rewards.follow_check_in(attendance, by)
    return attendance


@transaction.atomic
def undo_check_in(*, attendance: Attendance, by: User, reason: str = "") -> Attendance:
    """Take a check-in back: the row stays and says who did it. Undoing again changes nothing."""
    if attendance.withdrawn_at:
        return attendance
    if attendance.session.check_in_window() == "late" and not reason.strip():
        raise DomainError(_("The session was more than a week ago. Say why you change this now."))
    changed = (
        Attendance.objects.live()
        .filter(pk=attendance.pk)
        .update(withdrawn_at=timezone.now(), withdrawn_by=by, withdrawn_reason=reason.strip()[:200])
    )
    if changed:
        record("events.undo_check_in", by=by, on=attendance, path=attendance.session.event.unit.path)
        rewards.undo([attendance], community=attendance.session.community, by=by, reason=reason.strip())
    attendance.refresh_from_db(fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    return attendance


@transaction.atomic
def walk_in(
    *, session: Session, name: str, by: User, as_helper: bool = False, reason: str = ""
) -> Attendance:
    """Somebody whom the register does not know came along: keep the name as `outside`, and the attendance."""
    _check_window(session, reason)
    person = add_resident(
        community=session.community, unit=session.community, name=name, state=ResidenceState.OUTSIDE, by=by
    )
    return check_in(session=session, resident=person, by=by, as_helper=as_helper, reason=reason)
