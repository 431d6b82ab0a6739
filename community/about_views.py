from itertools import groupby

from django.db.models import Count, Q
from django.shortcuts import render

from .models import Honour, Kind, Organisation, OrganisationKind, Post, Role, Unit, here_and_below
from .pages import public_page
from .responsible import people_order

_WORKER = Q(role=Role.GRID_WORKER)


def grid_figures(community):
    """What the tree and the posts say today: two queries."""
    kinds = {
        "groups": Kind.GROUP,
        "compounds": Kind.COMPOUND,
        "buildings": Kind.BUILDING,
    }
    figures = (
        Unit.objects.living()
        .below(community, itself=False)
        .aggregate(**{name: Count("pk", filter=Q(kind=kind)) for name, kind in kinds.items()})
    )
    figures |= (
        Post.objects.public()
        .filter(here_and_below(community.path, "unit__path"))
        .aggregate(
            staff=Count("holder", distinct=True, filter=Q(unit=community) & ~_WORKER),
            workers=Count("holder", distinct=True, filter=_WORKER),
            full_time=Count("holder", distinct=True, filter=_WORKER & Q(full_time=True)),
            group_leaders=Count("holder", distinct=True, filter=Q(role=Role.GROUP_LEADER)),
            building_heads=Count("holder", distinct=True, filter=Q(role=Role.BUILDING_HEAD)),
        )
    )
    return figures | {"part_time": figures["workers"] - figures["full_time"]}


def honours_by_level(rows):
    rows = sorted(rows, key=lambda honour: (honour.level, -(honour.year or 0), honour.pk))
    return [
        {"label": Honour.Level(level).label, "honours": list(honours)}
        for level, honours in groupby(rows, key=lambda honour: honour.level)
    ]


@public_page
def about(request, community):
    people = Post.objects.public().filter(unit=community).select_related("holder")
    bodies = (
        Organisation.objects.public()
        .within(community)
        .filter(kind__in=[OrganisationKind.PARTY_COMMITTEE, OrganisationKind.GENERAL_BRANCH,
                          OrganisationKind.RESIDENTS_COMMITTEE, OrganisationKind.SUPERVISION])
    )  # fmt: skip
    honours = list(Honour.objects.filter(unit=community).order_by("level", "-year", "pk")[:12])
    return render(
        request,
        "community/about.html",
        {
            "nav": "home",
            "figures": grid_figures(community),
            "people": sorted(people, key=people_order),
            "bodies": bodies,
            "levels": honours_by_level(honours),
            "profile": getattr(community, "profile", None),
        },
    )


@public_page
def honours(request, community):
    rows = Honour.objects.public().filter(unit=community)
    return render(request, "community/honours.html", {"nav": "home", "levels": honours_by_level(rows)})
