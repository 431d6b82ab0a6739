"""Numbers and names that say who somebody is: their normal forms, what they tell, and how they are masked.

Sources: GB 11643-1999 for the identity number; `domain/china.md` §3 of the project's field notes for the rest.
"""

import re
import unicodedata
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from community.validators import PROVINCES

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
OLDEST = 130  # years; a number that says more is a slip of the pen
TAIWAN = "83"
CHILD = 14  # 个人信息保护法 art. 31: below it a parent or guardian agrees
ADULT = 18

COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "太史",
        "端木",
        "上官",
        "司马",
        "东方",
        "独孤",
        "南宫",
        "万俟",
        "闻人",
        "夏侯",
        "诸葛",
        "尉迟",
        "公羊",
        "赫连",
        "澹台",
        "皇甫",
        "宗政",
        "濮阳",
        "公冶",
        "太叔",
        "申屠",
        "公孙",
        "慕容",
        "仲孙",
        "钟离",
        "长孙",
        "宇文",
        "司徒",
        "鲜于",
        "司空",
        "闾丘",
        "子车",
        "亓官",
        "司寇",
        "巫马",
        "公西",
        "颛孙",
        "壤驷",
        "公良",
        "漆雕",
        "乐正",
        "宰父",
        "谷梁",
        "拓跋",
        "夹谷",
        "轩辕",
        "令狐",
        "段干",
        "百里",
        "呼延",
        "东郭",
        "南门",
        "羊舌",
        "微生",
        "公户",
        "公玉",
        "公仪",
        "梁丘",
        "公仲",
        "公上",
        "公门",
        "公山",
        "公坚",
        "左丘",
        "公伯",
        "西门",
        "公祖",
        "第五",
        "公乘",
        "贯丘",
        "公皙",
        "南荣",
        "东里",
        "东宫",
        "仲长",
        "子书",
        "子桑",
        "即墨",
        "达奚",
        "褚师",
        "吴铭",
        "纳兰",
        "归海",
        "歐陽",
        "諸葛",
        "司馬",
        "東方",
        "聞人",
        "尉遲",
        "赫連",
        "鮮于",
        "長孫",
    ]
)

WIDE = str.maketrans({i: chr(i - 0xFEE0) for i in range(0xFF01, 0xFF5F)} | {0x3000: " "})
DOTS = str.maketrans(dict.fromkeys("\u2022\u30fb\uff0e\u2027\u22c5\uff65\u00b7", "\u00b7"))


# --- identity numbers ------------------------------------------------------------------------------------


def normal_id(value: str) -> str:
    """Half-width, without blanks and hyphens, X in upper case; a number of 15 digits becomes one of 18."""
    text = re.sub(r"[\s\-\u200b-\u200f]", "", str(value).translate(WIDE)).upper()
    return from_15(text) if re.fullmatch(r"[0-9]{15}", text) else text


def check_digit(first17: str) -> str:
    return CHECKS[sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first17, strict=True)) % 11]


def from_15(number: str) -> str:
    """First-generation numbers have two digits of the year; 996–999 at the end was kept for centenarians."""
    century = "18" if number[12:] in {"996", "997", "998", "999"} else "19"
    first17 = number[:6] + century + number[6:]
    return first17 + check_digit(first17)


def _birth(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def birth_date(number: str) -> date | None:
    """The day of birth an 18-digit number tells, of citizens and of foreigners' cards."""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return None
    return _birth(number[6:14])


def sex(number: str) -> str:
    """`m` or `f`, from the seventeenth digit."""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return ""
    return "m" if int(number[16]) % 2 else "f"


def age(born: date, on: date) -> int:
    """Full years on a day; who was born on 29 February is a year older on 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def years_before(day: date, years: int) -> date:
    """Who was born on this day, or earlier, has so many full years on `day`."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def _check_18(number: str, today: date) -> None:
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise ValidationError(_("An identity number has 18 digits; the last may be an X."), "form")
    region = number[1:3] if number[0] == "9" and number[:2] not in PROVINCES else number[:2]
    if region not in PROVINCES | {TAIWAN}:
        raise ValidationError(_("The identity number does not begin with a province."), "province")
    born = _birth(number[6:14])
    if born is None or born > today:
        raise ValidationError(_("The identity number holds no real date of birth."), "date")
    if age(born, today) > OLDEST:
        raise ValidationError(_("By this identity number the person would be over 130 years old."), "age")
    if check_digit(number[:17]) != number[17]:
        raise ValidationError(
            _("The last character does not fit the identity number. Please compare it with the card."),
            "check",
        )


_OTHER = {
    "hk_macao": r"[HM]\d{8}(\d{2})?",
    "taiwan": r"\d{8}",
    "passport": r"[A-Z]{1,2}\d{7,8}",
}


def clean_document(kind: str, value: str, today: date | None = None) -> str:
    """The normal form of a document number. Raises ValidationError saying what is wrong with it.

    Holders of a Hong Kong, Macao or Taiwan permit may give its number or the 18 digits of their residence permit.
    """
    number = normal_id(value)
    today = today or date.today()
    if kind in _OTHER and re.fullmatch(_OTHER[kind], number, re.ASCII):
        return number
    if kind == "passport":
        raise ValidationError(_("A passport number is one or two letters and seven or eight digits."), "form")
    if kind in _OTHER and not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise ValidationError(_("This is no number of such a permit."), "form")
    if (kind == "foreign") != (number[:1] == "9"):
        raise ValidationError(_("This number belongs to another kind of document."), "kind")
    _check_18(number, today)
    return number


# --- telephone numbers -----------------------------------------------------------------------------------

MOBILE = re.compile(r"1[3-9][0-9]{9}")
LANDLINE = re.compile(r"(0[0-9]{2,3})-?([2-9][0-9]{6,7})(?:-([0-9]{1,6}))?")


def normal_mobile(value: str) -> str | None:
    """`+8615400000001`, or None when it is no mainland mobile number."""
    text = re.sub(r"[\s\-()\u200b-\u200f]", "", str(value).translate(WIDE))
    text = re.sub(r"^(\+86|0086|86(?=1[3-9][0-9]{9}$))", "", text)
    return f"+86{text}" if MOBILE.fullmatch(text) else None


def normal_landline(value: str) -> str | None:
    """`0377-63112345`, with an extension `0377-63112345-801`."""
    text = re.sub(r"[\s()]", "", str(value).translate(WIDE))
    match = LANDLINE.fullmatch(text)
    if not match:
        return None
    area, number, extension = match.groups()
    if area[:2] in {"01", "02"} and len(area) == 4:  # 010 and 02x have three digits
        area, number = area[:3], area[3] + number
    return f"{area}-{number}" + (f"-{extension}" if extension else "")


def clean_phone(value: str) -> str:
    """The normal form of a mobile or landline number. Raises ValidationError."""
    number = normal_mobile(value) or normal_landline(value)
    if number is None:
        raise ValidationError(
            _("Please give a mobile number of 11 digits, or a landline with its area code."), "form"
        )
    return number


# --- masking: what everybody sees ------------------------------------------------------------------------


def mask_id(number: str) -> str:
    if len(number) <= 7:
        return "*" * len(number)
    if len(number) < 15:  # permits and passports: both ends, the rest hidden
        return number[:2] + "*" * (len(number) - 4) + number[-2:]
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def mask_phone(number: str) -> str:
    mobile = normal_mobile(number)
    if mobile:
        return f"{mobile[3:6]}****{mobile[-4:]}"
    return mask_landline(number)


def shown_phone(number: str) -> str:
    """A number as people read it: `154 1234 5678`, landlines as they are."""
    mobile = normal_mobile(number)
    return f"{mobile[3:6]} {mobile[6:10]} {mobile[10:]}" if mobile else number


def mask_landline(number: str) -> str:
    normal = normal_landline(number)
    if not normal:
        return "*" * len(number)
    area, digits = normal.split("-")[:2]
    return f"{area}-{'*' * (len(digits) - 3)}{digits[-3:]}"


def mask_name(name: str) -> str:
    """王* · 王*强 · 欧阳* · 阿***·买买提"""
    if "·" in name:
        first, _dot, last = name.rpartition("·")
        return f"{first[:1]}***·{last}"
    kept = 2 if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else 1
    if len(name) <= 1:
        return "*"
    if kept == 2 or len(name) == 2:
        return name[:kept] + "*" * (len(name) - kept)
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_address(address: str) -> str:
    """Kept to the building: 幸福小区3栋***"""
    match = re.match(r".*?(?:[0-9A-Za-z一二三四五六七八九十]+(?:号楼|[栋幢座])|号院)", address)
    if match and match.end() < len(address):
        return match.group() + "***"
    if match:
        return address
    place = re.match(r".*?(?:小区|社区|花园|公寓|[苑园城府])", address)
    return (place.group() if place else address[:3]) + "***"


# --- names -----------------------------------------------------------------------------------------------

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)


def clean_name(value: str) -> str:
    """A name as it is kept: one dot (U+00B7), no marks nobody sees, single blanks. Raises ValidationError."""
    name = _INVISIBLE.sub("", str(value)).translate(WIDE | DOTS).translate(DOTS)
    name = re.sub(r"\s*·\s*", "·", " ".join(name.split()))
    name = re.sub(r"(?<=[\u2e80-\U0003ffff]) (?=[\u2e80-\U0003ffff])", "", name)  # 王 强
    if not name:
        raise ValidationError(_("Please give a name."), "empty")
    if len(name) > 60:
        raise ValidationError(_("A name has at most 60 characters."), "long")
    if not all(_is_of_a_name(character) for character in name) or not any(map(str.isalpha, name)):
        raise ValidationError(_("A name holds letters and the dot · only, no signs and no emoji."), "signs")
    return name


def _is_of_a_name(character: str) -> bool:
    # Private-use characters stand for rare ones in old registers; a name of theirs could not be read elsewhere.
    return unicodedata.category(character)[0] in "LM" or character in "·. '’-〇"


# --- free text -------------------------------------------------------------------------------------------

_NUMBER_IN_TEXT = re.compile(r"(?<![0-9])(?:[1-9][0-9]{16}[0-9Xx]|(?:(?:\+|00)?86)?1[3-9][0-9]{9})(?![0-9])")


def holds_a_number(text: str) -> bool:
    """Whether free text holds an identity or mobile number, also with blanks or hyphens in it."""
    text = str(text).translate(WIDE)
    return any(
        _NUMBER_IN_TEXT.search(form) for form in (text, re.sub(r"(?<=[0-9])[ \-]+(?=[0-9Xx])", "", text))
    )


def refuse_numbers(text: str) -> None:
    """A validator for free text: numbers that name a person belong in their own, encrypted fields."""
    if holds_a_number(text):
        raise ValidationError(
            _("Please write no identity or phone number here; it has a field of its own."), "number"
        )
