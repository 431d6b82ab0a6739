"""Every address of the portal, filled in with values that fit its pattern."""

import re

from django.urls import URLPattern, get_resolver
from django.urls.resolvers import RoutePattern

VALUES = ["wenfeng", "1", "2026-11", "2026", "2026-11-21", "x", "00000000-0000-0000-0000-000000000001"]
CONVERTER = re.compile(r"<(?:[^>:]+:)?([^>]+)>")
GROUP = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


def _value(converter, values):
    return next((value for value in values if re.fullmatch(converter.regex, value)), "x")


def _text(pattern, values):
    if isinstance(pattern, RoutePattern):
        return CONVERTER.sub(lambda match: _value(pattern.converters[match[1]], values), str(pattern))
    return GROUP.sub("1", str(pattern)).strip("^$").replace("\\Z", "").replace("\\", "")


def addresses(values=VALUES, patterns=None, before="/"):
    """(address, view, has a variable part) of every pattern, ours and the libraries'."""
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        here = before + _text(entry.pattern, values)
        if isinstance(entry, URLPattern):
            variable = here != before + str(entry.pattern) or "<" in before
            yield here, entry.callback, variable
        else:
            yield from addresses(values, entry.url_patterns, here)


def is_public(view):
    return not getattr(view, "login_required", True)
