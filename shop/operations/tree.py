"""The shop's steps in acts that touch many rooms (portal/wiring.py)."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from community.models import Unit, here_and_below
from config.errors import DomainError
from residents.models import Resident

from ..models import Consent, Fair, Order, Ticket


def follow_merge(*, source: Resident, target: Resident, by: User) -> None:
    """Orders go with the person; a consent does not, for another row gave it."""
    Order.objects.filter(resident=source).update(resident=target)
    held = Ticket.objects.live().filter(resident=target).values("fair")
    Ticket.objects.filter(resident=source).exclude(fair__in=held).update(resident=target)
    Consent.objects.living().filter(resident=source).update(withdrawn_at=timezone.now(), withdrawn_by=by)


def refuse_closing(unit: Unit) -> None:
    """Raises DomainError while orders wait to be fetched."""
    if Order.objects.waiting().filter(here_and_below(unit.path, "community__path")).exists():
        raise DomainError(_("Orders of the shop are waiting to be fetched there."))
    if Fair.objects.filter(here_and_below(unit.path, "community__path"), closed_at=None).exists():
        raise DomainError(_("A redemption fair there is not closed yet."))
