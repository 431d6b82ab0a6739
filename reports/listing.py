"""How the rows behind a figure are listed: columns by family, names masked."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from residents.identity import mask_name


def _when(moment):
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def _day(day):
    return date_format(day, "DATE_FORMAT") if day else "—"


def _place(session):
    return session.where() or session.event.unit.name


def _holder(booking):
    if booking.cause:
        return pgettext("booking", "an event")
    if booking.organisation:
        return booking.organisation.name
    return mask_name(booking.resident.name) if booking.resident else booking.unit.name


_SESSION = [
    (_("time"), lambda row: _when(row.starts_at)),
    (_("activity"), lambda row: row.event.title),
    (_("kind"), lambda row: row.event.get_kind_display()),
    (_("place"), _place),
    (_("counted at the door"), lambda row: "—" if row.counted is None else row.counted),
]
_PERSON_THERE = [
    (_("time"), lambda row: _when(row.session.starts_at)),
    (_("activity"), lambda row: row.session.event.title),
    (_("name"), lambda row: mask_name(row.resident.name)),
    (_("unit"), lambda row: row.resident.unit.place),
]
_SERVICE = [
    (_("time"), lambda row: _when(row.starts_at)),
    (_("what was done"), lambda row: row.what),
    (_("name"), lambda row: mask_name(row.volunteer.resident.name)),
    (_("unit"), lambda row: row.volunteer.resident.unit.place),
    (pgettext_lazy("measure", "hours"), lambda row: row.hours),
]
_TRANSFER = [
    (_("date"), lambda row: _day(timezone.localdate(row.posted_at))),
    (_("number"), str),
    (_("name"), lambda row: mask_name(row.holder.resident.name)),
    (_("kind"), lambda row: row.get_kind_display()),
    (_("rule"), lambda row: str(row.rule.rule) if row.rule else "—"),
    (pgettext_lazy("measure", "points"), lambda row: row.amount),
]
_PERSON = [
    (_("name"), lambda row: mask_name(row.name)),
    (_("sex"), lambda row: row.get_sex_display()),
    (_("born in"), lambda row: row.born_on.year if row.born_on else "—"),
    (_("unit"), lambda row: row.unit.place),
    (_("residence state"), lambda row: row.get_state_display()),
]
COLUMNS = {
    "sessions": _SESSION,
    "places": [
        *_SESSION[:2],
        (_("places offered"), lambda row: row.event.places if row.places is None else row.places),
        (_("places taken"), lambda row: row.places_taken),
    ],
    "moves": [
        (_("time"), lambda row: _when(row.at)),
        (_("activity"), lambda row: row.event.title),
        (_("from place"), lambda row: row.was),
        (_("to place"), lambda row: row.now),
        (_("reason"), lambda row: row.reason),
        (_("by"), lambda row: row.by.name),
    ],
    "bookings": [
        (_("time"), lambda row: row.when),
        (_("room"), lambda row: str(row.room)),
        (_("what for"), lambda row: row.what),
        (_("for whom"), _holder),
        (_("number of people"), lambda row: row.people),
        (_("state"), lambda row: row.get_state_display()),
    ],
    "spendings": [
        (_("date"), lambda row: _day(row.spent_on)),
        (_("activity"), lambda row: row.event.title),
        (_("what for"), lambda row: row.what),
        (_("given by"), lambda row: row.from_whom() or "—"),
        (pgettext_lazy("measure", "yuan"), lambda row: f"{row.fen / 100:,.2f}"),
    ],
    "registrations": _PERSON_THERE,
    "attendances": _PERSON_THERE,
    "absences": _PERSON_THERE,
    "asked": _PERSON_THERE,
    "opinions": [
        (_("about the day"), lambda row: _day(row.about_on)),
        (_("activity"), lambda row: row.survey.title),
        (_("mark"), lambda row: row.score),
    ],
    "services": _SERVICE,
    "members_services": _SERVICE,
    "transfers": _TRANSFER,
    "residents": _PERSON,
    "arrivals": [*_PERSON, (_("moved in on"), lambda row: _day(row.moved_in_on))],
    "leavers": [
        *_PERSON,
        (_("left on"), lambda row: _day(row.left_on)),
        (_("why"), lambda row: row.get_left_why_display()),
    ],
    "households": [
        (_("household number"), lambda row: row.number or row.pk),
        (_("head"), lambda row: mask_name(row.head.name) if row.head else "—"),
        (_("building"), lambda row: row.dwelling.unit.place if row.dwelling else "—"),
    ],
    "tags": [
        (_("name"), lambda row: mask_name(row.resident.name)),
        (_("tag"), lambda row: row.get_tag_display()),
        (_("since"), lambda row: _day(row.since)),
        (_("unit"), lambda row: row.resident.unit.place),
    ],
    "notices": [
        (_("published"), lambda row: _when(row.publish_from)),
        (_("title"), lambda row: row.title),
        (_("category"), lambda row: row.get_category_display()),
    ],
    "posts": [
        (_("role"), lambda row: row.get_role_display()),
        (_("holder"), lambda row: row.holder.name),
        (_("unit"), lambda row: row.unit.place if row.unit else row.organisation.name),
        (_("from"), lambda row: _day(row.started_on)),
    ],
    "units": [
        (_("kind"), lambda row: row.get_kind_display()),
        (pgettext_lazy("of a thing", "name"), lambda row: row.place),
    ],
    "compounds": [
        (_("compound"), lambda row: row.name),
        (_("belongs to"), lambda row: row.parent.name),
    ],
    "duties": [
        (_("from"), lambda row: _when(row.starts_at)),
        (_("until"), lambda row: _when(row.ends_at)),
        (_("on duty"), lambda row: row.holder.name),
    ],
}


def table(family: str, rows) -> dict:
    columns = COLUMNS[family]
    return {
        "columns": [(label, "") for label, _value in columns],
        "rows": [[value(row) for _label, value in columns] for row in rows],
    }
