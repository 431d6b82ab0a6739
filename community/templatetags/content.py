"""Filters for what communities publish."""

import re

from django import template

from community import markdown

register = template.Library()
register.filter("markdown", markdown.html)
register.filter("plain", markdown.plain)


@register.filter
def lines(text):
    """The lines of a text that hold something, without numbers and marks of their own."""
    return [
        re.sub(r"^(?:[-•·*]|\d{1,2}[.、)）])\s*", "", line.strip())
        for line in text.splitlines()
        if line.strip()
    ]


@register.filter
def tel(phone):
    """A number as `tel:` links want it: 0377-6123456-801 → 03776123456,801."""
    number, _, extension = phone.strip().partition("转")
    parts = re.findall(r"\+?\d+", number)
    if len(parts) == 3 and not extension:
        extension = parts.pop()
    digits = "".join(parts)
    extension = "".join(re.findall(r"\d", extension))
    return f"tel:{digits},{extension}" if extension else f"tel:{digits}"
