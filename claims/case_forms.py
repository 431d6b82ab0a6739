"""Forms of deduction cases."""

from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from community.models import Unit
from config.fields import DayInput, HourInput, TidyMixin, check_year
from points.models import RuleVersion

from .forms import LongText
from .models import CaseState
from .operations.cases import conduct_rules


def told(version: RuleVersion) -> str:
    """What the rule takes, and whether it pauses redeeming."""
    return pgettext("between caps", ", ").join(filter(None, [version.gives, version.pauses]))


class CaseForm(TidyMixin, forms.Form):
    rule = forms.TypedChoiceField(label=_("Rule of conduct"), coerce=int)
    day = forms.DateField(
        label=pgettext_lazy("deduction case", "On which day"), widget=DayInput, validators=[check_year]
    )
    wrongly = forms.IntegerField(
        label=_("How many points were wrongly claimed"),
        min_value=1,
        max_value=500,
        required=False,
        help_text=_("Only for a claim proven false."),
    )
    words = LongText(
        label=pgettext_lazy("deduction case", "What happened"),
        most=300,
        help_text=_("Where and when, and how the community knows. The resident reads it."),
    )

    def __init__(self, *args, community: Unit | None, **kwargs):
        super().__init__(*args, **kwargs)
        versions = conduct_rules(community) if community else []
        words = pgettext("deduction case", "%(rule)s (%(takes)s)")
        rules = [(one.rule_id, words % {"rule": one.rule.name, "takes": told(one)}) for one in versions]
        self.by_point = {one.rule_id for one in versions if one.per == RuleVersion.Per.CLAIMED}
        self.fields["rule"].choices = [("", _("Please choose")), *rules]
        self.fields["day"].widget.attrs["max"] = timezone.localdate().isoformat()
        if not self.by_point:
            del self.fields["wrongly"]

    def clean(self):
        data = super().clean()
        if data.get("rule") in self.by_point and not data.get("wrongly") and "wrongly" not in self.errors:
            self.add_error("wrongly", _("This rule takes points by the point wrongly claimed."))
        data["wrongly"] = data.get("wrongly") or 1
        return data


class CaseAnswerForm(TidyMixin, forms.Form):
    words = LongText(
        label=_("How it was"), most=300, help_text=_("Those who decide read it. It is given once.")
    )
    asks_hearing = forms.BooleanField(
        label=_("I want to be heard in person"),
        required=False,
        help_text=_("The community then names a day and a place; nothing is decided before."),
    )


class HearingForm(TidyMixin, forms.Form):
    day = forms.DateField(label=pgettext_lazy("hearing", "Day"), widget=DayInput, validators=[check_year])
    time = forms.TimeField(label=pgettext_lazy("hearing", "Time"), widget=HourInput)
    place = forms.CharField(label=_("Place"), max_length=60)

    @property
    def moment(self) -> datetime:
        data = self.cleaned_data
        return timezone.make_aware(datetime.combine(data["day"], data["time"]))


class MinutesForm(TidyMixin, forms.Form):
    present = forms.CharField(
        label=_("Who was there"),
        max_length=200,
        help_text=_("Also write down when the resident did not come."),
    )
    minutes = LongText(label=_("What was said"), most=500, widget=forms.Textarea(attrs={"rows": 6}))


class CaseVoiceForm(TidyMixin, forms.Form):
    """`seen`: the state that was shown; what came meanwhile is read first."""

    agrees = forms.TypedChoiceField(
        label=_("What do you say?"), coerce=lambda value: value == "yes", widget=forms.RadioSelect
    )
    reason = LongText(label=_("Reason"), most=200, help_text=_("The resident reads it."))
    seen = forms.CharField(widget=forms.HiddenInput, max_length=10)

    def __init__(self, *args, case, **kwargs):
        super().__init__(*args, **kwargs)
        if case.state == CaseState.APPEALED:
            words = _("the appeal is right: no points are deducted"), _("the decision stays")
        else:
            words = _("points are deducted"), _("no points are deducted")
        self.fields["agrees"].choices = [("yes", words[0]), ("no", words[1])]
        self.fields["seen"].initial = case.state


class WhyForm(TidyMixin, forms.Form):
    reason = LongText(label=_("Reason"), most=200, help_text=_("The resident reads it."))
