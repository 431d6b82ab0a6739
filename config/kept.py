"""Pieces of pages kept for a moment in the memory of this process: what everybody sees alike is made once."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from time import monotonic

from django.conf import settings

MOST = 300
_pieces: OrderedDict[Hashable, tuple[float, object]] = OrderedDict()
_lock = threading.Lock()


def kept(key: Hashable, make: Callable[[], object], *, times: int = 1):
    """What `make` gave for `key` within the last `KEPT_PAGES_SECONDS` (or `times` as long), else what it gives now."""
    if not settings.KEPT_PAGES_SECONDS:
        return make()
    with _lock:
        until, piece = _pieces.get(key, (0, None))
    if until > monotonic():
        return piece
    piece = make()
    with _lock:
        _pieces[key] = (monotonic() + settings.KEPT_PAGES_SECONDS * times, piece)
        _pieces.move_to_end(key)
        while len(_pieces) > MOST:
            _pieces.popitem(last=False)
    return piece


def forget() -> None:
    with _lock:
        _pieces.clear()
