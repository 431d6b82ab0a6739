"""The grid worker looks, then at least three decide. Who may: never about oneself, one's household, or twice."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.access import may
from config.errors import DomainError

from .. import messages
from ..models import Claim, Reviewer, State, Voice
from .common import is_close, locked, step, told, verdict

BODIES: dict[str, Reviewer.Body] = {
    State.CHECKED: Reviewer.Body.GROUP,
    State.APPEALED: Reviewer.Body.SUPERVISION,
}


def refusal_of_check(claim: Claim, by: User) -> str:
    """Why `by` may not check this claim, empty when they may."""
    if not may(by, "points.check", claim.resident.unit):
        return _("Claims are checked by the grid worker of the building or by staff.")
    if by.pk == claim.made_by_id:
        return _("You handed in this claim yourself: somebody else checks it.")
    if is_close(by, claim.resident):
        return _("Nobody checks a claim of their own or of their household.")
    return ""


@transaction.atomic
def check_claim(*, claim: Claim, found: bool, finding: str, by: User) -> Claim:
    """Whether it was found as told. It goes to the review group either way."""
    row = locked(claim)
    if refusal := refusal_of_check(row, by):
        raise DomainError(refusal)
    needed = "" if found else _("Please say what you found instead.")
    finding = told(finding, needed=needed)
    row = step(
        row, "check", by, checked_at=timezone.now(), checked_by=by, found=found, finding=finding
    )  # fmt: skip
    messages.to_be_decided(row)
    return row


def refusal_of_voice(claim: Claim, by: User) -> str:
    """Why `by` has no voice about this claim as it stands, empty when they have one."""
    body = BODIES.get(claim.state)
    if body is None:
        return _("This claim is “%(state)s” by now.") % {"state": claim.get_state_display()}
    seats = Reviewer.objects.current().filter(community=claim.community_id, holder=by, body=body)
    if not seats.exists():
        return _("You do not sit in the body that decides about this claim.")
    if is_close(by, claim.resident):
        return _("Nobody decides about a claim of their own or of their household.")
    objections = claim.objections.values_list("by", "taken_down_by", "answered_by")
    if by.pk in {claim.made_by_id, claim.checked_by_id, *(pk for row in objections for pk in row)}:
        return _("You have had a part in this claim already: others decide.")
    if claim.voices.filter(by=by).exists():
        return _("You have given your voice about this claim.")
    return ""


@transaction.atomic
def give_voice(*, claim: Claim, agrees: bool, by: User, reason: str = "") -> Claim:
    """One voice of the body the claim is before; the third decides, for there is a majority of three by then.

    Raises DomainError for somebody who has no voice in it.
    """
    row = locked(claim)
    if refusal := refusal_of_voice(row, by):
        raise DomainError(refusal)
    needed = "" if agrees else _("Please say why you do not agree; the claimant reads it.")
    reason = told(reason, needed=needed)
    body = BODIES[row.state]
    Voice.objects.create(claim=row, body=body, by=by, agrees=agrees, reason=reason)
    record("pointclaims.voice", by=by, on=row, path=row.resident.path, body=str(body), agrees=agrees)
    return decide(row, body, by)


def decide(claim: Claim, body: str, by: User) -> Claim:
    """When enough have spoken, what most of them said."""
    if (said := verdict(claim.voices.filter(body=body).order_by("pk"))) is None:
        return claim
    granted, reason = said[0], "" if said[0] else said[1]
    was_appealed = claim.state == State.APPEALED
    if was_appealed:
        claim.appeal.answer(granted, reason)
    values = {"decided_at": timezone.now(), "reason": reason}
    if granted:
        values["batch"] = None  # after a list it was struck from, it goes on another
    else:
        values["closed_at"] = timezone.now()
    claim = step(claim, "accept" if granted else "reject", by, **values)
    messages.decided(claim, on_appeal=was_appealed)
    return claim
