from django.utils import timezone
from django.utils.translation import ngettext

from community.models import Unit, here_and_below
from config.errors import DomainError

from ..models import Booker, Booking, Facility


def refuse_closing(unit: Unit) -> None:
    """Raises DomainError while a facility at or below the unit is open."""
    facilities = Facility.objects.public().filter(here_and_below(unit.path, "unit__path")).count()
    if facilities:
        words = ngettext("%(n)s facility there is open.", "%(n)s facilities there are open.", facilities)
        raise DomainError(words % {"n": facilities})


def follow_merge(*, source, target, by) -> None:
    """What `source` booked is `target`'s; who books for an organisation does so once."""
    Booking.objects.filter(resident=source).update(resident=target)
    held = Booker.objects.current().filter(resident=target).values_list("organisation", flat=True)
    double = Booker.objects.current().filter(resident=source, organisation__in=list(held))
    double.update(until=timezone.localdate())
    Booker.objects.filter(resident=source).update(resident=target)
