"""A backup is one zip file: the database, the uploads, and a manifest with the digest of each.

Keys are never inside: whoever finds a backup cannot read the numbers in it, and neither can we without the keys.
"""

import hashlib
import json
import os
import shutil
import tempfile
import tomllib
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _

from . import dumps, installation, keys, leftovers
from .errors import DomainError
from .place import Place, Running

FORMAT = 1
MANIFEST, DATABASE, UPLOADS = "manifest.json", "database", "media/"
KIND = "community-portal backup"
PIECE = 2**20


def version() -> str:
    return tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"]


def make(file: Path) -> dict:
    """Write a backup to `file`, which must not exist yet; gives its manifest. The server may go on running."""
    if file.exists():
        raise DomainError(
            _("%(file)s exists already; a backup never overwrites another one.") % {"file": file}
        )
    if not file.parent.is_dir():
        raise DomainError(_("There is no folder %(folder)s.") % {"folder": file.parent})
    part = Path(tempfile.mkstemp(prefix=f".{file.name}.", suffix=".part", dir=file.parent)[1])  # mode 0600
    try:
        with tempfile.TemporaryDirectory(prefix="portal-backup-", dir=file.parent) as folder:
            manifest = _write(part, Path(folder) / DATABASE)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _write(part: Path, database: Path) -> dict:
    manifest = _about()
    with leftovers.kept_for_a_backup(), part.open("wb") as stream:
        dumps.dump(database)  # before the uploads: every picture a row names is there by then
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            _add(archive, manifest, DATABASE, database)
            root = Path(settings.MEDIA_ROOT)
            for upload in sorted(found for found in root.rglob("*") if found.is_file()):
                _add(archive, manifest, UPLOADS + upload.relative_to(root).as_posix(), upload)
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False))
        stream.flush()
        os.fsync(stream.fileno())
    return manifest


def _known_migrations() -> set[tuple[str, str]]:
    return set(MigrationLoader(None).disk_migrations)


def _about() -> dict:
    return {
        "kind": KIND,
        "format": FORMAT,
        "version": version(),
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "holds": installation.kind(),
        "database": connection.vendor,
        "migrations": sorted(_known_migrations() & MigrationRecorder(connection).applied_migrations().keys()),
        "keys": list(keys.data_keys(settings.DATA_KEYS)),  # their names only
        "members": {},
    }


def _add(archive: zipfile.ZipFile, manifest: dict, name: str, file: Path) -> None:
    digest, size = hashlib.sha256(), 0
    try:
        source = file.open("rb")
    except FileNotFoundError:  # an upload that was removed a moment ago
        return
    with source, archive.open(name, "w", force_zip64=True) as target:
        while piece := source.read(PIECE):
            digest.update(piece)
            size += len(piece)
            target.write(piece)
    manifest["members"][name] = {"size": size, "sha256": digest.hexdigest()}


def read_manifest(archive: zipfile.ZipFile) -> dict:
    """The manifest of a backup we can restore. Raises DomainError for a foreign or a newer one."""
    try:
        manifest = json.loads(archive.read(MANIFEST))
        if manifest["kind"] != KIND:
            raise KeyError(KIND)
        members, migrations = manifest["members"], manifest["migrations"]
    except (KeyError, TypeError, ValueError) as error:
        raise DomainError(_("This file is no backup of the portal.")) from error
    if manifest["format"] > FORMAT or not {tuple(row) for row in migrations} <= _known_migrations():
        raise DomainError(
            _("This backup was made by version %(theirs)s, this is %(ours)s: install that version first.")
            % {"theirs": manifest["version"], "ours": version()}
        )
    if manifest["database"] != connection.vendor:
        raise DomainError(
            _("This backup is of a %(theirs)s database and this one is %(ours)s.")
            % {"theirs": manifest["database"], "ours": connection.vendor}
        )
    for name in members:
        if name != DATABASE and (not name.startswith(UPLOADS) or ".." in PurePosixPath(name).parts):
            raise DomainError(_("This file is no backup of the portal: it holds %(name)s.") % {"name": name})
    return manifest


def restore(file: Path, *, replace: bool = False) -> dict:
    """Put the backup `file` in the place of our data; gives its manifest.

    Everything is read and compared before anything is changed. Raises DomainError for a damaged, half, foreign or
    newer file, while a server runs on these data, and for an installation that holds data, unless `replace`.
    """
    try:
        place = Place(settings.VAR_DIR)
    except Running as running:
        raise DomainError(
            _("The portal is running on these data (%(address)s). Stop it first.") % {"address": running}
        ) from running
    media = Path(settings.MEDIA_ROOT)
    media.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="portal-restore-", dir=media.parent))
    try:
        manifest = _unpack(file, folder)
        if not replace and _holds_data():
            raise DomainError(
                _("There are data here already. To lose them for those of the backup, add --replace.")
            )
        dumps.load(folder / DATABASE)
        _exchange(folder / "media", media, folder / "before")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        place.leave()
    installation.forget()
    call_command("migrate", interactive=False, verbosity=0)  # a backup of an older version
    connections.close_all()
    return manifest


def _unpack(file: Path, folder: Path) -> dict:
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = read_manifest(archive)
            for name, about in manifest["members"].items():
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                if _extract(archive, name, target) != (about["size"], about["sha256"]):
                    raise DomainError(
                        _("The backup is damaged: %(name)s is not what was saved.") % {"name": name}
                    )
    except (zipfile.BadZipFile, EOFError, KeyError, zlib.error) as error:
        raise DomainError(
            _("The backup is damaged, or only half of it is here: %(error)s.") % {"error": error}
        ) from error
    except OSError as error:
        raise DomainError(
            _("The backup cannot be read: %(error)s.") % {"error": error.strerror or error}
        ) from error
    if DATABASE not in manifest["members"]:
        raise DomainError(_("This file is no backup of the portal: it holds no database."))
    return manifest


def _extract(archive: zipfile.ZipFile, name: str, target: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with archive.open(name) as source, target.open("wb") as stream:
        while piece := source.read(PIECE):
            digest.update(piece)
            size += len(piece)
            stream.write(piece)
    return size, digest.hexdigest()


def _holds_data() -> bool:
    if "config_installation" not in connection.introspection.table_names():
        return False
    installation.forget()
    return bool(installation.kind()) or get_user_model().objects.exists()


def _exchange(new: Path, old: Path, aside: Path) -> None:
    new.mkdir(exist_ok=True)
    if old.exists():
        old.rename(aside)
    new.rename(old)
