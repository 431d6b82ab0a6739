from datetime import datetime, timedelta
from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from residents.identity import refuse_numbers
from residents.models import Resident

from .models import MOST_A_DAY, ServiceRecord, Volunteer


class EnrolForm(forms.ModelForm):
    class Meta:
        model = Volunteer
        fields = ["resident", "skills", "guardian_consent"]

    def validate_unique(self):
        """Who is a volunteer already is given back by the operation."""


class ByHandForm(forms.ModelForm):
    """A line of a paper list."""

    resident = forms.ModelChoiceField(Resident.objects.none(), label=_("resident"))
    day = forms.DateField(label=_("day"), widget=forms.DateInput(attrs={"type": "date"}))
    start = forms.TimeField(
        label=pgettext_lazy("time", "from"), widget=forms.TimeInput(attrs={"type": "time"})
    )
    end = forms.TimeField(
        label=pgettext_lazy("time", "until"),
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text=_("An end before the start is one of the next day."),
    )
    hours = forms.DecimalField(
        label=pgettext_lazy("service", "hours"),
        required=False,
        min_value=Decimal("0.5"),
        max_value=MOST_A_DAY,
        decimal_places=1,
        step_size=Decimal("0.5"),
        help_text=_(
            "Empty: the whole time in full half hours. Fewer when there were breaks; the way there does not count."
        ),
    )

    class Meta:
        model = ServiceRecord
        fields = ["what", "place", "reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        for name in self._meta.fields:
            self.fields[name].validators.append(refuse_numbers)
        self.fields["reason"].help_text = _("Which paper shows it, and why the roll was not called.")

    def clean(self):
        cleaned = super().clean()
        if {"day", "start", "end"} <= cleaned.keys():
            starts = datetime.combine(cleaned["day"], cleaned["start"])
            ends = datetime.combine(cleaned["day"], cleaned["end"])
            if ends <= starts:
                ends += timedelta(days=1)
            cleaned["starts_at"], cleaned["ends_at"] = timezone.make_aware(starts), timezone.make_aware(ends)
        return cleaned


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("reason"), max_length=200, validators=[refuse_numbers])
