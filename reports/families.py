"""The kinds of rows that figures are counted from.

A family names its rows for a body and, as a condition, which of them belong to a period. A figure adds a
condition of its own. Counting and listing use the same conditions, so a figure always opens to its rows.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from community.models import Duty, Kind, Notice, Post, Unit, here_and_below
from events.models import Attendance, Excuse, QueueMove, Registration, Session, Spending
from points.models import Transfer
from residents.models import Household, ResidenceState, Resident, ResidentTag
from surveys.models import FEWEST, Response, Survey
from venues.models import Booking
from volunteers.models import ServiceRecord

from .periods import Period

_REGISTER = ResidenceState.of_the_register()


@dataclass(frozen=True)
class Family:
    key: str
    rows: Callable[[Period], QuerySet]
    when: Callable[[Period], Q]
    is_stock: bool = False  # counted at the end of the period, not during it
    related: tuple[str, ...] = ()
    order: tuple[str, ...] = field(default=("pk",))
    person: str = "resident"  # who is counted where persons are


def _below(period: Period, path: str) -> Q:
    return here_and_below(period.unit.path, path)


def _of_sessions(period: Period, session: str) -> Q:
    """Published sessions of the community, or those its branch put on."""
    before = f"{session}__" if session else ""
    published = Q(**{f"{before}event__published_at__isnull": False})
    if period.organisation:
        return published & Q(**{f"{before}event__organiser": period.organisation})
    return published & _below(period, f"{before}event__unit__path")


def _of_people(period: Period, resident: str) -> Q:
    before = f"{resident}__" if resident else ""
    if period.organisation:
        return Q(**{f"{before}party_branch": period.organisation})
    return _below(period, f"{before}path")


def _during(moment: str) -> Callable[[Period], Q]:
    return lambda period: Q(**{f"{moment}__gte": period.start, f"{moment}__lt": period.end})


def _days(day: str) -> Callable[[Period], Q]:
    return lambda period: Q(**{f"{day}__gte": period.first_day, f"{day}__lte": period.last_day})


def _there_at_the_end(came: str, left: str) -> Callable[[Period], Q]:
    def condition(period):
        return (Q(**{came: None}) | Q(**{f"{came}__lte": period.last_day})) & (
            Q(**{left: None}) | Q(**{f"{left}__gt": period.last_day})
        )

    return condition


def _open_at_the_end(closed: str) -> Callable[[Period], Q]:
    return lambda period: Q(**{closed: None}) | Q(**{f"{closed}__gte": period.end})


_resident_there = _there_at_the_end("moved_in_on", "left_on")


def _of_events(period):
    if period.organisation:
        return Q(event__organiser=period.organisation)
    return _below(period, "event__unit__path")


def _tag_there(period):
    return (
        Q(since__lte=period.last_day)
        & (Q(until=None) | Q(until__gt=period.last_day))
        & (Q(resident__left_on=None) | Q(resident__left_on__gt=period.last_day))
    )


SESSIONS = Family(
    "sessions",
    lambda period: Session.objects.filter(_of_sessions(period, "")),
    _during("starts_at"),
    related=("event__unit", "event__room__facility", "room__facility", "unit"),
    order=("starts_at", "pk"),
)
# With a limit of their own, or of the course they belong to.
PLACES = replace(
    SESSIONS,
    key="places",
    rows=lambda period: SESSIONS.rows(period).filter(
        Q(places__isnull=False) | Q(event__is_course=True, event__places__isnull=False),
        event__needs_registration=True,
    ),
)
MOVES = Family(
    "moves",
    lambda period: QueueMove.objects.filter(_of_events(period)),
    _during("at"),
    related=("event", "by"),
    order=("at", "pk"),
)
SPENDINGS = Family(
    "spendings",
    lambda period: Spending.objects.live().filter(_of_events(period)),
    _days("spent_on"),
    related=("event", "donor"),
    order=("spent_on", "pk"),
)
# Rooms somebody had, or was given and left empty; what events hold is told apart by its cause.
BOOKINGS = Family(
    "bookings",
    lambda period: Booking.objects.filter(
        _below(period, "room__facility__unit__path"),
        state__in=(Booking.State.ACCEPTED, Booking.State.NO_SHOW),
    ),
    _during("starts_at"),
    related=("room__facility__unit", "organisation", "resident"),
    order=("starts_at", "pk"),
)
REGISTRATIONS = Family(
    "registrations",
    lambda period: Registration.objects.filter(_of_sessions(period, "session"), cancelled_at=None),
    _during("session__starts_at"),
    related=("session__event__unit", "resident__unit__parent"),
    order=("session__starts_at", "pk"),
)
ATTENDANCES = replace(
    REGISTRATIONS,
    key="attendances",
    rows=lambda period: Attendance.objects.filter(_of_sessions(period, "session"), withdrawn_at=None),
)


def _of_the_same(rows):
    return Exists(rows.filter(session=OuterRef("session"), resident=OuterRef("resident")))


# Neither there nor excused, where somebody called the roll.
ABSENCES = replace(
    REGISTRATIONS,
    key="absences",
    rows=lambda period: REGISTRATIONS.rows(period).filter(
        ~_of_the_same(Attendance.objects.live()),
        ~_of_the_same(Excuse.objects.live()),
        Exists(Attendance.objects.live().filter(session=OuterRef("session"))),
        session__ends_at__lte=timezone.now(),
    ),
)
# One for each person an event asked how it was: of several times somebody was there, the last.
ASKED = replace(
    REGISTRATIONS,
    key="asked",
    rows=lambda period: Attendance.objects.filter(
        _of_sessions(period, "session"),
        ~Exists(
            Attendance.objects.live().filter(
                session__event=OuterRef("session__event"),
                resident=OuterRef("resident"),
                session__starts_at__gt=OuterRef("session__starts_at"),
            )
        ),
        withdrawn_at=None,
        session__in=Session.objects.filter(event__feedback__isnull=False),  # few: looked at before the rest
    ),
)
# Marks given without names are told of events with enough of them only: the rows behind a figure are open.
OPINIONS = Family(
    "opinions",
    lambda period: Response.objects.filter(
        _below(period, "survey__unit__path"), survey__purpose=Survey.Purpose.EVENT, score__isnull=False
    ).filter(
        Q(survey__is_anonymous=False)
        | Q(
            survey__in=Response.objects.order_by()
            .values("survey")
            .annotate(n=Count("pk"))
            .filter(n__gte=FEWEST)
            .values("survey")
        )
    ),
    _days("about_on"),
    related=("survey",),
    order=("about_on", "survey", "pk"),
)
SERVICES = Family(
    "services",
    lambda period: ServiceRecord.objects.counted().filter(_below(period, "community__path")),
    _days("day"),
    related=("volunteer__resident__unit__parent",),
    order=("day", "pk"),
    person="volunteer",
)
# what a branch's members did anywhere in the community, not only where the branch was the host
MEMBERS_SERVICES = replace(
    SERVICES,
    key="members_services",
    rows=lambda period: ServiceRecord.objects.counted().filter(_of_people(period, "volunteer__resident")),
)
TRANSFERS = Family(
    "transfers",
    lambda period: Transfer.objects.filter(community=period.unit),
    _during("posted_at"),  # as the books were written: a closed month stays as it was
    related=("holder__resident", "rule__rule"),
    order=("posted_at", "pk"),
    person="holder",
)
RESIDENTS = Family(
    "residents",
    lambda period: Resident.objects.filter(_of_people(period, ""), state__in=_REGISTER),
    _resident_there,
    is_stock=True,
    related=("unit__parent",),
    order=("name_pinyin", "pk"),
)
ARRIVALS = replace(
    RESIDENTS, key="arrivals", when=_days("moved_in_on"), is_stock=False, order=("moved_in_on", "pk")
)
LEAVERS = replace(RESIDENTS, key="leavers", when=_days("left_on"), is_stock=False, order=("left_on", "pk"))
HOUSEHOLDS = Family(
    "households",
    lambda period: Household.objects.filter(_below(period, "path")),
    _open_at_the_end("closed_at"),
    is_stock=True,
    related=("dwelling__unit__parent", "head"),
)
TAGS = Family(
    "tags",
    lambda period: ResidentTag.objects.filter(_of_people(period, "resident")),
    _tag_there,
    is_stock=True,
    related=("resident__unit__parent",),
    order=("tag", "resident__name_pinyin", "pk"),
)
NOTICES = Family(
    "notices",
    lambda period: Notice.objects.filter(_below(period, "unit__path"), published_at__isnull=False),
    _during("publish_from"),
    related=("unit",),
    order=("publish_from", "pk"),
)
POSTS = Family(
    "posts",
    lambda period: Post.objects.filter(
        Q(organisation=period.organisation) if period.organisation else _below(period, "unit__path")
    ),
    _there_at_the_end("started_on", "ended_on"),
    is_stock=True,
    related=("holder", "unit__parent", "organisation"),
    order=("role", "unit__path", "pk"),
    person="holder",
)
UNITS = Family(
    "units",
    lambda period: Unit.objects.filter(_below(period, "path")),
    _open_at_the_end("closed_at"),
    is_stock=True,
    related=("parent",),
    order=("kind", "path"),
)
COMPOUNDS = replace(UNITS, key="compounds", rows=lambda period: UNITS.rows(period).filter(kind=Kind.COMPOUND))
DUTIES = Family(
    "duties",
    lambda period: Duty.objects.filter(_below(period, "unit__path")),
    _during("starts_at"),
    related=("holder", "unit"),
    order=("starts_at", "pk"),
)
