"""Uploads that no row names any more: off the disk when a row lets go of them, or by the nightly sweep.

Nothing is removed while a backup reads: what the rows in it name has to be among its uploads.
"""

import fcntl
import re
from collections.abc import Iterable
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .images import MEDIUM, NAME, SMALL

GRACE = timedelta(days=1)  # younger files may belong to a row that is just being saved
# Names we give ourselves; whatever else lies in the folder is not ours to remove.
OURS = re.compile(r"([a-z]+/[0-9a-f]{32}(?:-[1-9][0-9]*x[1-9][0-9]*)?)(?:-400|-800)?(\.[a-z]{3,4})")


def file_fields() -> list[models.FileField]:
    """Every column of the portal that names an upload."""
    return [
        field
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.FileField)
    ]


def names_in_use(among: Iterable[str] | None = None) -> set[str]:
    """The uploads that rows name; with `among`, which of these."""
    found: set[str] = set()
    for field in file_fields():
        rows = field.model._base_manager.exclude(**{field.name: ""})
        if among is not None:
            rows = rows.filter(**{f"{field.name}__in": among})
        found.update(rows.values_list(field.name, flat=True).iterator(2000))
    return found


def names_of(row: models.Model) -> list[str]:
    """The uploads that `row` names in the database, whatever it names in memory."""
    names = [field.attname for field in file_fields() if isinstance(row, field.model)]
    if not names or row.pk is None:
        return []
    stored = type(row)._base_manager.filter(pk=row.pk).values_list(*names)
    return [name for values in stored for name in values if name]


def let_go(*names: str) -> None:
    """Remove those of the uploads `names` that no row names any more, as soon as the change is certain."""
    if wanted := {name for name in names if name}:
        transaction.on_commit(lambda: _remove_unused(wanted), robust=True)


def _remove_unused(names: set[str]) -> None:
    with _no_backup() as free:
        if not free:
            return  # the sweep finds them
        for name in names - names_in_use(names):
            for size in (SMALL, MEDIUM) if NAME.fullmatch(name) else ():
                default_storage.delete(f"{name[:-4]}-{size}.jpg")
            default_storage.delete(name)


def sweep(now: datetime | None = None) -> str:
    """Remove uploads older than a day that no row names: those of saves that failed, and those a backup kept."""
    border = ((now or timezone.now()) - GRACE).timestamp()
    with _no_backup() as free:
        if not free:
            return "a backup was being made"
        old = [
            (name, file)
            for name, file in _uploads()
            if OURS.fullmatch(name) and file.stat(follow_symlinks=False).st_mtime < border
        ]
        used = names_in_use()
        if not used:
            return "no row names an upload: left alone"  # rather another database than no upload in use
        unused = [file for name, file in old if OURS.sub(r"\1\2", name) not in used]
        for file in unused:
            file.unlink(missing_ok=True)
    return _("%(count)s files nobody uses removed") % {"count": len(unused)}


def _uploads():
    root = Path(settings.MEDIA_ROOT)
    for file in root.glob("*/*"):
        if file.is_file() and not file.is_symlink():
            yield file.relative_to(root).as_posix(), file


@contextmanager
def _no_backup():
    """Whether no backup is being made; none begins before the end."""
    with _lock() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def kept_for_a_backup():
    """Nothing is removed until the end."""
    with _lock() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _lock():
    Path(settings.VAR_DIR).mkdir(parents=True, exist_ok=True)
    return (Path(settings.VAR_DIR) / "uploads.lock").open("w")
