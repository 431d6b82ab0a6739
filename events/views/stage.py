"""The programme of an evening: edited at the desk item by item, read and printed by everybody."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.pages import public_page
from config.errors import DomainError

from .. import rows
from ..forms_more import ItemForm
from ..models import ProgrammeItem, Session
from ..operations import stage
from .desk import require_on, session_or_404
from .programme import form_page, respond


def item_or_404(request, pk) -> ProgrammeItem:
    sessions = Session.objects.visible_to(request.user)
    items = ProgrammeItem.objects.filter(session__in=sessions)
    related = ["session__event__unit", "session__event__organiser", "session__community"]
    item = get_object_or_404(items.select_related(*related), pk=pk)
    require_on(request.user, "events.manage", item.session.event)
    return item


@form_page
def items(request, pk):
    """The list, with a form for one more at its end."""
    session = session_or_404(request, pk)
    require_on(request.user, "events.manage", session.event)
    form = ItemForm(request.POST or None, community=session.community)
    order = stage.running_order(session)
    context = {
        "session": session,
        "order": order,
        "last": len(order),
        "back_url": f"/desk/events/{session.event_id}/",
    }
    if request.method != "POST":
        return respond(request, form, context, "events/programme_desk.html")
    if not form.is_valid():
        return respond(request, form, context, "events/programme_desk.html", 422)
    try:
        stage.add_item(session=session, item=form.save(commit=False), by=request.user)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return respond(request, form, context, "events/programme_desk.html", 422)
    messages.success(request, _("Saved."))
    return redirect("events:items", pk)


@form_page
def item(request, pk):
    found = item_or_404(request, pk)
    form = ItemForm(request.POST or None, instance=found, community=found.session.community)
    context = {
        "title": _("Change the item"),
        "lead": str(found.session),
        "back_url": f"/desk/sessions/{found.session_id}/programme/",
    }
    if request.method != "POST":
        return respond(request, form, context)
    if not form.is_valid():
        return respond(request, form, context, status=422)
    stage.change_item(item=form.save(commit=False), by=request.user)
    messages.success(request, _("Saved."))
    return redirect("events:items", found.session_id)


@require_POST
def move_item(request, pk):
    """`to`: the number it gets, so that a second click changes nothing."""
    found = item_or_404(request, pk)
    to = request.POST.get("to", "")
    if not to.isdecimal() or len(to) > 4:
        raise Http404
    return after(request, found, lambda: stage.move_item(item=found, to=int(to), by=request.user))


@require_POST
def remove_item(request, pk):
    found = item_or_404(request, pk)
    return after(request, found, lambda: stage.remove_item(item=found, by=request.user))


def after(request, item, operation):
    try:
        operation()
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("events:items", item.session_id)


@public_page
def sheet(request, community, event, pk):
    """The programme on A4."""
    sessions = Session.objects.public().select_related("event__room__facility", "room__facility", "unit")
    session = get_object_or_404(sessions, pk=pk, event=event, community=community)
    starts_at, ends_at = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    context = {
        "session": session,
        "order": stage.running_order(session),
        "when": f"{rows.day_strings(starts_at.date(), timezone.localdate())['heading']} {rows.hours(starts_at, ends_at)}",
    }
    return render(request, "events/programme_sheet.html", context)
