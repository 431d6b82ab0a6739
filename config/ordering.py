"""Lists that people put in order by hand."""

from collections.abc import Sequence
from typing import Any


def swapped(rows: Sequence[Any], pk: int, *, up: bool) -> list[Any]:
    """`rows` with that of `pk` one place up or down and `order` counted anew from 1; empty when it cannot move."""
    found = list(rows)
    place = next((n for n, one in enumerate(found) if one.pk == pk), None)
    other = None if place is None else place - 1 if up else place + 1
    if place is None or other is None or not 0 <= other < len(found):
        return []
    found[place], found[other] = found[other], found[place]
    for order, one in enumerate(found, 1):
        one.order = order
    return found
