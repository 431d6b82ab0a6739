from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.access import require, scope
from community.models import Kind, Organisation, Unit
from community.pages import public_page
from residents import figures

from ..coverage import INDICATORS, Matrix, add_people, matrices, matrix
from ..models import Amenity, Facility

COMMUNITIES = 50


def _facility_of(thing) -> Facility | None:
    return thing.facility if isinstance(thing, Amenity) else thing


def _page_of(thing, community) -> str | None:
    """Where one may read of it: organisations and facilities have pages of their own."""
    if isinstance(thing, Organisation):
        shown = thing.is_public and not thing.closed_at and thing.unit.is_at_or_below(community)
        return reverse("community:organisation", args=[community, thing.pk]) if shown else None
    facility = _facility_of(thing)
    return reverse("venues:facility", args=[community, facility.pk]) if facility else None


def _cell(one, behind, row, community) -> dict:
    """A cell opens to the one page behind it, else to all that is recorded of the compound."""
    pages = [_page_of(found.thing, community) for found in behind]
    everything = reverse("venues:compound", args=[community, row.unit.pk])
    return {
        "label": one.label,
        "there": bool(behind),
        "url": pages[0] if len(pages) == 1 and pages[0] else everything,
    }


def _with_people(community) -> Matrix:
    found = matrix(community, timezone.localdate())
    add_people(found, figures.by_place(community))
    return found


@public_page
def coverage(request, community):
    found = _with_people(community)
    lines = [
        {
            "unit": row.unit,
            "households": figures.shown(row.households),
            "cells": [_cell(one, behind, row, community) for one, behind in row.cells],
            "missing": _(", ").join(str(one.label) for one, behind in row.cells if not behind),
            "total": row.total,
        }
        for row in found.rows
    ]
    parts = zip(
        INDICATORS,
        found.counts(),
        found.shares(),
        found.shares("households"),
        found.shares("people"),
        strict=True,
    )
    return render(request, "venues/coverage.html", {
        "nav": "grid", "lines": lines, "indicators": INDICATORS, "all": len(found.rows), "today": timezone.localdate(),
        "sums": [dict(zip(("one", "count", "compounds", "households", "people"), part, strict=True)) for part in parts],
    })  # fmt: skip


@public_page
def compound(request, community, pk):
    """What is recorded of one compound, by indicator."""
    place = get_object_or_404(Unit.objects.public().below(community), pk=pk, kind=Kind.COMPOUND)
    row = next(row for row in matrix(community, timezone.localdate()).rows if row.unit.pk == place.pk)
    sections = [
        {
            "label": one.label,
            "lines": [
                {
                    "name": _name(found.thing),
                    "url": _page_of(found.thing, community),
                    "since": found.since,
                    "amenity": found.thing if isinstance(found.thing, Amenity) else None,
                }
                for found in behind
            ],
        }
        for one, behind in row.cells
    ]
    return render(request, "venues/compound.html", {"nav": "grid", "unit": place, "sections": sections})


def _name(thing) -> str:
    """Of an organisation that is not shown on public pages only the kind is named."""
    if isinstance(thing, Amenity):
        return thing.facility.name if thing.facility else thing.get_kind_display()
    hidden = isinstance(thing, Organisation) and not thing.is_public
    return thing.get_kind_display() if hidden else thing.name


def _named(matrix: Matrix) -> list[tuple]:
    return list(zip(INDICATORS, matrix.shares(), strict=True))


@require_safe
def desk(request):
    """The same figures of every community in one's care, side by side."""
    require(request.user, "venues.view")
    communities = (
        Unit.objects.communities().filter(scope(request.user, "venues.view", "path")).order_by("path")
    )
    page = Paginator(communities.select_related("parent"), COMMUNITIES).get_page(request.GET.get("page"))
    found = matrices(list(page), timezone.localdate())
    lines = [
        {"unit": unit, "all": len(found[unit.pk].rows), "shares": _named(found[unit.pk])} for unit in page
    ]
    together = Matrix([row for one in found.values() for row in one.rows])
    return render(request, "venues/coverage_desk.html", {
        "nav": "my", "lines": lines, "page": page, "indicators": INDICATORS, "today": timezone.localdate(),
        "all": len(together.rows), "together": _named(together),
    })  # fmt: skip
