"""Points for many at once: what each would get is shown before, and all of it can be taken back at once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.access import may
from community.models import Unit
from config.errors import DomainError
from points.models import Rule, RuleVersion, Transfer
from points.operations import Award, award, take_back
from points.operations.weighing import Why, preview
from residents.models import Resident

from .. import messages
from ..models import GIVEN_UP, Claim, TeamAward, TeamAwardLine
from .common import today, told

MOST = 500  # people at once


@dataclass(frozen=True)
class Planned:
    """What somebody would get; `why` says why they get nothing."""

    resident: Resident
    points: int
    why: str = ""


@dataclass(frozen=True)
class Plan:
    lines: list[Planned]

    @property
    def given(self) -> list[Planned]:
        return [line for line in self.lines if line.points]

    @property
    def points(self) -> int:
        return sum(line.points for line in self.lines)

    @property
    def digest(self) -> str:
        """What was shown: sent back with the form, so that nobody gives what they have not seen."""
        seen = sorted((line.resident.pk, line.points) for line in self.lines)
        return hashlib.sha256(repr(seen).encode()).hexdigest()


def plan_team(
    *, community: Unit, rule: Rule, day: date, amount: Decimal, residents: Sequence[Resident], by: User
) -> Plan:
    """What each of `residents` would get; nothing is written. Raises DomainError when nobody could get anything."""
    _check(community, rule, day, residents, by)
    refused = _refused(rule, day, residents, by)
    asked = [_award(rule, day, amount, one, f"plan:{one.pk}") for one in residents if one.pk not in refused]
    weighed = {one.award.resident: one for one in preview(asked, community=community)}
    lines = []
    for one in residents:
        if one.pk in refused:
            lines.append(Planned(one, 0, refused[one.pk]))
        else:
            found = weighed[one.pk]
            lines.append(Planned(one, found.points, str(Why(found.why).label) if found.why else ""))
    return Plan(lines)


def _check(community: Unit, rule: Rule, day: date, residents: Sequence[Resident], by: User) -> None:
    if not may(by, "points.claims", community):
        raise DomainError(_("Points for many are given by the staff of the community."))
    if day > today():
        raise DomainError(_("That day has not come yet."))
    version = rule.version_on(day) if rule.community_id == community.pk else None
    if version is None or rule.deducts:
        raise DomainError(_("On that day there were no points for this."))
    if not residents:
        raise DomainError(_("Nobody is chosen."))
    if len(residents) > MOST:
        raise DomainError(_("No more than %(n)d people at once.") % {"n": MOST})


def _refused(rule: Rule, day: date, residents: Sequence[Resident], by: User) -> dict[int, str]:
    """Resident id → why: one's own and one's household; what has been claimed or given for that day."""
    own = list(Resident.objects.filter(user=by, left_on=None).values_list("pk", "household"))
    mine = {pk for pk, _household in own} | set(by.mandates.current().values_list("principal", flat=True))
    homes = {household for _pk, household in own if household}
    ids = [one.pk for one in residents]
    claims = Claim.objects.filter(rule=rule, day=day, resident__in=ids).exclude(state__in=GIVEN_UP)
    claimed = set(claims.values_list("resident", flat=True))
    lines = TeamAwardLine.objects.filter(resident__in=ids, award__rule=rule, award__day=day)
    given = set(lines.filter(award__undone_at=None).values_list("resident", flat=True))
    found = {}
    for one in residents:
        if one.pk in mine or one.household_id in homes:
            found[one.pk] = _("your own household: somebody else has to give them")
        elif one.pk in claimed:
            found[one.pk] = _("has claimed it already")
        elif one.pk in given:
            found[one.pk] = _("has been given it already")
    return found


def _award(rule: Rule, day: date, amount: Decimal, resident: Resident, key: str) -> Award:
    return Award(resident.pk, rule.pk, day, key, hours=amount, cause=key.rpartition(":")[0])


@transaction.atomic
def award_team(
    *,
    community: Unit,
    rule: Rule,
    day: date,
    words: str,
    residents: Sequence[Resident],
    by: User,
    token: str,
    amount: Decimal = Decimal(1),
    seen: str = "",
) -> TeamAward:
    """Give it; the same form sent again gives the same award. `seen` is the digest of the plan that was shown.

    Raises DomainError when the plan has changed meanwhile, BudgetSpent when the year's budget does not suffice.
    """
    words = told(words, needed=_("Please say what was done."))
    Unit.objects.select_for_update().get(pk=community.pk)  # two with the same form, or for the same people
    if found := TeamAward.objects.filter(token=token, community=community).first():
        return found
    plan = plan_team(community=community, rule=rule, day=day, amount=amount, residents=residents, by=by)
    if seen and seen != plan.digest:
        raise DomainError(_("What each would get has changed meanwhile. Please look again."))
    if not plan.given:
        raise DomainError(_("Nobody of these would get points."))
    hours = amount if rule.version_on(day).per == RuleVersion.Per.HOUR else Decimal(1)
    row = TeamAward.objects.create(
        community=community, rule=rule, day=day, amount=hours, words=words, token=token, made_by=by
    )
    lines = [TeamAwardLine(award=row, resident=one.resident) for one in plan.given]
    award([_award(rule, day, amount, one.resident, one.key) for one in lines], community=community, by=by)
    keys = [one.key for one in lines]
    given = dict(Transfer.objects.filter(key__in=keys).values_list("key", "amount"))
    for one in lines:
        one.points = given.get(one.key, 0)
    TeamAwardLine.objects.bulk_create(lines)
    record("pointclaims.team", by=by, on=row, path=community.path, count=len(lines), points=plan.points)
    messages.given_to_many(row, lines)
    return row


@transaction.atomic
def undo_team(*, team: TeamAward, by: User, reason: str) -> TeamAward:
    """Take all of it back, as far as points are there; the rest is withheld from later awards. Again changes nothing."""
    reason = told(reason, needed=_("Please say why it is undone; everybody concerned reads it."))
    row = (
        TeamAward.objects.select_for_update(of=("self",)).select_related("community", "rule").get(pk=team.pk)
    )
    if not may(by, "points.claims", row.community):
        raise DomainError(_("Points for many are given by the staff of the community."))
    if row.undone_at:
        return row
    lines = list(row.lines.select_related("resident__user"))
    take_back([line.key for line in lines], community=row.community, by=by, reason=reason)
    row.undone_at, row.undone_by, row.reason = timezone.now(), by, reason
    row.save(update_fields=["undone_at", "undone_by", "reason"])
    record("pointclaims.undo", by=by, on=row, path=row.community.path, count=len(lines))
    messages.taken_from_many(row, lines)
    return row
