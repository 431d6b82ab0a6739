"""Whether the data here are invented or real; said once, when the first row is written, and never again."""

from django.utils.translation import gettext_lazy as _

from .errors import DomainError
from .models import Installation

_known = ""  # the row never changes, so a process asks until it has seen it


def kind() -> str:
    """`"demo"`, `"real"`, or `""` while nothing has been set up."""
    global _known
    if not _known:
        _known = Installation.objects.values_list("kind", flat=True).first() or ""
    return _known


def is_demo() -> bool:
    return kind() == Installation.DEMO


def forget(known: str = "") -> None:
    """For tests: ask again, or take `known` for true."""
    global _known
    _known = known


def mark(as_kind: str) -> None:
    """Say what this installation holds. Raises DomainError when it has been said to hold the other."""
    row, _is_new = Installation.objects.get_or_create(id=1, defaults={"kind": as_kind})
    if row.kind == as_kind:
        return
    if row.kind == Installation.DEMO:
        raise DomainError(
            _("These are demo data, and demo data never become real. Start with an empty place.")
        )
    raise DomainError(_("This is a real installation: no demo data may enter it."))
