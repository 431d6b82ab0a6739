"""Points set aside for an order: reserved, then redeemed or given free. Three rows, each once; goods that are brought
back give theirs back."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import DomainError

from ..models import Account, Kind, Transfer
from .accounts import account_of
from .freezes import refuse_frozen
from .posting import Entry, Posted, locked, post


@transaction.atomic
def reserve(*, account: Account, amount: int, key: str, by: User, cause: str = "") -> Transfer:
    """Set `amount` points aside; the same key again gives the same row. Raises Shortage when fewer are available,
    DomainError while redeeming is paused."""
    entry = Entry(account.pk, Kind.RESERVE, amount, key, timezone.localdate(), cause=cause or key)
    posted = post([entry], community=account.community, by=by)
    if posted.written:  # asked afterwards, while the account is locked: a pause may have begun meanwhile
        refuse_frozen(account.resident_id)
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


@transaction.atomic
def give_back(
    parts: Sequence[tuple[Transfer, int]], *, key: str, by: User, cause: str, reason: str = ""
) -> Posted:
    """Goods were brought back: (redemption, points) each return to the holder, as if received today. Nothing is
    withheld of them, and the year's budget stays as it is. Where two rows became one person, the account that is left
    gets them. Again changes nothing.

    Raises DomainError when that is more than was redeemed and is not given back yet.
    """
    heirs = {row.holder_id: _heir(row.holder) for row, _points in parts}
    locked(sorted({*heirs, *(heir.pk for heir in heirs.values() if heir)}))
    keys = {row.pk: f"refund:{key}:{row.pk}" for row, _points in parts}
    there = dict(Transfer.objects.filter(key__in=keys.values()).values_list("key", "pk"))
    left = not_given_back([row for row, _points in parts])
    if any(keys[row.pk] not in there and not 0 < points <= left[row.pk] for row, points in parts):
        raise DomainError(_("More than was paid is never given back."))
    entries, today = [], timezone.localdate()
    for row, points in parts:
        entries.append(Entry(row.holder_id, Kind.REFUND, points, keys[row.pk], today, reverses=row.pk, cause=cause,
                             reason=reason))  # fmt: skip
        if heir := heirs[row.holder_id]:
            entries += [
                Entry(
                    account,
                    kind,
                    points,
                    f"{kind}:{keys[row.pk]}",
                    today,
                    cause=f"points.account:{row.holder_id}",
                )
                for account, kind in ((row.holder_id, Kind.CARRY_OUT), (heir.pk, Kind.CARRY_IN))
            ]
    return post(entries, community=parts[0][0].community, by=by)


def not_given_back(redeemed: Sequence[Transfer]) -> dict[int, int]:
    """Redemption → points of it that were not given back."""
    rows = Transfer.objects.filter(kind=Kind.REFUND, reverses__in=redeemed).order_by()
    back = dict(rows.values("reverses").annotate(n=Sum("amount")).values_list("reverses", "n"))
    return {row.pk: row.amount - back.get(row.pk, 0) for row in redeemed}


def _heir(account: Account) -> Account | None:
    """The account of whoever the holder was merged into; None for anybody else."""
    resident = account.resident
    while resident.merged_into_id:
        resident = resident.merged_into
    return account_of(resident) if resident.pk != account.resident_id else None
