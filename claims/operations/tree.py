"""What the register does, followed."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from residents.models import Resident

from ..models import GIVEN_UP, Claim
from .common import locked, step


@transaction.atomic
def follow_merge(*, source: Resident, target: Resident, by: User) -> None:
    """Claims of both rows are one person's; what both claim alike is one deed, and the old row's claim is taken back."""
    alike = Claim.objects.filter(resident=target).exclude(state__in=GIVEN_UP).values_list("rule", "day")
    taken = set(alike)
    for claim in Claim.objects.filter(resident=source).order_by("pk"):
        if claim.state in GIVEN_UP or (claim.rule_id, claim.day) not in taken:
            claim.resident = target
            claim.save(update_fields=["resident"])
        elif claim.is_open:
            step(locked(claim), "withdraw", by, closed_at=timezone.now())
