from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, render

from .models import Covering, Organisation, OrganisationKind, Post
from .pages import public_page
from .responsible import people_order

SECTIONS = [
    OrganisationKind.RESIDENTS_COMMITTEE,
    OrganisationKind.SUPERVISION,
    OrganisationKind.OWNERS_COMMITTEE,
    OrganisationKind.PROPERTY,
    OrganisationKind.PARTNER,
    OrganisationKind.SOCIAL,
    OrganisationKind.ASSOCIATION,
    OrganisationKind.OTHER,
]


def _public(community):
    covered = Covering.objects.current().filter(unit__closed_at=None).select_related("unit")
    return (
        Organisation.objects.public()
        .within(community)
        .prefetch_related(Prefetch("coverings", covered.order_by("unit__path"), to_attr="covered"))
    )


def as_tree(rows):
    """Rows below their parents, each with its `below` list; whose parent is not among them stands at the top."""
    by_id = {row.pk: row for row in rows}
    for row in rows:
        row.below = []
    top = []
    for row in rows:
        (by_id[row.parent_id].below if row.parent_id in by_id else top).append(row)
    return top


@public_page
def organisations(request, community):
    rows = sorted(_public(community)[:1000], key=lambda row: (row.kind, row.name, row.pk))
    party = [row for kind in OrganisationKind.party() for row in rows if row.kind == kind]
    return render(
        request,
        "community/organisations.html",
        {
            "nav": "home",
            "party": as_tree(party),
            "sections": [
                {"kind": kind.value, "label": kind.label, "rows": found}
                for kind in SECTIONS
                if (found := [row for row in rows if row.kind == kind])
            ],
        },
    )


@public_page
def organisation(request, community, pk):
    row = get_object_or_404(_public(community).select_related("parent"), pk=pk)
    posts = Post.objects.current().filter(organisation=row).select_related("holder")
    return render(
        request,
        "community/organisation.html",
        {
            "nav": "home",
            "organisation": row,
            "parent": row.parent
            if row.parent_id and row.parent.is_public and not row.parent.closed_at
            else None,
            "children": Organisation.objects.public().filter(parent=row),
            "people": sorted(posts, key=people_order),
        },
    )
