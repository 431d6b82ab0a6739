"""Points set aside for an order: reserved, then redeemed or given free. Three rows, each once."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import DomainError

from ..models import Account, Kind, Transfer
from .posting import Entry, post


@transaction.atomic
def reserve(*, account: Account, amount: int, key: str, by: User, cause: str = "") -> Transfer:
    """Set `amount` points aside. Raises Shortage when fewer are available; the same key again gives the same row."""
    entry = Entry(account.pk, Kind.RESERVE, amount, key, timezone.localdate(), cause=cause or key)
    posted = post([entry], community=account.community, by=by)
    return Transfer.objects.get(pk=posted.ids[key])


def fulfil(*, reservation: Transfer, by: User) -> Transfer:
    """The goods were handed over: the points are spent. Again changes nothing."""
    return _end(reservation, Kind.POST, by)


def release(*, reservation: Transfer, by: User | None, reason: str = "") -> Transfer:
    """The order was cancelled or ran out: the points are free again. Again changes nothing."""
    return _end(reservation, Kind.VOID, by, reason)


@transaction.atomic
def _end(reservation: Transfer, kind: str, by: User | None, reason: str = "") -> Transfer:
    Account.objects.select_for_update(no_key=True).get(pk=reservation.holder_id)
    ended = Transfer.objects.filter(reserve=reservation).first()
    if ended and ended.kind == kind:
        return ended
    if ended:
        raise DomainError(
            _("These points were redeemed already.") if ended.kind == Kind.POST
            else _("This reservation was lifted already.")
        )  # fmt: skip
    entry = Entry(
        reservation.holder_id, kind, reservation.amount, f"{kind}:{reservation.pk}", reservation.value_date,
        reserve=reservation.pk, cause=f"points.transfer:{reservation.pk}", reason=reason,
    )  # fmt: skip
    posted = post([entry], community=reservation.community, by=by)
    return Transfer.objects.get(pk=posted.ids[entry.key])
