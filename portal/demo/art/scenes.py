"""Pictures of notices: weather, water and heating, health, safety."""

import math

from .board import Board
from .people import person


def rain(b: Board):
    b.ground("focus+ink*40", "focus+card*55")
    for x, y, s in ((180, 110, 1.5), (520, 80, 1.8), (820, 130, 1.3)):
        b.cloud(x, y, s, "focus+card*60", 29)
    for x, floors, wall in ((60, 5, "sky"), (250, 4, "paper-deep"), (650, 6, "sky"), (810, 4, "paper-deep")):
        b.house(x, 480, 130, floors, wall, lit="amber-line")
    for x, y in b.scattered(80, 120, 560):
        b.stroke([(x, y), (x - 8, y + 26)], "card", 3, clear=40)
    b.box(0, 478, 960, 130, "focus+card*35")
    for row in range(4):
        y = 500 + row * 26
        b.stroke([(x, y + math.sin(x / 40 + row) * 5) for x in range(-10, 980, 10)], "card", 3, clear=40)
    for n, x in enumerate((440, 560)):
        person(b, x, 476, 1.15, "play", ("brand", "amber")[n], "ink", "ink")
        b.stroke([(x + 18, 430), (x + 18, 340)], "ink", 5)
        b.slice(x + 18, 372, 88, 180, 360, ("brand", "jade")[n])
        for rib in (-44, 0, 44):
            b.stroke([(x + 18, 286), (x + 18 + rib, 372)], "ink", 2, clear=60)


def winter(b: Board):
    b.ground("focus+card*60", "card")
    b.hills(430, 80, "focus+card*78", 0.4)
    for x, floors, wall in ((70, 3, "brand+paper*60"), (360, 4, "amber+paper*60"), (660, 3, "jade+paper*60")):
        b.house(x, 520, 220, floors, wall, lit="amber-line", columns=3)
        b.box(x - 12, 520 - floors * 46 - 34, 244, 26, "card", 13)
        b.box(x + 20, 520 - floors * 46 - 66, 30, 40, "brand-ink")
        for puff in range(3):
            b.disc(x + 36 + puff * 16, 430 - floors * 46 - puff * 26, 14 + puff * 5, "card", 30)
    b.hills(570, 40, "card", 1.2)
    for x in (40, 320, 630, 910):
        b.pine(x, 560, 1.2, "jade")
    person(b, 480, 520, 1.05, "wave", "brand", "ink", "ink+paper*40")
    b.disc(560, 540, 40, "paper")
    b.disc(560, 484, 27, "paper")
    b.stroke([(536, 512), (584, 512)], "brand", 10)
    b.disc(552, 480, 3.5, "ink")
    b.disc(568, 480, 3.5, "ink")
    for n, (x, y) in enumerate(b.scattered(80, 0, 560)):
        b.disc(x, y, 3 + n % 3, "card", 15)


def water(b: Board):
    b.ground("focus+card*80", "card")
    b.box(0, 420, 960, 190, "focus+card*62")
    b.stroke([(0, 190), (430, 190)], "ink-soft", 54)
    b.stroke([(0, 178), (430, 178)], "ink-soft+card*40", 10)
    b.box(392, 150, 90, 84, "line-strong", 16)
    b.stroke([(470, 192), (540, 192), (540, 270)], "ink-soft", 44)
    b.stroke([(436, 150), (436, 100)], "line-strong", 16)
    b.stroke([(376, 96), (496, 96)], "brand", 24)
    for n, y in enumerate((320, 380)):
        b.disc(540, y, 16 - n * 2, "focus")
        b.area([(540, y - 34), (527, y - 4), (553, y - 4)], "focus")
    b.area([(460, 430), (620, 430), (604, 560), (476, 560)], "jade")
    b.disc(540, 430, 80, "jade+card*35", ry=20)
    b.disc(540, 434, 66, "focus+card*40", ry=14)
    person(b, 770, 470, 1.5, "give", "brand", "focus+ink*30", "ink", flip=True)
    b.slice(770, 372, 25, 180, 360, "amber-line")
    b.stroke([(700, 430), (650, 400)], "ink-soft", 12)


def syringe(b: Board):
    b.ground("jade-tint", "card")
    b.disc(480, 310, 250, "jade-line", 40)
    outline = [(480, 80), (640, 140), (640, 320), (600, 420), (480, 510), (360, 420), (320, 320), (320, 140)]
    b.area(outline, "jade")
    b.area([(480 + (x - 480) * 0.86, 295 + (y - 295) * 0.86) for x, y in outline], "jade+card*18")
    b.box(448, 190, 64, 210, "card", 10)
    b.box(375, 263, 210, 64, "card", 10)
    for n, (x, y) in enumerate(((150, 170), (810, 180), (140, 430), (830, 440))):
        b.disc(x, y, 46, "brand+card*40")
        for spike in range(10):
            a = math.tau * spike / 10
            b.stroke([(x + math.cos(a) * 44, y + math.sin(a) * 44), (x + math.cos(a) * 62, y + math.sin(a) * 62)],
                     "brand+card*40", 7)  # fmt: skip
        b.stroke([(x - 60, y + 60), (x + 60, y - 60)], "ink-soft", 8, clear=20 * (n % 2))


def bins(b: Board):
    b.ground("jade-tint", "card")
    b.sun(830, 110, 56, "amber-line")
    b.tree(110, 430, 1.6)
    b.tree(860, 430, 1.4, "jade+amber-line*20")
    b.box(0, 428, 960, 180, "jade+card*55")
    for n, tone in enumerate(("focus", "jade", "brand", "ink-soft")):
        x = 190 + n * 150
        b.area([(x, 250), (x + 126, 250), (x + 112, 500), (x + 14, 500)], tone)
        b.box(x - 12, 222, 150, 34, f"{tone}+ink*22", 10)
        b.box(x + 42, 208, 42, 18, f"{tone}+ink*22", 8)
        b.disc(x + 63, 370, 38, "card", 12)
        if n == 0:
            b.box(x + 46, 348, 34, 44, "focus", 4)
        elif n == 1:
            b.leaf(x + 44, 394, 56, -52, "jade")
        elif n == 2:
            b.box(x + 50, 346, 26, 48, "brand", 12)
        else:
            b.stroke([(x + 46, 352), (x + 80, 388)], "ink-soft", 8)
            b.stroke([(x + 80, 352), (x + 46, 388)], "ink-soft", 8)
    person(b, 130, 500, 1.2, "give", "brand", "ink", "ink+paper*50")
    b.box(168, 470, 40, 44, "amber-line", 8)


def shield(b: Board):
    """Against fraud: a telephone that is put down."""
    b.ground("brand-tint", "sky")
    b.disc(480, 320, 250, "card", 45)
    b.box(360, 90, 240, 430, "ink", 36)
    b.box(376, 114, 208, 382, "card", 18)
    b.disc(480, 220, 58, "sky")
    b.disc(480, 204, 24, "ink-soft")
    b.slice(480, 262, 44, 180, 360, "ink-soft")
    b.stroke([(420, 310), (540, 310)], "line-strong", 12)
    b.disc(426, 420, 36, "jade")
    b.disc(534, 420, 36, "brand")
    b.arc(534, 440, 22, 205, 335, "card", 10)
    b.arc(426, 440, 22, 205, 335, "card", 10)
    outline = [(690, 200), (790, 240), (790, 340), (760, 410), (690, 460), (620, 410), (590, 340), (590, 240)]
    b.area(outline, "jade")
    b.stroke([(648, 330), (680, 364), (740, 292)], "card", 18)
    for n, (x, y) in enumerate(((150, 170), (230, 330), (130, 450))):
        b.disc(x, y, 50, "amber-line")
        b.ring(x, y, 36, "amber", 5)
        b.stroke([(x - 52, y - 52), (x + 52, y + 52)], "brand", 9 + n)


def census(b: Board):
    b.ground("focus+card*84", "paper")
    b.cloud(160, 110, 1.0)
    for x, floors, wall, roof in (
        (40, 4, "paper-deep", "brand"),
        (260, 3, "sky", "jade"),
        (740, 4, "paper-deep", "brand"),
    ):
        b.house(x, 500, 180, floors, wall, roof)
    b.box(0, 498, 960, 110, "jade+card*60")
    b.box(500, 130, 230, 320, "amber", 16)
    b.box(518, 160, 194, 272, "card", 6)
    b.box(574, 112, 82, 40, "ink-soft", 10)
    for row in range(5):
        y = 196 + row * 48
        b.box(536, y, 28, 28, ("jade", "jade", "jade", "brand", "line")[row], 6)
        if row < 3:
            b.stroke([(541, y + 14), (549, y + 21), (560, y + 7)], "card", 4)
        b.stroke([(582, y + 14), (690 - row % 2 * 30, y + 14)], "line-strong", 8)
    person(b, 420, 470, 1.4, "give", "brand", "ink", "ink")
    b.area([(404, 408), (416, 440), (428, 408)], "card")
    person(b, 850, 480, 1.25, "wave", "focus", "ink-soft", "ink+paper*55", flip=True)


def charge(b: Board):
    b.ground("jade-tint", "card")
    b.house(40, 470, 150, 6, "paper-deep", lit="jade-line")
    b.house(780, 470, 150, 5, "sky", lit="jade-line")
    b.area([(200, 210), (780, 170), (780, 208), (200, 248)], "jade")
    for x in (230, 490, 750):
        b.stroke([(x, 240), (x, 500)], "line-strong", 12)
    b.box(0, 490, 960, 120, "line+paper*30")
    for n, tone in enumerate(("brand", "focus")):
        x = 260 + n * 260
        for wheel in (20, 180):
            b.ring(x + wheel, 490, 40, "ink", 9)
            b.disc(x + wheel, 490, 10, "line-strong")
        b.stroke([(x + 20, 490), (x + 70, 440), (x + 140, 440), (x + 160, 360)], tone, 20)
        b.stroke([(x + 180, 490), (x + 156, 360), (x + 126, 346)], "ink-soft", 9)
        b.box(x + 24, 408, 84, 20, "ink", 10)
        b.box(x + 82, 430, 50, 50, tone, 8)
        b.stroke([(x + 100, 430), (x + 90, 330)], "amber", 5)
        b.box(x + 66, 270, 48, 66, "card", 6)
        b.area(
            [(x + 94, 276), (x + 76, 308), (x + 90, 308), (x + 84, 332), (x + 106, 298), (x + 92, 298)],
            "amber",
        )
