"""Posters of festivals, shows and outings."""

import math

from .board import Board
from .people import person


def stage(b: Board):
    b.ground("brand-deep", "brand")
    b.area([(300, 0), (380, 0), (560, 470), (140, 470)], "amber-line", 72)
    b.area([(580, 0), (660, 0), (830, 470), (420, 470)], "amber-line", 76)
    b.hills(470, 70, "brand-ink", 1.2)
    b.disc(480, 500, 420, "amber+brand*30", ry=74)
    b.disc(480, 492, 400, "amber-line", ry=62)
    for n, x in enumerate((260, 400, 550, 690)):
        person(b, x, 418, 1.1, ("dance", "cheer", "dance", "wave")[n], ("card", "jade", "amber-line", "card")[n],
               ("brand", "brand-deep", "jade", "brand")[n], skirt=n != 1, flip=n > 1)  # fmt: skip
    for side in (-1, 1):
        for fold in range(6):
            x = 480 + side * (500 - fold * 36)
            b.area([(x, 0), (x - side * 40, 0), (x - side * (34 - fold * 4), 600), (x + side * 8, 600)],
                   "brand" if fold % 2 else "brand-ink")  # fmt: skip
    for n in range(9):
        b.slice(n * 120, 0, 70, 0, 180, "brand" if n % 2 else "brand-ink")
        b.disc(n * 120, 70, 9, "amber-line")


def party(b: Board):
    b.ground("brand", "brand-deep")
    for ray in range(20):
        a = math.pi * (ray + 0.2) / 20
        b.area([(480, 520), (480 + math.cos(a) * 900, 520 - math.sin(a) * 900),
                (480 + math.cos(a + 0.07) * 900, 520 - math.sin(a + 0.07) * 900)], "amber-line", 84)  # fmt: skip
    b.star(480, 210, 128, "amber-line")
    b.star(480, 210, 128, "amber", 78)
    b.cloud(170, 300, 1.0, "brand-tint", 29)
    b.cloud(800, 280, 1.1, "brand-tint", 29)
    b.hills(560, 90, "brand-ink", 0.8)
    wall = [(x, 452 + math.sin(x / 110) * 34) for x in range(-10, 980, 10)]
    b.area([*wall, (980, 620), (-10, 620)], "amber+brand*45")
    for x in range(0, 960, 36):
        b.box(x, 430 + math.sin(x / 110) * 34, 20, 30, "amber+brand*45")
    for x in (230, 700):
        b.box(x, 380 + math.sin(x / 110) * 34, 76, 90, "amber+brand*28")
        b.box(x + 28, 408 + math.sin(x / 110) * 34, 20, 34, "brand-deep", 10)
    ribbon = [(x, 530 + math.sin(x / 150 + 1) * 36) for x in range(-10, 980, 10)]
    b.area([*ribbon, *((x, y + 64) for x, y in reversed(ribbon))], "brand")
    b.stroke(ribbon, "amber-line", 5)


def spring(b: Board):
    b.ground("brand", "brand-deep")
    b.disc(480, 330, 250, "amber-line", 80)
    b.disc(480, 330, 200, "amber-line", 76)
    branch = [(-20, 120), (160, 150), (300, 110), (470, 170), (640, 120)]
    b.stroke(branch, "ink+brand*25", 14)
    for start, end in (
        ((160, 150), (230, 60)),
        ((300, 110), (380, 40)),
        ((470, 170), (560, 236)),
        ((230, 130), (270, 220)),
    ):
        b.stroke([start, end], "ink+brand*25", 8)
    for n, (x, y) in enumerate(
        (
            (120, 120),
            (228, 66),
            (300, 104),
            (384, 44),
            (470, 160),
            (556, 232),
            (640, 118),
            (272, 216),
            (60, 150),
            (420, 128),
        )
    ):
        b.flower(x, y, 24 + n % 3 * 7, "brand-tint" if n % 2 else "card")
    b.lantern(740, 200, 1.15, "amber")
    b.lantern(870, 130, 0.8, "amber")
    b.hills(600, 66, "brand-ink", 0.6)
    for x, floors, wall in (
        (60, 2, "brand-tint"),
        (250, 1, "paper-deep"),
        (560, 2, "brand-tint"),
        (760, 1, "paper-deep"),
    ):
        b.house(x, 590, 140, floors, wall, "ink+brand*30", "amber-line", 2)
    person(b, 440, 506, 1.05, "cheer", "amber-line", "brand", "ink")
    person(b, 505, 524, 0.75, "cheer", "jade", "ink", "ink")


def lantern(b: Board):
    b.ground("ink", "brand-deep")
    for n in range(46):
        b.disc((n * 197) % 950, (n * 83) % 300, 1.4 + n % 3 * 0.7, "amber-tint", n * 7 % 50)
    b.sun(210, 130, 58, "amber-tint")
    for x, y, s, tone in (
        (110, 330, 0.62, "brand"),
        (330, 260, 0.85, "amber"),
        (520, 350, 0.66, "brand"),
        (700, 240, 1.0, "brand"),
        (880, 340, 0.7, "amber"),
    ):
        b.disc(x, y, 130 * s, "amber-line", 88)
        b.lantern(x, y, s, tone)
    b.hills(600, 50, "ink+brand*18", 1.0)
    for n, x in enumerate((150, 260, 420, 590, 740, 830)):
        person(
            b,
            x,
            520,
            0.95,
            ("wave", "stand", "hands", "wave", "stand", "cheer")[n],
            ("jade", "brand", "amber", "focus", "brand", "jade")[n],
            "ink+paper*12",
            "ink",
            skin=n,
            flip=n % 2 == 1,
        )


def dragon(b: Board):
    b.ground("jade-tint", "jade-line")
    b.sun(160, 130, 66, "amber-line")
    b.hills(380, 110, "jade+jade-line*65", 0.5)
    b.hills(420, 70, "jade+jade-line*35", 2.1)
    b.box(0, 400, 960, 220, "focus+jade-line*45")
    hull = [(150, 420), (240, 470), (700, 470), (800, 420), (760, 510), (220, 512)]
    for n, x in enumerate(range(280, 680, 76)):
        person(b, x, 452, 0.82, "give", ("brand", "amber")[n % 2], "ink", "ink", skin=n)
        b.stroke([(x + 30, 430), (x + 74, 540)], "amber+ink*20", 6)
        b.disc(x + 76, 546, 10, "amber+ink*20", ry=16)
    b.area(hull, "brand")
    b.stroke([(232, 486), (716, 486)], "amber-line", 7)
    b.stroke([(790, 430), (836, 372), (812, 322)], "brand", 34)
    b.disc(832, 314, 36, "brand")
    b.box(838, 302, 60, 26, "brand", 12)
    b.disc(838, 302, 8, "card")
    b.disc(840, 302, 4, "ink")
    b.stroke([(812, 292), (794, 262)], "amber-line", 8)
    b.stroke([(836, 284), (838, 252)], "amber-line", 8)
    b.stroke([(884, 322), (930, 336)], "amber-line", 5)
    b.stroke([(160, 430), (110, 392), (124, 350)], "brand", 22)
    for row in range(5):
        y = 520 + row * 22
        b.stroke(
            [(x, y + math.sin(x / 46 + row) * 7) for x in range(-10, 980, 10)], "card", 4, clear=30 + row * 10
        )
    for x, y in ((70, 560), (170, 584), (880, 572)):
        b.area([(x, y - 54), (x - 46, y + 22), (x + 46, y + 22)], "jade")
        b.stroke([(x - 30, y), (x + 30, y)], "amber-line", 5)


def moon(b: Board):
    b.ground("ink+focus*45", "focus+ink*25")
    b.sun(660, 220, 132, "amber-line", 4)
    b.disc(620, 190, 26, "amber", 86)
    b.disc(700, 260, 36, "amber", 88)
    for n in range(36):
        b.disc((n * 211) % 950, (n * 97) % 330, 1.4 + n % 3 * 0.6, "card", n * 9 % 60)
    for x, y, s in ((210, 190, 1.0), (420, 300, 0.8), (830, 330, 0.9)):
        b.cloud(x, y, s, "focus+card*45", 29)
    b.hills(510, 110, "ink+focus*30", 0.3)
    b.hills(570, 80, "ink+focus*14", 2.4)
    for start, end in (((-10, 60), (190, 110)), ((90, 80), (150, 190)), ((150, 100), (250, 60))):
        b.stroke([start, end], "ink", 9)
    for n in range(16):
        b.leaf(40 + n * 15, 66 + n % 4 * 22, 52, 20 + n * 47 % 120, "jade" if n % 2 else "jade+ink*25")
    for n in range(22):
        b.flower(50 + n * 11, 96 + n * 29 % 90, 8, "amber-line", "amber")
    for x in (330, 480, 600):
        b.house(x, 600, 96, 1 + x % 2, "ink+focus*10", "ink", "amber-line", 2)
    person(b, 760, 520, 0.95, "hands", "brand", "ink", "ink+paper*55")
    person(b, 824, 534, 0.7, "wave", "amber", "ink", "ink")


def autumn(b: Board):
    b.ground("amber-tint", "amber-line")
    b.sun(200, 150, 80, "brand+amber-line*25")
    b.hills(410, 150, "amber+amber-line*62", 0.4)
    b.pagoda(720, 330, 4, 0.8, "paper-deep", "brand")
    b.hills(480, 110, "amber+amber-line*30", 2.2)
    b.hills(600, 90, "amber+ink*10", 1.0)
    for x, y, r, tone in (
        (120, 470, 66, "amber-line"),
        (270, 530, 54, "brand+amber-line*25"),
        (860, 480, 72, "amber-line"),
        (730, 545, 50, "brand+amber-line*30"),
        (40, 570, 46, "card"),
        (400, 575, 40, "amber-line"),
    ):
        b.stroke([(x, y), (x + 8, 620)], "jade", 9)
        b.leaf(x + 6, y + 70, 60, -20, "jade")
        for ring, petals in ((1.0, 18), (0.72, 14), (0.46, 10)):
            for n in range(petals):
                turn = 360 * n / petals + ring * 40
                b.leaf(
                    x, y, r * ring, turn, tone if (n + petals) % 2 else f"{tone.partition('+')[0]}+amber*22"
                )
        b.disc(x, y, r * 0.16, "amber")
    person(b, 520, 470, 1.15, "hands", "brand", "ink", "card+ink*20")
    person(b, 605, 470, 1.1, "hands", "jade", "ink", "card+ink*12", skirt=True)


def national(b: Board):
    b.ground("brand-deep", "brand")
    for x, y, r, tone in (
        (210, 150, 120, "amber-line"),
        (720, 120, 140, "amber-tint"),
        (480, 220, 90, "brand-tint"),
        (880, 260, 70, "amber-line"),
        (70, 270, 60, "brand-tint"),
    ):
        for ray in range(24):
            a = math.tau * ray / 24
            inner, outer = r * (0.25 + ray % 2 * 0.12), r * (0.86 + ray % 3 * 0.07)
            b.stroke(
                [
                    (x + math.cos(a) * inner, y + math.sin(a) * inner),
                    (x + math.cos(a) * outer, y + math.sin(a) * outer),
                ],
                tone,
                4,
            )
            b.disc(x + math.cos(a) * r * 1.06, y + math.sin(a) * r * 1.06, 4, tone)
    b.box(250, 420, 460, 120, "brand-ink")
    b.box(250, 420, 460, 14, "amber-line")
    for n in range(5):
        b.box(290 + n * 84, 470, 46, 70, "ink+brand*40", 23)
    for n in range(9):
        b.box(290 + n * 46, 352, 10, 60, "brand")
    b.box(280, 350, 400, 66, "brand+amber-line*15")
    b.eaves(480, 356, 230, "amber")
    b.eaves(480, 308, 160, "amber")
    b.box(0, 538, 960, 70, "amber+brand*35")
    for n in range(12):
        x = 40 + n * 82
        person(
            b,
            x,
            536,
            0.8,
            ("cheer", "wave")[n % 2],
            ("card", "amber-line", "jade", "brand-tint")[n % 4],
            "ink",
            "ink",
            skin=n,
        )
        b.area([(x + 22, 450), (x + 62, 460), (x + 22, 474)], "brand+amber-line*20")


def summer(b: Board):
    b.ground("ink+focus*35", "focus+ink*20")
    for n in range(40):
        b.disc((n * 187) % 950, (n * 71) % 220, 1.5 + n % 3 * 0.5, "card", n * 11 % 60)
    b.sun(860, 90, 38, "amber-tint")
    b.stroke([(236, 470), (236, 90)], "amber+ink*30", 9)
    b.stroke([(724, 470), (724, 90)], "amber+ink*30", 9)
    b.box(226, 76, 508, 290, "card", 6)
    b.box(240, 90, 480, 262, "focus+card*65", 4)
    b.sun(600, 170, 30, "amber-line", 2)
    b.area([(240, 352), (380, 210), (500, 310), (600, 240), (720, 352)], "jade")
    b.house(300, 352, 90, 2, "paper-deep", "brand", "amber-line", 2)
    b.hills(560, 60, "jade+ink*45", 0.4)
    b.area([(480, 560), (240, 352), (720, 352)], "amber-tint", 86)
    for n, x in enumerate((90, 230, 370, 590, 730, 870)):
        tone = ("brand", "jade", "amber", "card", "brand", "jade")[n]
        b.box(x - 38, 500, 76, 110, tone, 30)
        b.disc(x, 480, 30, ("ink", "ink+paper*60", "ink+paper*20")[n % 3])
        if n % 2 == 0:
            b.disc(x + 56, 512, 26, "amber-tint", ry=30)
            b.stroke([(x + 50, 540), (x + 36, 570)], "amber", 6)


def family(b: Board):
    b.ground("amber-tint", "sky")
    b.sun(160, 140, 60, "brand+amber-line*50")
    b.hills(470, 90, "jade+card*55", 0.3)
    b.house(330, 500, 320, 3, "card", "", "amber-line", 4)
    b.eaves(490, 350, 200, "brand", 80)
    b.box(456, 420, 70, 84, "brand-deep", 35)
    b.box(0, 498, 960, 120, "jade+card*35")
    b.tree(130, 520, 1.7, "jade")
    b.tree(850, 520, 1.4, "jade+amber-line*25")
    people = (
        (300, 1.15, "jade", "card+ink*25", 0),
        (390, 1.2, "ink-soft", "ink", 0),
        (470, 0.72, "amber", "ink", 0),
        (545, 1.15, "brand", "ink", 1),
        (625, 0.6, "focus", "ink", 0),
        (700, 1.1, "amber+brand*40", "card+ink*18", 1),
    )
    for n, (x, s, shirt, hair, skirt) in enumerate(people):
        person(
            b,
            x,
            560 - 60 * s,
            s,
            "hands",
            shirt,
            "ink" if not skirt else shirt,
            hair,
            skin=n,
            skirt=bool(skirt),
        )


def lake(b: Board):
    b.ground("amber-tint", "focus+card*70")
    b.sun(690, 210, 76, "brand+amber-line*55")
    b.hills(350, 60, "jade+card*60", 0.5)
    b.box(0, 340, 960, 280, "focus+card*62")
    for n in range(9):
        wide = 150 - n * 12
        b.box(690 - wide / 2 + (n % 2 * 2 - 1) * 14, 352 + n * 20, wide, 9, "amber-line", 4, clear=20 + n * 6)
    for row in range(6):
        y = 380 + row * 34
        b.stroke([(x, y + math.sin(x / 60 + row) * 5) for x in range(-10, 980, 12)], "card", 3, clear=45)
    for n in range(7):
        x, y = 190 + abs(n - 3) * 46 + n * 30, 90 + abs(n - 3) * 26
        b.bird(x, y, 1.15, "ink-soft")
    for n in range(22):
        x = 20 + n * 13 if n < 12 else 760 + (n - 12) * 21
        tall = 170 + n * 37 % 120
        b.stroke([(x, 620), (x + 14, 620 - tall)], "jade", 5)
        b.disc(x + 15, 620 - tall, 6, "amber", ry=24)
        b.leaf(x + 4, 600 - tall * 0.3, 90, -70 + n % 3 * 24, "jade" if n % 2 else "jade+card*25")
    b.disc(470, 520, 62, "jade", ry=16)
    b.disc(560, 556, 50, "jade+card*20", ry=13)
    b.flower(486, 506, 28, "brand-tint", petals=7)


def cake(b: Board):
    b.ground("brand-tint", "amber-tint")
    for n in range(9):
        x, y = 70 + n * 104, 110 + n * 47 % 80
        b.stroke([(x, y + 50), (x + 8, 330)], "line-strong", 2)
        b.disc(x, y, 42, ("brand", "amber-line", "jade", "focus+card*40")[n % 4], ry=50)
        b.disc(x - 12, y - 16, 10, "card", 50)
    b.box(0, 480, 960, 130, "amber+paper*40")
    b.disc(480, 520, 270, "card", ry=46)
    for y, wide, tall, tone in ((400, 380, 110, "brand+card*45"), (310, 270, 100, "card")):
        b.box(480 - wide / 2, y, wide, tall, tone, 16)
        for n in range(int(wide // 44)):
            b.slice(480 - wide / 2 + 24 + n * 44, y + 6, 25, 0, 180, "brand" if tone == "card" else "card")
        b.box(480 - wide / 2, y - 6, wide, 18, "brand" if tone == "card" else "card", 9)
    for n in range(5):
        x = 390 + n * 45
        b.box(x - 6, 246, 12, 62, ("jade", "focus", "amber", "jade", "focus")[n], 3)
        b.disc(x, 230, 9, "amber-line", ry=16)
        b.disc(x, 234, 5, "brand", ry=8)
    person(b, 180, 458, 1.35, "cheer", "brand", "ink", "card+ink*20")
    person(b, 790, 458, 1.35, "cheer", "jade", "ink", "card+ink*12")
