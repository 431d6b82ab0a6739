"""Who stands on a list that somebody pasted: found by name or telephone number among the people in care."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from community.models import Unit
from residents.identity import normal_mobile
from residents.models import Resident, ResidentTag

MOST_LINES = 500
NUMBER = re.compile(r"\+?[0-9][0-9 -]{6,}")


@dataclass
class Found:
    """`unclear` are the lines that name nobody, or more than one."""

    people: list[Resident] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)


def people_on(text: str, *, community: Unit, user, tag: str = "", among: Sequence[Resident] = ()) -> Found:
    """One person a line: a name, a number, or both. One query for all names, one for each number.

    A name that several have means those of them on the list it was taken from, `among`.
    """
    lines = [" ".join(line.split()) for line in re.split(r"[\n,;\uff0c\uff1b\u3001]", text)]
    lines = [line for line in dict.fromkeys(lines) if line][:MOST_LINES]
    asked = [_read(line) for line in lines]
    here = Resident.objects.visible_to(user).population().filter(community=community)
    here = here.select_related("unit__parent", "user")
    by_name: dict[str, list[Resident]] = defaultdict(list)
    for one in here.filter(name__in={name for name, _phone in asked if name}):
        by_name[one.name].append(one)
    by_phone: dict[str, list[Resident]] = {
        phone: list(here.with_phone(phone)[:2]) for _name, phone in asked if phone
    }
    found, chosen = Found(), {}
    for line, (name, phone) in zip(lines, asked, strict=True):
        rows = by_phone.get(phone, []) if phone else by_name.get(name, [])
        rows = [one for one in rows if not name or one.name == name]
        if len(rows) > 1:
            rows = [one for one in rows if one in among] or rows
        if len(rows) == 1 or rows and all(one in among for one in rows):
            chosen |= {one.pk: one for one in rows}
        else:
            found.unclear.append(line)
    if tag:
        bearers = ResidentTag.objects.current().filter(tag=tag).values("resident")
        chosen |= {one.pk: one for one in here.filter(pk__in=bearers)[:MOST_LINES]}
    found.people = sorted(chosen.values(), key=by_pinyin)
    return found


def by_pinyin(one: Resident) -> tuple[str, int]:
    return one.name_pinyin, one.pk


def _read(line: str) -> tuple[str, str]:
    """Name and number of a line, either may be empty."""
    match = NUMBER.search(line)
    phone = (normal_mobile(match[0]) or "") if match else ""
    name = NUMBER.sub("", line).strip(" \t:\uff1a")
    return name, phone


def chosen_before(ids: Sequence[str], *, community: Unit, user) -> list[Resident]:
    """The people of a list that was shown, as far as they are still there."""
    numbers = [int(one) for one in ids if one.isascii() and one.isdecimal() and len(one) < 19][:MOST_LINES]
    rows = Resident.objects.visible_to(user).population().filter(community=community, pk__in=numbers)
    return sorted(rows.select_related("unit__parent", "user"), key=by_pinyin)
