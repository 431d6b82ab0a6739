"""Geometry of small charts: columns in a box of 624 × 220 (`components/chart_columns.html`), bars in a table (`chart_bars.html`)."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, TOP, FOOT, LEFT = 600, 220, 18, 26, 58
BESIDE = 24  # room for half of the last label
MOST_LABELS, MOST_ON_A_PHONE = 12, 6


@dataclass(frozen=True)
class Column:
    label: str
    value: int
    x: float
    y: float
    width: float
    height: float
    middle: float
    is_named: bool  # there is room for its label below
    is_key: bool  # also on a phone, where letters are drawn larger


@dataclass(frozen=True)
class Columns:
    columns: list[Column]
    top: int  # the value of the upper line
    half: int | None

    base = HEIGHT - FOOT
    view = f"0 0 {WIDTH + BESIDE} {HEIGHT}"
    left, right, upper, middle = LEFT, WIDTH, TOP, (TOP + HEIGHT - FOOT) / 2

    def __bool__(self):
        return any(one.value for one in self.columns)


@dataclass(frozen=True)
class Bar:
    """Lies beside its words, however long they are; `percent` of the longest."""

    label: str
    value: int
    percent: int


def bars(points: Sequence[tuple[str, int]]) -> list[Bar]:
    """A bar for each (label, value); none where there is nothing to show."""
    most = max((value for _label, value in points), default=0)
    return [Bar(label, value, round(value * 100 / most)) for label, value in points] if most else []


def scale_of(most: int) -> int:
    """The next round number: 1, 2, 5, 10, 20, 50 …"""
    step = 1
    while True:
        for times in (1, 2, 5):
            if most <= step * times:
                return step * times
        step *= 10


def columns(points: Sequence[tuple[str, int]]) -> Columns:
    """A column for each (label, value)."""
    top = scale_of(max((value for _label, value in points), default=0) or 1)
    room = (WIDTH - LEFT) / max(len(points), 1)
    every = -(-len(points) // MOST_LABELS) or 1
    rarely = every * (-(-len(points) // (every * MOST_ON_A_PHONE)) or 1)  # some of those, never others
    found = []
    for place, (label, value) in enumerate(points):
        height = round((HEIGHT - FOOT - TOP) * value / top, 1)
        width = round(min(room * 0.7, 60), 1)
        middle = round(LEFT + room * (place + 0.5), 1)
        x, y = round(middle - width / 2, 1), HEIGHT - FOOT - height
        named, key = place % every == 0, place % rarely == 0
        found.append(Column(label, value, x, y, width, height, middle, named, key))
    return Columns(found, top, top // 2 if top % 2 == 0 else None)
