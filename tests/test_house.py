"""The house rules that a machine can check. HOUSE_STYLE: arrows, sign-in by default, nothing inline, nothing untranslated."""

import ast
import re

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.management import call_command
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config import messages, triggers

from . import sides, walk
from .matrix import PAGES
from .matrix_models import ADMIN_ROWS

BASE = settings.BASE_DIR
ROOMS = settings.ROOMS
MOST_LINES = 420
CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
# Facts of the field that are Chinese by nature, each a table kept apart from the code that reads it.
CHINESE_BY_NATURE = (
    "config/formats",
    "portal/demo",
    "community/certificates.py",  # certificates a committee must not issue, by the names of the regulation
    "community/finding.py",  # how people write addresses
    "community/synonyms.py",  # what people say for what an office calls otherwise
    "community/templatetags/content.py",  # the word before a telephone extension
    "points/banned.py",  # what rules may not be about, as communities write it
    "residents/addresses.py",  # how people write addresses
    "residents/identity.py",  # relations and names of documents
    "residents/pinyin.py",  # surnames with readings of their own
)


def code(room=None):
    """Python files of a room (or of all), without migrations."""
    for name in [room] if room else ROOMS:
        yield from (file for file in sorted((BASE / name).rglob("*.py")) if "migrations" not in file.parts)


def pages():
    return sorted(
        file for file in (BASE / "templates").rglob("*") if file.suffix in {".html", ".txt", ".xml"}
    )


def named(file):
    return str(file.relative_to(BASE))


def imported(file):
    """(line, dotted name) of everything a file imports, relative ones resolved."""
    package = file.relative_to(BASE).parts[:-1]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            yield node.lineno, ".".join([*above, node.module or ""]).strip(".")


@pytest.mark.parametrize("room", ROOMS)
def test_arrows_point_up(room):
    below = set(ROOMS[ROOMS.index(room) + 1 :])
    found = [
        f"{named(file)}:{line} imports {name}"
        for file in code(room)
        for line, name in imported(file)
        if name.partition(".")[0] in below
    ]
    assert found == []


def test_foreign_keys_point_up():
    found = [
        f"{field} → {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in ROOMS
        for field in model._meta.get_fields()
        if (field.many_to_one or field.one_to_one or field.many_to_many)
        and not field.auto_created
        and field.related_model._meta.app_label in ROOMS
        and ROOMS.index(field.related_model._meta.app_label) > ROOMS.index(model._meta.app_label)
    ]
    assert found == []


def test_files_are_short():
    files = [*code(), *(BASE / "tests").rglob("*.py"), *(BASE / "static").rglob("*.css"), *pages()]
    long = {
        named(file): count for file in files if (count := len(file.read_text().splitlines())) > MOST_LINES
    }
    assert long == {}


def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_triggers_are_there(db):
    assert len(triggers.declared()) > 0
    assert triggers.missing(connection) == []


def test_every_message_is_translated():
    assert messages.problems() == []


FOREIGN = re.compile(r"""(?:https?:)?//(?!www\.w3\.org/)[\w-]+(?:\.[\w-]+)+""")


def test_nothing_comes_from_another_host():
    files = [
        *pages(),
        *(file for file in (BASE / "static").rglob("*") if file.suffix in {".css", ".js", ".svg"}),
    ]
    # a link may lead away (the filing numbers have to); what a page loads may not
    texts = {file: re.sub(r"<a\s[^>]*>", "", file.read_text()) for file in files}
    found = [f"{named(file)}: {match}" for file, text in texts.items() for match in FOREIGN.findall(text)]
    assert found == []


INLINE = re.compile(
    r"""<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:""", re.IGNORECASE
)


def test_templates_hold_no_script_and_no_style():
    found = [
        f"{named(file)}: {match.strip()}" for file in pages() for match in INLINE.findall(file.read_text())
    ]
    assert found == []


def _texts(file):
    """String constants of a Python file that are not docstrings."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    described = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described:
            yield node.lineno, node.value


def test_code_and_templates_are_english():
    found = [
        f"{named(file)}:{line}: {text[:40]}"
        for file in code()
        if not named(file).startswith(CHINESE_BY_NATURE)
        for line, text in _texts(file)
        if CHINESE.search(text)
    ]
    found += [named(file) for file in pages() if CHINESE.search(re.sub(r"(?s){#.*?#}", "", file.read_text()))]
    assert found == []


# allauth's page for e-mail, which we have not, and a word that the act's converter does not take
NOT_THERE = {"/accounts/email/", "/desk/accounts/1/x/"}


def test_pages_need_a_sign_in_unless_they_are_public(town):
    stranger, asked, open_to_all = Client(), 0, []
    for address, view, _variable in walk.addresses():
        if walk.is_public(view):
            continue
        for ask in (stranger.get, stranger.post):
            answer = ask(address)
            if answer.status_code == 404 and address in NOT_THERE:
                continue
            asked += 1
            if answer.status_code != 302 or "/login/" not in answer.headers["Location"]:
                open_to_all.append(f"{address}: {answer.status_code}")
    assert asked > 50
    assert open_to_all == []


WRITES = re.compile(r"^\s*(INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
MAY_BE_WRITTEN = {"django_session", "cache"}  # who is signed in, and what is counted against abuse


def written(queries):
    return {match[2] for query in queries if (match := WRITES.match(query["sql"]))} - MAY_BE_WRITTEN


def everything_read(town):
    """Addresses to GET: each page with real objects, each screen of the back office, each public page."""
    s = sides.side(town.community, town.east_building, town.branch, town.staff, town.lin)
    yield from (reverse(name, args=page.args(s)) for name, page in PAGES.items() if not page.post)
    for model in admin.site._registry:
        find = ADMIN_ROWS[model._meta.label]
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        yield from (reverse(name + page) for page in ("changelist", "add"))
        if callable(find):
            yield reverse(name + "change", args=[find(s)[0].pk])
    for number in (s.event.pk, s.notice.pk, s.building.pk):
        values = ["wenfeng", str(number), *walk.VALUES[2:]]
        yield from (address for address, view, _variable in walk.addresses(values) if walk.is_public(view))


def test_reading_a_page_writes_nothing(town, signed_in):
    client, wrote, reached = signed_in(town.secretary), [], 0
    for address in dict.fromkeys(everything_read(town)):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        reached += answer.status_code == 200
        if tables := written(queries.captured_queries):
            wrote.append(f"{address} writes {', '.join(sorted(tables))}")
    assert reached > 100
    assert wrote == []


def test_no_browser_keeps_a_private_page(town, signed_in):
    """Whoever goes back after signing out at a shared computer finds nothing."""
    client, kept = signed_in(town.secretary), []
    s = sides.side(town.community, town.east_building, town.branch, town.staff, town.lin)
    for name, page in PAGES.items():
        if not page.post:
            answer = client.get(reverse(name, args=page.args(s)))
            kept += [] if "no-store" in answer.get("Cache-Control", "") else [name]
    assert kept == []


MARKED = re.compile(
    r"(?s){#.*?#}|{%\s*comment.*?endcomment\s*%}|{%\s*blocktranslate.*?endblocktranslate\s*%}"
    r"|{%\s*block (?:width|coltype|bodyclass)\s*%}.*?{%\s*endblock[^%]*%}"  # names of classes
    r"|{%.*?%}|{{.*?}}"
    r"|<!--.*?-->|<svg.*?</svg>|<code>.*?</code>|&\w+;"
)
SPOKEN = re.compile(r"""\b(?:alt|title|placeholder|aria-label)=["']([^"']+)["']""")


def test_no_word_in_a_template_is_left_unmarked():
    found = []
    for file in pages():
        text = MARKED.sub(" ", file.read_text())
        words = " ".join([*SPOKEN.findall(text), re.sub(r"(?s)<[^>]*>", " ", text)])
        found += [
            f"{named(file)}: {word}"
            for word in re.findall(r"\b(?!English\b)[A-Za-z]{3,}", words)
            if file.suffix == ".html"
        ]
    assert found == []


def test_every_row_of_the_back_office_has_a_name():
    nameless = [model._meta.label for model in admin.site._registry if model.__str__ is Model.__str__]
    assert nameless == []


def test_every_list_of_the_back_office_joins_what_it_shows(town, rf):
    """Django leaves `list_select_related` out wherever `get_queryset` joins anything itself."""
    request, left_out = rf.get("/"), []
    request.user = town.secretary
    for model, screen in admin.site._registry.items():
        joined = screen.get_queryset(request).query.select_related
        for path in (joined and screen.list_select_related) or []:
            below = joined if isinstance(joined, dict) else {}
            for part in path.split("__"):
                if part not in below:
                    left_out.append(f"{model._meta.label}: {path}")
                    break
                below = below[part]
    assert left_out == []
