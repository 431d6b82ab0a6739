"""Staff make sessions that repeat, change and cancel them from one on, and make up for one."""

from django.contrib import messages
from django.forms import HiddenInput
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.working_days import unknown_years
from config.errors import DomainError

from .. import messages_series, operations, rows
from ..forms_series import (
    WHICH,
    CancelForm,
    ChangeSessionForm,
    HeadsForm,
    MakeUpForm,
    RepeatForm,
    differences,
)
from ..models import Session
from ..operations import making_up, series
from .desk import event_or_404, require_on, session_or_404
from .programme import form_page, preview_url, respond


@form_page
def add_sessions(request, pk):
    """Typed and then previewed by GET; made by POST with the days that were left chosen."""
    event = event_or_404(request, pk)
    require_on(request.user, "events.manage", event)
    context = {"title": _("Add sessions"), "lead": event.title, "back_url": f"/desk/events/{pk}/"}
    if request.method == "POST":
        return make(request, event, context)
    if "on" in request.GET:
        form = RepeatForm(request.GET)
        if form.is_valid() and "edit" not in request.GET:
            return preview(request, event, form, context)
        return ask(request, form, context, status=422 if form.errors else 200)
    if "further" in request.GET and event.repeats:
        last = event.sessions.order_by("-starts_at", "-pk").first()
        return ask(request, RepeatForm.further(event, last), context)
    return ask(request, RepeatForm(), context)


def ask(request, form, context, status=200):
    context = context | {"method": "get", "dates": form, "button": _("See all days")}
    return respond(request, None, context, status=status)


def preview(request, event, form, context, refusal="", status=200):
    """Every day of the rule: what is made, what is skipped and why, and what else is in the room then."""
    rule = form.rule()
    days = rule.days()
    times = {one.day: rule.moments(one.day) for one in days if not one.skipped}
    taken = series.clashes(event.room, times.values(), request.user)
    today = timezone.localdate()
    context = context | {
        "form": form,
        "refusal": refusal,
        "rule": rule.text(),
        "days": [
            {
                "iso": one.day.isoformat(),
                "heading": rows.day_strings(one.day, today)["heading"],
                "skipped": one.skipped,
                "clash": "" if one.skipped else taken.get(times[one.day][0], ""),
            }
            for one in days
        ],
        "count": len(times),
        "unknown": unknown_years(*(one.day for one in days)) if rule.skips_holidays else [],
        "told": len(messages_series.goes_on_for(event)),
        "back_url": f"{preview_url(event, form.data)}&edit=1",
    }
    return respond(request, form, context, "events/series_preview.html", status)


def make(request, event, context):
    form = RepeatForm(request.POST)
    if not form.is_valid():
        return ask(request, form, context, status=422)
    rule = form.rule()
    if form.cleaned_data["how"] == "once":
        chosen = [rule.first]
    else:
        chosen = [one.day for one in rule.days() if one.day.isoformat() in request.POST.getlist("day")]
    fields = {name: value for name, value in form.session().items() if name not in ("starts_at", "ends_at")}
    try:
        made = operations.repeat_event(event=event, rule=rule, days=chosen, fields=fields, by=request.user)
    except DomainError as refusal:
        return preview(request, event, form, context, str(refusal), 422)
    count = len(made)
    said = ngettext("%(count)d session is added.", "%(count)d sessions are added.", count) % {"count": count}
    messages.success(request, said)
    return redirect("events:desk_event", event.pk)


@form_page
def change_session(request, pk):
    session = session_or_404(request, pk)
    require_on(request.user, "events.manage", session.event)
    context = {
        "title": _("Change this session"),
        "lead": f"{session.event.title} · {rows.day_strings(timezone.localdate(session.starts_at), timezone.localdate())['heading']}",
        "back_url": f"/desk/events/{session.event_id}/",
    }
    if request.method != "POST":
        return respond(request, narrowed(ChangeSessionForm.of(session), session), context)
    form = narrowed(ChangeSessionForm(request.POST, session=session), session)
    if not form.is_valid():
        return respond(request, form, context, status=422)
    which = form.cleaned_data["which"]
    sessions = series.affected(session, which)
    if form.cleaned_data["version"] != session.version:
        return stale(request, form, session, context)
    if clashes := room_clashes(session, sessions, form, request.user):
        form.add_error(None, _("The room is taken at that time: %(what)s") % {"what": _("; ").join(clashes)})
        return respond(request, form, context, status=422)
    offers = offers_of(session, sessions, form)
    if "seen" not in request.POST and (offers or needs_a_look(session, form, which)):
        return look(request, session, form, sessions, context | {"offers": offers})
    try:
        operations.change_series(
            session=session,
            which=which,
            seen=request.POST.get("seen") or series.stamp(sessions),
            reason=form.cleaned_data["reason"],
            by=request.user,
            **form.session(),
        )
    except operations.Stale:
        session.refresh_from_db()
        return stale(request, form, session, context)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return respond(request, form, context, status=422)
    messages.success(request, _("Saved."))
    return redirect("events:desk_event", session.event_id)


def stale(request, form, session, context):
    """What the other wrote beside one's own; sending it once more overwrites knowingly."""
    stored = ChangeSessionForm.stored(session)
    context = context | {"differences": differences(form, stored)}
    form.data = form.data.copy()
    form.data["version"] = str(session.version)
    form.add_error(None, str(operations.Stale()))
    return respond(request, form, context, status=422)


MATTERS = ("starts_at", "ends_at", "room", "place", "unit", "teacher")  # to those who come


def needs_a_look(session: Session, form, which: str) -> bool:
    """Whether saving tells people something, or reaches more than the one session."""
    fields = form.session()
    return which != series.THIS or any(fields[name] != getattr(session, name) for name in MATTERS)


def offers_of(session, sessions, form) -> int:
    """How many offers follow when places are added; 0 as well for what saving will refuse."""
    try:
        return series.offers_of(series.planned(session, sessions, form.session()))
    except DomainError:
        return 0


def look(request, session, form, sessions, context):
    """Before anything is saved: what changes, day by day, how many people are told and offered a place."""
    changes = []
    for one, fields in series.planned(session, sessions, form.session()):
        before = {name: getattr(one, name) for name in fields}
        if any(before[name] != fields[name] for name in fields):
            changes.append(line(one, fields))
    context = context | {
        "changes": changes,
        "told": series.told(sessions) if needs_a_look(session, form, form.cleaned_data["which"]) else None,
        "seen": series.stamp(sessions),
        "is_public": bool(session.event.published_at),
    }
    return respond(request, form, context, "events/series_confirm.html")


def line(session: Session, fields: dict) -> dict:
    """One session before and after."""
    now = Session(event=session.event, **{name: getattr(session, name) for name in ("starts_at", "ends_at", "room", "place", "unit", "teacher", "places")})  # fmt: skip
    with_places = fields.get("places", session.places) != session.places
    before = described(now, with_places)
    for name, value in fields.items():
        setattr(now, name, value)
    return {"before": before, "after": described(now, with_places)}


def described(session: Session, with_places: bool = False) -> str:
    starts_at, ends_at = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    when = f"{date_format(starts_at, 'DATE_FORMAT')} {rows.WEEKDAYS[starts_at.weekday()]} {rows.hours(starts_at, ends_at)}"
    places = ""
    if with_places:
        places = (
            _("no limit")
            if session.places is None
            else ngettext("%(places)d place", "%(places)d places", session.places)
            % {"places": session.places}
        )
    return " · ".join(part for part in (when, session.where(), session.led_by(), places) if part)


def room_clashes(session, sessions, form, user) -> list[str]:
    after = series.planned(session, sessions, form.session())
    by_room = {}
    for one, fields in after:
        moved = Session(event=one.event, room=fields.get("room", one.room), place=fields.get("place", one.place), unit=fields.get("unit", one.unit))  # fmt: skip
        times = (fields.get("starts_at", one.starts_at), fields.get("ends_at", one.ends_at))
        by_room.setdefault(moved.held_room, []).append(times)
    found = [
        (start, what)
        for room, times in by_room.items()
        for start, what in series.clashes(room, times, user, sessions).items()
    ]
    return list(dict.fromkeys(what for _start, what in sorted(found)))


@form_page
def cancel_session(request, pk):
    session = session_or_404(request, pk)
    require_on(request.user, "events.manage", session.event)
    form = CancelForm(request.POST or None)
    context = {
        "title": _("Cancel this session"),
        "lead": str(session),
        "button": _("Cancel this session"),
        "back_url": f"/desk/events/{session.event_id}/",
    }
    if narrowed(form, session)["which"].is_hidden:
        told = series.told([session])
        context["lead"] += (
            f" · {ngettext('%(n)d person will be told', '%(n)d people will be told', told) % {'n': told}}"
        )
    elif request.method != "POST":
        form.fields["which"].choices = [(which, reach(session, which, words)) for which, words in WHICH]
    if request.method != "POST":
        return respond(request, form, context)
    if not form.is_valid():
        return respond(request, form, context, status=422)
    try:
        operations.cancel_series(session=session, by=request.user, **form.cleaned_data)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return respond(request, form, context, status=422)
    messages.success(request, _("Cancelled. The page says why."))
    return redirect("events:desk_event", session.event_id)


def narrowed(form, session):
    """Of an event with one session nobody is asked which of them is meant."""
    if series.is_the_only_one(session):
        form.fields["which"].widget = HiddenInput()
    return form


def reach(session, which, words) -> str:
    """A choice with how many sessions it reaches and how many people hear of it."""
    sessions = series.affected(session, which)
    named = {"words": words, "sessions": len(sessions), "people": series.told(sessions)}
    return _("%(words)s: %(sessions)d sessions, %(people)d people will be told") % named


@form_page
def make_up(request, pk):
    session = session_or_404(request, pk)
    require_on(request.user, "events.manage", session.event)
    stored = ChangeSessionForm.stored(session) | {
        "registration_opens_at": None,
        "registration_closes_at": None,
    }
    stored["on"] = timezone.localdate(making_up.next_week(session)["starts_at"])
    form = MakeUpForm(request.POST or None, initial=stored, session=session)
    context = {
        "title": _("Make up for this session"),
        "lead": str(session),
        "button": _("Add the make-up session"),
        "back_url": f"/desk/events/{session.event_id}/",
    }
    context["told"] = hears_of_make_up(session)
    if request.method != "POST":
        return respond(request, form, context)
    if not form.is_valid():
        return respond(request, form, context, status=422)
    try:
        carry = form.cleaned_data.get("carry", False)
        operations.make_up(session=session, fields=form.session(), by=request.user, carry=carry)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return respond(request, form, context, status=422)
    messages.success(request, _("The make-up session is added."))
    return redirect("events:desk_event", session.event_id)


def hears_of_make_up(session) -> str:
    """How many had a place in a cancelled session and how many waited: all of them are told of the new date."""
    had_a_place, waited = map(len, making_up.who_missed(session))
    if not had_a_place and not waited:
        return _("Nobody has signed up, so nobody is told.")
    return _(
        "Told on saving: %(placed)d who had a place and %(waited)d who waited. Who waited may sign up again."
    ) % {"placed": had_a_place, "waited": waited}


@form_page
def count_heads(request, pk):
    """How many came to what nobody signs up for, beside those checked in by name."""
    session = session_or_404(request, pk)
    require_on(request.user, "events.check_in", session.event)
    form = HeadsForm(request.POST or None, initial={"number": session.counted})
    context = {
        "title": _("Count at the door"),
        "lead": str(session),
        "back_url": reverse("events:roll", args=[pk]),
    }
    if request.method != "POST":
        return respond(request, form, context)
    if not form.is_valid():
        return respond(request, form, context, status=422)
    try:
        operations.count_heads(session=session, number=form.cleaned_data["number"], by=request.user)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return respond(request, form, context, status=422)
    messages.success(request, _("Saved."))
    return redirect("events:roll", pk)
