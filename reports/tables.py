"""The tables behind a monthly report: what was on, and who lives where. Ready for JSON, screen and paper."""

from django.db.models import Count, DurationField, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, Substr
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from community.models import WIDTH, Unit
from events.models import Attendance, Registration
from venues.coverage import INDICATORS, matrix

from . import families as f
from .figures import BOOKED, COMMUNITY_FIGURES, Figure, in_hours
from .periods import Period

SHORT, NUMBER, PLACE = "nowrap", "n", "where"  # how a column is set: its class on screen and paper


def _of_each(rows) -> Coalesce:
    """How many of `rows` every session has, each counted by itself: joined to the other they would be multiplied."""
    counted = rows.filter(session=OuterRef("pk")).order_by().values("session").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


def activities(period: Period) -> dict:
    """Every session of the period that was held, with sign-ups and people present."""
    sessions = (
        f.SESSIONS.rows(period)
        .filter(f.SESSIONS.when(period), cancelled_at=None, event__cancelled_at=None)
        .select_related("event__room__facility", "room__facility", "unit")
        .annotate(
            signed_up=_of_each(Registration.objects.filter(cancelled_at=None)),
            present=_of_each(Attendance.objects.filter(withdrawn_at=None)),
        )
        .order_by("starts_at", "pk")
    )
    return {
        "title": _("Activities of the month"),
        "columns": [
            (_("date"), SHORT),
            (_("activity"), ""),
            (_("place"), PLACE),
            (_("signed up"), NUMBER),
            (_("present"), NUMBER),
        ],
        "rows": [
            [
                date_format(timezone.localtime(session.starts_at), "MONTH_DAY_FORMAT"),
                session.event.title,
                session.where(),
                session.signed_up if session.event.needs_registration else "—",
                session.present,
            ]
            for session in sessions
        ],
    }


def givers(period: Period) -> list[dict]:
    """What activities cost, by who gave it, the community's own money first; no table when nothing was spent."""
    rows = f.SPENDINGS.rows(period).filter(f.SPENDINGS.when(period)).order_by()
    found = rows.values_list("donor__name", "donor_name").annotate(n=Count("pk"), fen=Sum("fen"))
    sums = sorted((name or other or "", -fen, n) for name, other, n, fen in found)
    if not sums:
        return []
    lines = [[name or _("the community's own"), n, f"{-fen / 100:,.2f}"] for name, fen, n in sums]
    total = sum(-fen for _name, fen, _n in sums)
    lines.append([_("total"), sum(n for _name, _fen, n in sums), f"{total / 100:,.2f}"])
    heads = [(_("given by"), ""), (_("number of items"), NUMBER), (pgettext("measure", "yuan"), NUMBER)]
    return [{"title": _("What activities cost, by who gave it"), "columns": heads, "rows": lines}]


def rooms(period: Period) -> list[dict]:
    """How much each room was used; no table where none was."""
    rows = f.BOOKINGS.rows(period).filter(f.BOOKINGS.when(period)).order_by()
    time = F("ends_at") - F("starts_at")
    found = (
        rows.values("room__facility__name", "room__name")
        .annotate(
            booked=Count("pk", filter=BOOKED),
            hours=Sum(time, filter=BOOKED, output_field=DurationField()),
            held=Sum(time, filter=~Q(cause=""), output_field=DurationField()),
            missed=Count("pk", filter=Q(state="no_show")),
        )
        .order_by("room__facility__name", "room__name", "room")
    )
    lines = [
        [f"{row['room__facility__name']} {row['room__name']}", row["booked"], in_hours(row["hours"]), in_hours(row["held"]), row["missed"]]
        for row in found
    ]  # fmt: skip
    if not lines:
        return []
    return [{
        "title": _("How much the rooms were used"),
        "columns": [
            (_("room"), ""), (_("bookings"), NUMBER), (_("hours booked"), NUMBER), (_("hours held for events"), NUMBER),
            (_("nobody came"), NUMBER),
        ],
        "rows": lines,
    }]  # fmt: skip


def _counted() -> dict[str, Figure]:
    wanted = ("population", "aged_60", "aged_80", "children", "party_members")
    return {one.key: one for one in COMMUNITY_FIGURES if one.key in wanted}


def people(period: Period) -> dict:
    """People of the register by the units right below the community, counted in one query."""
    columns = _counted()
    width = len(period.unit.path) + WIDTH
    found = (
        f.RESIDENTS.rows(period)
        .annotate(part=Substr("path", 1, width))
        .values("part")
        .annotate(**{key: Count("pk", filter=one.condition(period)) for key, one in columns.items()})
    )
    by_part = {row["part"]: row for row in found}
    units = list(Unit.objects.filter(parent=period.unit).order_by("kind", "order", "pk"))
    rows = [[unit.name, *(by_part.get(unit.path, {}).get(key, 0) for key in columns)] for unit in units]
    elsewhere = [row for part, row in by_part.items() if part not in {unit.path for unit in units}]
    if elsewhere:
        rows.append([_("no building known"), *(sum(row[key] for row in elsewhere) for key in columns)])
    rows.append([_("total"), *(sum(row[index] for row in rows) for index in range(1, len(columns) + 1))])
    return {
        "title": _("People by part of the community"),
        "columns": [(_("part"), ""), *((str(one.label), NUMBER) for one in columns.values())],
        "rows": rows,
    }


def covered(period: Period) -> dict:
    """Which compound has what on the period's last day."""
    found = matrix(period.unit, period.last_day)
    rows = [
        [row.unit.name, *("✓" if behind else "—" for _one, behind in row.cells), row.total]
        for row in found.rows
    ]
    if rows:
        shares = [f"{share}%" for share in found.shares()]
        rows.append([_("share of the compounds"), *shares, ""])
    return {
        "title": _("What each compound has"),
        "columns": [
            (_("compound"), ""),
            *((str(one.label), NUMBER) for one in INDICATORS),
            (_("in all"), NUMBER),
        ],
        "rows": rows,
    }


def tables(period: Period) -> list[dict]:
    if period.organisation:
        return [activities(period), *givers(period)]
    return [activities(period), people(period), covered(period), *rooms(period), *givers(period)]
