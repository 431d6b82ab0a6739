"""Choosing a building where a community has more of them than anybody wants to scroll through."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.models import Kind

from .addresses import Address, parse_building
from .identity import WIDE
from .models import building_name

MOST_LISTED = 60


def resolve(units, text: str) -> tuple[list, Address | None]:
    """The buildings and compounds among `units` that the text may mean, at most six, and the address it was read as."""
    text = "".join(str(text).translate(WIDE).split())
    if address := parse_building(text):
        found = units.filter(kind=Kind.BUILDING, name__in=address.building_names())
        if address.compound:
            exact = found.filter(parent__name=address.compound)
            found = exact if exact.exists() else found.filter(parent__name__contains=address.compound)
        return list(found[:6]), address
    exact = list(units.filter(name=text)[:6])
    return exact or list(units.filter(Q(kind=Kind.COMPOUND, name__contains=text))[:6]), None


class BuildingField(forms.CharField):
    """A building typed as people say it; an address down to the room is understood too and left in `door`."""

    default_error_messages = {
        "none": _(
            "There is no such building here. Please write compound and number as they stand in the tree."
        ),
        "several": _(
            "Several buildings are called so: %(names)s. Please write the compound before the number."
        ),
    }

    def __init__(self, *, units, **kwargs):
        self.units, self.door = units, None
        super().__init__(max_length=80, **kwargs)

    def prepare_value(self, value):
        return building_name(value) if hasattr(value, "kind") else value

    def clean(self, value):
        text = super().clean(value)
        found, address = resolve(self.units, text)
        if not found:
            raise ValidationError(self.error_messages["none"], "none")
        if len(found) > 1:
            names = "、".join(building_name(unit) for unit in found[:5]) + ("…" if len(found) > 5 else "")
            raise ValidationError(self.error_messages["several"] % {"names": names}, "several")
        if address and address.number:
            self.door = (address.staircase, address.number)
        return found[0]


def building_field(units):
    """A list to choose from while it is short, else a line to type in; both give a unit."""
    if len(units.values("pk")[: MOST_LISTED + 1]) > MOST_LISTED:
        words = _("Compound and number as people say it; with the room, if you like: 3-2-501.")
        return BuildingField(units=units, label=_("building"), help_text=words)
    field = forms.ModelChoiceField(label=_("building"), queryset=units)
    field.label_from_instance = building_name
    return field
