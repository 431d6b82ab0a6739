"""Days with a quota for every part of an hour, as of a health check."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import DomainError

from ..models import Event, ProgrammeItem, Session
from . import programme
from .rooms import release_rooms

MOST_SLOTS = 60


def slots(day: date, first: time, last: time, minutes: int) -> list[tuple[datetime, datetime]]:
    """From `first` on, one every so many minutes; the last one starts at `last` at the latest."""
    at, end = (timezone.make_aware(datetime.combine(day, hour)) for hour in (first, last))
    step, found = timedelta(minutes=minutes), []
    while at <= end:
        found.append((at, at + step))
        at += step
    return found


@transaction.atomic
def add_slots(
    *, event: Event, day: date, first: time, last: time, minutes: int, places: int, by: User, note: str = ""
) -> list[Session]:
    """One session each, `places` people in it; from now on everybody has one session only. What a draft had planned
    for that time gives way. Raises DomainError when people see it already."""
    found = slots(day, first, last, minutes)
    if not found or len(found) > MOST_SLOTS:
        raise DomainError(
            _("That makes %(count)d sessions. Please make fewer at once.") % {"count": len(found)}
        )
    if event.is_course:
        raise DomainError(_("In a course everybody comes to all sessions."))
    _clear(event, found[0][0], found[-1][1], by)
    sessions = [{"starts_at": at, "ends_at": end, "places": places, "note": note} for at, end in found]
    made = programme.add_sessions(event=event, sessions=sessions, by=by)
    Event.objects.filter(pk=event.pk).update(one_session_each=True)
    return made


def _clear(event: Event, first: datetime, last: datetime, by: User) -> None:
    """Nothing else of the event at that time: whoever could sign up for a whole morning would need no half hour."""
    event = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    there = list(event.sessions.filter(cancelled_at=None, starts_at__lt=last, ends_at__gt=first))
    if not there:
        return
    refusal = DomainError(
        _("There is a session at that time already. Cancel it first, or choose another time.")
    )
    if not event.allows("discard") or ProgrammeItem.objects.filter(session__in=there).exists():
        raise refusal
    release_rooms(there, by)
    try:
        Session.objects.filter(pk__in=[one.pk for one in there]).delete()
    except ProtectedError as used:
        raise refusal from used
