"""Points for what somebody did, once per cause; and taking them back."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from accounts.models import User
from accounts.operations import record
from community.models import Unit

from ..models import Account, Kind, Owed, Period, RuleVersion, Transfer
from .accounts import accounts_of
from .posting import Entry, KeyReused, Posted, locked, post


@dataclass(frozen=True)
class Award:
    """`rule` gives points to `resident` (ids) for `day`; `hours` where it gives them by the hour."""

    resident: int
    rule: int
    day: date
    key: str
    hours: Decimal = Decimal(0)
    cause: str = ""


@transaction.atomic
def award(awards: Sequence[Award], *, community: Unit, by: User | None) -> Posted:
    """Give the points of every award not yet given, within the caps of their rules; what is owed is withheld.

    An award whose cap is reached, whose rule is not in force that day, or whose person is not of `community` gives
    nothing. Raises BudgetSpent when the year's budget does not suffice, KeyReused when a key is another person's.
    """
    accounts = accounts_of([one.resident for one in awards], community=community)
    awards = [one for one in awards if one.resident in accounts]
    held = locked([accounts[one.resident] for one in awards])
    before = _given(awards, accounts)
    new = [one for one in awards if one.key not in before]
    entries = _within_caps(new, accounts, _versions(new))
    withheld = _withheld(entries, held)
    posted = post(_in_order(entries, withheld), community=community, by=by)
    _pay_off(withheld, posted)
    if posted.written:
        record("points.award", by=by, path=community.path, count=len(posted.written),
               points=sum(entry.amount for entry in entries))  # fmt: skip
    return Posted(posted.written, posted.repeated | before)


def _given(awards: Sequence[Award], accounts: dict[int, int]) -> dict[str, int]:
    """Keys already in the books: under a lock on the accounts nobody adds one meanwhile."""
    wanted = {one.key: (accounts[one.resident], one.rule) for one in awards}
    rows = Transfer.objects.filter(key__in=list(wanted)).values_list("key", "pk", "holder", "rule__rule")
    found = {key: (pk, holder, rule) for key, pk, holder, rule in rows}
    if clashing := [key for key, (_pk, *was) in found.items() if tuple(was) != wanted[key]]:
        raise KeyReused(clashing)
    return {key: pk for key, (pk, *_was) in found.items()}


def _versions(awards: Sequence[Award]) -> dict[tuple[int, date], RuleVersion]:
    """The version of each rule in force on each day."""
    rows = defaultdict(list)
    for version in (
        RuleVersion.objects.standing().filter(rule__in={one.rule for one in awards}).order_by("number")
    ):
        rows[version.rule_id].append(version)
    found = {}
    for one in awards:
        for version in rows[one.rule]:
            if version.since <= one.day and (version.until is None or one.day <= version.until):
                found[one.rule, one.day] = version
    return found


def _within_caps(awards, accounts, versions) -> list[Entry]:
    used = _used(awards, accounts, versions)
    entries = []
    for one in awards:
        if not (version := versions.get((one.rule, one.day))):
            continue
        points = version.worth(one.hours)
        if version.cap:
            box = (accounts[one.resident], one.rule, Period.around(version.cap_period, one.day))
            points = min(points, max(version.cap - used[box], 0))
            used[box] += points
        if points > 0:
            entries.append(
                Entry(accounts[one.resident], Kind.AWARD, points, one.key, one.day, version.pk,
                      cause=one.cause or one.key)
            )  # fmt: skip
    return entries


def _used(awards, accounts, versions) -> dict:
    """(account, rule, (first day, last day)) → points standing for that rule in that time."""
    used: defaultdict[tuple, int] = defaultdict(int)
    boxes = {
        (accounts[one.resident], one.rule, Period.around(version.cap_period, one.day))
        for one in awards
        if (version := versions.get((one.rule, one.day))) and version.cap
    }
    if not boxes:
        return used
    days = [day for _account, _rule, days in boxes for day in days]
    rows = Transfer.objects.standing().filter(
        holder__in={account for account, _rule, _days in boxes},
        rule__rule__in={rule for _account, rule, _days in boxes},
        value_date__range=(min(days), max(days)),
    )
    given = list(rows.values_list("holder", "rule__rule", "value_date", "amount"))
    for account, rule, (first, last) in boxes:
        used[account, rule, (first, last)] = sum(
            amount
            for holder, of, day, amount in given
            if holder == account and of == rule and first <= day <= last
        )
    return used


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
