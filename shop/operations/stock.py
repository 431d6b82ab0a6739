"""What comes into the shop's store and what leaves it: rows that are only added, each chained to the one before."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError, StaleError

from ..models import Item, MoveKind, StockMove


@dataclass(frozen=True)
class Change:
    """`change` pieces more or less of the item with this id."""

    item: int
    kind: str
    change: int
    cause: str = ""
    note: str = ""


def locked_items(ids) -> dict[int, Item]:
    """The items, locked in the order of their ids until the transaction ends. Accounts are locked before them."""
    rows = Item.objects.select_for_update(no_key=True, of=["self"]).filter(pk__in=list(ids))
    return {item.pk: item for item in rows.select_related("donor", "community").order_by("pk")}


def write_moves(items: dict[int, Item], changes: Sequence[Change], *, by: User | None) -> list[StockMove]:
    """Add one movement per change to `items`, which are locked. Raises DomainError when less is free than goes."""
    digests = _last_digests(items)
    now, moves = timezone.now(), []
    for one in changes:
        item = items[one.item]
        if item.on_hand + one.change < item.reserved:
            raise DomainError(_too_few(item))
        item.on_hand += one.change
        move = StockMove(
            item=item, kind=one.kind, change=one.change, after=item.on_hand, fen=item.fen, donor=item.given_by,
            cause=one.cause, note=one.note, at=now, by=by,
        )  # fmt: skip
        move.digest = digests[item.pk] = move.digest_after(digests.get(item.pk, ""))
        moves.append(move)
    StockMove.objects.bulk_create(moves)
    for pk in sorted({one.item for one in changes}):
        Item.objects.filter(pk=pk).update(on_hand=items[pk].on_hand, reserved=items[pk].reserved)
    return moves


def _last_digests(items) -> dict[int, str]:
    last = StockMove.objects.filter(item__in=list(items)).order_by().values("item").annotate(last=Max("pk"))
    rows = StockMove.objects.filter(pk__in=[row["last"] for row in last])
    return dict(rows.values_list("item", "digest"))


def _too_few(item: Item) -> str:
    words = _("Of “%(item)s” %(on_hand)d are on hand and %(reserved)d of them are set aside for orders.")
    return words % {"item": item, "on_hand": item.on_hand, "reserved": item.reserved}


SIGNS = {MoveKind.RECEIVED: 1, MoveKind.RETURNED: 1, MoveKind.DAMAGED: -1}


@transaction.atomic
def move_stock(
    *, item: Item, kind: str, count: int, by: User, note: str = "", seen: int | None = None
) -> StockMove:
    """`count` pieces were received, brought back or thrown away as damaged. `seen`: what the form said was on hand.

    Raises DomainError when what goes is set aside for orders, StaleError when another was quicker.
    """
    items = locked_items([item.pk])
    if seen is not None and items[item.pk].on_hand != seen:
        raise StaleError(_("Somebody else has entered a movement meanwhile. Please look again."))
    change = Change(item.pk, kind, SIGNS[MoveKind(kind)] * count, note=note)
    move = write_moves(items, [change], by=by)[0]
    record("shop.move_stock", by=by, on=item, path=items[item.pk].community.path, change=move.change)
    return move


@transaction.atomic
def put_on_shelf(*, item: Item, by: User) -> None:
    """Everybody sees it and may order it. Again changes nothing."""
    if Item.objects.filter(pk=item.pk, shelved_at=None).update(shelved_at=timezone.now(), shelved_by=by):
        record("shop.put_on_shelf", by=by, on=item, path=item.community.path)


@transaction.atomic
def take_off_shelf(*, item: Item, by: User) -> None:
    """Nobody orders it any more; orders that wait are still handed over."""
    if Item.objects.filter(pk=item.pk).exclude(shelved_at=None).update(shelved_at=None, shelved_by=None):
        record("shop.take_off_shelf", by=by, on=item, path=item.community.path)
