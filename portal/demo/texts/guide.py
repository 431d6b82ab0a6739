"""The service guide (办事指南)."""

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
    everyday: bool = False


ITEMS: list[Item] = []
