"""What a resident may lose points for: the notice, the answer, the decision, the appeal."""

from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.views import sent

from .. import operations
from ..case_forms import CaseAnswerForm, CaseVoiceForm
from ..forms import WordsForm
from ..models import DeductionCase
from ..operations.cases import refusal_of_case_answer
from ..operations.making import MOST_PHOTOS
from ..operations.verdicts import refusal_of_case_appeal
from .cases import all_of
from .common import done_or_refused, form_page

SHOWN = 60


@require_safe
def cases(request):
    rows = DeductionCase.objects.of(request.user).for_pages().order_by("-pk")[:SHOWN]
    return render(request, "claims/my_cases.html", {"nav": "my", "cases": rows})


def own_or_404(request, pk) -> DeductionCase:
    row = get_object_or_404(DeductionCase.objects.of(request.user).for_pages(), pk=pk)
    request.community = row.community
    return row


@require_safe
def case(request, pk):
    row = own_or_404(request, pk)
    context = all_of(row) | {
        "may_answer": not refusal_of_case_answer(row, request.user),
        "may_appeal": not refusal_of_case_appeal(row, request.user),
    }
    return render(request, "claims/my_case.html", context)


@form_page
def answer(request, pk):
    row = own_or_404(request, pk)
    context = all_of(row) | {
        "back_url": resolve_url("claims:my_case", row.pk),
        "most": MOST_PHOTOS,
        "refusal": refusal_of_case_answer(row, request.user),
    }
    return done_or_refused(
        request,
        CaseAnswerForm(sent(request)),
        "claims/case_answer.html",
        context,
        lambda data: operations.answer_case(
            case=row, by=request.user, photos=request.FILES.getlist("photos"), **data
        ),
        ("claims:my_case", row.pk),
        _("Thank you. Your answer is kept; people decide, and you hear of it."),
    )


@form_page
def appeal(request, pk):
    row = own_or_404(request, pk)
    context = {
        "nav": "my",
        "title": _("Appeal to the supervision committee"),
        "lead": row.rule.name,
        "note": _(
            "There is one appeal for a case. People decide who have had no part in it so far; nothing is deducted before."
        ),
        "back_url": resolve_url("claims:my_case", row.pk),
        "button": _("Appeal"),
        "refusal": refusal_of_case_appeal(row, request.user),
    }
    return done_or_refused(
        request,
        WordsForm(sent(request), label=_("Why it should be looked at again")),
        "claims/words.html",
        context,
        lambda data: operations.appeal_case(case=row, words=data["words"], by=request.user),
        ("claims:my_case", row.pk),
        _("The supervision committee looks at the case now."),
    )


@form_page
def review(request, pk):
    """One who decides reads all of it and gives their voice."""
    row = get_object_or_404(DeductionCase.objects.before(request.user).for_pages(), pk=pk)
    request.community = row.community
    return done_or_refused(
        request,
        CaseVoiceForm(sent(request), case=row),
        "claims/review_case.html",
        all_of(row) | {"refusal": operations.refusal_of_case_voice(row, request.user)},
        lambda data: operations.give_case_voice(case=row, by=request.user, **data),
        ("claims:review",),
        _("Thank you. Your voice is recorded."),
    )
