"""Where the secret keys come from: the environment, else one file made at the first start."""

import base64
import json
import os
import secrets
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from . import env
from .tongue import gettext


def _new_data_key() -> str:
    return f"k{secrets.token_hex(2)}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def read(var: Path) -> dict[str, str]:
    """`{"SECRET_KEY": …, "DATA_KEYS": "id:base64 [id:base64 …]"}`; the first data key encrypts, all decrypt.

    Without the variables, `keys.json` under `var` is used, and made (mode 0600) when it is missing.
    """
    if env.text("SECRET_KEY") and env.text("DATA_KEYS"):
        return {"SECRET_KEY": env.text("SECRET_KEY"), "DATA_KEYS": env.text("DATA_KEYS")}
    file = var / "keys.json"
    if not file.exists():
        var.mkdir(parents=True, exist_ok=True)
        made = {"SECRET_KEY": secrets.token_urlsafe(50), "DATA_KEYS": _new_data_key()}
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass  # another process made it a moment ago
        else:
            with os.fdopen(handle, "w") as stream:
                json.dump(made, stream)
            said = gettext("New keys were made in %(file)s. Keep a copy apart from the backups.")
            print(said % {"file": file}, file=sys.stderr)
    try:
        kept = json.loads(file.read_text())
        return {name: env.text(name) or kept[name] for name in ("SECRET_KEY", "DATA_KEYS")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise env.wrong(
            gettext("The keys in %(file)s cannot be read (%(reason)s). Put back the copy you keep of it."),
            file=file,
            reason=getattr(error, "strerror", None) or type(error).__name__,
        ) from error


def data_keys(written: str) -> dict[str, bytes]:
    """Key id → 32 bytes, in the order written. Raises ImproperlyConfigured for anything else."""
    keys = {}
    for part in written.replace(",", " ").split():
        name, _, encoded = part.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError:
            key = b""
        if not name or len(key) != 32:
            raise ImproperlyConfigured(gettext("DATA_KEYS should hold id:base64 pairs of 32 bytes each."))
        keys[name] = key
    if not keys:
        raise ImproperlyConfigured(gettext("DATA_KEYS is empty."))
    return keys
