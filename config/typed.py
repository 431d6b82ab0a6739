"""Numbers of persons typed into a search box stay out of addresses, and so out of logs and browser histories.

The form posts; what was typed waits in the (encrypted) session, and the address carries its mark instead.
Everything else that was typed is in the address as ever, so that a list can be kept open, paged and come back to.
"""

import re
import secrets
from urllib.parse import urlencode

from django.shortcuts import redirect

A_NUMBER = re.compile(r"(?:\d[ -]?){7,}")
MARK = "~"
KEY, KEPT = "typed", 20


def mark(request, words: str) -> str:
    """`words` as the address may hold them."""
    if not A_NUMBER.search(words):
        return words
    kept = request.session.get(KEY, {})
    name = next((name for name, typed in kept.items() if typed == words), MARK + secrets.token_hex(4))
    request.session[KEY] = dict([*kept.items(), (name, words)][-KEPT:])
    return name


def read(request, name: str = "q") -> str:
    """What was typed; nothing when the session it waited in has gone."""
    words = request.GET.get(name, "").strip()
    return request.session.get(KEY, {}).get(words, "") if words.startswith(MARK) else words


def to_address(request, name: str = "q", *, most: int = 100):
    """After a search form was posted: the same page by its address."""
    typed = {key: value.strip()[:most] for key, value in request.POST.items() if key != "csrfmiddlewaretoken"}
    typed[name] = mark(request, typed.get(name, ""))
    query = urlencode({key: value for key, value in typed.items() if value})
    return redirect(f"{request.path}?{query}" if query else request.path)
