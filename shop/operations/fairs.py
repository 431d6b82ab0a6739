"""A redemption fair: goods are set aside, numbers given out, people served, leftovers put back.

Locks are taken in the order of `orders.py`: accounts by id, the fair, items by id.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.models import Unit
from config.errors import DomainError, StaleError
from points.operations import fulfil, refuse_frozen
from residents.models import Resident

from ..models import Fair, FairGood, FairSlot, How, MoveKind, Order, OrderLine, OrderState, ReturnLine, Ticket
from .orders import _create, _locked_purse, _reserve_points, _split, _the_same
from .stock import Change, locked_items, write_moves


@transaction.atomic
def plan_fair(
    *, community: Unit, title: str, place: str, starts_at: datetime, ends_at: datetime, minutes: int, places: int,
    by: User, about: str = "", most_household: int | None = None,
) -> Fair:  # fmt: skip
    """A fair cut into slots of `minutes`, `places` people each; the last one may be shorter."""
    fair = Fair.objects.create(
        community=community, title=title, place=place, about=about, starts_at=starts_at, ends_at=ends_at,
        most_household=most_household, made_by=by,
    )  # fmt: skip
    FairSlot.objects.bulk_create(
        [FairSlot(fair=fair, starts_at=begins, ends_at=ends, places=places)
         for begins, ends in slots_between(starts_at, ends_at, minutes)]
    )  # fmt: skip
    record("shop.plan_fair", by=by, on=fair, path=community.path)
    return fair


def slots_between(starts_at: datetime, ends_at: datetime, minutes: int) -> list[tuple[datetime, datetime]]:
    """Times of `minutes` each; the last one may be shorter."""
    times, step = [], timedelta(minutes=minutes)
    while starts_at < ends_at:
        times.append((starts_at, min(starts_at + step, ends_at)))
        starts_at += step
    return times


def locked_fair(fair: Fair) -> Fair:
    return Fair.objects.select_for_update(of=["self"]).select_related("community").get(pk=fair.pk)


def _not_closed(fair: Fair) -> Fair:
    if fair.closed_at:
        raise DomainError(_("This fair is closed."))
    return fair


@transaction.atomic
def set_goods(*, fair: Fair, quotas: dict[int, int], by: User, seen: int | None = None) -> None:
    """Set `quotas` (item id → pieces) aside; 0 puts back what was not given out. Others stay as they are.

    `seen`: the version of the fair the form was opened with. Raises StaleError when others were set aside meanwhile,
    DomainError when fewer are free or more were handed over already.
    """
    fair = _not_closed(locked_fair(fair))
    if seen is not None and fair.version != seen:
        raise StaleError(_("Somebody else has changed this meanwhile. Please look again."))
    items = locked_items(quotas)
    had = {good.item_id: good for good in fair.goods.all()}
    for pk, quota in sorted(quotas.items()):
        item, good = items.get(pk), had.get(pk) or FairGood(fair=fair, item_id=pk, quota=0)
        if item is None or item.community_id != fair.community_id:
            raise DomainError(_("This is of another community."))
        if quota < good.given:
            raise DomainError(
                _("Of “%(item)s” %(n)d are handed over already.") % {"item": item, "n": good.given}
            )
        if quota - good.quota > item.free:
            words = _("Of “%(item)s” only %(n)d more can be set aside.")
            raise DomainError(words % {"item": item, "n": item.free})
        item.reserved += quota - good.quota
        type(item).objects.filter(pk=pk).update(reserved=item.reserved)
        if good.pk or quota:
            good.quota = quota
            good.save()
    fair.version += 1
    fair.save(update_fields=["version"])
    record("shop.set_goods", by=by, on=fair, path=fair.community.path)


@transaction.atomic
def publish_fair(*, fair: Fair, by: User) -> None:
    """Everybody sees it and takes a number. Again changes nothing."""
    if Fair.objects.filter(pk=fair.pk, published_at=None).update(
        published_at=timezone.now(), published_by=by
    ):
        record("shop.publish_fair", by=by, on=fair, path=fair.community.path)


@transaction.atomic
def take_number(*, fair: Fair, slot: FairSlot, resident: Resident, by: User) -> Ticket:
    """A number in the queue; asking again gives the one that the household has.

    Raises DomainError when none are given out (any more), the slot is full, or redeeming is still paused on the day.
    """
    fair = locked_fair(fair)
    if not fair.gives_numbers or slot.fair_id != fair.pk or not resident.is_living:
        raise DomainError(_("No numbers are given out for this fair."))
    if resident.community_id != fair.community_id:
        raise DomainError(_("This fair is for the people of its community."))
    live = Ticket.objects.live().filter(fair=fair)
    there = live.filter(resident=resident).first()
    if resident.household_id and not there:
        there = live.filter(household=resident.household_id).first()
    if there:
        return there
    refuse_frozen(resident.pk, timezone.localdate(fair.starts_at))
    if not FairSlot.objects.filter(pk=slot.pk, taken__lt=F("places")).update(taken=F("taken") + 1):
        raise DomainError(_("This time is full. Please choose another one."))
    fair.last_number += 1
    fair.save(update_fields=["last_number"])
    made = Ticket.objects.create(
        fair=fair,
        slot=slot,
        resident=resident,
        household_id=resident.household_id,
        number=fair.last_number,
        by=by,
    )
    record("shop.take_number", by=by, on=made, path=fair.community.path)
    return made


@transaction.atomic
def give_number_back(*, ticket: Ticket, by: User) -> None:
    """Somebody else may come at that time. Again changes nothing."""
    locked_fair(ticket.fair)
    rows = Ticket.objects.live().filter(pk=ticket.pk)
    if rows.update(given_back_at=timezone.now(), given_back_by=by):
        FairSlot.objects.filter(pk=ticket.slot_id).update(taken=F("taken") - 1)
        record("shop.give_number_back", by=by, on=ticket, path=ticket.fair.community.path)


def had_by_household(fair: Fair, resident: Resident) -> int:
    """Pieces the household has received at this fair and not brought back."""
    orders = Order.objects.filter(fair=fair, state=OrderState.HANDED)
    if resident.household_id:
        orders = orders.filter(resident__household=resident.household_id)
    else:
        orders = orders.filter(resident=resident)
    had = OrderLine.objects.filter(order__in=orders).aggregate(n=Sum("count"))["n"] or 0
    back = ReturnLine.objects.filter(back__order__in=orders).aggregate(n=Sum("count"))["n"] or 0
    return had - back


@transaction.atomic
def serve(
    *, fair: Fair, resident: Resident, wanted: dict[int, int], by: User, token: str, with_family: bool = False
) -> Order:
    """Hand `wanted` (item id → pieces) over out of what was set aside: ordered, paid and given in one act.

    `token` as in `order`. The limits of the shop's cycle do not count here, the household's limit does. Raises DomainError.
    """
    if not resident.is_living or resident.community_id != fair.community_id:
        raise DomainError(_("This fair is for the people of its community."))
    purse = _locked_purse(resident, with_family)
    if there := Order.objects.filter(token=token).first():
        return _the_same(there, resident)
    refuse_frozen(resident.pk)
    fair = _not_closed(locked_fair(fair))
    if not fair.is_open:
        raise DomainError(_("This fair has not begun."))
    items = locked_items(wanted)
    goods = {good.item_id: good for good in fair.goods.filter(item__in=wanted)}
    _check_fair(fair, resident, wanted, items, goods)
    cost = sum(items[pk].points * n for pk, n in wanted.items())
    shares = _split(cost, purse)
    made = _create(None, resident, cost, by, token, How.FAIR, fair=fair)
    lines = [
        OrderLine(order=made, item=items[pk], count=n, points=items[pk].points, fen=items[pk].fen)
        for pk, n in sorted(wanted.items())
    ]
    OrderLine.objects.bulk_create(lines)
    _reserve_points(made, shares, by)
    for share in made.shares.select_related("reservation").order_by("account"):
        fulfil(reservation=share.reservation, by=by)
    for pk, n in wanted.items():
        items[pk].reserved -= n
        FairGood.objects.filter(pk=goods[pk].pk).update(given=F("given") + n)
    changes = [Change(pk, MoveKind.HANDED, -n, f"order:{made.pk}") for pk, n in sorted(wanted.items())]
    write_moves(items, changes, by=by)
    record("shop.serve", by=by, on=made, path=fair.community.path, points=cost)
    return made


def _check_fair(fair: Fair, resident: Resident, wanted, items, goods) -> None:
    if not wanted or min(wanted.values()) < 1:
        raise DomainError(_("Please choose at least one thing."))
    for pk, count in wanted.items():
        good = goods.get(pk)
        if good is None or good.left < count:
            words = _("Of “%(item)s” %(n)d are left at this fair.")
            raise DomainError(words % {"item": items.get(pk, ""), "n": good.left if good else 0})
    if fair.most_household:
        had = had_by_household(fair, resident)
        if had + sum(wanted.values()) > fair.most_household:
            words = _("One household gets at most %(n)d pieces at this fair; %(had)d were received.")
            raise DomainError(words % {"n": fair.most_household, "had": had})


@transaction.atomic
def close_fair(*, fair: Fair, by: User) -> int:
    """Nothing more is handed over; leftovers may be ordered in the shop again. Gives their number; again: 0."""
    fair = locked_fair(fair)
    if fair.closed_at:
        return 0
    goods = list(fair.goods.all())
    items = locked_items([good.item_id for good in goods])
    for good in goods:
        items[good.item_id].reserved -= good.left
        type(items[good.item_id]).objects.filter(pk=good.item_id).update(
            reserved=items[good.item_id].reserved
        )
    fair.closed_at, fair.closed_by = timezone.now(), by
    fair.save(update_fields=["closed_at", "closed_by"])
    left = sum(good.left for good in goods)
    record("shop.close_fair", by=by, on=fair, path=fair.community.path, left=left)
    return left
