from collections import Counter

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from community.notice_views import download
from community.pages import public_page
from community.uploads import extension

from .models import Budget, Rule, RuleVersion, Seal, by_category


@public_page
def standard(request, community):
    """The scoring standard in force today, the year's budget, and how far the books are sealed. No person is named."""
    context = _in_force(community) | {
        "budget": Budget.objects.filter(community=community, year=timezone.localdate().year).first(),
        "seal": Seal.objects.filter(community=community).order_by("-day").first(),
    }
    return render(request, "points/standard.html", context)


@public_page
def standard_print(request, community):
    """The same on paper, with what has to be shown and who approves: for the notice board."""
    return render(request, "points/standard_print.html", _in_force(community))


def _in_force(community) -> dict:
    today = timezone.localdate()
    versions = RuleVersion.objects.in_force(today).filter(rule__community=community)
    versions = list(versions.select_related("rule").order_by("rule__code"))
    shared = Counter((one.since, one.source) for one in versions).most_common(1)
    for one in versions:  # what most lines share is said once, the others each say their own
        one.stands_alone = (one.since, one.source) != shared[0][0]
    return {
        "nav": "guide",
        "today": today,
        "groups": by_category(versions),
        "together": next((one for one in versions if not one.stands_alone), None),
        "mixed": any(one.stands_alone for one in versions),
    }


@public_page
def rule(request, community, pk):
    """One line of the standard: what holds, what held before, and the decisions it comes from."""
    row = get_object_or_404(Rule, community=community, pk=pk)
    versions = list(row.versions.standing().select_related("rule").order_by("-number"))
    today = timezone.localdate()
    now = next((one for one in versions if one.is_in_force(today)), None)
    context = {"nav": "guide", "rule": row, "versions": versions, "now": now}
    return render(request, "points/rule.html", context)


@public_page
def decision(request, community, pk, number):
    """The minutes or resolution a version comes from, as they were handed in."""
    version = get_object_or_404(
        RuleVersion.objects.standing().select_related("rule"),
        rule__community=community,
        rule=pk,
        number=number,
    )
    if not version.decision:
        raise Http404
    name = _("Decision on %(rule)s, version %(number)d") % {"rule": version.rule, "number": version.number}
    return download(version.decision, f"{name}.{extension(version.decision.name)}")
