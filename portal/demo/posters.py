"""The pictures of the demo by what they are for. Each is drawn once, under a name of its own in the media folder."""

import hashlib
from collections.abc import Callable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from config.images import LARGE, Picture

from .art import classes, communities, festivals, goods, helping, people, places, scenes
from .art.board import Board

# key: (how it is drawn, what it shows)
DESIGNS: dict[str, tuple[Callable[[Board], None], str]] = {
    "music": (classes.music, "三位居民吹着电吹管，音符在五线谱上起伏"),
    "tai": (classes.tai, "山前晨光里，几位居民打太极"),
    "book": (classes.book, "书架前摊开的一本书和一盏台灯"),
    "stage": (festivals.stage, "红色幕布前，居民在舞台上表演"),
    "party": (festivals.party, "红色底上的金星、长城和飘带"),
    "service": (helping.service, "楼前的便民摊位：义诊、理发、配钥匙"),
    "lecture": (classes.lecture, "讲师站在大屏幕旁讲课，台下坐满听众"),
    "health": (helping.health, "一颗红心和心电图，两旁长着绿叶"),
    "phone": (helping.phone, "两位居民守着一部大字版手机"),
    "spring": (festivals.spring, "红底上的梅花、灯笼和欢呼的一家人"),
    "lantern": (festivals.lantern, "夜色里挂起灯笼，居民抬头赏灯"),
    "dragon": (festivals.dragon, "江上的龙舟和青色的粽子"),
    "moon": (festivals.moon, "圆月、桂花和看月亮的一家人"),
    "autumn": (festivals.autumn, "秋山前，两位老人走在菊花丛中"),
    "national": (festivals.national, "烟花下挥旗的人群和红色城楼"),
    "summer": (festivals.summer, "夏夜里，居民坐着看露天电影"),
    "craft": (classes.craft, "孩子们在山坡上放风筝"),
    "volunteer": (helping.volunteer, "一排穿红马甲的志愿者手拉着手"),
    "sport": (classes.sport, "跑道上你追我赶的居民"),
    "family": (festivals.family, "一家三代站在家门口"),
    "skill": (classes.skill, "工具墙前，两人在学手艺"),
    "clean": (helping.clean, "居民拿着扫把清扫院子里的落叶"),
    "dance": (classes.dance, "四位居民持扇起舞"),
    "chess": (classes.chess, "一盘下到中局的象棋"),
    "points": (helping.points, "货架上的日用品和扎好的礼盒"),
    "lake": (festivals.lake, "夕阳下的湖水、芦苇和飞过的雁群"),
    "meeting": (helping.meeting, "居民围着圆桌议事"),
    "market": (helping.market, "彩旗下的邻里跳蚤市场"),
    "cake": (festivals.cake, "老人们围着生日蛋糕欢呼"),
    "fraud": (scenes.shield, "陌生来电被绿色盾牌挡住"),
}
SCENES: dict[str, tuple[Callable[[Board], None], str]] = {
    "rain": (scenes.rain, "大雨中，两位居民撑着伞走过积水的院子"),
    "winter": (scenes.winter, "雪后的房子冒着炊烟，门前堆着雪人"),
    "water": (scenes.water, "水龙头下接水的桶和检修师傅"),
    "vaccine": (scenes.syringe, "挡住病毒的绿色盾牌"),
    "rubbish": (scenes.bins, "四色分类垃圾桶，居民正在投放"),
    "census": (scenes.census, "调查员带着登记表上门"),
    "charge": (scenes.charge, "充电棚下的两辆电动自行车"),
}
PLACES: dict[str, tuple[Callable[[Board], None], str]] = {
    "service_centre": (places.centre, ""),
    "neighbourhood_centre": (places.courtyard, ""),
    "civilisation": (festivals.stage, ""),
    "red_station": (places.station, ""),
    "chat_point": (places.teahouse, ""),
    "day_care": (places.care, ""),
    "library": (places.reading, ""),
    "hall": (places.seats, ""),
    "sports": (places.court, ""),
    "park": (places.park, ""),
    "canteen": (places.kitchen, ""),
    "housing": (places.flats, ""),
    "integrity": (places.lotus, ""),
}
COMMUNITIES: dict[str, tuple[Callable[[Board], None], str]] = {
    slug: (getattr(communities, slug), "")
    for slug in ("niying", "daimoge", "longmen", "shunjing", "wenfeng", "zhongnan", "yanming")
}
GOODS = {
    key: (getattr(goods, key), "")
    for key in (
        "paper",
        "powder",
        "soap",
        "paste",
        "towel",
        "umbrella",
        "cup",
        "rice",
        "oil",
        "hair",
        "fan",
        "gift",
    )
}
ALTS = {key: alt for key, (_draw, alt) in (DESIGNS | SCENES).items()}
DRAWING = 2  # told apart by name from what was drawn before


def make_all() -> dict[str, dict[str, str]]:
    """Draw what is not there yet; gives the stored name of each by folder and key."""
    albums = {
        "posters": DESIGNS,
        "notices": SCENES,
        "facilities": PLACES,
        "profiles": COMMUNITIES,
        "goods": GOODS,
    }
    made = {
        folder: {key: make(folder, key, album[key][0]) for key in album} for folder, album in albums.items()
    }
    made["posts"] = {
        key: keep("posts", key, lambda key=key: people.portrait(key)) for key in people.PORTRAITS
    }
    return made


def make(folder: str, key: str, draw: Callable[[Board], None]) -> str:
    def drawn():
        board = Board()
        draw(board)
        return board.done()

    return keep(folder, key, drawn)


def keep(folder: str, key: str, drawn: Callable[[], Image.Image]) -> str:
    width, height = (400, 400) if folder == "posts" else (960, 600)
    digest = hashlib.sha256(f"demo {DRAWING} {folder} {key}".encode()).hexdigest()[:32]
    stem = f"{folder}/{digest}-{width}x{height}"
    if not default_storage.exists(f"{stem}.jpg"):
        for most, written in Picture(drawn()).sizes.items():
            default_storage.save(f"{stem}{'' if most == LARGE else f'-{most}'}.jpg", ContentFile(written))
    return f"{stem}.jpg"
