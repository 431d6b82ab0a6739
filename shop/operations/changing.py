"""A planned fair is changed, and at the fair the next number is called up."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError, StaleError

from .. import messages
from ..models import Fair, FairSlot, OrderState, Ticket
from .fairs import locked_fair, slots_between

AWAY = timedelta(days=36525)  # where slots stand while they change places
TOLD = ("place", "starts_at", "ends_at")


@transaction.atomic
def change_fair(
    *, fair: Fair, seen: int, title: str, place: str, starts_at: datetime, ends_at: datetime, minutes: int, places: int,
    by: User, about: str = "", most_household: int | None = None,
) -> Fair:  # fmt: skip
    """Another day, place or times, before it begins; `seen`: the version the form was opened with.

    Whoever holds a number keeps it, at the same place in the row of times (the last one when there are fewer now), and
    is told when place or times are others. Raises StaleError, or DomainError when it has begun or people have no place.
    """
    held = locked_fair(fair)
    if held.version != seen:
        raise StaleError(_("Somebody else has changed this meanwhile. Please look again."))
    if not held.may_change:
        raise DomainError(_("This fair has begun; only what is set aside can still be changed."))
    before = [getattr(held, name) for name in TOLD], _times(held)
    held.title, held.place, held.about, held.most_household = title, place, about, most_household
    held.starts_at, held.ends_at, held.version = starts_at, ends_at, held.version + 1
    held.save(update_fields=["title", "place", "about", "most_household", "starts_at", "ends_at", "version"])
    _move_slots(held, slots_between(starts_at, ends_at, minutes), places)
    if before != ([getattr(held, name) for name in TOLD], _times(held)):
        messages.fair_changed(held)
    record("shop.change_fair", by=by, on=held, path=held.community.path)
    return held


def _times(fair: Fair) -> list[tuple]:
    return list(fair.slots.values_list("starts_at", "ends_at"))


def _move_slots(fair: Fair, times: list[tuple[datetime, datetime]], places: int) -> None:
    fair.slots.update(starts_at=F("starts_at") + AWAY, ends_at=F("ends_at") + AWAY)
    slots = list(fair.slots.annotate(held=Count("tickets", filter=Q(tickets__given_back_at=None))))
    kept = slots[: len(times)]
    for gone in slots[len(times) :]:
        Ticket.objects.filter(slot=gone).update(slot=kept[-1])
        kept[-1].held += gone.held
        gone.delete()
    if any(slot.held > places for slot in kept):
        raise DomainError(_("More people hold numbers for one of these times than there would be places."))
    for slot, (begins, ends) in zip(kept, times, strict=False):
        FairSlot.objects.filter(pk=slot.pk).update(
            starts_at=begins, ends_at=ends, places=places, taken=slot.held
        )
    FairSlot.objects.bulk_create(
        [
            FairSlot(fair=fair, starts_at=begins, ends_at=ends, places=places)
            for begins, ends in times[len(kept) :]
        ]
    )


def number_after(fair: Fair, number: int) -> Ticket | None:
    """Whose turn it is after `number`: numbers that were passed over come again at the end."""
    served = fair.orders.filter(state=OrderState.HANDED).values("resident")
    waiting = Ticket.objects.live().filter(fair=fair).exclude(resident__in=served)
    waiting = waiting.select_related("resident", "slot").order_by("number")
    return waiting.filter(number__gt=number).first() or waiting.exclude(number=number).first()


@transaction.atomic
def call_next(*, fair: Fair, seen: int, by: User) -> int:
    """Call the next number up; gives it. `seen`: the number the page showed, so that a second click calls nobody else.

    Raises DomainError when the fair is not open or nobody waits.
    """
    held = locked_fair(fair)
    if not held.is_open:
        raise DomainError(_("This fair is not open."))
    if held.called != seen:
        return held.called
    ticket = number_after(held, held.called)
    if ticket is None:
        raise DomainError(_("Nobody else is waiting."))
    held.called = ticket.number
    held.save(update_fields=["called"])
    record("shop.call_next", by=by, on=held, path=held.community.path, number=held.called)
    return held.called
