"""What became of a person, as staff read it: masked numbers, names of units, words for codes."""

from django.utils.translation import gettext as _

from community.models import Organisation, Unit

from . import identity
from .models import Change, Resident, building_name

MOST = 30


def history(resident: Resident) -> list[dict]:
    """The last changes of a person, newest first."""
    changes = list(Change.objects.filter(resident=resident).select_related("by")[:MOST])
    units = _names(Unit.objects.select_related("parent"), changes, "unit", building_name)
    branches = _names(Organisation.objects, changes, "party_branch", str)
    return [
        {
            "at": change.at,
            "by": change.by,
            "field": Resident._meta.get_field(change.field).verbose_name,
            "old": _shown(change.field, change.old, units, branches),
            "new": _shown(change.field, change.new, units, branches),
            "why": change.why,
        }
        for change in changes
    ]


def _names(rows, changes, field, name):
    ids = {
        value for change in changes if change.field == field for value in (change.old, change.new) if value
    }
    return {str(pk): name(row) for pk, row in rows.in_bulk([int(value) for value in ids]).items()}


def _shown(field: str, value: str, units, branches) -> str:
    if not value:
        return ""
    if field == "id_number":
        return identity.mask_id(value)
    if field == "phone":
        return identity.mask_phone(value)
    if field == "unit":
        return units.get(value, "")
    if field == "party_branch":
        return branches.get(value, "")
    column = Resident._meta.get_field(field)
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if column.is_relation:
        return _("number %(id)s") % {"id": value}
    if column.get_internal_type() == "BooleanField":
        return _("yes") if value == "1" else _("no")
    return value
