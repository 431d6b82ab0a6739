from django.utils.translation import ngettext

from community.models import Unit, here_and_below
from config.errors import DomainError

from .models import Facility


def refuse_closing(unit: Unit) -> None:
    """Raises DomainError while a facility at or below the unit is open."""
    facilities = Facility.objects.public().filter(here_and_below(unit.path, "unit__path")).count()
    if facilities:
        words = ngettext("%(n)s facility there is open.", "%(n)s facilities there are open.", facilities)
        raise DomainError(words % {"n": facilities})
