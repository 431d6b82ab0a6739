"""What this room does when the tree of units changes; read by portal/wiring.py."""

from django.utils import timezone
from django.utils.translation import ngettext

from community.models import Unit, here_and_below
from config.errors import DomainError

from ..models import Session


def follow_moved_unit(old_path: str, new_path: str) -> None:
    """Sessions to come belong to the community their event lies in now; what has been stays in the old figures."""
    community = Unit.objects.get(path=new_path).community
    if community:
        coming = Session.objects.filter(
            here_and_below(new_path, "event__unit__path"), ends_at__gt=timezone.now()
        )
        coming.update(community=community)


def refuse_closing(unit: Unit) -> None:
    """Raises DomainError while sessions at or below the unit are still to come."""
    coming = Session.objects.filter(
        here_and_below(unit.path, "event__unit__path"),
        ends_at__gt=timezone.now(),
        cancelled_at=None,
        event__cancelled_at=None,
    ).count()
    if coming:
        words = ngettext(
            "%(n)s session of its events is still to come.",
            "%(n)s sessions of its events are still to come.",
            coming,
        )
        raise DomainError(words % {"n": coming})
