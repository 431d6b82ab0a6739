"""What a first view costs: the budget of a public page is 30 KB and five requests without pictures."""

import gzip
import re

import pytest
from django.conf import settings

STATIC = settings.BASE_DIR / "static"
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\((?!0 0 0 / \d+%\))|\bhsla?\(")


def style():
    first = (STATIC / "site.css").read_text()
    parts = re.findall(r'@import url\("([^"]+)"\)', first)
    assert len(parts) >= 6
    return "".join((STATIC / part).read_text() for part in parts)


@pytest.mark.parametrize(
    "address", ["/", "/wenfeng/", "/wenfeng/events/", "/wenfeng/notices/", "/wenfeng/guide/"]
)
def test_a_first_view_stays_below_the_budget(client, town, address):
    html = client.get(address).content
    icon = (STATIC / "icon.svg").read_bytes()
    assert len(gzip.compress(html)) + len(gzip.compress(style().encode())) + len(icon) < 30_000
    asked = re.findall(rb'<(?:script|img|iframe)\b[^>]*src=|<link[^>]*rel="(?:stylesheet|icon)"', html)
    assert 1 + len(asked) <= 5


def test_only_tokens_write_a_colour():
    for file in sorted((STATIC / "css").glob("*.css")):
        if file.name not in {"tokens.css", "print.css", "screen-to-paper.css"}:
            assert not COLOUR.findall(file.read_text()), file.name


def test_no_page_of_ours_has_inline_style_or_script():
    for file in sorted((settings.BASE_DIR / "templates").rglob("*.html")):
        text = file.read_text()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"", text), file
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), file


def test_no_moment_in_html_holds_microseconds():
    for file in sorted((settings.BASE_DIR / "templates").rglob("*.html")):
        assert not re.search(r"""\|date:["']c["']""", file.read_text()), (
            file
        )  # HTML knows three digits at most


def test_elder_mode_grows_text_and_targets():
    tokens = (STATIC / "css/tokens.css").read_text()
    root = float(re.search(r"html\.elder \{ font-size: (\d+)%", tokens)[1]) / 100 * 16
    target = float(re.search(r"html\.elder \{[^}]*--target: ([\d.]+)rem", tokens)[1])
    assert root == 24
    assert root * target >= 60
