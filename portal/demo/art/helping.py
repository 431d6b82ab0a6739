"""Posters of services, of helping each other and of deliberation."""

from .board import Board
from .people import person


def _stall(b: Board, x, y, wide, colour):
    """A market stall with a striped awning on `y`."""
    for side in (x + 8, x + wide - 8):
        b.stroke([(side, y), (side, y - 190)], "line-strong", 7)
    stripes = max(4, wide // 42)
    step = wide / stripes
    for n in range(stripes):
        tone = colour if n % 2 == 0 else "card"
        b.area([(x + n * step + 14, y - 232), (x + (n + 1) * step - (14 if n == stripes - 1 else 0), y - 232),
                (x + (n + 1) * step, y - 170), (x + n * step, y - 170)], tone)  # fmt: skip
        b.slice(x + (n + 0.5) * step, y - 170, step / 2, 0, 180, tone)
    b.box(x - 6, y - 82, wide + 12, 82, f"{colour}+card*62", 6)
    b.box(x - 6, y - 86, wide + 12, 14, "amber+paper*20", 4)


def service(b: Board):
    b.ground("focus+card*82", "card")
    b.cloud(180, 110, 1.0)
    b.cloud(700, 80, 1.2)
    for x, floors, wall in ((20, 5, "paper-deep"), (230, 6, "sky"), (600, 5, "paper-deep"), (800, 7, "sky")):
        b.house(x, 470, 150, floors, wall, lit="focus+card*70")
    b.box(0, 468, 960, 140, "jade+card*62")
    person(b, 196, 468, 0.95, "give", "card", "ink", "ink", skin=1)
    person(b, 480, 468, 0.95, "give", "jade", "ink", "ink+paper*30")
    person(b, 770, 468, 0.95, "stand", "brand", "ink", "ink")
    _stall(b, 80, 540, 240, "brand")
    _stall(b, 370, 540, 240, "jade")
    _stall(b, 660, 540, 240, "focus")
    b.box(160, 490, 70, 22, "brand", 4)
    b.box(184, 466, 22, 70, "brand", 4)
    for dx in (-1, 1):
        b.ring(490 + dx * 16, 524, 11, "jade", 5)
        b.stroke([(490 + dx * 10, 514), (490 - dx * 20, 468)], "jade", 6)
    b.ring(760, 498, 16, "focus", 7)
    b.stroke([(774, 504), (826, 504), (826, 518)], "focus", 7)
    b.stroke([(806, 504), (806, 516)], "focus", 7)


def health(b: Board):
    b.ground("jade-tint", "jade-line")
    for x, y, r in ((140, 120, 70), (840, 470, 120), (120, 500, 90), (800, 110, 50)):
        b.disc(x, y, r, "card", 55)
    b.heart(480, 260, 210, "brand")
    b.heart(480, 250, 176, "brand+card*16")
    pulse = [(-200, 0), (-96, 0), (-66, -26), (-40, 0), (-18, 22), (14, -104), (52, 78), (78, 0), (200, 0)]
    b.stroke([(480 + x, 262 + y) for x, y in pulse], "card", 11)
    for x in (120, 250, 720, 850):
        b.stroke([(x, 600), (x + (480 - x) * 0.06, 420)], "jade", 8)
        for n, turn in enumerate((-150, -30, -140, -40)):
            b.leaf(x + (480 - x) * 0.03, 560 - n * 34, 78, turn, "jade" if n % 2 else "jade+card*25")


def phone(b: Board):
    b.ground("focus+card*78", "card")
    b.disc(480, 640, 420, "focus+card*55")
    b.box(350, 60, 260, 480, "ink", 40)
    b.box(366, 84, 228, 432, "card", 22)
    for n in range(6):
        x, y = 392 + n % 2 * 94, 116 + n // 2 * 104
        tone = ("brand", "jade", "focus", "amber", "jade", "brand")[n]
        b.box(x, y, 80, 80, tone, 18)
        if n == 0:
            b.stroke([(x + 24, y + 24), (x + 26, y + 50), (x + 56, y + 56)], "card", 9)
        elif n == 1:
            b.box(x + 16, y + 26, 34, 30, "card", 6)
            b.area([(x + 52, y + 40), (x + 66, y + 28), (x + 66, y + 54)], "card")
        elif n == 2:
            b.ring(x + 36, y + 36, 16, "card", 6)
            b.stroke([(x + 48, y + 48), (x + 60, y + 60)], "card", 7)
        elif n == 3:
            b.sun(x + 40, y + 40, 15, "card", 1)
        elif n == 4:
            b.heart(x + 40, y + 40, 24, "card")
        else:
            b.stroke([(x + 22, y + 42), (x + 36, y + 56), (x + 60, y + 26)], "card", 9)
    b.box(400, 440, 160, 44, "jade-tint", 22)
    for x, y, tone, flip in ((90, 130, "brand-tint", 1), (700, 210, "jade-tint", -1)):
        b.box(x, y, 180, 108, tone, 26)
        tip = x + 180 if flip > 0 else x
        b.area([(tip - flip * 40, y + 96), (tip - flip * 8, y + 140), (tip - flip * 4, y + 76)], tone)
        for row in range(3):
            b.stroke([(x + 30, y + 32 + row * 24), (x + 150 - row * 26, y + 32 + row * 24)], "ink-soft", 7)
    person(b, 186, 458, 1.35, "give", "brand", "ink-soft", "ink+paper*62")
    person(b, 776, 458, 1.35, "wave", "jade", "ink", "ink", flip=True)


def volunteer(b: Board):
    b.ground("brand-tint", "sky")
    b.heart(480, 190, 150, "brand+brand-tint*70")
    b.heart(480, 186, 110, "brand+brand-tint*40")
    b.heart(480, 182, 70, "brand")
    for x, floors in ((30, 4), (180, 5), (660, 5), (810, 4)):
        b.house(x, 500, 124, floors, "card+sky*35", lit="amber-line")
    b.box(0, 498, 960, 120, "jade+card*55")
    for n, x in enumerate((160, 290, 420, 550, 680, 810)):
        hair = ("ink", "ink+paper*55", "ink", "ink+paper*20", "ink+paper*60", "ink")[n]
        person(b, x, 456, 1.38, "hands", "brand", "ink-soft", hair, skin=n)
        b.area([(x - 5, 394), (x + 5, 394), (x + 4, 458), (x - 4, 458)], "card")
        b.heart(x + 13, 412, 7, "amber-line")


def clean(b: Board):
    b.ground("jade-tint", "card")
    b.sun(800, 120, 64, "amber-line")
    for x, floors, wall in ((40, 6, "paper-deep"), (250, 5, "sky"), (640, 5, "paper-deep"), (800, 6, "sky")):
        b.house(x, 470, 140, floors, wall, lit="jade-line")
    b.tree(470, 480, 1.8)
    b.box(0, 468, 960, 150, "paper-deep+line*60")
    for n, x in enumerate((190, 430, 700)):
        person(
            b,
            x,
            470,
            1.35,
            "sweep",
            ("brand", "jade", "brand")[n],
            "ink-soft",
            ("ink", "ink+paper*50", "ink")[n],
            skin=n,
            flip=n == 2,
        )
        side = -1 if n == 2 else 1
        b.stroke([(x + side * 20, 420), (x + side * 84, 540)], "amber", 7)
        b.area(
            [(x + side * 78, 528), (x + side * 96, 522), (x + side * 132, 566), (x + side * 84, 574)],
            "amber-line",
        )
    for n in range(26):
        b.leaf(40 + n * 37, 540 + n * 53 % 52, 26, n * 61, ("jade", "amber", "brand+amber-line*40")[n % 3])
    for n, tone in enumerate(("jade", "focus", "brand", "ink-soft")):
        b.box(828 + n * 32, 496, 28, 50, tone, 5)
        b.box(826 + n * 32, 490, 32, 9, f"{tone}+ink*25", 3)


def points(b: Board):
    b.ground("amber-tint", "amber-line")
    b.box(90, 120, 780, 22, "amber")
    b.box(90, 330, 780, 22, "amber")
    for x in (90, 850):
        b.box(x, 60, 20, 480, "amber+ink*15")
    tones = ("brand", "jade", "focus", "card", "brand+card*40", "jade+card*40")
    for n in range(6):
        b.box(140 + n * 118, 60, 84, 60, tones[n], 8)
        b.box(140 + n * 118, 80, 84, 14, "card", clear=35)
    for n in range(5):
        x, tone = 150 + n * 142, tones[(n + 2) % 6]
        if n % 2:
            b.box(x + 12, 226, 66, 104, tone, 20)
            b.box(x + 30, 202, 30, 30, "ink-soft", 6)
        else:
            b.disc(x + 45, 282, 48, tone)
            b.disc(x + 45, 282, 15, "amber-tint")
    for x, tone, s in ((260, "brand", 1.0), (640, "jade", 1.15)):
        b.box(x - 80 * s, 440 - 20 * s, 160 * s, 120 * s, tone, 8)
        b.box(x - 14 * s, 440 - 20 * s, 28 * s, 120 * s, "amber-line")
        b.box(x - 92 * s, 440 - 50 * s, 184 * s, 40 * s, f"{tone}+ink*15", 8)
        for side in (-1, 1):
            b.leaf(x, 440 - 48 * s, 76 * s, -90 + side * 48, "amber-line")
    for n in range(9):
        b.star(112 + n * 92, 562, 20, "brand" if n % 3 else "card")


def meeting(b: Board):
    b.ground("jade-tint", "paper-deep")
    b.box(90, 60, 200, 180, "focus+card*70", 10)
    b.box(186, 60, 8, 180, "card")
    b.box(90, 146, 200, 8, "card")
    b.box(360, 70, 240, 150, "card", 8)
    for n in range(3):
        b.stroke([(392, 108 + n * 36), (416, 108 + n * 36)], ("jade", "jade", "amber")[n], 14)
        b.stroke([(440, 108 + n * 36), (566 - n * 24, 108 + n * 36)], "line-strong", 7)
    b.lantern(760, 130, 0.7)
    tones = ("brand", "jade", "focus", "amber", "ink-soft", "brand-deep")
    for n in range(6):
        x = 150 + n * 132
        b.box(x - 42, 322, 84, 150, tones[n], 34)
        b.box(x - 9, 300, 18, 40, "sky")
        b.disc(x, 282, 32, ("#f0c9a6", "#e6b88f", "#f4d3b4")[n % 3])
        b.slice(x, 276, 35, 178, 362, ("ink", "ink+paper*55", "ink+paper*25")[n % 3])
    b.disc(480, 500, 450, "amber+ink*20", ry=124)
    b.disc(480, 486, 450, "amber+paper*25", ry=120)
    for n in range(6):
        x = 180 + n * 120
        b.disc(x, 452 + abs(n - 2.5) * 4, 20, "card", ry=9)
        b.box(x + 26, 440, 46, 26, "paper", 3)
    b.disc(480, 520, 46, "jade", ry=18)
    b.flower(468, 500, 20, "brand-tint")
    b.flower(500, 496, 17, "card")


def market(b: Board):
    b.ground("amber-tint", "card")
    for n in range(12):
        b.area(
            [(n * 84, 40), (n * 84 + 66, 40), (n * 84 + 33, 92)],
            ("brand", "jade", "amber-line", "focus")[n % 4],
        )
    b.stroke([(-10, 38), (970, 38)], "line-strong", 4)
    b.tree(60, 470, 1.5)
    b.tree(910, 470, 1.5, "jade+amber-line*25")
    b.box(0, 468, 960, 150, "sky+paper*45")
    for n, x in enumerate((250, 500, 740)):
        person(
            b, x, 462, 0.9, ("give", "wave", "give")[n], ("jade", "brand", "focus")[n], "ink", "ink", skin=n
        )
    _stall(b, 130, 530, 230, "jade")
    _stall(b, 390, 530, 220, "brand")
    _stall(b, 640, 530, 220, "amber")
    for n in range(6):
        b.box(150 + n * 32, 424, 24, 26, ("brand", "focus", "card", "amber", "jade", "brand")[n], 3)
        b.disc(412 + n * 34, 440, 13, ("amber-line", "jade", "brand-tint", "focus", "amber", "card")[n])
        b.box(
            662 + n * 32,
            418 + n % 2 * 10,
            22,
            34 - n % 2 * 10,
            ("focus", "card", "jade", "brand", "ink-soft", "card")[n],
            8,
        )
    person(b, 330, 516, 1.1, "stand", "ink-soft", "ink", "ink+paper*55", flip=True)
    person(b, 610, 540, 0.8, "cheer", "amber-line", "focus", "ink")
