"""One transfer alone takes a shorter way to the same rows than a list does.

It writes everything or nothing, and never says why not: `sql.post` looks that up.
"""

from contextlib import closing

from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone

from .models import MOVEMENTS, Kind, Movement
from .sql import BOOKS, Line, Outcome, prepared, written


def _statement(kind: Kind, move: Movement) -> str:
    """One for each kind: what is always the same need not be sent, nor looked at anew.

    When no account answers, nothing was touched; a budget that is missing or too small, or a key already there, breaks a
    constraint.
    """
    purse, amount = "", "%(amount)s::int"
    if move.drawn:
        purse = f"""
purse AS (
    UPDATE points_budget b SET drawn = drawn + ({move.drawn}) * %(amount)s::int FROM held
    WHERE b.community_id = %(community)s::bigint AND b.year = %(year)s::int
    RETURNING b.id
),"""
        amount = f"CASE WHEN EXISTS (SELECT 1 FROM purse) THEN {amount} END"
    debit, credit = ("other.id", "held.id") if move.is_credit else ("held.id", "other.id")
    return f"""
WITH gate AS MATERIALIZED (
    SELECT pg_advisory_xact_lock_shared({BOOKS}, %(community)s::int), clock_timestamp() AS now
),
held AS (
    UPDATE points_account a SET posted = posted + ({move.posted}) * %(amount)s::int,
        reserved = reserved + ({move.reserved}) * %(amount)s::int FROM gate
    WHERE id = %(holder)s::bigint AND community_id = %(community)s::bigint AND kind = 'holder'
        AND posted - reserved + ({move.available}) * %(amount)s::int >= 0
        AND NOT EXISTS (SELECT 1 FROM points_transfer WHERE key = %(key)s::text)
    RETURNING id, posted - reserved AS after
),
other AS (SELECT id FROM points_account WHERE community_id = %(community)s::bigint AND kind = '{move.other}'),{purse}
written AS (
    INSERT INTO points_transfer (community_id, debit_id, credit_id, holder_id, kind, amount, rule_id, key, reserve_id,
        reverses_id, value_date, posted_at, balance_after, private_hash)
    SELECT %(community)s::bigint, {debit}, {credit}, held.id, '{kind.value}', {amount}, %(rule)s::bigint, %(key)s::text,
        %(reserve)s::bigint, %(reverses)s::bigint, %(value_date)s::date, gate.now, held.after, %(private_hash)s::text
    FROM held CROSS JOIN gate LEFT JOIN other ON true
    RETURNING id, balance_after
),
noted AS (
    INSERT INTO points_transferdetail (transfer_id, cause, reason, by_id, salt)
    SELECT id, %(cause)s::text, %(reason)s::text, %(by)s::bigint, %(salt)s::text FROM written
)
SELECT id, balance_after FROM written
"""


_STATEMENTS = {kind.value: _statement(kind, move) for kind, move in MOVEMENTS.items()}

# All that has to be seen to is asked where the account is moved, so the rest need not look again.
_MOVE = """
UPDATE points_account SET posted = posted + :posted, reserved = reserved + :reserved
WHERE id = :holder AND community_id = :community AND kind = 'holder' AND posted - reserved + :available >= 0
    AND NOT EXISTS (SELECT 1 FROM points_transfer WHERE key = :key)
    AND (:drawn = 0 OR EXISTS (SELECT 1 FROM points_budget
        WHERE community_id = :community AND year = :year AND drawn + :drawn <= points))
RETURNING posted - reserved, (SELECT id FROM points_account WHERE community_id = :community AND kind = :other)
"""
_DRAW = "UPDATE points_budget SET drawn = drawn + ? WHERE community_id = ? AND year = ?"
_WRITE = """
INSERT INTO points_transfer (community_id, debit_id, credit_id, holder_id, kind, amount, rule_id, key, reserve_id,
    reverses_id, value_date, posted_at, balance_after, private_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_NOTE = "INSERT INTO points_transferdetail (transfer_id, cause, reason, by_id, salt) VALUES (?, ?, ?, ?, ?)"


def post_one(community: int, line: Line) -> Outcome | None:
    """`line` by itself; None when nothing was written. An IntegrityError means the same: `sql.post` says why."""
    here = connections[
        DEFAULT_DB_ALIAS
    ]  # once: every question to the proxy costs as much as a small statement
    row = _postgresql(community, line) if here.vendor == "postgresql" else _sqlite(here, community, line)
    return Outcome(written={line.key: row}) if row else None


def _postgresql(community: int, line: Line) -> tuple[int, int] | None:
    more = {"community": community, "year": line.value_date.year, "private_hash": line.private_hash}
    rows = prepared(_STATEMENTS[line.kind], line._asdict() | more)
    return rows[0] if rows else None


def _sqlite(here, community: int, line: Line) -> tuple[int, int] | None:
    """Needs the write lock: called in a transaction, which on SQLite begins with it."""
    move = MOVEMENTS[Kind(line.kind)]
    with here.wrap_database_errors, closing(here.connection.cursor()) as cursor:
        # The driver's own cursor: Django's would translate every statement anew.
        row = cursor.execute(_MOVE, _moved(community, line, move)).fetchone()
        if row is None:
            return None
        after, other = row
        if move.drawn:
            cursor.execute(_DRAW, (move.drawn * line.amount, community, line.value_date.year))
        debit, credit = (other, line.holder) if move.is_credit else (line.holder, other)
        cursor.execute(
            _WRITE,
            (community, debit, credit, line.holder, line.kind, line.amount, line.rule, line.key, line.reserve,
             line.reverses, line.value_date.isoformat(), written(timezone.now()), after, line.private_hash),
        )  # fmt: skip
        pk = cursor.lastrowid
        cursor.execute(_NOTE, (pk, line.cause, line.reason, line.by, line.salt))
        return pk, after


def _moved(community: int, line: Line, move: Movement) -> dict:
    return {
        "community": community, "holder": line.holder, "key": line.key, "year": line.value_date.year,
        "posted": move.posted * line.amount, "reserved": move.reserved * line.amount,
        "available": move.available * line.amount, "drawn": move.drawn * line.amount, "other": move.other,
    }  # fmt: skip
