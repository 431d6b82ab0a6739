"""Goods brought back to the counter."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from community.access import require
from config.errors import DomainError

from .. import operations
from ..forms import ReturnForm
from .desk import orders_in_sight


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def bring_back(request, pk):
    """Line by line; whoever keeps the shop decides it, for points are given back."""
    found = get_object_or_404(orders_in_sight(request), pk=pk)
    require(request.user, "shop.manage", found.community)
    request.community = found.community
    lines = list(found.lines.select_related("item").order_by("pk"))
    form = ReturnForm(request.POST or None, lines=lines, left=operations.left_with(found))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = operations.bring_back(
                order=found, counts=form.counts(), unusable=form.unusable(), by=request.user, reason=said["reason"],
                token=said["token"],
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            words = ngettext("%(n)d point is given back.", "%(n)d points are given back.", made.points)
            messages.success(request, words % {"n": made.points})
            return redirect("shop:desk_order", pk)
    context = {"nav": "my", "order": found, "form": form}
    return render(request, "shop/bring_back.html", context, status=422 if form.is_bound else 200)
