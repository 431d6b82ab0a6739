"""What staff may type in the back office about rules."""

from django import forms
from django.contrib import admin
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext_lazy as _

from community.models import Unit
from community.uploads import check_file, extension
from residents.identity import refuse_numbers

from .banned import reason_against
from .models import CAPS, Member, Rule, RuleVersion, Terms
from .ready import ready_rules

GIVES = ["points", "per", "freeze_months", "for_household"]
DECIDED = ["source", "decision", "decision_url"]
KEPT = [*GIVES, *CAPS.values(), "evidence", "approver"]  # proposed again for the next version
TERM_SETS = [
    (_("What it gives"), {"fields": [*GIVES, "since"]}),
    (
        _("Limits"),
        {
            "fields": [tuple(CAPS.values())],
            "description": _(
                "The most points one person, or one household, gets by this rule. All that are filled in hold together."
            ),
        },
    ),
    (_("How it is shown and checked"), {"fields": ["evidence", "approver"]}),
    (_("Which decision it comes from"), {"fields": DECIDED}),
]


def check_decision(file) -> None:
    """A PDF or a picture, known by its content."""
    if extension(file.name) not in {"pdf", "jpg", "png"}:
        raise forms.ValidationError(_("A decision is kept as pdf, jpg or png."))
    check_file(file)


def _term(name, **more):
    return RuleVersion._meta.get_field(name).formfield(**more)


class ReadyForm(forms.Form):
    """Lines of the ready set, and the decision they come from."""

    community = forms.ModelChoiceField(Unit.objects.none(), label=_("community"))
    since = _term("since", widget=admin.widgets.AdminDateWidget)
    source = _term(
        "source",
        required=True,
        widget=admin.widgets.AdminTextInputWidget,
        help_text=_("Which meeting decided it, and when. Residents read it."),
    )
    decision = forms.FileField(
        label=_("file of the decision"),
        required=False,
        validators=[check_decision],
        help_text=_("Minutes or resolution as pdf, jpg or png, up to 20 MB. Residents can read it."),
    )
    decision_url = _term("decision_url", assume_scheme="https")
    codes = forms.MultipleChoiceField(label=_("rules"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = places
        self.fields["community"].initial = places.first()
        self.fields["source"].validators.append(refuse_numbers)
        self.fields["codes"].choices = [
            (code, f"{code} {line['name']}") for code, line in ready_rules().items()
        ]

    @property
    def decided(self):
        """The fields above the list."""
        return [field for field in self if field.name != "codes"]

    def chosen(self) -> dict:
        return self.cleaned_data | {"decision": self.cleaned_data["decision"] or ""}


class RuleForm(forms.ModelForm):
    """A line of the standard together with its terms; with an existing one, the terms of its next version."""

    points = _term("points", min_value=1, max_value=1000)
    per = _term("per")
    freeze_months = _term(
        "freeze_months",
        min_value=0,
        required=False,
        help_text=_(
            "Only for rules of conduct. Nothing is redeemed meanwhile; what is reserved may be fetched."
        ),
    )
    for_household = _term(
        "for_household",
        help_text=_("The head of the household is credited; the limits count all its members."),
    )
    cap_day, cap_week, cap_month, cap_year = (
        _term(cap, min_value=1, max_value=1_000_000) for cap in CAPS.values()
    )
    evidence = _term("evidence")
    approver = _term("approver")
    since = _term(
        "since",
        widget=admin.widgets.AdminDateWidget,
        help_text=_("A change never reaches back: today at the earliest."),
    )
    source = _term(
        "source",
        required=True,
        widget=admin.widgets.AdminTextInputWidget,
        help_text=_("Which meeting decided it, and when. Residents read it."),
    )
    decision = forms.FileField(
        label=_("file of the decision"),
        required=False,
        validators=[check_decision],
        help_text=_("Minutes or resolution as pdf, jpg or png, up to 20 MB. Residents can read it."),
    )
    decision_url = _term("decision_url", assume_scheme="https")

    class Meta:
        model = Rule
        fields = ["community", "code", "category", "ground", "name"]
        error_messages = {
            NON_FIELD_ERRORS: {"unique_together": _("The community has a rule with this code already.")}
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        last = self.instance.versions.first() if self.instance.pk else None
        if last:
            for field in KEPT:
                self.fields[field].initial = getattr(last, field)
        for field in {"name", "source"} & self.fields.keys():  # residents read them
            self.fields[field].validators.append(refuse_numbers)

    def clean(self):
        data = super().clean()
        deducts = data.get("category") == Rule.Category.CONDUCT
        if (name := data.get("name")) and (why := reason_against(name, deducts=deducts)):
            self.add_error("name", why)
        if data.get("freeze_months") and not self._deducts(data):
            self.add_error("freeze_months", _("Only a rule of conduct pauses redeeming."))
        if "ground" in self.fields and deducts != bool(data.get("ground")):
            self.add_error("ground", _("A deduction names its ground; no other rule has one."))
        return data

    def _deducts(self, data) -> bool:
        """Of a rule that is there, its category is no field."""
        return self.instance.deducts if self.instance.pk else data.get("category") == Rule.Category.CONDUCT

    def chosen(self) -> dict:
        terms = {field: self.cleaned_data[field] for field in [*KEPT, "since", *DECIDED]}
        return terms | {"decision": terms["decision"] or "", "freeze_months": terms["freeze_months"] or 0}


class JoinForm(forms.Form):
    """Agreeing to the newest terms. `terms` says which ones were read."""

    person = forms.IntegerField(widget=forms.HiddenInput)
    terms = forms.IntegerField(widget=forms.HiddenInput)
    agree = forms.BooleanField(
        label=_("I have read the terms and agree to them"),
        error_messages={"required": _("Without this tick nobody is joined.")},
    )
    in_ranking = forms.BooleanField(
        label=_("I may stand in public rankings, with my name masked (this is free and can be changed)"),
        required=False,
    )

    def __init__(self, *args, person, terms, member, **kwargs):
        initial = {"person": person.pk, "terms": terms.pk}
        if member:
            initial["in_ranking"] = member.in_ranking
        super().__init__(*args, initial=initial, auto_id=f"id_{person.pk}_%s", **kwargs)
        if member and member.terms == terms:  # agreed to already: only the choice is left
            del self.fields["agree"]


class LeaveForm(forms.Form):
    points = forms.ChoiceField(
        label=_("What becomes of the points there are"),
        choices=[
            ("keep", _("They stay until they expire and may be redeemed")),
            ("give_up", _("They are given up at once")),
        ],
        initial="keep",
        widget=forms.RadioSelect,
    )


class PaperForm(forms.ModelForm):
    """A consent signed on paper, entered by staff."""

    signed = forms.BooleanField(
        label=_("The signed paper is kept"),
        help_text=_("The person has read the newest terms, or they were read out, and has signed them."),
    )

    class Meta:
        model = Member
        fields = ["resident", "in_ranking"]

    def clean(self):
        data = super().clean()
        person = data.get("resident")
        if person and not Terms.objects.of(person.community_id).exists():
            self.add_error("resident", _("This community has no terms yet."))
        return data


class TermsForm(forms.ModelForm):
    class Meta:
        model = Terms
        fields = ["community", "text", "since", "old_until"]
        help_texts = {
            "text": _("Residents read it: what is asked, what is promised, what is kept, how to leave."),
            "old_until": _("Leave this empty for the first terms."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "text" in self.fields:
            self.fields["text"].validators.append(refuse_numbers)
