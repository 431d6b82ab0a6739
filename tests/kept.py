"""How a test's rows come and go quickly.

A scene many tests begin with is built once a process; the next test gets its rows as they were stored. Building
goes through the operations, some 340 queries; putting back is one INSERT a table.
"""

import pickle
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from config import triggers

FRESH = timedelta(minutes=20)  # a scene says "tomorrow"


class Kept:
    """`Kept(build)()` is what `build()` gives, with its rows in the database."""

    def __init__(self, build):
        self.build, self.scene = build, None

    def __call__(self):
        if self.scene and self._is_of_now() and not _filled(self.rows):
            self._put_back()
            return pickle.loads(self.scene)
        before = _filled(_tables())
        scene = self.build()
        if not set(before) - STAYING:
            self._keep(scene, set(_filled(_tables())) - set(before))
        return scene

    def _is_of_now(self):
        now = timezone.now()
        same_day = timezone.localdate(now) == timezone.localdate(self.made_at)
        # Nor one made later than a test's clock stands: what it published would not be public yet.
        return same_day and timedelta(0) <= now - self.made_at < FRESH

    def _keep(self, scene, tables):
        self.made_at = timezone.now()
        self.rows = {table: _insert(table) for table in _in_order(tables)}
        self.scene = pickle.dumps(scene)

    def _put_back(self):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(";".join(self.rows.values()))
                return
            for statement in self.rows.values():
                cursor.execute(statement)


MIGRATED = {"community_calendarday"}  # filled by migrations
STAYING = MIGRATED | {"django_migrations", "django_content_type", "auth_permission"}


def _tables():
    with connection.cursor() as cursor:
        return connection.introspection.table_names(cursor)


def _filled(tables) -> list[str]:
    each = (f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(each))
        return [table for (table,) in cursor.fetchall()]


def _in_order(tables) -> list[str]:
    """Tables of the rooms above first: triggers look up."""
    from django.apps import apps

    places = {
        model._meta.db_table: place for place, model in enumerate(apps.get_models(include_auto_created=True))
    }
    return sorted(tables, key=lambda table: places.get(table, 0))


def _insert(table) -> str:
    """The statement that puts the present rows of `table` back, every value a literal of the database's own."""
    with connection.cursor() as cursor:
        columns = [
            f'"{column.name}"' for column in connection.introspection.get_table_description(cursor, table)
        ]
        quoted = "quote({})" if connection.vendor == "sqlite" else "quote_nullable({}::text)"
        values = ", ".join(quoted.format(column) for column in columns)
        cursor.execute(f"SELECT {values} FROM {table} ORDER BY {columns[0]}")
        rows = ", ".join(f"({', '.join(row)})" for row in cursor.fetchall())
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {rows}"


def empty() -> None:
    """Take every row out that a test may have committed. Append-only tables would refuse it."""
    deletes = [f"DELETE FROM {table}" for table in _filled(_tables()) if table not in STAYING]
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql" and _is_superuser(cursor):
            # Neither triggers nor foreign keys look, until the transaction ends.
            cursor.execute(";".join(["SET LOCAL session_replication_role = replica", *deletes]))
            return
        with triggers.lifted(connection):
            for statement in deletes:
                cursor.execute(statement)


def _is_superuser(cursor) -> bool:
    cursor.execute("SELECT current_setting('is_superuser') = 'on'")
    return cursor.fetchone()[0]
