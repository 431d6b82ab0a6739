"""Publicity lists, for everybody: names masked, the compound and no further."""

from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.views import sent
from community.models import Kind, Unit
from community.pages import community_page, public_page

from .. import operations
from ..forms import WordsForm
from ..models import GIVEN_UP, Batch, Claim, State
from ..worth import worth_of
from .common import done_or_refused, form_page

SHOWN = 24
MOST = 500


@public_page
def publicity(request, community):
    rows = Batch.objects.filter(community=community).annotate(n=Count("claims")).order_by("-number")[:SHOWN]
    today = timezone.localdate()
    batches = list(rows)
    context = {
        "nav": "guide",
        "current": [one for one in batches if one.until >= today],
        "past": [one for one in batches if one.until < today],
        "procedure": operations.procedure_of(community),
    }
    return render(request, "claims/publicity.html", context)


def compounds(claims: list[Claim]) -> dict[int, str]:
    """Resident id → name of the compound they live in; what is public names no building."""
    compound = Unit.objects.filter(kind=Kind.COMPOUND, pk__in=[
        pk for one in claims for pk in (one.resident.unit_id, one.resident.unit.parent_id)
    ]).in_bulk()  # fmt: skip
    return {
        one.resident_id: found.name
        for one in claims
        if (found := compound.get(one.resident.unit_id) or compound.get(one.resident.unit.parent_id))
    }


@public_page
def batch(request, community, number):
    """One list. What was withdrawn or struck off is gone from it; what it gave is said at its end."""
    row = get_object_or_404(Batch, community=community, number=number)
    claims = list(
        Claim.objects.filter(batch=row).exclude(state__in=[*GIVEN_UP, State.APPEALED])
        .select_related("resident__unit", "rule").order_by("pk")[:MOST]
    )  # fmt: skip
    places, prices = compounds(claims), worth_of(claims)
    disputed = set(Claim.objects.filter(batch=row).objected_to().values_list("pk", flat=True))
    for one in claims:
        one.place = places.get(one.resident_id, "")
        one.is_disputed = one.pk in disputed
        one.gives = one.points if one.state == State.POSTED else prices[one.pk]
    return render(request, "claims/batch.html", {"nav": "guide", "batch": row, "claims": claims})


@form_page
@community_page
def object_to(request, community, pk):
    rows = Claim.objects.filter(community=community, state=State.LISTED).for_pages()
    claim = get_object_or_404(rows, pk=pk)
    if claim.batch.is_over:
        raise Http404
    context = {
        "nav": "guide",
        "title": _("This is not right"),
        "lead": f"{claim.resident.masked_name} · {claim.rule.name}",
        "note": _("Your name is not shown to anybody but staff. You are answered within five working days."),
        "back_url": resolve_url("claims:batch", community.slug, claim.batch.number),
        "button": _("Send"),
    }
    return done_or_refused(
        request,
        WordsForm(sent(request), label=_("What is not right")),
        "claims/words.html",
        context,
        lambda data: operations.object_to(claim=claim, words=data["words"], by=request.user),
        ("claims:batch", community.slug, claim.batch.number),
        _("Thank you. The claim waits until you are answered."),
    )
