"""On SQLite the migrated, empty database is kept in VAR_DIR until a migration changes: the next run begins at once."""

import hashlib
import os
import shutil
from pathlib import Path

import django
from django.conf import settings
from django.db import connection

PLACES = ["migrations/*.py", "triggers.py", "models.py", "models/*.py"]


def _kept() -> Path:
    """Named by all that makes it what it is."""
    made_of = hashlib.sha256(django.__version__.encode())
    for room in settings.ROOMS:
        folder = settings.BASE_DIR / room
        for file in sorted(file for place in PLACES for file in folder.glob(place)):
            made_of.update(file.read_bytes())
    return settings.VAR_DIR / "migrated" / f"{made_of.hexdigest()[:16]}.sqlite3"


def copy() -> bool:
    """Put the kept database where the tests expect theirs; False when there is none."""
    kept = _kept()
    if connection.vendor != "sqlite" or not kept.exists():
        return False
    target = Path(connection.settings_dict["TEST"]["NAME"])
    for tail in ("", "-wal", "-shm"):
        Path(f"{target}{tail}").unlink(missing_ok=True)
    shutil.copyfile(kept, target)
    return True


def keep() -> None:
    """Keep this one, and no other."""
    kept = _kept()
    if connection.vendor != "sqlite" or kept.exists():
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.rmtree(kept.parent, ignore_errors=True)
    kept.parent.mkdir()
    begun = kept.with_suffix(f".{os.getpid()}")
    shutil.copyfile(connection.settings_dict["NAME"], begun)
    begun.replace(kept)
