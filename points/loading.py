"""Whole books moved in at once: from another system, or for the demo. The same tables as `sql`, without its questions."""

from collections.abc import Iterable

from django.db import connection

from .sql import written

__all__ = ["DETAIL", "TRANSFER", "last_transfer", "load", "settle", "written"]

TRANSFER = (
    "id", "community_id", "debit_id", "credit_id", "holder_id", "kind", "amount", "rule_id", "key", "reserve_id",
    "reverses_id", "value_date", "posted_at", "balance_after", "private_hash",
)  # fmt: skip
DETAIL = ("transfer_id", "cause", "reason", "by_id", "salt")


def last_transfer() -> int:
    """The highest id in the books, 0 when they are empty."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM points_transfer")
        return cursor.fetchone()[0]


def load(transfers: Iterable[tuple], details: Iterable[tuple]) -> None:
    """Rows in the order of `TRANSFER` and `DETAIL`, as they come: for moving in the books of another system, and for
    the demo. Balances and budgets are the caller's to set right; `check_ledger` says whether they are."""
    for table, columns, rows in (
        ("points_transfer", TRANSFER, transfers),
        ("points_transferdetail", DETAIL, details),
    ):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                marks = ", ".join("?" * len(columns))
                # The driver's own cursor: Django's would translate the statement once more for every row.
                connection.connection.executemany(
                    f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows
                )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('points_transfer', 'id'), greatest(max(id), 1)) FROM points_transfer"
            )


def settle(rows: Iterable[tuple[int, int, int, int]]) -> None:
    """(posted, reserved, owed, account) each: the balances that loaded transfers add up to."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE points_account SET posted = %s, reserved = %s, owed = %s WHERE id = %s", list(rows)
        )
