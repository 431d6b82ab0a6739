"""At the door: who is there."""

from datetime import timedelta

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
from .expected import is_expected
from .places import still_here
from .words import said

SELF_AFTER = timedelta(hours=1)  # after the end people check themselves out, but nobody in


def check_window(session: Session, reason: str) -> None:
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
    *,
    session: Session,
    resident: Resident,
    by: User,
    as_helper: bool = False,
    reason: str = "",
    how: str = Attendance.How.ROLL,
) -> Attendance:
    """`resident` is there: with or without a sign-up. Checking in again changes nothing.

    Possible from two hours before the start; more than seven days after the end only with a reason. Companions are
    taken to have come too, until somebody counts them.
    """
    present = Attendance.objects.live().filter(session=session, resident=resident).first()
    if present:
        return present
    check_window(session, reason)
    still_here(resident)
    places = Registration.objects.live().filter(session=session, resident=resident)
    place = places.select_for_update(of=("self",)).first()  # nobody withdraws meanwhile
    attendance, is_new = Attendance.objects.get_or_create(
        session=session,
        resident=resident,
        withdrawn_at=None,
        defaults={
            "registration": place,
            "companions": place.seats - 1 if place else 0,
            "as_helper": as_helper,
            "late_reason": said(reason) if session.check_in_window() == "late" else "",
            "how": how,
            "by": by,
        },
    )
    if is_new:
        path = session.event.unit.path
        record("events.check_in", by=by, on=attendance, path=path, helper=as_helper, how=str(how))
        rewards.follow_check_in(attendance, by)
    return attendance


@transaction.atomic
def check_in_self(*, session: Session, resident: Resident, by: User) -> Attendance:
    """Somebody scanned the code on the wall: only at the time, and only who is signed up, is expected, or needs no
    sign-up. What does not fit is for the staff at the door. Raises DomainError that says what went wrong.
    """
    check_window(session, "")
    if timezone.now() > session.ends_at:
        raise DomainError(_("The session is over. Please ask the staff."))
    if why := for_the_staff(session, resident):
        raise DomainError(why)
    return check_in(session=session, resident=resident, by=by, how=Attendance.How.WALL)


def for_the_staff(session: Session, resident: Resident) -> str:
    """Why the staff at the door check this person in and not the code on the wall; empty when nothing is in the way."""
    placed = Registration.objects.live().filter(session=session, resident=resident).exists()
    if placed or is_expected(session, resident):
        return ""
    event = session.event
    if event.needs_registration:
        words = _("%(name)s is not signed up for this session. Please ask the staff at the door.")
        return words % {"name": resident.name}
    if resident.community_id != session.community_id:
        return _("Guests from other communities are checked in by the staff at the door.")
    if resident.state == ResidenceState.UNCONFIRMED and not event.open_to_unconfirmed:
        return _("The community has not confirmed yet where you live. Please ask the staff at the door.")
    return ""


@transaction.atomic
def undo_check_in(*, attendance: Attendance, by: User, reason: str = "") -> Attendance:
    """Take a check-in back: the row stays and says who did it. Undoing again changes nothing."""
    if attendance.withdrawn_at:
        return attendance
    if attendance.session.check_in_window() == "late" and not reason.strip():
        raise DomainError(_("The session was more than a week ago. Say why you change this now."))
    reason = said(reason)
    changed = (
        Attendance.objects.live()
        .filter(pk=attendance.pk)
        .update(withdrawn_at=timezone.now(), withdrawn_by=by, withdrawn_reason=reason)
    )
    if changed:
        record("events.undo_check_in", by=by, on=attendance, path=attendance.session.event.unit.path)
        rewards.undo([attendance], community=attendance.session.community, by=by, reason=reason)
    attendance.refresh_from_db(fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    return attendance


@transaction.atomic
def walk_in(
    *,
    session: Session,
    name: str,
    by: User,
    as_helper: bool = False,
    reason: str = "",
    how: str = Attendance.How.ROLL,
) -> Attendance:
    """Somebody whom the register does not know came along: keep the name as `outside`, and the attendance."""
    check_window(session, reason)
    person = add_resident(
        community=session.community, unit=session.community, name=name, state=ResidenceState.OUTSIDE, by=by
    )
    return check_in(session=session, resident=person, by=by, as_helper=as_helper, reason=reason, how=how)


@transaction.atomic
def count_companions(*, attendance: Attendance, number: int, by: User) -> Attendance:
    """How many of the companions somebody signed up with really came."""
    most = attendance.registration.seats - 1 if attendance.registration_id else 0
    if not 0 <= number <= most:
        raise DomainError(_("They signed up with %(most)d companions.") % {"most": most})
    rows = Attendance.objects.live().filter(pk=attendance.pk).exclude(companions=number)
    if rows.update(companions=number):
        path = attendance.session.event.unit.path
        record(
            "events.count_companions", by=by, on=attendance, path=path, was=attendance.companions, now=number
        )
        attendance.companions = number
    return attendance
