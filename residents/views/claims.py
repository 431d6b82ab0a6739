"""`I live here` at the desk: who asks, who it may be, yes or no."""

from django.contrib import messages
from django.forms import Form
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views import sent
from community.access import may, require

from .. import operations
from ..addresses import parse
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
    context = {
        "claim": claim,
        "is_open": claim.state == "open",
        "matches": [{"row": row, "place": place(row, door=True), "age": row.age()} for row in matches],
        "phone_is_proven": bool(claim.user.phone_verified_at),
        "may_newcomer": may(request.user, "residents.edit"),
        **forms,
    }
    return show(request, "claim", context, status)


@require_safe
def claim(request, pk):
    return page(request, claim_or_404(request, pk))


def _decided(request):
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
    if attempt(form, operations.confirm_claim, claim=row, by=request.user, resident=resident) is None:
        return page(request, claim_or_404(request, pk), 422, confirm_form=form)
    return _decided(request)


def _claimed(claim, units) -> dict:
    """What the claimed address says, for staff to look over."""
    address = parse(claim.place)
    room = "-".join(filter(None, [address.staircase, address.number])) if address else ""
    return {"unit": units.filter(path=claim.path).first(), "room": room}


def _act(request, claim, form, title, button):
    context = {"claim": claim, "form": form, "title": title, "button": button}
    return show(request, "claim_act", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def newcomer(request, pk):
    """The claimant is not in the register yet and comes into it."""
    row = claim_or_404(request, pk)
    require(request.user, "residents.edit")
    units = buildings(request.user, "claims.review", row.community)
    form = NewcomerForm(sent(request), units=units, initial=_claimed(row, units))
    if form.is_valid() and attempt(
        form, operations.confirm_newcomer, claim=row, by=request.user, **form.values()
    ):
        return _decided(request)
    return _act(
        request, row, form, _("The person is not in the register yet"), _("Confirm as a new resident")
    )


@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request, pk):
    row = claim_or_404(request, pk)
    require(request.user, "claims.review")
    form = RefuseForm(sent(request))
    if form.is_valid() and attempt(
        form, operations.refuse_claim, claim=row, by=request.user, reason=form.cleaned_data["reason"]
    ):
        return _decided(request)
    return _act(request, row, form, _("Refuse the claim"), _("Refuse"))
