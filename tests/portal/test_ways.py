"""Whoever is shown a way may go it: from the pages where work starts, every link of every role opens."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest

from tests.sides import side

ROLES = [
    "operator",
    "officer",
    "secretary",
    "branch_secretary",
    "staff",
    "east_worker",
    "leader",
    "head",
    "lin_user",
]
HREF = re.compile(r'<a\b[^>]*\shref="([^"]+)"')
LEFT_OUT = ("/accounts/logout/", "/display/", "/static/", "/media/")


@pytest.fixture
def objects(town):
    return side(town.community, town.east_building, town.branch, town.staff, town.lin)


def starts(objects):
    event = objects.event.pk
    yield from (
        "/",
        "/wenfeng/",
        "/my/",
        "/desk/",
        "/desk/events/",
        "/desk/wishes/",
        "/desk/surveys/",
        "/reports/",
    )
    yield from ("/admin/", f"/desk/events/{event}/", f"/wenfeng/events/{event}/")


@pytest.mark.parametrize("role", ROLES)
def test_every_way_shown_may_be_gone(town, objects, signed_in, role):
    client, closed, asked = signed_in(getattr(town, role)), [], set()
    for start in starts(objects):
        page = client.get(start, follow=True)
        if page.status_code != 200:
            continue
        for link in map(unescape, HREF.findall(page.text)):
            address = urlsplit(urljoin(start, link))
            if address.scheme or address.path.startswith(LEFT_OUT) or address in asked:
                continue
            asked.add(address)
            answer = client.get(address.geturl().split("#")[0])
            if answer.status_code >= 400 or "/accounts/login/" in answer.get("Location", ""):
                closed.append(f"{start} → {link}: {answer.status_code}")
    assert len(asked) > 20
    assert closed == []
