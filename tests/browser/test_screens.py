"""Public pages on a small phone: nothing runs out of the screen, everything can be pressed, nothing but our own host."""

import pytest

PAGES = ["/", "/wenfeng/", "/wenfeng/events/", "/wenfeng/guide/", "/wenfeng/grid/", "/wenfeng/no-such-page/"]
SMALL = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary")]
  .filter(e => e.checkVisibility() && !e.closest("p:not(.row), .skip") && !e.classList.contains("skip"))
  .filter(e => !e.closest("h3"))
  .map(e => [e.textContent.trim() || e.name, e.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && box.height < least - 0.5)
  .map(([text, box]) => `${text}: ${box.width} × ${box.height}`)"""


@pytest.fixture
def phone(chromium, live_server, town):
    """`phone(address, elder=…)` opens a page at 320 px and collects what the browser complains about."""
    opened = []

    def show(address, *, elder=False, width=320):
        context = chromium.new_context(viewport={"width": width, "height": 640}, locale="zh-CN")
        opened.append(context)
        if elder:
            context.add_cookies([{"name": "elder", "value": "1", "url": live_server.url}])
        tab = context.new_page()
        tab.said = []
        tab.asked = []
        tab.on("console", lambda line: tab.said.append(line.text))
        tab.on("request", lambda request: tab.asked.append(request.url))
        tab.goto(live_server.url + address)
        return tab

    yield show
    for context in opened:
        context.close()


@pytest.mark.parametrize("elder", [False, True])
@pytest.mark.parametrize("address", PAGES)
def test_nothing_runs_out_of_a_small_screen(phone, address, elder):
    tab = phone(address, elder=elder)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320
    assert tab.evaluate(SMALL.replace("least", "60" if elder else "44")) == []


@pytest.mark.parametrize("address", PAGES[:5])
def test_a_page_asks_only_our_own_host_and_obeys_the_policy(phone, live_server, address):
    tab = phone(address)
    assert {url for url in tab.asked if not url.startswith((live_server.url, "data:"))} == set()
    assert [line for line in tab.said if "Policy" in line or "Failed" in line] == []


def test_the_keyboard_comes_first_to_the_content(phone):
    tab = phone("/wenfeng/")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_elder_mode_has_large_text_and_a_telephone(phone):
    tab = phone("/wenfeng/", elder=True)
    sizes = tab.evaluate(
        "() => [...document.querySelectorAll('p, a, span, li, h3')].map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 18
    assert tab.locator("header a[href^='tel:']").count() == 1
