"""What is on: events and their sessions are made, changed, published and cancelled."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from pypinyin import Style, lazy_pinyin

from accounts.models import User
from accounts.operations import record
from community.models import Unit
from community.operations import standing
from config.errors import DomainError
from config.leftovers import let_go
from venues.models import Room

from .. import messages
from ..messages_series import LED, MOVED, Note, tell_once
from ..models import LONGEST_SESSION, Attendance, Event, Session
from . import courses, draw, queue, wishes
from .rooms import hold_rooms, release_rooms


class Stale(DomainError):
    """Somebody else changed the row since the form was opened."""

    def __init__(self):
        super().__init__(
            _("Somebody changed this in the meantime. Your entries are kept below: compare and save again.")
        )


def spelled(title: str) -> str:
    """`合唱` → `hechang hc`: what people type to find a title."""
    syllables = lazy_pinyin(title, style=Style.NORMAL, errors="ignore")
    return f"{''.join(syllables)} {''.join(part[0] for part in syllables)}".strip()[:500]


def _check_event(event: Event) -> None:
    community = event.unit.community
    if community is None:
        raise DomainError(_("An event lies in a community."))
    check_room(event.room, community)
    if event.rule and event.rule.community_id != community.pk:
        raise DomainError(_("This points rule is another community's."))
    if event.organiser and not event.organiser.unit.path.startswith(community.path):
        raise DomainError(_("This organiser is in another community."))


def check_room(room: Room | None, community: Unit) -> None:
    if room and not room.facility.unit.path.startswith(community.path):
        raise DomainError(_("This room is in another community."))


def _held(event: Event, fields: dict) -> Room | None:
    """The room of a session with these `fields`; a place of its own frees the event's room."""
    return fields.get("room") or (None if fields.get("place") or fields.get("unit") else event.room)


def check_seats(event: Event, places: int | None, room: Room | None) -> int | None:
    """The places of a session of `event`: as stated, else what its room holds. Raises when the room is smaller.

    Those of a course are the event's: its sessions have none of their own.
    """
    if event.is_course:
        return None
    seats = room.seats if room else None
    if seats is None:
        return places
    if places is None:
        return seats if event.needs_registration else None
    if places > seats:
        raise DomainError(
            _("%(room)s has %(seats)d seats; %(places)d people do not fit in.")
            % {"room": room, "seats": seats, "places": places}
        )
    return places


def check_times(starts_at, ends_at) -> None:
    if ends_at <= starts_at:
        raise DomainError(_("A session ends after it starts."))
    if ends_at - starts_at > LONGEST_SESSION:
        raise DomainError(_("A session lasts two weeks at the most. Please enter several."))


@transaction.atomic
def create_event(*, event: Event, by: User, sessions: Iterable[dict] = ()) -> Event:
    """Keep a new `event` as a draft, with `sessions` (`starts_at`, `ends_at`, `places` …).

    Raises DomainError when places, room and times do not fit together.
    """
    _check_event(event)
    standing(event.unit)
    event.created_by = by
    event.title_pinyin = spelled(event.title)
    event.save()
    record("events.create", by=by, on=event, path=event.unit.path)
    if sessions := list(sessions):
        add_sessions(event=event, sessions=sessions, by=by)
    return event


@transaction.atomic
def add_sessions(*, event: Event, sessions: Iterable[dict], by: User) -> list[Session]:
    if not Event.objects.select_for_update(no_key=True).get(pk=event.pk).allows("edit"):
        raise DomainError(_("This event is cancelled."))
    community = event.unit.community
    made = []
    for fields in sessions:
        check_times(fields["starts_at"], fields["ends_at"])
        if event.is_course:
            fields = fields | dict.fromkeys(("registration_opens_at", "registration_closes_at"))
        check_room(fields.get("room"), community)
        fields = fields | {"places": check_seats(event, fields.get("places"), _held(event, fields))}
        made.append(Session(event=event, community=community, **fields))
    Session.objects.bulk_create(made)
    if event.published_at:
        draw.prepare_all(event)
    courses.follow_new_sessions(event, made, by=by)
    hold_rooms(event, by)
    record("events.add_sessions", by=by, on=event, path=event.unit.path, count=len(made))
    return made


@transaction.atomic
def edit_event(*, event: Event, version: int, by: User, changed: Iterable[str]) -> Event:
    """Save the fields `changed` of `event`, read at `version`.

    Raises Stale when it was changed meanwhile, DomainError when it is cancelled or its room too small.
    """
    now = timezone.now()
    stored = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    if stored.version != version:
        raise Stale
    if not stored.allows("edit"):
        raise DomainError(_("This event is cancelled."))
    _check_event(event)
    changed = [name for name in changed if name not in {"version", "published_at", "cancelled_at"}]
    if "is_course" in changed and stored.sign_ups.exclude(state="ended").exists():
        raise DomainError(_("People have signed up already; a course stays a course."))
    if event.policy != stored.policy and stored.sign_ups.exists():
        raise DomainError(_("People have signed up already; how places are given stays as they read it."))
    if event.is_course and event.places is not None and event.places < stored.places_taken:
        raise DomainError(
            _("%(taken)d places are taken or offered; there cannot be fewer.")
            % {"taken": stored.places_taken}
        )
    if "room" in changed:
        for session in event.sessions.upcoming().filter(room=None, place="", unit=None):
            check_seats(event, session.places, event.room)
    event.title_pinyin = spelled(event.title)
    event.version, event.changed_at = version + 1, now
    event.save(update_fields=[*changed, "title_pinyin", "version", "changed_at"])
    if {"room", "title"} & set(changed):
        hold_rooms(event, by)
    if stored.published_at:
        draw.prepare_all(event)
    if event.is_course and "places" in changed:
        queue.follow_change(pool=event, by=by)
    if stored.published_at:
        _tell_of(event, stored)
    let_go(stored.poster.name)
    record("events.edit", by=by, on=event, path=event.unit.path, fields=sorted(changed))
    return event


def _tell_of(event: Event, was: Event) -> None:
    """Everybody of the sessions still to come that are where the event is, and led by whom it names."""
    coming = event.sessions.upcoming().filter(cancelled_at=None).select_related("community")
    notes = []
    if event.where() != was.where():
        here = coming.filter(room=None, place="", unit=None)
        notes += [Note(MOVED, session, session.starts_at) for session in here]
    if event.teacher != was.teacher:
        notes += [Note(LED, session) for session in coming.filter(teacher="")]
    tell_once(event, notes)


@transaction.atomic
def publish_event(*, event: Event, by: User) -> Event:
    """Show a draft to everyone. Publishing again changes nothing."""
    event = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    if event.state == "published":
        return event
    if event.is_template:
        raise DomainError(_("A template is never public. Make an event of it first."))
    if not event.allows("publish"):
        raise DomainError(_("This event is cancelled."))
    if not event.sessions.filter(cancelled_at=None).exists():
        raise DomainError(_("Add a session first: people want to know when it is."))
    draw.prepare_all(event)
    event.published_at = event.changed_at = timezone.now()
    event.published_by = by
    event.save(update_fields=["published_at", "published_by", "changed_at"])
    wishes.tell_of_public(event)
    record("events.publish", by=by, on=event, path=event.unit.path)
    return event


@transaction.atomic
def discard_event(*, event: Event, by: User) -> None:
    """Throw away a draft with its sessions; a line in the log is what remains.

    Raises DomainError when it has been public, or somebody is signed up already.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    if not event.allows("discard"):
        raise DomainError(_("Only a draft can be discarded. Cancel the event instead."))
    sessions = list(event.sessions.select_for_update().order_by("pk"))
    if any(kept.exists() for session in sessions for kept in (session.registrations, session.attendances)):
        raise DomainError(_("People have been signed up already. Cancel the event instead."))
    if event.wishes.exists() or event.spendings.exists():
        raise DomainError(_("A wish or some spending names this event. Cancel the event instead."))
    let_go(event.poster.name)
    record("events.discard", by=by, on=event, path=event.unit.path)
    release_rooms(sessions, by)
    event.copies.update(copied_from=None)
    event.sessions.update(makes_up=None)
    event.sessions.all().delete()
    event.disciplines.all().delete()
    event.delete()


@transaction.atomic
def cancel_event(*, event: Event, reason: str, by: User) -> Event:
    """Call off an event and its sessions still to come. Cancelling again changes nothing."""
    reason = said_why(reason)
    event = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    if event.state == "cancelled":
        return event
    now = timezone.now()
    coming = event.sessions.filter(cancelled_at=None, ends_at__gt=now)
    called_off = list(coming)
    refuse_when_people_are_there(Attendance.objects.filter(session__in=coming))
    event.sessions.filter(cancelled_at=None, ends_at__gt=now).order_by("pk").update(
        cancelled_at=now, cancelled_by=by, cancel_reason=reason, changed_at=now, version=F("version") + 1
    )
    event.cancelled_at = event.changed_at = now
    event.cancelled_by, event.cancel_reason, event.version = by, reason, event.version + 1
    event.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason", "changed_at", "version"])
    messages.tell_cancelled(event, called_off)  # while those who wait still do
    for session in event.sessions.filter(cancelled_at=now).order_by("pk"):
        queue.follow_cancelling(pool=session, by=by)
    queue.follow_cancelling(pool=event, by=by)
    hold_rooms(event, by)
    record("events.cancel", by=by, on=event, path=event.unit.path)
    return event


def refuse_when_people_are_there(attendances) -> None:
    """Points and hours have followed from their check-ins: those are undone one by one, with a reason."""
    if attendances.filter(withdrawn_at=None).exists():
        raise DomainError(_("People are checked in already. Undo the check-ins first, or let it stand."))


def said_why(reason: str) -> str:
    if not (reason := reason.strip()):
        raise DomainError(_("Say why: everyone who signed up will read it."))
    return reason[:200]
