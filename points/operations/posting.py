"""The one way into the books: a list of transfers, all or none."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from secrets import token_hex
from typing import NamedTuple

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from community.models import Unit
from config.errors import DomainError

from .. import single, sql
from ..models import Account, Transfer


class Shortage(DomainError):
    """A holder has not got what is to be taken. `accounts` names them by id."""

    def __init__(self, accounts: list[int]):
        self.accounts = accounts
        names = ", ".join(f"№{pk}" for pk in accounts)
        super().__init__(_("There are not enough points on account %(names)s.") % {"names": names})


class BudgetSpent(DomainError):
    """The year's budget does not suffice, or none has been set."""

    def __init__(self, years: list[int]):
        self.years = years
        super().__init__(
            _("The points budget of %(year)s is used up or has not been set.")
            % {"year": ", ".join(map(str, years))}
        )


class KeyReused(DomainError):
    """The same cause with another account, amount or rule: somebody's mistake, never posted."""

    def __init__(self, keys: list[str]):
        self.keys = keys
        super().__init__(
            _("Already in the books with another account or amount: %(keys)s") % {"keys": ", ".join(keys[:5])}
        )


class Entry(NamedTuple):
    """A transfer to be. `amount` in points, `rule` a version's id, `cause` a row of some room (`attendance:42`)."""

    account: int
    kind: str
    amount: int
    key: str
    value_date: date
    rule: int | None = None
    reserve: int | None = None
    reverses: int | None = None
    cause: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Posted:
    """Ids of transfers by key: those written now, and those that had been there before. Of awards also the keys
    that gave nothing, with the reason (`Why`)."""

    written: dict[str, int]
    repeated: dict[str, int]
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def ids(self) -> dict[str, int]:
        return self.written | self.repeated


def post(entries: Sequence[Entry], *, community: Unit, by: User | None) -> Posted:
    """Post all `entries` in their order, or none. A key already in the books is left out and reported.

    Raises Shortage, BudgetSpent or KeyReused; nothing is written then.
    """
    by_key: dict[str, Entry] = {}
    for entry in entries:
        if by_key.setdefault(entry.key, entry) != entry:
            raise KeyReused([entry.key])
    lines = [_line(entry, by) for entry in by_key.values()]
    outcome = _tried_again(community.pk, lines)
    if outcome.unknown:
        raise DomainError(_("This account is not of this community."))
    if outcome.clashing:
        raise KeyReused(outcome.clashing)
    if outcome.short:
        raise Shortage(sorted(outcome.short))
    if outcome.over_budget:
        raise BudgetSpent(sorted(outcome.over_budget))
    return Posted(
        {key: pk for key, (pk, _after) in outcome.written.items()},
        {key: pk for key, (pk, _after) in outcome.repeated.items()},
    )


def _line(entry: Entry, by: User | None) -> sql.Line:
    return sql.Line(
        entry.key, entry.account, str(entry.kind), entry.amount, entry.value_date, entry.rule, entry.reserve,
        entry.reverses, entry.cause, entry.reason, by.pk if by else None, token_hex(8),
    )  # fmt: skip


def _tried_again(community: int, lines: list[sql.Line]) -> sql.Outcome:
    """On PostgreSQL two may bring the same key at once; the second one finds it in the books when it asks again."""
    if connection.vendor != "postgresql":
        with transaction.atomic():  # begins with the write lock
            return (len(lines) == 1 and single.post_one(community, lines[0])) or sql.post(community, lines)
    if len(lines) == 1:
        with suppress(IntegrityError):
            if outcome := _apart(single.post_one, community, lines[0]):
                return outcome
    try:
        return _apart(sql.post, community, lines)
    except IntegrityError:
        keys = [line.key for line in lines]
        if not Transfer.objects.filter(key__in=keys).exists():
            raise
        return _apart(sql.post, community, lines)


def _apart(write, community: int, lines):
    if not connection.in_atomic_block:  # the statement is all or nothing by itself
        return write(community, lines)
    with transaction.atomic():
        return write(community, lines)


def locked(accounts: Iterable[int]) -> dict[int, Account]:
    """The accounts, locked in the order of their ids until the transaction ends."""
    rows = Account.objects.select_for_update(no_key=True).filter(pk__in=accounts).order_by("pk")
    return {account.pk: account for account in rows}
