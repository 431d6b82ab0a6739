"""Objections: anybody may say that something on a list is not right; it is answered within five working days."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.access import may
from community.working_days import add_working_days
from config.errors import DomainError

from .. import messages
from ..models import Claim, Objection, State
from .common import is_close, locked, step, today, told

DAYS = 5  # working days


@transaction.atomic
def object_to(*, claim: Claim, words: str, by: User, name: str = "") -> Objection:
    """Say that `claim` is not right; with `name`, staff write down what somebody says at the counter.

    While an objection of theirs is open, the same person has that one. Raises DomainError when the list is over.
    """
    words = told(words, needed=_("Please say what is not right."), most=300)
    name = told(name, most=40)
    row = locked(claim)
    if row.state != State.LISTED or row.batch.is_over:
        raise DomainError(_("The list with this claim is not public any more."))
    if name and not may(by, "points.claims", row.community):
        raise DomainError(_("Only staff write down what others say."))
    if not name and is_close(by, row.resident):
        raise DomainError(_("This is your own claim or one of your household."))
    mine = Objection.objects.open().filter(claim=row, by=by)
    if not name and (found := mine.first()):
        return found
    who = {"taken_down_by": by, "name": name} if name else {"by": by}
    try:
        with transaction.atomic():
            made = Objection.objects.create(
                claim=row, words=words, due_on=add_working_days(today(), DAYS), **who
            )
    except IntegrityError as error:
        raise DomainError(_("You have just objected to this.")) from error
    record("pointclaims.object", by=by, on=row, path=row.resident.path)
    messages.objected(row)
    return made


def refusal_of_answer(objection: Objection, by: User) -> str:
    claim = objection.claim
    if not may(by, "points.claims", claim.community):
        return _("Staff answer objections.")
    if by.pk == objection.by_id:
        return _("Nobody answers their own objection.")
    if is_close(by, claim.resident):
        return _("Nobody answers an objection to a claim of their own or of their household.")
    return ""


@transaction.atomic
def answer_objection(*, objection: Objection, upheld: bool, answer: str, by: User) -> Objection:
    """Upheld, the claim is struck off; else it goes on its way. Whoever objected reads the answer."""
    answer = told(answer, needed=_("Please write an answer; whoever objected reads it."))
    claim = locked(objection.claim)
    row = Objection.objects.select_for_update(of=("self",)).select_related("by").get(pk=objection.pk)
    row.claim = claim
    if row.answered_at:
        raise DomainError(_("This objection has been answered already."))
    if refusal := refusal_of_answer(row, by):
        raise DomainError(refusal)
    row.answered_at, row.answered_by, row.upheld, row.answer = timezone.now(), by, upheld, answer
    row.save(update_fields=["answered_at", "answered_by", "upheld", "answer"])
    record("pointclaims.answer", by=by, on=claim, path=claim.resident.path, upheld=upheld)
    if upheld and claim.state == State.LISTED:
        step(claim, "strike", by, reason=answer, closed_at=timezone.now())
        messages.struck(claim)
    messages.answered(row)
    return row
