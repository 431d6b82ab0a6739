"""Triggers: rules the database keeps itself, on SQLite and PostgreSQL alike.

A room lists its own in `<room>/triggers.py` as `TRIGGERS = [Trigger(…), *append_only("accounts_activity")]`.
A migration that makes or alters one of their tables ends with `InstallTriggers("<room>")`, because altering a
table on SQLite rebuilds it and drops its triggers without a word; when a trigger reads a table of another room,
that migration also begins with `LiftTriggers("<room>")`. The server refuses to start while one is missing.
"""

from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Trigger:
    """One trigger, under one name on both databases. What it refuses becomes an IntegrityError.

    `event`: "BEFORE INSERT", "BEFORE UPDATE OF kind, path", … `when`: a condition on OLD and NEW both databases read.
    `sqlite`: statements, refusing by `SELECT RAISE(ABORT, '…') WHERE …;`. `postgresql`: PL/pgSQL statements, refusing
    by `refuse('…')`. An empty body: the trigger does not exist there.
    """

    name: str
    table: str
    event: str
    sqlite: str
    postgresql: str
    when: str = ""
    each: str = "ROW"

    def body(self, vendor: str) -> str:
        return self.sqlite if vendor == "sqlite" else self.postgresql

    def source(self, vendor: str) -> str:
        """What the database shows of an installed trigger: its text on SQLite, its function's on PostgreSQL."""
        when = f" WHEN ({self.when})" if self.when else ""
        if vendor == "sqlite":
            return (
                f'CREATE TRIGGER "{self.name}" {self.event} ON "{self.table}"{when} BEGIN {self.sqlite} END'
            )
        give_back = "OLD" if "DELETE" in self.event else "NEW"
        return f" BEGIN {self.postgresql} RETURN {give_back if self.each == 'ROW' else 'NULL'}; END "

    def create(self, vendor: str) -> list[str]:
        if vendor == "sqlite":
            return [self.source(vendor)]
        when = f" WHEN ({self.when})" if self.when else ""
        return [
            f'CREATE OR REPLACE FUNCTION "{self.name}"() RETURNS trigger LANGUAGE plpgsql'
            f" AS $body${self.source(vendor)}$body$",
            f'CREATE TRIGGER "{self.name}" {self.event} ON "{self.table}" FOR EACH {self.each}{when}'
            f' EXECUTE FUNCTION "{self.name}"()',
        ]

    def drop(self, vendor: str) -> str:
        table = "" if vendor == "sqlite" else f' ON "{self.table}"'
        return f'DROP TRIGGER IF EXISTS "{self.name}"{table}'


def refuse(sentence: str) -> str:
    """The PL/pgSQL statement that refuses like a check constraint."""
    return f"RAISE EXCEPTION '{sentence}' USING ERRCODE = '23514';"


def refused_when(name: str, table: str, event: str, broken: str, sentence: str, when: str = "") -> Trigger:
    """Refuses with `sentence` where the condition `broken` holds, in words both databases read."""
    return Trigger(
        name,
        table,
        f"BEFORE {event}",
        f"SELECT RAISE(ABORT, '{sentence}') WHERE {broken};",
        # in brackets: the first THEN outside them, one of a CASE too, would end the condition
        f"IF ({broken}) THEN {refuse(sentence)} END IF;",
        when=when,
    )


def append_only(table: str, *, keep_days: int | None = None, moment: str = "at") -> list[Trigger]:
    """Rows are only added. With `keep_days` they may go when their `moment` is that many days past."""
    changed = f"{table} is only added to: no row is changed."
    bodies = f"SELECT RAISE(ABORT, '{changed}');", refuse(changed)
    return [
        Trigger(f"{table}_no_update", table, "BEFORE UPDATE", *bodies),
        *never_deleted(table, keep_days=keep_days, moment=moment),
    ]


def never_deleted(table: str, *, keep_days: int | None = None, moment: str = "at") -> list[Trigger]:
    """No row goes, or with `keep_days` none whose `moment` is not that many days past."""
    sentence = f"No row of {table} goes" + (f" before {keep_days} days." if keep_days else ".")
    refusal, young_sqlite = refuse(sentence), ""
    on_delete = refusal
    if keep_days:
        young_sqlite = f" WHERE OLD.{moment} > datetime('now', '-{keep_days} days')"
        on_delete = f"IF OLD.{moment} > now() - interval '{keep_days} days' THEN {refusal} END IF;"
    abort = f"SELECT RAISE(ABORT, '{sentence}'){young_sqlite};"
    return [
        Trigger(f"{table}_no_delete", table, "BEFORE DELETE", abort, on_delete),
        Trigger(f"{table}_no_truncate", table, "BEFORE TRUNCATE", "", refusal, each="STATEMENT"),
    ]


def declared(room: str | None = None) -> list[Trigger]:
    """The triggers of one room, or of all."""
    rooms = [room] if room else settings.ROOMS
    found = []
    for name in rooms:
        if find_spec(f"{name}.triggers"):
            found += import_module(f"{name}.triggers").TRIGGERS
    return found


def install(connection, room: str | None = None) -> None:
    """(Re-)create the triggers whose tables exist."""
    vendor = connection.vendor
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for trigger in declared(room):
            if trigger.table in tables and trigger.body(vendor):
                cursor.execute(trigger.drop(vendor))
                for statement in trigger.create(vendor):
                    cursor.execute(statement)


def lift(connection, room: str | None = None) -> None:
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for trigger in declared(room):
            if trigger.table in tables:
                cursor.execute(trigger.drop(connection.vendor))


@contextmanager
def lifted(connection, room: str | None = None):
    """No trigger for a while: for emptying a test database, for restoring a backup, for filling one with a million rows."""
    settle(connection)
    lift(connection, room)
    try:
        yield
        settle(connection)
    finally:
        install(connection, room)


def settle(connection) -> None:
    """Look at the foreign keys that PostgreSQL keeps for the end: it alters no table while one is waiting."""
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        connection.check_constraints()


def installed(connection) -> dict[tuple[str, str], str]:
    """(table, name) → source of every enabled trigger in the database."""
    if connection.vendor == "sqlite":
        sql = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'"
    else:
        sql = (
            "SELECT c.relname, t.tgname, p.prosrc FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'"
            " AND pg_table_is_visible(c.oid)"
        )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {(table, name): source for table, name, source in cursor.fetchall()}


def missing(connection) -> list[str]:
    """Names of declared triggers that are not in the database as they are declared."""
    vendor, there = connection.vendor, installed(connection)
    return [
        trigger.name
        for trigger in declared()
        if trigger.body(vendor) and there.get((trigger.table, trigger.name)) != trigger.source(vendor)
    ]


def _is_behind(connection) -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


REMEDY = _("Run `manage.py triggers --install` and find out who removed them.")


@checks.register(checks.Tags.database)
def check_triggers(app_configs=None, databases=None, **kwargs):
    """`manage.py check --database default`; while migrations are waiting, they will see to it."""
    problems = []
    for alias in databases or []:
        names = missing(connections[alias])
        if names and not _is_behind(connections[alias]):
            text = _("Triggers are missing or altered in the database: %(names)s.")
            problems.append(
                checks.Error(str(text) % {"names": ", ".join(names)}, hint=str(REMEDY), id="portal.E001")
            )
    return problems


def refuse_to_start_without(alias: str = "default") -> None:
    """Called where the server starts. Raises ImproperlyConfigured."""
    try:
        for problem in check_triggers(databases=[alias]):
            raise ImproperlyConfigured(f"{problem.msg} {REMEDY}")
    finally:
        connections[alias].close()


class InstallTriggers(Operation):
    """Ends a migration that makes or alters a table with triggers."""

    def __init__(self, room):
        self.room = room

    def deconstruct(self):
        return self.__class__.__name__, [self.room], {}

    def state_forwards(self, app_label, state):
        pass

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        install(schema_editor.connection, self.room)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        lift(schema_editor.connection, self.room)

    def describe(self):
        return f"Install the triggers of {self.room}"


class LiftTriggers(InstallTriggers):
    """Begins a migration that alters a table which triggers of other tables read."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        lift(schema_editor.connection, self.room)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        install(schema_editor.connection, self.room)

    def describe(self):
        return f"Lift the triggers of {self.room}"


TRIGGERS = append_only("config_installation")
