"""Points that lapse: first in, first out, whatever was spent since ever counts against the oldest."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.operations import record
from community.models import Unit
from config.errors import DomainError
from residents.models import Resident

from ..models import Account, Kind, Transfer
from .posting import Entry, locked, post

AT_ONCE = 500
GONE = [Resident.Left.MOVED, Resident.Left.DIED]


def last_received(last_day: date) -> date | None:
    """Up to which day points were received that are good until the end of `last_day`'s year, and lapse then.

    `POINTS_LAST_YEARS` whole calendar years after the one they were received for; None when they never lapse.
    """
    years = settings.POINTS_LAST_YEARS
    return None if years is None else date(last_day.year - years, 12, 31)


def lapsed_until(today: date) -> date | None:
    """Up to which day points were received that are good no longer `today`."""
    return last_received(date(today.year - 1, 12, 31))


def expire(*, community: Unit, received_until: date, on: date, by: User | None) -> int:
    """Expire what was received for days up to `received_until` and is neither spent nor reserved; gives the points.

    expired = max(0, credits up to the cut-off − everything spent, expired or reserved since ever). What was taken back
    or withheld lessens the credits of its own day; what was given back for goods counts as received that day. Who died or
    moved away keeps all of it for the time `good_until` promised (see `expire_left`). A second run changes nothing. Raises DomainError for a cut-off that is not past.
    """
    if received_until >= on:
        raise DomainError(_("Points expire only after the day up to which they were received."))
    holders = Account.objects.holders().filter(community=community, posted__gt=0).order_by("pk")
    still_promised = on - timedelta(days=settings.POINTS_AFTER_LEAVING)
    holders = holders.exclude(resident__left_on__gte=still_promised, resident__left_why__in=GONE)
    expired, last = 0, 0
    while ids := list(holders.filter(pk__gt=last).values_list("pk", flat=True)[:AT_ONCE]):
        expired += _expire(community, ids, received_until, on, by)
        last = ids[-1]
    if expired:
        record("points.expire", by=by, path=community.path, points=expired, until=received_until.isoformat())
    return expired


@transaction.atomic
def _expire(community, ids, received_until, on, by) -> int:
    accounts = locked(ids)
    entries = []
    for pk, (old, expired) in _sums(ids, received_until).items():
        amount = min(old - accounts[pk].reserved, accounts[pk].available)
        if amount > 0:
            key = f"expire:{pk}:{received_until}:{expired}"
            entries.append(Entry(pk, Kind.EXPIRE, amount, key, on, cause=f"expiry:{received_until}"))
    post(entries, community=community, by=by)
    return sum(entry.amount for entry in entries)


def lapsing(accounts: Sequence[Account], received_until: date) -> dict[int, int]:
    """Account id → points received for days up to `received_until` and not yet used; those with none are left out."""
    old = _sums([one.pk for one in accounts], received_until)
    left = {one.pk: min(old.get(one.pk, (0, 0))[0] - one.reserved, one.available) for one in accounts}
    return {pk: points for pk, points in left.items() if points > 0}


def _sums(ids, received_until) -> dict[int, tuple[int, int]]:
    """Account → (received for days up to the cut-off and not yet spent or expired, expired since ever)."""

    def total(*kinds, **more):
        return Coalesce(Sum("amount", filter=Q(kind__in=kinds, **more)), 0)

    early = {"value_date__lte": received_until}
    rows = (
        Transfer.objects.filter(holder__in=ids)
        .order_by("holder")
        .values("holder")
        .annotate(
            received=total(Kind.AWARD, Kind.CARRY_IN, Kind.REFUND, **early)
            - total(Kind.REVERSE, Kind.WITHHOLD, **early),
            spent=total(Kind.POST, Kind.CARRY_OUT, Kind.DEDUCT) - total(Kind.RESTORE),
            expired=total(Kind.EXPIRE),
        )
        .values_list("holder", "received", "spent", "expired")
    )
    return {holder: (received - spent - expired, expired) for holder, received, spent, expired in rows}


def good_until(resident: Resident) -> date | None:
    """Until when somebody who died or moved away may still have their points redeemed; None for who is still there."""
    if resident.left_on is None or resident.left_why == Resident.Left.MERGED:
        return None
    return resident.left_on + timedelta(days=settings.POINTS_AFTER_LEAVING)


def expire_left(*, community: Unit, today: date, by: User | None) -> int:
    """Expire what people still hold who died or moved away too long ago (`good_until`); gives the points.

    What is reserved waits for its order. A second run changes nothing.
    """
    gone = today - timedelta(days=settings.POINTS_AFTER_LEAVING)
    people = Resident.objects.filter(community=community, left_on__lt=gone).exclude(
        left_why=Resident.Left.MERGED
    )
    holders = Account.objects.holders().filter(resident__in=people, posted__gt=0).order_by("pk")
    expired, last = 0, 0
    while ids := list(holders.filter(pk__gt=last).values_list("pk", flat=True)[:AT_ONCE]):
        expired += _expire_left(community, ids, today, by)
        last = ids[-1]
    if expired:
        record("points.expire", by=by, path=community.path, points=expired, until=gone.isoformat())
    return expired


@transaction.atomic
def _expire_left(community, ids, today, by) -> int:
    held = [account for account in locked(ids).values() if account.available]
    rows = Transfer.objects.order_by().filter(holder__in=[account.pk for account in held]).values("holder")
    last = dict(rows.annotate(last=Max("pk")).values_list("holder", "last"))
    entries = [
        Entry(account.pk, Kind.EXPIRE, account.available, f"expire:{account.pk}:after:{last[account.pk]}", today,
              cause="expiry:left")
        for account in held
    ]  # fmt: skip
    post(entries, community=community, by=by)
    return sum(entry.amount for entry in entries)


def after_leaving(resident: Resident) -> str:
    """What becomes of the points of somebody who died or moved away, in a sentence; empty when there are none."""
    account = Account.objects.filter(resident=resident).first()
    until = good_until(resident)
    if account is None or not account.available or until is None:  # what is reserved waits for its order
        return ""
    if until < timezone.localdate():
        return _("The time for redeeming the points is over; they expire tonight.")
    said = ngettext(
        "There is %(n)d point on the account. It may be redeemed until %(day)s and expires then.",
        "There are %(n)d points on the account. They may be redeemed until %(day)s and expire then.",
        account.available,
    )
    return said % {"n": account.available, "day": date_format(until)}
