from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from community.finding import letters_of
from community.search import MOST, Group, Hit, labels

from .models import EventKind, Session


def sessions(community, typed):
    """Public sessions still to come."""
    by_pinyin = Q(event__title_pinyin__contains=letters_of(typed)) if letters_of(typed) else Q()
    rows = (
        Session.objects.public()
        .upcoming()
        .filter(
            Q(event__title__icontains=typed)
            | Q(event__summary__icontains=typed)
            | Q(event__place__icontains=typed)
            | Q(event__room__name__icontains=typed)
            | Q(event__room__facility__name__icontains=typed)
            | Q(event__kind__in=labels(EventKind.choices, typed))
            | by_pinyin,
            community=community,
        )
        .select_related("event__room__facility", "room__facility", "unit")
    )
    hits = [
        Hit(
            row.event.title,
            reverse("events:event", args=[community, row.event_id]),
            row.where(),
            date_format(localtime(row.starts_at), "DATETIME_FORMAT"),
        )
        for row in rows[:MOST]
    ]
    return Group(_("Events"), hits, reverse("events:list", args=[community]))
