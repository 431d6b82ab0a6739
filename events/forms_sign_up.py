"""Forms of signing up: what people fill in, and what staff set for an event."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .eligibility import is_child

# The fields of an event that say who may sign up and who gets a place; shown as "more settings" of its form.
SETTINGS = [
    "is_course", "places", "registration_opens_at", "registration_closes_at", "policy", "has_waiting_list", "offer_hours",
    "most_seats", "one_session_each", "age_from", "age_to", "only_this_unit", "tag", "after_course", "minimum",
    "decide_days", "questions", "needs_check_out",
]  # fmt: skip


class SignUpForm(forms.Form):
    """For one person, who may bring others of the household and people without a name."""

    person = forms.IntegerField(widget=forms.HiddenInput, required=False)
    members = forms.ModelMultipleChoiceField(
        label=_("Who else of your household comes"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip
    companions = forms.IntegerField(
        label=_("How many others come along"), required=False, min_value=0, initial=0,
        help_text=_("People who are not of your household; nobody asks for their names."),
    )  # fmt: skip
    may_split = forms.BooleanField(
        label=_("If there is not room for all of us, some of us take what there is"), required=False
    )
    consent = forms.BooleanField(
        label=_("As the guardian I agree that the children named take part"), required=False
    )

    def __init__(self, *args, pool, resident, household, **kwargs):
        super().__init__(*args, **kwargs)
        most = pool.programme.most_seats
        self.fields["members"].queryset = household
        self.fields["companions"].widget.attrs.update(min=0, max=most - 1)
        if most == 1:
            del self.fields["companions"], self.fields["may_split"]
        if most == 1 or not household:
            del self.fields["members"]
        children = is_child(pool, resident) if resident else False
        if not children and not ("members" in self.fields and any(is_child(pool, one) for one in household)):
            del self.fields["consent"]

    def how(self) -> dict:
        """What `operations.sign_up` is told."""
        chosen = self.cleaned_data
        return {
            "members": list(chosen.get("members") or []),
            "companions": chosen.get("companions") or 0,
            "may_split": bool(chosen.get("may_split")),
            "consent": bool(chosen.get("consent")),
        }


class MoveForm(forms.Form):
    to = forms.IntegerField(label=_("To which place of the line"), min_value=1, max_value=10_000)
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("Kept for good. The public page says how many were moved up."),
    )
