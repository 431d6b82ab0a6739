"""Points for what somebody did, once per cause; and taking them back."""

from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from accounts.models import User
from accounts.operations import record
from community.models import Unit

from ..models import Account, Kind, Owed, Transfer
from .accounts import accounts_of
from .posting import Entry, KeyReused, Posted, locked, post
from .weighing import Award, Scales


@transaction.atomic
def award(awards: Sequence[Award], *, community: Unit, by: User | None) -> Posted:
    """Give the points of every award not yet given, within all caps of their rules; what is owed is withheld.

    What gives nothing (a cap is reached, no such rule that day, …) stands in `left_out` with its reason. Raises
    BudgetSpent when the year's budget does not suffice, KeyReused when a key is another person's.
    """
    scales = Scales(awards, community)
    scales.look_up(accounts_of(scales.receivers, community=community))
    held = locked(sorted(scales.accounts.values()))
    before = _given([one for one in awards if one.resident in scales.circles], scales)
    weighed = scales.weigh([one for one in awards if one.key not in before])
    entries = [
        Entry(scales.accounts[one.receiver], Kind.AWARD, one.points, one.award.key, one.award.day, one.version.pk,
              cause=one.award.cause or one.award.key)
        for one in weighed if one.points
    ]  # fmt: skip
    withheld = _withheld(entries, held)
    posted = post(_in_order(entries, withheld), community=community, by=by)
    _pay_off(withheld, posted)
    if posted.written:
        record("points.award", by=by, path=community.path, count=len(posted.written),
               points=sum(entry.amount for entry in entries))  # fmt: skip
    left_out = {one.award.key: one.why for one in weighed if not one.points}
    return Posted(posted.written, posted.repeated | before, left_out)


def _given(awards: Sequence[Award], scales: Scales) -> dict[str, int]:
    """Keys already in the books: under a lock on the accounts nobody adds one meanwhile."""
    wanted = {one.key: (one.rule, scales.accounts_around(one)) for one in awards}
    rows = Transfer.objects.filter(key__in=list(wanted)).values_list("key", "pk", "rule__rule", "holder")
    found = {key: (pk, rule, holder) for key, pk, rule, holder in rows}
    clashing = [
        key
        for key, (_pk, rule, holder) in found.items()
        if rule != wanted[key][0] or holder not in wanted[key][1]
    ]
    if clashing:
        raise KeyReused(clashing)
    return {key: pk for key, (pk, *_was) in found.items()}


def _withheld(entries: list[Entry], held: dict[int, Account]) -> list[tuple[Entry, int, str]]:
    """(entry, owed row, key of the award) for what earlier reversals could not take, oldest first."""
    owing = [pk for pk, account in held.items() if account.owed]
    if not owing:
        return []
    debts = {
        row.pk: [row.account_id, row.left]
        for row in Owed.objects.open().filter(account__in=owing).order_by("pk")
    }
    found = []
    for entry in entries:
        rest = entry.amount
        for pk, debt in debts.items():
            if debt[0] == entry.account and (amount := min(rest, debt[1])):
                key = f"withhold:{pk}:{entry.key}"
                part = Entry(entry.account, Kind.WITHHOLD, amount, key, entry.value_date, entry.rule,
                             cause=f"points.owed:{pk}")  # fmt: skip
                found.append((part, pk, entry.key))
                debt[1] -= amount
                rest -= amount
    return found


def _in_order(entries, withheld) -> list[Entry]:
    after = defaultdict(list)
    for part, _pk, key in withheld:
        after[key].append(part)
    return [one for entry in entries for one in [entry, *after[entry.key]]]


def _pay_off(withheld, posted: Posted) -> None:
    for part, pk, _key in withheld:
        if part.key in posted.written:
            Owed.objects.filter(pk=pk).update(left=F("left") - part.amount)
            Account.objects.filter(pk=part.account).update(owed=F("owed") - part.amount)


@transaction.atomic
def take_back(keys: Sequence[str], *, community: Unit, by: User | None, reason: str = "") -> Posted:
    """Reverse the awards of `keys`, as far as points are there; the rest is owed. Again changes nothing.

    Keys that gave no points are passed over. Never fails because somebody has spent.
    """
    holders = Transfer.objects.filter(key__in=keys, kind=Kind.AWARD, community=community)
    accounts = locked(sorted(set(holders.values_list("holder", flat=True))))
    awards = Transfer.objects.standing().filter(key__in=keys, community=community).order_by("pk")
    left = {pk: account.available for pk, account in accounts.items()}
    entries, debts = [], []
    for one in awards:
        amount = min(one.amount, left[one.holder_id])
        left[one.holder_id] -= amount
        if amount:
            entries.append(
                Entry(one.holder_id, Kind.REVERSE, amount, f"reverse:{one.pk}", one.value_date, one.rule_id,
                      reverses=one.pk, cause=one.key, reason=reason)
            )  # fmt: skip
        if amount < one.amount:
            rest = one.amount - amount
            debts.append(Owed(account_id=one.holder_id, award=one, amount=rest, left=rest))
    posted = post(entries, community=community, by=by)
    Owed.objects.bulk_create(debts)
    for debt in debts:
        Account.objects.filter(pk=debt.account_id).update(owed=F("owed") + debt.amount)
    if entries or debts:
        record("points.take_back", by=by, path=community.path, count=len(entries), owed=len(debts))
    return posted
