"""What is on, for everybody: list, calendar, one event."""

import calendar
import re
from datetime import date, timedelta
from functools import partial

from django.db.models import Prefetch, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from community.models import Kind, Unit
from community.pages import public_page
from config.fields import EARLIEST, LATEST
from config.kept import kept

from .. import rows
from ..explain import rules_of
from ..forms import FilterForm
from ..models import Entry, Event, EventKind, Session
from ..operations.sports import ages
from ..operations.stage import running_order

PAGE = 20
MOST_OF_A_DAY = 6
MOST_OF_A_MONTH = 1000


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
    form = FilterForm(request.GET)
    is_valid = form.is_valid()
    chosen = form.cleaned_data if is_valid else {}
    units = Unit.objects.living().below(community, itself=False).filter(kind__lte=Kind.COMPOUND)
    units = list(units.order_by("path").values("pk", "name", "path"))
    found = rows.session_rows(filtered(community, chosen, units)[: PAGE + 1], community) if is_valid else []
    context = {
        "community": community,
        "days": rows.by_day(found[:PAGE]),
        "chosen": request.GET,
        "bad": not is_valid,
        "is_filtered": any(chosen.get(name) for name in chosen if name != "after"),
        "next_url": next_page(request, found[PAGE - 1]["key"]) if len(found) > PAGE else "",
        "is_further": bool(chosen.get("after")),
        "kinds": options(EventKind.choices, request.GET.get("kind")),
        "audiences": options(Event.Audience.choices, request.GET.get("audience")),
        "units": options([(str(unit["pk"]), unit["name"]) for unit in units], request.GET.get("unit")),
        "month": f"{timezone.localdate():%Y-%m}",
    }
    from_day = context["days"][0]["heading"] if context["is_further"] and found else ""
    return render_to_string("events/_list.html", context), 200 if is_valid else 422, from_day


def options(choices, chosen) -> list[tuple]:
    return [(value, words, value == chosen) for value, words in choices]


def filtered(community, chosen, units):
    """The public sessions of `community` that the filters let through, in order."""
    found = Session.objects.public().filter(community=community)
    if chosen.get("since") or chosen.get("until"):
        found = found.on_days(
            chosen["since"] or timezone.localdate(), chosen["until"] or date(LATEST, 12, 31)
        )
    else:
        found = found.from_now_on()
    for name in ("kind", "audience"):
        if chosen.get(name):
            found = found.filter(**{f"event__{name}": chosen[name]})
    if chosen.get("unit") is not None:
        path = next((unit["path"] for unit in units if unit["pk"] == chosen["unit"]), None)
        found = found.at(path) if path else found.none()
    if chosen.get("free"):
        found = found.with_a_free_place().filter(cancelled_at=None)
    if words := chosen.get("q"):
        spelled = re.sub(r"\s+", "", words.lower())
        found = found.filter(Q(event__title__icontains=words) | Q(event__title_pinyin__contains=spelled))
    if chosen.get("after"):
        found = found.after(chosen["after"])
    return found.order_by("starts_at", "pk")


def next_page(request, key: str) -> str:
    query = request.GET.copy()
    query["after"] = key
    return f"?{query.urlencode()}"


@public_page
def calendar_now(request, community):
    return redirect("events:calendar", community, f"{timezone.localdate():%Y-%m}")


def first_of(month: str) -> date:
    """`2026-11` → its first day; anything else, and years no community plans for, are not found."""
    found = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", month)
    if not found or not EARLIEST <= int(found[1]) <= LATEST:
        raise Http404
    return date(int(found[1]), int(found[2]), 1)


@public_page
def month(request, community, month):
    first = first_of(month)
    before, after = first - timedelta(days=1), (first + timedelta(days=31)).replace(day=1)
    sessions = Session.objects.public().filter(community=community).on_days(first, after - timedelta(days=1))
    sessions = sessions.order_by("starts_at", "pk")
    found = rows.session_rows(sessions[:MOST_OF_A_MONTH], community)
    context = {
        "nav": "events",
        "first": first,
        "weekdays": rows.WEEKDAYS,
        "weeks": weeks(first, found),
        "is_empty": not found,
        "before": f"{before:%Y-%m}" if before.year >= EARLIEST else "",
        "after": f"{after:%Y-%m}" if after.year <= LATEST else "",
        "this_month": f"{timezone.localdate():%Y-%m}",
        "month": month,
    }
    return render(request, "events/calendar.html", context)


def weeks(first: date, found: list[dict]) -> list[list[dict]]:
    """The month's weeks from Monday, each a list of days with the sessions that start on them."""
    today, by_day = timezone.localdate(), {}
    for row in found:
        by_day.setdefault(row["iso"], []).append(row)
    return [
        [
            {
                "iso": day.isoformat(),
                "day": day.day,
                "weekday": rows.WEEKDAYS[day.weekday()],
                "heading": date_format(day, "MONTH_DAY_FORMAT"),
                "today": day == today,
                "other": day.month != first.month,
                "rows": by_day.get(day.isoformat(), [])[:MOST_OF_A_DAY],
                "more": max(0, len(by_day.get(day.isoformat(), [])) - MOST_OF_A_DAY),
            }
            for day in week
        ]
        for week in calendar.Calendar(firstweekday=0).monthdatescalendar(first.year, first.month)
    ]


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
        "course": next((row for row in coming if found.is_course), None),
        "rules": rules_of(found),
        "draws": found.draws.select_related("session").order_by("pk")[:PAGE] if found.collects else [],
        "moves": found.queue_moves.count() if found.has_waiting_list else 0,
        "disciplines": disciplines(found, community),
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


def disciplines(event: Event, community) -> list[dict]:
    """What can be entered for, and the results with names masked."""
    found = list(event.disciplines.prefetch_related(Prefetch("entries", Entry.objects.live().filter(result__isnull=False).select_related("resident", "result").order_by("result__rank", "result__pk"), "winners")))  # fmt: skip
    open_now = bool(found) and not event.cancelled_at and event.sessions.upcoming().exists()
    return [
        {
            "name": one.name,
            "ages": ages(one),
            "sex": one.get_sex_display(),
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
    """What a shared link says below its title: when and where."""
    if event.cancelled_at:
        return _("This event is cancelled: %(reason)s") % {"reason": event.cancel_reason}
    when = f"{coming[0]['heading']} {coming[0]['time']}" if coming else ""
    return " · ".join(part for part in (when, event.where(), event.summary) if part)
