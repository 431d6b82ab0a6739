"""What the clock tells people of sessions: reminders, thanks, and staff of one that too few come to."""

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.models import InboxMessage
from notifications.operations import Message, language_of, tell_all

from .messages import cause_of, message, once, placed, stamp, when
from .models import Attendance, Entry, Event, Registration, Session

AFTER, THANKED_FOR = timedelta(hours=3), timedelta(days=3)  # the roll may be keyed in late
FURTHEST = timedelta(days=60)


def coming(first: datetime, last: datetime):
    """Sessions that take place and start after `first`, up to `last`."""
    return Session.objects.filter(
        starts_at__gt=first,
        starts_at__lte=last,
        cancelled_at=None,
        event__cancelled_at=None,
        event__published_at__isnull=False,
    ).select_related("event__unit", "event__room__facility", "event__created_by", "community")


def tell_reminders() -> str:
    """The day before and two hours before, to those who hold a place and had signed up before that moment."""
    now, day, hours = timezone.now(), timedelta(days=1), timedelta(hours=2)
    sent = sum(_remind("day_before", session, day) for session in coming(now + day / 2, now + day))
    sent += sum(_remind("hours_before", session, hours) for session in coming(now, now + hours))
    return _("%(n)d reminders") % {"n": sent}


def _remind(kind: str, session: Session, ahead: timedelta) -> int:
    """Keyed by the start: a session that is moved reminds again."""
    event, key = session.event, f"{session.pk}:{stamp(session.starts_at)}"
    if InboxMessage.objects.filter(key__startswith=f"{kind}:{key}:").exists():
        return 0  # all have been told in one transaction

    def words():
        said = {"title": event.title, "when": when(session.starts_at), "place": session.where() or "–"}
        text = _("“%(title)s” begins on %(when)s, at: %(place)s. If you cannot come, please give your place back.")  # fmt: skip
        return _("Reminder: %(title)s") % {"title": event.title}, text % said

    return tell_all(
        message(kind, person, event, session, f"{key}:{person.pk}", words, not_after=session.starts_at)
        for person in once(
            [
                *placed(Registration.objects.filter(session=session, at__lt=session.starts_at - ahead)),
                *Entry.objects.filter(at__lt=session.starts_at - ahead).who_hear(event),
            ]
        )
    )


def tell_thanks() -> str:
    """To everybody who was there, when the last session of an event is over, or one that has a survey."""
    now = timezone.now()
    later = Session.objects.filter(
        event=OuterRef("event"), cancelled_at=None, starts_at__gt=OuterRef("starts_at")
    )
    over = (
        Session.objects.filter(ends_at__lte=now - AFTER, ends_at__gt=now - THANKED_FOR, cancelled_at=None)
        .filter(event__published_at__isnull=False, event__is_internal=False)
        .exclude(Exists(later))
        .select_related("event__unit", "community")
    )
    return _("%(n)d thanks") % {"n": sum(_thank(session) for session in over)}


def _thank(session: Session) -> int:
    event, survey = session.event, survey_of(session)

    def words():
        text = _("thank you for coming to “%(title)s” on %(when)s.") % {
            "title": event.title,
            "when": when(session.starts_at),
        }
        if survey:
            text += _(" Please tell us how it was: it takes a minute.")
        return _("Thank you: %(title)s") % {"title": event.title}, text

    there = Attendance.objects.live().filter(
        session=session, resident__user__isnull=False, resident__left_on=None
    )
    people = [row.resident for row in there.select_related("resident__user").order_by("resident")]
    return tell_all(
        message("thanks", person, event, session, f"{event.pk}:{person.pk}", words, **survey)
        for person in people
    )


def survey_of(session: Session) -> dict:
    """Where the questions about it are, when there are any."""
    event = session.event
    if not getattr(event, "feedback_id", None):
        return {}
    return {"url": reverse("events:survey", args=[session.community, event.pk])}


def tell_too_few() -> str:
    """To whoever made an event: its least number of people is not reached on the day when that is decided."""
    found = 0
    for session in coming(timezone.now(), timezone.now() + FURTHEST).filter(
        event__minimum__isnull=False, event__is_course=False, goes_ahead_at=None,
        places_taken__lt=F("event__minimum"),
    ):  # fmt: skip
        found += _too_few(session.event, session, session.places_taken, session.starts_at)
    courses = Event.objects.filter(
        is_course=True, minimum__isnull=False, goes_ahead_at=None, cancelled_at=None, published_at__isnull=False,
        places_taken__lt=F("minimum"),
    )  # fmt: skip
    for course in courses.select_related("unit", "created_by"):
        first = course.sessions.filter(cancelled_at=None).order_by("starts_at").first()
        if first and first.starts_at > timezone.now():
            found += _too_few(course, None, course.places_taken, first.starts_at)
    return _("%(n)d too small") % {"n": found}


def _too_few(event: Event, session: Session | None, people: int, starts_at: datetime) -> int:
    if starts_at - timedelta(days=event.decide_days) > timezone.now():
        return 0
    said = {"title": event.title, "when": when(starts_at), "people": people, "minimum": event.minimum}
    with language_of(event.created_by):
        subject = _("Too few people: %(title)s") % said
        text = _("“%(title)s” on %(when)s has %(people)d of at least %(minimum)d people. Please decide whether it takes place.") % said  # fmt: skip
    return tell_all([
        Message(
            kind="work", to=event.created_by, community=event.unit.community, subject=subject, text=text,
            cause=cause_of(event, session), url=reverse("events:desk_event", args=[event.pk]),
            key=f"too_few:{event.pk}:{session.pk if session else ''}:{stamp(starts_at)}",
        )
    ])  # fmt: skip
