"""The whole database into one file and back, on SQLite and PostgreSQL, while others go on working."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.db import connection, connections
from django.utils.translation import gettext as _

from . import env
from .errors import DomainError

# Everything goes in the transaction that brings the new in: tables of a later version would be in the way.
EMPTY_POSTGRESQL = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n"


def dump(file: Path) -> None:
    """Write the database as it is at one moment; nobody has to wait for it."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(file)) as copy:
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
    else:
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={file}", _conninfo())


def load(file: Path) -> None:
    """Put the database of `file` in the place of ours: wholly, or not at all. Raises DomainError when it does not fit."""
    if connection.vendor == "sqlite":
        _load_sqlite(file)
    else:
        _load_postgresql(file)
    for one in connections.all(initialized_only=True):
        one.close()


def _load_sqlite(file: Path) -> None:
    with closing(sqlite3.connect(file)) as source:
        try:
            state = source.execute("PRAGMA integrity_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            state = str(error)
        if state != "ok":
            raise DomainError(_("The database in the backup is damaged: %(state)s.") % {"state": state})
        connection.ensure_connection()
        source.backup(connection.connection)  # one write transaction on our side


def _load_postgresql(file: Path) -> None:
    script = file.with_suffix(".sql")
    _run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(file))
    whole = file.with_suffix(".whole.sql")
    with whole.open("wb") as target, script.open("rb") as body:
        target.write(EMPTY_POSTGRESQL.encode())
        shutil.copyfileobj(body, target)
    script.unlink()
    connections.close_all()
    _run(
        "psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1",
        f"--file={whole}", f"--dbname={_conninfo()}", "--output=/dev/null",
    )  # fmt: skip


def _conninfo() -> str:
    """How to reach our database, without its password (that goes through the environment)."""
    from psycopg.conninfo import make_conninfo

    given = connection.get_connection_params()
    kept = {"host", "port", "user", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey"}
    return make_conninfo(**{name: value for name, value in given.items() if name in kept and value})


def _run(program: str, *arguments: str) -> None:
    folder = env.text("PG_BIN")
    found = shutil.which(program, path=folder or None)
    if not found:
        raise DomainError(
            _(
                "%(program)s was not found. Install PostgreSQL's own programs (Debian: postgresql-client)"
                " or name their folder in PG_BIN."
            )
            % {"program": program}
        )
    password = connection.settings_dict.get("PASSWORD")
    surroundings = os.environ | ({"PGPASSWORD": password} if password else {})
    ran = subprocess.run([found, *arguments], env=surroundings, capture_output=True, text=True)
    if ran.returncode:
        reason = " ".join(ran.stderr.split())[:500]
        raise DomainError(_("%(program)s failed: %(reason)s") % {"program": program, "reason": reason})
