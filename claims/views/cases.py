"""The desk: deduction cases are opened, hearings held, cases taken back, points given back."""

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.views import sent
from community.access import may, require, scope
from config import typed
from points.models import Rule
from residents.models import Resident
from residents.search import Search

from .. import operations
from ..case_forms import CaseAnswerForm, CaseForm, HearingForm, MinutesForm, WhyForm
from ..forms import WordsForm
from ..models import CASE_STEPS, CaseState, DeductionCase
from ..operations.cases import conduct_rules, refusal_of_case_answer, refusal_of_opening
from ..operations.making import MOST_PHOTOS
from ..operations.verdicts import refusal_of_case_appeal
from ..timeline import timeline_of
from .common import done_or_refused, form_page

SHOWN = 60


@require_safe
def cases(request):
    """Those that are open first, the oldest on top; `?state=` shows one state."""
    require(request.user, "points.check")
    state = request.GET.get("state", "")
    state = state if state in CaseState.values else ""
    rows = DeductionCase.objects.visible_to(request.user).for_pages()
    rows = rows.filter(state=state).order_by("-pk") if state else rows.open().order_by("answer_until", "pk")
    context = {
        "nav": "my",
        "state": state,
        "states": CaseState,
        "cases": rows[:SHOWN],
        "hearings": [] if state else [one for one in rows[:SHOWN] if one.waits_for_hearing],
    }
    return render(request, "claims/cases.html", context)


@form_page
def new(request):
    """Look somebody up, then say what happened."""
    require(request.user, "points.check")
    if request.method == "POST" and "q" in request.POST:
        return typed.to_address(request, most=40)
    in_care = scope(request.user, "points.check", "path")
    rows = Resident.objects.visible_to(request.user).population().filter(in_care)
    chosen = request.GET.get("resident", "")
    number = int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 19 else None
    resident = (
        get_object_or_404(rows.select_related("community", "unit__parent"), pk=number) if number else None
    )
    words = typed.read(request)[:40]
    people = []
    if words and not resident:
        search = Search(request.user, words, only=scope(request.user, "residents.view", "path") & Q(in_care))
        people, _more = search.page(Resident.objects.select_related("unit__parent"), size=20)
    context = {
        "nav": "my", "resident": resident, "words": words, "people": people, "most": MOST_PHOTOS,
        "has_rules": bool(resident and conduct_rules(resident.community)), "find_url": request.path,
        "back_url": resolve_url("claims:cases"),
        "refusal": refusal_of_opening(resident, request.user) if resident else "",
        "days": operations.procedure_of(resident.community).get_answer_days_display() if resident else "",
    }  # fmt: skip
    if request.method == "POST" and resident is None:
        raise Http404
    return done_or_refused(
        request,
        CaseForm(sent(request), community=resident.community if resident else None),
        "claims/case_new.html",
        context,
        lambda data: opened(request, resident, data),
        lambda case: ("claims:case", case.pk),
        _("The resident is told and can answer now. Nothing is deducted before people have decided."),
    )


def opened(request, resident, data) -> DeductionCase:
    return operations.open_case(
        resident=resident, rule=Rule.objects.get(pk=data["rule"], community=resident.community), day=data["day"],
        words=data["words"], wrongly=data["wrongly"], photos=request.FILES.getlist("photos"), by=request.user,
    )  # fmt: skip


def found_or_404(request, pk, act="points.check") -> DeductionCase:
    rows = DeductionCase.objects.visible_to(request.user).for_pages().select_related("answered_by")
    row = get_object_or_404(rows, pk=pk)
    require(request.user, act, row.resident.unit)
    request.community = row.community
    return row


def all_of(case: DeductionCase) -> dict:
    """What a page of a case shows, for whomever."""
    photos = list(case.photos.all())
    return {
        "nav": "my",
        "case": case,
        "notice_photos": [one for one in photos if one.side == "notice"],
        "answer_photos": [one for one in photos if one.side == "answer"],
        "hearing": getattr(case, "hearing", None),
        "appeal": getattr(case, "appeal", None),
        "timeline": timeline_of(case),
    }


@require_safe
def case(request, pk):
    """One case with all that was said in it, and what may be done now."""
    row = found_or_404(request, pk)
    sees_through = may(request.user, "points.claims", row.community)
    hearing = getattr(row, "hearing", None)
    context = all_of(row) | {
        "voices": row.voices.select_related("by"),
        "may_answer": not refusal_of_case_answer(row, request.user),
        "may_appeal": not refusal_of_case_appeal(row, request.user),
        "may_call": sees_through and row.waits_for_hearing,
        "may_write": sees_through and row.waits_for_hearing and hearing and hearing.at <= timezone.now(),
        "may_end": sees_through and (row.state, "end") in CASE_STEPS,
        "may_lift": sees_through and row.state == CaseState.EFFECTIVE,
    }
    return render(request, "claims/case.html", context)


@require_safe
def notice(request, pk):
    """The notice on paper, for somebody without a phone to sign."""
    row = found_or_404(request, pk)
    return render(request, "claims/case_notice.html", {"case": row, "today": timezone.localdate()})


@form_page
def answer(request, pk):
    """What the resident says at the counter or by telephone."""
    row = found_or_404(request, pk)
    form = CaseAnswerForm(sent(request))
    form.fields["asks_hearing"].label = _("wants to be heard in person")
    context = all_of(row) | {
        "back_url": resolve_url("claims:case", row.pk),
        "most": MOST_PHOTOS,
        "refusal": refusal_of_case_answer(row, request.user),
        "for_staff": True,
    }
    return done_or_refused(
        request,
        form,
        "claims/case_answer.html",
        context,
        lambda data: operations.answer_case(
            case=row, by=request.user, photos=request.FILES.getlist("photos"), **data
        ),
        ("claims:case", row.pk),
        _("The answer is taken down."),
    )


@form_page
def hearing(request, pk):
    row = found_or_404(request, pk, "points.claims")
    was = getattr(row, "hearing", None)
    at = timezone.localtime(was.at) if was else None
    initial = {"day": at.date(), "time": at.time(), "place": was.place} if was else {}
    form = HearingForm(sent(request), initial=initial)
    return said(
        request, row, form, _("Call to a hearing"), _("The resident is told at once. Called again, the later word holds."), pgettext("hearing", "Call"),
        lambda data: operations.call_hearing(case=row, at=form.moment, place=data["place"], by=request.user),
        _("The resident is told when and where."),
        refusal="" if row.waits_for_hearing else _("Nobody waits to be heard in this case."),
    )  # fmt: skip


@form_page
def minutes(request, pk):
    row = found_or_404(request, pk, "points.claims")
    return said(
        request, row, MinutesForm(sent(request)), _("Minutes of the hearing"), _("Those who decide and the resident read them."),
        _("Keep the minutes"), lambda data: operations.write_minutes(case=row, by=request.user, **data),
        _("The minutes are kept. The review group decides now."),
        refusal="" if row.waits_for_hearing else _("Nobody waits to be heard in this case."),
    )  # fmt: skip


@form_page
def appeal(request, pk):
    """An appeal that the resident makes at the counter."""
    row = found_or_404(request, pk)
    return said(
        request, row, WordsForm(sent(request), label=_("Why it should be looked at again")),
        _("Take down an appeal"), _("There is one appeal for a case. Nothing is deducted before it is answered."), _("Take down"),
        lambda data: operations.appeal_case(case=row, words=data["words"], by=request.user),
        _("The supervision committee looks at the case now."), refusal=refusal_of_case_appeal(row, request.user),
    )  # fmt: skip


@form_page
def end(request, pk):
    row = found_or_404(request, pk, "points.claims")
    return said(
        request, row, WhyForm(sent(request)), _("Take the case back"), _("Nothing is deducted, and the case is over."), pgettext("deduction case", "Take back"),
        lambda data: operations.end_case(case=row, reason=data["reason"], by=request.user),
        _("The case is over."),
        refusal="" if (row.state, "end") in CASE_STEPS else _("This case is over already."),
    )  # fmt: skip


@form_page
def lift(request, pk):
    row = found_or_404(request, pk, "points.claims")
    return said(
        request, row, WhyForm(sent(request)), _("Give the points back"), _("What was taken, then and since, is given back."), pgettext("deduction case", "Give back"),
        lambda data: operations.lift_case(case=row, reason=data["reason"], by=request.user),
        _("The points are given back."),
        refusal="" if row.state == CaseState.EFFECTIVE else _("Nothing is deducted in this case."),
    )  # fmt: skip


def said(request, row, form, title, note, button, act, words, *, refusal):
    """A form of a few words about the case, then back to it."""
    context = {
        "nav": "my", "title": title, "lead": str(row), "note": note, "button": button, "refusal": refusal,
        "back_url": resolve_url("claims:case", row.pk),
    }  # fmt: skip
    return done_or_refused(request, form, "claims/words.html", context, act, ("claims:case", row.pk), words)
