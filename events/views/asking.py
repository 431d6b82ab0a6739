"""Questions at sign-up and the survey afterwards: chosen and read at the desk, answered on the phone."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from community.pages import community_page
from community.uploads import ask_again
from config.errors import DomainError
from surveys import results
from surveys.forms import form_for
from surveys.models import Survey

from ..models import Event, SignUp
from ..operations import asking
from .desk import event_or_404, require_on

Purpose = Survey.Purpose
MOST = 1000
form_page = require_http_methods(["GET", "HEAD", "POST"])


class AskForm(forms.Form):
    template = forms.ModelChoiceField(
        label=gettext_lazy("Which questions"), queryset=Survey.objects.none(), required=False
    )
    is_anonymous = forms.BooleanField(
        label=gettext_lazy("Answered without names"), required=False, initial=True
    )

    def __init__(self, *args, event, purpose, user, **kwargs):
        super().__init__(*args, **kwargs)
        templates = Survey.objects.filter(is_template=True, purpose=purpose, unit=event.unit.community)
        self.fields["template"].queryset = templates.order_by("title")
        self.fields["template"].empty_label = (
            _("the usual questions") if purpose == Purpose.EVENT else _("own questions, written anew")
        )
        if purpose != Purpose.EVENT:
            del self.fields["is_anonymous"]


def chosen(request, pk, purpose, context):
    """One page for both: choose what is asked, else show what was answered."""
    event = event_or_404(request, pk)
    may_manage = event.may(request.user, "events.manage")
    survey = getattr(event, asking.FIELDS[purpose])
    form = AskForm(request.POST or None, event=event, purpose=purpose, user=request.user)
    context |= {"event": event, "survey": survey, "form": form, "may_manage": may_manage}
    if request.method == "POST":
        require_on(request.user, "events.manage", event)
        if request.POST.get("act") == "stop":
            asking.stop_asking(event=event, purpose=purpose, by=request.user)
            return redirect(request.path)
        if not form.is_valid():
            return render(request, "events/asking.html", context, status=422)
        survey = asking.ask(event=event, purpose=purpose, by=request.user, **form.cleaned_data)
        if not survey.living_questions().exists():
            return redirect(f"{reverse('surveys:survey', args=[survey.pk])}?next={request.path}")
        messages.success(request, _("From now on it is asked."))
        return redirect(request.path)
    if survey:
        context |= (
            {"summary": results.summary(survey, cause=asking.cause_of(event), asked=asking.asked(event))}
            if purpose == Purpose.EVENT
            else answers(request, event, survey)
        )
    return render(request, "events/asking.html", context)


@form_page
def questions(request, pk):
    context = {
        "title": _("Questions at sign-up"),
        "lead_text": _(
            "Ask what you need to know: the size of a shirt, an allergy, the instrument somebody plays."
        ),
    }
    return chosen(request, pk, Purpose.SIGN_UP, context)


@form_page
def feedback(request, pk):
    context = {
        "title": _("Survey afterwards"),
        "lead_text": _("Whoever was there finds the survey under “My pages” for 14 days and answers once."),
    }
    return chosen(request, pk, Purpose.EVENT, context)


def answers(request, event, survey) -> dict:
    """A row for each living sign-up, with the answers the person at the desk may see."""
    if not event.may(request.user, "events.check_in"):
        raise PermissionDenied
    names = dict(
        SignUp.objects.filter(event=event).live().order_by("-pk").values_list("pk", "resident__name")[:MOST]
    )
    asked, found = results.sheet(survey, [f"signup:{pk}" for pk in names], request.user)
    rows = [
        {"name": name, "answers": [(question, found[f"signup:{pk}"].get(question.pk)) for question in asked]}
        for pk, name in names.items()
        if f"signup:{pk}" in found
    ]
    return {"questions": asked, "rows": rows}


@never_cache
@community_page
@form_page
def survey(request, community, pk):
    """How was it? For those who were there; an internal event exists for nobody else."""
    events = Event.objects.filter(published_at__isnull=False, feedback__isnull=False).within(community)
    event = get_object_or_404(events.select_related("feedback", "unit"), pk=pk)
    turns = asking.turns(event, request.user)
    ready = [turn for turn in turns if turn.state == "open"]
    if event.is_internal and all(turn.state == "absent" for turn in turns):
        raise Http404
    turn = next((one for one in ready if str(one.resident.pk) == request.POST.get("person", "")), None)
    turn = turn or next(iter(ready), None)
    state = next((one.state for one in turns if one.state != "absent"), "absent")
    form = form_for(event.feedback, request.POST or None, request.FILES or None)
    context = {
        "nav": "my", "event": event, "survey": event.feedback, "form": form, "people": [one.resident for one in ready],
        "person": turn and turn.resident, "standing": state, "sentence": asking.sentence(state),
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "events/survey.html", context)
    if turn is None or not form.is_valid():
        ask_again(request)
        return render(request, "events/survey.html", context, status=422)
    try:
        asking.say_how_it_was(event=event, turn=turn, form=form, by=request.user)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return render(request, "events/survey.html", context, status=422)
    messages.success(request, _("Thank you! Your answer is kept."))
    return redirect("portal:my")
