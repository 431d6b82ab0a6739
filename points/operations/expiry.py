"""Points that lapse at a date: first in, first out, whatever was spent since ever counts against the oldest."""

from datetime import date

from django.db import transaction
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.models import Unit
from config.errors import DomainError

from ..models import Account, Kind, Transfer
from .posting import Entry, locked, post

AT_ONCE = 500


def expire(*, community: Unit, received_until: date, on: date, by: User | None) -> int:
    """Expire what was received for days up to `received_until` and is neither spent nor reserved; gives the points.

    expired = max(0, credits up to the cut-off − everything spent, expired or reserved since ever). What was taken back
    or withheld lessens the credits of its own day. A second run changes nothing. Raises DomainError for a cut-off that
    is not past.
    """
    if received_until >= on:
        raise DomainError(_("Points expire only after the day up to which they were received."))
    holders = Account.objects.holders().filter(community=community, posted__gt=0).order_by("pk")
    expired, last = 0, 0
    while ids := list(holders.filter(pk__gt=last).values_list("pk", flat=True)[:AT_ONCE]):
        expired += _expire(community, ids, received_until, on, by)
        last = ids[-1]
    record("points.expire", by=by, path=community.path, points=expired, until=received_until.isoformat())
    return expired


@transaction.atomic
def _expire(community, ids, received_until, on, by) -> int:
    accounts = locked(ids)
    entries = []
    for pk, received, spent, expired in _sums(ids, received_until):
        amount = min(received - spent - expired - accounts[pk].reserved, accounts[pk].available)
        if amount > 0:
            key = f"expire:{pk}:{received_until}:{expired}"
            entries.append(Entry(pk, Kind.EXPIRE, amount, key, on, cause=f"expiry:{received_until}"))
    post(entries, community=community, by=by)
    return sum(entry.amount for entry in entries)


def _sums(ids, received_until):
    """(account, received for days up to the cut-off, spent since ever, expired since ever)."""

    def total(*kinds, **more):
        return Coalesce(Sum("amount", filter=Q(kind__in=kinds, **more)), 0)

    early = {"value_date__lte": received_until}
    return (
        Transfer.objects.filter(holder__in=ids)
        .order_by("holder")
        .values("holder")
        .annotate(
            received=total(Kind.AWARD, Kind.CARRY_IN, **early) - total(Kind.REVERSE, Kind.WITHHOLD, **early),
            spent=total(Kind.POST, Kind.CARRY_OUT),
            expired=total(Kind.EXPIRE),
        )
        .values_list("holder", "received", "spent", "expired")
    )
