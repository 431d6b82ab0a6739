"""Forms of programmes, sports meets, half hours, copies and spending."""

import secrets
from datetime import timedelta
from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.models import Organisation
from config.fields import DayInput, HourInput, TidyMixin, check_year
from residents.models import Resident

from .models import Discipline, ProgrammeItem, Spending
from .operations.sports import number


def organisations_near(community):
    return Organisation.objects.living().filter(unit__path__startswith=community.path).order_by("name")


class ItemForm(TidyMixin, forms.ModelForm):
    class Meta:
        model = ProgrammeItem
        fields = ["title", "kind", "performers", "team", "minutes"]

    def __init__(self, *args, community, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = organisations_near(community)


class DisciplineForm(TidyMixin, forms.ModelForm):
    class Meta:
        model = Discipline
        fields = ["name", "age_from", "age_to", "sex", "places", "team_size", "best"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sex"].label = _("Only for")
        self.fields["sex"].choices = [("", _("Everybody")), *Resident.Sex.choices]
        for name, least, most in (
            ("age_from", 0, 120),
            ("age_to", 0, 120),
            ("places", 1, 10_000),
            ("team_size", 1, 100),
        ):
            self.fields[name] = forms.IntegerField(
                label=self.fields[name].label, help_text=self.fields[name].help_text, required=name == "team_size",
                min_value=least, max_value=most, initial=self.fields[name].initial,
            )  # fmt: skip

    def clean(self):
        data = super().clean()
        low, high = data.get("age_from"), data.get("age_to")
        if low is not None and high is not None and low > high:
            self.add_error("age_to", _("The ages are the wrong way round."))
        return data


class TeamForm(TidyMixin, forms.Form):
    team = forms.CharField(label=_("Name of the team"), max_length=40)


class ResultForm(TidyMixin, forms.Form):
    """Place and mark of one entry."""

    rank = forms.IntegerField(label=_("Place reached"), required=False, min_value=1, max_value=10_000)
    mark = forms.CharField(label=_("Mark"), required=False, max_length=20)

    def __init__(self, *args, entry, **kwargs):
        self.entry = entry
        result = getattr(entry, "result", None)
        initial = {"rank": result.rank, "mark": result.mark} if result else {}
        super().__init__(*args, prefix=f"e{entry.pk}", initial=initial, **kwargs)

    def clean_mark(self):
        mark = self.cleaned_data["mark"]
        if mark and self.entry.discipline.best != Discipline.Best.PLACE and number(mark) is None:
            raise forms.ValidationError(_("Write a number, as 12.8 or 1:05.3."))
        return mark


class SlotsForm(TidyMixin, forms.Form):
    on = forms.DateField(label=_("Day"), widget=DayInput, validators=[check_year])
    first = forms.TimeField(label=_("The first begins at"), widget=HourInput, initial="08:00")
    last = forms.TimeField(label=_("The last begins at"), widget=HourInput, initial="11:30")
    minutes = forms.IntegerField(label=_("Minutes of each"), initial=30, min_value=5, max_value=480)
    places = forms.IntegerField(label=_("Places in each"), initial=10, min_value=1, max_value=10_000)

    def __init__(self, *args, session=None, **kwargs):
        """`session`: what is planned so far, to be parted."""
        super().__init__(*args, **kwargs)
        if session:
            first, last = (timezone.localtime(at) for at in (session.starts_at, session.ends_at))
            self.initial = {"on": first.date(), "first": first.strftime("%H:%M")}
            last -= timedelta(minutes=30)
            if first < last and first.date() == last.date():
                self.initial["last"] = last.strftime("%H:%M")

    def clean(self):
        data = super().clean()
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", _("The last begins after the first."))
        return data


class CopyForm(TidyMixin, forms.Form):
    title = forms.CharField(label=_("Title of the copy"), max_length=80)
    first_on = forms.DateField(
        label=_("First session on"), required=False, widget=DayInput, validators=[check_year],
        help_text=_("All sessions are moved by as many days. Empty: without sessions."),
    )  # fmt: skip


class SpendingForm(TidyMixin, forms.ModelForm):
    yuan = forms.DecimalField(
        label=_("Amount in yuan"), min_value=Decimal("0.01"), max_value=Decimal(10_000_000), decimal_places=2
    )

    token = forms.RegexField(r"^[a-z0-9]{16}$", widget=forms.HiddenInput, required=False)

    class Meta:
        model = Spending
        fields = ["what", "donor", "donor_name", "spent_on"]
        widgets = {"spent_on": DayInput}

    field_order = ["what", "yuan"]

    def __init__(self, *args, community, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["donor"].queryset = organisations_near(community)
        self.fields["spent_on"].validators.append(check_year)
        self.fields["token"].initial = secrets.token_hex(8)

    def save(self, commit=False):
        spending = super().save(commit=False)
        spending.fen = int(self.cleaned_data["yuan"] * 100)
        spending.token = self.cleaned_data["token"] or None
        return spending
