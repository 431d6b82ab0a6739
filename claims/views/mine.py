"""A resident's own claims."""

from datetime import timedelta

from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.views import sent
from points.models import still_to_join
from residents.models import Resident

from .. import operations
from ..forms import ClaimForm, WordsForm
from ..models import Claim, Reviewer
from ..operations.appeals import WITHIN, refusal_of_appeal
from ..operations.making import MOST_PHOTOS, claimable_rules
from .common import acted, done_or_refused, form_page

SHOWN = 60


def people_of(user):
    return Resident.objects.of(user).population().select_related("community", "unit__parent").order_by("pk")


@require_safe
def claims(request):
    people = list(people_of(request.user))
    rows = Claim.objects.of(request.user).for_pages().order_by("-pk")[:SHOWN]
    context = {
        "nav": "my",
        "claims": rows,
        "people": people,
        "reviews": Reviewer.objects.current().filter(holder=request.user).exists(),
        "may_claim": bool(people),
    }
    return render(request, "claims/mine.html", context)


@form_page
def new(request):
    """For oneself; somebody known in two communities says in which by the address."""
    people = list(people_of(request.user).annotate(outside=still_to_join()))
    resident = next((one for one in people if str(one.pk) == request.GET.get("person")), None)
    resident = resident or next(iter(people), None)
    if resident is None:
        return redirect("residents:my_claim")
    request.community = resident.community
    form = ClaimForm(sent(request), community=resident.community)
    context = {
        "nav": "my",
        "resident": resident,
        "most": MOST_PHOTOS,
        "back_url": resolve_url("claims:mine"),
        "has_rules": bool(claimable_rules(resident.community)),
    }
    return done_or_refused(
        request,
        form,
        "claims/new.html",
        context,
        lambda data: claimed(request, resident, data),
        lambda claim: ("claims:mine_one", claim.pk),
        _("Thank you. The grid worker has a look, then the review group decides."),
    )


def claimed(request, resident, data) -> Claim:
    rule = next(
        version.rule for version in claimable_rules(resident.community) if version.rule_id == data["rule"]
    )
    photos = request.FILES.getlist("photos")
    return operations.make_claim(
        resident=resident, rule=rule, day=data["day"], amount=data["amount"], words=data["words"], photos=photos,
        by=request.user,
    )  # fmt: skip


def own_or_404(request, pk) -> Claim:
    row = get_object_or_404(Claim.objects.of(request.user).for_pages(), pk=pk)
    request.community = row.community
    return row


@require_safe
def claim(request, pk):
    row = own_or_404(request, pk)
    context = {
        "nav": "my",
        "claim": row,
        "photos": row.photos.all(),
        "objected": row.objections.open().exists(),
        "no_appeal": refusal_of_appeal(row, request.user),
        "appeal_until": row.closed_at + timedelta(days=WITHIN) if row.closed_at else None,
    }
    return render(request, "claims/mine_one.html", context)


@require_POST
def withdraw(request, pk):
    row = own_or_404(request, pk)
    return acted(
        request,
        lambda: operations.withdraw(claim=row, by=request.user),
        _("The claim is taken back."),
        "claims:mine_one",
        pk,
    )


@form_page
def appeal(request, pk):
    row = own_or_404(request, pk)
    form = WordsForm(sent(request), label=_("Why it should be looked at again"))
    context = {
        "nav": "my",
        "title": _("Appeal to the supervision committee"),
        "lead": row.rule.name,
        "note": _("There is one appeal for a claim. People decide who have had no part in it so far."),
        "back_url": resolve_url("claims:mine_one", row.pk),
        "button": _("Appeal"),
        "refusal": refusal_of_appeal(row, request.user),
    }
    return done_or_refused(
        request,
        form,
        "claims/words.html",
        context,
        lambda data: operations.appeal(claim=row, words=data["words"], by=request.user),
        ("claims:mine_one", row.pk),
        _("The supervision committee looks at your claim now."),
    )
