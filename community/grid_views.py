from django.db.models import Count, Prefetch, Q
from django.shortcuts import get_object_or_404, redirect, render

from .about_views import grid_figures
from .finding import cleaned, find_units
from .models import Kind, Notice, Unit
from .pages import public_page
from .responsible import responsible


def tree(community):
    """Groups and compounds below a community, each with its `below` list and its number of buildings. One query."""
    rows = (
        Unit.objects.living()
        .below(community, itself=False)
        .filter(Q(kind__lt=Kind.BUILDING) | Q(parent__kind__lt=Kind.COMPOUND))
        .annotate(
            buildings=Count("children", filter=Q(children__kind=Kind.BUILDING, children__closed_at=None))
        )
        .order_by("kind", "order", "pk")[:2000]
    )
    by_id, top = {}, []
    for unit in rows:
        unit.below, by_id[unit.pk] = [], unit
        (by_id[unit.parent_id].below if unit.parent_id in by_id else top).append(unit)
    return top


@public_page
def grid(request, community):
    typed = cleaned(request.GET.get("q", ""))
    found = find_units(community, typed) if typed else []
    if len(found) == 1:
        return redirect("community:unit", community, found[0].pk)
    return render(
        request,
        "community/grid.html",
        {
            "nav": "grid",
            "typed": typed,
            "found": found,
            "top": tree(community),
            "figures": grid_figures(community),
        },
    )


@public_page
def unit(request, community, pk):
    if pk == community.pk:
        return redirect("community:grid", community)
    rows = Unit.objects.public().below(community, itself=False).select_related("parent")
    place = get_object_or_404(rows, pk=pk)
    notices = (
        Notice.objects.of(community)
        .public()
        .filter(targets__in=Unit.objects.above(place))
        .distinct()
        .newest_first()
    )
    return render(
        request,
        "community/unit.html",
        {
            "nav": "grid",
            "unit": place,
            "found": responsible(place, community),
            "children": Unit.objects.living().filter(parent=place).order_by("kind", "order", "pk")[:500],
            "notices": notices.prefetch_related(Prefetch("targets"))[:3],
        },
    )
