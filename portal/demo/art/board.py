"""A board to draw on, twice as large as what is kept of it, and the simple things that stand in many scenes."""

import math
import re
from functools import cache

from django.conf import settings
from PIL import Image, ImageDraw

FINER = 2


@cache
def tokens() -> dict[str, str]:
    """The colours of the style sheet by name."""
    text = (settings.BASE_DIR / "static/css/tokens.css").read_text(encoding="utf-8")
    found = re.findall(r"--([a-z-]+): (#[0-9a-f]{3}|#[0-9a-f]{6});", text)
    return dict(reversed(found))  # the first one told counts


def rgb(colour: str) -> tuple[int, int, int]:
    """`brand`, `#a32a21`, or a mixture: `brand+paper*60` is brand with 60 % of paper in it."""
    first, _plus, more = colour.partition("+")
    value = tokens().get(first, first).removeprefix("#")
    value = "".join(digit * 2 for digit in value) if len(value) == 3 else value
    mine = tuple(bytes.fromhex(value))
    if not more:
        return mine
    other, _times, percent = more.partition("*")
    part = int(percent or 50) / 100
    return tuple(round(a + (b - a) * part) for a, b in zip(mine, rgb(other), strict=True))


class Board:
    def __init__(self, width: int = 960, height: int = 600):
        self.width, self.height = width, height
        self.image = Image.new("RGB", (width * FINER, height * FINER))
        self.pen = ImageDraw.Draw(self.image, "RGBA")

    def done(self) -> Image.Image:
        return self.image.reduce(FINER)

    # --- strokes and areas; `clear` is how much shines through, in percent ---

    def _ink(self, colour, clear=0):
        return (*rgb(colour), round(255 * (100 - clear) / 100))

    def _at(self, points):
        return [(x * FINER, y * FINER) for x, y in points]

    def ground(self, upper: str, lower: str) -> None:
        ramp = Image.linear_gradient("L").resize(self.image.size, Image.Resampling.NEAREST)
        channels = [
            ramp.point([round(a + (b - a) * step / 255) for step in range(256)])
            for a, b in zip(rgb(upper), rgb(lower), strict=True)
        ]
        self.image.paste(Image.merge("RGB", channels))

    def area(self, points, colour, clear=0) -> None:
        self.pen.polygon(self._at(points), fill=self._ink(colour, clear))

    def stroke(self, points, colour, width=6, clear=0) -> None:
        """A line with round ends."""
        ink, at = self._ink(colour, clear), self._at(points)
        self.pen.line(at, fill=ink, width=round(width * FINER), joint="curve")
        if not clear and width > 2:
            r = width * FINER / 2
            for x, y in (at[0], at[-1]):
                self.pen.ellipse((x - r, y - r, x + r, y + r), fill=ink)

    def disc(self, x, y, r, colour, clear=0, ry=None) -> None:
        ry = ry or r
        self.pen.ellipse(self._flat(x - r, y - ry, x + r, y + ry), fill=self._ink(colour, clear))

    def ring(self, x, y, r, colour, width=4, clear=0) -> None:
        self.pen.ellipse(
            self._flat(x - r, y - r, x + r, y + r), outline=self._ink(colour, clear), width=width * FINER
        )

    def arc(self, x, y, r, start, end, colour, width=6) -> None:
        self.pen.arc(
            self._flat(x - r, y - r, x + r, y + r), start, end, fill=self._ink(colour), width=width * FINER
        )

    def slice(self, x, y, r, start, end, colour, clear=0) -> None:
        self.pen.pieslice(self._flat(x - r, y - r, x + r, y + r), start, end, fill=self._ink(colour, clear))

    def box(self, x, y, width, height, colour, radius=0, clear=0) -> None:
        self.pen.rounded_rectangle(
            self._flat(x, y, x + width, y + height), radius * FINER, fill=self._ink(colour, clear)
        )

    def _flat(self, *sides):
        return [side * FINER for side in sides]

    def scattered(self, count, top, bottom):
        """Points spread evenly and without a pattern."""
        for n in range(1, count + 1):
            yield n * 0.7548776662 % 1 * self.width, top + n * 0.569840291 % 1 * (bottom - top)

    # --- things ---

    def hills(self, y, rise, colour, shift=0.0, waves=1.6, clear=0) -> None:
        points = [
            (x, y - rise * (0.6 + 0.4 * math.sin(x / self.width * math.tau * waves + shift)
                            + 0.22 * math.sin(x / self.width * math.tau * waves * 2.3 + shift * 2)))
            for x in range(0, self.width + 20, 12)
        ]  # fmt: skip
        self.area([*points, (self.width + 20, self.height), (0, self.height)], colour, clear)

    def sun(self, x, y, r, colour, halo=3) -> None:
        for ring in range(halo, 0, -1):
            self.disc(x, y, r * (1 + ring * 0.35), colour, 82 + ring * 3)
        self.disc(x, y, r, colour)

    def cloud(self, x, y, s, colour="card", clear=25) -> None:
        for dx, dy, r in ((-38, 6, 22), (-12, -8, 30), (22, -2, 26), (46, 8, 18)):
            self.disc(x + dx * s, y + dy * s, r * s, colour, clear if clear < 30 else 0)
        self.box(x - 60 * s, y + 4 * s, 124 * s, 24 * s, colour, 12 * s, clear if clear < 30 else 0)

    def tree(self, x, y, s, leaf="jade", trunk="amber") -> None:
        self.stroke([(x, y), (x, y - 60 * s)], trunk, 9 * s)
        for dx, dy, r in ((-24, -66, 30), (24, -70, 28), (0, -98, 34), (0, -66, 32)):
            self.disc(x + dx * s, y + dy * s, r * s, leaf)
        self.disc(x - 12 * s, y - 92 * s, 14 * s, f"{leaf.partition('+')[0]}+paper*45", 55)

    def pine(self, x, y, s, leaf="jade") -> None:
        self.stroke([(x, y), (x, y - 26 * s)], "amber", 8 * s)
        for step in range(3):
            top, wide = y - (110 - step * 34) * s, (26 + step * 12) * s
            self.area([(x, top), (x - wide, top + 54 * s), (x + wide, top + 54 * s)], leaf)

    def bird(self, x, y, s, colour="ink") -> None:
        wing = [(0, 0), (8, -9), (18, -11), (28, -5)]
        for side in (-1, 1):
            self.stroke([(x + side * dx * s, y + dy * s) for dx, dy in wing], colour, 3.4 * s)

    def star(self, x, y, r, colour, clear=0) -> None:
        points = [
            (x + math.sin(math.pi * i / 5) * r * (1 if i % 2 == 0 else 0.4),
             y - math.cos(math.pi * i / 5) * r * (1 if i % 2 == 0 else 0.4))
            for i in range(10)
        ]  # fmt: skip
        self.area(points, colour, clear)

    def heart(self, x, y, r, colour, clear=0) -> None:
        turns = [math.tau * i / 60 for i in range(60)]
        self.area(
            [(x + r * math.sin(t) ** 3,
              y - r / 16 * (13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)))
             for t in turns],
            colour, clear,
        )  # fmt: skip

    def lantern(self, x, y, s, colour="brand", string=True) -> None:
        gold = "amber-line"
        if string:
            self.stroke([(x, y - 400 * s), (x, y - 50 * s)], gold, 2.5)
        self.disc(x, y, 62 * s, colour, ry=50 * s)
        for r in (20, 42):
            self.pen.ellipse(
                self._flat(x - r * s, y - 50 * s, x + r * s, y + 50 * s), outline=self._ink(gold, 45),
                width=round(3 * s * FINER) or 1,
            )  # fmt: skip
        for dy in (-58, 44):
            self.box(x - 24 * s, y + dy * s, 48 * s, 14 * s, gold, 4 * s)
        for dx in (-10, 0, 10):
            self.stroke([(x + dx * s, y + 60 * s), (x + dx * 1.3 * s, y + 108 * s)], "amber", 3 * s)

    def flower(self, x, y, r, petal, heart="amber-line", petals=5) -> None:
        for i in range(petals):
            turn = math.tau * i / petals - math.pi / 2
            self.disc(x + math.cos(turn) * r * 0.62, y + math.sin(turn) * r * 0.62, r * 0.5, petal)
        self.disc(x, y, r * 0.3, heart)

    def leaf(self, x, y, r, turn, colour) -> None:
        """A leaf of length `r` that points to `turn` (degrees)."""
        a = math.radians(turn)
        side = [(t / 8, math.sin(math.pi * t / 8) * 0.3) for t in range(9)]
        outline = side + [(t, -w) for t, w in reversed(side)]
        turned = [
            (
                x + r * (t * math.cos(a) - w * math.sin(a)),
                y + r * (t * math.sin(a) + w * math.cos(a)),
            )
            for t, w in outline
        ]
        self.area(turned, colour)

    def house(self, x, y, width, floors, wall, roof="", lit="amber-line", columns=3) -> None:
        """A block standing on `y`; with `roof` it has eaves that turn up."""
        height = floors * 46 + 16
        top = y - height
        self.box(x, top, width, height, wall)
        self.box(x + width * 0.82, top, width * 0.18, height, "ink", clear=90)
        step = width / columns
        for floor in range(floors):
            for column in range(columns):
                bright = (floor * 7 + column * 5 + floors) % 4 != 0
                pane = lit if bright else f"{wall.partition('+')[0]}+ink*25"
                self.box(x + step * (column + 0.28), top + 16 + floor * 46, step * 0.44, 26, pane, 3)
        if roof:
            self.eaves(x + width / 2, top + 4, width * 0.5 + 16, roof)

    def eaves(self, x, y, half, colour, height=34) -> None:
        curve = [(0, 1), (0.3, 0.86), (0.6, 0.52), (0.82, 0.22), (1.06, -0.02)]
        right = [(x + half * t, y - height * h) for t, h in curve]
        left = [(x - half * t, y - height * h) for t, h in reversed(curve)]
        self.area([*left, *right, (x + half * 0.94, y + 6), (x - half * 0.94, y + 6)], colour)
        self.stroke(
            [(x - half * 1.02, y + 1), (x + half * 1.02, y + 1)], f"{colour.partition('+')[0]}+ink*30", 3
        )

    def pagoda(self, x, y, floors, s, wall="paper-deep", roof="brand-deep") -> None:
        half = 46 * s
        for floor in range(floors):
            wide = half * (1 - floor * 0.1)
            top = y - 44 * s
            self.area([(x - wide, y), (x + wide, y), (x + wide * 0.94, top), (x - wide * 0.94, top)], wall)
            self.box(x - 7 * s, top + 16 * s, 14 * s, 28 * s, "ink", 6 * s, clear=45)
            self.eaves(x, top, wide * 1.28, roof, 20 * s)
            y = top - 14 * s
        self.stroke([(x, y), (x, y - 34 * s)], "amber", 4 * s)
        self.disc(x, y - 16 * s, 6 * s, "amber-line")
