"""The hand-over list of a fair: one line a number, printed, signed and keyed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import DomainError
from points.models import Account

from . import operations
from .models import Fair, FairGood, Order, OrderState, Ticket


@dataclass
class Line:
    """`order`: what the person has received at this fair. `typed`: item id → what was keyed in and refused."""

    ticket: Ticket
    available: int
    order: Order | None = None
    refusal: str = ""
    typed: dict[int, str] = field(default_factory=dict)

    def cells(self, goods: Sequence[FairGood]) -> list[tuple[FairGood, str, str]]:
        """(good, name of the box, what stands in it)."""
        return [(good, box(self.ticket, good), self.typed.get(good.item_id, "")) for good in goods]


def box(ticket: Ticket, good: FairGood) -> str:
    return f"t{ticket.pk}i{good.item_id}"


def lines_of(fair: Fair) -> list[Line]:
    tickets = fair.tickets.live().select_related("resident__unit__parent", "slot").order_by("number")
    people = [ticket.resident_id for ticket in tickets]
    accounts = Account.objects.filter(resident__in=people)
    have = {account.resident_id: account.available for account in accounts}
    orders = Order.objects.filter(fair=fair, resident__in=people, state=OrderState.HANDED)
    received = {order.resident_id: order for order in orders.prefetch_related("lines__item")}
    return [Line(one, have.get(one.resident_id, 0), received.get(one.resident_id)) for one in tickets]


def key_in(
    fair: Fair, lines: list[Line], goods: list[FairGood], said: Mapping[str, str], *, by: User
) -> tuple[int, int]:
    """Hand over what each line says, each for itself; gives how many were done and how many refused. A line whose person
    has received something is left alone; the same list again changes nothing."""
    done = refused = 0
    for line in lines:
        typed = {
            good.item_id: text for good in goods if (text := said.get(box(line.ticket, good), "").strip())
        }
        if line.order or not typed:
            continue
        try:
            line.order = operations.serve(
                fair=fair,
                resident=line.ticket.resident,
                wanted=_numbers(typed),
                by=by,
                token=f"ticket:{line.ticket.pk}",
            )
            done += 1
        except DomainError as refusal:
            line.refusal, line.typed = str(refusal), typed
            refused += 1
    return done, refused


def _numbers(typed: dict[int, str]) -> dict[int, int]:
    if not all(text.isascii() and text.isdecimal() and len(text) < 4 for text in typed.values()):
        raise DomainError(_("Please type whole numbers."))
    return {pk: int(text) for pk, text in typed.items() if int(text)}
