"""Events hold their rooms, from the draft on; a room that somebody else has is refused with their name."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from math import ceil

from django.utils import timezone

from accounts.models import User
from venues.models import QUARTER
from venues.operations import Hold, hold_all, release

from ..models import Event, Session


def cause_of(session: Session) -> str:
    return f"session:{session.pk}"


def hold_rooms(event: Event, by: User) -> None:
    """Let the sessions of `event` still to come hold their rooms, and nothing else. Doing it again changes nothing.

    Raises DomainError when a room is closed at one of these times, or somebody else has it.
    """
    rows = event.sessions.filter(ends_at__gt=timezone.now()).order_by("starts_at", "pk")
    coming, by_room = list(rows.select_related("room")), defaultdict(list)
    for one in [] if event.cancelled_at or event.is_template else coming:
        if (room := one.held_room) and not one.cancelled_at:
            by_room[room].append(one)
    holds = {room: _holds(event, sessions) for room, sessions in by_room.items()}
    held = {hold.cause for some in holds.values() for hold in some}
    release(causes=[cause for one in coming if (cause := cause_of(one)) not in held], by=by)
    for room in sorted(holds, key=lambda room: room.pk):
        hold_all(room=room, holds=holds[room], by=by)


def _holds(event: Event, sessions: list[Session]) -> list[Hold]:
    """Sessions of one event may overlap or meet within a quarter of an hour: the room is held for the first of them."""
    holds, free_from = [], None
    for one in sessions:
        starts_at = max(one.starts_at, free_from) if free_from else one.starts_at
        if starts_at < one.ends_at:
            holds.append(
                Hold(cause_of(one), starts_at, one.ends_at, event.title, one.places or event.places or 1)
            )
            free_from = _next_quarter(one.ends_at)
    return holds


def _next_quarter(moment: datetime) -> datetime:
    length = QUARTER.total_seconds()
    return datetime.fromtimestamp(ceil(moment.timestamp() / length) * length, moment.tzinfo)


def release_rooms(sessions: Iterable[Session], by: User) -> None:
    """Before they are deleted."""
    release(causes=[cause_of(one) for one in sessions], by=by)
