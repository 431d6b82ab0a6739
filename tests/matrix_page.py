"""What the matrix says of a page."""

from collections.abc import Callable
from dataclasses import dataclass

EVERYBODY = "everybody"  # signed in is enough, and what one sees is one's own
MINE = "mine"  # the object is one person's: `side.account`


@dataclass(frozen=True)
class Page:
    """A page: the act it needs, its arguments on one side, and where the object lies (default: the community)."""

    act: str
    args: Callable = lambda side: []
    place: Callable = lambda side: side.community
    post: bool = False
    data: Callable = lambda side: {}  # what a posted form needs to find its object


def of(*names: str) -> Callable:
    """The arguments of an address: the community itself, of all else the number."""
    return lambda side: [side.community if name == "community" else getattr(side, name).pk for name in names]


def in_building(side):
    return side.building


def at_home(side):
    return side.resident.unit
