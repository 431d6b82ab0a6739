"""Deduction cases are decided by at least three, may be appealed once to others, and only then take effect."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.access import may
from config.errors import DomainError
from points.operations import deduct, freeze, lift_deduction, lift_freeze

from .. import case_messages as messages
from ..models import BEFORE_THE_GROUP, CASE_STEPS, CaseAppeal, CaseState, CaseVoice, DeductionCase, Reviewer
from .appeals import WITHIN
from .cases import locked_case, speaks_for, step_case
from .common import is_close, today, told, verdict

GROUP, SUPERVISION = Reviewer.Body.GROUP, Reviewer.Body.SUPERVISION


def body_of(case: DeductionCase) -> str | None:
    """Whom the case is before now."""
    if case.state == CaseState.APPEALED:
        return SUPERVISION
    return GROUP if case.state in BEFORE_THE_GROUP and not case.waits_for_hearing else None


def refusal_of_case_voice(case: DeductionCase, by: User) -> str:
    """Why `by` has no voice about this case as it stands, empty when they have one."""
    if case.waits_for_hearing:
        return _("The resident is heard in person first.")
    body = body_of(case)
    if body is None:
        return _("This case is “%(state)s” by now.") % {"state": case.get_state_display()}
    seats = Reviewer.objects.current().filter(community=case.community_id, holder=by, body=body)
    if not seats.exists():
        return _("You do not sit in the body that decides about this case.")
    if is_close(by, case.resident):
        return _("Nobody decides about themselves or their household.")
    appeal = getattr(case, "appeal", None)
    if by.pk in {case.opened_by_id, case.answered_by_id, appeal and appeal.made_by_id}:
        return _("You have had a part in this case already: others decide.")
    if case.voices.filter(by=by).exists():
        return _("You have given your voice about this case.")
    return ""


@transaction.atomic
def give_case_voice(
    *, case: DeductionCase, agrees: bool, reason: str, by: User, seen: str = ""
) -> DeductionCase:
    """One voice of the body the case is before; the third decides. `agrees` that points are deducted, or on appeal
    that the appeal is right. `seen` is the state that was shown: what came meanwhile is read first."""
    reason = told(reason, needed=_("Please say why; the resident reads it."))
    row = locked_case(case)
    if refusal := refusal_of_case_voice(row, by):
        raise DomainError(refusal)
    if seen and seen != row.state:
        raise DomainError(_("Something has come in meanwhile. Please read it, then give your voice."))
    body = body_of(row)
    CaseVoice.objects.create(case=row, body=body, by=by, agrees=agrees, reason=reason)
    record("deductions.voice", by=by, on=row, path=row.resident.path, body=str(body), agrees=agrees)
    return decide_case(row, body, by)


def decide_case(case: DeductionCase, body: str, by: User) -> DeductionCase:
    """When enough have spoken, what most of them said."""
    if (said := verdict(case.voices.filter(body=body).order_by("pk"))) is None:
        return case
    granted, reason = said
    if body == SUPERVISION:
        return _answer_appeal(case, granted, reason, by)
    now = timezone.now()
    values = {"decided_at": now, "reason": reason}
    if granted:
        case = step_case(case, "decide", by, appeal_until=today() + timedelta(days=WITHIN), **values)
    else:
        case = step_case(case, "drop", by, closed_at=now, **values)
    messages.decided(case)
    return case


def _answer_appeal(case: DeductionCase, granted: bool, reason: str, by: User) -> DeductionCase:
    case.appeal.answer(granted, reason)
    case = (
        step_case(case, "annul", by, closed_at=timezone.now()) if granted else step_case(case, "uphold", by)
    )
    messages.appeal_answered(case)
    return case


def refusal_of_case_appeal(case: DeductionCase, by: User) -> str:
    if not speaks_for(by, case):
        return _("The resident appeals, or somebody who acts for them.")
    if hasattr(case, "appeal"):
        return _("There was an appeal already; there is one for each case.")
    if (case.state, "appeal") not in CASE_STEPS:
        return _("There is nothing to appeal against.")
    if case.appeal_until < today():
        return _("The time for an appeal ended on %(day)s.") % {"day": date_format(case.appeal_until)}
    return ""


@transaction.atomic
def appeal_case(*, case: DeductionCase, words: str, by: User) -> DeductionCase:
    """Put the case before the supervision committee: people who have had no part in it so far. Nothing is deducted
    before they have answered."""
    words = told(words, needed=_("Please say why it should be looked at again."), most=300)
    row = locked_case(case)
    if refusal := refusal_of_case_appeal(row, by):
        raise DomainError(refusal)
    try:
        with transaction.atomic():
            CaseAppeal.objects.create(case=row, words=words, against=row.reason, made_by=by)
    except IntegrityError as error:
        raise DomainError(_("There was an appeal already; there is one for each case.")) from error
    row = step_case(row, "appeal", by)
    messages.to_be_decided(row)
    return row


def take_effect() -> str:
    """What people decided, where the time for an appeal is over or the appeal was turned down."""
    over = DeductionCase.objects.filter(state=CaseState.DECIDED, appeal_until__lt=today())
    due = over | DeductionCase.objects.filter(state=CaseState.CONFIRMED)
    done, refused = 0, 0
    for case in due.order_by("pk"):
        try:
            done += _take_effect(case)
        except DomainError:
            refused += 1  # the next run tries again
    words = _("%(n)d deductions took effect") % {"n": done}
    return words + (_(", %(n)d wait") % {"n": refused} if refused else "")


@transaction.atomic
def _take_effect(case: DeductionCase) -> bool:
    row = locked_case(case)
    if (row.state, "take_effect") not in CASE_STEPS or (
        row.state == CaseState.DECIDED and row.appeal_until >= today()
    ):
        return False
    if not row.resident.is_living:  # moved away or died: nothing more is deducted
        gone = _("no longer in the register of the community")
        step_case(row, "end", None, ended_why=gone, closed_at=timezone.now())
        return False
    version, by = row.version, _who_decided(row)
    made = deduct(
        resident=row.resident, rule_version=version, points=row.worth, key=row.key, reason=row.reason, by=by, day=row.day
    )  # fmt: skip
    if version.freeze_months:
        freeze(resident=row.resident, months=version.freeze_months, cause=row.key, by=by)
    row = step_case(
        row,
        "take_effect",
        None,
        taken=made.taken,
        owed=made.owed,
        effective_on=today(),
        closed_at=timezone.now(),
    )
    messages.took_effect(row)
    return True


def _who_decided(case: DeductionCase) -> User:
    """Whose voice made it a decision: a person, as the books require."""
    body = GROUP if case.state == CaseState.DECIDED else SUPERVISION
    return case.voices.filter(body=body).select_related("by").order_by("pk").last().by


@transaction.atomic
def lift_case(*, case: DeductionCase, reason: str, by: User) -> DeductionCase:
    """What was deducted turns out to be wrong: give it back. Raises DomainError when nothing was deducted."""
    reason = told(reason, needed=_("Please say why; the resident reads it."))
    row = locked_case(case)
    if not may(by, "points.claims", row.community):
        raise DomainError(_("Deducted points are given back by the staff of the community."))
    if is_close(by, row.resident):
        raise DomainError(_("Nobody gives points back to themselves or their household."))
    row = step_case(row, "lift", by, ended_why=reason, closed_at=timezone.now())
    if row.taken or row.owed:
        lift_deduction(key=row.key, reason=reason, by=by)
    lift_freeze(cause=row.key, reason=reason, by=by)
    messages.lifted(row)
    return row
