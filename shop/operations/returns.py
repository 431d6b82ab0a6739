"""What was handed over is brought back: pieces into the store, points to those who paid, in one act.

Locks in the order of `orders.py`: accounts by id, the order, items by id.
"""

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError
from points.models import Transfer
from points.operations import give_back, not_given_back

from ..models import MoveKind, Order, OrderState, Return, ReturnLine
from .orders import locked_order
from .stock import Change, locked_items, write_moves


@transaction.atomic
def bring_back(
    *, order: Order, counts: dict[int, int], by: User, reason: str, token: str, unusable: frozenset[int] = frozenset()
) -> Return:  # fmt: skip
    """`counts` (line id → pieces) of a handed-over order are back; those of the lines in `unusable` are thrown away.

    The points that were paid for them return, to family members who added theirs first; they are good as long as points
    received today. The same `token` again gives the first return. Raises DomainError when less was handed over.
    """
    held = locked_order(order.pk)
    if there := Return.objects.filter(token=token).first():
        return there
    if held.state != OrderState.HANDED:
        raise DomainError(_("Only what was handed over is brought back."))
    if not reason.strip():
        raise DomainError(_("Please say why: the resident reads it."))
    lines = {line.pk: line for line in held.lines.select_related("item")}
    _check(counts, lines, left_with(held))
    points = sum(lines[pk].points * n for pk, n in counts.items())
    made = Return.objects.create(order=held, points=points, reason=reason, token=token, by=by)
    ReturnLine.objects.bulk_create(
        [ReturnLine(back=made, line_id=pk, count=n, is_usable=pk not in unusable) for pk, n in sorted(counts.items())]
    )  # fmt: skip
    give_back(_parts(held, points), key=str(made.pk), by=by, cause=f"order:{held.pk}", reason=reason)
    _into_the_store(made, {lines[pk].item_id: (n, pk not in unusable) for pk, n in counts.items()}, by)
    record("shop.bring_back", by=by, on=held, path=held.community.path, points=points)
    return made


def left_with(order: Order) -> dict[int, int]:
    """Line id → pieces that were handed over and not brought back."""
    rows = order.lines.annotate(back=Sum("returned__count")).values_list("pk", "count", "back")
    return {pk: count - (back or 0) for pk, count, back in rows}


def _check(counts, lines, left) -> None:
    if not counts or min(counts.values()) < 1:
        raise DomainError(_("Please say what was brought back."))
    for pk, count in counts.items():
        if pk not in lines:
            raise DomainError(_("This page is out of date. Please begin again."))
        if count > left[pk]:
            words = ngettext(
                "Of “%(item)s” %(n)d is with the resident.", "Of “%(item)s” %(n)d are with the resident.", left[pk]
            )  # fmt: skip
            raise DomainError(words % {"item": lines[pk].item, "n": left[pk]})


def _parts(order: Order, points: int) -> list[tuple[Transfer, int]]:
    """Whose redemption gives back how much: those of the family first, the person's own last."""
    paid = order.shares.select_related("account__resident").order_by("pk")
    shares = sorted(paid, key=lambda share: share.account.resident_id == order.resident_id)
    ends = Transfer.objects.filter(reserve__in=[share.reservation_id for share in shares])
    redeemed = {row.reserve_id: row for row in ends.select_related("community", "holder__resident")}
    rows = [redeemed[share.reservation_id] for share in shares]
    left, parts = not_given_back(rows), []
    for row in rows:
        if part := min(left[row.pk], points):
            parts.append((row, part))
            points -= part
    return parts


def _into_the_store(made: Return, pieces: dict[int, tuple[int, bool]], by: User) -> None:
    items, cause, changes = locked_items(pieces), f"order:{made.order_id}", []
    for pk, (count, is_usable) in sorted(pieces.items()):
        changes.append(Change(pk, MoveKind.RETURNED, count, cause, made.reason))
        if not is_usable:
            changes.append(Change(pk, MoveKind.DAMAGED, -count, cause, made.reason))
    write_moves(items, changes, by=by)
