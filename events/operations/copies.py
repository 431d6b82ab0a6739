"""Templates and "copy as new"."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.operations import standing
from config.errors import DomainError

from ..models import Discipline, Event, ProgrammeItem, Session

OWN = {  # what a copy begins without
    "id", "version", "changed_at", "created_at", "created_by", "published_at", "published_by", "cancelled_at",
    "cancelled_by", "cancel_reason", "places_taken", "goes_ahead_at", "copied_from", "is_template", "repeats",
}  # fmt: skip
OF_A_SESSION = ["places", "note", "room", "place", "unit", "teacher"]
WINDOW = ("registration_opens_at", "registration_closes_at")


@transaction.atomic
def copy_event(
    *, event: Event, by: User, title: str = "", first_on: date | None = None, as_template: bool = False
) -> Event:
    """A draft like `event`, or a template kept for later: settings, programme, disciplines and questions.

    With `first_on` its sessions come along, shifted so that the first is on that day.
    """
    standing(event.unit)
    fields = {field.name for field in Event._meta.concrete_fields} - OWN
    made = Event(**{name: getattr(event, name) for name in fields}, created_by=by)
    made.title, made.is_template = title.strip()[:80] or event.title, as_template
    made.copied_from = None if as_template or event.is_template else event
    sessions = list(event.sessions.order_by("starts_at", "pk"))
    shift = _shift(sessions, first_on)
    if not shift:
        made.registration_opens_at = made.registration_closes_at = None
    else:
        _move(made, made, shift, WINDOW)
    made.save()
    Discipline.objects.bulk_create(
        _copied(one, {"id", "event", "places_taken"}, event=made) for one in event.disciplines.all()
    )
    if as_template or first_on:
        _copy_sessions(made, [one for one in sessions if not one.cancelled_at], shift)
    record("events.copy", by=by, on=made, path=event.unit.path, source=event.pk)
    return made


def _copied(row, without: set, **fields):
    names = {field.name for field in row._meta.concrete_fields} - without - fields.keys()
    return type(row)(**{name: getattr(row, name) for name in names}, **fields)


def _shift(sessions: list[Session], first_on: date | None):
    """By how many days; None when sessions stay where they are."""
    if first_on is None:
        return None
    if not sessions:
        raise DomainError(_("The event has no session to move to that day."))
    return first_on - timezone.localdate(sessions[0].starts_at)


def _moved(moment: datetime | None, shift) -> datetime | None:
    """The same hour, `shift` days later."""
    if moment is None or shift is None:
        return moment
    here = timezone.localtime(moment)
    return timezone.make_aware(datetime.combine(here.date() + shift, here.time()))


def _move(source, target, shift, names) -> None:
    for name in names:
        setattr(target, name, _moved(getattr(source, name), shift))


def _copy_sessions(made: Event, sessions: list[Session], shift) -> None:
    """Each with its programme."""
    new = []
    for session in sessions:
        row = Session(event=made, community_id=session.community_id)
        for name in OF_A_SESSION:
            setattr(row, name, getattr(session, name))
        _move(session, row, shift, ("starts_at", "ends_at", *WINDOW))
        new.append(row)
    Session.objects.bulk_create(new)
    heirs = {old.pk: row for old, row in zip(sessions, new, strict=True)}
    items = ProgrammeItem.objects.filter(session__in=heirs)
    ProgrammeItem.objects.bulk_create(_copied(item, {"id"}, session=heirs[item.session_id]) for item in items)
