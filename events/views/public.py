"""What is on, for everybody: list, calendar, one event."""

from collections import defaultdict
from datetime import date
from functools import partial

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from community.pages import public_page
from config.fields import LATEST
from config.kept import kept

from .. import rows
from ..explain import rules_of
from ..models import Entry, Event
from ..operations.sports import ages
from ..operations.stage import running_order
from .narrowing import narrowing

PAGE = 20


@public_page
def events(request, community):
    query = request.GET.urlencode()
    key = (community.pk, query[:500], get_language(), timezone.localdate())
    make = partial(events_list, request, community)
    body, status, from_day = make() if len(query) > 500 else kept(key, make)
    context = {"nav": "events", "list": body, "from_day": from_day}
    return render(request, "events/list.html", context, status=status)


def events_list(request, community) -> tuple[str, int, str]:
    """The list itself, the same for everybody, the status it goes out with, and of a further page its first day."""
    narrow = narrowing(request, community)
    found = [] if narrow.is_bad else rows.session_rows(listed(narrow)[: PAGE + 1], community)
    context = narrow.context("list", reverse("events:list", args=[community])) | {
        "days": rows.by_day(found[:PAGE]),
        "next_url": next_page(request, found[PAGE - 1]["key"]) if len(found) > PAGE else "",
        "is_further": bool(narrow.chosen.get("after")),
    }
    from_day = context["days"][0]["heading"] if context["is_further"] and found else ""
    return render_to_string("events/_list.html", context), 422 if narrow.is_bad else 200, from_day


def listed(narrow):
    """From now on, or of the days asked for, in order."""
    chosen, found = narrow.chosen, narrow.sessions()
    if chosen.get("since") or chosen.get("until"):
        found = found.on_days(
            chosen["since"] or timezone.localdate(), chosen["until"] or date(LATEST, 12, 31)
        )
    else:
        found = found.from_now_on()
    if chosen.get("after"):
        found = found.after(chosen["after"])
    return found.order_by("starts_at", "pk")


def next_page(request, key: str) -> str:
    query = request.GET.copy()
    query["after"] = key
    return f"?{query.urlencode()}"


@public_page
def event(request, community, pk):
    found = get_object_or_404(
        Event.objects.public()
        .within(community)
        .select_related("unit", "room__facility", "organiser", "after_course"),
        pk=pk,
    )
    sessions = found.sessions.order_by("starts_at", "pk")
    coming = rows.session_rows(sessions.from_now_on()[: PAGE + 1], community)
    past = [] if coming else rows.session_rows(sessions.order_by("-starts_at")[:PAGE], community)
    context = {
        "nav": "events",
        "event": found,
        "coming": coming[:PAGE],
        "has_more": len(coming) > PAGE,
        "past": past,
        "more_url": f"{reverse('events:list', args=[community])}?q={found.title}",
        "photos": list(found.photos.filter(hidden_at=None)[:4]),
        "share_url": request.build_absolute_uri(request.path),
        "share_picture": request.build_absolute_uri(found.poster.medium["url"]) if found.poster else "",
        "share_text": share_text(found, coming),
        "course": next((row for row in coming if found.is_course and not row["off"]), None),
        "rules": rules_of(found),
        "draws": found.draws.select_related("session").order_by("pk")[:PAGE] if found.collects else [],
        "moves": found.queue_moves.count() if found.has_waiting_list else 0,
        "disciplines": disciplines(found, community, request.user),
        "programme": programme(found),
    }
    return render(request, "events/event.html", context)


def programme(event: Event) -> dict:
    """The running order of the next session that has one, else of the last."""
    sessions = list(event.sessions.filter(items__isnull=False).distinct().order_by("starts_at", "pk")[:PAGE])
    if not sessions:
        return {}
    now = timezone.now()
    session = next((one for one in sessions if one.ends_at > now), sessions[-1])
    return {"session": session, "order": running_order(session)}


def disciplines(event: Event, community, user) -> list[dict]:
    """What can be entered for, what `user` has entered for, and the results with names masked."""
    found = list(event.disciplines.prefetch_related(Prefetch("entries", Entry.objects.live().filter(result__isnull=False).select_related("resident", "result").order_by("result__rank", "result__pk"), "winners")))  # fmt: skip
    open_now = bool(found) and not event.cancelled_at and event.sessions.upcoming().exists()
    mine = defaultdict(list)
    if found and user.is_authenticated:
        entries = Entry.objects.live().of(user).filter(discipline__in=found)
        for entry in entries.select_related("resident").order_by("pk"):
            mine[entry.discipline_id].append(entry.resident.name)
    return [
        {
            "name": one.name,
            "mine": mine[one.pk],
            "ages": ages(one),
            "sex": one.get_sex_display(),
            "team_size": one.team_size,
            "places": one.places,
            "taken": one.places_taken,
            "is_full": one.places_left == 0,
            "url": reverse("events:enter", args=[community, event.pk, one.pk])
            if open_now and not one.winners
            else "",
            "winners": [
                {"rank": won.result.rank, "name": won.public_name(), "mark": won.result.mark}
                for won in one.winners
            ],
        }
        for one in found
    ]


def share_text(event: Event, coming: list[dict]) -> str:
    """What a shared link says below its title: when and where, in words still true when it is read days later."""
    if event.cancelled_at:
        return _("This event is cancelled: %(reason)s") % {"reason": event.cancel_reason}
    next_one = next((row for row in coming if not row["off"]), None)
    when = f"{next_one['date']} {next_one['time']}" if next_one else ""
    where = next_one["place"] if next_one else event.where()
    return " · ".join(part for part in (when, where, event.summary) if part)
