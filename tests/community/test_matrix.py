"""The roles matrix is run: what is in scope is reached, what is out of scope does not exist."""

import pytest
from django.contrib import admin
from django.urls import URLResolver, get_resolver, reverse

from community.access import may
from community.admin_base import ScopedAdmin
from community.models import Kind
from community.operations import add_unit
from community.roles import ACTS, MATRIX
from tests.matrix import PAGES
from tests.matrix_models import ADMIN_ROWS
from tests.matrix_page import EVERYBODY, MINE
from tests.sides import side as one_side
from tests.town import person

ROLES = [
    "operator",
    "officer",
    "secretary",
    "branch_secretary",
    "staff",
    "east_worker",
    "west_worker",
    "leader",
    "head",
]
OTHERS = ["neighbour_staff", "neighbour_secretary", "lin_user", "stranger"]
SITE_PAGES = {  # of the admin itself: they hold no rows of ours, or ask the model's admin
    "index", "login", "logout", "password_change", "password_change_done", "jsi18n", "autocomplete",
    "view_on_site", "app_list",
}  # fmt: skip
MODEL_PAGES = ["changelist", "add", "change", "history", "delete"]


def names(patterns=None, prefix=""):
    """(name, needs a sign-in) of every address."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names(pattern.url_patterns, space)
        else:
            yield f"{prefix}{pattern.name}", getattr(pattern.callback, "login_required", True)


def ours(name):
    return not name.startswith(("account_", "mfa_", "None"))


def model_page(name):
    own = {f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
           for model in admin.site._registry for page in MODEL_PAGES}  # fmt: skip
    return name in own or name.removeprefix("admin:") in SITE_PAGES or name.endswith(":None")


def test_every_page_has_its_row_in_the_matrix():
    private = {
        name for name, needs_sign_in in names() if needs_sign_in and ours(name) and not model_page(name)
    }
    assert private - PAGES.keys() == set(), "say in tests/matrix_<subject>.py who may open these"


def test_every_model_of_the_back_office_has_its_row():
    models = {model._meta.label for model in admin.site._registry}
    assert models - ADMIN_ROWS.keys() == set(), "say in tests/matrix_models.py which rows stand for these"
    scoped = {
        model._meta.label for model, shown in admin.site._registry.items() if isinstance(shown, ScopedAdmin)
    }
    assert {label for label in models - scoped if ADMIN_ROWS[label] is not None} == set()


def test_every_act_of_the_pages_is_declared():
    assert {page.act for page in PAGES.values()} - {EVERYBODY, MINE} <= ACTS.keys()
    assert all(acts.keys() <= ACTS.keys() for acts in MATRIX.values())


@pytest.fixture
def sides(town):
    hut = add_unit(kind=Kind.BUILDING, name="1幢", parent=town.neighbour, by=None)
    town.zhao.user = person("赵小明", 80)
    town.zhao.save(update_fields=["user"])
    return (
        one_side(town.community, town.east_building, town.branch, town.staff, town.lin),
        one_side(town.neighbour, hut, town.other_branch, town.neighbour_staff, town.zhao),
    )


def existing_pages():
    there = {name for name, _needs in names()}
    return {name: page for name, page in PAGES.items() if name in there}


def ask(client, name, page, side):
    url = reverse(name, args=page.args(side))
    return (client.post(url, page.data(side)) if page.post else client.get(url)).status_code


def is_allowed(user, page, side):
    if page.act == MINE:
        return user == side.account
    return may(user, page.act, page.place(side) if page.args(side) else None)


def is_refused(user, name, page, side, status):
    """404 for what is out of scope; 403 only without the act, or for what is in sight."""
    if name.startswith("admin:"):
        return status in (302, 403, 404)
    if page.act != MINE and status == 403 and page.args(side) and may(user, page.act):
        return may(user, page.act.split(".")[0] + ".view", page.place(side))
    return status in (403, 404)


def wrong(user, client, sides):
    """Sentences on every page that answers otherwise than the matrix says."""
    for name, page in existing_pages().items():
        for side in sides if page.act != EVERYBODY else []:
            allowed = is_allowed(user, page, side)
            if name.startswith("admin:"):
                allowed = allowed and may(user, "admin.enter")
            status = ask(client, name, page, side)
            if allowed == is_refused(user, name, page, side, status) or status >= 500:
                yield f"{name} {side.community}: {status}, allowed: {allowed}"


def wrong_in_the_back_office(user, client, sides):
    for model, shown in admin.site._registry.items():
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        find = ADMIN_ROWS[model._meta.label]
        enters = may(user, "admin.enter")
        allowed = enters and find is not None and may(user, shown.view_act)
        status = client.get(reverse(base + "changelist")).status_code
        if (status == 200) != allowed:
            yield f"{base}changelist: {status}, allowed: {allowed}"
        for side in sides if callable(find) else []:
            row, place = find(side)
            allowed = enters and may(user, shown.view_act, place)
            for page in ["change"] if allowed else ["change", "history", "delete"]:
                status = client.get(reverse(base + page, args=[row.pk])).status_code
                if (status == 200) != allowed or status >= 500:
                    yield f"{base}{page} {side.community}: {status}, allowed: {allowed}"
            if (
                allowed
                and not shown.delete_act
                and client.get(reverse(base + "delete", args=[row.pk])).status_code == 200
            ):
                yield f"{base}delete {side.community}: 200"


@pytest.mark.parametrize("who", ROLES + OTHERS)
def test_everything_follows_the_matrix(town, sides, signed_in, who):
    user = getattr(town, who)
    client = signed_in(user)
    problems = [*wrong_in_the_back_office(user, client, sides), *wrong(user, client, sides)]
    assert problems == [], "\n".join(problems)


def test_nobody_unknown_opens_a_page(sides, client):
    for name, page in existing_pages().items():
        status = ask(client, name, page, sides[0])
        assert status in (302, 403), f"{name}: {status}"
