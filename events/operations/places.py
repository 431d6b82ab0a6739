"""Signing up and withdrawing. Places are a guarded counter, and the database refuses to oversell."""

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError
from residents.models import ResidenceState, Resident

from ..models import Attendance, Event, Registration, Session

OLD = 60  # 老年人权益保障法 art. 2


def refusal(session: Session, resident: Resident | None, *, at_the_desk: bool = False) -> str:
    """Why `resident` (None: anybody) cannot sign up now, in a sentence; empty when nothing is in the way.

    At the desk staff may still sign people up after the window has closed and when a birthday is not known.
    """
    standing = session.standing()
    if at_the_desk and standing in {"closed", "not_open"}:
        standing = "full" if session.places_left == 0 else "open"
    if standing != "open":
        return _standing_sentence(session, standing)
    return _not_for(session, resident, at_the_desk) if resident else ""


def _standing_sentence(session: Session, standing: str) -> str:
    def when(moment):
        return date_format(timezone.localtime(moment), "DATETIME_FORMAT")

    if standing == "cancelled":
        return _("This session is cancelled: %(reason)s") % {"reason": session.cancel_reason}
    if standing == "over":
        return _("This session is over.")
    if standing == "not_needed":
        return _("No sign-up is needed. Just come along.")
    if standing == "closed":
        closed_at = session.registration_closes_at or session.starts_at
        return _("Sign-up closed on %(when)s.") % {"when": when(closed_at)}
    if standing == "not_open":
        return _("Sign-up opens on %(when)s.") % {"when": when(session.registration_opens_at)}
    return _("All places are taken. Please look at the other sessions.")


def _not_for(session: Session, resident: Resident, at_the_desk: bool) -> str:
    event, audience = session.event, Event.Audience
    if resident.state == ResidenceState.UNCONFIRMED and not event.open_to_unconfirmed:
        return _("Your account is not confirmed yet. Please ask the community to confirm it first.")
    here = resident.community_id == session.community_id
    if event.audience == audience.EVERYONE:
        return ""
    if not here or (
        event.audience == audience.RESIDENTS and resident.state not in ResidenceState.of_the_register()
    ):
        return _("This event is for residents of %(community)s.") % {"community": session.community}
    if event.audience == audience.ELDERLY:
        return _not_old(resident, session, at_the_desk)
    if event.audience == audience.PARTY and not resident.is_party_member:
        return _("This event is for party members.")
    return ""


def _not_old(resident: Resident, session: Session, at_the_desk: bool) -> str:
    age = resident.age(on=timezone.localdate(session.starts_at))
    if age is None:
        if at_the_desk:
            return ""
        return _(
            "This event is for people aged 60 and over, and we do not know your date of birth. Please call us."
        )
    return "" if age >= OLD else _("This event is for people who are 60 or older on that day.")


def overlapping(session: Session, resident: Resident) -> Registration | None:
    """A place `resident` holds elsewhere at the same time. It is said, not forbidden."""
    return (
        Registration.objects.live()
        .filter(resident=resident, session__cancelled_at=None)
        .filter(session__starts_at__lt=session.ends_at, session__ends_at__gt=session.starts_at)
        .exclude(session=session)
        .select_related("session__event")
        .order_by("session__starts_at")
        .first()
    )


def still_here(resident: Resident) -> None:
    """Hold the person's row. Raises DomainError for one who has left the register, or is merged at this moment."""
    if Resident.objects.select_for_update(no_key=True).get(pk=resident.pk).left_on is not None:
        raise DomainError(_("This person has left the register."))


@transaction.atomic
def register(*, session: Session, resident: Resident, by: User, at_the_desk: bool = False) -> Registration:
    """Give `resident` one place in `session`; asking again returns the place already held.

    Raises DomainError when sign-up is closed, the session full or cancelled, or the event for others.
    """
    held = Registration.objects.live().filter(session=session, resident=resident).first()
    if held:
        return held
    if reason := refusal(session, resident, at_the_desk=at_the_desk):
        raise DomainError(reason)
    still_here(resident)
    registration, is_new = Registration.objects.get_or_create(
        session=session, resident=resident, cancelled_at=None, defaults={"by": by}
    )
    if not is_new:
        return registration
    _take_a_place(session)
    record("events.register", by=by, on=registration, path=session.event.unit.path)
    return registration


def _take_a_place(session: Session) -> None:
    # One statement tests and takes: two people cannot both get the last place, nor one of a cancelled session.
    if (
        not Session.objects.with_a_free_place()
        .filter(pk=session.pk, cancelled_at=None)
        .update(places_taken=F("places_taken") + 1)
    ):
        session.refresh_from_db(fields=["cancelled_at", "cancel_reason", "places", "places_taken"])
        raise DomainError(_standing_sentence(session, "cancelled" if session.cancelled_at else "full"))


@transaction.atomic
def withdraw(*, registration: Registration, by: User, at_the_desk: bool = False) -> Registration:
    """Give the place back. Possible until the session starts, for staff until it is over; twice changes nothing."""
    session = registration.session
    now = timezone.now()
    if registration.cancelled_at:
        return registration
    Registration.objects.select_for_update(of=("self",)).get(
        pk=registration.pk
    )  # nobody is checked in meanwhile
    if now >= (session.ends_at if at_the_desk else session.starts_at):
        raise DomainError(_("The session has begun; it is too late to withdraw."))
    if Attendance.objects.live().filter(session=session, resident_id=registration.resident_id).exists():
        raise DomainError(_("This person is checked in. Undo that first."))
    changed = Registration.objects.live().filter(pk=registration.pk).update(cancelled_at=now, cancelled_by=by)
    if changed:
        Session.objects.filter(pk=session.pk).update(places_taken=F("places_taken") - 1)
        record("events.withdraw", by=by, on=registration, path=session.event.unit.path)
    registration.refresh_from_db(fields=["cancelled_at", "cancelled_by"])
    return registration


def recount_places(by: User | None = None) -> int:
    """Set every counter that differs from the rows right; returns how many there were. Run nightly."""
    live = Count("registrations", filter=Q(registrations__cancelled_at=None))
    wrong = Session.objects.order_by().annotate(live=live).exclude(places_taken=F("live"))
    return sum(_recount(pk, by) for pk in sorted(wrong.values_list("pk", flat=True)))


@transaction.atomic
def _recount(pk: int, by: User | None) -> int:
    session = Session.objects.select_for_update(of=("self",)).select_related("event__unit").get(pk=pk)
    live = session.registrations.live().count()
    if live == session.places_taken:
        return 0
    record("events.recount", by=by, on=session, path=session.event.unit.path,
           was=session.places_taken, now=live)  # fmt: skip
    session.places_taken = live
    if session.places is not None:
        session.places = max(session.places, live)  # more people than places: the rows are the truth
    session.save(update_fields=["places_taken", "places"])
    return 1
