"""Markdown to safe HTML. HTML in the text stays text, and what is made is cleaned once more."""

import re
from html import unescape

import nh3
from django.utils.safestring import mark_safe
from django.utils.text import Truncator
from markdown_it import MarkdownIt

_parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).enable(
    ["table", "strikethrough"]
)
_TAGS = {"p", "br", "hr", "strong", "em", "s", "a", "ul", "ol", "li", "blockquote", "code", "pre"}
_TAGS |= {"h2", "h3", "h4", "h5", "table", "thead", "tbody", "tr", "th", "td"}


def _lower_headings(tokens):
    """The page has its title: a text's own headings start one level below, whatever marks it uses, without a gap."""
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    levels = sorted({token.tag for token in headings})
    for token in headings:
        token.tag = f"h{min(levels.index(token.tag) + 2, 5)}"
    return tokens


def html(text: str) -> str:
    tokens = _lower_headings(_parser.parse(text))
    made = _parser.renderer.render(tokens, _parser.options, {})
    return mark_safe(  # noqa: S308
        nh3.clean(
            made,
            tags=_TAGS,
            attributes={"a": {"href", "title"}, "ol": {"start"}},
            url_schemes={"http", "https", "mailto", "tel"},
            link_rel="noopener nofollow",
        )
    )


def plain(text: str, length: int = 100) -> str:
    """The first words of a text without its marks."""
    words = unescape(re.sub(r"<[^>]+>", " ", html(text[: length * 8])))
    return Truncator(" ".join(words.split())).chars(length)
