from django.shortcuts import render
from django.utils import timezone

from community.pages import public_page

from .models import Budget, Rule, RuleVersion, Seal


@public_page
def standard(request, community):
    """The scoring standard in force today, the year's budget, and how far the books are sealed. No person is named."""
    today = timezone.localdate()
    versions = RuleVersion.objects.in_force(today).filter(rule__community=community)
    versions = list(versions.select_related("rule").order_by("rule__code"))
    context = {
        "nav": "guide",
        "groups": by_category(versions),
        # said once when it is the same for all
        "together": versions[0] if len({(one.since, one.source) for one in versions}) == 1 else None,
        "budget": Budget.objects.filter(community=community, year=today.year).first(),
        "seal": Seal.objects.filter(community=community).order_by("-day").first(),
    }
    return render(request, "points/standard.html", context)


def by_category(versions) -> list[tuple[str, list[RuleVersion]]]:
    """`[(name of the category, its versions), …]` in the order of the categories, empty ones left out."""
    groups = {category: [] for category in Rule.Category}
    for version in versions:
        groups[Rule.Category(version.rule.category)].append(version)
    return [(category.label, rows) for category, rows in groups.items() if rows]
