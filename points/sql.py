"""Posting a list of transfers: one statement on PostgreSQL, a few under the write lock on SQLite.

Both do the same: lock the accounts in the order of their ids, leave out keys already in the books, see that no holder
goes below zero and the year's budget suffices, and only then write accounts, budget, transfers and private parts.
What stands in the way comes back as findings, and nothing was written.
"""

import json
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import NamedTuple

import psycopg
from django.db import connection
from django.utils import timezone

from .models import MOVEMENTS, Kind, private_digest

BOOKS = 5030  # the first number of our advisory locks; the second is the community
EXCLUSIVE = "SELECT pg_advisory_xact_lock(%s, %s)"


class Line(NamedTuple):
    """One transfer as it is written: `rule` is a version's id, `salt` and `private_hash` belong to the private part."""

    key: str
    holder: int
    kind: str
    amount: int
    value_date: date
    rule: int | None
    reserve: int | None
    reverses: int | None
    cause: str
    reason: str
    by: int | None
    salt: str

    @property
    def private_hash(self) -> str:
        return private_digest(
            salt=self.salt, holder=self.holder, key=self.key, cause=self.cause, reason=self.reason, by=self.by,
            moved=(self.kind, self.amount, self.rule, self.value_date, self.reserve, self.reverses),
        )  # fmt: skip


@dataclass
class Outcome:
    """`written` and `repeated`: key → (transfer id, available after). The others: why nothing was written."""

    written: dict[str, tuple[int, int]] = field(default_factory=dict)
    repeated: dict[str, tuple[int, int]] = field(default_factory=dict)
    clashing: list[str] = field(
        default_factory=list
    )  # keys in the books with another account, kind, amount or rule
    short: list[int] = field(default_factory=list)  # holders
    unknown: list[int] = field(default_factory=list)
    over_budget: list[int] = field(default_factory=list)  # years

    @property
    def refused(self) -> bool:
        return bool(self.clashing or self.short or self.unknown or self.over_budget)


def post(community: int, lines: list[Line]) -> Outcome:
    """Write `lines` of one community. An IntegrityError means that the books changed meanwhile: try again."""
    if not lines:
        return Outcome()
    return _postgresql(community, lines) if connection.vendor == "postgresql" else _sqlite(community, lines)


_MOVES = ", ".join(
    f"('{kind.value}', {m.posted}, {m.reserved}, {m.available}, {m.drawn}, '{m.other}', {m.is_credit})"
    for kind, m in MOVEMENTS.items()
)

# Every reading part sees what was there when the statement began, but for the rows it locks: those are read anew.
_STATEMENT = f"""
WITH wanted AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%s::json) AS w(ord int, key text, holder bigint, kind text, amount int, value_date date,
        rule bigint, reserve bigint, reverses bigint, private_hash text, cause text, reason text, by_id bigint, salt text)
),
moves(kind, posted, reserved, available, drawn, other, is_credit) AS (VALUES {_MOVES}),
gate AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(%s::int, %s::int), clock_timestamp() AS now),
held AS MATERIALIZED (
    SELECT a.id, a.posted, a.reserved FROM points_account a, gate
    WHERE a.id IN (SELECT holder FROM wanted) AND a.community_id = %s
        AND a.kind = 'holder' ORDER BY a.id FOR NO KEY UPDATE OF a
),
seen AS (
    SELECT t.id, t.key, t.balance_after,
        (t.holder_id, t.kind, t.amount, t.rule_id) IS DISTINCT FROM (w.holder, w.kind, w.amount, w.rule) AS clashes
    FROM wanted w JOIN points_transfer t ON t.key = w.key
),
running AS MATERIALIZED (
    SELECT w.*, m.posted * w.amount AS posted, m.reserved * w.amount AS reserved, m.drawn * w.amount AS drawn,
        m.other, m.is_credit,
        h.posted - h.reserved + sum(m.available * w.amount) OVER (PARTITION BY w.holder ORDER BY w.ord) AS after
    FROM wanted w JOIN moves m ON m.kind = w.kind JOIN held h ON h.id = w.holder
    WHERE NOT EXISTS (SELECT 1 FROM seen s WHERE s.key = w.key)
),
due AS (
    SELECT extract(year FROM value_date)::int AS year, sum(drawn) AS points FROM running GROUP BY 1 HAVING sum(drawn) <> 0
),
purse AS MATERIALIZED (
    SELECT b.id, b.year, b.points - b.drawn AS rest FROM points_budget b
    WHERE b.community_id = %s::bigint AND b.year IN (SELECT year FROM due) ORDER BY b.id FOR NO KEY UPDATE OF b
),
findings AS MATERIALIZED (
    SELECT 'clashing' AS what, key AS name, 0::bigint AS id, 0::bigint AS after FROM seen WHERE clashes
    UNION ALL SELECT DISTINCT 'short', holder::text, 0, 0 FROM running WHERE after < 0
    UNION ALL SELECT DISTINCT 'unknown', w.holder::text, 0, 0 FROM wanted w
        WHERE NOT EXISTS (SELECT 1 FROM held h WHERE h.id = w.holder)
    UNION ALL SELECT 'over_budget', d.year::text, 0, 0 FROM due d LEFT JOIN purse p ON p.year = d.year
        WHERE p.rest IS NULL OR d.points > p.rest
),
going AS MATERIALIZED (SELECT r.* FROM running r WHERE NOT EXISTS (SELECT 1 FROM findings)),
moved AS (
    UPDATE points_account a SET posted = a.posted + d.posted, reserved = a.reserved + d.reserved
    FROM (SELECT holder, sum(posted) AS posted, sum(reserved) AS reserved FROM going GROUP BY holder) d
    WHERE a.id = d.holder
),
drawn AS (
    UPDATE points_budget b SET drawn = b.drawn + d.points
    FROM due d JOIN purse p ON p.year = d.year
    WHERE b.id = p.id AND NOT EXISTS (SELECT 1 FROM findings)
),
others AS (SELECT id, kind FROM points_account WHERE community_id = %s::bigint AND kind <> 'holder'),
written AS (
    INSERT INTO points_transfer (community_id, debit_id, credit_id, holder_id, kind, amount, rule_id, key, reserve_id,
        reverses_id, value_date, posted_at, balance_after, private_hash)
    SELECT %s::bigint, CASE WHEN g.is_credit THEN o.id ELSE g.holder END, CASE WHEN g.is_credit THEN g.holder ELSE o.id END,
        g.holder, g.kind, g.amount, g.rule, g.key, g.reserve, g.reverses, g.value_date, gate.now, g.after, g.private_hash
    FROM going g LEFT JOIN others o ON o.kind = g.other, gate ORDER BY g.ord
    RETURNING id, key, balance_after
),
noted AS (
    INSERT INTO points_transferdetail (transfer_id, cause, reason, by_id, salt)
    SELECT t.id, w.cause, w.reason, w.by_id, w.salt FROM written t JOIN wanted w ON w.key = t.key
)
SELECT what, name, id, after FROM findings
UNION ALL SELECT 'written', key, id, balance_after FROM written
UNION ALL SELECT 'repeated', key, id, balance_after FROM seen WHERE NOT clashes
"""


def _postgresql(community: int, lines: list[Line]) -> Outcome:
    wanted = [
        {"ord": number, "key": line.key, "holder": line.holder, "kind": line.kind, "amount": line.amount,
         "value_date": line.value_date.isoformat(), "rule": line.rule, "reserve": line.reserve, "reverses": line.reverses,
         "private_hash": line.private_hash, "cause": line.cause, "reason": line.reason, "by_id": line.by, "salt": line.salt}
        for number, line in enumerate(lines)
    ]  # fmt: skip
    values = [json.dumps(wanted), BOOKS, *[community] * 5]
    rows = prepared(_STATEMENT, values)
    outcome = Outcome()
    for what, name, pk, after in rows:
        if what in {"written", "repeated"}:
            getattr(outcome, what)[name] = (pk, after)
        else:
            getattr(outcome, what).append(name if what == "clashing" else int(name))
    return outcome


def prepared(statement: str, values) -> list[tuple]:
    """The driver's own cursor keeps a statement prepared: planning these takes longer than running them."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(statement, values, prepare=True).fetchall()


def _marks(values) -> str:
    return ", ".join("?" * len(values))


def _sqlite(community: int, lines: list[Line]) -> Outcome:
    """Needs the write lock: called in a transaction, which on SQLite begins with it."""
    # The driver's own cursor: Django's would translate every statement anew.
    with connection.wrap_database_errors, closing(connection.connection.cursor()) as cursor:
        outcome, fresh = _left_over(cursor, lines)
        accounts = _accounts(cursor, community, fresh)
        after = _run(fresh, accounts, outcome)
        due = _due(fresh, accounts)
        _check_budget(cursor, community, due, outcome)
        if not outcome.refused and fresh:
            _write(cursor, community, fresh, after, due, outcome)
    return outcome


def _left_over(cursor, lines) -> tuple[Outcome, list[Line]]:
    outcome = Outcome()
    keys = [line.key for line in lines]
    seen = {}
    for part in range(0, len(keys), 500):
        some = keys[part : part + 500]
        cursor.execute(
            "SELECT key, id, balance_after, holder_id, kind, amount, rule_id FROM points_transfer"
            f" WHERE key IN ({_marks(some)})",
            some,
        )
        seen |= {key: rest for key, *rest in cursor.fetchall()}
    for line in lines:
        if line.key in seen:
            pk, after, *written = seen[line.key]
            if written != [line.holder, line.kind, line.amount, line.rule]:
                outcome.clashing.append(line.key)
            else:
                outcome.repeated[line.key] = (pk, after)
    return outcome, [line for line in lines if line.key not in seen]


def _accounts(cursor, community, lines) -> dict[int, list[int]]:
    found = {}
    holders = sorted({line.holder for line in lines})
    for part in range(0, len(holders), 500):
        some = holders[part : part + 500]
        cursor.execute(
            "SELECT id, posted, reserved FROM points_account"
            f" WHERE id IN ({_marks(some)}) AND community_id = ? AND kind = 'holder'",
            [*some, community],
        )
        found |= {pk: [posted, reserved] for pk, posted, reserved in cursor.fetchall()}
    return found


def _run(lines, accounts, outcome) -> list[int]:
    """What each holder has available after each line; accounts are moved on as it goes."""
    after = []
    for line in lines:
        if line.holder not in accounts:
            outcome.unknown.append(line.holder)
            continue
        move, account = MOVEMENTS[Kind(line.kind)], accounts[line.holder]
        account[0] += move.posted * line.amount
        account[1] += move.reserved * line.amount
        after.append(account[0] - account[1])
        if after[-1] < 0 and line.holder not in outcome.short:
            outcome.short.append(line.holder)
    return after


def _due(lines, accounts) -> dict[int, int]:
    due = defaultdict(int)
    for line in lines:
        if line.holder in accounts:
            due[line.value_date.year] += MOVEMENTS[Kind(line.kind)].drawn * line.amount
    return {year: points for year, points in due.items() if points}


def _check_budget(cursor, community, due, outcome) -> None:
    for year, points in due.items():
        cursor.execute(
            "SELECT points - drawn FROM points_budget WHERE community_id = ? AND year = ?",
            [community, year],
        )
        row = cursor.fetchone()
        if row is None or points > row[0]:
            outcome.over_budget.append(year)


def _write(cursor, community, lines, after, due, outcome) -> None:
    changes = defaultdict(lambda: [0, 0])
    for line in lines:
        move = MOVEMENTS[Kind(line.kind)]
        changes[line.holder][0] += move.posted * line.amount
        changes[line.holder][1] += move.reserved * line.amount
    cursor.executemany(
        "UPDATE points_account SET posted = posted + ?, reserved = reserved + ? WHERE id = ?",
        [(*change, holder) for holder, change in changes.items()],
    )
    for year, points in due.items():
        cursor.execute(
            "UPDATE points_budget SET drawn = drawn + ? WHERE community_id = ? AND year = ?",
            [points, community, year],
        )
    cursor.execute(
        "SELECT kind, id FROM points_account WHERE community_id = ? AND kind <> 'holder'"
        " UNION ALL SELECT 'last', coalesce(max(id), 0) FROM points_transfer",
        [community],
    )
    other = dict(cursor.fetchall())
    now = timezone.now()
    rows, details = [], []
    for pk, (line, left) in enumerate(zip(lines, after, strict=True), other["last"] + 1):
        rows.append(_row(pk, community, line, other, now, left))
        details.append((pk, line.cause, line.reason, line.by, line.salt))
        outcome.written[line.key] = (pk, left)
    cursor.executemany(
        "INSERT INTO points_transfer (id, community_id, debit_id, credit_id, holder_id, kind, amount, rule_id, key,"
        f" reserve_id, reverses_id, value_date, posted_at, balance_after, private_hash) VALUES ({_marks(rows[0])})",
        rows,
    )
    cursor.executemany(
        "INSERT INTO points_transferdetail (transfer_id, cause, reason, by_id, salt) VALUES (?, ?, ?, ?, ?)",
        details,
    )


def _row(pk: int, community: int, line: Line, other: dict, now: datetime, after: int) -> tuple:
    move = MOVEMENTS[Kind(line.kind)]
    across = other.get(move.other)
    debit, credit = (across, line.holder) if move.is_credit else (line.holder, across)
    return (
        pk, community, debit, credit, line.holder, line.kind, line.amount, line.rule, line.key, line.reserve,
        line.reverses, line.value_date.isoformat(), written(now), after,
        line.private_hash,
    )  # fmt: skip


def shut_the_books(community: int) -> None:
    """Wait until whoever posts has finished and let nobody begin, until this transaction ends."""
    if connection.vendor == "postgresql":  # SQLite has one writer at a time, and that is us
        with connection.cursor() as cursor:
            cursor.execute(EXCLUSIVE, [BOOKS, community])


def written(moment: datetime):
    """A moment as `load` takes it."""
    if connection.vendor == "postgresql":
        return moment
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
