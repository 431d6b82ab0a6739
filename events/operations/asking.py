"""Questions of an event: own ones at sign-up, and a survey for those who were there."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError
from residents.models import Resident
from surveys import operations as surveys
from surveys.forms import AnswersForm
from surveys.models import Answered, Response, Survey
from surveys.results import standard_after_event

from ..models import Attendance, Event, SignUp

DAYS = 14  # after somebody was there
FIELDS: dict[str, str] = {Survey.Purpose.SIGN_UP: "questions", Survey.Purpose.EVENT: "feedback"}


def cause_of(event: Event) -> str:
    return f"event:{event.pk}"


@transaction.atomic
def ask(
    *, event: Event, purpose: str, by: User, template: Survey | None = None, is_anonymous: bool = False
) -> Survey:
    """Give the event a set of questions of its own: a copy of `template`, or the usual ones after an event.

    Asking again gives the set it has.
    """
    field = FIELDS[purpose]
    stored = Event.objects.select_for_update(of=("self",)).get(pk=event.pk)
    if held := getattr(stored, field):
        return held
    survey = surveys.create_survey(
        unit=event.unit,
        organisation=event.organiser,
        title=event.title,
        purpose=purpose,
        source=template,
        is_anonymous=is_anonymous and purpose == Survey.Purpose.EVENT,
        by=by,
    )
    if template is None and purpose == Survey.Purpose.EVENT:
        surveys.add_standard_questions(survey, standard_after_event())
    _set(event, field, survey, by)
    return survey


@transaction.atomic
def stop_asking(*, event: Event, purpose: str, by: User) -> None:
    """Ask no longer. What has been answered stays with the answers."""
    if getattr(event, FIELDS[purpose]):
        _set(event, FIELDS[purpose], None, by)


def _set(event: Event, field: str, survey: Survey | None, by: User) -> None:
    setattr(event, field, survey)
    event.save(update_fields=[field])
    record("events.ask", by=by, on=event, path=event.unit.path, what=field, asked=survey is not None)


def answers_of(sign_up: SignUp) -> str:
    """The cause under which its answers are kept."""
    return f"signup:{sign_up.pk}"


def response_of(sign_up: SignUp) -> Response | None:
    """What was answered with it, to the questions the event asks now."""
    if sign_up.event.questions_id is None:
        return None
    rows = Response.objects.of_causes(sign_up.event.questions_id, [answers_of(sign_up)])
    rows = rows.exclude(resident=None).prefetch_related("answers__question")
    return rows.order_by("pk").first()


def take_along(event: Event, sign_ups: dict[str, SignUp]) -> None:
    """The answers under these causes hold for another sign-up each, too."""
    if event.questions_id and sign_ups:
        causes = {cause: (answers_of(one), one.resident) for cause, one in sign_ups.items()}
        surveys.copy_answers(survey=event.questions, causes=causes)


# --- after the event --------------------------------------------------------------------------


@dataclass(frozen=True)
class Turn:
    """Where somebody stands: `open`, `answered`, `late`, or `absent` (not there, or not over yet)."""

    resident: Resident
    state: str
    last_on: date | None = None


def presences(now=None):
    """Of people who were there, at sessions that are over."""
    return Attendance.objects.live().filter(
        session__ends_at__lte=now or timezone.now(),
        session__cancelled_at=None,
        session__event__cancelled_at=None,
    )


def asked(event: Event) -> int:
    """How many people could say how it was."""
    return presences().filter(session__event=event).values("resident").distinct().count()


def turns(event: Event, user, now=None) -> list[Turn]:
    """Where each of the people `user` acts for stands with the survey of `event`."""
    now = now or timezone.now()
    people = list(Resident.objects.of(user))
    ends = dict(
        presences(now)
        .filter(session__event=event, resident__in=people)
        .order_by("session__ends_at")
        .values_list("resident", "session__ends_at")
    )
    done = set(
        Answered.objects.filter(
            survey=event.feedback_id, cause=cause_of(event), resident__in=people
        ).values_list("resident", flat=True)
    )
    found = []
    for person in people:
        end = ends.get(person.pk)
        state = "absent" if end is None else "open" if now < end + timedelta(days=DAYS) else "late"
        last = end and timezone.localdate(end)
        found.append(Turn(person, "answered" if person.pk in done else state, last))
    return found


def say_how_it_was(*, event: Event, turn: Turn, form: AnswersForm, by: User) -> Response:
    """Keep what somebody who was there says. Raises DomainError when it is not, or no longer, their turn."""
    if turn.state != "open":
        raise DomainError(sentence(turn.state))
    return surveys.answer(
        survey=event.feedback,
        form=form,
        resident=turn.resident,
        by=by,
        cause=cause_of(event),
        about_on=turn.last_on,
    )


def sentence(state: str) -> str:
    return {
        "answered": _("You have answered already. Thank you."),
        "late": _("The survey was open for 14 days after the event. Please tell us by phone what you think."),
        "absent": _("Only people who were there are asked, once it is over."),
    }.get(state, "")


def waiting_for(user, now=None) -> list[Event]:
    """Events the people of `user` were at in the last days and have not said anything about. Two queries."""
    now = now or timezone.now()
    rows = (
        presences(now)
        .filter(
            resident__in=Resident.objects.of(user),
            session__ends_at__gt=now - timedelta(days=DAYS),
            session__event__feedback__isnull=False,
        )
        .select_related("session__event__unit", "session__community")
        .order_by("-session__ends_at")[:100]
    )
    rows = list(rows)
    done = set(
        Answered.objects.filter(
            resident__in={row.resident_id for row in rows},
            cause__in={f"event:{row.session.event_id}" for row in rows},
        ).values_list("cause", "resident")
    ) if rows else set()  # fmt: skip
    found: dict[int, Event] = {}
    for row in rows:
        if (cause_of(row.session.event), row.resident_id) not in done:
            row.session.event.community = row.session.community
            found.setdefault(row.session.event_id, row.session.event)
    return list(found.values())
