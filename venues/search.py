from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from community.finding import heard, letters_of
from community.search import MOST, RECENT, Group, Hit, labels

from .models import Facility


def facilities(community, typed):
    rows = (
        Facility.objects.public()
        .within(community)
        .filter(
            Q(name__icontains=typed)
            | Q(rooms__name__icontains=typed, rooms__closed_at=None)
            | Q(kind__in=labels(Facility.Kind.choices, typed))
        )
        .distinct()
    )
    if letters_of(typed):
        every = Facility.objects.public().within(community).order_by("order", "pk")[:RECENT]
        rows = [row for row in every if heard(row.name, typed)]
    else:
        rows = rows.order_by("order", "pk")
    hits = [
        Hit(
            row.name,
            reverse("venues:facility", args=[community, row.pk]),
            row.address,
            row.opening_hours,
            phone=row.phone,
        )
        for row in rows[:MOST]
    ]
    return Group(_("Facilities and rooms"), hits, reverse("venues:list", args=[community]))
