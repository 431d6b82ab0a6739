"""What people are told of a deduction case. It must reach them: whoever no message reaches is telephoned."""

from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import label
from notifications.operations import Message, language_of, tell_all
from residents.models import Resident

from .models import CaseState, DeductionCase, Hearing, Reviewer


def noticed(case: DeductionCase) -> None:
    _tell(case, "noticed", lambda: (
        _("You may lose points: please answer"),
        _("“%(rule)s” on %(day)s. Nothing is decided yet: please say how it was by %(until)s.")
        % (_words(case) | {"until": date_format(case.answer_until)})
        + _pauses(case),
    ))  # fmt: skip


def called(case: DeductionCase, hearing: Hearing) -> None:
    at = {"at": date_format(timezone.localtime(hearing.at), "DATETIME_FORMAT"), "place": hearing.place}
    _tell(case, f"called:{hearing.called_at.timestamp():.0f}", lambda: (
        _("You are heard in person"),
        _("“%(rule)s” on %(day)s: %(at)s, %(place)s.") % (_words(case) | at),
    ))  # fmt: skip


def decided(case: DeductionCase) -> None:
    def say():
        if case.state == CaseState.DROPPED:
            return _("No points are deducted"), _("“%(rule)s” on %(day)s: %(reason)s") % _words(case)
        until = {"until": date_format(case.appeal_until), "n": case.worth}
        return _("%(n)d points are to be deducted") % until, _(
            "“%(rule)s” on %(day)s: %(reason)s You can appeal until %(until)s; nothing is deducted before."
        ) % (_words(case) | until) + _pauses(case)

    _tell(case, "decided", say)


def appeal_answered(case: DeductionCase) -> None:
    def say():
        words = _words(case) | {"reason": case.appeal.reason}
        if case.appeal.granted:
            return _("Your appeal was right: no points are deducted"), _(
                "“%(rule)s” on %(day)s: %(reason)s"
            ) % words
        return _("Your appeal was turned down"), _("“%(rule)s” on %(day)s: %(reason)s") % words

    _tell(case, "appeal", say)


def took_effect(case: DeductionCase) -> None:
    def say():
        words = _words(case) | {"taken": case.taken, "owed": case.owed}
        if case.owed:
            text = _(
                "“%(rule)s” on %(day)s: %(taken)d are taken off now, %(owed)d are withheld from later points."
            )
        elif case.taken:
            text = _("“%(rule)s” on %(day)s: %(taken)d are taken off. The page of the case says why.")
        else:
            text = _("“%(rule)s” on %(day)s: nothing was taken, the limit of the rule is reached.")
        text %= words
        if freeze := case.freeze:
            text += _(" Redeeming is paused until %(day)s; what is reserved may be fetched.") % {
                "day": date_format(freeze.until)
            }
        return _("Points are deducted"), text

    _tell(case, "effect", say)


def ended(case: DeductionCase) -> None:
    _tell(case, "ended", lambda: (
        _("No points are deducted"),
        _("“%(rule)s” on %(day)s: the community takes the case back. %(why)s") % _words(case),
    ))  # fmt: skip


def lifted(case: DeductionCase) -> None:
    _tell(case, "lifted", lambda: (
        _("Deducted points are given back"),
        _("“%(rule)s” on %(day)s: %(why)s") % _words(case),
    ))  # fmt: skip


def to_be_decided(case: DeductionCase) -> None:
    """Those of the body it is before now; nobody while the resident is still to be heard."""
    if case.waits_for_hearing:
        return
    body = Reviewer.Body.SUPERVISION if case.state == CaseState.APPEALED else Reviewer.Body.GROUP
    seats = Reviewer.objects.current().filter(community=case.community_id, body=body)
    found = []
    for seat in seats.select_related("holder"):
        if seat.holder_id in (case.resident.user_id, case.opened_by_id, case.answered_by_id):
            continue
        with language_of(seat.holder):
            subject = _("A deduction of points is to be decided")
            text = _("“%(rule)s” on %(day)s") % _words(case)
        found.append(
            Message(kind="work", to=seat.holder, community=case.community, subject=subject, text=text,
                    url=reverse("claims:review_case", args=[case.pk]), cause=f"points-case:{case.pk}/",
                    key=f"points-case:{case.pk}:{body}:{seat.holder_id}")
        )  # fmt: skip
    tell_all(found)


def _words(case: DeductionCase) -> dict:
    return {
        "rule": case.rule.name,
        "day": date_format(case.day, "MONTH_DAY_FORMAT"),
        "reason": case.reason,
        "why": case.ended_why,
    }


def _pauses(case: DeductionCase) -> str:
    """A sentence more where the rule does not only take points."""
    pauses = case.pauses
    return _(" By this rule also: %(pauses)s.") % {"pauses": pauses} if pauses else ""


def _told(person: Resident) -> list[User | None]:
    """The resident; of somebody without an account whoever acts for them; else nobody, and they are telephoned."""
    if person.user_id:
        return [person.user]
    holders = [one.holder for one in person.mandates.current().select_related("holder")]
    return list(dict.fromkeys(holders)) or [None]


def _tell(case: DeductionCase, what: str, say: Callable[[], tuple[str, str]]) -> None:
    person, found = case.resident, []
    for to in _told(person):
        with language_of(to):
            subject, text = say()
            if to != person.user:
                text = _("%(name)s: ") % {"name": person.name} + text
        found.append(
            Message(kind="deduction", to=to, community=case.community, path=person.path, subject=subject, text=text,
                    url=reverse("claims:my_case", args=[case.pk]), cause=f"points-case:{case.pk}/",
                    key=f"points-case:{case.pk}:{what}:{to.pk if to else ''}", phone=person.phone, name=person.name,
                    about=label(person))
        )  # fmt: skip
    tell_all(found)
