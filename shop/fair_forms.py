"""What people may type about a fair."""

import secrets
from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.fields import DayInput, HourInput, TidyMixin, check_year
from residents.identity import refuse_numbers

MOST_SLOTS = 48


class FairForm(TidyMixin, forms.Form):
    community = forms.ModelChoiceField(label=_("community"), queryset=None, empty_label=None)
    title = forms.CharField(label=_("title"), max_length=60, validators=[refuse_numbers])
    day = forms.DateField(label=_("day"), widget=DayInput, validators=[check_year])
    begins = forms.TimeField(label=_("starts at"), widget=HourInput)
    ends = forms.TimeField(label=_("ends at"), widget=HourInput)
    place = forms.CharField(label=_("place"), max_length=80, validators=[refuse_numbers])
    minutes = forms.IntegerField(
        label=_("minutes of one time to come"), min_value=10, max_value=480, initial=30,
        help_text=_("People choose a time, so that nobody stands in line for long."),
    )  # fmt: skip
    places = forms.IntegerField(label=_("numbers for each time"), min_value=1, max_value=500, initial=30)
    most_household = forms.IntegerField(
        label=_("pieces for one household at most"), min_value=1, max_value=99, required=False
    )
    about = forms.CharField(
        label=_("description"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        validators=[refuse_numbers],
    )  # fmt: skip

    def __init__(self, *args, communities, **kwargs):
        super().__init__(*args, **kwargs)
        if communities is not None:
            self.fields["community"].queryset = communities
            self.fields["community"].initial = communities.first()

    def clean(self):
        data = super().clean()
        day, begins, ends, minutes = (data.pop(name, None) for name in ("day", "begins", "ends", "minutes"))
        if None in (day, begins, ends, minutes):
            return data
        starts_at, ends_at = (timezone.make_aware(datetime.combine(day, hour)) for hour in (begins, ends))
        if ends_at <= starts_at:
            self.add_error("ends", _("The end has to be after the beginning."))
        elif starts_at < timezone.now():
            self.add_error("day", _("This time is past."))
        elif (ends_at - starts_at).total_seconds() / 60 / minutes > MOST_SLOTS:
            self.add_error("minutes", _("These would be too many times."))
        return data | {"starts_at": starts_at, "ends_at": ends_at, "minutes": minutes}


class ChangeFairForm(FairForm):
    """The same of a fair that is planned already."""

    community = None
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, fair, **kwargs):
        slot = fair.slots.first()
        starts_at, ends_at = timezone.localtime(fair.starts_at), timezone.localtime(fair.ends_at)
        kwargs["initial"] = {
            "title": fair.title, "place": fair.place, "about": fair.about, "most_household": fair.most_household,
            "day": starts_at.date(), "begins": starts_at.time(), "ends": ends_at.time(), "places": slot.places,
            "minutes": round((slot.ends_at - slot.starts_at).total_seconds() / 60), "seen": fair.version,
        }  # fmt: skip
        super().__init__(*args, communities=None, **kwargs)


class GoodsForm(forms.Form):
    """How many of each item are set aside for the fair."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, items, goods, version, **kwargs):
        super().__init__(*args, **kwargs)
        self.items = items
        self.fields["seen"].initial = version
        for item in items:
            good = goods.get(item.pk)
            had = good.quota if good else 0
            self.fields[f"n{item.pk}"] = forms.IntegerField(
                label=item.name, min_value=0, max_value=100_000, initial=had,
                help_text=_("up to %(n)d %(unit)s") % {"n": had + item.free, "unit": item.unit_word},
            )  # fmt: skip

    def quotas(self) -> dict[int, int]:
        return {
            item.pk: self.cleaned_data[f"n{item.pk}"]
            for item in self.items
            if f"n{item.pk}" in self.changed_data
        }


class ServeForm(forms.Form):
    token = forms.CharField(max_length=32, widget=forms.HiddenInput)
    with_family = forms.BooleanField(label=_("Family members who agreed pay what is lacking"), required=False)

    def __init__(self, *args, goods, has_family=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.goods = goods
        self.fields["token"].initial = secrets.token_hex(16)
        if not has_family:
            del self.fields["with_family"]
        for place, good in enumerate(goods):
            attrs = {"inputmode": "numeric"} | ({"autofocus": True} if place == 0 else {})
            self.fields[f"n{good.item_id}"] = forms.IntegerField(
                label=good.item.name,
                required=False,
                min_value=0,
                max_value=99,
                widget=forms.NumberInput(attrs=attrs),
            )

    def wanted(self) -> dict[int, int]:
        counts = {good.item_id: self.cleaned_data.get(f"n{good.item_id}") for good in self.goods}
        return {pk: n for pk, n in counts.items() if n}

    def rows(self) -> list[tuple]:
        return [(good, self[f"n{good.item_id}"]) for good in self.goods]
