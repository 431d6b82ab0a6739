"""`I live here` at the desk: who asks, who it may be, yes or no."""

from django.contrib import messages
from django.forms import Form
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.access import may, require

from .. import operations
from ..forms import NewcomerForm, RefuseForm, buildings
from ..models import Claim, Resident
from .common import attempt, place, show

SIZE = 30


def claim_or_404(request, pk) -> Claim:
    rows = Claim.objects.visible_to(request.user).select_related(
        "user", "community", "decided_by", "resident"
    )
    return get_object_or_404(rows, pk=pk)


@require_safe
def claims(request):
    require(request.user, "claims.review")
    decided = request.GET.get("decided") == "1"
    rows = Claim.objects.visible_to(request.user).select_related("community", "decided_by")
    rows = rows.exclude(state="open").order_by("-pk") if decided else rows.open().order_by("pk")
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__lt=after) if decided else rows.filter(pk__gt=after)
    rows = list(rows[: SIZE + 1])
    more = f"?decided={int(decided)}&after={rows[SIZE - 1].pk}" if len(rows) > SIZE else ""
    context = {
        "claims": rows[:SIZE],
        "decided": decided,
        "older_url": more,
        "newer_url": f"?decided={int(decided)}" if after else "",
    }
    return show(request, "claims", context)


def page(request, claim, status=200, **forms):
    matches = [] if claim.state != "open" else operations.likely_matches(claim, request.user)
    units = buildings(request.user, "claims.review", claim.community)
    context = {
        "claim": claim,
        "is_open": claim.state == "open",
        "matches": [{"row": row, "place": place(row, door=True), "age": row.age()} for row in matches],
        "phone_is_proven": bool(claim.user.phone_verified_at),
        "newcomer_form": NewcomerForm(units=units, initial={"unit": units.filter(path=claim.path).first()}),
        "refuse_form": RefuseForm(),
        "may_newcomer": may(request.user, "residents.edit"),
        **forms,
    }
    return show(request, "claim", context, status)


@require_safe
def claim(request, pk):
    return page(request, claim_or_404(request, pk))


def _decided(request, claim, form_name, form, operation, **arguments):
    if attempt(form, operation, claim=claim, by=request.user, **arguments) is None:
        return page(request, claim_or_404(request, claim.pk), 422, **{form_name: form})
    messages.success(request, _("Decided. The person sees the answer under My pages."))
    return redirect("residents:desk_claims")


@require_POST
def confirm(request, pk):
    """The claimant is a person of the register."""
    row = claim_or_404(request, pk)
    chosen, form = request.POST.get("resident", ""), Form(request.POST)
    form.full_clean()
    if not chosen.isdecimal() or len(chosen) > 18:
        form.add_error(None, _("Please choose which person it is."))
        return page(request, row, 422, confirm_form=form)
    people = Resident.objects.visible_to(request.user).living().select_related("unit")
    resident = get_object_or_404(people, pk=chosen)
    require(request.user, "claims.review", resident.unit)
    return _decided(request, row, "confirm_form", form, operations.confirm_claim, resident=resident)


@require_POST
def newcomer(request, pk):
    row = claim_or_404(request, pk)
    require(request.user, "residents.edit")
    form = NewcomerForm(request.POST, units=buildings(request.user, "claims.review", row.community))
    if not form.is_valid():
        return page(request, row, 422, newcomer_form=form)
    return _decided(request, row, "newcomer_form", form, operations.confirm_newcomer, **form.cleaned_data)


@require_POST
def refuse(request, pk):
    row = claim_or_404(request, pk)
    form = RefuseForm(request.POST)
    if not form.is_valid():
        return page(request, row, 422, refuse_form=form)
    return _decided(
        request, row, "refuse_form", form, operations.refuse_claim, reason=form.cleaned_data["reason"]
    )
