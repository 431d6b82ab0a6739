"""A course grows: whoever has a place in it has one at every date."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import User

from ..models import Event, Session, SignUp, SignUpState
from . import seats


@transaction.atomic
def follow_new_sessions(event: Event, sessions: Iterable[Session], *, by: User | None = None) -> int:
    """Rows at the new dates for everybody who has a place in the course; how many."""
    if not event.is_course:
        return 0
    event = event.held()
    placed = SignUp.objects.of_pool(event).filter(state=SignUpState.PLACED)
    people = [(one, one.people()) for one in placed.select_related("resident").prefetch_related("members")]
    return len(seats.list_people(people, list(sessions), by=by))
