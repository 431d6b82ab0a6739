"""Spending together: whoever agrees lets the members of the household use these points too."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.operations import record
from points.operations import account_of
from points.operations.posting import locked
from residents.models import Resident

from ..models import Consent


@transaction.atomic
def agree(*, resident: Resident, by: User, given: str = Consent.Given.SELF) -> Consent:
    """Again changes nothing. Raises DomainError for a row that has left the register."""
    locked([account_of(resident).pk])
    made, is_new = Consent.objects.get_or_create(
        resident=resident, withdrawn_at=None, defaults={"given": given, "by": by}
    )
    if is_new:
        record("shop.agree", by=by, on=made, path=resident.path, given=given)
    return made


@transaction.atomic
def withdraw_consent(*, resident: Resident, by: User) -> None:
    """From now on nobody else spends these points; what was ordered before stays. Again changes nothing."""
    locked([account_of(resident).pk])
    rows = Consent.objects.living().filter(resident=resident)
    for one in rows:
        Consent.objects.filter(pk=one.pk).update(withdrawn_at=timezone.now(), withdrawn_by=by)
        record("shop.withdraw_consent", by=by, on=one, path=resident.path)
