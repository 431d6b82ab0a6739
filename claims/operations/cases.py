"""Deduction cases up to the decision: told, answered, heard. No job of the clock decides anything."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.access import may
from community.models import Unit
from community.working_days import add_working_days
from config.errors import DomainError
from points.models import Rule, RuleVersion
from points.operations import members_on
from residents.models import ResidenceState, Resident

from .. import case_messages as messages
from ..models import CASE_STEPS, CasePhoto, CaseState, DeductionCase, Hearing
from .common import is_close, today, told
from .making import Shown, shown
from .people import procedure_of

LATEST = 180  # days afterwards that a case may still be opened


def locked_case(case: DeductionCase) -> DeductionCase:
    """The case as it stands; nobody else changes it until the transaction ends."""
    DeductionCase.objects.select_for_update().get(pk=case.pk)
    return DeductionCase.objects.for_pages().get(pk=case.pk)


def step_case(case: DeductionCase, act: str, by: User | None, **values) -> DeductionCase:
    """Take the step `act`. Raises DomainError when the case has moved on meanwhile."""
    if (state := CASE_STEPS.get((case.state, act))) is None:
        raise DomainError(_("This case is “%(state)s” by now.") % {"state": case.get_state_display()})
    values["state"] = state
    for field, value in values.items():
        setattr(case, field, value)
    case.save(update_fields=list(values))
    record(f"deductions.{act}", by=by, on=case, path=case.resident.path)
    return case


def conduct_rules(community: Unit) -> list[RuleVersion]:
    """What points can be deducted for today: conduct inside the scheme and nothing else."""
    versions = RuleVersion.objects.in_force(today()).filter(rule__community=community)
    versions = versions.filter(rule__category=Rule.Category.CONDUCT)
    return list(versions.select_related("rule").order_by("rule__code"))


def refusal_of_opening(resident: Resident, by: User) -> str:
    if not may(by, "points.check", resident.unit):
        return _("Cases are opened by the grid worker of the building or by staff.")
    if is_close(by, resident):
        return _("Nobody opens a case about themselves or their household: somebody else does.")
    if not resident.is_living or resident.state not in ResidenceState.of_the_register():
        return _("This person is not in the register of the community.")
    return ""


def open_case(
    *,
    resident: Resident,
    rule: Rule,
    day: date,
    words: str,
    by: User,
    wrongly: int = 1,
    photos: Sequence = (),
) -> DeductionCase:
    """Tell `resident` what they may lose points for; they can answer until a day of the calendar. `photos` are uploads.

    Raises DomainError for a rule that is not of conduct or not in force that day, for somebody who was no member of
    the scheme that day, and for what has a case already.
    """
    words = told(words, needed=_("Please say what happened; the resident reads it."), most=300)
    return _keep_case(resident, rule, day, words, wrongly, shown(photos), by)


@transaction.atomic
def _keep_case(resident, rule, day, words, wrongly, photos: list[Shown], by) -> DeductionCase:
    if refusal := refusal_of_opening(resident, by):
        raise DomainError(refusal)
    version = _conduct_on(resident, rule, day)
    case = DeductionCase(
        community=resident.community, resident=resident, rule=rule, day=day, words=words, opened_by=by,
        wrongly=_wrongly(version, wrongly),
        answer_until=add_working_days(today(), procedure_of(resident.community).answer_days),
    )  # fmt: skip
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError as error:
        raise DomainError(_("There is a case about this day and this rule already.")) from error
    _keep_photos(case, photos, CasePhoto.Side.NOTICE)
    record("deductions.open", by=by, on=case, path=resident.path, rule=rule.code)
    messages.noticed(case)
    return case


def _conduct_on(resident: Resident, rule: Rule, day: date) -> RuleVersion:
    if day > today():
        raise DomainError(_("That day has not come yet."))
    if day < today() - timedelta(days=LATEST):
        raise DomainError(_("A case is opened within %(n)d days.") % {"n": LATEST})
    if not rule.deducts or rule.community_id != resident.community_id:
        raise DomainError(_("Points are deducted only by a rule of conduct inside the scheme."))
    if (version := rule.version_on(day)) is None:
        raise DomainError(_("This rule was not in force that day."))
    if not members_on(day, [resident.pk], community=resident.community):
        raise DomainError(_("They were no member of the points scheme that day: its rules do not bind them."))
    return version


def _wrongly(version: RuleVersion, wrongly: int) -> int:
    if version.per != RuleVersion.Per.CLAIMED:
        return 1
    if not 1 <= wrongly <= 500:
        raise DomainError(_("Please say how many points were wrongly claimed: from 1 to 500."))
    return wrongly


def _keep_photos(case: DeductionCase, photos: list[Shown], side: str) -> None:
    known = set(case.photos.values_list("digest", flat=True))
    for one in (photo for photo in photos if photo.digest not in known):
        row = CasePhoto(case=case, side=side, digest=one.digest)
        row.picture.save("", one.picture, save=False)
        row.save()


def speaks_for(user: User, case: DeductionCase) -> bool:
    """The resident, a parent, who holds their mandate; or staff who write it down for them."""
    return DeductionCase.objects.of(user).filter(pk=case.pk).exists() or may(
        user, "points.check", case.resident.unit
    )


def refusal_of_case_answer(case: DeductionCase, by: User) -> str:
    if not speaks_for(by, case):
        return _("The resident answers, or somebody who acts for them.")
    if (case.state, "answer") not in CASE_STEPS:
        return _("This case is “%(state)s” by now.") % {"state": case.get_state_display()}
    if case.state == CaseState.SILENT and case.voices.exists():
        return _("The time for an answer is over, and the review group is deciding. An appeal remains.")
    return ""


def answer_case(
    *, case: DeductionCase, words: str, by: User, asks_hearing: bool = False, photos: Sequence = ()
) -> DeductionCase:
    """What the resident says to it, once; with `asks_hearing` they are heard in person before the group decides.

    A late answer counts as long as nobody has given a voice.
    """
    words = told(words, needed=_("Please say how it was."), most=300)
    return _keep_answer(case, words, asks_hearing, shown(photos), by)


@transaction.atomic
def _keep_answer(case, words, asks_hearing, photos, by) -> DeductionCase:
    row = locked_case(case)
    if refusal := refusal_of_case_answer(row, by):
        raise DomainError(refusal)
    row = step_case(
        row, "answer", by, answer=words, asks_hearing=asks_hearing, answered_at=timezone.now(), answered_by=by
    )
    _keep_photos(row, photos, CasePhoto.Side.ANSWER)
    messages.to_be_decided(row)
    return row


def time_up() -> str:
    """Whoever has not answered in time is decided about without an answer."""
    late = DeductionCase.objects.filter(state=CaseState.NOTICED, answer_until__lt=today())
    passed = 0
    for case in late.order_by("pk"):
        passed += _time_up(case)
    return _("%(n)d deduction cases without an answer") % {"n": passed}


@transaction.atomic
def _time_up(case: DeductionCase) -> bool:
    row = locked_case(case)
    if row.state != CaseState.NOTICED:  # answered a moment ago
        return False
    messages.to_be_decided(step_case(row, "time_up", None, time_up_on=today()))
    return True


@transaction.atomic
def call_hearing(*, case: DeductionCase, at: datetime, place: str, by: User) -> Hearing:
    """When and where they are heard; called again, the later word holds. The resident is told each time."""
    place = told(place, needed=_("Please say where."), most=60)
    row = locked_case(case)
    _check_hearing(row, by)
    if at < timezone.now():
        raise DomainError(_("That moment is past."))
    fields = {"at": at, "place": place, "called_at": timezone.now(), "called_by": by}
    hearing, _is_new = Hearing.objects.update_or_create(case=row, defaults=fields)
    record("deductions.call", by=by, on=row, path=row.resident.path)
    messages.called(row, hearing)
    return hearing


@transaction.atomic
def write_minutes(*, case: DeductionCase, present: str, minutes: str, by: User) -> DeductionCase:
    """Who was there and what was said; then the group decides. Who stayed away is written down as that."""
    present = told(present, needed=_("Please say who was there."))
    minutes = told(minutes, needed=_("Please write down what was said."), most=500)
    row = locked_case(case)
    _check_hearing(row, by)
    hearing = Hearing.objects.filter(case=row).first()
    if hearing is None:
        raise DomainError(_("Nobody has been called to a hearing yet."))
    if hearing.at > timezone.now():
        raise DomainError(_("The hearing has not begun yet."))
    hearing.present, hearing.minutes = present, minutes
    hearing.written_at, hearing.written_by = timezone.now(), by
    hearing.save(update_fields=["present", "minutes", "written_at", "written_by"])
    row = step_case(row, "hear", by)
    messages.to_be_decided(row)
    return row


def _check_hearing(case: DeductionCase, by: User) -> None:
    if not may(by, "points.claims", case.community):
        raise DomainError(_("Hearings are held by the staff of the community."))
    if is_close(by, case.resident):
        raise DomainError(_("Nobody holds a hearing about their own household."))
    if not case.waits_for_hearing:
        raise DomainError(_("This case is “%(state)s” by now.") % {"state": case.get_state_display()})


@transaction.atomic
def end_case(*, case: DeductionCase, reason: str, by: User) -> DeductionCase:
    """The community takes the case back before anything is deducted. Raises DomainError afterwards: then it is lifted."""
    reason = told(reason, needed=_("Please say why; the resident reads it."))
    row = locked_case(case)
    if not may(by, "points.claims", row.community):
        raise DomainError(_("Cases are taken back by the staff of the community."))
    row = step_case(row, "end", by, ended_why=reason, closed_at=timezone.now())
    messages.ended(row)
    return row
