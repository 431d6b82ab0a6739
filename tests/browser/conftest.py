"""A real Chromium against a live server with the small demo. `page_of(user)` gives a page signed in as that user."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from portal.demo.build import build

PASSWORD = "a password for browsers"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def demo(transactional_db):
    """The small demo: niying with sixty people."""
    from django.utils import timezone

    from config import installation

    installation.forget()
    return build(scale="small", until=timezone.localdate(), seed=1, password=PASSWORD)


@pytest.fixture
def open_page(chromium, live_server):
    """`open_page(width=390)` gives a fresh page; console errors and requests to other hosts fail the test."""
    contexts, complaints = [], []

    def one(width=390, **options):
        context = chromium.new_context(
            viewport={"width": width, "height": 844}, base_url=live_server.url, locale="zh-CN", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console", lambda line: line.type == "error" and complaints.append(f"{page.url}: {line.text}")
        )
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on(
            "request",
            lambda asked: (
                asked.url.startswith((live_server.url, "data:")) or complaints.append(f"asks {asked.url}")
            ),
        )
        return page

    yield one
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def sign_in():
    def sign(page, login):
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(login)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(lambda address: "/login/" not in address)
        return page

    return sign


@pytest.fixture(scope="session")
def axe():
    """The text of axe-core."""
    import axe_playwright_python

    return next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text()


@pytest.fixture
def violations(axe):
    """`violations(page)`: what axe finds against WCAG 2.2 A and AA."""

    def look(page):
        page.evaluate(axe)
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        result = page.evaluate("tags => axe.run(document, {runOnly: tags, preload: false})", tags)
        return [f"{found['id']}: {found['nodes'][0]['html'][:120]}" for found in result["violations"]]

    return look


@pytest.fixture
def somebody(demo):
    """The login of the first person with a role."""

    def find(role):
        return next(person["login"] for person in demo if person["role"] == role)

    return find
