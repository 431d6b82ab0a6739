"""From an order to the goods in somebody's hands: points and stock are set aside, and go, together.

Locks are always taken in this order: accounts by id, the order, items by id.
"""

from datetime import datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError
from points.models import Account, Freeze
from points.operations import accounts_of, fulfil, good_until, refuse_frozen, release, reserve
from points.operations.posting import locked
from residents.models import Resident

from .. import codes, messages
from ..models import (
    STEPS,
    Consent,
    How,
    Item,
    MoveKind,
    Order,
    OrderLine,
    OrderShare,
    OrderState,
    ReturnLine,
    Shop,
)
from .stock import Change, locked_items, write_moves

TRIES = 5  # for a code nobody has


@transaction.atomic
def order(
    *,
    resident: Resident,
    wanted: dict[int, int],
    by: User,
    token: str,
    with_family: bool = False,
    how: str = How.SELF,
) -> Order:
    """Set aside `wanted` (item id → number) and the points for it, until somebody fetches it with the code.

    `token` is the form's: sent again, it gives the order made before. `with_family`: what the person's own points lack
    comes from members of the household who agreed. Raises DomainError when the shop takes no orders today, something is
    not on the shelf or not left, redeeming is paused, a limit is passed, or points do not suffice.
    """
    shop = open_shop(resident, how)
    purse = _locked_purse(resident, with_family)
    if there := Order.objects.filter(token=token).first():
        return _the_same(there, resident)
    refuse_frozen(resident.pk)
    items = locked_items(wanted)
    _check_items(resident, wanted, items)
    _check_limits(shop, resident, wanted, items)
    cost = sum(items[pk].points * count for pk, count in wanted.items())
    shares = _split(cost, purse)
    made = _create(shop, resident, cost, by, token, how)
    OrderLine.objects.bulk_create(
        [OrderLine(order=made, item=items[pk], count=n, points=items[pk].points, fen=items[pk].fen)
         for pk, n in sorted(wanted.items())]
    )  # fmt: skip
    _reserve_points(made, shares, by)
    _set_aside(items, wanted)
    record("shop.order", by=by, on=made, path=resident.community.path, points=cost, how=how)
    if how == How.MANDATE:
        messages.ordered_for(made)
    return made


def open_shop(resident: Resident, how: str) -> Shop:
    """Raises DomainError when there is none, it takes no orders today, or the person has left; for who moved away or
    died staff redeem what is there as long as the points are good."""
    until = good_until(resident)
    still_good = how == How.DESK and until is not None and until >= timezone.localdate()
    if not resident.is_living and not still_good:
        raise DomainError(_("This person is not in the register of the community."))
    shop = Shop.objects.filter(community=resident.community_id).first()
    if shop is None:
        raise DomainError(_("This community has no shop yet."))
    today = timezone.localdate()
    if not shop.is_open(today):
        day = date_format(shop.next_opening(today), "DATE_FORMAT")
        raise DomainError(_("The shop takes no orders today. The next day is %(day)s.") % {"day": day})
    return shop


def family_of(resident: Resident):
    """Members of the household who agreed that their points are spent together; not those whose redeeming is paused."""
    if resident.household_id is None:
        return Resident.objects.none()
    agreed = Consent.objects.living().values("resident")
    others = Resident.objects.living().filter(
        household=resident.household_id, community=resident.community_id
    )
    paused = Freeze.objects.standing().values("resident")
    return others.filter(pk__in=agreed).exclude(Q(pk=resident.pk) | Q(pk__in=paused)).order_by("pk")


def _locked_purse(resident: Resident, with_family: bool) -> list[Account]:
    """The accounts that pay, the own one first; locked."""
    people = [resident.pk, *(family_of(resident).values_list("pk", flat=True) if with_family else ())]
    accounts = accounts_of(people, community=resident.community)
    held = locked(accounts.values())
    still = {resident.pk, *(family_of(resident).values_list("pk", flat=True) if len(people) > 1 else ())}
    return [held[accounts[pk]] for pk in people if pk in still]


def _the_same(there: Order, resident: Resident) -> Order:
    if there.resident_id != resident.pk:
        raise DomainError(_("This page is out of date. Please begin again."))
    return there


def _check_items(resident: Resident, wanted: dict[int, int], items: dict[int, Item]) -> None:
    if not wanted or min(wanted.values()) < 1:
        raise DomainError(_("Please choose at least one thing."))
    for pk in wanted:
        item = items.get(pk)
        if item is None or item.community_id != resident.community_id or item.shelved_at is None:
            raise DomainError(_("One of these things is no longer on the shelf. Please look again."))
        if item.free < wanted[pk]:
            raise DomainError(left_of(item))


def left_of(item: Item) -> str:
    if item.free <= 0:
        return _("“%(item)s” has all been given out.") % {"item": item}
    words = ngettext("Only %(n)d of “%(item)s” is left.", "Only %(n)d of “%(item)s” are left.", item.free)
    return words % {"n": item.free, "item": item}


def _check_limits(shop: Shop, resident: Resident, wanted: dict[int, int], items: dict[int, Item]) -> None:
    """Both count what waits or was handed over, ordered in this cycle; items and the person's account are locked."""
    taken = taken_in_cycle(shop, list(wanted))
    own = taken_in_cycle(shop, list(wanted), resident)
    for pk, count in wanted.items():
        item = items[pk]
        if item.most_each and own.get(pk, 0) + count > item.most_each:
            words = _(
                "Of “%(item)s” one person gets at most %(n)d in this period; %(had)d were ordered before."
            )
            raise DomainError(words % {"item": item, "n": item.most_each, "had": own.get(pk, 0)})
        if item.most_all and taken.get(pk, 0) + count > item.most_all:
            words = _("Of “%(item)s” only %(n)d are given out in this period, and %(had)d are gone.")
            raise DomainError(words % {"item": item, "n": item.most_all, "had": taken.get(pk, 0)})


def taken_in_cycle(shop: Shop, items: list[int], resident: Resident | None = None) -> dict[int, int]:
    """Item id → pieces ordered in the present cycle that wait or were handed over and not brought back."""
    first, last = (
        timezone.make_aware(datetime.combine(day, time.min))
        for day in shop.cycle_around(timezone.localdate())
    )
    orders = Order.objects.counted().filter(
        community=shop.community_id, made_at__gte=first, made_at__lt=last + timedelta(days=1)
    )
    if resident is not None:
        orders = orders.filter(resident=resident)
    lines = OrderLine.objects.filter(item__in=items, order__in=orders).order_by()
    taken = dict(lines.values("item").annotate(n=Sum("count")).values_list("item", "n"))
    back = ReturnLine.objects.filter(line__in=lines).order_by().values("line__item").annotate(n=Sum("count"))
    return taken | {pk: taken[pk] - n for pk, n in back.values_list("line__item", "n")}


def _split(cost: int, purse: list[Account]) -> list[tuple[Account, int]]:
    shares, left = [], cost
    for account in purse:
        if part := min(left, account.available):
            shares.append((account, part))
            left -= part
    if left:
        words = _("This costs %(cost)d points, and %(have)d are available.")
        raise DomainError(words % {"cost": cost, "have": cost - left})
    return shares


def _create(
    shop: Shop | None, resident: Resident, cost: int, by: User, token: str, how: str, fair=None
) -> Order:
    """`fair`: handed over on the spot."""
    now = timezone.now()
    day = timezone.localdate() + timedelta(days=shop.keep_days if shop else 0)
    made = Order(
        community=resident.community, resident=resident, points=cost, made_by=by, token=token, how=how, made_at=now,
        until=timezone.make_aware(datetime.combine(day, time(23, 59, 59))), fair=fair,
    )  # fmt: skip
    if fair:
        made.state, made.handed_at, made.handed_by = OrderState.HANDED, now, by
    for _try in range(TRIES):
        if not Order.objects.filter(code=made.code).exists():
            break
        made.code = codes.new_code()
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:  # the same code, or the same form for two people, at the same moment
        raise DomainError(_("That was too quick for us. Please try again.")) from error
    return made


def _reserve_points(made: Order, shares: list[tuple[Account, int]], by: User) -> None:
    rows = []
    for account, points in sorted(shares, key=lambda share: share[0].pk):
        key = f"order:{made.pk}:{account.pk}"
        held = reserve(account=account, amount=points, key=key, by=by, cause=f"order:{made.pk}")
        rows.append(OrderShare(order=made, account=account, points=points, reservation=held))
    OrderShare.objects.bulk_create(rows)


def _set_aside(items: dict[int, Item], counts: dict[int, int], sign: int = 1) -> None:
    for pk in sorted(counts):
        items[pk].reserved += sign * counts[pk]
        Item.objects.filter(pk=pk).update(reserved=items[pk].reserved)


# --- what becomes of an order ---


def locked_order(pk: int) -> Order:
    """Its accounts first, as whoever orders locks them."""
    locked(OrderShare.objects.filter(order=pk).values_list("account", flat=True))
    rows = Order.objects.select_for_update(of=["self"]).select_related("community", "resident")
    return rows.get(pk=pk)


def _next(held: Order, act: str) -> str:
    if (held.state, act) not in STEPS:
        raise DomainError(_("This order is %(state)s.") % {"state": held.get_state_display()})
    return STEPS[held.state, act]


@transaction.atomic
def hand_over(*, order: Order, by: User) -> Order:
    """The goods are in the person's hands: points are spent, pieces leave the store. Again changes nothing."""
    held = locked_order(order.pk)
    if held.state == OrderState.HANDED:
        return held
    held.state = _next(held, "hand_over")
    held.handed_at, held.handed_by = timezone.now(), by
    counts = dict(held.lines.values_list("item", "count"))
    items = locked_items(counts)
    for share in held.shares.select_related("reservation").order_by("account"):
        fulfil(reservation=share.reservation, by=by)
    _set_aside(items, counts, -1)
    cause = f"order:{held.pk}"
    write_moves(items, [Change(pk, MoveKind.HANDED, -n, cause) for pk, n in sorted(counts.items())], by=by)
    held.save(update_fields=["state", "handed_at", "handed_by"])
    record("shop.hand_over", by=by, on=held, path=held.community.path)
    return held


@transaction.atomic
def cancel(*, order: Order, by: User, reason: str = "") -> Order:
    """Points and goods are free again. Again changes nothing."""
    held = locked_order(order.pk)
    if held.state != OrderState.CANCELLED:
        _give_free(held, "cancel", by, reason)
        record("shop.cancel", by=by, on=held, path=held.community.path)
    return held


def _give_free(held: Order, act: str, by: User | None, reason: str) -> None:
    held.state = _next(held, act)
    held.ended_at, held.ended_by, held.reason = timezone.now(), by, reason
    counts = dict(held.lines.values_list("item", "count"))
    for share in held.shares.select_related("reservation").order_by("account"):
        release(reservation=share.reservation, by=by)
    _set_aside(locked_items(counts), counts, -1)
    held.save(update_fields=["state", "ended_at", "ended_by", "reason"])


def lapse_due() -> str:
    """For the clock: orders nobody fetched give back what they held."""
    late = (
        Order.objects.waiting().filter(until__lt=timezone.now()).order_by("pk").values_list("pk", flat=True)
    )
    done = sum(lapse(pk) for pk in list(late[:1000]))
    return _("%(n)d orders not fetched in time") % {"n": done}


@transaction.atomic
def lapse(pk: int) -> bool:
    held = locked_order(pk)
    if not held.is_late:
        return False
    _give_free(held, "lapse", None, "")
    record("shop.lapse", by=None, on=held, path=held.community.path)
    return True
