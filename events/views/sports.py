"""Sports meets: residents enter for disciplines, staff keep them and write the results."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from community.pages import community_page
from config import typed
from config.errors import DomainError
from residents.models import Resident
from residents.operations import person_for

from ..eligibility import is_child
from ..forms_more import DisciplineForm, ResultForm, TeamForm
from ..models import Discipline, Entry, Event
from ..operations import sports
from . import places
from .desk import event_or_404, require_on
from .programme import form_page, respond


def discipline_or_404(request, pk, act="events.manage") -> Discipline:
    events = Event.objects.visible_to(request.user)
    found = Discipline.objects.filter(event__in=events).select_related("event__unit", "event__organiser")
    discipline = get_object_or_404(found, pk=pk)
    require_on(request.user, act, discipline.event)
    return discipline


def number(request, name) -> int:
    chosen = request.POST.get(name, "")
    if not chosen.isdecimal() or len(chosen) > 18:
        raise Http404
    return int(chosen)


@form_page
def disciplines(request, pk):
    event = event_or_404(request, pk)
    require_on(request.user, "events.manage", event)
    form = DisciplineForm(request.POST or None, instance=Discipline(event=event))
    context = {
        "event": event,
        "disciplines": [(one, sports.ages(one)) for one in event.disciplines.all()],
        "back_url": f"/desk/events/{pk}/",
    }
    if request.method != "POST":
        return respond(request, form, context, "events/disciplines.html")
    return save(request, form, context, "events/disciplines.html", "events:disciplines", pk)


@form_page
def discipline(request, pk):
    found = discipline_or_404(request, pk)
    form = DisciplineForm(request.POST or None, instance=found)
    context = {
        "title": _("Change the discipline"),
        "lead": found.event.title,
        "back_url": f"/desk/events/{found.event_id}/disciplines/",
    }
    if request.method != "POST":
        return respond(request, form, context)
    return save(request, form, context, "events/form.html", "events:disciplines", found.event_id)


def save(request, form, context, template, name, pk):
    if not form.is_valid():
        return respond(request, form, context, template, 422)
    try:
        sports.save_discipline(discipline=form.save(commit=False), by=request.user)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return respond(request, form, context, template, 422)
    messages.success(request, _("Saved."))
    return redirect(name, pk)


@require_POST
def remove_discipline(request, pk):
    found = discipline_or_404(request, pk)
    try:
        sports.remove_discipline(discipline=found, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("events:disciplines", found.event_id)


@form_page
def results(request, pk):
    """Who entered, and what they achieved."""
    found = discipline_or_404(request, pk)
    entries = (
        found.entries.live().select_related("resident__unit__parent", "result", "discipline").order_by("pk")
    )
    forms = [ResultForm(request.POST or None, entry=entry) for entry in entries]
    context = {"discipline": found, "forms": forms, "ages": sports.ages(found), "begun": sports.has_begun(found.event), "back_url": f"/desk/events/{found.event_id}/disciplines/"}  # fmt: skip
    if request.method != "POST":
        return respond(request, None, context, "events/results.html")
    valid = [form.is_valid() for form in forms]  # each says what is wrong with it
    if not all(valid):
        return respond(request, None, context, "events/results.html", 422)
    rows = [(form.entry.pk, form.cleaned_data["rank"], form.cleaned_data["mark"]) for form in forms]
    try:
        sports.write_results(discipline=found, results=rows, by=request.user)
    except DomainError as refusal:
        return respond(request, None, context | {"refusal": str(refusal)}, "events/results.html", 422)
    messages.success(request, _("The results are saved. They are public now."))
    return redirect("events:results", pk)


@form_page
def enter_for(request, pk):
    """Staff enter somebody without a phone: search, then one tap."""
    from .door import found as people_found

    discipline = discipline_or_404(request, pk, "events.register")
    if request.method == "POST" and "resident" not in request.POST:
        return typed.to_address(request, most=40)
    words = typed.read(request)[:40]
    session = sports.meets_on(discipline.event)
    refusal, status = "", 200
    if request.method == "POST":
        resident = get_object_or_404(
            Resident.objects.visible_to(request.user).living(), pk=number(request, "resident")
        )
        asked = bool(request.POST.get("consent"))
        try:
            if session and is_child(session, resident) and not asked:
                raise DomainError(_("Please ask a guardian of the child, and tick that they agreed."))
            sports.enter(
                discipline=discipline, resident=resident, by=request.user, team=request.POST.get("team", ""),
                consent=asked, at_the_desk=True,
            )  # fmt: skip
        except DomainError as error:
            refusal, status = str(error), 422
        else:
            messages.success(request, _("%(name)s is entered.") % {"name": resident.name})
            return redirect("events:results", pk)
    people = people_found(request.user, session, words) if words and session else []
    context = {
        "discipline": discipline,
        "words": words,
        "people": [(one["resident"], is_child(session, one["resident"])) for one in people],
        "sent": request.POST if refusal else {},
        "refusal": refusal or sports.entry_refusal(discipline, None, at_the_desk=True),
        "back_url": f"/desk/disciplines/{pk}/results/",
    }
    return render(request, "events/enter_for.html", context, status=status)


@never_cache
@community_page
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request, community, event, pk):
    """For whom, and for a team its name."""
    events = Event.objects.public().within(community)
    found = get_object_or_404(
        Discipline.objects.select_related("event__unit"), pk=pk, event=event, event__in=events
    )
    if request.method != "POST":
        return page(request, community, found)
    resident, guardian = chosen(request, community, found)
    try:
        entry = sports.enter(
            discipline=found,
            resident=resident,
            guardian=guardian,
            consent=bool(request.POST.get("consent")),
            by=request.user,
            team=team_of(request, found),
        )
    except DomainError as refusal:
        found.refresh_from_db()
        return page(request, community, found, str(refusal), 422)
    messages.success(request, _("%(name)s is entered.") % {"name": entry.resident.name})
    return redirect("events:enter", community, event, pk)


def team_of(request, discipline: Discipline) -> str:
    if discipline.team_size == 1:
        return ""
    form = TeamForm(request.POST)
    if not form.is_valid():
        raise DomainError(_("Give the team a name."))
    return form.cleaned_data["team"]


def people_of(request, community, discipline) -> list[tuple[Resident, Resident | None]]:
    """Whom one may enter: oneself, whoever gave a mandate, and a child with the adult of the household who agrees."""
    own, meet = places.people_of(request, community), sports.meets_on(discipline.event)
    children = [(child, one) for one in own for child in places.children_of(one, meet)] if meet else []
    return [(one, None) for one in own] + list({child.pk: (child, one) for child, one in children}.values())


def chosen(request, community, discipline) -> tuple[Resident, Resident | None]:
    if not request.POST.get("person"):
        return person_for(request.user, community), None
    wanted = number(request, "person")
    for resident, guardian in people_of(request, community, discipline):
        if resident.pk == wanted:
            return resident, guardian
    raise Http404


def page(request, community, discipline, refusal="", status=200):
    people = people_of(request, community, discipline)
    closed, cards = sports.entry_refusal(discipline, None), []
    entries = discipline.entries.live().filter(resident__in=[one.pk for one, _guardian in people])
    held = {entry.resident_id: entry for entry in entries}
    for one, guardian in people:
        if closed and one.pk not in held:
            continue
        why = "" if one.pk in held else sports.entry_refusal(discipline, one)
        if why and (guardian or one.user_id != request.user.pk):
            continue  # it is for other ages
        sent = request.POST if request.POST.get("person") == str(one.pk) else {}
        cards.append(
            {"resident": one, "guardian": guardian, "held": held.get(one.pk), "refusal": why, "sent": sent}
        )
    context = {
        "nav": "events",
        "discipline": discipline,
        "ages": sports.ages(discipline),
        "people": cards,
        "is_known": any(one.user_id == request.user.pk for one, _guardian in people),
        "closed": "" if held and len(held) == len(people) else closed,
        "newcomer": request.user.name,
        "refusal": refusal,
    }
    return render(request, "events/enter.html", context, status=status)


@community_page
@require_POST
def withdraw_entry(request, community, event, pk):
    mine = Entry.objects.of(request.user).filter(discipline=pk, discipline__event=event)
    entry = get_object_or_404(mine, pk=number(request, "entry"))
    try:
        sports.withdraw_entry(entry=entry, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The entry is withdrawn."))
    return redirect("events:enter", community, event, pk)


@require_POST
def withdraw_entry_for(request, pk):
    """Staff take an entry out."""
    discipline = discipline_or_404(request, pk, "events.register")
    entry = get_object_or_404(discipline.entries, pk=number(request, "entry"))
    try:
        sports.withdraw_entry(entry=entry, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("events:results", pk)
