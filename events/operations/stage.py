"""The programme of an evening: its items in order, and when each begins."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError

from ..models import ProgrammeItem, Session

MOST_ITEMS = 60


def running_order(session: Session) -> list[dict]:
    """The items in order, each with the moment it begins."""
    at, found = timezone.localtime(session.starts_at), []
    for number, item in enumerate(session.items.select_related("team"), 1):
        found.append({"item": item, "number": number, "at": at})
        at += timedelta(minutes=item.minutes)
    return found


def _of(session: Session) -> list[ProgrammeItem]:
    """The items, held so that two people do not order them at once."""
    session = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if session.cancelled_at:
        raise DomainError(_("This session is cancelled."))
    return list(session.items.order_by("order", "pk"))


def _number(items: list[ProgrammeItem]) -> None:
    for order, item in enumerate(items, 1):
        item.order = order
    ProgrammeItem.objects.bulk_update(items, ["order"])


def _note(act: str, session: Session, by: User) -> None:
    record(act, by=by, on=session, path=session.event.unit.path)


@transaction.atomic
def add_item(*, session: Session, item: ProgrammeItem, by: User) -> ProgrammeItem:
    """Put `item` at the end of the programme."""
    items = _of(session)
    if len(items) >= MOST_ITEMS:
        raise DomainError(_("A programme has %(most)d items at the most.") % {"most": MOST_ITEMS})
    item.session, item.order = session, len(items) + 1
    item.save()
    _note("events.add_item", session, by)
    return item


@transaction.atomic
def change_item(*, item: ProgrammeItem, by: User) -> ProgrammeItem:
    _of(item.session)
    item.save(update_fields=["title", "kind", "performers", "team", "minutes"])
    _note("events.change_item", item.session, by)
    return item


@transaction.atomic
def move_item(*, item: ProgrammeItem, to: int, by: User) -> None:
    """Make `item` the one with the number `to`; the same twice changes nothing."""
    items = _of(item.session)
    moved = next((one for one in items if one.pk == item.pk), None)
    if moved is None:
        raise DomainError(_("Somebody has taken this item out."))
    items.remove(moved)
    items.insert(max(0, min(to, len(items) + 1) - 1), moved)
    if [one.order for one in items] != list(range(1, len(items) + 1)):
        _number(items)
        _note("events.move_item", item.session, by)


@transaction.atomic
def remove_item(*, item: ProgrammeItem, by: User) -> None:
    items = [one for one in _of(item.session) if one.pk != item.pk]
    if ProgrammeItem.objects.filter(pk=item.pk).delete()[0]:
        _number(items)
        _note("events.remove_item", item.session, by)
