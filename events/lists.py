"""Lists of an event for spreadsheets and paper. Each takes a handful of queries, however many people came."""

from collections import Counter
from collections.abc import Iterator

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from residents.identity import shown_phone
from residents.models import Resident, building_name
from surveys.results import sheet

from .models import Event, Session, SignUp, SignUpMember
from .operations.expected import expected_in
from .turnout import ABSENT, CAME, LEAVE, marks, percent

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
    heads = [
        _("name"), _("building"), *(day_of(one) for one in sessions), _("was there"), _("was on leave"), _("was absent"),
    ]  # fmt: skip
    return heads, _attendance_rows(event, sessions)


def _attendance_rows(event, sessions) -> Iterator[list]:
    words = {CAME: "✓", LEAVE: pgettext("attendance", "leave"), ABSENT: pgettext("attendance", "absent")}
    expected = expected_in(event, sessions)
    found = marks(event, sessions, expected)
    for person in _people({resident for people in found.values() for resident in people}):
        given = [found[one.pk].get(person.pk) for one in sessions]
        counts = [given.count(mark) for mark in (CAME, LEAVE, ABSENT)]
        yield [person.name, building_name(person.unit), *(words.get(mark, "") for mark in given), *counts]
    totals = {one.pk: Counter(found[one.pk].values()) for one in sessions}
    for place, (mark, title) in enumerate(
        [(CAME, _("present in all")), (LEAVE, _("on leave in all")), (ABSENT, _("absent in all"))]
    ):
        numbers = [totals[one.pk][mark] for one in sessions]
        yield [title, "", *numbers, *(sum(numbers) if column == place else None for column in range(3))]
    if expected:
        yield from _member_rows(sessions, expected, found)


def _member_rows(sessions, expected, found) -> Iterator[list]:
    """Of a party activity: how many members were expected, how many of them came."""
    wanted = [len(expected[one.pk]) for one in sessions]
    there = [sum(found[one.pk][member] == CAME for member in expected[one.pk]) for one in sessions]
    yield [_("Members expected"), "", *wanted, sum(wanted), None, None]
    yield [_("Members there"), "", *there, sum(there), None, None]
    shares = [percent(*pair) for pair in zip(there, wanted, strict=True)]
    yield [_("Share of the members there"), "", *shares, percent(sum(there), sum(wanted)), None, None]


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
