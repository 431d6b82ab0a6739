"""The event desk: one event, how full it is, what happened to it."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, Q
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import glance, rows
from ..award_source import may_award
from ..models import Event, Session
from ..turnout import percent

MOST = 300


def require_on(user, act: str, event: Event) -> None:
    """403 unless a post at the event's unit or its organiser gives `act`."""
    if not event.may(user, act):
        raise PermissionDenied


def event_or_404(request, pk) -> Event:
    visible = Event.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("unit", "organiser", "room__facility"), pk=pk)


def session_or_404(request, pk) -> Session:
    visible = Session.objects.visible_to(request.user)
    return get_object_or_404(
        visible.select_related("event__unit", "event__organiser", "event__room__facility", "community"), pk=pk
    )


def counted(sessions):
    """With how many are there."""
    present = Count("attendances", filter=Q(attendances__withdrawn_at=None))
    related = ["event__unit", "community", "event__room__facility", "room__facility", "unit", "makes_up"]
    instead = Session.objects.filter(makes_up=OuterRef("pk"), cancelled_at=None)
    return sessions.select_related(*related).annotate(present=present, is_made_up=Exists(instead))


def note(session: Session, today: date) -> str:
    """What sets a session apart from the others of its event."""
    elsewhere = session.where() if session.room_id or session.unit_id or session.place else ""
    row = {"cancelled_at": None, "note": session.note, "teacher": session.teacher}
    row["makes_up__starts_at"] = session.makes_up and session.makes_up.starts_at
    return " · ".join(part for part in (elsewhere, rows.remarks(row, today)) if part)


def by_day(sessions, user) -> list[dict]:
    today, now = timezone.localdate(), timezone.now()
    found = []
    for session in counted(sessions).order_by("starts_at", "pk")[:MOST]:
        starts_at, ends_at = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
        day = rows.day_strings(starts_at.date(), today)
        found.append(
            day
            | {
                "session": session,
                "time": rows.hours(starts_at, ends_at),
                "standing": session.standing(now),
                "note": note(session, today),
                "has_roll": session.event.may(user, "events.check_in"),
                "may_award": session.present and may_award(session, user),
            }
        )
    return rows.by_day(found)


def event(request, pk):
    """One event as staff see it: its state, what can be done with it, its sessions, and how it stands."""
    found = event_or_404(request, pk)
    last = found.sessions.order_by("-starts_at", "-pk").values("pk")[
        :MOST
    ]  # of a choir of many years the newest
    days = by_day(found.sessions.filter(pk__in=last), request.user)
    sessions = [row["session"] for day in days for row in day["rows"]]
    more = glance.by_session(sessions)
    for day in days:
        for row in day["rows"]:
            counts = row["more"] = more[row["session"].pk]
            row["signed_up"] = row["session"].places_taken - counts["offered"]
            row["percent"] = percent(counts["there"], counts["expected"])
    today = timezone.localdate()
    coming = [day for day in days if timezone.localdate(day["rows"][0]["session"].starts_at) >= today]
    context = {
        "event": found,
        "days": coming or days,
        "past": days[: -len(coming)][::-1] if coming else [],
        "numbers": glance.in_all(found),
        "members": glance.members_there(more, sessions),
        "undecided": glance.undecided(found, sessions),
        "opinion": glance.opinion(found),
        "told": glance.told(found),
        "spent": f"{found.spendings.total() / 100:.2f}" if found.spendings.live().exists() else "",
        "history": glance.history(found, request.user, 8),
        "may_check_in": found.may(request.user, "events.check_in"),
        "acts": found.acts() if found.may(request.user, "events.manage") else [],
        "may_register": found.may(request.user, "events.register"),
    }
    return render(request, "events/desk_event.html", context)


def numbers(request, pk):
    """Charts of one event, each with its table."""
    found = event_or_404(request, pk)
    charts = [
        (_("Sign-ups by day"), _("day"), _("seats asked for"), glance.sign_ups_by_day(found)),
        (_("Attendance by session"), _("session"), _("present"), glance.came_by_session(found)),
    ]
    context = {"event": found, "charts": charts, "ages": glance.came_by_age(found)}
    return render(request, "events/numbers.html", context)


def history(request, pk):
    """What happened when."""
    found = event_or_404(request, pk)
    return render(
        request, "events/history.html", {"event": found, "lines": glance.history(found, request.user, 200)}
    )
