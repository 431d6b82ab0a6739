"""Once, the claimant asks others to look again."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from community.access import may
from config.errors import DomainError

from .. import messages
from ..models import STEPS, Appeal, Claim
from .common import locked, step, told

WITHIN = 30  # days after the decision


def refusal_of_appeal(claim: Claim, by: User) -> str:
    if by.pk != claim.resident.user_id and not may(by, "points.claims", claim.resident.unit):
        return _("Only the claimant can appeal.")
    if hasattr(claim, "appeal"):
        return _("There was an appeal already; there is one for each claim.")
    if (claim.state, "appeal") not in STEPS:
        return _("There is nothing to appeal against.")
    if claim.closed_at < timezone.now() - timedelta(days=WITHIN):
        return _("An appeal is made within %(n)d days of the decision.") % {"n": WITHIN}
    return ""


@transaction.atomic
def appeal(*, claim: Claim, words: str, by: User) -> Claim:
    """Put the claim before the supervision committee: people who have had no part in it so far."""
    words = told(words, needed=_("Please say why it should be looked at again."), most=300)
    row = locked(claim)
    if refusal := refusal_of_appeal(row, by):
        raise DomainError(refusal)
    try:
        with transaction.atomic():
            Appeal.objects.create(claim=row, words=words, against=row.reason, made_by=by)
    except IntegrityError as error:
        raise DomainError(_("There was an appeal already; there is one for each claim.")) from error
    try:
        with transaction.atomic():
            row = step(row, "appeal", by, closed_at=None)
    except IntegrityError as error:
        raise DomainError(_("The same has been claimed anew meanwhile.")) from error
    messages.to_be_decided(row)
    return row
