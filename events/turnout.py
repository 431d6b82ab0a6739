"""Who came, who is on leave and who did not come: one answer for the desk, the lists and the spreadsheets."""

from collections import Counter
from collections.abc import Iterable

from django.utils import timezone

from .models import Attendance, Event, Excuse, Registration, Session
from .operations.expected import expected_in

CAME, LEAVE, ABSENT, COMES = "came", "leave", "absent", "comes"
Marks = dict[int, dict[int, str]]


def marks(event: Event, sessions: Iterable[Session], expected: dict[int, set[int]]) -> Marks:
    """{session: {resident: mark}} of everybody signed up, expected or there. Who is on leave did not stay away, and
    who came after all is there; nobody is absent before the end. `expected`: by `expected_in`."""
    now = timezone.now()
    usual = {one.pk: ABSENT if one.ends_at <= now else COMES for one in sessions}
    found: Marks = {session: {} for session in usual}
    for session, resident in _pairs(Registration, event):
        if session in found:
            found[session][resident] = usual[session]
    for session, residents in expected.items():
        found[session] |= dict.fromkeys(residents, usual[session])
    for session, resident in _pairs(Excuse, event):
        if resident in found.get(session, ()):
            found[session][resident] = LEAVE
    for session, resident in _pairs(Attendance, event):
        if session in found:
            found[session][resident] = CAME
    return found


def _pairs(model, event) -> Iterable[tuple[int, int]]:
    rows = model.objects.live().filter(session__event=event, session__cancelled_at=None).order_by()
    return rows.values_list("session", "resident")


def of_members(event: Event, sessions: Iterable[Session]) -> dict[int, Counter]:
    """{session: how many are expected, there of them, on leave and absent} of a party activity; else nothing."""
    sessions = [one for one in sessions if not one.cancelled_at]
    expected = expected_in(event, sessions)
    if not expected:
        return {}
    found = {}
    for session, people in marks(event, sessions, expected).items():
        counted = Counter(people.values())
        there = sum(people[one] == CAME for one in expected[session])
        found[session] = Counter(
            expected=len(expected[session]), there=there, excused=counted[LEAVE], absent=counted[ABSENT]
        )
    return found


def percent(part: int, whole: int) -> str:
    """`66%`; nothing of nobody."""
    return f"{round(100 * part / whole)}%" if whole else ""
