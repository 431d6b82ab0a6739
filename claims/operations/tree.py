"""What the register does, followed."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from residents.models import Resident

from ..models import GIVEN_UP, Claim, DeductionCase
from ..models.cases import WITHOUT_EFFECT
from .cases import locked_case, step_case
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
    _follow_cases(source, target, by)


def _follow_cases(source: Resident, target: Resident, by: User) -> None:
    """What has taken effect is the books' matter; of two open about one day the old row's is taken back."""
    alike = DeductionCase.objects.filter(resident=target).exclude(state__in=WITHOUT_EFFECT)
    taken = set(alike.values_list("rule", "day"))
    for case in DeductionCase.objects.filter(resident=source).order_by("pk"):
        if case.state in WITHOUT_EFFECT or (case.rule_id, case.day) not in taken:
            case.resident = target
            case.save(update_fields=["resident"])
        elif case.is_open:
            why = _("the same case is open about the other entry of this person")
            step_case(locked_case(case), "end", by, ended_why=why, closed_at=timezone.now())
