"""A rule is adopted, changed by a new version, and ended; what was awarded keeps the version it was awarded under."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.models import Kind, Unit
from config.errors import DomainError

from ..banned import refuse_banned
from ..models import CAPS, MOST_FREEZE, Rule, RuleVersion
from ..ready import ready_rules


@transaction.atomic
def adopt_rule(
    *,
    community: Unit,
    code: str,
    category: str,
    name: str,
    by: User | None,
    since: date,
    ground: str = "",
    **terms,
) -> Rule:
    """A new line of the scoring standard. `terms`: the columns of a version (points, per, caps, evidence, source …);
    `ground`: what a rule of conduct deducts for.

    Raises DomainError when the code is in use, the terms do not fit together, or such a rule may not be.
    """
    if community.kind != Kind.COMMUNITY:
        raise DomainError(_("A points rule is a community's."))
    if (category == Rule.Category.CONDUCT) != (ground in Rule.Ground.values):
        raise DomainError(
            _("Points are deducted only by a rule of conduct, and it names one of the grounds listed.")
        )
    refuse_banned(name, deducts=category == Rule.Category.CONDUCT)
    try:
        with transaction.atomic():
            rule = Rule.objects.create(
                community=community, code=code, category=category, name=name, ground=ground
            )
    except IntegrityError as error:
        raise DomainError(_("There is a rule %(code)s already.") % {"code": code}) from error
    _add_version(rule, 1, since, by, terms)
    record("points.adopt_rule", by=by, on=rule, path=community.path, code=code)
    return rule


@transaction.atomic
def adopt_ready(
    *, community: Unit, codes: Iterable[str], since: date, by: User | None, **decided
) -> list[Rule]:
    """Rules of the ready set, those of `codes`; codes in use already are passed over. `decided`: source, decision,
    decision_url. Gives the new ones."""
    taken = set(Rule.objects.filter(community=community).values_list("code", flat=True))
    wanted = set(codes)
    return [
        adopt_rule(community=community, since=since, by=by, **line, **decided)
        for code, line in ready_rules().items()
        if code in wanted and code not in taken
    ]


@transaction.atomic
def change_rule(*, rule: Rule, since: date, by: User, **terms) -> RuleVersion:
    """Other terms from the day `since` on. Raises DomainError for an ended rule or a day not after the last version's."""
    rule = Rule.objects.select_for_update().get(pk=rule.pk)
    last = rule.versions.first()
    if rule.ended_at:
        raise DomainError(_("This rule has ended."))
    if last and since <= last.since:
        raise DomainError(
            _("The present version holds from %(day)s; a new one begins later.")
            % {"day": date_format(last.since)}
        )
    if last and since < timezone.localdate():
        raise DomainError(_("A rule is not changed for days that are past."))
    rule.versions.filter(until=None).update(until=since - timedelta(days=1))
    version = _add_version(rule, last.number + 1 if last else 1, since, by, terms)
    record("points.change_rule", by=by, on=rule, path=rule.community.path, version=version.number)
    return version


@transaction.atomic
def end_rule(*, rule: Rule, by: User) -> Rule:
    """No points by this rule after today. Ending again changes nothing."""
    rule = Rule.objects.select_for_update().get(pk=rule.pk)
    if rule.ended_at:
        return rule
    today = timezone.localdate()
    rule.versions.filter(until=None, since__lte=today).update(until=today)
    rule.ended_at = timezone.now()
    rule.save(update_fields=["ended_at"])
    record("points.end_rule", by=by, on=rule, path=rule.community.path)
    return rule


def _add_version(rule: Rule, number: int, since: date, by: User | None, terms: dict) -> RuleVersion:
    version = RuleVersion(rule=rule, number=number, since=since, made_by=by, **terms)
    if version.points <= 0:
        raise DomainError(_("A rule gives at least one point."))
    if any(getattr(version, cap) is not None and getattr(version, cap) <= 0 for cap in CAPS.values()):
        raise DomainError(_("A limit is at least one point."))
    if rule.deducts and version.for_household:
        raise DomainError(_("Nobody loses points for what a relative did: a deduction is one person's."))
    if version.per == RuleVersion.Per.CLAIMED and not rule.deducts:
        raise DomainError(_("“For each point wrongly claimed” is for deductions."))
    if not 0 <= version.freeze_months <= MOST_FREEZE:
        raise DomainError(_("Redeeming is paused for %(n)d months at most.") % {"n": MOST_FREEZE})
    if version.freeze_months and not rule.deducts:
        raise DomainError(_("Only a rule of conduct pauses redeeming."))
    version.save(force_insert=True)
    return version
