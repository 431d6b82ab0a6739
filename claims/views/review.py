"""Those who sit in the review group or the supervision committee give their voice."""

from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.views import sent

from .. import operations
from ..forms import VoiceForm
from ..models import Claim, DeductionCase, Reviewer, State, Voice
from ..photos import used_elsewhere
from .common import done_or_refused, form_page

SHOWN = 60


@require_safe
def waiting(request):
    """Claims one has a voice in, the oldest first; and what one has said lately."""
    seats = Reviewer.objects.current().filter(holder=request.user).select_related("community")
    rows = Claim.objects.before(request.user).exclude(voices__by=request.user).for_pages().order_by("pk")
    rows = [one for one in rows[: 2 * SHOWN] if not operations.refusal_of_voice(one, request.user)]
    cases = DeductionCase.objects.before(request.user).exclude(voices__by=request.user)
    cases = [
        one
        for one in cases.for_pages().order_by("pk")[:SHOWN]
        if not operations.refusal_of_case_voice(one, request.user)
    ]
    said = Voice.objects.filter(by=request.user).select_related("claim__resident", "claim__rule")
    context = {
        "nav": "my",
        "seats": seats,
        "claims": rows[:SHOWN],
        "cases": cases,
        "said": said.order_by("-pk")[:20],
    }
    return render(request, "claims/review.html", context)


@form_page
def claim(request, pk):
    row = get_object_or_404(
        Claim.objects.before(request.user).for_pages().select_related("checked_by"), pk=pk
    )
    request.community = row.community
    photos = used_elsewhere(row)
    context = {
        "nav": "my",
        "claim": row,
        "photos": photos,
        "appeal": getattr(row, "appeal", None),
        "refusal": operations.refusal_of_voice(row, request.user),
    }
    return done_or_refused(
        request,
        VoiceForm(sent(request), is_appeal=row.state == State.APPEALED),
        "claims/review_one.html",
        context,
        lambda data: operations.give_voice(claim=row, by=request.user, **data),
        ("claims:review",),
        _("Thank you. Your voice is recorded."),
    )
