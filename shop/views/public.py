"""The shelf as everybody sees it: no form, no trace of who asks."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from community.pages import public_page

from ..models import Fair, Item, Shop

MOST_SHOWN = 240


def shop_of(community) -> Shop | None:
    return Shop.objects.filter(community=community).first()


def opening(shop: Shop | None) -> dict:
    """Whether orders are taken today, else from which day on."""
    today = timezone.localdate()
    is_open = bool(shop and shop.is_open(today))
    return {
        "shop": shop,
        "is_open": is_open,
        "opens_on": None if is_open or not shop else shop.next_opening(today),
    }


@public_page
def shelf(request, community):
    items = Item.objects.public().filter(community=community).select_related("category", "donor").in_order()
    items = list(items[:MOST_SHOWN])
    categories = list(dict.fromkeys(item.category for item in items))
    wanted = request.GET.get("category", "")
    chosen = next((one for one in categories if str(one.pk) == wanted), None)
    context = {
        "nav": "guide",
        "items": [item for item in items if chosen is None or item.category_id == chosen.pk],
        "categories": categories,
        "chosen": chosen,
        "fairs": Fair.objects.public().coming().filter(community=community).order_by("starts_at")[:3],
    }
    return render(request, "shop/shelf.html", context | opening(shop_of(community)))


@public_page
def item(request, community, pk):
    rows = Item.objects.public().filter(community=community).select_related("category", "donor")
    found = get_object_or_404(rows, pk=pk)
    shop = shop_of(community)
    if shop is None:
        raise Http404
    return render(request, "shop/item.html", {"nav": "guide", "item": found} | opening(shop))
