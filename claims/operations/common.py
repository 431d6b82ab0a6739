"""What every act on a claim begins and ends with."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError
from residents.identity import refuse_numbers
from residents.models import Resident

from ..models import STEPS, CaseVoice, Claim, Reviewer, Voice


def told(text: str, *, needed: str = "", most: int = 200) -> str:
    """Free text on one line without a number that names a person. `needed`: the refusal when empty."""
    text = " ".join(str(text).split())
    if needed and not text:
        raise DomainError(needed)
    if len(text) > most:
        raise DomainError(_("Please write no more than %(n)d characters.") % {"n": most})
    try:
        refuse_numbers(text)
    except ValidationError as error:
        raise DomainError(error.messages[0]) from error
    return text


def locked(claim: Claim) -> Claim:
    """The claim as it stands; nobody else changes it until the transaction ends."""
    Claim.objects.select_for_update().get(pk=claim.pk)
    return Claim.objects.for_pages().get(pk=claim.pk)


def step(claim: Claim, act: str, by: User | None, **values) -> Claim:
    """Take the step `act`. Raises DomainError when the claim has moved on meanwhile."""
    if (state := STEPS.get((claim.state, act))) is None:
        raise DomainError(_("This claim is “%(state)s” by now.") % {"state": claim.get_state_display()})
    values["state"] = state
    for field, value in values.items():
        setattr(claim, field, value)
    claim.save(update_fields=list(values))
    record(f"pointclaims.{act}", by=by, on=claim, path=claim.resident.path)
    return claim


def verdict(voices: Iterable[Voice] | Iterable[CaseVoice]) -> tuple[bool, str] | None:
    """What most of `voices` say and the first reason given for it; None while too few have spoken or both are as many."""
    spoken = list(voices)
    agreed = sum(voice.agrees for voice in spoken)
    if len(spoken) < Reviewer.FEWEST or 2 * agreed == len(spoken):
        return None
    granted = 2 * agreed > len(spoken)
    return granted, next(voice.reason for voice in spoken if voice.agrees == granted)


def is_close(user: User, resident: Resident) -> bool:
    """It is themselves, somebody of their household, or somebody they may act for."""
    whose = Q(pk=resident.pk)
    if resident.household_id:
        whose |= Q(household=resident.household_id)
    own = Resident.objects.filter(whose, user=user, left_on=None)
    return own.exists() or user.mandates.current().filter(principal=resident).exists()


def today() -> date:
    return timezone.localdate()
