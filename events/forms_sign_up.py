"""Forms of signing up: what people fill in, and what staff set for an event."""

from django import forms
from django.utils.translation import gettext_lazy as _

from residents.identity import refuse_numbers

from .eligibility import is_child

# The fields of an event that say who may sign up and who gets a place; shown as "more settings" of its form.
SETTINGS = [
    "policy", "has_waiting_list", "offer_hours", "most_seats", "one_session_each", "age_from", "age_to", "only_this_unit",
    "tag", "after_course", "minimum", "decide_days", "needs_check_out",
]  # fmt: skip
USUAL = ["policy", "offer_hours", "most_seats", "decide_days"]  # empty: as the model says


class MoreSettings:
    """The part of an event form that most events leave as it is; its page folds it away."""

    def narrow_settings(self, courses) -> None:
        """`courses`: the events one may have to complete before."""
        self.fields["after_course"].queryset = courses.filter(is_course=True).exclude(pk=self.instance.pk)
        for name in USUAL:
            self.fields[name].required = False

    def clean_offer_hours(self):
        return self._usual("offer_hours")

    def clean_most_seats(self):
        return self._usual("most_seats")

    def clean_decide_days(self):
        return self._usual("decide_days")

    def clean_policy(self):
        return self._usual("policy")

    def _usual(self, name):
        value = self.cleaned_data[name]
        return value if value not in (None, "") else getattr(self.instance, name)

    def clean(self):
        data = super().clean()
        ages = data.get("age_from"), data.get("age_to")
        if None not in ages and ages[0] > ages[1]:
            self.add_error("age_to", _("The upper age is below the lower one."))
        if data.get("most_seats") == 0:
            self.add_error("most_seats", _("At least one person signs up."))
        return data


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

    def __init__(self, *args, pool, resident, household, at_the_desk=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.pool, self.resident, self.at_the_desk = pool, resident, at_the_desk
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
        elif at_the_desk:
            self.fields["consent"].label = _("A guardian agreed that the children named take part")
        elif children:
            words = _("As the guardian I agree that %(name)s takes part") % {"name": resident}
            self.fields["consent"].label = words

    def clean(self):
        """Staff tick that they asked a guardian; whoever signs up a child oneself is told by the operation."""
        said = super().clean()
        named = [self.resident, *(said.get("members") or [])]
        missing = self.at_the_desk and "consent" in self.fields and not said.get("consent")
        if missing and any(is_child(self.pool, one) for one in named):
            self.add_error("consent", _("Please ask a guardian of the child, and tick that they agreed."))
        return said

    def how(self) -> dict:
        """What `operations.sign_up` is told."""
        chosen = self.cleaned_data
        return {
            "members": list(chosen.get("members") or []),
            "companions": chosen.get("companions") or 0,
            "may_split": bool(chosen.get("may_split")),
            "consent": bool(chosen.get("consent")),
        }


class RemoveForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        validators=[refuse_numbers],
        help_text=_("The person is told. For example: asked for it by phone."),
    )


class MoveForm(forms.Form):
    to = forms.IntegerField(label=_("To which place of the line"), min_value=1, max_value=10_000)
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("Kept for good. The public page says how many were moved up."),
    )
