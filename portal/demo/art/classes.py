"""Posters of classes, lectures and sport."""

import math

from .board import Board
from .people import heads, person


def music(b: Board):
    b.ground("amber-tint", "amber-line")
    b.sun(800, 130, 74, "brand+amber-line*40")
    b.hills(560, 90, "brand+amber-line*55", 0.4)
    for row in range(5):
        y = 190 + row * 34
        b.stroke([(x, y + math.sin(x / 130) * 46) for x in range(-20, 1000, 14)], "brand+card*25", 4)
    for x, row, flag in (
        (130, 3, 1),
        (250, 1, 0),
        (365, 2, 1),
        (500, 0, 0),
        (610, 3, 1),
        (735, 1, 1),
        (860, 2, 0),
    ):
        y = 190 + row * 34 + math.sin(x / 130) * 46
        b.stroke([(x + 17, y), (x + 17, y - 92)], "brand-deep", 6)
        b.disc(x, y, 21, "brand-deep", ry=16)
        if flag:
            b.stroke([(x + 17, y - 92), (x + 44, y - 66), (x + 40, y - 40)], "brand-deep", 7)
    b.hills(640, 90, "brand-deep", 2.2)
    for x, shirt in ((250, "jade"), (480, "card"), (710, "focus")):
        person(b, x, 500, 1.15, "play", shirt, "ink", "ink+paper*60")
        b.stroke([(x + 14, 448), (x + 44, 520), (x + 62, 508)], "amber-line", 10)


def tai(b: Board):
    b.ground("jade-tint", "jade-line")
    b.sun(690, 190, 96, "amber-line")
    b.cloud(220, 130, 1.0)
    b.cloud(480, 90, 0.7)
    b.hills(430, 150, "jade+jade-line*70", 0.2)
    b.hills(500, 120, "jade+jade-line*40", 1.9)
    b.pagoda(830, 428, 5, 0.72, "card", "jade")
    b.hills(600, 60, "jade", 0.9)
    for x, pose, shirt in ((210, "tai", "card"), (470, "crane", "card"), (710, "tai", "card")):
        b.disc(x, 566, 58, "jade+ink*30", 40, ry=11)
        person(b, x, 496, 1.5, pose, shirt, "card+jade*18", "ink+paper*55", skin=x % 3)
    b.bird(340, 190, 1.2, "jade")
    b.bird(410, 160, 0.9, "jade")


def book(b: Board):
    b.ground("paper", "sky")
    b.box(0, 0, 960, 440, "amber+paper*72")
    for shelf in range(2):
        y = 170 + shelf * 170
        x = 40
        for n in range(25):
            wide, tall = 20 + (n * 13 + shelf * 7) % 18, 92 + (n * 29 + shelf * 17) % 40
            tone = ("brand", "jade", "amber", "focus", "ink-soft", "brand-deep")[(n * 5 + shelf) % 6]
            if (n + shelf * 3) % 9 == 8:
                x += 26
                continue
            b.box(x, y - tall, wide, tall, f"{tone}+paper*{12 + n % 3 * 10}", 3)
            b.box(x + 4, y - tall + 14, wide - 8, 8, "amber-line", clear=30)
            x += wide + 5
        b.box(0, y, 960, 16, "amber+ink*20")
    b.box(0, 440, 960, 160, "amber+paper*30")
    b.area([(200, 520), (470, 560), (470, 468), (220, 436)], "card")
    b.area([(740, 520), (470, 560), (470, 468), (720, 436)], "paper-deep")
    for row in range(5):
        y = 456 + row * 16
        b.stroke([(246 - row * 3, y), (446, y + 24)], "line-strong+card*40", 3)
        b.stroke([(494, y + 24), (694 + row * 3, y)], "line-strong+card*30", 3)
    b.stroke([(820, 560), (820, 470), (770, 400)], "jade", 10)
    b.slice(748, 400, 62, 20, 200, "jade")
    b.disc(756, 414, 120, "amber-tint", 72)
    b.box(780, 552, 84, 16, "jade", 8)


def lecture(b: Board):
    b.ground("focus+card*86", "sky")
    b.box(250, 70, 460, 280, "ink-soft", 14)
    b.box(264, 84, 432, 252, "card", 6)
    for n, tall in enumerate((70, 120, 96, 160)):
        b.box(310 + n * 56, 306 - tall, 34, tall, ("jade", "amber", "focus", "brand")[n], 4)
    b.stroke([(300, 306), (560, 306)], "ink-soft", 4)
    b.disc(622, 190, 46, "amber-line")
    b.slice(622, 190, 46, 270, 20, "brand")
    person(b, 826, 330, 1.5, "wave", "brand", "ink", "ink", flip=True)
    b.area([(776, 420), (890, 420), (872, 340), (790, 340)], "amber")
    b.box(766, 326, 132, 20, "amber+ink*20", 4)
    b.box(0, 420, 960, 200, "amber+paper*55")
    heads(b, 430, ["jade", "brand", "focus", "amber", "ink-soft"], 9, 36)
    heads(b, 520, ["focus", "brand-deep", "jade", "ink-soft", "brand"], 8, 46)


def craft(b: Board):
    b.ground("amber-tint", "card")
    b.cloud(160, 120, 1.1, "focus+card*70", 29)
    b.cloud(760, 90, 1.0, "focus+card*70", 29)
    b.hills(560, 60, "jade+card*45", 0.6)
    for x, y, s, tone in ((300, 170, 1.0, "brand"), (600, 120, 1.2, "focus"), (820, 260, 0.8, "jade")):
        b.area([(x, y - 90 * s), (x + 66 * s, y), (x, y + 110 * s), (x - 66 * s, y)], tone)
        b.area([(x, y - 90 * s), (x + 66 * s, y), (x, y)], "card", 70)
        b.area([(x, y), (x, y + 110 * s), (x - 66 * s, y)], "ink", 86)
        tail = [(x + math.sin(t / 3) * 26 * s, y + 110 * s + t * 13 * s) for t in range(11)]
        b.stroke(tail, tone, 4)
        for t in (3, 6, 9):
            tx, ty = tail[t]
            b.area([(tx - 16, ty - 9), (tx + 16, ty + 9), (tx + 16, ty - 9), (tx - 16, ty + 9)], "amber-line")
    b.hills(610, 50, "jade", 2.0)
    for n, (x, pose) in enumerate(((180, "cheer"), (350, "run"), (520, "wave"), (690, "run"))):
        person(
            b,
            x,
            520,
            0.86,
            pose,
            ("brand", "focus", "amber", "jade")[n],
            "ink-soft",
            "ink",
            skin=n,
            flip=n == 3,
        )
    b.stroke([(202, 446), (300, 280)], "ink-soft", 2)
    b.stroke([(544, 448), (600, 252)], "ink-soft", 2)
    for x in (60, 870):
        b.tree(x, 566, 0.9)


def sport(b: Board):
    b.ground("focus+card*80", "card")
    b.sun(820, 120, 60, "amber-line")
    b.hills(330, 70, "jade+card*60", 0.7)
    b.box(0, 320, 960, 300, "jade+card*40")
    for lane in range(5):
        b.pen.arc(
            b._flat(-200, 330 + lane * 56, 1160, 1100 + lane * 56), 180, 360, fill=b._ink("card"), width=8
        )
        if lane < 4:
            b.pen.arc(
                b._flat(-204, 338 + lane * 56, 1164, 1108 + lane * 56),
                180,
                360,
                fill=b._ink("brand+card*12"),
                width=96,
            )
    for n, (x, y, pose) in enumerate(((250, 330, "run"), (480, 380, "run"), (700, 440, "run"))):
        b.disc(x, y + 86, 56, "ink", 75, ry=9)
        person(
            b,
            x,
            y,
            1.35 + n * 0.1,
            pose,
            ("amber-line", "card", "focus")[n],
            "ink",
            ("ink", "ink+paper*55", "ink")[n],
            skin=n,
        )
    b.stroke([(90, 120), (90, 300)], "line-strong", 6)
    for n in range(6):
        b.area(
            [(90 + n * 96, 110), (170 + n * 96, 110), (130 + n * 96, 170)],
            ("brand", "amber-line", "jade", "focus")[n % 4],
        )
    b.stroke([(90, 108), (660, 108)], "line-strong", 4)


def skill(b: Board):
    b.ground("paper-deep", "sky")
    b.box(60, 60, 840, 330, "amber+paper*45", 16)
    for n in range(21):
        for row in range(7):
            b.disc(90 + n * 39, 92 + row * 44, 3, "amber+ink*10", 45)
    b.stroke([(170, 120), (170, 330)], "amber+ink*25", 18)
    b.box(118, 104, 104, 46, "ink-soft", 8)
    b.ring(330, 136, 34, "ink-soft", 16)
    b.area([(310, 84), (350, 84), (346, 130), (314, 130)], "amber+paper*45")
    b.stroke([(330, 172), (330, 330)], "ink-soft", 20)
    for n in range(3):
        b.stroke([(440 + n * 50, 110), (440 + n * 50, 250)], ("brand", "jade", "focus")[n], 16)
        b.stroke([(440 + n * 50, 250), (440 + n * 50, 330)], "ink-soft", 7)
    b.area([(640, 110), (800, 110), (820, 330), (620, 330)], "jade")
    b.box(670, 220, 100, 76, "jade+ink*18", 10)
    b.stroke([(660, 112), (680, 80), (760, 80), (780, 112)], "jade", 8)
    b.box(0, 470, 960, 140, "amber")
    b.box(0, 462, 960, 22, "amber+ink*25")
    person(b, 300, 430, 1.4, "give", "focus", "ink", "ink")
    person(b, 640, 430, 1.4, "give", "brand", "ink", "ink+paper*20", flip=True)
    b.box(394, 424, 150, 44, "card", 8)
    b.disc(470, 420, 52, "card", ry=24)
    b.disc(470, 412, 40, "amber-tint", ry=14)
    b.box(0, 484, 960, 120, "amber+paper*12")


def dance(b: Board):
    b.ground("brand-tint", "brand+card*62")
    b.disc(480, 300, 260, "card", 55)
    for n in range(14):
        b.flower(40 + n * 71, 60 + n * 67 % 110, 20 + n % 3 * 6, "brand+card*45" if n % 2 else "card")
    b.disc(480, 560, 470, "brand+card*40", ry=70)
    for n, x in enumerate((190, 385, 580, 775)):
        tone = ("brand", "jade", "brand", "jade")[n]
        person(b, x, 430, 1.6, "dance", tone, f"{tone}+card*25", "ink", skin=n, skirt=True, flip=n > 1)
        side = -1 if n > 1 else 1
        hx, hy = x + side * 86, 338
        b.slice(hx, hy, 66, 190 if side < 0 else 250, 290 if side < 0 else 350, "amber-line")
        for ray in range(5):
            a = math.radians((190 if side < 0 else 250) + 10 + ray * 20)
            b.stroke([(hx, hy), (hx + math.cos(a) * 62, hy + math.sin(a) * 62)], "amber", 3)
        b.slice(x - side * 56, 294, 58, 180, 270, "amber-line") if side > 0 else b.slice(
            x - side * 56, 294, 58, 270, 360, "amber-line"
        )


def chess(b: Board):
    b.ground("amber+paper*55", "amber+paper*30")
    b.box(120, 50, 720, 500, "amber+ink*25", 18)
    b.box(140, 70, 680, 460, "amber-line", 8)
    for row in range(6):
        b.stroke([(180, 110 + row * 76), (780, 110 + row * 76)], "amber+ink*30", 4)
    for column in range(9):
        x = 180 + column * 75
        for top, end in ((110, 262), (338, 490)):
            b.stroke([(x, top), (x, end)], "amber+ink*30", 4)
    b.stroke([(405, 110), (555, 262)], "amber+ink*30", 3)
    b.stroke([(555, 110), (405, 262)], "amber+ink*30", 3)
    for n, (column, row) in enumerate(
        ((0, 0), (2, 0), (4, 0), (7, 1), (8, 0), (1, 4), (3, 5), (4, 5), (6, 3), (8, 5), (2, 3), (5, 2))
    ):
        x, y = 180 + column * 75, 110 + row * 76
        tone = "brand" if n >= 5 else "jade+ink*30"
        b.disc(x + 4, y + 7, 33, "ink", 70)
        b.disc(x, y, 33, "amber-tint")
        b.ring(x, y, 27, tone, 4)
        b.disc(x, y, 13, tone)
