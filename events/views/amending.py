"""Changing one's own sign-up: the answers to the event's questions, and how many come along."""

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from community.pages import community_page
from community.uploads import ask_again
from config.errors import DomainError
from residents.models import Resident
from residents.operations import mandate_of
from surveys.forms import change_form_for
from surveys.handing_out import file_of
from surveys.models import Answer
from surveys.operations import change_answers, version_of

from .. import operations
from ..models import SignUp, SignUpState
from ..operations import amending
from ..operations.asking import answers_of, response_of
from .places import address_of, own_sign_up


class CompanionsForm(forms.Form):
    companions = forms.IntegerField(
        label=gettext_lazy("How many others come along"), min_value=0,
        help_text=gettext_lazy("People without a name. Fewer: the places go to the next ones. More: only while there is room."),
    )  # fmt: skip

    def __init__(self, *args, sign_up: SignUp, **kwargs):
        super().__init__(*args, initial={"companions": sign_up.companions}, **kwargs)
        most = sign_up.event.most_seats - (sign_up.seats - sign_up.companions)
        if sign_up.state in (SignUpState.WAITING, SignUpState.OFFERED):
            most = sign_up.companions
            self.fields["companions"].help_text = _(
                "While you wait it can only become fewer; you keep your place in the line. To come with more, leave the waiting list and sign up again at its end."
            )
        self.fields["companions"].widget.attrs.update(min=0, max=max(most, sign_up.companions))
        if max(most, sign_up.companions) == 0:
            del self.fields["companions"]


@never_cache
@community_page
@require_http_methods(["GET", "HEAD", "POST"])
def change(request, community, pk):
    """Until sign-up closes. A form filled from answers that have changed since is shown again beside them."""
    found = own_sign_up(request, community, pk)
    if found.state == SignUpState.ENDED:
        return redirect("events:sign_up", community, pk)
    late, response = amending.too_late(found.pool), response_of(found)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    group = CompanionsForm(sent[0], sign_up=found)
    asked = change_form_for(found.event.questions, response, *sent)
    context = {
        "nav": "my", "sign_up": found, "event": found.event, "late": late, "group": group, "asked": asked,
        "back_url": address_of(found.pool), "closes_at": found.pool.registration_closes_at, "seen": seen_of(found, response),
        "anything": bool(group.fields or asked.fields), "people": found.people(),
        "files": [one for one in response.answers.all() if one.file] if response else [],
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "events/change_sign_up.html", context)
    if late or not (group.is_valid() & asked.is_valid()):
        ask_again(request)
        return render(request, "events/change_sign_up.html", context, status=422)
    if not (group.has_changed() or asked.has_changed()):
        messages.success(request, _("Nothing has changed."))
        return redirect(address_of(found.pool))
    try:
        if request.POST.get("seen") != context["seen"]:
            raise operations.Stale
        keep(request.user, found, group, asked, response)
    except DomainError as refusal:
        ask_again(request)
        group.add_error(refusal.field if refusal.field in group.fields else None, str(refusal))
        kept = response.answers.all() if response and isinstance(refusal, operations.Stale) else []
        return render(request, "events/change_sign_up.html", context | {"kept": kept}, status=422)
    messages.success(request, _("Your changes are kept. The community sees them now."))
    return redirect(address_of(found.pool))


@never_cache
@community_page
@require_safe
def file(request, community, pk, answer):
    """What was handed in with one's own sign-up, to look at again."""
    response = response_of(own_sign_up(request, community, pk))
    mine = Answer.objects.filter(response=response).exclude(file="")
    return file_of(get_object_or_404(mine, pk=answer))


def seen_of(sign_up: SignUp, response) -> str:
    return f"{version_of(response)}/{sign_up.companions}"


def keep(user, sign_up: SignUp, group, asked, response) -> None:
    person = sign_up.resident
    by_guardian = sign_up.guardian_id and Resident.objects.of(user).filter(pk=sign_up.guardian_id).exists()
    mandate = None if person.user_id == user.pk or by_guardian else mandate_of(user, person)

    def answers(row: SignUp) -> None:
        if asked.has_changed():
            change_answers(
                survey=row.event.questions, cause=answers_of(row), form=asked, resident=row.resident,
                seen=version_of(response), by=user,
            )  # fmt: skip

    operations.amend(
        sign_up=sign_up, by=user, companions=group.cleaned_data.get("companions"), mandate=mandate, answers=answers
    )  # fmt: skip
