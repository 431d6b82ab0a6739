"""The service guide (办事指南): 44 items as a community's counter really handles them.

Amounts and days differ from city to city; where they do, the text says whom to ask instead of promising a figure.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    category: str
    name: str
    who: str
    materials: tuple[str, ...]
    steps: tuple[str, ...]
    time_limit: str
    basis: str = ""
    window: str = "综合窗口"
    fee: str = "不收费"
    everyday: bool = False  # offered in the smaller halls too


def items() -> list[Item]:
    from . import guide_care, guide_people, guide_work

    return [*guide_care.ITEMS, *guide_work.ITEMS, *guide_people.ITEMS]
