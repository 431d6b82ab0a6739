"""Names in pinyin: the sort key of every list of people, and what is typed to find them."""

import re
from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PINYIN_DICT

from .identity import COMPOUND_SURNAMES

# As a surname these are read otherwise than elsewhere; pypinyin gives the everyday reading.
SURNAMES = dict(
    pair.split("=")
    for pair in [
        "单=shan",
        "單=shan",
        "曾=zeng",
        "仇=qiu",
        "解=xie",
        "查=zha",
        "区=ou",
        "盖=ge",
        "任=ren",
        "华=hua",
        "朴=piao",
        "乐=yue",
        "缪=miao",
        "翟=zhai",
        "黑=he",
        "召=shao",
        "覃=qin",
        "郗=xi",
        "尉=wei",
        "万=wan",
        "员=yun",
        "燕=yan",
        "葛=ge",
        "宁=ning",
        "冼=xian",
        "佘=she",
        "折=she",
        "那=na",
        "能=nai",
        "秘=bi",
        "繁=po",
        "乜=nie",
        "逄=pang",
        "洗=xian",
        "种=chong",
        "隗=wei",
        "祭=zhai",
        "阚=kan",
        "卜=bu",
        "晁=chao",
        "逯=lu",
        "娄=lou",
        "晏=yan",
        "钭=tou",
        "撒=sa",
        "瞿=qu",
        "璩=qu",
        "牟=mu",
        "哈=ha",
        "幺=yao",
        "谌=chen",
        "车=che",
        "纪=ji",
        "石=shi",
        "洪=hong",
        "柏=bai",
        "应=ying",
        "於=yu",
        "俞=yu",
        "句=gou",
        "教=jiao",
        "訾=zi",
        "都=du",
        "过=guo",
        "哈=ha",
        "藏=zang",
        "术=zhu",
        "行=xing",
        "䶮=yan",
    ]
)
COMPOUND = {
    "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "澹台": "tan tai", "单于": "chan yu", "鲜于": "xian yu",
    "令狐": "ling hu", "夏侯": "xia hou", "宰父": "zai fu", "亓官": "qi guan", "乐正": "yue zheng", "呼延": "hu yan",
}  # fmt: skip
_COMPOUND = COMPOUND_SURNAMES | COMPOUND.keys()
_HAN = "\u3400-\u9fff\U00020000-\U0003ffff\uf900-\ufaff"


def _read(text: str) -> list[str]:
    """Syllables of Chinese text; a character without a known reading stands for itself, after all letters."""
    parts = (re.findall(rf"[a-z]+|[{_HAN}]", part.lower()) for part in lazy_pinyin(text, style=Style.NORMAL))
    return [syllable for part in parts for syllable in part]


@lru_cache(
    maxsize=20_000
)  # names repeat, and each is asked for whole, for its given part and for its initials
def syllables(name: str) -> tuple[str, ...]:
    """`王秀英` → wang xiu ying; Latin words stay whole words."""
    surname, rest = name[:1], name[1:]
    if _has_compound_surname(name):
        surname, rest = name[:2], name[2:]
        first = COMPOUND[surname].split() if surname in COMPOUND else _read(surname)
    elif surname in SURNAMES:
        first = [SURNAMES[surname]]
    else:
        return tuple(_read(name))
    return (*first, *_read(rest))


def _has_compound_surname(name: str) -> bool:
    return len(name) > 2 and name[:2] in _COMPOUND


def pinyin(name: str) -> str:
    return " ".join(syllables(name))[:120]


def given(name: str, whole: str = "") -> str:
    """The pinyin after the surname: `xiu ying` of 王秀英. `whole`: its pinyin when somebody wrote it otherwise."""
    return " ".join((whole or pinyin(name)).split()[2 if _has_compound_surname(name) else 1 :])


def initials(name: str) -> str:
    return "".join(syllable[0] for syllable in syllables(name))[:30]


@lru_cache(maxsize=1)
def all_syllables() -> frozenset[str]:
    marked = {syllable for readings in PINYIN_DICT.values() for syllable in readings.split(",")}
    plain = {re.sub(r"[^a-z]", "", _plain(syllable)) for syllable in marked}
    return frozenset(plain - {"", "m", "n", "ng", "hm", "hng"})


def _plain(syllable: str) -> str:
    return syllable.translate(_MARKS)


_MARKS = str.maketrans("āáǎàōóǒòēéěèêīíǐìūúǔùüǖǘǚǜńňǹḿ", "aaaaooooeeeeeiiiiuuuuvvvvvnnnm")


def typed(text: str) -> str:
    """What somebody typed in Latin letters: small, without tones, lü as lv, single blanks."""
    text = text.strip().lower().translate(_MARKS)
    text = re.sub(r"[^a-z]+", " ", text).strip()
    return re.sub(r"\b([ln])yu(e?)\b", r"\1v\2", text)


def readings(text: str, most: int = 4) -> list[str]:
    """The ways to cut typed letters into syllables, as beginnings of a sort key: `xian` → xian, xi an.

    The last syllable may be unfinished. Blanks that were typed are kept as cuts.
    """
    words = text.split()
    found = [""] if words else []
    for place, word in enumerate(words, 1):
        # a whole syllable before a blank is what was meant
        cuts = [word] if place < len(words) and word in all_syllables() else _cuts(word, most)
        found = [f"{before} {cut}".strip() for before in found for cut in cuts][:most]
    return found


def _cuts(word: str, most: int) -> list[str]:
    if len(word) > 60:
        return []
    known = all_syllables()
    ends: dict[int, list[str]] = {0: [""]}
    for start in range(len(word)):
        for before in ends.get(start, []):
            for length in range(1, min(6, len(word) - start) + 1):
                if word[start : start + length] in known:
                    ends.setdefault(start + length, []).append(
                        f"{before} {word[start : start + length]}".strip()
                    )
        for end in ends:
            ends[end] = sorted(ends[end], key=len)[:most]
    whole = ends.get(len(word), [])
    unfinished = [
        f"{before} {word[start:]}".strip()
        for start, befores in ends.items()
        if 0 < len(word) - start < 6 and _begins(word[start:])
        for before in befores
    ]
    cuts = dict.fromkeys(whole + unfinished)
    # `xi` covers `xian` as a beginning: the shorter cut would only find the same again.
    kept = [cut for cut in cuts if not any(cut != other and cut.startswith(other) for other in cuts)]
    return sorted(kept, key=len)[:most] or [word]


@lru_cache(maxsize=1024)
def _begins(piece: str) -> bool:
    return any(syllable.startswith(piece) and syllable != piece for syllable in all_syllables())
