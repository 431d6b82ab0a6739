"""What people may type in the shop."""

import secrets

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.fields import TidyMixin
from residents.identity import refuse_numbers

from .models import MoveKind

MOST = 99  # of one item in one order


class OrderForm(forms.Form):
    """How many of each thing. The prices that were shown are sent back: nobody pays what they have not seen."""

    token = forms.CharField(max_length=32, widget=forms.HiddenInput)
    with_family = forms.BooleanField(
        label=_("If my points are not enough, take from family members who agreed"), required=False
    )

    def __init__(self, *args, items, has_family=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.items = items
        self.fields["token"].initial = secrets.token_hex(16)
        if not has_family:
            del self.fields["with_family"]
        for item in items:
            most = max(0, min(item.free, item.most_each or MOST, MOST))
            self.fields[f"n{item.pk}"] = forms.IntegerField(
                label=item.name, required=False, min_value=0, max_value=MOST, initial=0,
                widget=forms.NumberInput(attrs={"max": most, "inputmode": "numeric"}),
            )  # fmt: skip
            self.fields[f"p{item.pk}"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=item.points, required=False
            )

    def clean(self):
        data = super().clean()
        for item in self.items:
            if data.get(f"n{item.pk}") and data.get(f"p{item.pk}") != item.points:
                self.add_error(
                    None, _("The points of “%(item)s” have changed. Please look again.") % {"item": item}
                )
        if not self.errors and not self.wanted():
            self.add_error(None, _("Please choose at least one thing."))
        return data

    def wanted(self) -> dict[int, int]:
        return {item.pk: n for item in self.items if (n := self.cleaned_data.get(f"n{item.pk}"))}

    def rows(self) -> list[tuple]:
        """(item, its number field, its hidden price)."""
        return [(item, self[f"n{item.pk}"], self[f"p{item.pk}"]) for item in self.items]


class MoveForm(TidyMixin, forms.Form):
    kind = forms.ChoiceField(
        label=_("what happened"),
        choices=[(one.value, one.label) for one in (MoveKind.RECEIVED, MoveKind.DAMAGED)],
        widget=forms.RadioSelect,
        initial=MoveKind.RECEIVED,
    )
    count = forms.IntegerField(label=pgettext_lazy("goods", "number"), min_value=1, max_value=100_000)
    note = forms.CharField(label=_("remarks"), max_length=120, required=False, validators=[refuse_numbers])
    seen = forms.IntegerField(widget=forms.HiddenInput)


class CancelForm(TidyMixin, forms.Form):
    reason = forms.CharField(
        label=pgettext_lazy("order", "reason"), max_length=120, required=False, validators=[refuse_numbers]
    )


class ReturnForm(TidyMixin, forms.Form):
    """How many pieces of each line are back, and which of them nobody can use any more."""

    token = forms.CharField(max_length=32, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=pgettext_lazy("goods brought back", "reason"), max_length=120, validators=[refuse_numbers],
        help_text=_("The resident reads it in the statement of points."),
    )  # fmt: skip

    def __init__(self, *args, lines, left, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines, self.left = [line for line in lines if left[line.pk]], left
        self.fields["token"].initial = secrets.token_hex(16)
        for line in self.lines:
            self.fields[f"n{line.pk}"] = forms.IntegerField(
                label=line.item.name, required=False, min_value=0, max_value=left[line.pk], initial=0,
                widget=forms.NumberInput(attrs={"max": left[line.pk], "inputmode": "numeric"}),
            )  # fmt: skip
            self.fields[f"u{line.pk}"] = forms.BooleanField(
                label=_("cannot be given out again"), required=False
            )

    def clean(self):
        data = super().clean()
        if not self.errors and not self.counts():
            self.add_error(None, _("Please say what was brought back."))
        return data

    def counts(self) -> dict[int, int]:
        return {line.pk: n for line in self.lines if (n := self.cleaned_data.get(f"n{line.pk}"))}

    def unusable(self) -> frozenset[int]:
        return frozenset(line.pk for line in self.lines if self.cleaned_data.get(f"u{line.pk}"))

    def rows(self) -> list[tuple]:
        """(line, its number field, pieces still with the resident, whether they cannot be given out again)."""
        return [(line, self[f"n{line.pk}"], self.left[line.pk], self[f"u{line.pk}"]) for line in self.lines]
