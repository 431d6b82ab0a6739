"""居民点单: read by everybody, written and supported by residents, answered by staff."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from community.access import may, require
from community.pages import community_page, public_page
from config.errors import DomainError
from residents.models import Resident

from ..forms_wishes import AnswerForm, HideForm, PageForm, PlanForm, WishForm
from ..models import Wish, WishSupport
from ..operations import wishes as acts
from .programme import respond

PAGE = 20


def wish_rows(wishes) -> list[dict]:
    """Wishes as pages show them: ready strings, names masked."""
    return [
        {
            "pk": wish.pk,
            "url": reverse("events:wish", args=[wish.community.slug, wish.pk]),
            "support_url": reverse("events:support", args=[wish.community.slug, wish.pk]),
            "title": wish.title,
            "words": wish.words,
            "kind": wish.get_kind_display(),
            "name": wish.public_name(),
            "at": timezone.localtime(wish.at),
            "supporters": wish.supporters,
            "state": wish.state,
            "badge": wish.get_state_display(),
            "tone": {"open": "info", "planned": "ok", "declined": "full"}.get(wish.state, "info"),
            "answer": wish.answer,
            "answered_as": wish.answered_as,
            "answered_at": wish.answered_at and timezone.localtime(wish.answered_at),
            "event": wish.event if wish.event and wish.event.published_at else None,
            "may_support": wish.state != Wish.State.DECLINED,
        }
        for wish in wishes
    ]


@public_page
def wishes(request, community):
    form = PageForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = (
        Wish.objects.public()
        .filter(community=community)
        .select_related("community", "resident", "event__unit")
    )
    if chosen.get("kind"):
        found = found.filter(kind=chosen["kind"])
    by_support = chosen.get("by") == "support"
    found = found.order_by("-supporters", "-pk") if by_support else found.order_by("-at", "-pk")
    start = PAGE * ((chosen.get("page") or 1) - 1)
    found = list(found[start : start + PAGE + 1])
    context = {
        "nav": "events",
        "rows": wish_rows(found[:PAGE]),
        "by_support": by_support,
        "kind": chosen.get("kind") or "",
        "newer_url": address(request, chosen, -1) if start else "",
        "older_url": address(request, chosen, +1) if len(found) > PAGE else "",
    }
    return render(request, "events/wishes.html", context, status=200 if form.is_valid() else 422)


def address(request, chosen, step) -> str:
    query = request.GET.copy()
    query["page"] = str((chosen.get("page") or 1) + step)
    return f"?{query.urlencode()}"


def wish_or_404(community, pk) -> Wish:
    found = Wish.objects.public().select_related("community", "resident", "event__unit")
    return get_object_or_404(found, pk=pk, community=community)


@public_page
def wish(request, community, pk):
    context = {"nav": "events", "row": wish_rows([wish_or_404(community, pk)])[0]}
    return render(request, "events/wish.html", context)


@never_cache
@community_page
@require_http_methods(["GET", "HEAD", "POST"])
def new_wish(request, community):
    form = WishForm(request.POST or None)
    context = {
        "title": _("Make a wish, or offer something"),
        "lead": _("Your name is shown masked. Please write no telephone number."),
        "back_url": reverse("events:wishes", args=[community]),
        "button": _("Send"),
        "nav": "events",
    }
    if request.method != "POST":
        return respond(request, form, context)
    if not form.is_valid():
        return respond(request, form, context, status=422)
    resident = Resident.objects.of(request.user).filter(community=community).first()
    try:
        made = acts.make_wish(
            wish=form.save(commit=False), community=community, resident=resident, by=request.user
        )
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return respond(request, form, context, status=422)
    messages.success(request, _("Thank you. Your wish is public; you hear when it is answered."))
    return redirect("events:wish", community, made.pk)


@never_cache
@community_page
@require_http_methods(["GET", "HEAD", "POST"])
def support(request, community, pk):
    """One tap, and one to take it back."""
    found = wish_or_404(community, pk)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            acts.support(wish=found, by=request.user)
        except DomainError as error:
            refusal, status = str(error), 422
        else:
            messages.success(request, _("You support this wish."))
            return redirect("events:support", community, pk)
    context = {
        "nav": "events",
        "row": wish_rows([found])[0],
        "supports": WishSupport.objects.filter(wish=found, by=request.user).exists(),
        "refusal": refusal,
    }
    return render(request, "events/support.html", context, status=status)


@community_page
@require_POST
def end_support(request, community, pk):
    acts.end_support(wish=wish_or_404(community, pk), by=request.user)
    messages.success(request, _("You do not support this wish any more."))
    return redirect("events:support", community, pk)


# at the desk


def desk_wish_or_404(request, pk) -> Wish:
    found = Wish.objects.visible_to(request.user).select_related("community", "resident", "event__unit")
    return get_object_or_404(found, pk=pk)


def desk_rows(wishes, user) -> list[dict]:
    """Each opens where `user` answers it; who may not reads the public page."""
    found = wish_rows(wishes)
    for wish, row in zip(wishes, found, strict=True):
        if may(user, "events.manage", wish.community):
            row["url"] = reverse("events:desk_wish", args=[wish.pk])
    return found


def desk(request):
    """Those that wait for an answer first."""
    if not may(request.user, "events.view"):
        raise PermissionDenied
    visible = Wish.objects.visible_to(request.user).select_related("community", "resident", "event__unit")
    waiting = visible.public().filter(state=Wish.State.OPEN).order_by("-supporters", "pk")[:100]
    done = visible.public().exclude(state=Wish.State.OPEN).order_by("-answered_at")[:50]
    context = {
        "waiting": desk_rows(waiting, request.user),
        "done": desk_rows(done, request.user),
        "back_url": reverse("events:desk"),
    }
    return render(request, "events/desk_wishes.html", context)


def desk_wish(request, pk):
    found = desk_wish_or_404(request, pk)
    require(request.user, "events.manage", found.community)
    return wish_page(request, found)


def wish_page(request, wish, *, status=200, **forms):
    context = {
        "wish": wish,
        "row": wish_rows([wish])[0],
        "acts": wish.acts(),
        "answer": AnswerForm(initial={"answer": wish.answer}),
        "plan": PlanForm(community=wish.community),
        "hide": HideForm(),
        "back_url": reverse("events:desk_wishes"),
    }
    return render(request, "events/desk_wish.html", context | forms, status=status)


def act(request, pk, form, name, operation):
    found = desk_wish_or_404(request, pk)
    require(request.user, "events.manage", found.community)
    form = form(found)
    if not form.is_valid():
        return wish_page(request, found, status=422, **{name: form})
    try:
        operation(wish=found, by=request.user, **form.cleaned_data)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return wish_page(request, found, status=422, **{name: form})
    event = form.cleaned_data.get("event")
    if operation is acts.hide_wish:
        messages.success(request, _("Hidden. Nobody is told of it."))
    elif event is None or event.published_at:
        messages.success(request, _("Saved. Who made the wish and who supports it is told."))
    else:
        messages.success(request, _("Saved. They are told when the event is public."))
    return redirect("events:desk_wishes")


@require_POST
def answer(request, pk):
    return act(request, pk, lambda _wish: AnswerForm(request.POST), "answer", acts.answer_wish)


@require_POST
def decline(request, pk):
    return act(request, pk, lambda _wish: AnswerForm(request.POST), "answer", acts.decline_wish)


@require_POST
def plan(request, pk):
    return act(
        request, pk, lambda wish: PlanForm(request.POST, community=wish.community), "plan", acts.plan_wish
    )


@require_POST
def hide(request, pk):
    return act(request, pk, lambda _wish: HideForm(request.POST), "hide", acts.hide_wish)
