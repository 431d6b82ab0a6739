"""Sets of questions at the desk, and the yearly survey on the phone."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.operations import look
from community.access import may
from community.pages import community_page
from community.uploads import ask_again
from config.errors import DomainError
from residents.models import Resident

from . import operations, results
from .forms import NewSurveyForm, QuestionForm, SurveyForm, form_for
from .handing_out import file_of
from .models import Answer, Question, Survey

SHOWN = 50
form_page = require_http_methods(["GET", "HEAD", "POST"])


def survey_or_404(request, pk) -> Survey:
    return get_object_or_404(
        Survey.objects.visible_to(request.user).select_related("unit", "organisation"), pk=pk
    )


def to_change(request, pk) -> Survey:
    survey = survey_or_404(request, pk)
    if not survey.may(request.user, "events.manage"):
        raise PermissionDenied
    return survey


def question_or_404(request, pk) -> Question:
    question = get_object_or_404(
        Question.objects.filter(
            survey__in=Survey.objects.visible_to(request.user), retired_at=None
        ).select_related("survey__unit", "survey__organisation"),
        pk=pk,
    )
    if not question.survey.may(request.user, "events.manage"):
        raise PermissionDenied
    return question


def editor(request, survey: Survey) -> str:
    """The page of a set of questions, with the way back it was opened with."""
    back = back_of(request)
    return reverse("surveys:survey", args=[survey.pk]) + (f"?next={back}" if back else "")


def back_of(request) -> str:
    """`?next=/desk/events/5/…`: only places of the desk."""
    back = request.GET.get("next", "")
    return back if back.startswith("/desk/") and len(back) < 200 and back.isascii() else ""


@require_safe
def surveys(request):
    if not may(request.user, "events.view"):
        raise PermissionDenied
    visible = Survey.objects.visible_to(request.user).select_related("unit")
    context = {
        "yearly": visible.yearly().order_by("-year", "unit__path")[:SHOWN],
        "templates": visible.filter(is_template=True).order_by("purpose", "title")[:SHOWN],
        "may_manage": may(request.user, "events.manage"),
    }
    return render(request, "surveys/list.html", context)


@form_page
def create(request):
    if not may(request.user, "events.manage"):
        raise PermissionDenied
    form = NewSurveyForm(request.POST or None, user=request.user)
    context = {"title": _("New survey or set of questions"), "back_url": reverse("surveys:list")}
    if request.method != "POST":
        return respond(request, form, context)
    if not form.is_valid():
        return respond(request, form, context, 422)
    try:
        survey = operations.create_set(by=request.user, **form.cleaned_data)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return respond(request, form, context, 422)
    return redirect("surveys:survey", survey.pk)


def respond(request, form, context, status=200):
    return render(request, "surveys/form.html", {"form": form} | context, status=status)


@require_safe
def survey(request, pk):
    """The questions of a set, as those who put it together see them."""
    found = survey_or_404(request, pk)
    context = {
        "survey": found,
        "questions": list(found.living_questions()),
        "may_manage": found.may(request.user, "events.manage"),
        "back_url": back_of(request) or reverse("surveys:list"),
        "query": f"?next={back_of(request)}" if back_of(request) else "",
    }
    return render(request, "surveys/survey.html", context)


@form_page
def settings(request, pk):
    found = to_change(request, pk)
    form = SurveyForm(request.POST or None, instance=found)
    context = {"title": _("Title and days"), "back_url": editor(request, found)}
    if request.method != "POST":
        return respond(request, form, context)
    if not form.is_valid():
        return respond(request, form, context, 422)
    try:
        operations.change_survey(survey=form.instance, by=request.user, changed=form.changed_fields)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return respond(request, form, context, 422)
    messages.success(request, _("Saved."))
    return redirect(editor(request, found))


@form_page
def add_question(request, pk):
    found = to_change(request, pk)
    form = QuestionForm(request.POST or None, survey=found)
    context = {"title": _("Add a question"), "lead": found.title, "back_url": editor(request, found)}
    return keep_question(
        request,
        form,
        context,
        lambda: operations.add_question(survey=found, question=form.instance, by=request.user),
    )


@form_page
def change_question(request, pk):
    question = question_or_404(request, pk)
    form = QuestionForm(request.POST or None, instance=question, survey=question.survey)
    context = {
        "title": _("Change the question"),
        "lead": question.survey.title,
        "back_url": editor(request, question.survey),
        "has_answers": question.answers.exists(),
    }
    return keep_question(
        request,
        form,
        context,
        lambda: operations.change_question(
            question=form.instance, by=request.user, changed=form.changed_data
        ),
    )


def keep_question(request, form, context, operation):
    if request.method != "POST":
        return respond(request, form, context)
    if not form.is_valid():
        return respond(request, form, context, 422)
    try:
        operation()
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return respond(request, form, context, 422)
    messages.success(request, _("Saved."))
    return redirect(context["back_url"])


@require_POST
def move_question(request, pk):
    question = question_or_404(request, pk)
    operations.move_question(question=question, up=request.POST.get("to") == "up", by=request.user)
    return redirect(editor(request, question.survey))


@require_POST
def remove_question(request, pk):
    question = question_or_404(request, pk)
    operations.remove_question(question=question, by=request.user)
    messages.success(request, _("“%(question)s” is no longer asked.") % {"question": question.text})
    return redirect(editor(request, question.survey))


@require_safe
def survey_results(request, pk):
    """What came out, and for a yearly survey how it has changed."""
    found = survey_or_404(request, pk)
    yearly = found.purpose == Survey.Purpose.YEARLY
    asked = Resident.objects.population().filter(community=found.unit).count() if yearly else None
    years, counts, lines = results.trend(found.unit) if yearly else ([], [], [])
    context = {
        "survey": found,
        "summary": results.summary(found, asked=asked),
        "years": years,
        "counts": counts,
        "lines": lines,
    }
    return render(request, "surveys/results.html", context)


@never_cache
@require_POST
def answer_file(request, pk):
    """A picture or paper somebody handed in with an answer, for those who may see that answer; the look is noted."""
    visible = Answer.objects.filter(response__survey__in=Survey.objects.visible_to(request.user))
    row = get_object_or_404(
        visible.exclude(file="").select_related("question", "response__survey__unit", "response__resident"),
        pk=pk,
    )
    survey = row.response.survey
    if not survey.may(request.user, row.question.seen_by):
        raise PermissionDenied
    response = file_of(row)
    look(
        by=request.user,
        on=row.response.resident,
        field="answer",
        purpose=survey.title[:40],
        path=survey.unit.path,
    )
    return response


# --- on the phone -----------------------------------------------------------------------------


def of_the_register(request, community):
    """The people the account acts for whom the community counts as its own."""
    return Resident.objects.population().filter(pk__in=Resident.objects.of(request.user), community=community)


@never_cache
@community_page
@form_page
def answer(request, community, pk):
    """The yearly survey, answered by each resident once."""
    found = get_object_or_404(Survey.objects.yearly().filter(unit=community), pk=pk)
    people = [one for one in of_the_register(request, community) if not operations.has_answered(found, one)]
    person = next((one for one in people if str(one.pk) == request.POST.get("person", "")), None)
    person = person or (people[0] if people else None)
    form = form_for(found, request.POST or None, request.FILES or None)
    context = {
        "nav": "my", "survey": found, "people": people, "person": person, "form": form, "is_open": found.is_open(),
        "is_known": bool(people) or of_the_register(request, community).exists(),
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "surveys/answer.html", context)
    if person is None or not form.is_valid():
        ask_again(request)
        return render(request, "surveys/answer.html", context, status=422)
    try:
        operations.answer(
            survey=found, form=form, resident=person, by=request.user,
            about_on=timezone.localdate(found.opens_at),
        )  # fmt: skip
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return render(request, "surveys/answer.html", context, status=422)
    messages.success(request, _("Thank you! Your answer is kept."))
    return redirect("surveys:answer", community, pk)
