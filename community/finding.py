"""Reading what people type when they look for a building or a compound."""

import re
import unicodedata
from functools import lru_cache
from itertools import accumulate

from django.db.models import Q
from pypinyin import Style, lazy_pinyin

from .models import Kind, Unit, here_and_below

LONGEST = 50
SUFFIXES = ["号楼", "栋", "幢", "座", "号", "楼", ""]
_NUMBERS = "一二三四五六七八九十"
_BUILDING = re.compile(
    rf"^(?P<head>.*?)(?P<number>\d{{1,4}}|[a-z]\d{{0,2}}|[{_NUMBERS}]{{1,3}})"
    r"(?:(?:号楼|号|栋|幢|座|楼|#).*|[-－—]\d.*)?$",
    re.IGNORECASE,
)


def cleaned(text: str) -> str:
    """What was typed without width variants, control and zero-width characters, and not without end."""
    text = unicodedata.normalize("NFKC", (text or "")[: LONGEST * 4])
    text = "".join(
        " " if char.isspace() else char
        for char in text
        if unicodedata.category(char)[0] != "C" or char == "\t"
    )
    return " ".join(text.split())[:LONGEST]


@lru_cache(maxsize=8192)
def pinyin(name: str) -> tuple[str, str]:
    """A name in pinyin and by initials: 西苑 → ("xiyuan", "xy")."""
    return (
        "".join(lazy_pinyin(name)).lower(),
        "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower(),
    )


def sounds_like(name: str, typed: str) -> bool:
    """Whether letters that were typed are the beginning of the name's pinyin or initials."""
    letters = typed.lower().replace(" ", "").replace("'", "")
    return (
        letters.isascii() and letters.isalpha() and any(spelt.startswith(letters) for spelt in pinyin(name))
    )


def letters_of(typed: str) -> str:
    """What was typed as the letters of pinyin; empty when it is something else, or a single letter that means anything."""
    letters = typed.lower().replace(" ", "").replace("'", "")
    return letters if letters.isascii() and letters.isalpha() and len(letters) > 1 else ""


def heard(text: str, typed: str, *, whole: bool = False) -> bool:
    """Whether letters that were typed are syllables or initials that stand together in `text`; with `whole`, all of them.

    Syllables count whole: `fanzha` is 反诈 and not a part of 示范站.
    """
    letters = letters_of(typed)
    if not letters:
        return False
    full, initials = pinyin(text)
    if whole:
        return letters in (full, initials)
    return letters in initials or (letters in full and _by_syllables(letters, text))


def _by_syllables(letters: str, text: str) -> bool:
    ends = list(accumulate((len(part) for part in lazy_pinyin(text)), initial=0))
    full = pinyin(text)[0]
    return any(full.startswith(letters, start) and start + len(letters) in ends for start in ends)


def number_of(text: str) -> int | None:
    """三 → 3, 十二 → 12, 21 → 21."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if any(char not in _NUMBERS for char in tens + ones):
        return None
    if not ten:
        return _NUMBERS.index(ones) + 1 if len(ones) == 1 else None
    return (_NUMBERS.index(tens) + 1 if tens else 1) * 10 + (_NUMBERS.index(ones) + 1 if ones else 0)


def chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    digit = lambda n: _NUMBERS[n - 1] if n else ""  # noqa: E731
    return (digit(tens) if tens > 1 else "") + ("十" if tens else "") + digit(ones)


def _names(number: str) -> list[str]:
    """Every way a building of that number may be written in the register."""
    value = number_of(number)
    if value is None:
        spelt = [number.upper(), number.lower()]
    else:
        spelt = [str(value), f"{value:02d}"] + ([chinese(value)] if value < 100 else [])
    return [stem + suffix for stem in spelt for suffix in SUFFIXES]


def find_units(community: Unit, typed: str, most: int = 30) -> list[Unit]:
    """Groups, compounds and buildings that `typed` may mean, the likeliest first. Two queries."""
    typed = cleaned(typed)
    if not typed:
        return []
    below = Unit.objects.living().below(community, itself=False)
    places = list(below.filter(kind__lt=Kind.BUILDING).order_by("path")[:2000])
    named = [unit for unit in places if typed.lower() in unit.name.lower() or sounds_like(unit.name, typed)]
    buildings = Q(name__icontains=typed)
    if match := _BUILDING.match(typed.replace(" ", "")):
        head = match["head"]
        inside = [unit for unit in places if head and _meant(unit.name, head)]
        if inside or not head:
            numbered = Q(name__in=_names(match["number"]))
            if inside:
                ranges = Q()
                for unit in inside[:20]:
                    ranges |= here_and_below(unit.path)
                numbered &= ranges
            buildings |= numbered
    found = below.filter(buildings, kind=Kind.BUILDING).select_related("parent").order_by("path")[: most * 3]
    # 3号楼 is not 13号楼.
    other = re.compile(rf"\d{re.escape(typed)}", re.IGNORECASE) if typed[0].isdecimal() else None
    return (named + [unit for unit in found if not (other and other.search(unit.name))])[:most]


def _meant(name, head):
    """西苑, 西苑小区 and xiyuan all mean 西苑."""
    return head.lower() in name.lower() or name.lower() in head.lower() or sounds_like(name, head)
