"""Catalogues of translations: one `.po` per room, collected without gettext's tools and compiled at start.

English stands in the code as msgid. `locale/<room>/zh_Hans/LC_MESSAGES/django.po` is kept by
`manage.py messages`; the compiled `.mo` lies under `VAR_DIR` and is made anew when its source has changed.
"""

import ast
import os
import re
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation.template import templatize

LANGUAGE = "zh_Hans"
HEADERS = {
    "Language": LANGUAGE,
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
# function → (has a context, has a plural)
CALLS = {
    f"{name}{ending}": kind
    for name, kind in {
        "gettext": (False, False),
        "ngettext": (False, True),
        "pgettext": (True, False),
        "npgettext": (True, True),
    }.items()
    for ending in ("", "_lazy")
} | {"gettext_noop": (False, False)}
ACCOUNT_TEMPLATES = {"account", "allauth", "mfa", "usersessions"}
LITERAL = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
TEMPLATE_CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*({LITERAL}(?:\s*,\s*{LITERAL})*)")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")


@dataclass(frozen=True, order=True)
class Message:
    msgid: str
    context: str = ""
    plural: str = ""

    @property
    def key(self):
        return self.msgid, self.context


def _message(function: str, arguments: list[str]) -> Message:
    has_context, has_plural = CALLS[function]
    context = arguments.pop(0) if has_context else ""
    return Message(arguments[0], context, arguments[1] if has_plural else "")


def in_python(source: str) -> set[Message]:
    """Messages marked in Python code. Raises ValueError for one that is no plain text (an f-string)."""
    tree = ast.parse(source)
    names = dict.fromkeys(CALLS) | {name: name for name in CALLS}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names |= {alias.asname or alias.name: alias.name for alias in node.names}
    found: set[Message] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        function = names.get(called)
        if function not in CALLS:
            continue
        wanted = 1 + sum(CALLS[function])
        arguments = [
            part.value
            for part in node.args[:wanted]
            if isinstance(part, ast.Constant) and isinstance(part.value, str)
        ]
        if any(isinstance(part, ast.JoinedStr) for part in node.args[:wanted]):
            raise ValueError(f"line {node.lineno}: {called}() takes a plain text, not an f-string")
        if len(arguments) == wanted:
            found.add(_message(function, arguments))
    return found


def in_template(source: str) -> set[Message]:
    found: set[Message] = set()
    for function, arguments in TEMPLATE_CALL.findall(templatize(source)):
        literals = [ast.literal_eval(part) for part in re.findall(LITERAL, arguments)]
        found.add(_message("gettext" if function == "_" else function, literals))
    return found


def room_of_template(path: Path) -> str:
    first = path.parts[0]
    if first in ACCOUNT_TEMPLATES:
        return "accounts"
    return first if first in settings.ROOMS else "portal"


def _sources():
    """(room, file, reader) of every file that may hold messages."""
    base = settings.BASE_DIR
    for room in settings.ROOMS:
        for file in sorted((base / room).rglob("*.py")):
            if "migrations" not in file.parts:
                yield room, file, in_python
    templates = base / "templates"
    for file in sorted(templates.rglob("*.*")):
        if file.suffix in {".html", ".txt", ".xml", ".svg"}:
            yield room_of_template(file.relative_to(templates)), file, in_template


def collect() -> dict[str, set[Message]]:
    """Room → messages marked in its code and templates."""
    found: dict[str, set[Message]] = {room: set() for room in settings.ROOMS}
    for room, file, read in _sources():
        try:
            found[room] |= read(file.read_text(encoding="utf-8"))
        except (SyntaxError, ValueError) as error:
            raise ValueError(f"{file.relative_to(settings.BASE_DIR)}: {error}") from error
    return found


def catalogue_file(room: str) -> Path:
    return settings.BASE_DIR / "locale" / room / LANGUAGE / "LC_MESSAGES" / "django.po"


def read_catalogues() -> dict:
    import polib

    return {
        room: polib.pofile(str(catalogue_file(room)), wrapwidth=110)
        for room in settings.ROOMS
        if catalogue_file(room).exists()
    }


def _key(entry):
    return entry.msgid, entry.msgctxt or ""


def update(only: str | None = None) -> dict[str, tuple[int, int]]:
    """Bring every catalogue (or that of one room) up to the code: room → (added, removed).

    What another room has translated already is taken over.
    """
    import polib

    kept = read_catalogues()
    known = {_key(entry): entry for file in kept.values() for entry in file if entry.translated()}
    changed = {}
    for room, messages in collect().items():
        mine = {_key(entry): entry for entry in kept.get(room, []) if not entry.obsolete}
        if (only and room != only) or not (messages or mine):
            continue
        file = polib.POFile(wrapwidth=110)
        file.metadata = HEADERS
        for message in sorted(messages):
            entry = mine.get(message.key) or known.get(message.key)
            if entry is None or bool(entry.msgid_plural) != bool(message.plural):
                entry = None
            file.append(_entry(polib, message, entry))
        keys = {message.key for message in messages}
        changed[room] = (len(keys - mine.keys()), len(mine.keys() - keys))
        target = catalogue_file(room)
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(target, str(file).rstrip("\n").encode() + b"\n")
    return changed


def _entry(polib, message: Message, old):
    entry = polib.POEntry(msgid=message.msgid, msgctxt=message.context or None)
    if message.plural:
        entry.msgid_plural = message.plural
        entry.msgstr_plural = {0: old.msgstr_plural.get(0, "") if old else ""}
    else:
        entry.msgstr = old.msgstr if old else ""
    if old and old.fuzzy:
        entry.flags = ["fuzzy"]
    return entry


def problems() -> list[str]:
    """What keeps the catalogues from being complete, a sentence each."""
    found = []
    catalogues = read_catalogues()
    for room, messages in collect().items():
        entries = {_key(entry): entry for entry in catalogues.get(room, []) if not entry.obsolete}
        for message in sorted(messages):
            found += [
                f"{room}: {why}: {message.msgid!r}" for why in _faults(message, entries.get(message.key))
            ]
        for msgid, _context in sorted(entries.keys() - {message.key for message in messages}):
            found.append(f"{room}: no longer used: {msgid!r}")
    return found + _conflicts(catalogues)


def _faults(message: Message, entry) -> list[str]:
    if entry is None:
        return ["missing"]
    if bool(entry.msgid_plural) != bool(message.plural):
        return ["singular and plural do not fit the code"]
    if entry.fuzzy:
        return ["fuzzy"]
    text = entry.msgstr_plural.get(0, "") if message.plural else entry.msgstr
    if not text:
        return ["untranslated"]
    wanted = set(PLACEHOLDER.findall(message.plural or message.msgid))
    return [] if set(PLACEHOLDER.findall(text)) == wanted else ["placeholders differ"]


def _conflicts(catalogues) -> list[str]:
    texts: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for room, file in catalogues.items():
        for entry in file.translated_entries():
            texts[_key(entry)][entry.msgstr or entry.msgstr_plural.get(0)].append(room)
    return [
        f"two translations of {msgid!r}: "
        + ", ".join(f"{text} ({' '.join(rooms)})" for text, rooms in sorted(ways.items()))
        for (msgid, _context), ways in sorted(texts.items())
        if len(ways) > 1
    ]


def _write(target: Path, content: bytes) -> None:
    """Several processes may do this at once: each renames a whole file into place."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".")
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
    os.chmod(name, 0o644)
    os.replace(name, target)


def compile_stale() -> list[Path]:
    """Compile each catalogue whose source is not the one its compiled file was made from."""
    made = []
    for room, folder in zip(settings.ROOMS, settings.LOCALE_PATHS, strict=True):
        source = catalogue_file(room)
        target = Path(folder) / LANGUAGE / "LC_MESSAGES" / "django.mo"
        if not source.exists():
            target.unlink(missing_ok=True)
            continue
        moment = source.stat().st_mtime_ns
        if target.exists() and target.stat().st_mtime_ns == moment:
            continue
        import polib  # only when there is something to do

        target.parent.mkdir(parents=True, exist_ok=True)
        _write(target, polib.pofile(str(source)).to_binary())
        os.utime(target, ns=(moment, moment))
        made.append(target)
    return made
