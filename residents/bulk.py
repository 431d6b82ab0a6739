"""Name pieces by the million, written past the ORM: making an object of each took longer than everything else.

Stands with the importer: the only other SQL by hand of this room is in `triggers.py`.
"""

from collections.abc import Iterable

from django.db import connection

from .models import NameGram


def add_grams(rows: Iterable[tuple[str, str, int, str]]) -> int:
    """Write (gram, sort, resident, path) rows; returns how many."""
    rows = list(rows)
    table = connection.ops.quote_name(NameGram._meta.db_table)
    columns = "gram, sort, resident_id, path"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES (%s, %s, %s, %s)", rows)
    return len(rows)
