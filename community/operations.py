from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError

from .models import WIDTH, Kind, Unit


@transaction.atomic
def add_unit(*, kind: int, name: str, parent: Unit | None, by: User | None, **fields) -> Unit:
    """Add a unit below `parent` and give it its path.

    Raises DomainError when the parent's kind is not higher.
    """
    if parent is not None and parent.kind >= kind:
        raise DomainError(
            _("A %(kind)s cannot lie below a %(parent)s.")
            % {"kind": Kind(kind).label, "parent": parent.get_kind_display()}
        )
    unit = Unit(kind=kind, name=name, parent=parent, **fields)
    unit.full_clean(exclude=["path"])
    unit.save()
    unit.path = (parent.path if parent else "") + f"{unit.pk:0{WIDTH}d}"
    unit.save(update_fields=["path"])
    record("units.add", by=by, on=unit, path=unit.path)
    return unit
