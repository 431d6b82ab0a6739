"""The kinds of transfers and what each does to its holder. DESIGN §5."""

from dataclasses import dataclass

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    AWARD = "award", _("awarded")
    WITHHOLD = "withhold", _("withheld for points taken back")
    REVERSE = "reverse", _("taken back")
    RESERVE = "reserve", _("reserved")
    POST = "post", _("redeemed")
    VOID = "void", _("reservation lifted")
    EXPIRE = "expire", _("expired")
    DEDUCT = "deduct", _("deducted by a rule of conduct")
    RESTORE = "restore", _("deduction lifted")
    REFUND = "refund", _("given back for goods brought back")
    CARRY_OUT = "carry_out", _("moved to the merged account")
    CARRY_IN = "carry_in", _("moved from the merged account")


@dataclass(frozen=True)
class Movement:
    """What a kind of transfer does to its holder, how often its amount is drawn from the year's budget, and the
    community's account on the other side."""

    posted: int
    reserved: int
    drawn: int
    other: str
    is_credit: bool  # the holder is the account credited

    @property
    def available(self) -> int:
        return self.posted - self.reserved


MOVEMENTS = {
    Kind.AWARD: Movement(1, 0, 1, "budget", True),
    Kind.WITHHOLD: Movement(-1, 0, -1, "budget", False),
    Kind.REVERSE: Movement(-1, 0, -1, "budget", False),
    Kind.RESERVE: Movement(0, 1, 0, "redeemed", False),
    Kind.POST: Movement(-1, -1, 0, "redeemed", False),
    Kind.VOID: Movement(0, -1, 0, "redeemed", False),
    Kind.EXPIRE: Movement(-1, 0, 0, "expired", False),
    # What was issued stays issued: the year's budget does not grow by what people lose.
    Kind.DEDUCT: Movement(-1, 0, 0, "budget", False),
    Kind.RESTORE: Movement(1, 0, 0, "budget", True),
    # A new credit of its day: good as long as points received that day.
    Kind.REFUND: Movement(1, 0, 0, "redeemed", True),
    Kind.CARRY_OUT: Movement(-1, 0, 0, "budget", False),
    Kind.CARRY_IN: Movement(1, 0, 0, "budget", True),
}
CREDITS = [kind.value for kind, movement in MOVEMENTS.items() if movement.is_credit]
DEBITS = [kind.value for kind, movement in MOVEMENTS.items() if not movement.is_credit]
ENDS = [Kind.POST.value, Kind.VOID.value]
UNDOES = [Kind.REVERSE.value, Kind.REFUND.value]


def effect(attribute: str = "available", before: str = ""):
    """SQL for what a transfer (at the relation `before`) adds to its holder's `posted`, `reserved` or available points."""
    return models.Case(
        *[
            models.When(**{f"{before}kind": kind}, then=F(f"{before}amount") * getattr(movement, attribute))
            for kind, movement in MOVEMENTS.items()
        ],
        output_field=models.BigIntegerField(),
    )
