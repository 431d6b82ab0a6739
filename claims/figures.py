"""How claims went in a time: for the monthly statement."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from community.models import Unit

from .models import Appeal, CaseState, Claim, DeductionCase, Objection, State


def _within(first: date, last: date) -> Callable[[str], Q]:
    begin, end = (
        timezone.make_aware(datetime.combine(day, time.min)) for day in (first, last + timedelta(days=1))
    )
    return lambda moment: Q(**{f"{moment}__gte": begin, f"{moment}__lt": end})


def figures(community: Unit, first: date, last: date) -> dict[str, int]:
    """Claims made, posted and turned down, objections and appeals made from `first` to `last`, both days included.

    By the moment each thing happened: what a closed month says stays so.
    """
    within = _within(first, last)
    claims = Claim.objects.filter(community=community)
    refused = [State.REJECTED, State.STRUCK, State.DISMISSED]
    return {
        "made": claims.filter(within("made_at")).count(),
        "posted": claims.filter(within("closed_at"), state=State.POSTED).count(),
        "rejected": claims.filter(within("closed_at"), state__in=refused).count(),
        "objections": Objection.objects.filter(within("made_at"), claim__community=community).count(),
        "appeals": Appeal.objects.filter(within("made_at"), claim__community=community).count(),
    }


def cases(community: Unit, first: date, last: date) -> dict[str, int]:
    """Deduction cases opened, decided by the review group (either way), and lifted after points were deducted."""
    within = _within(first, last)
    found = DeductionCase.objects.filter(community=community)
    return {
        "opened": found.filter(within("opened_at")).count(),
        "decided": found.filter(within("decided_at")).count(),
        "lifted": found.filter(within("closed_at"), state=CaseState.LIFTED).count(),
    }
