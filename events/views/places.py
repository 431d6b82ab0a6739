"""Signing up and withdrawing, by the people themselves."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from community.pages import community_page
from config.errors import DomainError
from residents.models import Resident
from residents.operations import person_for

from .. import operations, rows
from ..models import Registration, Session


def session_or_404(community, event, pk):
    """A session that anybody may sign up for: published, in this community."""
    sessions = Session.objects.public().select_related("event__room__facility", "event__unit", "community")
    return get_object_or_404(sessions, pk=pk, event=event, community=community)


@never_cache
@community_page
@require_http_methods(["GET", "HEAD", "POST"])
def register(request, community, event, pk):
    session = session_or_404(community, event, pk)
    if request.method != "POST":
        return page(request, session)
    try:
        registration = operations.register(
            session=session, resident=person(request, community), by=request.user
        )
    except DomainError as refusal:
        session.refresh_from_db()
        return page(request, session, str(refusal), status=422)
    messages.success(request, _("%(name)s has a place.") % {"name": registration.resident.name})
    return redirect("events:register", community, event, pk)


def people_of(request, community):
    """The people of this community the account acts for."""
    return Resident.objects.of(request.user).filter(community=community)


def person(request, community):
    """For whom: one of those people, or the account's own person, made known now."""
    chosen = request.POST.get("person", "")
    if not chosen:
        return person_for(request.user, community)
    if not chosen.isdecimal() or len(chosen) > 18:
        raise Http404
    return get_object_or_404(people_of(request, community), pk=int(chosen))


def page(request, session, refusal="", status=200):
    people = [standing_of(person, session) for person in people_of(request, session.community)]
    context = {
        "nav": "events",
        "session": session,
        "row": rows.session_rows(Session.objects.filter(pk=session.pk), session.community)[0],
        "people": people,
        "refusal": refusal,
        "closed": "" if people else operations.refusal(session, None),
        "newcomer": request.user.name,
    }
    return render(request, "events/register.html", context, status=status)


def standing_of(resident, session) -> dict:
    """What the page says of one person: signed up, refused (why), or free to sign up (with a warning)."""
    held = Registration.objects.live().filter(session=session, resident=resident).first()
    refusal = "" if held else operations.refusal(session, resident)
    other = None if held or refusal else operations.overlapping(session, resident)
    return {"resident": resident, "held": held, "refusal": refusal, "other": other}


@community_page
@require_POST
def withdraw(request, community, event, pk):
    session = session_or_404(community, event, pk)
    chosen = request.POST.get("registration", "")
    if not chosen.isdecimal() or len(chosen) > 18:
        raise Http404
    registration = get_object_or_404(
        Registration.objects.of(request.user).select_related("session__event__unit", "resident"),
        pk=int(chosen),
        session=session,
    )
    try:
        operations.withdraw(registration=registration, by=request.user)
    except DomainError as refusal:
        return page(request, session, str(refusal), status=422)
    messages.success(
        request, _("%(name)s has withdrawn. Thank you for saying so.") % {"name": registration.resident.name}
    )
    return redirect("events:register", community, event, pk)
