"""The start page of the portal and the home page of a community."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render

from community.models import Kind, Unit
from community.pages import public_page


@login_not_required
def start(request):
    """The only community, or a chooser by street."""
    communities = list(Unit.objects.communities().select_related("profile").order_by("order", "pk"))
    if len(communities) == 1:
        return redirect("portal:home", communities[0])
    return render(request, "portal/chooser.html", {"streets": by_street(communities), "nav": "home"})


def by_street(communities):
    """`[(street or district, [community, …]), …]` in the order of the tree."""
    above = Unit.objects.living().filter(kind__in=[Kind.DISTRICT, Kind.STREET]).order_by("path")
    streets = {unit.path: unit for unit in above}
    groups = {}
    for community in communities:
        holders = [streets[path] for path in streets if community.path.startswith(path)]
        groups.setdefault(holders[-1] if holders else None, []).append(community)
    return sorted(groups.items(), key=lambda group: group[0].path if group[0] else "")


@public_page
def home(request, community):
    return render(request, "portal/home.html", {"nav": "home"})
