"""Pictures of facilities."""

import math

from .board import Board
from .people import person


def centre(b: Board):
    """A service centre: steps, columns, a red band over the door."""
    b.ground("focus+card*78", "card")
    b.cloud(180, 100, 1.1)
    b.cloud(770, 120, 0.9)
    b.house(40, 490, 170, 6, "sky", lit="focus+card*60")
    b.house(760, 490, 170, 5, "paper-deep", lit="focus+card*60")
    b.box(180, 210, 600, 290, "paper-deep")
    b.box(160, 180, 640, 40, "line-strong", 6)
    for n in range(6):
        if n not in (2, 3):
            b.box(214 + n * 94, 250, 62, 84, "focus+card*55", 4)
            b.box(214 + n * 94, 372, 62, 84, "focus+card*55", 4)
    b.box(390, 330, 180, 170, "ink-soft")
    b.box(400, 340, 76, 160, "focus+card*45")
    b.box(484, 340, 76, 160, "focus+card*45")
    b.box(330, 268, 300, 52, "brand", 6)
    for n in range(7):
        b.disc(366 + n * 38, 294, 9, "amber-line")
    for step in range(3):
        b.box(
            340 - step * 26,
            498 + step * 16,
            280 + step * 52,
            18,
            ("line", "line-strong+card*50", "line")[step],
        )
    b.box(0, 546, 960, 60, "jade+card*60")
    b.tree(110, 556, 1.3)
    b.tree(866, 556, 1.3)
    b.stroke([(290, 540), (290, 120)], "line-strong", 6)
    b.area([(292, 124), (370, 132), (292, 176)], "brand")
    person(b, 660, 520, 0.95, "stand", "brand", "ink", "ink+paper*50")
    person(b, 720, 522, 0.95, "wave", "jade", "ink", "ink", flip=True)


def courtyard(b: Board):
    """A neighbourhood centre around a yard."""
    b.ground("amber-tint", "card")
    b.sun(790, 110, 56, "brand+amber-line*50")
    b.hills(380, 70, "jade+card*62", 0.8)
    for x, wide, floors in ((60, 250, 3), (650, 250, 3)):
        b.house(x, 500, wide, floors, "card", "jade", "amber-line", 4)
    b.box(300, 300, 360, 200, "paper-deep")
    for column in range(5):
        b.box(316 + column * 78, 320, 16, 180, "brand")
    b.box(410, 360, 140, 140, "brand-deep", 8)
    b.box(478, 360, 5, 140, "amber-line")
    b.eaves(480, 306, 216, "brand", 84)
    b.lantern(352, 368, 0.4)
    b.lantern(608, 368, 0.4)
    b.box(0, 498, 960, 110, "sky+paper*30")
    for n in range(5):
        b.disc(120 + n * 180, 560, 60, "card", 45, ry=12)
    b.tree(40, 540, 1.4)
    b.tree(930, 540, 1.4, "jade+amber-line*20")
    person(b, 250, 520, 1.0, "tai", "card", "jade", "card+ink*25")
    person(b, 690, 520, 1.0, "hands", "brand", "ink", "ink")
    person(b, 745, 536, 0.66, "hands", "amber", "ink", "ink")


def reading(b: Board):
    b.ground("paper", "sky")
    b.box(560, 60, 340, 260, "focus+card*65", 8)
    b.tree(660, 318, 1.6)
    b.tree(820, 318, 1.2, "jade+amber-line*25")
    b.box(724, 60, 12, 260, "card")
    b.box(560, 184, 340, 12, "card")
    for shelf in range(3):
        y = 150 + shelf * 116
        x = 66
        for n in range(19):
            wide, tall = 18 + (n * 11 + shelf * 5) % 12, 62 + (n * 23 + shelf * 13) % 30
            tone = ("brand", "jade", "amber", "focus", "ink-soft")[(n * 3 + shelf) % 5]
            if x + wide < 480:
                b.box(x, y - tall, wide, tall, f"{tone}+paper*{10 + n % 3 * 12}", 2)
            x += wide + 4
        b.box(50, y, 450, 14, "amber")
    b.box(40, 50, 14, 440, "amber")
    b.box(496, 50, 14, 440, "amber")
    b.box(0, 484, 960, 130, "amber+paper*45")
    for n, x in enumerate((600, 720, 850)):
        person(
            b,
            x,
            440,
            1.15,
            "sit",
            ("brand", "jade", "amber")[n],
            "ink-soft",
            ("ink+paper*60", "ink", "ink")[n],
        )
    b.box(540, 452, 390, 18, "amber+ink*15", 6)
    for x in (640, 760, 890):
        b.area([(x - 26, 452), (x, 444), (x + 26, 452), (x, 458)], "card")


def care(b: Board):
    """Day care: a window, an armchair, tea."""
    b.ground("amber-tint", "sky")
    b.box(90, 70, 300, 250, "focus+card*68", 10)
    b.sun(300, 140, 34, "amber-line", 2)
    b.hills(320, 0, "jade")
    b.box(84, 64, 312, 14, "card")
    b.box(234, 70, 12, 250, "card")
    b.box(84, 312, 312, 18, "card", 4)
    for side, x in ((1, 70), (-1, 410)):
        b.area(
            [(x, 56), (x + side * 70, 56), (x + side * 30, 200), (x + side * 44, 350), (x, 350)],
            "brand+paper*35",
        )
    b.box(0, 470, 960, 140, "amber+paper*50")
    b.disc(480, 540, 400, "jade-line", ry=52)
    for x, tone in ((520, "jade"), (760, "brand")):
        b.box(x - 84, 300, 168, 170, f"{tone}+card*15", 34)
        b.box(x - 100, 372, 44, 120, tone, 20)
        b.box(x + 56, 372, 44, 120, tone, 20)
        b.box(x - 84, 424, 168, 60, tone, 18)
    person(b, 506, 420, 1.25, "sit", "ink-soft", "ink", "card+ink*18")
    person(b, 746, 420, 1.25, "sit", "amber", "ink", "card+ink*12")
    person(b, 320, 452, 1.35, "give", "card", "jade", "ink")
    b.disc(640, 470, 56, "amber", ry=14)
    b.box(634, 470, 12, 66, "amber+ink*20")
    b.box(612, 440, 26, 26, "card", 6)
    b.box(646, 444, 22, 22, "card", 6)
    b.stroke([(880, 560), (880, 470)], "amber", 22)
    for n in range(7):
        b.leaf(880, 480, 96, -150 + n * 20, "jade" if n % 2 else "jade+card*20")


def seats(b: Board):
    """A hall from its last row."""
    b.ground("brand-ink", "brand-deep")
    b.box(210, 70, 540, 220, "amber-line", 4)
    b.box(224, 84, 512, 192, "card")
    b.box(224, 84, 512, 192, "focus+card*70")
    b.sun(640, 140, 24, "amber-line", 2)
    b.area([(224, 276), (330, 170), (420, 236), (540, 140), (736, 276)], "jade+card*20")
    for side in (-1, 1):
        for fold in range(4):
            x = 480 + side * (286 + fold * 34)
            b.area(
                [(x, 40), (x + side * 34, 40), (x + side * 34, 330), (x + side * 4, 330)],
                ("brand", "brand-deep")[fold % 2],
            )
    b.box(170, 316, 620, 30, "amber+ink*15")
    person(b, 300, 262, 0.9, "wave", "jade", "ink", "ink")
    for row in range(6):
        y, count, wide = 352 + row * (30 + row * 3), 15 - row, 46 + row * 7
        for n in range(count):
            x = 480 + (n - (count - 1) / 2) * (wide + 8)
            b.box(x - wide / 2, y, wide, 90, "brand" if row % 2 else "brand+card*12", 14)
            b.box(x - wide / 2 + 6, y + 6, wide - 12, 12, "brand+card*35", 6, clear=35)
    for n in range(7):
        b.disc(90 + n * 130, 26, 12, "amber-tint")
        b.disc(90 + n * 130, 26, 44, "amber-line", 84)


def court(b: Board):
    b.ground("jade+card*45", "jade+card*70")
    for n in range(8):
        b.box(20 + n * 118, 40, 100, 96, "focus+card*72", 6)
    b.box(0, 250, 960, 360, "amber+paper*45")
    b.area([(180, 290), (780, 290), (930, 590), (30, 590)], "jade")
    for line in (
        ((180, 290), (780, 290), (930, 590), (30, 590), (180, 290)),
        ((480, 290), (480, 590)),
        ((140, 372), (820, 372)),
        ((84, 480), (876, 480)),
    ):
        b.stroke(line, "card", 5)
    b.stroke([(100, 430), (100, 270)], "ink-soft", 9)
    b.stroke([(860, 430), (860, 270)], "ink-soft", 9)
    b.box(100, 284, 760, 70, "card", clear=55)
    for n in range(30):
        b.stroke([(104 + n * 26, 284), (104 + n * 26, 354)], "ink-soft", 1, clear=45)
    b.stroke([(100, 284), (860, 284)], "card", 9)
    for x, y, tone, pose, flip in (
        (300, 430, "brand", "cheer", False),
        (640, 420, "focus", "wave", True),
        (480, 500, "amber-line", "run", False),
    ):
        b.disc(x, y + 84, 50, "ink", 72, ry=9)
        person(b, x, y, 1.35, pose, tone, "ink", "ink", flip=flip)
    b.disc(440, 200, 34, "amber-line")
    b.arc(440, 200, 34, 200, 320, "amber", 4)
    b.arc(430, 224, 34, 250, 350, "amber", 4)


def park(b: Board):
    b.ground("focus+card*80", "jade-tint")
    b.sun(150, 110, 54, "amber-line")
    b.cloud(420, 90, 1.0)
    b.hills(340, 90, "jade+card*62", 0.5)
    b.hills(420, 60, "jade+card*40", 2.0)
    b.area([(430, 420), (520, 420), (800, 620), (180, 620)], "amber-tint")
    b.area([(0, 440), (420, 424), (180, 620), (0, 620)], "jade+card*22")
    b.area([(530, 424), (960, 440), (960, 620), (800, 620)], "jade+card*22")
    for side in (600, 800):
        b.box(side, 320, 14, 140, "brand")
    b.box(590, 452, 236, 14, "line-strong")
    b.eaves(707, 326, 140, "jade+ink*12", 74)
    b.disc(707, 250, 9, "amber-line")
    for x, y, s in ((70, 500, 1.3), (250, 470, 1.0), (890, 510, 1.5)):
        b.tree(x, y, s, "jade" if x < 800 else "jade+amber-line*25")
    for n in range(22):
        b.flower(30 + n * 43, 590 - (n % 3) * 12, 11, ("brand", "card", "amber-line")[n % 3], "amber")
    person(b, 440, 500, 1.0, "run", "brand", "ink", "ink")
    person(b, 540, 540, 1.05, "hands", "focus", "ink", "ink+paper*60")
    person(b, 596, 552, 0.66, "hands", "amber", "ink", "ink")
    b.bird(330, 180, 1.1, "ink-soft")


def station(b: Board):
    """A red station: a small house in the compound with a lantern and a bench."""
    b.ground("sky", "card")
    for x, floors in ((10, 7), (190, 6), (640, 6), (810, 7)):
        b.house(x, 480, 150, floors, "paper-deep", lit="focus+card*70")
    b.box(0, 478, 960, 130, "jade+card*58")
    b.box(250, 300, 460, 220, "card")
    b.box(250, 470, 460, 50, "brand+paper*40")
    b.box(300, 350, 120, 90, "focus+card*60", 6)
    b.box(540, 350, 120, 90, "focus+card*60", 6)
    b.box(356, 350, 6, 90, "card")
    b.box(596, 350, 6, 90, "card")
    b.box(438, 350, 84, 170, "brand", 6)
    b.disc(508, 440, 6, "amber-line")
    b.eaves(480, 306, 272, "brand", 90)
    b.star(480, 262, 26, "amber-line")
    b.lantern(282, 372, 0.45)
    b.lantern(678, 372, 0.45)
    b.box(104, 500, 130, 12, "amber")
    b.box(116, 512, 10, 34, "amber+ink*20")
    b.box(212, 512, 10, 34, "amber+ink*20")
    person(b, 150, 492, 1.05, "sit", "focus", "ink", "card+ink*20")
    person(b, 780, 520, 1.15, "wave", "brand", "ink", "ink", flip=True)
    b.tree(880, 540, 1.5)


def teahouse(b: Board):
    """A chat point: stools and a pot of tea under a tree."""
    b.ground("jade-tint", "amber-tint")
    b.hills(400, 60, "jade+card*60", 0.2)
    b.box(0, 430, 960, 180, "sky+paper*35")
    b.stroke([(480, 470), (474, 330), (450, 240)], "amber+ink*15", 34)
    b.stroke([(476, 330), (560, 230)], "amber+ink*15", 20)
    for x, y, r in ((330, 180, 92), (450, 110, 116), (590, 150, 108), (690, 220, 74), (250, 240, 60)):
        b.disc(x, y, r, "jade")
        b.disc(x - r * 0.3, y - r * 0.3, r * 0.4, "jade+card*40", 45)
    for n, x in enumerate((220, 360, 620, 760)):
        person(
            b,
            x,
            462,
            1.2,
            "sit",
            ("brand", "focus", "amber", "jade+ink*10")[n],
            "ink",
            ("card+ink*15", "ink+paper*50", "card+ink*20", "ink")[n],
            flip=n > 1,
        )
        b.box(x - 26, 478, 52, 16, "amber+ink*15", 6)
    b.disc(490, 500, 110, "amber", ry=26)
    b.box(478, 500, 24, 70, "amber+ink*20")
    b.disc(470, 478, 30, "brand", ry=24)
    b.stroke([(498, 476), (526, 460)], "brand", 9)
    b.box(462, 448, 16, 10, "brand-deep", 4)
    for x in (540, 566, 420):
        b.box(x, 482, 20, 16, "card", 5)
    for puff in range(3):
        b.disc(474 + puff * 9, 436 - puff * 22, 9 + puff * 3, "card", 45)


def lotus(b: Board):
    """A spot of integrity: lotus and bamboo before a white wall."""
    b.ground("jade-tint", "card")
    b.box(0, 150, 960, 280, "card")
    b.area([(0, 150), (960, 150), (960, 122), (0, 122)], "ink-soft")
    for n in range(25):
        b.disc(n * 40 + 20, 150, 16, "ink-soft")
    b.disc(480, 290, 118, "line")
    b.disc(480, 290, 106, "jade-tint")
    for n, x in enumerate((410, 450, 520, 560)):
        b.stroke([(x, 396), (x + 8, 186)], "jade", 8)
        for joint in range(3):
            b.leaf(x + 4, 220 + joint * 56, 62, -150 + n * 40 % 130, "jade" if n % 2 else "jade+card*20")
    b.disc(480, 290, 118, "card", 100)
    b.box(0, 428, 960, 190, "focus+jade-line*30")
    for n, (x, y, r) in enumerate(
        ((130, 500, 92), (330, 556, 80), (620, 540, 96), (850, 490, 86), (760, 580, 60))
    ):
        b.disc(x, y, r, "jade" if n % 2 else "jade+card*15", ry=r * 0.3)
        b.stroke([(x, y), (x + r * 0.7, y - 4)], "jade+card*40", 3)
    for x, y, r in ((240, 470, 62), (700, 456, 72), (480, 520, 48)):
        b.stroke([(x, y + 8), (x + 4, y + 80)], "jade", 6)
        for turn in (-160, -20, -135, -45, -112, -68, -90):
            b.leaf(
                x,
                y + 12,
                r * (0.9 if turn != -90 else 1.05),
                turn,
                "brand+card*55" if turn % 3 else "brand+card*70",
            )


def kitchen(b: Board):
    b.ground("amber-tint", "card")
    b.box(0, 420, 960, 190, "amber+paper*35")
    for x in (160, 480, 800):
        b.stroke([(x, 0), (x, 90)], "ink-soft", 4)
        b.slice(x, 130, 66, 180, 360, "brand")
        b.disc(x, 150, 90, "amber-line", 84)
    for x, tone in ((180, "card"), (480, "jade"), (770, "card")):
        b.disc(x, 500, 150, "amber+ink*10", ry=34)
        b.slice(x, 410, 104, 0, 180, tone)
        b.disc(x, 410, 104, f"{tone}+ink*8", ry=24)
        b.disc(x, 410, 92, "amber-line", ry=18)
        for n in range(6):
            b.disc(x - 60 + n * 24, 404 + n % 2 * 8, 13, ("brand", "jade", "card")[n % 3], ry=9)
        for puff in range(3):
            curve = [(x - 40 + puff * 40 + math.sin(t / 3) * 10, 370 - t * 9) for t in range(12)]
            b.stroke(curve, "card", 8, clear=30)
    b.stroke([(596, 520), (660, 360)], "amber+ink*30", 8)
    b.stroke([(616, 526), (684, 370)], "amber+ink*30", 8)


def flats(b: Board):
    b.ground("focus+card*70", "card")
    b.cloud(200, 90, 1.1)
    b.cloud(640, 70, 0.9)
    for n, (x, floors, wall) in enumerate(
        (
            (40, 8, "sky"),
            (220, 10, "paper-deep"),
            (410, 9, "brand+paper*72"),
            (600, 10, "paper-deep"),
            (780, 8, "sky"),
        )
    ):
        b.house(x, 540, 150, floors, wall, lit="amber-line" if n % 2 else "focus+card*50")
    b.box(0, 538, 960, 70, "jade+card*45")
    for n in range(9):
        b.tree(50 + n * 108, 560, 0.62 + n % 3 * 0.12, "jade" if n % 2 else "jade+amber-line*20")
