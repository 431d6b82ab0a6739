"""/my/: what concerns the signed-in person, gathered from the rooms."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from community.access import may
from events.models import Attendance, Registration
from residents.models import Claim, Resident

from .my_hours import hours_of
from .my_points import people_with_points

SHOWN = 20


@require_safe
def my(request):
    people = list(Resident.objects.of(request.user).select_related("community__profile", "unit"))
    request.community = people[0].community if people else None
    upcoming = Registration.objects.of(request.user).upcoming().for_pages()[:SHOWN]
    been = (
        Attendance.objects.of(request.user)
        .live()
        .select_related("resident", "session__event", "session__community")
        .order_by("-session__starts_at", "-pk")[:SHOWN]
    )
    latest = Claim.objects.filter(user=request.user).order_by("-pk").first()
    return render(request, "portal/my.html", {
        "nav": "my", "people": people, "unconfirmed": [one for one in people if one.state == "unconfirmed"],
        "claim": latest if latest and latest.state == "open" else None,
        "refused": latest if latest and latest.state == "refused" else None,
        "points": people_with_points(people), "hours": hours_of(request.user), "upcoming": upcoming, "been": been, "at_work": may(request.user, "desk.enter"),
        "back_office": may(request.user, "admin.enter"), "now": timezone.now(),
    })  # fmt: skip
