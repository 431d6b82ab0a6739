"""Every page a visitor or a resident meets: no violation of WCAG AA, nothing wider than the screen, no error."""

import pytest

PUBLIC = [
    "/niying/",
    "/niying/about/",
    "/niying/grid/",
    "/niying/notices/",
    "/niying/guide/",
    "/niying/events/",
    "/niying/venues/",
    "/accounts/login/",
]
STAFF = {
    "staff": ["/my/", "/desk/", "/reports/"],
    "community_secretary": ["/my/", "/desk/", "/reports/"],
    "grid_worker": ["/my/", "/desk/"],
}
TOO_WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


def there(page, address):
    """Open a page that has to be there."""
    answer = page.goto(address)
    assert answer.status == 200, address


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("elder", [False, True])
def test_public_pages(demo, open_page, violations, width, elder):
    page = open_page(width)
    if elder:
        page.goto("/display/?elder=1&next=/niying/")
    found = {}
    for address in PUBLIC:
        there(page, address)
        found[address] = violations(page) + (["wider than the screen"] if page.evaluate(TOO_WIDE) else [])
    assert {address: what for address, what in found.items() if what} == {}


@pytest.mark.parametrize("role", STAFF)
def test_pages_of_those_who_work_here(demo, open_page, sign_in, somebody, violations, role):
    page = sign_in(open_page(390), somebody(role))
    found = {}
    for address in STAFF[role]:
        there(page, address)
        found[address] = violations(page) + (["wider than the screen"] if page.evaluate(TOO_WIDE) else [])
    assert {address: what for address, what in found.items() if what} == {}


def test_the_public_pages_need_no_script(demo, open_page):
    page = open_page(390, java_script_enabled=False)
    for address in PUBLIC:
        there(page, address)
        assert page.locator("h1").first.is_visible(), address
