"""People as a few strokes, and portraits without anybody's face."""

from PIL import Image

from .board import Board

SKIN = ("#f0c9a6", "#e6b88f", "#f4d3b4")
# arms and legs as (elbow, hand) and (knee, foot) from the hip, up is negative; a person is some 130 units tall
POSES = {
    "stand": (((-17, -24), (-19, 2)), ((17, -24), (19, 2)), ((-7, 28), (-9, 58)), ((7, 28), (9, 58))),
    "wave": (((-17, -24), (-19, 2)), ((22, -58), (28, -84)), ((-7, 28), (-9, 58)), ((7, 28), (9, 58))),
    "cheer": (((-24, -60), (-30, -86)), ((24, -60), (30, -86)), ((-8, 28), (-12, 58)), ((8, 28), (12, 58))),
    "tai": (((-28, -42), (-52, -50)), ((26, -34), (50, -24)), ((-26, 22), (-38, 56)), ((22, 22), (34, 56))),
    "crane": (((-30, -50), (-56, -40)), ((30, -54), (54, -66)), ((-3, 28), (-4, 58)), ((20, 6), (10, 30))),
    "dance": (((-22, -62), (-36, -88)), ((28, -46), (54, -58)), ((-6, 28), (-10, 58)), ((22, 18), (48, 26))),
    "run": (((-22, -32), (-8, -14)), ((22, -34), (36, -50)), ((-18, 18), (-44, 30)), ((22, 12), (24, 46))),
    "hands": (((-24, -24), (-40, -8)), ((24, -24), (40, -8)), ((-7, 28), (-9, 58)), ((7, 28), (9, 58))),
    "sweep": (((12, -26), (30, -8)), ((18, -30), (36, -20)), ((-10, 28), (-18, 58)), ((10, 26), (14, 58))),
    "play": (((-10, -20), (10, -30)), ((18, -22), (16, -44)), ((-7, 28), (-9, 58)), ((7, 28), (9, 58))),
    "give": (((16, -26), (38, -28)), ((20, -22), (40, -22)), ((-7, 28), (-9, 58)), ((7, 28), (9, 58))),
    "sit": (((-16, -22), (6, -12)), ((18, -22), (22, -8)), ((22, 2), (24, 32)), ((28, 2), (32, 32))),
}


def person(
    board: Board,
    x,
    y,
    s=1.0,
    pose="stand",
    shirt="brand",
    trousers="ink",
    hair="ink",
    skin=0,
    flip=False,
    skirt=False,
):
    """Somebody whose hip is at (x, y)."""
    side = -1 if flip else 1

    def at(*points):
        return [(x + dx * s * side, y + dy * s) for dx, dy in points]

    left, right, left_leg, right_leg = POSES[pose]
    tone = SKIN[skin % 3]
    board.stroke(at((-13, -44), *left), f"{shirt.partition('+')[0]}+ink*18", 11 * s)
    board.disc(*at(left[1])[0], 6 * s, tone)
    for leg, hip in ((left_leg, (-6, -2)), (right_leg, (6, -2))):
        board.stroke(at(hip, *leg), trousers, 13 * s)
        foot = leg[1]
        board.stroke(at(foot, (foot[0] + 7, foot[1] + 3)), "ink+paper*10", 8 * s)
    if skirt:
        board.area(at((-14, -14), (14, -14), (27, 30), (-27, 30)), trousers)
    board.stroke(at((0, -52), (0, -40)), tone, 10 * s)
    board.area(at((-17, -47), (17, -47), (15, 4), (-15, 4)), shirt)
    board.stroke(at((-13, -45), (13, -45)), shirt, 12 * s)
    board.disc(*at((0, -66))[0], 14 * s, tone)
    hx, hy = at((0, -66))[0]
    board.slice(hx, hy - 2 * s, 15.5 * s, 178, 362, hair)
    if skirt:
        board.disc(*at((-12, -72))[0], 7 * s, hair)
    board.stroke(at((13, -44), *right), shirt, 11 * s)
    board.disc(*at(right[1])[0], 6 * s, tone)


def heads(board: Board, y, colours, count=9, r=34):
    """An audience seen from behind."""
    for seat in range(count):
        x = board.width * (seat + 0.5) / count + (12 if seat % 2 else -8)
        colour = colours[seat % len(colours)]
        board.box(x - r * 1.25, y + r * 0.7, r * 2.5, 200, colour, r)
        board.disc(x, y, r * 0.82, ("ink", "ink+paper*18", "ink+paper*55")[seat % 3])


# (ground, clothes, hair, its cut, glasses)
PORTRAITS = {
    "m1": ("jade-tint", "focus+ink*20", "ink", "short", False),
    "m2": ("amber-tint", "ink-soft", "ink+paper*12", "short", True),
    "m3": ("sky", "brand", "ink", "side", False),
    "m4": ("brand-tint", "jade", "ink+paper*45", "side", True),
    "f1": ("brand-tint", "jade", "ink", "bob", False),
    "f2": ("jade-tint", "brand", "ink+amber*20", "long", False),
    "f3": ("amber-tint", "focus", "ink", "bun", True),
    "f4": ("sky", "brand-deep", "ink+paper*50", "bob", False),
    "f5": ("jade-line", "amber", "ink+paper*8", "long", True),
    "f6": ("paper-deep", "ink-soft", "ink+amber*12", "bun", False),
}  # fmt: skip


def portrait(key: str) -> Image.Image:
    ground, clothes, hair, cut, glasses = PORTRAITS[key]
    board, tone = Board(400, 400), SKIN[len(ground) % 3]
    board.ground(f"{ground}+card*50", ground)
    if cut in ("long", "bob"):
        board.box(112, 92, 176, 200 if cut == "long" else 140, hair, 84)
    board.box(172, 220, 56, 90, f"{tone}", 20)
    board.box(80, 292, 240, 200, clothes, 84)
    board.area([(158, 294), (242, 294), (200, 350)], tone)
    board.area([(158, 292), (142, 300), (186, 372), (200, 350)], "card")
    board.area([(242, 292), (258, 300), (214, 372), (200, 350)], "card")
    board.disc(200, 176, 70, tone, ry=82)
    board.disc(131, 184, 12, tone)
    board.disc(269, 184, 12, tone)
    if cut == "bun":
        board.disc(200, 78, 34, hair)
    board.slice(200, 168, 82, 180, 360, hair)
    fringe = {"short": 128, "side": 140, "bob": 150, "long": 138, "bun": 132}[cut]
    board.area(
        [
            (120, 166),
            (124, fringe),
            (200, fringe - 22),
            (276, fringe),
            (280, 166),
            (266, fringe + 6),
            (200, fringe),
            (134, fringe + 6),
        ],
        hair,
    )
    for x in (172, 228):
        board.disc(x, 184, 6, "ink")
        board.stroke([(x - 12, 164), (x + 12, 163)], hair, 4)
        if glasses:
            board.ring(x, 184, 22, "ink+paper*15", 3)
    if glasses:
        board.stroke([(194, 182), (206, 182)], "ink+paper*15", 3)
    board.arc(200, 206, 24, 25, 155, "brand-ink+sky*35", 5)
    for x in (152, 248):
        board.disc(x, 212, 13, "brand", 84)
    return board.done()
