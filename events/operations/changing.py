"""Sessions are changed and cancelled, one or many at once: the questions to the database do not grow with their number."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record_each
from config.errors import DomainError

from .. import messages
from ..messages_series import CANCELLED, LED, MOVED, Note, tell_once
from ..models import Attendance, Event, Session, SignUp, SignUpState
from . import programme, queue
from .rooms import hold_rooms

WHEN, WHERE = ("starts_at", "ends_at"), ("room", "place", "unit")
READ_WITH = ["community", "event__unit", "event__room__facility", "room__facility", "unit"]


def held(event: int, sessions: Iterable[int]) -> list[Session]:
    """The sessions read anew and kept from others, after their event: sign-ups of a course wait at that one."""
    Event.objects.select_for_update(no_key=True).get(pk=event)
    rows = Session.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=list(sessions))
    return list(rows.select_related(*READ_WITH).order_by("pk"))


@transaction.atomic
def change_session(*, session: Session, version: int, by: User, reason: str = "", **fields) -> Session:
    """Change times, places or sign-up of a session. A published one is moved only with a reason.

    Raises DomainError when it is over, or fewer places are given than are taken; Stale when it was changed meanwhile.
    """
    (stored,) = held(session.event_id, [session.pk])
    if stored.version != version:
        raise programme.Stale
    change_all(changes=[(stored, fields)], by=by, reason=reason)
    stored.refresh_from_db(fields=["places_taken"])
    return stored


def change_all(*, changes: list[tuple[Session, dict]], by: User, reason: str = "") -> list[Session]:
    """Sessions of one event that are held, each with the fields that become something else. Everybody is told once."""
    if not changes:
        return []
    sessions = [session for session, _fields in changes]
    event, now = sessions[0].event, timezone.now()
    been = set(Attendance.objects.live().filter(session__in=sessions).values_list("session", flat=True))
    notes, lines = [], []
    for session, fields in changes:
        was, led_by = session.starts_at, session.led_by()
        moved = _change(session, fields, reason, been)
        session.version, session.changed_at = session.version + 1, now
        lines.append((session, {"moved": moved}))
        if moved or session.led_by() != led_by:
            notes.append(Note(MOVED if moved else LED, session, was, session.move_reason))
    names = {name for _session, fields in changes for name in fields}
    Session.objects.bulk_update(
        sessions, sorted(names | {"places", "move_reason", "version", "changed_at"}), batch_size=200
    )
    _follow(sessions, [SignUpState.WAITING, SignUpState.OFFERED], queue.follow_change, by)
    record_each("events.change_session", lines, by=by, path=event.unit.path)
    tell_once(event, notes)
    hold_rooms(event, by)
    return sessions


def _change(session: Session, fields: dict, reason: str, been: set[int]) -> bool:
    """The row as it becomes, not saved yet; whether that moves it. Nobody signs up meanwhile: it is held."""
    if session.cancelled_at:
        raise DomainError(_("This session is cancelled."))
    before = {name: getattr(session, name) for name in (*WHEN, *WHERE)}
    for name, value in fields.items():
        setattr(session, name, value)
    moved = any(getattr(session, name) != value for name, value in before.items())
    if moved:
        programme.check_times(session.starts_at, session.ends_at)
        if before["ends_at"] <= timezone.now() or session.pk in been:
            raise DomainError(_("People have been there already; this session cannot be moved any more."))
        if session.event.published_at and not reason.strip():
            raise DomainError(_("Say why the session is moved: everyone who signed up will read it."))
        session.move_reason = reason.strip()
    if session.room != before["room"]:
        programme.check_room(session.room, session.community)
    session.places = programme.check_seats(session.event, session.places, session.held_room)
    if session.places is not None and session.places < session.places_taken:
        raise DomainError(
            _("%(taken)d places are taken or offered; there cannot be fewer.")
            % {"taken": session.places_taken}
        )
    return moved


def _follow(sessions: list[Session], states: Iterable[str], follow, by: User) -> None:
    """Those of the sessions where somebody has asked for a place and is in one of these states."""
    rows = SignUp.objects.filter(session__in=sessions, state__in=states).order_by()
    waited = set(rows.values_list("session", flat=True))
    for session in sessions:
        if session.pk in waited:
            follow(pool=session, by=by)


@transaction.atomic
def cancel_session(*, session: Session, reason: str, by: User) -> Session:
    cancel_all(event=session.event, sessions=[session], reason=reason, by=by)
    session.refresh_from_db()
    return session


@transaction.atomic
def cancel_all(*, event: Event, sessions: Iterable[Session], reason: str, by: User) -> list[Session]:
    """Call off these sessions of `event`; those that are cancelled stay as they are. Everybody is told once."""
    reason, now = programme.said_why(reason), timezone.now()
    rows = held(event.pk, [one.pk for one in sessions])
    if any(one.ends_at <= now for one in rows):
        raise DomainError(_("This session is over; it cannot be cancelled any more."))
    programme.refuse_when_people_are_there(Attendance.objects.filter(session__in=rows))
    rows = [one for one in rows if one.cancelled_at is None]
    if not rows:
        return []
    people = messages.everybody_by_session(event, rows)  # while those who wait still do
    for one in rows:
        one.cancelled_at = one.changed_at = now
        one.cancelled_by, one.cancel_reason, one.version = by, reason, one.version + 1
    names = ["cancelled_at", "cancelled_by", "cancel_reason", "changed_at", "version"]
    Session.objects.bulk_update(rows, names, batch_size=200)
    line = [SignUpState.ENTERED, SignUpState.WAITING, SignUpState.OFFERED]
    _follow(rows, line, queue.follow_cancelling, by)
    record_each("events.cancel_session", [(one, {}) for one in rows], by=by, path=event.unit.path)
    tell_once(event, [Note(CANCELLED, one) for one in rows], people)
    hold_rooms(event, by)
    return rows
