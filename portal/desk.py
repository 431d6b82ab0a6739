"""/desk/: the day of somebody with a post, made for a phone in the field."""

from datetime import timedelta

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from community.access import may, require
from community.models import Post, Unit
from events.models import Session

from .today import today


@require_safe
def desk(request):
    require(request.user, "desk.enter")
    posts = Post.objects.current().filter(holder=request.user).select_related("unit", "organisation__unit")
    first = next((post.unit or post.organisation.unit for post in posts), None)
    request.community = (
        Unit.objects.select_related("profile").filter(pk=first.community.pk).first()
        if first and first.community
        else None
    )
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    sessions = (
        Session.objects.visible_to(request.user)
        .filter(
            starts_at__gte=midnight,
            starts_at__lt=midnight + timedelta(days=7),
            cancelled_at=None,
            event__cancelled_at=None,
            event__published_at__isnull=False,
        )
        .select_related("event__room__facility", "event__unit", "room__facility", "unit")
        .order_by("starts_at", "pk")[:12]
    )
    for session in sessions:  # who may not check people in finds the event
        is_hand = session.event.may(request.user, "events.check_in")
        session.opens = (
            reverse("events:roll", args=[session.pk])
            if is_hand
            else reverse("events:desk_event", args=[session.event_id])
        )
    links = [name for name, act in _PLACES if may(request.user, act)]
    return render(request, "portal/desk.html", {
        "nav": "my", "posts": posts, "items": today(request.user), "sessions": sessions, "links": links,
        "tomorrow": midnight + timedelta(days=1),
    })  # fmt: skip


_PLACES = [
    ("events", "events.view"),
    ("surveys", "events.view"),
    ("residents", "residents.view"),
    ("claims", "claims.review"),
    ("points_claims", "points.check"),
    ("unusual", "points.claims"),
    ("telephone", "messages.view"),
    ("volunteers", "volunteers.manage"),
    ("accounts", "accounts.help"),
    ("reports", "reports.view"),
    ("shop", "shop.serve"),
    ("bookings", "venues.view"),
    ("coverage", "venues.view"),
    ("admin", "admin.enter"),
]
