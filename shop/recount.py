"""The recount of the stock: every movement, number and digest made again from the rows, and compared."""

from collections import Counter

from django.db.models import F, Sum

from .models import FairGood, Item, OrderLine, OrderState, StockMove


def check_stock() -> list[dict]:
    """What does not fit: {"what", "row"}, where `row` is a movement's id or, for `on hand` and `set aside`, an item's."""
    findings, last, digests = [], Counter(), {}
    for move in StockMove.objects.order_by("item", "pk").iterator(2000):
        before = digests.get(move.item_id, "")
        if move.digest != move.digest_after(before):
            findings.append({"what": "digest", "row": move.pk})
        if move.after != last[move.item_id] + move.change:
            findings.append({"what": "running number", "row": move.pk})
        last[move.item_id], digests[move.item_id] = move.after, move.digest
    held = held_back()
    for pk, on_hand, reserved in Item.objects.values_list("pk", "on_hand", "reserved").iterator():
        if on_hand != last[pk]:
            findings.append({"what": "on hand", "row": pk})
        if reserved != held[pk]:
            findings.append({"what": "set aside", "row": pk})
    return findings


def held_back() -> Counter:
    """Item id → pieces that wait for orders, or lie ready for a fair that is not closed."""
    waiting = OrderLine.objects.filter(order__state=OrderState.WAITING).order_by()
    held = Counter(dict(waiting.values("item").annotate(n=Sum("count")).values_list("item", "n")))
    ready = FairGood.objects.filter(fair__closed_at=None).order_by()
    held.update(dict(ready.values("item").annotate(n=Sum(F("quota") - F("given"))).values_list("item", "n")))
    return held


class StockBroken(Exception):
    """The store's books are not what they should be."""


def nightly() -> str:
    """For the clock: a note in figures. A mistake found is a failure of the job, so that it is seen."""
    findings = check_stock()
    if findings:
        raise StockBroken(f"{len(findings)} mistakes, the first: {findings[0]}")
    return f"{StockMove.objects.count()} movements"
