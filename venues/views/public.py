from django.db.models import Count, Prefetch, Q
from django.shortcuts import get_object_or_404, render

from community.pages import public_page

from ..models import Facility, Room
from ..terms import books_for_a_team, in_words, limits_in_words
from ..week import monday_of, week_of


@public_page
def facilities(request, community):
    kinds = Facility.Kind.values
    rows = Facility.objects.public().within(community).annotate(
        open_rooms=Count("rooms", filter=Q(rooms__closed_at=None)),
    )  # fmt: skip
    rows = sorted(rows[:500], key=lambda row: (kinds.index(row.kind), row.order, row.pk))
    return render(request, "venues/list.html", {"nav": "guide", "facilities": rows})


@public_page
def facility(request, community, pk):
    row = get_object_or_404(
        Facility.objects.public()
        .within(community)
        .prefetch_related(Prefetch("rooms", Room.objects.public(), to_attr="open_rooms")),
        pk=pk,
    )
    context = {
        "nav": "guide",
        "facility": row,
        "pictured": [room for room in row.open_rooms if room.picture],
        "has_fees": any(room.fee for room in row.open_rooms),
    }
    return render(request, "venues/facility.html", context)


@public_page
def facility_week(request, community, pk):
    """All its rooms in one week, without names."""
    row = get_object_or_404(Facility.objects.public().within(community), pk=pk)
    rooms = list(row.rooms.filter(closed_at=None).select_related("facility").prefetch_related("hours"))
    week = week_of(rooms, monday_of(request.GET.get("week", "")))
    context = {
        "nav": "guide",
        "facility": row,
        "week": week,
        "books_for_a_team": for_teams(request, rooms, community),
    }
    return render(request, "venues/week.html", context)


def for_teams(request, rooms, community) -> bool:
    """Whether free hours of rooms lent to teams lead to booking; whoever is not signed in is told who may."""
    lent = any(room.lent_to == Room.LentTo.ORGANISATIONS for room in rooms)
    return lent and books_for_a_team(request.user, community)


@public_page
def room(request, community, pk):
    rows = Room.objects.public().within(community).select_related("facility__unit")
    row = get_object_or_404(rows.prefetch_related("hours", "photos"), pk=pk)
    hours = list(row.hours.all())
    context = {
        "nav": "guide",
        "room": row,
        "photos": row.photos.all(),
        "hours": in_words(hours) if hours else row.facility.opening_hours,
        "limits": limits_in_words(row) if row.is_lent else [],
        "books_for_a_team": for_teams(request, [row], community),
        "is_bookable": row.lent_to in (Room.LentTo.RESIDENTS, Room.LentTo.ORGANISATIONS),
        "week": week_of([row], monday_of(request.GET.get("week", ""))),
    }
    return render(request, "venues/room.html", context)
