"""Lists of people that other rooms keep, to give points by: who came to a session, for one. Wired in portal/wiring.py."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module

from community.models import Unit
from residents.models import Resident


@dataclass(frozen=True)
class Source:
    """`words` name it in the reason; `marks` say beside somebody what is known of them (resident id → sentence);
    `elsewhere` counts those who are not in the register of the community."""

    words: str
    day: date
    people: list[Resident]
    marks: dict[int, str] = field(default_factory=dict)
    elsewhere: int = 0


# (number, community, user) → the list, or None for whoever may not see it.
Find = Callable[[int, Unit, object], Source | None]


def source_of(text: str, *, community: Unit, user) -> Source | None:
    """What `kind:number` stands for; None when there is no such list in this community in sight of `user`."""
    kind, _colon, number = text.partition(":")
    find: Find | None = getattr(import_module("portal.wiring"), "AWARD_SOURCES", {}).get(kind)
    if find is None or not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    return find(int(number), community, user)
