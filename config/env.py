"""Typed reading of the environment. A wrong value stops start-up and names its variable."""

import errno
import os
from collections.abc import Collection
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from .tongue import gettext


def wrong(sentence: str, **words) -> ImproperlyConfigured:
    return ImproperlyConfigured(sentence % words)


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise wrong(gettext("%(name)s should be 1 or 0, not “%(value)s”."), name=name, value=value)


def number(name: str, default: int, lowest: int = 0, highest: int | None = None) -> int:
    value = text(name)
    if not value:
        return default
    if not value.isdecimal() or int(value) < lowest or (highest is not None and int(value) > highest):
        words = {"name": name, "value": value, "lowest": lowest, "highest": highest}
        if highest is None:
            raise wrong(
                gettext("%(name)s should be a whole number from %(lowest)s on, not “%(value)s”."), **words
            )
        raise wrong(
            gettext("%(name)s should be a whole number from %(lowest)s to %(highest)s, not “%(value)s”."),
            **words,
        )
    return int(value)


def number_or(name: str, none: str, default: int, lowest: int = 0, highest: int | None = None) -> int | None:
    """A number, or None for the word `none`."""
    return None if text(name) == none else number(name, default, lowest, highest)


def site(name: str, default: str = "") -> str:
    """The address of a site, without a slash at its end; empty when nobody said."""
    value = text(name, default)
    parts = urlsplit(value)
    if value and (
        parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment
    ):
        raise wrong(
            gettext("%(name)s should look like https://portal.example, not “%(value)s”."),
            name=name,
            value=value,
        )
    return value.rstrip("/")


def choice(name: str, default: str, allowed: Collection[str]) -> str:
    value = text(name, default)
    if value not in allowed:
        raise wrong(
            gettext("%(name)s should be one of %(allowed)s, not “%(value)s”."),
            name=name,
            allowed=", ".join(sorted(allowed)),
            value=value,
        )
    return value


def words(name: str, default: str = "") -> list[str]:
    return [word for word in text(name, default).replace(",", " ").split() if word]


def rising(name: str, default: list[int]) -> list[int]:
    """Whole numbers above zero, each greater than the one before."""
    given = words(name)
    numbers = [int(one) for one in given if one.isdecimal()] if given else default
    if len(numbers) < len(given) or numbers != sorted(set(numbers)) or numbers[0] <= 0:
        raise wrong(
            gettext("%(name)s should be whole numbers, each greater than the one before, not “%(value)s”."),
            name=name,
            value=text(name),
        )
    return numbers


def folder(name: str, default: Path) -> Path:
    """A folder to write in, made when it is missing."""
    path = Path(text(name) or default).expanduser().resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
        reason = "" if os.access(path, os.W_OK | os.X_OK) else os.strerror(errno.EACCES)
    except OSError as error:
        reason = error.strerror
    if reason:
        raise wrong(
            gettext("%(name)s: %(path)s cannot be written to (%(reason)s)."),
            name=name,
            path=path,
            reason=reason,
        )
    return path


def database(name: str, var: Path) -> dict:
    """Django's dictionary for `DATABASE_URL`: sqlite:///path or postgresql://user:password@host:port/name."""
    url = text(name)
    if not url or url.startswith("sqlite"):
        path = urlsplit(url).path if url else ""
        return {
            "ENGINE": "config.sqlite",
            "NAME": Path(path) if path.strip("/") else var / "portal.sqlite3",
            "CONN_MAX_AGE": None,  # opening reads hundreds of tables and triggers: 10 ms of every page
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise wrong(gettext("%(name)s should look like postgresql://user:password@host/name."), name=name)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": 20, "timeout": 10},
            # Pages ask small things: starting helpers or a compiler takes longer than the answer, many times over.
            "options": "-c parallel_setup_cost=100000 -c jit=off",
            "prepare_threshold": 5,  # lets points/sql.py keep its statement prepared; Django's own are never
            **query,
        },  # a thread never waits for another
    }
