from django.db.models import Count, Prefetch, Q
from django.shortcuts import get_object_or_404, render

from community.pages import public_page

from .models import Facility, Room


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
