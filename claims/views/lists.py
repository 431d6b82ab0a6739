"""The desk: publicity lists are made and posted, and how a community goes about them."""

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.views import sent
from community.access import require
from community.models import Unit
from community.working_days import add_working_days
from config.errors import DomainError

from .. import operations
from ..forms import ProcedureForm
from ..models import Batch, Claim, Reviewer, State
from .common import acted, done_or_refused, form_page

SHOWN = 30


def communities(user):
    return Unit.objects.communities().where(user, "points.claims").order_by("order", "pk")


def bodies_of(seats: list[Reviewer]) -> dict:
    found = {body.value: [seat for seat in seats if seat.body == body] for body in Reviewer.Body}
    return found | {"is_short": any(len(members) < Reviewer.FEWEST for members in found.values())}


@require_safe
def lists(request):
    """Of each community in care: what waits for a list, the last lists, who decides."""
    require(request.user, "points.claims")
    units = list(communities(request.user)[:SHOWN])
    waiting = Claim.objects.filter(state=State.ACCEPTED, community__in=units).order_by().values("community")
    waits = dict(waiting.annotate(n=Count("pk")).values_list("community", "n"))
    seats = Reviewer.objects.not_over().filter(community__in=units).select_related("holder")
    rows = [
        {
            "unit": unit,
            "waits": waits.get(unit.pk, 0),
            "procedure": operations.procedure_of(unit),
        }
        | bodies_of([seat for seat in seats if seat.community_id == unit.pk])
        for unit in units
    ]
    batches = Batch.objects.visible_to(request.user).select_related("community", "published_by")
    batches = batches.annotate(n=Count("claims"), open=Count("claims", filter=Q(claims__state=State.LISTED)))
    context = {"nav": "my", "rows": rows, "batches": batches.order_by("-pk")[:SHOWN]}
    return render(request, "claims/lists.html", context)


@form_page
def publish(request, unit):
    """Asked once, with what would be on it: what is public cannot be taken back."""
    community = get_object_or_404(communities(request.user), pk=unit)
    if request.method != "POST":
        return render(request, "claims/publish.html", about_to_publish(community))
    seen = [int(pk) for pk in request.POST.get("seen", "").split(",") if pk.isascii() and pk.isdecimal()]
    try:
        n = operations.publish(community=community, by=request.user, seen=seen).claims.count()
    except DomainError as refusal:
        context = about_to_publish(community) | {"refusal": str(refusal)}
        return render(request, "claims/publish.html", context, status=422)
    words = ngettext("%(n)d claim is on the list now.", "%(n)d claims are on the list now.", n)
    messages.success(request, words % {"n": n})
    return redirect("claims:desk_lists")


@require_POST
def post(request, pk):
    batch = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    return acted(
        request,
        lambda: operations.post_batch(batch=batch, by=request.user),
        lambda n: (
            ngettext("Points of %(n)d claim are given.", "Points of %(n)d claims are given.", n) % {"n": n}
        ),
        "claims:desk_lists",
    )


def about_to_publish(community) -> dict:
    days = operations.procedure_of(community).days
    waiting = list(Claim.objects.filter(state=State.ACCEPTED, community=community).for_pages().order_by("pk"))
    return {
        "nav": "my",
        "unit": community,
        "claims": waiting[:SHOWN],
        "n": len(waiting),
        "more": max(0, len(waiting) - SHOWN),
        "seen": ",".join(str(one.pk) for one in waiting),
        "until": add_working_days(timezone.localdate(), days),
    }


@form_page
def procedure(request, unit):
    community = get_object_or_404(communities(request.user), pk=unit)
    row = operations.procedure_of(community)
    context = {"nav": "my", "unit": community}
    return done_or_refused(
        request,
        ProcedureForm(sent(request), instance=row),
        "claims/procedure.html",
        context,
        lambda data: operations.set_procedure(community=community, by=request.user, **data),
        ("claims:desk_lists",),
        _("This holds from the next list on."),
    )
