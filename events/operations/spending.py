"""What events cost."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError

from ..models import Event, Spending

MOST_FEN = 10_000_000_00


@transaction.atomic
def spend(*, spending: Spending, by: User) -> Spending:
    """Keep a sum of money; the same form sent again keeps it no second time."""
    event = Event.objects.select_for_update(of=("self",)).get(pk=spending.event_id)
    if spending.token and (kept := Spending.objects.filter(token=spending.token).first()):
        return kept
    if not 0 < spending.fen <= MOST_FEN:
        raise DomainError(_("This amount cannot be right."))
    if spending.donor and not spending.donor.unit.path.startswith(event.unit.community.path):
        raise DomainError(_("This organisation is in another community."))
    spending.by = by
    spending.save()
    record("events.spend", by=by, on=event, path=event.unit.path, fen=spending.fen)
    return spending


@transaction.atomic
def take_back_spending(*, spending: Spending, by: User) -> Spending:
    """What was entered wrongly; twice changes nothing."""
    changed = (
        Spending.objects.live().filter(pk=spending.pk).update(withdrawn_at=timezone.now(), withdrawn_by=by)
    )
    if changed:
        record(
            "events.take_back_spending",
            by=by,
            on=spending.event,
            path=spending.event.unit.path,
            fen=spending.fen,
        )
    spending.refresh_from_db()
    return spending
