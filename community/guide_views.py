from itertools import groupby

from django.http import Http404
from django.shortcuts import get_object_or_404, render

from .models import GuideCategory, ServiceItem
from .notice_views import download
from .pages import public_page


def _items(community):
    return ServiceItem.objects.public().filter(unit=community)


@public_page
def guide(request, community):
    rows = _items(community).only("category", "name", "window", "time_limit", "order")
    order = GuideCategory.values
    rows = sorted(rows, key=lambda item: (order.index(item.category), item.order, item.pk))
    groups = [
        {"key": key, "label": GuideCategory(key).label, "items": list(items)}
        for key, items in groupby(rows, key=lambda item: item.category)
    ]
    return render(request, "community/guide.html", {"nav": "guide", "groups": groups, "count": len(rows)})


@public_page
def guide_item(request, community, pk):
    item = get_object_or_404(_items(community), pk=pk)
    return render(request, "community/guide_item.html", {"nav": "guide", "item": item})


@public_page
def guide_form(request, community, pk):
    item = get_object_or_404(_items(community).exclude(form=""), pk=pk)
    if not item.form:
        raise Http404
    return download(item.form, f"{item.name}.{item.form.name.rsplit('.', 1)[-1]}")
