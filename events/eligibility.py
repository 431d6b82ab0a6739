"""Whom an event is for: each refusal is a sentence that says what is missing, and to nobody else."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from residents.identity import ADULT, CHILD
from residents.models import ResidenceState, Resident, ResidentTag

from .models import Attendance, Event, Session, SignUp

OLD = 60  # 老年人权益保障法 art. 2
ENOUGH = 2  # of a course: one session in so many counts as completed


@dataclass(frozen=True)
class Case:
    """One person and what they want to take part in. At the desk an unknown birthday is no obstacle."""

    pool: Session | Event
    resident: Resident
    at_the_desk: bool = False

    @property
    def event(self) -> Event:
        return self.pool.programme

    @property
    def day(self) -> date:
        """The day their age counts on: of the session, or of a course the first still to come."""
        coming = (
            [self.pool.starts_at] if isinstance(self.pool, Session) else [at for at, _end in self.event.dates]
        )
        coming = [at for at in coming if at]
        now = timezone.now()
        at = next((at for at in coming if at > now), coming[-1] if coming else now)
        return timezone.localdate(at)

    @property
    def age(self) -> int | None:
        return self.resident.age(on=self.day)


def not_for(pool: Session | Event, resident: Resident, *, at_the_desk: bool = False) -> str:
    """Why `resident` cannot take part, in a sentence; empty when nothing is in the way."""
    case = Case(pool, resident, at_the_desk)
    return next((sentence for rule in RULES if (sentence := rule(case))), "")


def _unconfirmed(case: Case) -> str:
    if case.resident.state == ResidenceState.UNCONFIRMED and not case.event.open_to_unconfirmed:
        return _("Your account is not confirmed yet. Please ask the community to confirm it first.")
    return ""


def _audience(case: Case) -> str:
    event, resident, audience = case.event, case.resident, Event.Audience
    if event.audience == audience.EVERYONE:
        return ""
    here = resident.community_id == case.pool.community_id
    if not here or (
        event.audience == audience.RESIDENTS and resident.state not in ResidenceState.of_the_register()
    ):
        return _("This event is for residents of %(community)s.") % {"community": case.pool.community}
    if event.audience == audience.ELDERLY:
        return _not_old(case)
    if event.audience == audience.PARTY and not resident.is_party_member:
        return _("This event is for party members.")
    return ""


def _not_old(case: Case) -> str:
    if case.age is None:
        if case.at_the_desk:
            return ""
        return _(
            "This event is for people aged 60 and over, and we do not know your date of birth. Please call us."
        )
    return "" if case.age >= OLD else _("This event is for people who are 60 or older on that day.")


def _ages(case: Case) -> str:
    event = case.event
    if event.age_from is None and event.age_to is None:
        return ""
    ages = {"from": event.age_from, "to": event.age_to}
    if case.age is None:
        if case.at_the_desk:
            return ""
        return _("This event asks for an age, and we do not know your date of birth. Please call us.")
    if (event.age_from or 0) <= case.age <= (event.age_to if event.age_to is not None else 200):
        return ""
    if event.age_to is None:
        return _("This event is for people who are %(from)d or older on that day.") % ages
    if event.age_from is None:
        return _("This event is for people who are %(to)d or younger on that day.") % ages
    return _("This event is for people who are %(from)d to %(to)d years old on that day.") % ages


def _lives_elsewhere(case: Case) -> str:
    event = case.event
    if event.only_this_unit and not case.resident.path.startswith(event.unit.path):
        return _("This event is for people who live in %(unit)s.") % {"unit": event.unit}
    return ""


def _tag(case: Case) -> str:
    """What care somebody needs is nobody else's business: the sentence does not name it."""
    tag = case.event.tag
    if tag and not ResidentTag.objects.current().filter(resident=case.resident.pk, tag=tag).exists():
        return _(
            "This event is for a certain group of residents. If you think you belong to it, please call us."
        )
    return ""


def completed(course: Event, resident: Resident) -> bool:
    """Was at half of the course's sessions or more."""
    held = course.sessions.filter(cancelled_at=None, ends_at__lte=timezone.now())
    count = held.count()
    been = Attendance.objects.live().participants().filter(session__in=held, resident=resident.pk).count()
    return count > 0 and been * ENOUGH >= count


def _course_before(case: Case) -> str:
    course = case.event.after_course
    if course and not completed(course, case.resident):
        return _("This continues “%(course)s”: it is for those who were at half of its sessions or more.") % {
            "course": course
        }
    return ""


def _one_session_each(case: Case) -> str:
    if not case.event.one_session_each or case.event.is_course:
        return ""
    others = (
        SignUp.objects.live()
        .naming([case.resident.pk])
        .filter(event=case.event, session__cancelled_at=None)
        .exclude(session=case.pool)
        .select_related("session")
    )
    if other := others.first():
        when = date_format(timezone.localtime(other.session.starts_at), "DATETIME_FORMAT")
        return _("Everybody has one session only, and %(name)s is signed up for %(when)s.") % {
            "name": case.resident, "when": when,
        }  # fmt: skip
    return ""


RULES = [_unconfirmed, _audience, _ages, _lives_elsewhere, _tag, _course_before, _one_session_each]


def is_child(pool: Session | Event, resident: Resident) -> bool:
    """Below 14 on the day, as far as we know."""
    age = Case(pool, resident).age
    return age is not None and age < CHILD


def may_agree_for(guardian: Resident, child: Resident) -> bool:
    """An adult of the same household."""
    age = guardian.age()
    return (
        age is not None
        and age >= ADULT
        and guardian.household_id is not None
        and guardian.household_id == child.household_id
    )
