"""What claimants and those who decide are told. Rows only; sending is the clock's."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from notifications.operations import Message, language_of, tell_all

from .models import Batch, Claim, Objection, Reviewer, State, TeamAward, TeamAwardLine


def made_for(claim: Claim) -> None:
    _tell([claim], "made", lambda one: (
        _("The community has claimed points for you"),
        _("For “%(rule)s” on %(day)s. You can follow it here.") % _words(one),
    ))  # fmt: skip


def decided(claim: Claim, *, on_appeal: bool) -> None:
    def say(one):
        if one.state == State.ACCEPTED:
            return _("Your claim is agreed to: %(rule)s") % _words(one), _(
                "“%(rule)s” on %(day)s goes on the next publicity list; then you get the points."
            ) % _words(one)
        if on_appeal:
            return _("Your appeal was turned down: %(rule)s") % _words(one), _(
                "“%(rule)s” on %(day)s: %(reason)s"
            ) % _words(one)
        return _("Your claim was not agreed to: %(rule)s") % _words(one), _(
            "“%(rule)s” on %(day)s: %(reason)s You can appeal once to the supervision committee."
        ) % _words(one)

    _tell([claim], f"decided:{'appeal' if on_appeal else 'group'}", say)


def listed(batch: Batch, claims: Iterable[Claim]) -> None:
    until = batch.until
    _tell(claims, f"listed:{batch.pk}", lambda one: (
        _("Your claim is on the publicity list: %(rule)s") % _words(one),
        _("“%(rule)s” on %(day)s is public until %(until)s.") % (_words(one) | {"until": date_format(until)}),
    ))  # fmt: skip


def posted(claims: Iterable[Claim]) -> None:
    def say(one):
        if one.points:
            return _("You have received %(n)d points") % {"n": one.points}, _(
                "For “%(rule)s” on %(day)s. Thank you!"
            ) % _words(one)
        return _("Your claim is recorded, but gave no points"), _(
            "“%(rule)s” on %(day)s gave no points: %(reason)s."
        ) % _words(one)

    _tell(claims, "posted", say)


def objected(claim: Claim) -> None:
    _tell([claim], f"objected:{claim.objections.count()}", lambda one: (
        _("Somebody has asked about your claim"),
        _("“%(rule)s” on %(day)s waits until the community has answered.") % _words(one),
    ))  # fmt: skip


def struck(claim: Claim) -> None:
    _tell([claim], f"struck:{claim.batch_id}", lambda one: (
        _("Your claim was struck off the list: %(rule)s") % _words(one),
        _("“%(rule)s” on %(day)s: %(reason)s You can appeal once to the supervision committee.") % _words(one),
    ))  # fmt: skip


def given_to_many(team: TeamAward, lines: Iterable[TeamAwardLine]) -> None:
    _tell_many(team, lines, "given", lambda one, words: (
        _("You have received %(n)d points") % {"n": one.points}, _("For “%(rule)s” on %(day)s: %(words)s") % words
    ))  # fmt: skip


def taken_from_many(team: TeamAward, lines: Iterable[TeamAwardLine]) -> None:
    _tell_many(team, lines, "undone", lambda one, words: (
        _("%(n)d points are taken back") % {"n": one.points}, _("For “%(rule)s” on %(day)s: %(reason)s") % words
    ))  # fmt: skip


def _tell_many(team: TeamAward, lines: Iterable[TeamAwardLine], what: str, say) -> None:
    found = []
    for line in lines:
        to = line.resident.user
        with language_of(to):
            subject, text = say(line, _words(team) | {"words": team.words})
        found.append(
            Message(kind="claim", to=to, community=team.community, path=line.resident.path, subject=subject, text=text,
                    url="/my/points/", cause=f"points-team:{team.pk}/", key=f"{line.key}:{what}")
        )  # fmt: skip
    tell_all(found)


def answered(objection: Objection) -> None:
    if objection.by is None:
        return
    claim = objection.claim
    with language_of(objection.by):
        subject = _("Your objection is answered")
        text = _("“%(rule)s” on %(day)s: %(answer)s") % (_words(claim) | {"answer": objection.answer})
    tell_all([
        Message(kind="answer", to=objection.by, community=claim.community, subject=subject, text=text,
                cause=f"points-claim:{claim.pk}/", key=f"points-objection:{objection.pk}")
    ])  # fmt: skip


def to_be_decided(claim: Claim) -> None:
    """The body it is before now."""
    body = Reviewer.Body.SUPERVISION if claim.state == State.APPEALED else Reviewer.Body.GROUP
    seats = (
        Reviewer.objects.current().filter(community=claim.community_id, body=body).select_related("holder")
    )
    found = []
    for seat in seats:
        if seat.holder_id in (claim.resident.user_id, claim.made_by_id, claim.checked_by_id):
            continue
        with language_of(seat.holder):
            subject, text = (
                _("A claim of points is to be decided"),
                _("“%(rule)s” on %(day)s") % _words(claim),
            )
        found.append(
            Message(kind="work", to=seat.holder, community=claim.community, subject=subject, text=text,
                    url=reverse("claims:review"), cause=f"points-claim:{claim.pk}/",
                    key=f"points-claim:{claim.pk}:{body}:{seat.holder_id}")
        )  # fmt: skip
    tell_all(found)


def _words(claim: Claim | TeamAward) -> dict:
    return {
        "rule": claim.rule.name,
        "day": date_format(claim.day, "MONTH_DAY_FORMAT"),
        "reason": claim.reason,
    }


def _tell(claims: Iterable[Claim], what: str, say) -> None:
    found = []
    for claim in claims:
        to = claim.resident.user
        with language_of(to):
            subject, text = say(claim)
        found.append(
            Message(kind="claim", to=to, community=claim.community, path=claim.resident.path, subject=subject,
                    text=text, url=reverse("claims:mine_one", args=[claim.pk]), cause=f"points-claim:{claim.pk}/",
                    key=f"points-claim:{claim.pk}:{what}")
        )  # fmt: skip
    tell_all(found)
