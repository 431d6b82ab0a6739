"""Lists of an event for spreadsheets and paper. Each takes a handful of queries, however many people came."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from residents.identity import shown_phone
from residents.models import Resident, building_name
from surveys.results import sheet

from .models import Attendance, Event, Excuse, Registration, Session, SignUp, SignUpMember

CHUNK = 500


def day_of(session: Session) -> str:
    at = timezone.localtime(session.starts_at)
    return f"{at:%Y-%m-%d %H:%M}"


def registrations(event: Event, user, *, in_full: bool = False) -> tuple[list[str], Iterator[list]]:
    """(heads, rows) of the living sign-ups, with the answers that `user` may see; phones masked unless `in_full`."""
    keys = list(SignUp.objects.live().filter(event=event).values_list("pk", flat=True))
    questions, answers = [], {}
    if event.questions:
        questions, answers = sheet(event.questions, [f"signup:{pk}" for pk in keys], user)
    heads = [
        _("No."), _("session"), _("name"), _("phone"), _("building"), _("seats"), _("together with"), _("companions"),
        _("state"), _("signed up at"), *(question.text for question in questions),
    ]  # fmt: skip
    return heads, _registration_rows(event, questions, answers, in_full)


def _registration_rows(event, questions, answers, in_full) -> Iterator[list]:
    members = Prefetch("members", SignUpMember.objects.select_related("resident"))
    found = SignUp.objects.live().filter(event=event).select_related("session", "resident__unit__parent")
    found = found.prefetch_related(members).order_by("session__starts_at", "resident__name_pinyin", "pk")
    for number, one in enumerate(found.iterator(CHUNK), 1):
        person, given = one.resident, answers.get(f"signup:{one.pk}", {})
        yield [
            number,
            day_of(one.session) if one.session else _("the whole course"),
            person.name,
            shown_phone(person.phone) if in_full else person.masked_phone,
            building_name(person.unit),
            one.seats,
            "、".join(member.resident.name for member in one.members.all()),
            one.companions,
            one.get_state_display(),
            one.at,
            *(_answer(given.get(question.pk)) for question in questions),
        ]


def _answer(answer):
    if answer is None:
        return ""
    if answer.file:
        return _("a file")
    return int(answer.number) if answer.number is not None and answer.number == int(answer.number) else str(answer)  # fmt: skip


def attendance(event: Event) -> tuple[list[str], Iterator[list]]:
    """(heads, rows): people and the sessions that take place, and how often everybody was there."""
    sessions = list(event.sessions.filter(cancelled_at=None).order_by("starts_at", "pk"))
    marks = _marks(event)
    heads = [_("name"), _("building"), *(day_of(one) for one in sessions), _("was there"), _("was absent")]
    return heads, _attendance_rows(sessions, marks)


PRESENT, LEAVE, ABSENT, COMES = "✓", "leave", "absent", "comes"


def _marks(event: Event) -> dict[int, dict[int, str]]:
    """{resident: {session: mark}}; nothing where somebody had no place and was not there."""
    marks, now = defaultdict(dict), timezone.now()
    rows = Registration.objects.live().filter(session__event=event, session__cancelled_at=None).order_by()
    for resident, session, ends_at in rows.values_list("resident", "session", "session__ends_at"):
        marks[resident][session] = ABSENT if ends_at <= now else COMES
    rows = Excuse.objects.live().filter(session__event=event, session__cancelled_at=None).order_by()
    for resident, session in rows.values_list("resident", "session"):
        marks[resident][session] = LEAVE
    rows = Attendance.objects.live().filter(session__event=event, session__cancelled_at=None).order_by()
    for resident, session in rows.values_list("resident", "session"):
        marks[resident][session] = PRESENT
    return marks


def _attendance_rows(sessions, marks) -> Iterator[list]:
    words = {
        PRESENT: PRESENT,
        LEAVE: pgettext("attendance", "leave"),
        ABSENT: pgettext("attendance", "absent"),
    }
    people = _people(marks)
    totals = defaultdict(int)
    for person in people:
        given = marks[person.pk]
        for session, mark in given.items():
            totals[session] += mark == PRESENT
        yield [
            person.name,
            building_name(person.unit),
            *(words.get(given.get(one.pk), "") for one in sessions),
            sum(mark == PRESENT for mark in given.values()),
            sum(mark == ABSENT for mark in given.values()),
        ]
    yield [_("present in all"), "", *(totals[one.pk] for one in sessions), sum(totals.values()), None]


def _people(keys) -> list[Resident]:
    keys, found = sorted(keys), []
    for start in range(0, len(keys), CHUNK):
        rows = Resident.objects.filter(pk__in=keys[start : start + CHUNK])
        found += rows.select_related("unit__parent").defer("phone", "id_number")
    return sorted(found, key=lambda person: (person.name_pinyin, person.pk))


def door_list(session: Session) -> list[dict]:
    """Everybody with a place, by pinyin, each with a number; one query."""
    rows = session.registrations.live().select_related("resident__unit__parent")
    rows = rows.order_by("resident__name_pinyin", "resident", "pk")
    return [
        {
            "number": number,
            "name": row.resident.name,
            "unit": building_name(row.resident.unit),
            "seats": row.seats,
            "companions": row.seats - 1,
        }
        for number, row in enumerate(rows, 1)
    ]


def badges(session: Session) -> list[dict]:
    """A badge for everybody, those who come along without a name too; the numbers are those of the door list."""
    found = []
    for row in door_list(session):
        found.append({"name": row["name"], "number": f"{row['number']:03d}", "with": ""})
        found += [
            {"name": "", "number": f"{row['number']:03d}-{n}", "with": row["name"]}
            for n in range(1, row["companions"] + 1)
        ]
    return found


def when(session: Session) -> str:
    """The day in full, as paper says it."""
    starts_at, ends_at = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    day = f"{date_format(starts_at, 'DATE_FORMAT')} {date_format(starts_at, 'l')}"
    return f"{day} {starts_at:%H:%M}–{ends_at:%H:%M}"
