"""The roll-call of a session as plain rows: who is signed up, expected or there, by pinyin."""

from django.utils import timezone
from django.utils.formats import date_format

from community.models import Kind
from residents.models import Resident

from .models import Attendance, Entry
from .operations.expected import members_expected

UNIT = ("unit__name", "unit__kind", "unit__parent__name")
NAMES = ("name", "name_pinyin", "name_initials", *UNIT)
OF_SIGN_UP = (
    "sign_up__resident__phone", "sign_up__resident__name", "sign_up__guardian__phone", "sign_up__guardian__name",
    "sign_up__mandate__holder__phone", "sign_up__mandate__holder__name",
)  # fmt: skip
OF_RESIDENT = ("resident", *(f"resident__{name}" for name in NAMES))


def roll_rows(session) -> list[dict]:
    """Everybody signed up, entered for a discipline, expected or there, by pinyin; four queries, two more for a party
    activity."""
    people: dict[int, dict] = {}
    for row in session.registrations.live().values("pk", "seats", *OF_RESIDENT):
        people[row["resident"]] = _person(row) | {"signed_up": row["pk"], "most": row["seats"] - 1}
    members = members_expected(session)
    for row in members.values("pk", *NAMES) if members is not None else []:
        row = {f"resident__{name}": row[name] for name in NAMES} | {"resident": row["pk"]}
        people.setdefault(row["resident"], _person(row))["expected"] = True
    entered = Entry.objects.of_events([session.event_id]).filter(resident__community=session.community_id)
    for row in entered.values(*OF_RESIDENT):
        people.setdefault(row["resident"], _person(row))
    fields = ("pk", "at", "left_at", "as_helper", "companions", "how", "hours", "registration__seats")
    for row in session.attendances.live().values(*fields, *OF_RESIDENT):
        people.setdefault(row["resident"], _person(row)).update(_presence(row, session))
    for resident, reason in session.excuses.live().values_list("resident", "reason"):
        if resident in people:
            people[resident]["excuse"] = reason
    return sorted(people.values(), key=lambda person: (person["pinyin"], person["pk"]))


def _presence(row, session) -> dict:
    how = row["how"]
    return {
        "attendance": row["pk"],
        "at": noted(row["at"], session),
        "left": noted(row["left_at"], session) if row["left_at"] else "",
        "helper": row["as_helper"],
        "hours": row["hours"],
        "companions": row["companions"],
        "most": (row["registration__seats"] or 1) - 1,
        "how": "" if how == Attendance.How.ROLL else Attendance.How(how).label,
    }


def noted(at, session) -> str:
    """When somebody was checked in: the hour, with the day if it was written down on another one."""
    at, day = timezone.localtime(at), timezone.localtime(session.starts_at).date()
    return f"{at:%H:%M}" if at.date() == day else f"{date_format(at, 'MONTH_DAY_FORMAT')} {at:%H:%M}"


def _place(row) -> str:
    """A building is nothing without its compound."""
    compound = row["resident__unit__parent__name"] if row["resident__unit__kind"] == Kind.BUILDING else ""
    return compound + row["resident__unit__name"]


def _person(row) -> dict:
    return {
        "pk": row["resident"],
        "name": row["resident__name"],
        "pinyin": row["resident__name_pinyin"],
        "initials": row["resident__name_initials"],
        "unit": _place(row),
        "signed_up": None,
        "expected": False,
        "attendance": None,
        "left": "",
        "helper": False,
        "companions": 0,
        "most": 0,
        "excuse": "",
    }


def counts(people: list[dict]) -> dict:
    """What stands at the top of the roll-call."""
    there = [person for person in people if person["attendance"]]
    expected = [person for person in people if person["expected"]]
    away = [person for person in people if not person["attendance"]]
    return {
        "signed_up": sum(1 + person["most"] for person in people if person["signed_up"]),
        "present": sum(1 + person["companions"] for person in there),
        "expected": len(expected),
        "expected_present": sum(1 for person in expected if person["attendance"]),
        "excused": sum(1 for person in away if person["excuse"]),
        "away": sum(1 for person in away if not person["excuse"]),  # absent, when it is over
        "left": sum(1 for person in there if person["left"]),
        "still_in": sum(1 for person in there if not person["left"]),
    }


def matching(people, words: str, session) -> list[dict]:
    """By name, pinyin or initials; digits are (the end of) a phone number, opened for this list only."""
    if words.isdecimal() and len(words) >= 4:
        wanted = _by_phone(people, words, session)
        return [person | {"by_phone_of": wanted[person["pk"]]} for person in people if person["pk"] in wanted]
    typed = words.lower().replace(" ", "")
    return [
        person
        for person in people
        if words in person["name"]
        or person["pinyin"].replace(" ", "").startswith(typed)
        or person["initials"].startswith(typed)
    ]


def _by_phone(people, digits: str, session) -> dict[int, str]:
    """Resident's id → whose phone it is, empty for one's own. A child is found by whoever signed it up or agreed, an
    elder by whoever acts for them, and somebody without a phone who just came along by the grown-ups of the household.
    """
    found: dict[int, str] = {}
    own = Resident.objects.filter(pk__in=[person["pk"] for person in people])
    without = {}
    for pk, household, phone in own.values_list("pk", "household", "phone"):
        if not phone and household:
            without[pk] = household
        elif phone.endswith(digits):
            found[pk] = ""
    for row in (
        session.registrations.live().filter(sign_up__isnull=False).values_list("resident", *OF_SIGN_UP)
    ):
        for phone, name in zip(row[1::2], row[2::2], strict=True):
            if phone and phone.endswith(digits):
                found.setdefault(row[0], name)
    family = {}
    members = Resident.objects.living().filter(household__in=set(without.values())).order_by("pk")
    for household, phone, name in members.values_list("household", "phone", "name"):
        if phone.endswith(digits):
            family.setdefault(household, name)
    return {pk: family[home] for pk, home in without.items() if home in family} | found
