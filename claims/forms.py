from decimal import Decimal
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.models import Unit
from config.fields import DayInput, TidyMixin, check_year
from points.models import RuleVersion, by_category
from residents.identity import refuse_numbers
from residents.models import Tag

from .models import Procedure
from .operations.making import claimable_rules

YES_NO = [("yes", _("yes")), ("no", _("no"))]


def to_choose(rules: list[RuleVersion]) -> list[tuple[str, list[tuple[int, str]]]]:
    """By category: what points can be claimed for, and how many it gives."""
    return [
        (title, [(version.rule_id, _choice(version)) for version in versions])
        for title, versions in by_category(rules)
    ]


def _choice(version: RuleVersion) -> str:
    return _now("%(rule)s (%(gives)s)") % {"rule": version.rule.name, "gives": version.gives}


class LongText(forms.CharField):
    """A few sentences, in a box that grows."""

    def __init__(self, *, most: int, **kwargs):
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(max_length=most, validators=[refuse_numbers], **kwargs)


class DoneForm(TidyMixin, forms.Form):
    """By which rule, on which day, how long."""

    rule = forms.TypedChoiceField(label=pgettext_lazy("claim", "What for"), coerce=int)
    day = forms.DateField(
        label=pgettext_lazy("claim", "On which day"), widget=DayInput, validators=[check_year]
    )
    amount = forms.DecimalField(
        label=_("How many hours"),
        min_value=Decimal("0.5"),
        max_value=24,
        max_digits=3,
        decimal_places=1,
        required=False,
        help_text=_("Only where points are given by the hour."),
    )

    def __init__(self, *args, community: Unit | None, **kwargs):
        super().__init__(*args, **kwargs)
        rules = claimable_rules(community) if community else []
        self.by_the_hour = {one.rule_id for one in rules if one.per == RuleVersion.Per.HOUR}
        self.fields["rule"].choices = [("", _("Please choose")), *to_choose(rules)]

    def clean(self):
        """Hours that nobody stated would count as one: too little for most, and nobody would notice."""
        data = super().clean()
        if (
            data.get("rule") in self.by_the_hour
            and data.get("amount") is None
            and "amount" not in self.errors
        ):
            self.add_error("amount", _("Points for this are given by the hour: say how many hours it was."))
        data["amount"] = data.get("amount") or Decimal(1)
        return data


class ClaimForm(DoneForm):
    words = LongText(
        label=_("What was done"),
        most=300,
        help_text=_("Where, what and with whom. No identity or telephone numbers, please."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["day"].widget.attrs["max"] = timezone.localdate().isoformat()
        self.fields["day"].initial = timezone.localdate()


class CheckForm(TidyMixin, forms.Form):
    found = forms.TypedChoiceField(
        label=_("Did you find it as told?"),
        choices=YES_NO,
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    finding = LongText(label=_("What you found"), most=200, required=False)


class VoiceForm(TidyMixin, forms.Form):
    agrees = forms.TypedChoiceField(
        label=_("Do you agree?"),
        choices=YES_NO,
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = LongText(
        label=_("Reason"),
        most=200,
        required=False,
        help_text=_("Needed when you do not agree; the claimant reads it."),
    )

    def __init__(self, *args, is_appeal=False, **kwargs):
        super().__init__(*args, **kwargs)
        if is_appeal:  # a bare yes could be to the claim or to what was decided
            self.fields["agrees"].label = _("What do you say?")
            self.fields["agrees"].choices = [
                ("yes", _("the appeal is right: the claim is agreed to")),
                ("no", _("the decision stays")),
            ]


class WordsForm(TidyMixin, forms.Form):
    """One text: an appeal or an objection."""

    words = LongText(label="", most=300)

    def __init__(self, *args, label, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["words"].label = label


class CounterForm(WordsForm):
    name = forms.CharField(
        label=_("Who says so"),
        max_length=40,
        validators=[refuse_numbers],
        help_text=_("Only staff see the name."),
    )


class AnswerForm(TidyMixin, forms.Form):
    upheld = forms.TypedChoiceField(
        label=_("Is the objection right?"),
        choices=[("yes", _("yes: the claim is struck off the list")), ("no", _("no: the claim stays"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    answer = LongText(label=_("Answer"), most=200, help_text=_("Whoever objected reads it."))


class ProcedureForm(forms.ModelForm):
    class Meta:
        model = Procedure
        fields = ["every", "days", "answer_days"]


class TeamForm(DoneForm):
    """Whom, for what: a tag, names or telephone numbers one a line, or people chosen elsewhere (`residents`)."""

    words = LongText(label=_("What was done"), most=200)
    names = forms.CharField(
        label=_("Names or telephone numbers"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One a line, as they stand in your list."),
    )
    tag = forms.ChoiceField(label=_("And everybody with the tag"), required=False)
    token = forms.CharField(widget=forms.HiddenInput, max_length=36)
    source = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tag"].choices = [("", _("none")), *Tag.choices]
        self.fields["token"].initial = str(uuid4())


class ReasonForm(TidyMixin, forms.Form):
    reason = LongText(label=_("Reason"), most=200, help_text=_("Everybody concerned reads it."))
