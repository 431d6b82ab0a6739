"""The seven communities, each by what it is known for."""

import math

from .board import Board
from .people import person


def niying(b: Board):
    """River, wetland and new compounds."""
    b.ground("amber-tint", "focus+card*72")
    b.sun(760, 140, 64, "brand+amber-line*55")
    b.hills(300, 60, "jade+card*66", 0.4)
    for n, x in enumerate(range(20, 940, 96)):
        b.house(
            x,
            392,
            78,
            3 + (n * 5) % 4,
            ("paper-deep", "sky", "card")[n % 3],
            "brand" if n % 4 == 1 else "",
            "amber-line",
            2,
        )
    b.box(0, 388, 960, 40, "jade+card*30")
    for n in range(8):
        b.tree(60 + n * 124, 416, 0.7, "jade" if n % 2 else "jade+amber-line*20")
    river = [(x, 430 + math.sin(x / 170) * 26) for x in range(-10, 980, 10)]
    b.area([*river, (980, 620), (-10, 620)], "focus+card*48")
    b.stroke(river, "card", 5)
    arch = [(x, 500 - math.sin((x - 320) / 320 * math.pi) * 74) for x in range(320, 650, 10)]
    b.area([*arch, (640, 530), (320, 530)], "paper-deep")
    for x, r in ((400, 30), (480, 46), (560, 30)):
        b.slice(x, 531, r, 180, 360, "focus+card*38")
    b.stroke(arch, "line-strong", 8)
    for n in range(26):
        x = 10 + n * 9 if n < 14 else 780 + (n - 14) * 15
        tall = 90 + n * 37 % 90
        b.stroke([(x, 620), (x + 10, 620 - tall)], "jade", 4)
        b.disc(x + 11, 620 - tall, 5, "amber", ry=18)
    for x, y in ((220, 150), (290, 120), (360, 156)):
        b.bird(x, y, 1.2, "ink-soft")
    person(b, 470, 396, 0.6, "run", "brand", "ink", "ink")


def daimoge(b: Board):
    """Old compounds made new: painted walls, cleaned stairs."""
    b.ground("focus+card*80", "amber-tint")
    b.cloud(700, 100, 1.1)
    for x, wide, floors, wall in (
        (30, 230, 5, "brand+paper*62"),
        (300, 210, 6, "paper-deep"),
        (550, 190, 5, "jade+paper*68"),
        (780, 170, 6, "amber+paper*66"),
    ):
        b.house(x, 480, wide, floors, wall, "brand-deep", "focus+card*65", 4)
    b.stroke([(0, 250), (960, 280)], "ink-soft", 2)
    for n in range(9):
        b.box(80 + n * 92, 254 + n * 3, 34, 44, ("brand", "card", "jade", "focus", "amber-line")[n % 5], 3)
    b.box(0, 478, 960, 130, "sky+paper*30")
    for n, x in enumerate((210, 430, 660, 820)):
        person(
            b,
            x,
            492,
            1.1,
            ("sweep", "sweep", "give", "wave")[n],
            ("brand", "jade", "focus", "amber")[n],
            "ink",
            ("ink+paper*50", "ink", "ink", "card+ink*20")[n],
        )
        if n < 2:
            b.stroke([(x + 16, 452), (x + 68, 556)], "amber", 6)
            b.area([(x + 62, 544), (x + 78, 540), (x + 104, 574), (x + 66, 580)], "amber-line")
    b.tree(90, 540, 1.3)


def longmen(b: Board):
    """A gate over a narrow street."""
    b.ground("amber-tint", "sky")
    b.sun(480, 180, 90, "brand+amber-line*60")
    for x, wide, floors in ((0, 170, 3), (150, 130, 4), (690, 130, 4), (800, 170, 3)):
        b.house(x, 480, wide, floors, "card", "ink-soft", "amber-line", 3)
    for x in (300, 420, 530, 650):
        b.box(x - 11, 230, 22, 270, "brand")
        b.box(x - 20, 480, 40, 26, "line-strong", 4)
    b.box(280, 262, 390, 34, "jade")
    b.box(280, 304, 390, 12, "amber-line")
    b.box(420, 200, 110, 66, "focus+ink*20", 4)
    for n in range(3):
        b.disc(446 + n * 30, 232, 9, "amber-line")
    b.eaves(475, 200, 110, "ink-soft", 60)
    b.eaves(340, 254, 86, "ink-soft", 44)
    b.eaves(612, 254, 86, "ink-soft", 44)
    b.area([(330, 500), (620, 500), (860, 620), (100, 620)], "paper-deep")
    b.box(0, 498, 960, 4, "line")
    for x in (250, 710):
        b.lantern(x, 330, 0.6)
    person(b, 380, 520, 1.1, "dance", "brand", "brand+card*25", "ink+paper*55", skirt=True)
    person(b, 560, 520, 1.1, "dance", "jade", "jade+card*25", "card+ink*20", skirt=True, flip=True)


def shunjing(b: Board):
    """The well, and lanes put in order."""
    b.ground("jade-tint", "paper")
    b.hills(330, 60, "jade+card*66", 0.9)
    for x, wide, floors, wall in (
        (20, 190, 4, "paper-deep"),
        (230, 150, 3, "sky"),
        (600, 160, 3, "sky"),
        (770, 170, 4, "paper-deep"),
    ):
        b.house(x, 430, wide, floors, wall, "jade+ink*20", "amber-line", 3)
    b.box(0, 428, 960, 190, "amber-tint")
    for n in range(14):
        for row in range(4):
            b.box(n * 76 - row % 2 * 38, 440 + row * 44, 70, 38, "line", 8, clear=35)
    b.disc(480, 560, 150, "ink", 82, ry=22)
    b.area([(372, 440), (588, 440), (604, 556), (356, 556)], "line-strong+card*25")
    b.disc(480, 556, 124, "line-strong+card*25", ry=22)
    b.disc(480, 440, 110, "paper-deep", ry=30)
    b.disc(480, 440, 80, "ink-soft", ry=20)
    b.disc(480, 446, 66, "focus+card*35", ry=13)
    for x in (362, 598):
        b.stroke([(x, 470), (x, 270)], "brand", 14)
    b.eaves(480, 276, 170, "brand", 70)
    b.stroke([(362, 312), (598, 312)], "amber", 10)
    b.stroke([(480, 312), (480, 400)], "amber-line", 4)
    b.box(458, 396, 44, 40, "amber", 6)
    b.tree(130, 540, 1.7)
    b.tree(840, 540, 1.6)
    person(b, 700, 510, 1.1, "wave", "focus", "ink", "ink", flip=True)


def wenfeng(b: Board):
    """The pagoda of letters over the roofs."""
    b.ground("brand+amber-line*62", "amber-tint")
    b.sun(700, 190, 84, "card", 4)
    b.hills(430, 120, "brand+amber-line*48", 0.4)
    b.hills(480, 70, "brand+amber-line*25", 2.0)
    b.pagoda(330, 520, 7, 1.06, "paper-deep", "brand-deep")
    for n, x in enumerate(range(20, 940, 116)):
        if not 230 < x < 380:
            b.house(x, 540, 104, 1 + n % 2, "card", "ink-soft", "amber-line", 2)
    b.box(0, 538, 960, 70, "brand-deep")
    b.tree(470, 556, 1.0, "jade")
    b.tree(200, 556, 1.1, "jade")
    for x, y in ((560, 130), (620, 100), (520, 180)):
        b.bird(x, y, 1.2, "brand-deep")
    for n, x in enumerate((560, 640, 720, 800)):
        person(
            b,
            x,
            520,
            0.82,
            ("wave", "stand", "hands", "give")[n],
            ("card", "jade", "amber-line", "focus")[n],
            "ink",
            "ink",
            skin=n,
        )


def zhongnan(b: Board):
    """The park of one heart: stage, lawn and hall."""
    b.ground("focus+card*72", "jade-tint")
    b.cloud(180, 100, 1.0)
    b.cloud(800, 80, 1.2)
    for n, x in enumerate((30, 170, 720, 850)):
        b.house(x, 420, 110, 7 - n % 2 * 2, "sky", lit="card")
    b.area([(250, 420), (290, 230), (670, 230), (710, 420)], "card")
    b.area([(230, 240), (480, 130), (730, 240), (700, 260), (480, 168), (260, 260)], "brand")
    b.box(310, 280, 340, 140, "jade-tint")
    for n in range(5):
        b.box(310 + n * 80, 270, 14, 150, "brand")
    b.box(0, 418, 960, 190, "jade+card*25")
    b.disc(480, 520, 330, "jade+card*45", ry=66)
    b.heart(480, 512, 60, "brand+card*40")
    for x, s in ((80, 1.2), (210, 0.9), (760, 0.9), (890, 1.3)):
        b.tree(x, 500, s, "jade" if s > 1 else "jade+amber-line*20")
    for n, x in enumerate((300, 390, 570, 660)):
        person(
            b,
            x,
            500,
            1.0,
            ("tai", "hands", "run", "wave")[n],
            ("card", "brand", "focus", "amber")[n],
            "ink",
            ("card+ink*20", "ink", "ink", "ink+paper*50")[n],
            skin=n,
        )
    person(b, 440, 520, 0.66, "hands", "amber-line", "ink", "ink")


def yanming(b: Board):
    """Wild geese over the lake."""
    b.ground("brand+amber-line*75", "amber-tint")
    b.sun(300, 250, 86, "brand+amber-line*25", 4)
    b.hills(350, 60, "jade+card*50", 1.0)
    for n, x in enumerate(range(560, 940, 74)):
        b.house(x, 352, 62, 2 + n % 3, "card", "brand" if n % 2 else "jade", "amber-line", 2)
    b.box(0, 350, 960, 270, "focus+card*55")
    for n in range(10):
        wide = 190 - n * 14
        b.box(300 - wide / 2 + (n % 2 * 2 - 1) * 12, 362 + n * 20, wide, 8, "amber-line", 4, clear=15 + n * 6)
    for n in range(9):
        x, y = 420 + abs(n - 4) * 16 + n * 34, 60 + abs(n - 4) * 22
        b.bird(x, y, 1.2, "ink")
    b.stroke([(640, 520), (960, 470)], "amber+ink*15", 16)
    for x in (690, 780, 870):
        b.stroke([(x, 500), (x, 580)], "amber+ink*25", 8)
    person(b, 760, 452, 0.95, "wave", "brand", "ink", "ink")
    person(b, 815, 462, 0.66, "cheer", "focus", "ink", "ink")
    for n in range(24):
        x = 8 + n * 11 if n < 18 else 900 + (n - 18) * 11
        tall = 110 + n * 37 % 130
        b.stroke([(x, 620), (x + 14, 620 - tall)], "jade", 5)
        b.disc(x + 15, 620 - tall, 6, "amber", ry=22)
