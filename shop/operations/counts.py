"""Counting the store: by a sheet that says what the books say, line by line."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.models import Unit
from config.errors import DomainError, StaleError

from ..models import Item, MoveKind, Sheet, SheetLine
from .stock import Change, locked_items, write_moves


@transaction.atomic
def make_sheet(*, community: Unit, by: User) -> Sheet:
    """A sheet with a line for each item on the shelf or on hand. Raises DomainError when there is nothing to count."""
    items = Item.objects.filter(community=community).in_order()
    items = [item for item in items if item.on_hand or item.shelved_at]
    if not items:
        raise DomainError(_("There is nothing to count yet."))
    sheet = Sheet.objects.create(community=community, made_by=by)
    SheetLine.objects.bulk_create(
        [
            SheetLine(sheet=sheet, item=item, number=n, expected=item.on_hand)
            for n, item in enumerate(items, 1)
        ]
    )
    record("shop.make_sheet", by=by, on=sheet, path=community.path, lines=len(items))
    return sheet


@transaction.atomic
def key_in_count(*, line: SheetLine, counted: int, by: User) -> SheetLine:
    """`counted` pieces lie there; a difference becomes a movement. The same number again changes nothing.

    Raises StaleError when the item moved since the sheet was made, DomainError when orders need more than lies there, or
    the line was keyed in with another number.
    """
    items = locked_items([line.item_id])
    line = SheetLine.objects.select_for_update(of=["self"]).select_related("sheet__community").get(pk=line.pk)
    item = items[line.item_id]
    if line.counted is not None:
        if line.counted == counted:
            return line
        raise DomainError(_("This line was keyed in before. A further difference is entered by a new sheet."))
    if line.sheet.closed_at:
        raise DomainError(_("This sheet is closed."))
    if item.on_hand != line.expected:
        raise StaleError(
            _("“%(item)s” has moved since the sheet was made. Please count it on a new sheet.")
            % {"item": item}
        )
    if counted != item.on_hand:
        change = Change(item.pk, MoveKind.COUNTED, counted - item.on_hand, cause=f"sheet:{line.sheet_id}")
        write_moves(items, [change], by=by)
    line.counted = counted
    line.save(update_fields=["counted"])
    record("shop.key_in_count", by=by, on=line.sheet, path=line.sheet.community.path, change=line.difference)
    return line


@transaction.atomic
def close_sheet(*, sheet: Sheet, by: User) -> None:
    """What was not counted stays as the books have it. Again changes nothing."""
    if Sheet.objects.filter(pk=sheet.pk, closed_at=None).update(closed_at=timezone.now(), closed_by=by):
        record("shop.close_sheet", by=by, on=sheet, path=sheet.community.path)
