"""Addresses as people type them: `3-2-501`, `3号楼2单元501`, `东苑12栋1504`, `A座1203`."""

import re
from dataclasses import dataclass

from .identity import WIDE

BUILDING_SUFFIXES = ("幢", "栋", "号楼", "座", "号", "楼", "")

_ROOM = r"(?P<number>[0-9]{1,5}[A-Z]?)(?:室|号|房|户)?"
_NAME = r"(?P<compound>(?:.*[^0-9A-Z\-])?)-?"
_BUILDING = r"(?P<building>[0-9]{1,5}|[A-Z]|[0-9]{1,3}[A-Z]|[A-Z][0-9]{1,3})"
_FORMS = [
    re.compile(rf"{_NAME}{_BUILDING}-(?P<staircase>[0-9A-Z]{{1,3}})-{_ROOM}"),
    re.compile(
        rf"{_NAME}{_BUILDING}(?:幢|栋|号楼|座|楼|号)(?:(?P<staircase>[0-9A-Z]{{1,3}})单元)?(?:[0-9]{{1,3}}(?:层|楼))?{_ROOM}"
    ),
    re.compile(rf"{_NAME}{_BUILDING}-{_ROOM}"),
    re.compile(rf"{_NAME}{_BUILDING}(?:幢|栋|号楼|座)(?P<number>)"),
]


@dataclass(frozen=True)
class Address:
    building: str
    staircase: str = ""
    number: str = ""
    compound: str = ""

    def building_names(self) -> list[str]:
        """How the building may be called in the tree."""
        return [f"{self.building}{suffix}" for suffix in BUILDING_SUFFIXES]


def parse(text: str) -> Address | None:
    """What the text says of building, staircase and room; None when it is no address.

    Two parts are building and room: `12-1504`. Source: domain/china.md §2.4.
    """
    text = str(text).translate(WIDE).upper()
    if len(text) > 80:
        return None
    text = re.sub(r"[\s,,、]", "", re.sub(r"[–—−－#]", "-", text))
    for form in _FORMS:
        match = form.fullmatch(text)
        if match:
            parts = match.groupdict()
            return Address(
                building=parts["building"].lstrip("0") or parts["building"],
                staircase=(parts.get("staircase") or "").lstrip("0"),
                number=parts["number"],
                compound=parts["compound"],
            )
    return None


def parse_building(text: str) -> Address | None:
    """As `parse`, and `3` or `东苑3` count as buildings too: they lack only the word."""
    return parse(text) or parse(f"{text}幢")


def normal_door(text: str) -> str:
    """Staircase or room number as it is kept: `2单元` → 2, `501室` → 501; 无 is none."""
    text = re.sub(r"\s", "", str(text).translate(WIDE)).upper()
    text = re.sub(r"(单元|室|号|房|户)$", "", text)
    return "" if text == "无" else text
