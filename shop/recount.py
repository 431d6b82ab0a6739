"""The recount of the shop: every movement, number and digest made again from the rows, and compared; and orders with the
points that were paid for them.

Each check yields (row, what is wrong with it); the community tells who is concerned.
"""

from collections import Counter, defaultdict
from itertools import chain

from django.db.models import F, Sum

from points.models import Kind, Transfer

from .models import (
    FairGood,
    FairSlot,
    Item,
    Order,
    OrderLine,
    OrderShare,
    OrderState,
    Return,
    StockMove,
    Ticket,
)
from .models.returns import ReturnLine

ENDS = {OrderState.HANDED: Kind.POST, OrderState.CANCELLED: Kind.VOID, OrderState.LAPSED: Kind.VOID}


def check_stock() -> list[dict]:
    """What does not fit: {"what", "row", …}."""
    return [{"what": what, "row": row, **more} for what, check in CHECKS.items() for row, more in check()]


def _movements():
    """Movements that are not what was written, or do not go on from the one before."""
    last, digests = Counter(), {}
    rows = StockMove.objects.select_related("item").only("item__community", *_WRITTEN)
    for move in rows.order_by("item", "pk").iterator(2000):
        before, home = digests.get(move.item_id, ""), {"community": move.item.community_id}
        if move.digest != move.digest_after(before):
            yield move.pk, home | {"why": "digest"}
        if move.after != last[move.item_id] + move.change:
            yield move.pk, home | {"is": move.after, "should_be": last[move.item_id] + move.change}
        last[move.item_id], digests[move.item_id] = move.after, move.digest


_WRITTEN = ["item_id", "kind", "change", "after", "fen", "donor", "cause", "note", "at", "by_id", "digest"]


def _items():
    """Items whose numbers are not what movements, orders and fairs make."""
    newest = StockMove.objects.order_by("item", "pk").values_list("item", "after").iterator(2000)
    last, held = defaultdict(int, newest), held_back()
    rows = Item.objects.values_list("pk", "community", "on_hand", "reserved")
    for pk, community, on_hand, reserved in rows.iterator():
        if [on_hand, reserved] != [last[pk], held[pk]]:
            yield pk, {"community": community, "is": [on_hand, reserved], "should_be": [last[pk], held[pk]]}


def held_back() -> Counter:
    """Item id → pieces that wait for orders, or lie ready for a fair that is not closed."""
    held = _sums(OrderLine.objects.filter(order__state=OrderState.WAITING), "item", "count")
    ready = FairGood.objects.filter(fair__closed_at=None)
    held.update(_sums(ready, "item", F("quota") - F("given")))
    return held


def _sums(rows, by, of) -> Counter:
    return Counter(dict(rows.order_by().values(by).annotate(n=Sum(of)).values_list(by, "n")))


def _orders():
    """Orders whose points are not those of their lines and shares, or are not where the order's state says."""
    lines, shares = (
        _sums(OrderLine.objects, "order", F("count") * F("points")),
        _sums(OrderShare.objects, "order", "points"),
    )
    back = _sums(Return.objects, "order", "points")
    given = _sums(ReturnLine.objects, "back__order", F("count") * F("line__points"))
    refunded = _refunded()
    ended = defaultdict(set)
    for order, kind in (
        OrderShare.objects.order_by().values_list("order", "reservation__ended_by__kind").iterator()
    ):
        ended[order].add(kind)
    rows = Order.objects.values_list("pk", "community", "state", "points")
    for pk, community, state, points in rows.iterator():
        if ended[pk] != {ENDS.get(state)}:
            yield pk, {"community": community, "why": "its points"}
        if not points == lines[pk] == shares[pk]:
            yield pk, {"community": community, "is": points, "should_be": [lines[pk], shares[pk]]}
        if not back[pk] == given[pk] == refunded[pk]:
            yield pk, {"community": community, "given_back": back[pk], "should_be": [given[pk], refunded[pk]]}


def _refunded() -> Counter:
    """Order id → points the ledger gave back for it."""
    orders = dict(OrderShare.objects.order_by().values_list("reservation", "order"))
    rows, found = Transfer.objects.filter(kind=Kind.REFUND).order_by(), Counter()
    for reserve, points in rows.values_list("reverses__reserve", "amount").iterator():
        if reserve in orders:
            found[orders[reserve]] += points
    return found


def _fairs():
    """Fairs that gave out something else than their orders say, or more places than numbers."""
    handed = OrderLine.objects.filter(order__fair__isnull=False, order__state=OrderState.HANDED).order_by()
    rows = handed.values("order__fair", "item").annotate(n=Sum("count"))
    given = Counter({(row["order__fair"], row["item"]): row["n"] for row in rows})
    goods = FairGood.objects.values_list("fair", "fair__community", "given", "item")
    taken = _sums(Ticket.objects.live(), "slot", 1)
    slots = FairSlot.objects.values_list("fair", "fair__community", "taken", "pk")
    for fair, community, is_now, should_be in chain(
        ((fair, community, n, given[fair, item]) for fair, community, n, item in goods.iterator()),
        ((fair, community, n, taken[pk]) for fair, community, n, pk in slots.iterator()),
    ):
        if is_now != should_be:
            yield fair, {"community": community, "is": is_now, "should_be": should_be}


CHECKS = {"stock movement": _movements, "stock": _items, "order": _orders, "fair": _fairs}
