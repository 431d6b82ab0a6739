"""How far a deduction case has come, step by step, in words that residents and staff read alike."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .models import CaseState, DeductionCase

DONE, NOW, LATER = "done", "now", ""


@dataclass(frozen=True)
class Step:
    what: str
    state: str = LATER
    when: str = ""
    words: str = ""


def at(moment: datetime | None) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT") if moment else ""


def on(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""


def timeline_of(case: DeductionCase) -> list[Step]:
    """What was, what is now, and while it is open what is still to come."""
    steps = [Step(_("The resident is told"), DONE, at(case.opened_at)), _answer(case)]
    if case.asks_hearing:
        steps.append(_hearing(case))
    if case.state != CaseState.ENDED or case.decided_at:
        steps.append(_decision(case))
    appeal = getattr(case, "appeal", None)
    if appeal:
        steps.append(_appeal(appeal, case))
    if case.state in (CaseState.ENDED, CaseState.LIFTED):
        if case.state == CaseState.LIFTED:
            steps += [_effect(case), *_pause(case)]
        what = _("Points given back") if case.state == CaseState.LIFTED else _("Taken back by the community")
        return [*steps, Step(what, DONE, at(case.closed_at), case.ended_why)]
    if case.state in (CaseState.DROPPED, CaseState.ANNULLED):
        return steps
    return [*steps, _effect(case), *_pause(case)]


def _answer(case) -> Step:
    if case.answered_at:
        return Step(_("The resident answers"), DONE, at(case.answered_at))
    if case.state == CaseState.NOTICED:
        return Step(_("The resident answers"), NOW, _("until %(day)s") % {"day": on(case.answer_until)})
    if case.time_up_on:
        return Step(_("No answer in time"), DONE, on(case.answer_until))
    return Step(_("No answer"), DONE)


def _hearing(case) -> Step:
    hearing = getattr(case, "hearing", None)
    what = _("Heard in person")
    if hearing and hearing.written_at:
        return Step(what, DONE, at(hearing.at), hearing.place)
    state = NOW if case.waits_for_hearing else LATER
    if hearing:
        return Step(what, state, at(hearing.at), hearing.place)
    return Step(what, state, "", _("The community names a day and a place."))


def _decision(case) -> Step:
    if case.decided_at:
        dropped = case.state == CaseState.DROPPED
        what = _("Decided: no points are deducted") if dropped else _("Decided: points are deducted")
        return Step(what, DONE, at(case.decided_at), case.reason)
    now = case.state in (CaseState.SILENT, CaseState.HEARD) or (
        case.state == CaseState.ANSWERED and not case.asks_hearing
    )
    return Step(_("The review group decides"), NOW if now else LATER, "", _("At least three people."))


def _appeal(appeal, case) -> Step:
    if appeal.decided_at:
        what = _("Appeal: no points are deducted") if appeal.granted else _("Appeal turned down")
        return Step(what, DONE, at(appeal.decided_at), appeal.reason)
    state = NOW if case.state == CaseState.APPEALED else DONE
    return Step(_("The supervision committee looks at it"), state, at(appeal.made_at))


def _effect(case) -> Step:
    what = _("Points are deducted")
    if case.effective_on:
        words = _("%(taken)d taken off") % {"taken": case.taken}
        if case.owed:
            words = _("%(taken)d taken off, %(owed)d withheld from later points") % {
                "taken": case.taken,
                "owed": case.owed,
            }
        return Step(what, DONE, on(case.effective_on), words)
    if case.state == CaseState.DECIDED:
        words = _("Not before the time for an appeal is over: %(day)s.") % {"day": on(case.appeal_until)}
        return Step(what, NOW, "", words)
    if case.state == CaseState.CONFIRMED:
        return Step(what, NOW, "", _("With the next run of the night."))
    return Step(
        what, LATER, "", _("Only if it is decided so, and not before the time for an appeal is over.")
    )


def _pause(case) -> list[Step]:
    """Of a rule that pauses redeeming too."""
    if not case.effective_on:
        pauses = case.pauses
        return (
            [
                Step(
                    _("Redeeming is paused"),
                    LATER,
                    "",
                    _("Together with it: %(pauses)s.") % {"pauses": pauses},
                )
            ]
            if pauses
            else []
        )
    if (freeze := case.freeze) is None:
        return []
    if freeze.lifted_at:
        return [Step(_("Redeeming was paused"), DONE, on(freeze.since), _("The pause is lifted."))]
    over = freeze.until < timezone.localdate()
    return [
        Step(
            _("Redeeming is paused"),
            DONE if over else NOW,
            on(freeze.since),
            _("until %(day)s") % {"day": on(freeze.until)},
        )
    ]
