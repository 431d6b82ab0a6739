"""/<community>/volunteers/: how many help, how long, at what, and how to join in. Nobody is named."""

from datetime import date

from django.db.models import Count, Sum
from django.db.models.functions import ExtractMonth
from django.shortcuts import render
from django.utils import timezone

from community.pages import public_page
from events.models import Attendance, EventKind, Session
from events.rows import session_rows
from volunteers.models import ServiceRecord, Volunteer

from .home import start_of

COMING = 6


@public_page
def volunteers(request, community):
    now = timezone.now()
    year = timezone.localdate(now).year
    served = ServiceRecord.objects.counted().filter(
        community=community, day__gte=date(year, 1, 1), day__lt=date(year + 1, 1, 1)
    )
    context = {
        "nav": "guide",
        "year": year,
        "registered": Volunteer.objects.active().filter(community=community).count(),
        "sums": served.aggregate(
            people=Count("volunteer", distinct=True), times=Count("pk"), hours=Sum("hours")
        ),
        "months": by_month(served),
        "fields": fields_of(community, year),
        "rows": session_rows(coming(community, now)[:COMING], community),
        "phone": community.profile.duty_phone if hasattr(community, "profile") else "",
    }
    return render(request, "portal/volunteers.html", context)


def by_month(served):
    months = served.order_by().annotate(month=ExtractMonth("day")).values("month")
    months = months.annotate(
        people=Count("volunteer", distinct=True), times=Count("pk"), hours=Sum("hours")
    ).order_by("month")
    return [row | {"first": date(2000, row["month"], 1)} for row in months]


def fields_of(community, year: int) -> list[tuple[str, int]]:
    """`[(kind of event, how often somebody helped at one this year), …]`, most first."""
    helped = Attendance.objects.live().filter(
        as_helper=True,
        session__community=community,
        session__starts_at__gte=start_of(date(year, 1, 1)),
        session__starts_at__lt=start_of(date(year + 1, 1, 1)),
    )
    kinds = helped.order_by().values_list("session__event__kind").annotate(times=Count("pk"))
    return [
        (EventKind(kind).label, times) for kind, times in kinds.order_by("-times", "session__event__kind")
    ]


def coming(community, now):
    """Volunteer work that has not begun, soonest first."""
    return (
        Session.objects.public()
        .filter(
            community=community,
            event__kind=EventKind.VOLUNTEER,
            starts_at__gt=now,
            cancelled_at=None,
            event__cancelled_at=None,
        )
        .order_by("starts_at", "pk")
    )
