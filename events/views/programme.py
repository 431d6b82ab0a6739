"""Staff put on events: create, edit, publish, cancel, and their sessions."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import Form, model_to_dict
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from community.access import may, require
from community.uploads import ask_again
from config.errors import DomainError

from .. import operations
from ..forms import OF_A_COURSE, EventForm, ReasonForm
from ..forms_series import RepeatForm, differences
from ..models import Event, Wish
from ..operations import series, wishes
from ..operations.queue import would_offer
from .desk import event_or_404, require_on

form_page = require_http_methods(["GET", "HEAD", "POST"])


def respond(request, form, context, template="events/form.html", status=200):
    if status == 422:
        ask_again(request)
    return render(request, template, {"form": form} | context, status=status)


@form_page
def create(request):
    if not may(request.user, "events.manage"):
        raise PermissionDenied
    wish = wish_of(request)
    initial = {"title": wish.title, "body": wish.words, "unit": wish.community_id} if wish else None
    form = EventForm(request.POST or None, request.FILES or None, user=request.user, initial=initial)
    dates = form.dates = RepeatForm(request.POST or None)
    context = {"title": _("New event"), "button": _("Keep as a draft"), "back_url": "/desk/events/"}
    if request.method != "POST":
        return respond(request, form, context)
    if not (form.is_valid() & dates.is_valid()):
        return respond(request, form, context, status=422)
    event = form.save(commit=False)
    require_on(request.user, "events.manage", event)
    try:
        sessions = [] if dates.repeats else [dates.session()]
        if event.is_course:
            take_from_dates(event, dates.session(), sessions)
        with transaction.atomic():
            event = operations.create_event(event=event, sessions=sessions, by=request.user)
            if wish and wish.allows("plan"):
                answer = _(
                    "It becomes an event. Its page says when and where; whoever asked for it or supports it hears of it."
                )
                wishes.plan_wish(wish=wish, event=event, answer=answer, by=request.user)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return respond(request, form, context, status=422)
    messages.success(request, _("The draft is kept. Look it over, then publish it."))
    if dates.repeats:
        return redirect(preview_url(event, request.POST))
    return redirect("events:desk_event", event.pk)


def wish_of(request) -> Wish | None:
    """The wish an event is made of, named in the address."""
    number = request.GET.get("wish", "")
    if not number.isdecimal() or len(number) > 18:
        return None
    wish = get_object_or_404(
        Wish.objects.visible_to(request.user).select_related("community"), pk=int(number)
    )
    require(request.user, "events.manage", wish.community)
    return wish


def take_from_dates(event: Event, first: dict, sessions: list[dict]) -> None:
    """Places and sign-up window are asked once: of a course they are the event's."""
    for name in OF_A_COURSE:
        setattr(event, name, first[name])
        for session in sessions:
            session[name] = None


def preview_url(event, data: QueryDict) -> str:
    """The page that lists the days a repeated session would have, by what was typed."""
    query = QueryDict(mutable=True)
    for name in RepeatForm.base_fields:
        query.setlist(name, [value for value in data.getlist(name) if value])
    return f"{reverse('events:add_sessions', args=[event.pk])}?{query.urlencode()}"


@form_page
def edit(request, pk):
    event = event_or_404(request, pk)
    require_on(request.user, "events.manage", event)
    form = EventForm(request.POST or None, request.FILES or None, instance=event, user=request.user)
    context = {
        "title": _("Change the event"),
        "back_url": f"/desk/events/{pk}/",
        "told": told_when_moved(series.told_of(event)),
    }
    if request.method != "POST":
        return respond(request, form, context)
    if not form.is_valid():
        return respond(request, form, context, status=422)
    if offers := unasked_offers(request, form):
        return respond(request, form, context | {"offers": offers})
    version = form.cleaned_data.pop("version")
    try:
        require_on(request.user, "events.manage", form.instance)
        operations.edit_event(
            event=form.instance,
            version=-1 if version is None else version,
            by=request.user,
            changed=form.changed_data,
        )
    except operations.Stale as refusal:
        stored = Event.objects.get(pk=pk)
        context["differences"] = differences(form, model_to_dict(stored))
        return again(request, form, stored.version, refusal, context)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return respond(request, form, context, status=422)
    messages.success(request, _("Saved."))
    return redirect("events:desk_event", pk)


def unasked_offers(request, form) -> int:
    """How many offers follow at once when a course gets more places, as long as that has not been read yet."""
    event = form.instance
    if not event.is_course or not {"places", "is_course"} & set(form.changed_data):
        return 0
    count = would_offer(event, event.places)
    return 0 if request.POST.get("offers") == str(count) else count


def again(request, form, version, refusal, context):
    """The form as it was sent, now against the row as it is: sending it once more overwrites knowingly."""
    form.data = form.data.copy()
    form.data["version"] = str(version)
    form.add_error(None, str(refusal))
    return respond(request, form, context, status=422)


def will_be_told(count: int) -> str:
    """The sentence above a form whose saving tells people something."""
    if not count:
        return _("Nobody has signed up, so nobody is told.")
    words = ngettext("%(count)d person is told on saving.", "%(count)d people are told on saving.", count)
    return words % {"count": count}


def told_when_moved(count: int) -> str:
    words = ngettext(
        "When the room, the place or the teacher changes, %(count)d person who signed up or waits is told on saving.",
        "When the room, the place or the teacher changes, %(count)d people who signed up or wait are told on saving.",
        count,
    )
    return words % {"count": count} if count else ""


@require_POST
def publish(request, pk):
    event = event_or_404(request, pk)
    require_on(request.user, "events.manage", event)
    try:
        operations.publish_event(event=event, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The event is public now."))
    return redirect("events:desk_event", pk)


@form_page
def cancel(request, pk):
    event = event_or_404(request, pk)
    require_on(request.user, "events.manage", event)
    context = {
        "title": _("Cancel the event"),
        "lead": event.title,
        "button": _("Cancel the event"),
        "back_url": f"/desk/events/{pk}/",
        "told": will_be_told(series.told_of(event)),
    }
    return with_reason(
        request,
        context,
        lambda reason: operations.cancel_event(event=event, reason=reason, by=request.user),
        pk,
    )


@form_page
def discard(request, pk):
    event = event_or_404(request, pk)
    require_on(request.user, "events.manage", event)
    form = Form(request.POST or None)
    words = _("Discard the template") if event.is_template else _("Discard the draft")
    context = {
        "title": words,
        "lead": event.title,
        "button": words,
        "back_url": f"/desk/events/{pk}/",
    }
    if request.method != "POST":
        return respond(request, form, context)
    try:
        operations.discard_event(event=event, by=request.user)
    except DomainError as refusal:
        form = Form(request.POST)
        form.add_error(None, str(refusal))
        return respond(request, form, context, status=422)
    messages.success(request, _("The draft “%(title)s” is discarded.") % {"title": event.title})
    return redirect("events:desk")


def with_reason(request, context, operation, event):
    """Ask why, then act, then go back to the event."""
    form = ReasonForm(request.POST or None)
    if request.method != "POST":
        return respond(request, form, context)
    if not form.is_valid():
        return respond(request, form, context, status=422)
    try:
        operation(form.cleaned_data["reason"])
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return respond(request, form, context, status=422)
    messages.success(request, _("Cancelled. The page says why."))
    return redirect("events:desk_event", event)
