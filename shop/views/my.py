"""My orders: what I take, the code to fetch it with, and whether my family may spend my points."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.pages import community_page
from config import qr
from config.errors import DomainError
from points.models import Account
from residents.models import Resident

from .. import operations
from ..forms import OrderForm
from ..models import Consent, How, Item, Order
from .public import MOST_SHOWN, opening, shop_of

SHOWN = 40


def items_for(community, first: str = "") -> list[Item]:
    """What can be ordered; the one the page was opened for stands first."""
    rows = Item.objects.public().filter(community=community).select_related("category").in_order()
    items = [item for item in rows[:MOST_SHOWN] if item.free > 0 or str(item.pk) == first]
    return sorted(items, key=lambda item: str(item.pk) != first)


def points_of(resident: Resident) -> dict:
    """What the person has, and what family members who agreed could add."""
    family = list(operations.family_of(resident))
    found = Account.objects.filter(resident__in=[resident, *family])
    have = {account.resident_id: account.available for account in found}
    return {
        "own": have.get(resident.pk, 0),
        "family": [{"name": one.name, "points": have.get(one.pk, 0)} for one in family],
        "together": sum(have.values()),
    }


def order_page(request, community, resident, *, how, done, context):
    """The form for `resident`, shown or sent; `done(order)` says where it leads."""
    first = request.GET.get("item", "")
    items = items_for(community, first)
    points = points_of(resident)
    initial = {f"n{first}": 1} if first.isdecimal() else {}
    form = OrderForm(request.POST or None, items=items, has_family=bool(points["family"]), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.order(
                resident=resident, wanted=form.wanted(), by=request.user, token=form.cleaned_data["token"],
                with_family=form.cleaned_data.get("with_family", False), how=how,
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(made)
    rows = form.rows()
    context = context | opening(shop_of(community)) | {
        "form": form, "resident": resident, "have": points, "first": rows[:1] if first else [],
        "rest": rows[1:] if first else rows, "nav": "my",
    }  # fmt: skip
    return render(request, "shop/order.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@community_page
def order(request, community):
    """For oneself, or for somebody whose mandate one holds."""
    people = list(
        Resident.objects.acted_for(request.user)
        .filter(community=community)
        .select_related("community")
        .order_by("pk")
    )
    own = [one for one in people if one.user_id == request.user.pk]
    wanted = request.GET.get("for", "")
    resident = next((one for one in people if str(one.pk) == wanted), (own or people or [None])[0])
    if request.method == "POST" and wanted and str(getattr(resident, "pk", "")) != wanted:
        messages.error(request, _("You do not act for this person any more. Nothing has been ordered."))
        return redirect(request.path)
    if resident is None:
        return render(
            request,
            "shop/nobody.html",
            {"nav": "my", "refused": True},
            status=403 if request.method == "POST" else 200,
        )
    how = How.SELF if resident.user_id == request.user.pk else How.MANDATE

    def done(made):
        messages.success(request, _("Ordered. Show this page at the counter."))
        return redirect("shop:my_order", made.pk)

    return order_page(request, community, resident, how=how, done=done, context={"people": people})


@never_cache
@require_safe
def my_orders(request):
    orders = (
        Order.objects.of(request.user).select_related("resident", "community").prefetch_related("lines__item")
    )
    people = list(
        Resident.objects.of(request.user).exclude(household=None).select_related("community").order_by("pk")
    )
    agreed = set(Consent.objects.living().filter(resident__in=people).values_list("resident", flat=True))
    context = {
        "nav": "my",
        "waiting": list(orders.waiting().order_by("until", "pk")[:SHOWN]),
        "past": list(orders.exclude(state="waiting").order_by("-pk")[:SHOWN]),
        "people": [{"row": one, "agreed": one.pk in agreed} for one in people],
        "communities": sorted({one.community for one in Resident.objects.acted_for(request.user).select_related("community")}, key=lambda one: one.pk),
    }  # fmt: skip
    return render(request, "shop/my_orders.html", context)


def mine_or_404(request, pk) -> Order:
    rows = Order.objects.of(request.user).select_related("resident", "community", "community__profile")
    return get_object_or_404(rows, pk=pk)


def code_address(request, order: Order) -> str:
    return request.build_absolute_uri(reverse("shop:code", args=[order.code]))


@never_cache
@require_safe
def my_order(request, pk):
    found = mine_or_404(request, pk)
    request.community = found.community
    context = {
        "nav": "my", "order": found, "lines": found.lines.select_related("item"), "shop": shop_of(found.community),
        "shares": found.shares.select_related("account__resident"),
        "returns": found.returns.prefetch_related("lines__line__item").order_by("pk"),
        "qr": qr.picture(code_address(request, found)) if found.is_waiting else "",
    }  # fmt: skip
    return render(request, "shop/my_order.html", context)


@require_POST
def my_cancel(request, pk):
    found = mine_or_404(request, pk)
    try:
        operations.cancel(order=found, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The order is cancelled. Your points are free again."))
    return redirect("shop:my_order", pk)


@require_POST
def my_consent(request, pk):
    """Only for oneself: nobody agrees in another's name here."""
    resident = get_object_or_404(Resident.objects.of(request.user), pk=pk)
    if request.POST.get("act") == "withdraw":
        operations.withdraw_consent(resident=resident, by=request.user)
        messages.success(request, _("From now on only you spend your points."))
    else:
        operations.agree(resident=resident, by=request.user)
        messages.success(
            request, _("Your family may now spend your points too. You can take this back on any day.")
        )
    return redirect("shop:my_orders")
