"""At the counter: a code scanned or typed, one look, one tap."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access import may, require
from community.models import Kind, Unit
from config import qr, typed
from config.errors import DomainError
from residents.models import Resident
from residents.search import Search

from .. import codes, operations
from ..forms import CancelForm
from ..models import Consent, How, Order, OrderState
from .my import code_address, order_page
from .public import shop_of

SHOWN, MOST_FOUND = 50, 20


def orders_in_sight(request):
    return Order.objects.visible_to(request.user).select_related("resident", "community")


def order_or_404(request, pk) -> Order:
    found = get_object_or_404(orders_in_sight(request), pk=pk)
    require(request.user, "shop.serve", found.community)
    return found


def found_by(request, words: str) -> list[Resident]:
    people, _more = Search(request.user, words).page(
        Resident.objects.select_related("unit__parent", "community"), size=MOST_FOUND
    )
    return [one for one in people if may(request.user, "shop.serve", one.community)]


def gone_with_points(request) -> list[Resident]:
    """Who moved away or died lately and still has points: no search finds them any more."""
    since = timezone.localdate() - timedelta(days=settings.POINTS_AFTER_LEAVING)
    here = Unit.objects.filter(kind=Kind.COMMUNITY).where(request.user, "shop.serve")
    rows = (
        Resident.objects.visible_to(request.user)
        # Every name, so that SQLite reads the index of those who left and not everybody who is in sight.
        .filter(community__in=here, name_pinyin__gte="", left_on__gte=since, points_accounts__posted__gt=0)
        .exclude(left_why=Resident.Left.MERGED)
    )
    return list(rows.select_related("unit__parent", "community").order_by("-left_on", "pk")[:MOST_FOUND])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request):
    """A code leads to its order at once; a name to the person's orders, and to ordering for them."""
    require(request.user, "shop.serve")
    if request.method == "POST":
        code = codes.read(request.POST.get("q", ""))
        if code and orders_in_sight(request).filter(code=code).exists():
            return redirect("shop:code", code)
        return typed.to_address(request, most=40)
    words = typed.read(request)[:40]
    waiting = orders_in_sight(request).waiting().order_by("until", "pk").prefetch_related("lines__item")
    people = found_by(request, words) if words else []
    if words:
        waiting = waiting.filter(resident__in=people)
    orders = list(waiting[: SHOWN + 1])
    context = {
        "nav": "my", "words": words, "people": people, "orders": orders[:SHOWN], "has_more": len(orders) > SHOWN,
        "no_such_code": bool(words and codes.read(words)), "may_manage": may(request.user, "shop.manage"),
        "gone": gone_with_points(request),
    }  # fmt: skip
    return render(request, "shop/desk.html", context)


@never_cache
@require_safe
def code(request, code):
    """Where a scanner lands: staff see the order, whoever ordered sees their own page."""
    read = codes.read(code)
    own = Order.objects.of(request.user).filter(code=read).values_list("pk", flat=True).first()
    if not may(request.user, "shop.serve") and own:
        return redirect("shop:my_order", own)
    require(request.user, "shop.serve")
    found = get_object_or_404(orders_in_sight(request), code=read)
    return redirect("shop:desk_order", found.pk)


def returns_of(found: Order):
    return found.returns.prefetch_related("lines__line__item").order_by("pk")


def shown(found: Order, **more) -> dict:
    return {
        "nav": "my", "order": found, "lines": found.lines.select_related("item").order_by("pk"),
        "shares": found.shares.select_related("account__resident").order_by("pk"), "form": CancelForm(),
        "returns": returns_of(found), **more,
    }  # fmt: skip


@never_cache
@require_safe
def desk_order(request, pk):
    found = order_or_404(request, pk)
    may_return = found.state == OrderState.HANDED and any(operations.left_with(found).values())
    return render(request, "shop/desk_order.html", shown(found, may_return=may_return))


@require_POST
def hand_over(request, pk):
    found = order_or_404(request, pk)
    try:
        operations.hand_over(order=found, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("shop:desk_order", pk)
    messages.success(request, _("%(name)s has received the goods.") % {"name": found.resident.name})
    return redirect("shop:desk")


@require_POST
def desk_cancel(request, pk):
    found = order_or_404(request, pk)
    form = CancelForm(request.POST)
    if not form.is_valid():
        return render(request, "shop/desk_order.html", shown(found, form=form), status=422)
    try:
        operations.cancel(order=found, by=request.user, reason=form.cleaned_data["reason"])
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        words = ngettext(
            "Cancelled, %(n)d point is free again.", "Cancelled, %(n)d points are free again.", found.points
        )
        messages.success(request, words % {"n": found.points})
    return redirect("shop:desk_order", pk)


@never_cache
@require_safe
def slip(request, pk):
    """On paper, for those without a phone: the code, what it is for, a line to sign."""
    found = order_or_404(request, pk)
    context = shown(found, shop=shop_of(found.community), qr=qr.picture(code_address(request, found)))
    return render(request, "shop/slip.html", context)


def person_or_404(request, pk) -> Resident:
    rows = Resident.objects.visible_to(request.user).select_related("community__profile", "unit")
    resident = get_object_or_404(rows, pk=pk)
    require(request.user, "shop.serve", resident.community)
    return resident


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desk_for(request, pk):
    """Staff order for somebody without a phone; then the slip is printed."""
    resident = person_or_404(request, pk)
    request.community = resident.community

    def done(made):
        messages.success(request, _("Ordered. Hand it over now, or print the slip with the code."))
        return redirect("shop:desk_order", made.pk)

    agreed = Consent.objects.living().filter(resident=resident).exists()
    context = {"at_the_desk": True, "agreed": agreed, "back_url": reverse("shop:desk")}
    return order_page(request, resident.community, resident, how=How.DESK, done=done, context=context)


@require_POST
def desk_consent(request, pk):
    """Agreed or taken back on paper."""
    resident = person_or_404(request, pk)
    if request.POST.get("act") == "withdraw":
        operations.withdraw_consent(resident=resident, by=request.user)
    else:
        operations.agree(resident=resident, by=request.user, given=Consent.Given.PAPER)
    messages.success(request, _("Noted."))
    return redirect("shop:desk_for", pk)
