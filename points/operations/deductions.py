"""Points taken by a rule of conduct: decided by people, as far as they are there, and lifted again on appeal.

The case around it (notice, hearing, decision, appeal) is another room's; no job of the clock comes here
(personal information protection law, Art. 24: no decision by a machine alone).
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError
from residents.models import Resident

from ..models import Account, Kind, Owed, Period, RuleVersion, Transfer
from .accounts import account_of
from .posting import Entry, KeyReused, locked, post


@dataclass(frozen=True)
class Deduction:
    """What was taken at once, and what is owed and withheld from later awards."""

    taken: int
    owed: int
    transfer: Transfer | None


@transaction.atomic
def deduct(
    *,
    resident: Resident,
    rule_version: RuleVersion,
    points: int,
    key: str,
    reason: str,
    by: User,
    day: date | None = None,
) -> Deduction:
    """Take `points` for conduct on `day` (today), within the caps of the rule, never below zero. Again changes nothing.

    Raises DomainError unless a person decides it, says why, and the version is of a rule of conduct of the resident's
    community in force that day; KeyReused when the key is another deduction's.
    """
    day = day or timezone.localdate()
    _check(resident, rule_version, points, reason, by, day)
    account = locked([account_of(resident).pk]).popitem()[1]
    if found := _found(key, account):
        return _repeated(found, key, rule_version)
    points = _within_caps(account, rule_version, day, points)
    taken = min(points, account.available)
    entry = Entry(account.pk, Kind.DEDUCT, taken, key, day, rule_version.pk, cause=key, reason=reason)
    posted = post([entry] if taken else [], community=resident.community, by=by)
    if rest := points - taken:
        Owed.objects.create(account=account, key=key, rule=rule_version, day=day, amount=rest, left=rest)
        Account.objects.filter(pk=account.pk).update(owed=F("owed") + rest)
    if points:
        record("points.deduct", by=by, on=account, path=resident.path, points=taken, owed=rest, key=key)
    transfer = Transfer.objects.get(pk=posted.written[key]) if taken else None
    return Deduction(taken, rest, transfer)


def _check(resident, version, points, reason, by, day) -> None:
    rule = version.rule
    if by is None:
        raise DomainError(_("A deduction is decided by people, never by the portal alone."))
    if not rule.deducts:
        raise DomainError(_("Points are deducted only by a rule of conduct inside the scheme."))
    if rule.community_id != resident.community_id:
        raise DomainError(_("This rule is another community's."))
    if version != rule.version_on(day):
        raise DomainError(_("This rule was not in force that day."))
    if points <= 0:
        raise DomainError(_("A deduction takes at least one point."))
    if not reason.strip():
        raise DomainError(_("Please say why: the resident reads it."))


@dataclass
class _Before:
    transfer: Transfer | None
    owed: Owed | None


def _found(key: str, account: Account) -> _Before | None:
    """What the deduction `key` did earlier. Raises KeyReused when it is another person's or no deduction."""
    transfer = Transfer.objects.filter(key=key).first()
    owed = Owed.objects.filter(key=key).first()
    if transfer and (transfer.kind != Kind.DEDUCT or transfer.holder_id != account.pk):
        raise KeyReused([key])
    if owed and owed.account_id != account.pk:
        raise KeyReused([key])
    return _Before(transfer, owed) if transfer or owed else None


def _repeated(found: _Before, key: str, version: RuleVersion) -> Deduction:
    if {row.rule_id for row in (found.transfer, found.owed) if row} != {version.pk}:
        raise KeyReused([key])
    return Deduction(
        found.transfer.amount if found.transfer else 0, found.owed.amount if found.owed else 0, found.transfer
    )


def _within_caps(account: Account, version: RuleVersion, day: date, points: int) -> int:
    for period, most in version.caps.items():
        first, last = Period.around(period, day)
        taken = Transfer.objects.filter(
            holder=account, kind__in=[Kind.DEDUCT, Kind.RESTORE], rule__rule=version.rule_id,
            value_date__range=(first, last),
        )  # fmt: skip
        sums = dict(taken.order_by().values_list("kind").annotate(n=Sum("amount")))
        owed = Owed.objects.filter(account=account, rule__rule=version.rule_id, day__range=(first, last))
        left = owed.aggregate(n=Sum(F("amount") - F("forgiven")))["n"] or 0
        standing = sums.get(Kind.DEDUCT, 0) - sums.get(Kind.RESTORE, 0) + left
        points = min(points, max(most - standing, 0))
    return points


@transaction.atomic
def lift_deduction(*, key: str, reason: str, by: User) -> int:
    """The deduction `key` was wrong: give back what it took, then and since, and forgive the rest. Gives the points
    given back; again changes nothing. Raises DomainError when there is no such deduction."""
    transfer = Transfer.objects.filter(key=key, kind=Kind.DEDUCT).select_related("holder__community").first()
    owed = Owed.objects.filter(key=key).select_related("account__community").first()
    row = transfer or owed
    if row is None:
        raise DomainError(_("There is no such deduction."))
    account = transfer.holder if transfer else owed.account
    locked(sorted({account.pk, owed.account_id if owed else account.pk}))
    if Transfer.objects.filter(key=f"restore:{key}").exists() or (owed and _is_forgiven(owed)):
        return 0
    withheld = _forgive(owed)
    points = (transfer.amount if transfer else 0) + withheld
    if points:
        day = transfer.value_date if transfer else owed.day
        entry = Entry(
            account.pk, Kind.RESTORE, points, f"restore:{key}", day, row.rule_id, cause=key, reason=reason
        )
        post([entry], community=account.community, by=by)
    record("points.lift_deduction", by=by, on=account, path=account.community.path, points=points, key=key)
    return points


def _is_forgiven(owed: Owed) -> bool:
    owed.refresh_from_db()
    return owed.forgiven > 0


def _forgive(owed: Owed | None) -> int:
    """Nothing more is withheld for `owed`; gives what was."""
    if owed is None:
        return 0
    owed.refresh_from_db()
    left, paid = owed.left, owed.amount - owed.left
    Owed.objects.filter(pk=owed.pk).update(left=0, forgiven=left)
    Account.objects.filter(pk=owed.account_id).update(owed=F("owed") - left)
    return paid
