from datetime import date

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access import organisations_of, scope
from community.models import Organisation, Unit

from .periods import month_before

LONGEST = 5000


def bodies(user) -> list[tuple[str, str]]:
    """The communities and party branches whose report `user` may write, as choices."""
    units = Unit.objects.communities().filter(scope(user, "reports.write", "path")).order_by("path")
    branches = (
        Organisation.objects.living()
        .filter(kind="party_branch")
        .filter(
            scope(user, "reports.write", "unit__path") | Q(pk__in=organisations_of(user, "reports.write"))
        )
        .select_related("unit")
        .order_by("unit__path", "name")
    )
    return [(f"unit:{unit.pk}", unit.name) for unit in units] + [
        (f"organisation:{branch.pk}", f"{branch.unit.name} {branch.name}") for branch in branches
    ]


class StartForm(forms.Form):
    body = forms.ChoiceField(label=_("whose report"))
    month = forms.ChoiceField(label=_("month"))

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = bodies(user)
        this_month = timezone.localdate().replace(day=1)
        months = [month_before(this_month, count) for count in range(24)]
        self.fields["month"].choices = [
            (f"{month:%Y-%m}", _("%(month)s/%(year)s") % {"year": month.year, "month": month.month})
            for month in months
        ]
        self.fields["month"].initial = f"{months[1]:%Y-%m}"

    def clean_month(self):
        year, month = self.cleaned_data["month"].split("-")
        return date(int(year), int(month), 1)

    def clean_body(self):
        kind, _sep, pk = self.cleaned_data["body"].partition(":")
        if kind == "organisation":
            organisation = Organisation.objects.select_related("unit__profile").get(pk=pk)
            return organisation.unit, organisation
        return Unit.objects.select_related("profile").get(pk=pk), None


class TextForm(forms.Form):
    """One box a section. The version guards against two people writing at once."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, report, sections, sentences, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = report.version
        for key, label in sections.items():
            self.fields[key] = forms.CharField(
                label=label, required=False, max_length=LONGEST, initial=report.sections.get(key, ""),
                help_text=sentences.get(key, ""), widget=forms.Textarea(attrs={"rows": 5}),
            )  # fmt: skip


class RemarkForm(forms.Form):
    remark = forms.CharField(label=_("What should be changed?"), max_length=200)
