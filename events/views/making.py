"""Staff make events out of others: copies, templates, half hours; and keep what an event cost."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from community.access import may
from config.errors import DomainError
from config.money import yuan

from ..forms_more import CopyForm, SlotsForm, SpendingForm
from ..models import Event, Spending
from ..operations import copies, slots, spending
from .desk import event_or_404, require_on
from .programme import form_page, respond


@form_page
def copy(request, pk):
    """A draft like this one; of a template, an event."""
    event = event_or_404(request, pk)
    require_on(request.user, "events.manage", event)
    form = CopyForm(request.POST or None, initial={"title": event.title})
    context = {
        "title": _("New event from a template") if event.is_template else _("Copy as new"),
        "lead": event.title,
        "button": _("Make the event") if event.is_template else _("Make the copy"),
        "back_url": f"/desk/events/{pk}/",
    }
    if request.method != "POST":
        return respond(request, form, context)
    if not form.is_valid():
        return respond(request, form, context, status=422)
    try:
        made = copies.copy_event(event=event, by=request.user, **form.cleaned_data)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return respond(request, form, context, status=422)
    messages.success(request, _("The copy is a draft. Look it over, then publish it."))
    return redirect("events:desk_event", made.pk)


@require_POST
def keep_as_template(request, pk):
    event = event_or_404(request, pk)
    require_on(request.user, "events.manage", event)
    try:
        made = copies.copy_event(event=event, by=request.user, as_template=True)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("events:desk_event", pk)
    messages.success(request, _("Kept among the templates."))
    return redirect("events:desk_event", made.pk)


def templates(request):
    if not may(request.user, "events.manage"):
        raise PermissionDenied
    found = Event.objects.visible_to(request.user).templates().select_related("unit").order_by("title", "pk")
    context = {"templates": found[:300], "back_url": reverse("events:desk")}
    return render(request, "events/templates.html", context)


@form_page
def add_slots(request, pk):
    event = event_or_404(request, pk)
    require_on(request.user, "events.manage", event)
    form = SlotsForm(
        request.POST or None, session=event.sessions.upcoming().order_by("starts_at", "pk").first()
    )
    context = {
        "title": _("Add half hours with a quota"),
        "lead": event.title,
        "button": _("Make these sessions"),
        "back_url": f"/desk/events/{pk}/",
    }
    if request.method != "POST":
        return respond(request, form, context)
    if not form.is_valid():
        return respond(request, form, context, status=422)
    fields = dict(form.cleaned_data)
    try:
        made = slots.add_slots(event=event, day=fields.pop("on"), by=request.user, **fields)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return respond(request, form, context, status=422)
    count = len(made)
    said = ngettext("%(count)d session is added.", "%(count)d sessions are added.", count) % {"count": count}
    messages.success(request, said)
    return redirect("events:desk_event", pk)


@form_page
def spendings(request, pk):
    """What the event cost, who gave, and the sum."""
    event = event_or_404(request, pk)
    require_on(request.user, "events.manage", event)
    instance = Spending(event=event, spent_on=timezone.localdate())
    form = SpendingForm(request.POST or None, instance=instance, community=event.unit.community)
    rows = list(event.spendings.live().select_related("donor", "by"))
    context = {
        "event": event,
        "rows": rows,
        "total": yuan(sum(row.fen for row in rows)),
        "back_url": f"/desk/events/{pk}/",
    }
    for row in rows:
        row.yuan = yuan(row.fen)
    if request.method != "POST":
        return respond(request, form, context, "events/spending.html")
    if not form.is_valid():
        return respond(request, form, context, "events/spending.html", 422)
    try:
        spending.spend(spending=form.save(), by=request.user)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return respond(request, form, context, "events/spending.html", 422)
    messages.success(request, _("Saved."))
    return redirect("events:spendings", pk)


@require_POST
def take_back_spending(request, pk):
    rows = Spending.objects.visible_to(request.user).select_related("event__unit", "event__organiser")
    row = get_object_or_404(rows, pk=pk)
    require_on(request.user, "events.manage", row.event)
    spending.take_back_spending(spending=row, by=request.user)
    messages.success(request, _("Taken back."))
    return redirect("events:spendings", row.event_id)
