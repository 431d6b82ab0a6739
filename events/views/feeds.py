"""Calendars and feeds for other software."""

from datetime import timedelta
from hashlib import sha256

from django.db.models import Count, Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, get_conditional_response, patch_vary_headers
from django.utils.translation import get_language

from community.pages import public_page
from config.wechat import in_wechat

from .. import feeds
from ..models import Event, Session

MOST, PAGE = 500, 20
BACK, AHEAD = timedelta(days=60), timedelta(days=400)


@public_page
def event_ics(request, community, pk):
    event = get_object_or_404(
        Event.objects.public().within(community).select_related("unit", "room__facility"), pk=pk
    )
    sessions = event.sessions.order_by("starts_at", "pk")
    if in_wechat(request):
        return instead_of_a_file(request, event.sessions.from_now_on(), event=event)
    return conditional(
        request,
        sessions,
        lambda: feeds.ics(sessions[:MOST], community, request.build_absolute_uri, event.title),
        "text/calendar",
        f'attachment; filename="event-{event.pk}.ics"',
    )


def instead_of_a_file(request, sessions, **more):
    """Said on a page, which is for this visitor alone: calendar software gets the file at the same address.

    With `event` the file is of that event alone; otherwise it is a calendar to subscribe to, by its own address.
    """
    event = more.get("event")
    address = event.get_absolute_url() if event else request.get_full_path()
    context = {
        "nav": "events",
        "rows": list(sessions.select_related(*feeds.WHERE, "community")[:PAGE]),
        "address": request.build_absolute_uri(address),
        **more,
    }
    for session in context["rows"]:
        session.line = feeds.when_and_where(session)
    response = render(request, "events/in_wechat.html", context)
    add_never_cache_headers(response)
    patch_vary_headers(response, ["User-Agent"])
    return response


@public_page
def feed_ics(request, community):
    now = timezone.now()
    sessions = Session.objects.public().filter(community=community)
    if in_wechat(request):
        return instead_of_a_file(request, sessions.from_now_on())
    sessions = sessions.filter(starts_at__gte=now - BACK, starts_at__lte=now + AHEAD).order_by(
        "starts_at", "pk"
    )
    return conditional(
        request,
        sessions,
        lambda: feeds.ics(sessions[:MOST], community, request.build_absolute_uri, community.name),
        "text/calendar",
        f'inline; filename="{community.slug}.ics"',
    )


@public_page
def atom(request, community):
    events = Event.objects.public().within(community).order_by("-published_at", "-pk")
    return conditional(
        request,
        events,
        lambda: feeds.atom(feeds.with_dates(events), community, request.build_absolute_uri),
        "application/atom+xml",
    )


def conditional(request, rows, write, kind, disposition=""):
    """Calendar software asks every hour: tell it with one small query that nothing has changed."""
    changed = ["changed_at", "event__changed_at" if rows.model is Session else "sessions__changed_at"]
    seen = rows.order_by().aggregate(n=Count("pk"), **{name: Max(name) for name in changed})
    state = f"{sorted(seen.items())}{get_language()}{request.get_host()}"
    etag = f'"{sha256(state.encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(write(), content_type=f"{kind}; charset=utf-8")
        if disposition:
            response.headers["Content-Disposition"] = disposition
    if disposition:
        patch_vary_headers(response, ["User-Agent"])  # see instead_of_a_file
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
