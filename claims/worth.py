"""What many claims would give before any cap; one query."""

from collections import defaultdict
from collections.abc import Iterable

from points.models import RuleVersion

from .models import Claim


def worth_of(claims: Iterable[Claim]) -> dict[int, int]:
    """Points by claim, under the version of its rule that holds for its day."""
    claims = list(claims)
    versions = defaultdict(list)
    rows = RuleVersion.objects.standing().filter(rule__in={claim.rule_id for claim in claims})
    for version in rows.order_by("number"):
        versions[version.rule_id].append(version)
    found = {}
    for claim in claims:
        fitting = [
            version
            for version in versions[claim.rule_id]
            if version.since <= claim.day and (version.until is None or claim.day <= version.until)
        ]
        found[claim.pk] = fitting[-1].worth(claim.amount) if fitting else 0
    return found
