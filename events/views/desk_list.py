"""/desk/events/: sessions of two weeks by day, or what the filters find, and the drafts."""

from datetime import date, timedelta

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.access import may
from config.fields import LATEST, check_year

from ..models import Attendance, Event, EventKind, Registration, Session, SignUp, SignUpState
from .desk import MOST, by_day

WINDOW, BACK = timedelta(days=14), timedelta(days=90)
WAITS = [SignUpState.ENTERED, SignUpState.WAITING, SignUpState.OFFERED]
STATES = [
    ("coming", _("still to come")),
    ("free", _("with free places")),
    ("waiting", _("somebody waits")),
    ("over", pgettext_lazy("session", "Over")),
    ("no_roll", _("without a roll-call")),
    ("cancelled", pgettext_lazy("session", "Cancelled")),
]


class DeskFilter(forms.Form):
    q = forms.CharField(required=False, max_length=40)
    kind = forms.ChoiceField(choices=EventKind.choices, required=False)
    state = forms.ChoiceField(choices=STATES, required=False)


def events(request):
    if not may(request.user, "events.view"):
        raise PermissionDenied
    form = DeskFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    is_filtered = any(chosen.values())
    first, last = days_of(request, is_filtered)
    found = narrowed(Session.objects.visible_to(request.user).on_days(first, last), chosen)
    found = by_day(found, request.user) if form.is_valid() else []
    context = {
        "days": found,
        "is_cut": sum(len(day["rows"]) for day in found) == MOST,
        "most": MOST,
        "typed": request.GET,
        "kinds": EventKind.choices,
        "states": STATES,
        "bad": not form.is_valid(),
        "is_filtered": is_filtered or not form.is_valid(),
        "drafts": drafts(request.user, chosen),
        "may_manage": may(request.user, "events.manage"),
        "first": first,
        "last": last,
        "is_open_ended": last.year >= LATEST,
        "earlier": (first - WINDOW).isoformat(),
        "later": (first + WINDOW).isoformat(),
        "is_now": first == timezone.localdate(),
    }
    return render(request, "events/desk.html", context, status=200 if form.is_valid() else 422)


def day_in(request, name: str) -> date | None:
    """`?from=2026-11-01`; None for what is no day."""
    try:
        day = date.fromisoformat(request.GET.get(name, ""))
        check_year(day)
    except Exception:
        return None
    return day


def days_of(request, is_filtered: bool) -> tuple[date, date]:
    """The days asked for, else two weeks from today; whoever looks for something finds the last months too."""
    first, last = day_in(request, "from"), day_in(request, "until")
    if is_filtered and not first:
        first = min(last or timezone.localdate(), timezone.localdate()) - BACK
    first = first or timezone.localdate()
    if not last and is_filtered:
        last = date(LATEST, 12, 31)
    return first, max(first, last or first + WINDOW - timedelta(days=1))


def narrowed(found, chosen: dict):
    if words := chosen.get("q"):
        found = found.filter(named(words, "event__"))
    if chosen.get("kind"):
        found = found.filter(event__kind=chosen["kind"])
    return found.filter(in_state(chosen["state"])) if chosen.get("state") else found


def named(words: str, before: str = "") -> Q:
    spelled = "".join(words.lower().split())
    return Q(**{f"{before}title__icontains": words}) | Q(**{f"{before}title_pinyin__contains": spelled})


def in_state(state: str) -> Q:
    now = timezone.now()
    held = Q(cancelled_at=None, event__cancelled_at=None)
    signed_up = Registration.objects.live().filter(session=OuterRef("pk"))
    there = Attendance.objects.live().filter(session=OuterRef("pk"))
    waits = SignUp.objects.filter(state__in=WAITS)
    return {
        "coming": held & Q(ends_at__gt=now),
        "free": held & Q(ends_at__gt=now, pk__in=Session.objects.with_a_free_place().values("pk")),
        "waiting": Exists(waits.filter(session=OuterRef("pk")))
        | Exists(waits.filter(session=None, event=OuterRef("event"))),
        "over": held & Q(ends_at__lte=now),
        "no_roll": held & Q(ends_at__lte=now) & Exists(signed_up) & ~Exists(there),
        "cancelled": ~held,
    }[state]


def drafts(user, chosen: dict):
    """They have no state but that; a search by name or kind looks through them too."""
    if chosen.get("state"):
        return []
    found = Event.objects.visible_to(user).in_draft().order_by("-pk")
    if words := chosen.get("q"):
        found = found.filter(named(words))
    if chosen.get("kind"):
        found = found.filter(kind=chosen["kind"])
    return found[:20]
