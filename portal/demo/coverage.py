"""What the compounds have, beyond what their plan says of organisations and facilities.

带谟阁社区 has everything everywhere (seed 002: six times 全覆盖), for longer than the demo tells of. The others are invented,
with gaps, and with lamps and equipment that came one by one.
"""

from datetime import date, timedelta

from community.models import Unit
from venues.models import Amenity, Facility

from .scene import Scene

# Compounds without it, by community.
MISSING = {
    "daimoge": {},
    "longmen": {"fitness": ["水利家属院", "粮食小区"]},
    "niying": {
        "lighting": ["福满家园"],
        "fitness": ["湿地公馆", "福满家园", "康宁小区", "光武花园", "盛景小区", "安泰小区"],
    },
    "shunjing": {"fitness": ["烟草家属院"], "lighting": ["烟草家属院"]},
    "wenfeng": {"fitness": ["教师新村"]},
    "zhongnan": {"fitness": ["中南青年人才公寓", "湘江雅筑"]},
    "yanming": {"fitness": ["雁鸣小区"], "lighting": ["东漳家园"]},
}
# Whose residents use the red station of another compound, by a word of its name.
SHARED = {
    "daimoge": {"五金小区": "纺织小区", "税务家属院": "带谟雅苑"},
    "shunjing": {"烟草家属院": "柏树巷"},
    "wenfeng": {"塔湾小区": "文峰小区"},
    "zhongnan": {"同心佳园": "雷锋驿站", "中南一村": "雷锋驿站"},
}
COMPLETE = date(2024, 1, 1)  # of whom the article tells that everything is there


def place_of(name: str, compounds: list[Unit]) -> Unit | None:
    """The compound whose name the name of a facility begins with."""
    return next((unit for unit in compounds if name.startswith(unit.name.removesuffix("小区"))), None)


def amenities(scene: Scene, plan: dict, place: dict) -> None:
    slug, dice = plan.get("like", plan["slug"]), scene.dice(plan["slug"], "amenities")
    newest = COMPLETE if slug == "daimoge" else scene.ago(20)
    oldest = date(2019, 3, 1)
    rows = []
    for unit in place["compounds"]:
        for kind, least, most in (("lighting", 12, 60), ("fitness", 6, 18)):
            if unit.name in MISSING[slug].get(kind, ()):
                continue
            since = oldest + timedelta(days=dice.randrange((newest - oldest).days))
            worn = dice.random() < 0.12
            rows.append(Amenity(unit=unit, kind=kind, number=dice.randint(least, most), since=since,
                                condition="repair" if worn else "good", note="已报修" if worn else ""))  # fmt: skip
    stations = Facility.objects.within(place["unit"]).filter(kind="red_station")
    for name, word in SHARED.get(slug, {}).items():
        unit = next(unit for unit in place["compounds"] if unit.name == name)
        station = next(row for row in stations if word in row.name)
        rows.append(
            Amenity(unit=unit, kind="red_station", facility=station, since=station.opened_on, note="合用")
        )
    Amenity.objects.bulk_create(rows)
