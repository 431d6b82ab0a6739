"""Public pages kept whole for a moment: a rush of visitors costs one rendering per page, process and two seconds.

Only what anybody may see is kept: a page marked by `community.pages.public_page` (or `may_be_kept`), asked for with
GET by somebody without a session, answered 200 without cookie or CSRF token. What differs between visitors
is in the key: host, address with query, language, elder mode, compression.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from time import monotonic

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers

from config.middleware import ELDER_COOKIE, LANGUAGE_COOKIE

PAGE_BYTES = 256 * 1024
ALL_BYTES = 16 * 1024 * 1024
LONGEST_ADDRESS = 500


def may_be_kept(view):
    view.may_be_kept = True
    return view


@dataclass(frozen=True, slots=True)
class Page:
    until: float
    body: bytes
    headers: tuple


class Pages:
    """Pages by key, oldest out first, never more than `most` bytes; shared by the threads of a process."""

    def __init__(self, most: int = ALL_BYTES):
        self.most, self.bytes = most, 0
        self.rows: OrderedDict[tuple, Page] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key) -> Page | None:
        with self.lock:
            page = self.rows.get(key)
            if page is not None and page.until <= monotonic():
                self._drop(key)
                return None
            return page

    def put(self, key, page: Page) -> None:
        if len(page.body) > min(PAGE_BYTES, self.most):
            return
        with self.lock:
            self._drop(key)
            self.rows[key] = page
            self.bytes += len(page.body)
            while self.bytes > self.most:
                self._drop(next(iter(self.rows)))

    def clear(self) -> None:
        with self.lock:
            self.rows.clear()
            self.bytes = 0

    def _drop(self, key) -> None:
        page = self.rows.pop(key, None)
        if page is not None:
            self.bytes -= len(page.body)


pages = Pages()


class KeptPagesMiddleware:
    """Stands outside compression and sessions, so that a kept page costs a look into a dictionary."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        seconds = settings.KEPT_PAGES_SECONDS
        key = key_of(request) if seconds else None
        page = pages.get(key) if key else None
        if page is not None:
            return HttpResponse(page.body, headers=dict(page.headers))
        response = self.get_response(request)
        if not is_public(request):
            if is_private(request):  # nor in the browser: whoever goes back after signing out finds nothing
                response.headers.setdefault("Cache-Control", "no-store, private")
            return response
        patch_vary_headers(response, ["Cookie", "Accept-Encoding"])
        response.headers.setdefault("Cache-Control", "no-cache")  # ask again: the page may have changed
        if key and may_keep(request, response):
            pages.put(key, Page(monotonic() + seconds, response.content, tuple(response.headers.items())))
        return response


def key_of(request) -> tuple | None:
    """What tells two pages apart, or None when the visitor is somebody or the address is odd."""
    address = request.get_full_path()
    if (
        request.method != "GET"
        or settings.SESSION_COOKIE_NAME in request.COOKIES
        or len(address) > LONGEST_ADDRESS
    ):
        return None
    if request.headers.get("Authorization") or request.headers.get("Range") or "messages" in request.COOKIES:
        return None
    return (
        request.scheme,
        request.get_host(),
        address,
        request.COOKIES.get(LANGUAGE_COOKIE, ""),
        request.COOKIES.get(ELDER_COOKIE) == "1",
        "gzip" in request.headers.get("Accept-Encoding", ""),
    )


def is_public(request) -> bool:
    match = getattr(request, "resolver_match", None)
    return request.method in {"GET", "HEAD"} and getattr(getattr(match, "func", None), "may_be_kept", False)


def is_private(request) -> bool:
    match = getattr(request, "resolver_match", None)
    return match is not None and getattr(match.func, "login_required", True)


def may_keep(request, response) -> bool:
    session = getattr(request, "session", None)
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and "CSRF_COOKIE" not in request.META
        and not (session is not None and session.modified)
        and response.headers["Cache-Control"] == "no-cache"
    )
