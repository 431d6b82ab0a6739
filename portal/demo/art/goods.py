"""Goods of the shop: one thing in the middle of a plain ground."""

from .board import Board


def _ground(b: Board, tone: str):
    b.ground(f"{tone}+card*86", f"{tone}+card*66")
    b.disc(480, 520, 300, f"{tone}+card*45", 40, ry=34)


def paper(b: Board):
    _ground(b, "focus")
    for row in range(2):
        for n in range(3):
            x, y = 330 + n * 150, 240 + row * 170
            b.box(x - 70, y - 70, 140, 160, "card", 26)
            b.disc(x, y - 62, 68, "card+ink*8", ry=26)
            b.disc(x, y - 62, 22, "amber+card*35", ry=9)
    b.box(256, 356, 448, 70, "focus", 10, 20)


def powder(b: Board):
    _ground(b, "jade")
    b.area([(330, 130), (630, 130), (668, 520), (292, 520)], "jade")
    b.box(322, 104, 316, 46, "jade+ink*20", 8)
    b.disc(480, 300, 92, "card")
    for x, y, r in ((450, 280, 26), (505, 290, 34), (470, 330, 30)):
        b.ring(x, y, r, "focus", 6)
    b.box(350, 420, 260, 50, "amber-line", 10)


def soap(b: Board):
    _ground(b, "amber")
    b.box(270, 320, 420, 170, "amber-line", 70)
    b.box(300, 296, 360, 150, "amber+card*40", 70)
    b.box(360, 340, 240, 60, "amber+card*70", 30)
    for x, y, r in ((300, 210, 40), (380, 150, 26), (600, 190, 52), (690, 250, 26), (500, 120, 18)):
        b.ring(x, y, r, "focus+card*40", 6)


def paste(b: Board):
    _ground(b, "focus")
    b.area([(250, 280), (640, 250), (640, 430), (250, 400)], "card")
    b.area([(250, 280), (420, 267), (420, 413), (250, 400)], "brand")
    b.box(640, 296, 80, 90, "focus", 10)
    b.box(226, 270, 30, 140, "line-strong", 6)
    b.stroke([(440, 340), (610, 340)], "jade", 16)


def towel(b: Board):
    _ground(b, "brand")
    for n, tone in enumerate(("brand", "brand+card*40", "jade", "focus")):
        y = 460 - n * 84
        b.box(280, y - 60, 400, 90, tone, 44)
        b.disc(650, y - 15, 44, f"{tone.partition('+')[0]}+card*60")
        b.ring(650, y - 15, 22, tone, 6)


def umbrella(b: Board):
    _ground(b, "jade")
    b.stroke([(480, 250), (480, 500)], "amber", 12)
    b.arc(510, 500, 30, 20, 180, "amber", 12)
    b.slice(480, 290, 260, 180, 360, "jade")
    for n in range(4):
        b.slice(285 + n * 130, 290, 65, 180, 360, "jade+card*84" if n % 2 else "jade+card*76")
    b.stroke([(480, 10), (480, 40)], "amber", 10)


def cup(b: Board):
    _ground(b, "brand")
    b.box(370, 150, 220, 390, "brand", 40)
    b.box(386, 84, 188, 90, "ink+paper*40", 24)
    b.box(370, 190, 220, 26, "card", 0, 60)
    b.box(404, 240, 34, 240, "card", 16, 65)
    b.heart(505, 380, 44, "card")


def rice(b: Board):
    _ground(b, "amber")
    b.area([(310, 140), (650, 140), (690, 530), (270, 530)], "card")
    b.area([(330, 90), (630, 90), (650, 150), (310, 150)], "amber+card*50")
    b.stroke([(316, 146), (644, 146)], "brand", 10)
    b.box(360, 240, 240, 180, "brand", 16)
    for n in range(5):
        b.leaf(480, 410, 130 - n % 2 * 20, -150 + n * 30, "amber-line")


def oil(b: Board):
    _ground(b, "amber")
    b.box(350, 200, 260, 340, "amber+card*30", 50)
    b.box(430, 110, 100, 110, "amber+card*55", 14)
    b.box(436, 76, 88, 50, "jade", 10)
    b.arc(600, 290, 70, 250, 90, "amber", 20)
    b.box(372, 330, 216, 130, "card", 14)
    b.flower(480, 395, 60, "amber-line")


def hair(b: Board):
    _ground(b, "jade")
    for side in (-1, 1):
        b.ring(480 + side * 74, 460, 56, "brand", 20)
        b.stroke([(480 + side * 44, 414), (480 - side * 70, 130)], "ink+paper*40", 22)
    b.disc(480, 318, 12, "card")
    b.box(700, 180, 60, 300, "amber+card*25", 10)
    for n in range(10):
        b.box(640, 190 + n * 29, 60, 14, "amber+card*25", 4)


def fan(b: Board):
    _ground(b, "focus")
    b.box(240, 150, 480, 180, "card", 34)
    b.box(280, 270, 400, 24, "focus+card*40", 12)
    b.disc(672, 196, 12, "jade")
    for n in range(3):
        x = 340 + n * 140
        b.stroke([(x, 360), (x - 24, 420), (x + 20, 470), (x - 6, 530)], "focus+card*25", 12)


def gift(b: Board):
    _ground(b, "brand")
    b.box(300, 260, 360, 260, "brand", 14)
    b.box(280, 210, 400, 80, "brand+ink*15", 12)
    b.box(450, 210, 60, 310, "amber-line")
    for side in (-1, 1):
        b.ring(480 + side * 58, 170, 52, "amber-line", 18)
