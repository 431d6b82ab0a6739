"""The desk: grid workers check, staff see to objections."""

from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.views import sent
from community.access import may, require

from .. import operations
from ..forms import AnswerForm, CheckForm, CounterForm
from ..models import Claim, Objection, State
from ..operations.deciding import refusal_of_check
from ..operations.objecting import refusal_of_answer
from ..photos import used_elsewhere
from .common import done_or_refused, form_page

SHOWN = 60
OPEN_OBJECTION = Exists(Objection.objects.open().filter(claim=OuterRef("pk")))


@require_safe
def claims(request):
    """What waits for whom: to be checked first. `?state=` shows the others."""
    require(request.user, "points.check")
    state = request.GET.get("state", State.SUBMITTED)
    state = state if state in State.values else State.SUBMITTED
    rows = Claim.objects.visible_to(request.user)
    objections = Objection.objects.none()
    if may(request.user, "points.claims"):
        objections = Objection.objects.visible_to(request.user).open().order_by("due_on", "pk")
        objections = objections.select_related("claim__resident", "claim__rule")[:SHOWN]
    found = rows.filter(state=state).for_pages().annotate(is_objected_to=OPEN_OBJECTION)
    older = state in (State.SUBMITTED, State.CHECKED, State.ACCEPTED, State.LISTED, State.APPEALED)
    context = {
        "nav": "my",
        "state": State(state),
        "states": State,
        "claims": found.order_by("pk" if older else "-pk")[:SHOWN],
        "objections": objections,
        "may_manage": may(request.user, "points.claims"),
    }
    return render(request, "claims/desk.html", context)


def found_or_404(request, pk, act="points.check") -> Claim:
    rows = Claim.objects.visible_to(request.user).for_pages().select_related("checked_by")
    row = get_object_or_404(rows, pk=pk)
    require(request.user, act, row.resident.unit)
    return row


@form_page
def claim(request, pk):
    """One claim with all that was said about it; while it waits for that, the form to check it."""
    row = found_or_404(request, pk)
    refusal = refusal_of_check(row, request.user) if row.state == State.SUBMITTED else ""
    context = {
        "nav": "my",
        "claim": row,
        "photos": used_elsewhere(row),
        "voices": row.voices.select_related("by"),
        "objections": row.objections.select_related("by", "answered_by").order_by("pk"),
        "appeal": getattr(row, "appeal", None),
        "refusal": refusal,
        "may_manage": may(request.user, "points.claims", row.community),
        "may_object": row.state == State.LISTED and not row.batch.is_over,
    }
    return done_or_refused(
        request,
        CheckForm(sent(request)),
        "claims/desk_one.html",
        context,
        lambda data: operations.check_claim(claim=row, by=request.user, **data),
        ("claims:desk",),
        _("Checked. The review group decides now."),
    )


@form_page
def take_down(request, pk):
    """An objection that somebody makes at the counter or by telephone."""
    row = found_or_404(request, pk, "points.claims")
    form = CounterForm(sent(request), label=_("What is not right"))
    context = {
        "nav": "my",
        "title": _("Take down an objection"),
        "lead": f"{row.resident} · {row.rule.name}",
        "back_url": resolve_url("claims:desk_one", row.pk),
        "button": _("Take down"),
    }
    return done_or_refused(
        request,
        form,
        "claims/words.html",
        context,
        lambda data: operations.object_to(claim=row, words=data["words"], name=data["name"], by=request.user),
        ("claims:desk_one", row.pk),
        _("Taken down. The claim waits until it is answered."),
    )


@form_page
def answer(request, pk):
    rows = Objection.objects.visible_to(request.user).select_related("claim", "by", "taken_down_by")
    row = get_object_or_404(rows, pk=pk)
    claim = found_or_404(request, row.claim_id, "points.claims")
    row.claim = claim
    context = {
        "nav": "my",
        "objection": row,
        "claim": claim,
        "refusal": "" if row.answered_at else refusal_of_answer(row, request.user),
    }
    return done_or_refused(
        request,
        AnswerForm(sent(request)),
        "claims/answer.html",
        context,
        lambda data: operations.answer_objection(objection=row, by=request.user, **data),
        ("claims:desk",),
        _("The objection is answered."),
    )
