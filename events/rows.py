"""Sessions as pages show them: dictionaries of ready strings, made here and nowhere else.

A template that only prints is several times faster than one that asks objects, and every page says the same.
"""

from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from config.images import SMALL, picture_at

from .models import Event, EventKind, Session
from .models.sessions import key_of, standing

FIELDS = [
    "pk", "starts_at", "ends_at", "places", "places_taken", "registration_opens_at", "registration_closes_at",
    "cancelled_at", "cancel_reason", "note", "event", "event__title", "event__kind", "event__needs_registration", "event__place",
    "event__room__name", "event__room__facility__name", "event__poster", "event__is_course", "event__has_waiting_list",
    "event__policy", "event__places", "event__places_taken", "event__registration_opens_at",
    "event__registration_closes_at",
    "place", "unit__name", "room__name", "room__facility__name", "teacher", "makes_up__starts_at",
]  # fmt: skip
OF_THE_COURSE = ["places", "places_taken", "registration_opens_at", "registration_closes_at"]
WEEKDAYS = [
    pgettext_lazy("short weekday", "Mon"),
    pgettext_lazy("short weekday", "Tue"),
    pgettext_lazy("short weekday", "Wed"),
    pgettext_lazy("short weekday", "Thu"),
    pgettext_lazy("short weekday", "Fri"),
    pgettext_lazy("short weekday", "Sat"),
    pgettext_lazy("short weekday", "Sun"),
]
MONTHS = [
    pgettext_lazy("short month", "Jan"),
    pgettext_lazy("short month", "Feb"),
    pgettext_lazy("short month", "Mar"),
    pgettext_lazy("short month", "Apr"),
    pgettext_lazy("short month", "May"),
    pgettext_lazy("short month", "Jun"),
    pgettext_lazy("short month", "Jul"),
    pgettext_lazy("short month", "Aug"),
    pgettext_lazy("short month", "Sep"),
    pgettext_lazy("short month", "Oct"),
    pgettext_lazy("short month", "Nov"),
    pgettext_lazy("short month", "Dec"),
]
FEW = 5


def badge(now, row: dict) -> tuple[str, str]:
    """Tone and words for whether one can still sign up."""
    if row["event__is_course"]:
        row = row | {name: row[f"event__{name}"] for name in OF_THE_COURSE}
    left = None if row["places"] is None else row["places"] - row["places_taken"]
    state = standing(
        now,
        cancelled=bool(row["cancelled_at"]),
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        opens_at=row["registration_opens_at"],
        closes_at=row["registration_closes_at"],
        needed=row["event__needs_registration"],
        left=left,
    )
    if state == "open" and row["event__policy"] != Event.Policy.FIRST:
        return "ok", _("Sign-up open")
    if state == "open" and left is not None:
        words = ngettext("%(left)d place left", "%(left)d places left", left) % {"left": left}
        return ("few" if left <= FEW else "ok"), words
    if state == "not_open":
        opens_on = date_format(timezone.localtime(row["registration_opens_at"]), "MONTH_DAY_FORMAT")
        return "info", _("Sign-up opens on %(day)s") % {"day": opens_on}
    return {
        "cancelled": ("full", pgettext("session", "Cancelled")),
        "over": ("info", pgettext("session", "Over")),
        "not_needed": ("ok", _("No sign-up needed")),
        "closed": ("info", _("Sign-up closed")),
        "full": ("full", pgettext("session", "Full")),
        "open": ("ok", _("Sign-up open")),
    }[state]


def day_strings(day: date, today: date) -> dict:
    return _day_strings(day, today, get_language())


@lru_cache(maxsize=2000)
def _day_strings(day: date, today: date, language: str) -> dict:
    weekday = str(WEEKDAYS[day.weekday()])
    heading = f"{date_format(day, 'MONTH_DAY_FORMAT' if day.year == today.year else 'DATE_FORMAT')} {weekday}"
    near = {today: pgettext("day", "Today"), today + timedelta(days=1): pgettext("day", "Tomorrow")}.get(day)
    return {
        "iso": day.isoformat(),
        "day": str(day.day),
        "month_week": f"{MONTHS[day.month - 1]} · {weekday}",
        "date": heading,
        "heading": f"{near} · {heading}" if near else heading,
        "today": day == today,
    }


def hours(starts_at, ends_at) -> str:
    """`15:00–16:30`, with the day of the end when that is another one. Local times."""
    if starts_at.date() == ends_at.date():
        return f"{starts_at:%H:%M}–{ends_at:%H:%M}"
    return f"{starts_at:%H:%M} – {date_format(ends_at, 'MONTH_DAY_FORMAT')} {ends_at:%H:%M}"


def own_place(row: dict) -> str:
    """Where this session is, when that is not where the event is."""
    if row["room__name"]:
        return f"{row['room__facility__name']} {row['room__name']}"
    return f"{row['unit__name'] or ''} {row['place']}".strip()


def place(row: dict) -> str:
    if own := own_place(row):
        return own
    room = row["event__room__name"]
    return f"{row['event__room__facility__name']} {room}" if room else row["event__place"]


def session_rows(sessions, community) -> list[dict]:
    """One dictionary per session of the queryset `sessions`; one query."""
    now, zone = timezone.now(), timezone.get_current_timezone()
    today = timezone.localdate(now)
    full = pgettext("session", "Full")
    base, kinds, days, rows = reverse("events:list", args=[community]), dict(EventKind.choices), {}, []
    for row in sessions.values(*FIELDS):
        starts_at, ends_at = row["starts_at"].astimezone(zone), row["ends_at"].astimezone(zone)
        day = starts_at.date()
        if day not in days:
            days[day] = day_strings(day, today)
        tone, words = badge(now, row)
        rows.append(
            days[day]
            | {
                "pk": row["pk"],
                "key": key_of(row["pk"], row["starts_at"]),
                "url": f"{base}{row['event']}/",
                "register_url": f"{base}{row['event']}/register/"
                if row["event__is_course"]
                else f"{base}{row['event']}/sessions/{row['pk']}/register/",
                "can_register": tone in ("ok", "few") and row["event__needs_registration"],
                "can_wait": words == full and row["event__has_waiting_list"],
                "note": remarks(row, today),
                "title": row["event__title"],
                "kind": kinds[row["event__kind"]],
                "time": hours(starts_at, ends_at),
                "starts": f"{starts_at:%H:%M}",
                "place": place(row),
                "elsewhere": own_place(row),
                "tone": tone,
                "badge": words,
                "off": bool(row["cancelled_at"]),
                "begun": row["starts_at"] <= now,
                "over": row["ends_at"] <= now,
                "poster": picture_at(row["event__poster"], SMALL),
            }
        )
    return rows


def remarks(row: dict, today: date) -> str:
    """What is special about one session: why it is off, whom it makes up for, who leads it."""
    if row["cancelled_at"]:
        return row["cancel_reason"]
    made_up = row["makes_up__starts_at"]
    parts = [row["note"], row["teacher"]]
    if made_up:
        parts.insert(
            0, _("Makes up for %(day)s") % {"day": day_strings(timezone.localdate(made_up), today)["date"]}
        )
    return " · ".join(part for part in parts if part)


def by_day(rows: list[dict]) -> list[dict]:
    """`[{"heading", "rows"}, …]`"""
    return [
        {"heading": heading, "rows": list(same)}
        for heading, same in groupby(rows, lambda row: row["heading"])
    ]


def coming(community, most: int = 4) -> list[dict]:
    """The next sessions of a community, for its home page."""
    return session_rows(Session.objects.public().upcoming().filter(community=community)[:most], community)
