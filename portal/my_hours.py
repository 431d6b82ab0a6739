"""/my/hours/: how long somebody has helped, record by record, and the same on paper."""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db.models import Q, Sum
from django.db.models.functions import ExtractYear
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from residents.models import Resident
from volunteers.models import ServiceRecord, Volunteer, stars

from . import causes
from .my_points import number, private, year_asked

SIZE = 30
ON_PAPER = 1000  # records of a year on paper


@dataclass
class Person:
    """Somebody the visitor may act for; who has not helped yet is no volunteer."""

    row: Resident
    volunteer: Volunteer | None


def _people(user) -> list[Person]:
    people = Resident.objects.of(user).select_related("community__profile").order_by("pk")
    volunteers = {one.resident_id: one for one in Volunteer.objects.of(user)}
    return [Person(row, volunteers.get(row.pk)) for row in people]


def hours_of(user) -> Decimal:
    """Of all the people the user may act for, for /my/."""
    return ServiceRecord.objects.of(user).counted().hours()


def _wanted(request) -> tuple[list[Person], Person | None]:
    people, asked = _people(request.user), request.GET.get("person", "")
    if asked:
        chosen = next((one for one in people if str(one.row.pk) == asked), None)
        if chosen is None:
            raise Http404
    else:
        chosen = next((one for one in people if one.volunteer), people[0] if people else None)
    request.community = chosen.row.community if chosen else None
    return people, chosen


def _rows(person: Person | None):
    if person is None or person.volunteer is None:
        return ServiceRecord.objects.none()
    return ServiceRecord.objects.filter(volunteer=person.volunteer)


def _by_year(rows) -> dict[int, Decimal]:
    """Hours that count by year, the latest first; a year whose records were all withdrawn has none."""
    counted = Sum("hours", filter=Q(withdrawn_at=None, verified_at__isnull=False), default=Decimal(0))
    years = rows.order_by().annotate(year=ExtractYear("day")).values_list("year").annotate(hours=counted)
    return {year: Decimal(hours) for year, hours in years.order_by("-year")}


@dataclass(frozen=True)
class Stars:
    """How far somebody has come, in hours."""

    count: int
    reached: str
    missing: str
    next_at: int | None
    left: Decimal
    hours: Decimal

    @classmethod
    def of(cls, hours: Decimal) -> "Stars":
        steps = settings.VOLUNTEER_STARS
        count = stars(hours)
        next_at = steps[count] if count < len(steps) else None
        return cls(count, "★" * count, "☆" * (len(steps) - count), next_at, (next_at or 0) - hours, hours)


@dataclass(frozen=True)
class Line:
    record: ServiceRecord
    about: causes.Cause | None

    @property
    def counts(self) -> bool:
        return self.record.withdrawn_at is None and self.record.verified_at is not None


def _lines(rows: list[ServiceRecord]) -> list[Line]:
    said = causes.in_words(row.cause for row in rows)
    return [Line(row, said.get(row.cause)) for row in rows]


def _after(rows, before: int | None):
    """The records that come after the one with the id `before`, in the order of the page."""
    last = rows.filter(pk=before).values_list("day", "pk").first() if before else None
    return rows.filter(Q(day__lt=last[0]) | Q(day=last[0], pk__lt=last[1])) if last else rows


@require_safe
def hours(request):
    people, person = _wanted(request)
    rows = _rows(person)
    years = _by_year(rows) if person and person.volunteer else {}
    year = number(request.GET.get("year", ""), 9999)
    year = year if year in years else None
    shown = rows.filter(day__year=year) if year else rows
    before = number(request.GET.get("before", ""), 2**63 - 1)
    found = list(_after(shown, before).with_overlap().order_by("-day", "-pk")[: SIZE + 1]) if years else []
    kept = {"person": person.row.pk} if person and len(people) > 1 else {}
    narrowed = kept | ({"year": year} if year else {})
    this_year = timezone.localdate().year
    total = sum(years.values(), Decimal(0))
    context = {
        "nav": "my", "people": people, "person": person, "years": years.items(), "year": year, "kept": urlencode(kept),
        "total": total, "this_year": years.get(this_year, 0), "stars": Stars.of(total), "lines": _lines(found[:SIZE]),
        "older_url": "?" + urlencode(narrowed | {"before": found[SIZE - 1].pk}) if len(found) > SIZE else "",
        "newer_url": "?" + urlencode(narrowed) if before else "",
        "print_query": urlencode(kept | {"year": year or next(iter(years), this_year)}),
    }  # fmt: skip
    return private(render(request, "portal/my_hours.html", context))


@require_safe
def hours_print(request):
    """The records that count of a year on paper, oldest first."""
    _everybody, person = _wanted(request)
    if person is None or person.volunteer is None:
        raise Http404
    year = year_asked(request)
    counted = _rows(person).counted()
    rows = counted.filter(day__year=year)
    found = list(rows.order_by("day", "pk")[: ON_PAPER + 1])
    context = {
        "person": person, "year": year, "lines": _lines(found[:ON_PAPER]), "cut": len(found) > ON_PAPER,
        "hours": rows.hours(), "total": counted.hours(), "now": timezone.now(),
    }  # fmt: skip
    return private(render(request, "portal/my_hours_print.html", context))
