"""The figures of the monthly report: a declared list, counted family by family."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_

from django.db.models import Avg, Count, DurationField, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.models import Kind, Role
from points.models import Kind as Movement
from residents.identity import years_before
from venues import coverage

from . import families as f
from .periods import Period

COUNT, PERSONS, HOURS, POINTS, MARKS, HEADS, YUAN, PLACES, TAKEN, TIME = (
    "count",
    "persons",
    "hours",
    "points",
    "marks",
    "heads",
    "yuan",
    "places",
    "taken",
    "time",
)


@dataclass(frozen=True)
class Figure:
    """A number that opens to its rows. Ages are whole years on the period's last day."""

    key: str
    section: str
    label: str
    family: f.Family
    where: Q = Q()
    measure: str = COUNT
    unit: str = ""
    aged_from: int | None = None
    aged_below: int | None = None
    covered: str = ""  # compounds: those that have what this indicator of coverage asks for
    is_listed: bool = True  # has a line of its own, and is not the part of a share alone

    def condition(self, period: Period) -> Q:
        return self.family.when(period) & self.own(period)

    def own(self, period: Period) -> Q:
        """Which of the rows of the period."""
        day = period.last_day
        covered = coverage.has(self.covered, day) if self.covered else Q()
        return self.where & self._age(day) & covered

    def _age(self, day: date) -> Q:
        condition = Q()
        if self.aged_from is not None:
            condition &= Q(born_on__lte=years_before(day, self.aged_from))
        if self.aged_below is not None:
            condition &= Q(born_on__gt=years_before(day, self.aged_below))
        return condition

    def rows(self, period: Period) -> QuerySet:
        rows = self.family.rows(period).filter(self.condition(period))
        return rows.select_related(*self.family.related).order_by(*self.family.order)

    def aggregate(self, condition: Q):
        condition = condition or None
        if self.measure == PERSONS:
            return Count(self.family.person, distinct=True, filter=condition)
        if self.measure == HOURS:
            return Sum("hours", filter=condition)
        if self.measure == POINTS:
            return Sum("amount", filter=condition)
        if self.measure == HEADS:
            return Sum("counted", filter=condition)
        if self.measure == YUAN:
            return Sum("fen", filter=condition)
        if self.measure == PLACES:
            return Sum(Coalesce("places", "event__places"), filter=condition)
        if self.measure == TAKEN:
            return Sum("places_taken", filter=condition)
        if self.measure == TIME:
            return Sum(F("ends_at") - F("starts_at"), filter=condition, output_field=DurationField())
        if self.measure == MARKS:
            return Avg("score", filter=condition)
        return Count("pk", filter=condition)

    def read(self, value):
        if self.measure == MARKS:
            return None if value is None else str(Decimal(value).quantize(Decimal("0.01")))
        if self.measure == HOURS:
            return str(Decimal(value or 0).quantize(Decimal("0.1")))
        if self.measure == TIME:
            return in_hours(value)
        if self.measure == YUAN:
            return str((Decimal(value or 0) / 100).quantize(Decimal("0.01")))
        return value or 0


@dataclass(frozen=True)
class Ratio:
    """A share of two figures in percent with one decimal; None where nothing is to be divided by."""

    key: str
    section: str
    label: str
    part: str
    whole: str
    times: str = ""  # the whole is `whole` × `times`
    unit: str = "%"
    is_listed: bool = True

    def read(self, values: dict):
        whole = values[self.whole] * (values[self.times] if self.times else 1)
        return share(values[self.part], whole)


def in_hours(time: timedelta | None) -> str:
    return str((Decimal((time or timedelta()).total_seconds()) / 3600).quantize(Decimal("0.1")))


def share(part, whole) -> str | None:
    """`part` in percent of `whole` as text with one decimal, None (shown as —) when `whole` is 0."""
    return str(round(Decimal(part) * 100 / Decimal(whole), 1)) if whole else None


_AWARD = Q(kind=Movement.AWARD)
_HELD = Q(cancelled_at=None, event__cancelled_at=None)
_KIND = "event__kind"
_THERE = Q(session__cancelled_at=None, session__event__cancelled_at=None)
_OF_KIND = "session__event__kind"
BOOKED = Q(state="accepted", cause="")
_times, _people_, _items = (
    pgettext_lazy("measure", "sessions"),
    pgettext_lazy("measure", "people"),
    pgettext_lazy("measure", "items"),
)
_seats = pgettext_lazy("measure", "places")
_turns = pgettext_lazy("measure", "turns")
_yuan = pgettext_lazy("measure", "yuan")
_places, _pt, _hours, _points = (
    pgettext_lazy("measure", "units"),
    pgettext_lazy("measure", "person-times"),
    pgettext_lazy("measure", "hours"),
    pgettext_lazy("measure", "points"),
)

_marks = pgettext_lazy("measure", "marks")

PARTY, GRID, LIVING, VOLUNTEERS, OPENNESS, CULTURE, SAFETY, BRIGHT, PROBLEMS, PLAN = (
    "party", "grid", "living", "volunteers", "openness", "culture", "safety", "bright", "problems", "plan",
)  # fmt: skip
MEMBERS, THEME, SERVICE = "members", "theme", "service"

COMMUNITY_SECTIONS = {
    PARTY: _("1. Party building"),
    GRID: _("2. Grid and duty"),
    LIVING: _("3. People's livelihood, elderly and children"),
    VOLUNTEERS: _("4. Volunteer services and points"),
    OPENNESS: _("5. Deliberation and open affairs"),
    CULTURE: _("6. Culture and events"),
    SAFETY: _("7. Environment and safety"),
    BRIGHT: _("8. Highlights"),
    PROBLEMS: _("9. Problems"),
    PLAN: _("10. Plan for next month"),
}
BRANCH_SECTIONS = {
    MEMBERS: _("1. Members"),
    THEME: _("2. Organisational life and theme party day"),
    SERVICE: _("3. Members serving residents"),
    BRIGHT: _("4. Highlights"),
    PROBLEMS: _("5. Problems"),
    PLAN: _("6. Plan for next month"),
}

_COVERED = {
    "party": _("compounds with a party branch"),
    "owners": _("compounds with an owners' committee"),
    "property": _("compounds with property management"),
    "lighting": _("compounds with lighting"),
    "fitness": _("compounds with fitness equipment"),
    "red_station": _("compounds with a red station"),
}


def _coverage():
    """Shares of the compounds on the period's last day; each opens to the compounds that have it."""
    for key, label in _COVERED.items():
        part = f"covered_{key}"
        yield Figure(part, GRID, label, f.COMPOUNDS, unit=_places, covered=key, is_listed=False)
        yield Ratio(f"{part}_rate", GRID, label, part, "compounds")


COMMUNITY_FIGURES = [
    Figure("party_members", PARTY, _("party members"), f.RESIDENTS, Q(is_party_member=True), unit=_people_),
    Figure("party_sessions", PARTY, _("party activities held"), f.SESSIONS, _HELD & Q(**{_KIND: "party"}), unit=_times),
    Figure("party_attendances", PARTY, _("took part in party activities"), f.ATTENDANCES,
           _THERE & Q(**{_OF_KIND: "party"}), unit=_pt),
    Figure("groups", GRID, _("residents' groups"), f.UNITS, Q(kind=Kind.GROUP), unit=_places),
    Figure("compounds", GRID, _("compounds"), f.UNITS, Q(kind=Kind.COMPOUND), unit=_places),
    Figure("buildings", GRID, _("buildings"), f.UNITS, Q(kind=Kind.BUILDING), unit=_places),
    Figure("grid_workers", GRID, _("grid workers"), f.POSTS, Q(role=Role.GRID_WORKER), PERSONS, _people_),
    Figure("building_heads", GRID, _("building heads"), f.POSTS, Q(role=Role.BUILDING_HEAD), PERSONS, _people_),
    *_coverage(),
    Figure("duties", GRID, _("duty shifts"), f.DUTIES, unit=_turns),
    Figure("population", LIVING, _("people in the register"), f.RESIDENTS, unit=_people_),
    Figure("households", LIVING, _("number of households"), f.HOUSEHOLDS, unit=_places),
    Figure("arrivals", LIVING, _("moved in"), f.ARRIVALS, unit=_people_),
    Figure("leavers", LIVING, _("moved away or died"), f.LEAVERS, unit=_people_),
    Figure("migrants", LIVING, _("migrants"), f.RESIDENTS, Q(state="migrant"), unit=_people_),
    Figure("aged_60", LIVING, _("aged 60 and over"), f.RESIDENTS, unit=_people_, aged_from=60),
    Figure("aged_80", LIVING, _("aged 80 and over"), f.RESIDENTS, unit=_people_, aged_from=80),
    Figure("children", LIVING, _("children under 14"), f.RESIDENTS, unit=_people_, aged_below=14),
    Figure("alone", LIVING, _("elders living alone or in an empty nest"), f.TAGS,
           Q(tag__in=["alone", "empty_nest"]), PERSONS, _people_),
    Figure("hardship", LIVING, _("people receiving assistance"), f.TAGS,
           Q(tag__in=["minimum", "destitute", "borderline", "hardship"]), PERSONS, _people_),
    Figure("service_sessions", LIVING, _("convenience services held"), f.SESSIONS,
           _HELD & Q(**{_KIND: "service"}), unit=_times),
    Figure("service_attendances", LIVING, _("people served"), f.ATTENDANCES,
           _THERE & Q(**{_OF_KIND: "service"}, as_helper=False), unit=_pt),
    Figure("volunteer_sessions", VOLUNTEERS, _("volunteer activities held"), f.SESSIONS,
           _HELD & Q(**{_KIND: "volunteer"}), unit=_times),
    Figure("helpers", VOLUNTEERS, _("helped"), f.SERVICES, unit=_pt),
    Figure("helper_people", VOLUNTEERS, _("different helpers"), f.SERVICES, measure=PERSONS, unit=_people_),
    Figure("helper_hours", VOLUNTEERS, _("hours helped"), f.SERVICES, measure=HOURS, unit=_hours),
    Figure("points_given", VOLUNTEERS, _("points given"), f.TRANSFERS, _AWARD, POINTS, _points),
    Figure("points_awards", VOLUNTEERS, _("times points were given"), f.TRANSFERS, _AWARD, unit=_pt),
    Figure("points_people", VOLUNTEERS, _("different people who got points"), f.TRANSFERS, _AWARD, PERSONS, _people_),
    Figure("points_back", VOLUNTEERS, _("points taken back"), f.TRANSFERS,
           Q(kind__in=[Movement.REVERSE, Movement.WITHHOLD]), POINTS, _points),
    Figure("points_redeemed", VOLUNTEERS, _("points redeemed"), f.TRANSFERS, Q(kind=Movement.POST), POINTS, _points),
    Figure("points_refunded", VOLUNTEERS, _("points given back for goods brought back"), f.TRANSFERS,
           Q(kind=Movement.REFUND), POINTS, _points),
    Figure("points_deducted", VOLUNTEERS, _("points deducted by rules of conduct"), f.TRANSFERS,
           Q(kind=Movement.DEDUCT), POINTS, _points),
    Figure("points_restored", VOLUNTEERS, _("deducted points given back"), f.TRANSFERS,
           Q(kind=Movement.RESTORE), POINTS, _points),
    Figure("points_expired", VOLUNTEERS, _("points expired"), f.TRANSFERS, Q(kind=Movement.EXPIRE), POINTS, _points),
    Figure("meetings", OPENNESS, _("meetings held"), f.SESSIONS, _HELD & Q(**{_KIND: "meeting"}), unit=_times),
    Figure("notices", OPENNESS, _("notices published"), f.NOTICES, unit=_items),
    Figure("publicities", OPENNESS, _("public lists published"), f.NOTICES, Q(category="publicity"), unit=_items),
    Figure("sessions", CULTURE, _("activities held"), f.SESSIONS, _HELD, unit=_times),
    Figure("sessions_cancelled", CULTURE, _("activities cancelled"), f.SESSIONS, ~_HELD, unit=_times),
    Figure("registrations", CULTURE, _("signed up"), f.REGISTRATIONS, _THERE, unit=_pt),
    Figure("registered_present", CULTURE, _("signed up and came"), f.ATTENDANCES,
           _THERE & Q(registration__isnull=False), unit=_pt),
    Ratio("turnout", CULTURE, _("turnout of those signed up"), "registered_present", "registrations"),
    Figure("no_shows", CULTURE, _("signed up, neither came nor excused themselves"), f.ABSENCES, _THERE, unit=_pt),
    Figure("places", CULTURE, _("places offered"), f.PLACES, _HELD, PLACES, _seats),
    Figure("places_taken", CULTURE, _("places taken"), f.PLACES, _HELD, TAKEN, _seats),
    Ratio("fill_rate", CULTURE, _("places taken of those offered"), "places_taken", "places"),
    Figure("queue_moves", CULTURE, _("moved up a waiting list, each with a reason"), f.MOVES, unit=_turns),
    Figure("attendances", CULTURE, _("took part"), f.ATTENDANCES, _THERE, unit=_pt),
    Figure("attendance_people", CULTURE, _("different people who took part"), f.ATTENDANCES, _THERE, PERSONS, _people_),
    Figure("heads", CULTURE, _("counted at the door beside them"), f.SESSIONS,
           _HELD & Q(counted__isnull=False), HEADS, _pt),
    Figure("room_bookings", CULTURE, _("rooms booked by residents and teams"), f.BOOKINGS, BOOKED, unit=_turns),
    Figure("room_hours", CULTURE, _("hours they had them"), f.BOOKINGS, BOOKED, TIME, _hours),
    Figure("room_event_hours", CULTURE, _("hours rooms were held for events"), f.BOOKINGS, ~Q(cause=""), TIME, _hours),
    Figure("room_no_shows", CULTURE, _("booked rooms to which nobody came"), f.BOOKINGS, Q(state="no_show"), unit=_turns),
    Figure("spending", CULTURE, _("spent on activities"), f.SPENDINGS, Q(), YUAN, _yuan),
    Figure("spending_given", CULTURE, _("of it given by others"), f.SPENDINGS,
           Q(donor__isnull=False) | ~Q(donor_name=""), YUAN, _yuan),
    Figure("opinions", CULTURE, _("said how an event was"), f.OPINIONS, unit=_pt),
    Figure("opinion_mark", CULTURE, _("satisfaction with events, from 1 to 5"), f.OPINIONS, measure=MARKS, unit=_marks),
    Figure("asked", CULTURE, _("asked how an event was"), f.ASKED, _THERE, unit=_pt, is_listed=False),
    Ratio("opinion_rate", CULTURE, _("response rate of those asked"), "opinions", "asked"),
    Figure("culture_sessions", CULTURE, _("culture, sport and festivals"), f.SESSIONS,
           _HELD & Q(**{f"{_KIND}__in": ["culture", "sport", "festival"]}), unit=_times),
    Figure("course_sessions", CULTURE, _("course lessons"), f.SESSIONS, _HELD & Q(**{_KIND: "course"}), unit=_times),
    Figure("children_sessions", CULTURE, _("for children and families"), f.SESSIONS,
           _HELD & Q(**{_KIND: "children"}), unit=_times),
    Figure("lecture_sessions", SAFETY, _("lectures and trainings"), f.SESSIONS, _HELD & Q(**{_KIND: "lecture"}), unit=_times),
    Figure("lecture_attendances", SAFETY, _("took part in lectures and trainings"), f.ATTENDANCES,
           _THERE & Q(**{_OF_KIND: "lecture"}), unit=_pt),
]  # fmt: skip

_MEMBER = Q(volunteer__resident__is_party_member=True)
_PARTY_DAY = Q(**{_OF_KIND: "party"}, resident__is_party_member=True)
BRANCH_FIGURES = [
    Figure("members", MEMBERS, _("members"), f.RESIDENTS, Q(is_party_member=True), unit=_people_),
    Figure("members_60", MEMBERS, _("members aged 60 and over"), f.RESIDENTS, Q(is_party_member=True),
           unit=_people_, aged_from=60),
    Figure("members_female", MEMBERS, _("women"), f.RESIDENTS, Q(is_party_member=True, sex="f"), unit=_people_),
    Figure("members_moved_in", MEMBERS, _("members who moved in"), f.ARRIVALS, Q(is_party_member=True), unit=_people_),
    Figure("members_left", MEMBERS, _("members who left"), f.LEAVERS, Q(is_party_member=True), unit=_people_),
    Figure("theme_days", THEME, _("party activities held"), f.SESSIONS, _HELD & Q(**{_KIND: "party"}), unit=_times),
    Figure("theme_attendances", THEME, _("members present"), f.ATTENDANCES, _THERE & _PARTY_DAY, unit=_pt),
    Ratio("theme_rate", THEME, _("attendance of members"), "theme_attendances", "members", "theme_days"),
    Figure("branch_sessions", SERVICE, _("activities of the branch for residents"), f.SESSIONS,
           _HELD & ~Q(**{_KIND: "party"}), unit=_times),
    Figure("branch_attendances", SERVICE, _("took part in them"), f.ATTENDANCES,
           _THERE & ~Q(**{_OF_KIND: "party"}), unit=_pt),
    Figure("member_helpers", SERVICE, _("members helped, in all activities"), f.MEMBERS_SERVICES, _MEMBER, unit=_pt),
    Figure("member_helper_people", SERVICE, _("different members who helped"), f.MEMBERS_SERVICES, _MEMBER,
           PERSONS, _people_),
    Figure("member_hours", SERVICE, _("hours helped"), f.MEMBERS_SERVICES, _MEMBER, HOURS, _hours),
]  # fmt: skip


def sections(period: Period) -> dict[str, str]:
    return BRANCH_SECTIONS if period.organisation else COMMUNITY_SECTIONS


def figures(period: Period) -> list:
    return BRANCH_FIGURES if period.organisation else COMMUNITY_FIGURES


def find(period: Period, key: str) -> Figure | None:
    return next((one for one in figures(period) if one.key == key and isinstance(one, Figure)), None)


def compute(period: Period) -> dict[str, dict]:
    """`{key: {"now": n, "before": n, "year_ago": n}}` for the period, the month before and a year before.

    Counts are whole numbers, hours and percentages text with one decimal, None where a share has no whole.
    """
    periods = {"now": period, "before": period.earlier(1), "year_ago": period.earlier(12)}
    declared = figures(period)
    raw: dict[str, dict] = {name: {} for name in periods}
    for family in {one.family for one in declared if isinstance(one, Figure)}:
        mine = [one for one in declared if isinstance(one, Figure) and one.family is family]
        for (one, name), value in _counted(family, mine, periods).items():
            raw[name][one.key] = one.read(value)
    for name in periods:
        for one in declared:
            if isinstance(one, Ratio):
                raw[name][one.key] = one.read(raw[name])
    return {one.key: {name: raw[name][one.key] for name in periods} for one in declared}


def _counted(
    family: f.Family, mine: list[Figure], periods: dict[str, Period]
) -> dict[tuple[Figure, str], object]:
    """In one query; where what happened is counted by persons, a query a period: those rows are many, and each would be
    asked for every figure of every period."""
    rows = family.rows(periods["now"])
    if family.is_stock or not any(one.measure == PERSONS for one in mine):
        columns = {
            f"column_{number}": key
            for number, key in enumerate((one, name) for one in mine for name in periods)
        }
        values = {
            column: one.aggregate(one.condition(periods[name])) for column, (one, name) in columns.items()
        }
        if not family.is_stock:
            rows = rows.filter(reduce(or_, map(family.when, periods.values())))
        found = rows.aggregate(**values)
        return {key: found[column] for column, key in columns.items()}
    counted = {}
    for name, when in periods.items():
        found = rows.filter(family.when(when)).aggregate(
            **{f"column_{number}": one.aggregate(one.own(when)) for number, one in enumerate(mine)}
        )
        counted |= {(one, name): found[f"column_{number}"] for number, one in enumerate(mine)}
    return counted


def change(now, before) -> str | None:
    """Change in percent against an earlier period, with sign and one decimal; None (—) when that was 0."""
    if now is None or before is None or not Decimal(before):
        return None
    percent = round((Decimal(now) - Decimal(before)) * 100 / Decimal(before), 1)
    return f"{percent:+.1f}" if percent else "0.0"
