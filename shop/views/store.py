"""The store: what is on hand, and every movement of an item."""

from django.contrib import messages
from django.db.models import F
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from community.access import require, scope
from config.errors import DomainError

from .. import operations
from ..forms import MoveForm
from ..models import Item

SHOWN, MOST = 20, 300
CAUSES = {
    "order": (pgettext_lazy("shop", "order"), "shop:desk_order"),
    "sheet": (_l("stock-taking sheet"), "shop:sheet"),
}


def told(moves: list) -> list:
    """Movements as people read them: with a sign, and leading to what they come from."""
    for move in moves:
        move.signed = f"+{move.change}" if move.change > 0 else f"−{-move.change}"
        kind, _colon, pk = move.cause.partition(":")
        if kind in CAUSES and pk.isdecimal():
            text, name = CAUSES[kind]
            move.about = {"text": text, "url": reverse(name, args=[int(pk)])}
    return moves


@require_safe
def store(request):
    require(request.user, "shop.manage")
    items = (
        Item.objects.filter(scope(request.user, "shop.manage", "community__path"))
        .select_related("category", "community", "donor")
        .order_by("community", "category__order", "category", "points", "pk")[:MOST]
    )
    items = list(items)
    context = {"nav": "my", "items": items, "several": len({item.community_id for item in items}) > 1}
    return render(request, "shop/store.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def stock(request, pk):
    rows = Item.objects.visible_to(request.user).select_related("community", "category", "donor")
    item = get_object_or_404(rows, pk=pk)
    require(request.user, "shop.manage", item.community)
    form = MoveForm(request.POST or None, initial={"seen": item.on_hand})
    if request.method == "POST" and form.is_valid():
        try:
            operations.move_stock(item=item, by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            item.refresh_from_db(fields=["on_hand", "reserved"])
            form.data = form.data.copy()
            form.data["seen"] = str(item.on_hand)
        else:
            messages.success(request, _("Noted."))
            return redirect("shop:stock", pk)
    before = request.GET.get("before", "")
    moves = item.moves.select_related("by").order_by(F("pk").desc())
    if before.isdecimal() and len(before) < 19:
        moves = moves.filter(pk__lt=int(before))
    moves = list(moves[: SHOWN + 1])
    older = f"?before={moves[SHOWN - 1].pk}" if len(moves) > SHOWN else ""
    context = {"nav": "my", "item": item, "form": form, "moves": told(moves[:SHOWN]), "older_url": older}
    return render(request, "shop/stock.html", context, status=422 if form.is_bound else 200)
