"""The desk: staff hand in a claim for somebody without a phone."""

from django.db.models import Q
from django.shortcuts import get_object_or_404, resolve_url
from django.utils.translation import gettext as _

from accounts.views import sent
from community.access import require, scope
from config import typed
from points.models import still_to_join
from residents.models import Resident
from residents.search import Search

from ..forms import ClaimForm
from ..operations.making import MOST_PHOTOS, claimable_rules
from .common import done_or_refused, form_page
from .mine import claimed


@form_page
def new(request):
    """Look somebody up, then the same form as theirs."""
    require(request.user, "points.claims")
    if request.method == "POST" and "q" in request.POST:
        return typed.to_address(request, most=40)
    in_care = scope(request.user, "points.claims", "path")
    chosen = request.GET.get("resident", "")
    rows = Resident.objects.visible_to(request.user).population().filter(in_care)
    rows = rows.select_related("community", "unit__parent").annotate(outside=still_to_join())
    number = int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 19 else None
    resident = get_object_or_404(rows, pk=number) if number is not None else None
    words = typed.read(request)[:40]
    people = []
    if words and not resident:
        search = Search(request.user, words, only=scope(request.user, "residents.view", "path") & Q(in_care))
        people, _more = search.page(Resident.objects.select_related("unit__parent"), size=20)
    context = {
        "nav": "my", "resident": resident, "words": words, "people": people, "most": MOST_PHOTOS,
        "has_rules": bool(resident and claimable_rules(resident.community)), "find_url": request.path,
        "back_url": resolve_url("claims:desk"), "for_staff": True,
    }  # fmt: skip
    form = ClaimForm(sent(request), community=resident.community if resident else None)
    return done_or_refused(
        request,
        form,
        "claims/new.html",
        context,
        lambda data: claimed(request, resident, data),
        lambda claim: ("claims:desk_one", claim.pk),
        _("Handed in. Somebody else checks it."),
    )
