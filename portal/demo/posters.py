"""A few posters, drawn here: soft grounds and plain shapes, no lettering."""

import hashlib
import math

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw

from config.images import LARGE, Picture

# key: (upper colour, lower colour, shape, colour of the shape, what it shows)
DESIGNS = {
    "music": ("#f6d9c4", "#c96f4a", "waves", "#fff4ea", "暖色底上起伏的声波"),
    "tai": ("#dfeedd", "#5f9a73", "circles", "#f7fbf3", "绿色底上的圆环"),
    "book": ("#f4ead2", "#b58b4c", "bars", "#fffaf0", "米色底上排列的书脊"),
    "stage": ("#f7c9c2", "#b5363c", "rays", "#ffe9d6", "红色底上的舞台灯光"),
    "party": ("#e8564a", "#a31d1d", "rays", "#ffd98a", "红色底上的金色光芒"),
    "service": ("#cfe6f2", "#3d7fa6", "dots", "#ffffff", "蓝色底上的圆点"),
    "lecture": ("#dfe3f3", "#55639c", "bars", "#f5f6fc", "蓝紫底上的竖条"),
    "health": ("#d5f0ea", "#2f8f83", "waves", "#ffffff", "青色底上的波纹"),
    "phone": ("#e6ecff", "#4b6bbf", "dots", "#ffffff", "蓝色底上的圆点"),
    "spring": ("#f9d8a8", "#c8322b", "lanterns", "#ffcf5c", "红色底上的灯笼"),
    "lantern": ("#3a2a5e", "#a8443b", "lanterns", "#ffd36b", "夜色里的灯笼"),
    "dragon": ("#d6ecd0", "#2f7d5b", "waves", "#f4fbe9", "绿色底上的水波"),
    "moon": ("#1f2a52", "#5a4a86", "moon", "#ffe7a3", "夜空中的圆月"),
    "autumn": ("#f7e2b5", "#c77b2c", "leaves", "#9c3d1f", "金色底上的秋叶"),
    "national": ("#f06a4f", "#b41f24", "rays", "#ffe08a", "红色底上的金色光芒"),
    "summer": ("#bfe3f5", "#27608f", "moon", "#fff6d6", "蓝色夜空和月亮"),
    "craft": ("#fdeecb", "#e79a4f", "dots", "#ffffff", "橙色底上的彩点"),
    "volunteer": ("#fbe0dc", "#d4594f", "circles", "#fff5f3", "粉红底上的圆环"),
    "sport": ("#d9f0fb", "#2a86b8", "rays", "#ffffff", "蓝色底上的放射线"),
    "family": ("#f8e6d8", "#b8704f", "circles", "#fffaf5", "暖色底上的圆环"),
    "skill": ("#e9e4da", "#7d6a52", "bars", "#fbf8f2", "褐色底上的竖条"),
    "clean": ("#e2f3dc", "#4a9a55", "leaves", "#ffffff", "绿色底上的叶子"),
    "dance": ("#fbe1ef", "#b64f87", "waves", "#fff4fa", "粉色底上的波浪"),
    "chess": ("#f0e4cf", "#8a6a45", "dots", "#3d2d1c", "木色底上的棋子"),
    "points": ("#fff0c9", "#d9922e", "circles", "#ffffff", "金色底上的圆环"),
    "lake": ("#d3eef0", "#2f7f8c", "waves", "#ffffff", "湖水的波纹"),
}  # fmt: skip
ALTS = {key: design[4] for key, design in DESIGNS.items()}
SIZE = (960, 600)


def make_all(keys=None) -> dict[str, str]:
    """Draw the posters that are not there yet; gives the stored name of each."""
    return {key: make(key) for key in (keys or DESIGNS)}


def make(key: str) -> str:
    stem = f"posters/{hashlib.sha256(f'demo {key}'.encode()).hexdigest()[:32]}-{SIZE[0]}x{SIZE[1]}"
    if not default_storage.exists(f"{stem}.jpg"):
        for most, written in Picture(draw(key)).sizes.items():
            default_storage.save(f"{stem}{'' if most == LARGE else f'-{most}'}.jpg", ContentFile(written))
    return f"{stem}.jpg"


def draw(key: str) -> Image.Image:
    upper, lower, shape, ink, _ = DESIGNS[key]
    ground = Image.composite(
        Image.new("RGB", SIZE, lower), Image.new("RGB", SIZE, upper), Image.linear_gradient("L").resize(SIZE)
    )
    layer = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    SHAPES[shape](ImageDraw.Draw(layer), tuple(bytes.fromhex(ink[1:])))
    ground.paste(layer, mask=layer)
    return ground


def _waves(draw, ink):
    for row in range(9):
        y = 150 + row * 52
        points = [
            (x, y + math.sin(x / 90 + row * 0.8) * (34 - row * 2)) for x in range(-10, SIZE[0] + 20, 10)
        ]
        draw.line(points, fill=(*ink, 60 + row * 18), width=5 + row, joint="curve")


def _circles(draw, ink):
    for row, (x, y) in enumerate(((300, 330), (520, 250), (700, 380), (180, 180), (820, 170))):
        for ring in range(4):
            r = 36 + ring * 34 + row * 4
            draw.ellipse((x - r, y - r, x + r, y + r), outline=(*ink, 190 - ring * 40), width=9)


def _dots(draw, ink):
    for column in range(13):
        for row in range(8):
            r = 8 + (column * 7 + row * 11) % 22
            x, y = 50 + column * 74 + (row % 2) * 36, 55 + row * 72
            draw.ellipse((x - r, y - r, x + r, y + r), fill=(*ink, 70 + (column * 13 + row * 29) % 130))


def _bars(draw, ink):
    for column in range(18):
        height = 170 + (column * 83) % 230
        x = 60 + column * 48
        draw.rounded_rectangle(
            (x, SIZE[1] - 70 - height, x + 34, SIZE[1] - 70), 7, fill=(*ink, 90 + (column * 37) % 120)
        )


def _rays(draw, ink):
    for ray in range(24):
        angle = math.pi * ray / 12
        tips = [
            (480 + math.cos(angle + turn) * 900, 620 + math.sin(angle + turn) * 900) for turn in (0, 0.09)
        ]
        draw.polygon([(480, 620), *tips], fill=(*ink, 90))
    draw.ellipse((390, 530, 570, 710), fill=(*ink, 230))


def _lanterns(draw, ink):
    for column, (x, y) in enumerate(((150, 210), (330, 300), (520, 190), (700, 310), (850, 220))):
        draw.line((x, 0, x, y - 62), fill=(*ink, 160), width=4)
        draw.ellipse((x - 66, y - 56, x + 66, y + 56), fill=(*ink, 200 - column * 12))
        draw.ellipse((x - 30, y - 56, x + 30, y + 56), outline=(255, 255, 255, 110), width=3)
        draw.rectangle((x - 26, y - 66, x + 26, y - 54), fill=(*ink, 255))
        draw.line((x, y + 56, x, y + 120), fill=(*ink, 220), width=7)


def _moon(draw, ink):
    for ring in range(6):
        r = 130 + (5 - ring) * 26
        draw.ellipse((640 - r, 230 - r, 640 + r, 230 + r), fill=(*ink, 18 + ring * 8))
    draw.ellipse((510, 100, 770, 360), fill=(*ink, 245))
    for star in range(30):
        x, y = (star * 197) % 940 + 10, (star * 131) % 360 + 10
        draw.ellipse((x, y, x + 4, y + 4), fill=(*ink, 200))
    draw.polygon(
        [(0, 600), (0, 500), (190, 420), (380, 510), (560, 440), (790, 520), (960, 450), (960, 600)],
        fill=(20, 24, 48, 150),
    )


def _leaves(draw, ink):
    for leaf in range(26):
        x, y, r = (leaf * 173) % 930 + 15, (leaf * 239) % 560 + 20, 26 + (leaf * 17) % 34
        draw.pieslice(
            (x - r, y - r, x + r, y + r), leaf * 41, leaf * 41 + 140, fill=(*ink, 90 + (leaf * 23) % 130)
        )


SHAPES = {
    "waves": _waves, "circles": _circles, "dots": _dots, "bars": _bars, "rays": _rays, "lanterns": _lanterns, "moon": _moon, "leaves": _leaves,
}  # fmt: skip
