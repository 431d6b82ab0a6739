"""A fair at the desk: planned, filled with goods, served by number or name, keyed in from paper, closed."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access import require, scope
from community.models import Unit
from config import typed
from config.errors import DomainError, StaleError
from residents.models import Resident

from .. import operations
from ..fair_forms import ChangeFairForm, FairForm, GoodsForm, ServeForm
from ..lines import key_in, lines_of
from ..models import Fair, Item, Order, OrderState, Ticket
from .desk import found_by, person_or_404
from .fairs import goods_of
from .my import points_of

SHOWN = 30


def fair_or_404(request, pk, act="shop.serve") -> Fair:
    rows = Fair.objects.visible_to(request.user).select_related("community__profile")
    found = get_object_or_404(rows, pk=pk)
    require(request.user, act, found.community)
    request.community = found.community
    return found


@never_cache
@require_safe
def fairs(request):
    require(request.user, "shop.serve")
    rows = Fair.objects.visible_to(request.user).select_related("community")
    return render(request, "shop/fairs.html", {"nav": "my", "fairs": rows[:SHOWN]})


@require_http_methods(["GET", "HEAD", "POST"])
def new_fair(request):
    require(request.user, "shop.manage")
    places = Unit.objects.communities().filter(scope(request.user, "shop.manage", "path"))
    form = FairForm(request.POST or None, communities=places)
    if request.method == "POST" and form.is_valid():
        made = operations.plan_fair(by=request.user, **form.cleaned_data)
        messages.success(request, _("Planned. Now say what is set aside for it."))
        return redirect("shop:fair_goods", made.pk)
    return render(
        request, "shop/fair_form.html", {"nav": "my", "form": form}, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def fair_goods(request, pk):
    found = fair_or_404(request, pk, "shop.manage")
    items = Item.objects.filter(community=found.community).select_related("category").in_order()
    quotas = {good.item_id: good for good in found.goods.all()}
    form = GoodsForm(request.POST or None, items=list(items[:200]), goods=quotas, version=found.version)
    if request.method == "POST" and form.is_valid():
        try:
            operations.set_goods(
                fair=found, quotas=form.quotas(), by=request.user, seen=form.cleaned_data["seen"]
            )
        except StaleError as refusal:  # what others set aside is shown, to go on from there
            messages.error(request, str(refusal))
            return redirect("shop:fair_goods", pk)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Noted."))
            return redirect("shop:fair_desk", pk)
    context = {"nav": "my", "fair": found, "form": form}
    return render(request, "shop/fair_goods.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fair_desk(request, pk):
    """A number leads to its person at once; a name to those who bear it."""
    found = fair_or_404(request, pk)
    if request.method == "POST":
        said = request.POST.get("q", "").strip()
        if said.isascii() and said.isdecimal() and len(said) < 6:
            ticket = found.tickets.live().filter(number=int(said)).first()
            if ticket:
                return redirect("shop:fair_serve", pk, ticket.resident_id)
            messages.error(request, _("Nobody has this number."))
            return redirect("shop:fair_desk", pk)
        return typed.to_address(request, most=40)
    words = typed.read(request)[:40]
    lines = lines_of(found)
    context = {
        "nav": "my", "fair": found, "goods": goods_of(found), "words": words, "lines": lines,
        "called": next((line for line in lines if line.ticket.number == found.called), None),
        "next": operations.number_after(found, found.called) if found.is_open else None,
        "people": found_by(request, words) if words else [], "served": sum(1 for line in lines if line.order),
        "others": Order.objects.filter(fair=found, state=OrderState.HANDED).count(),
    }  # fmt: skip
    return render(request, "shop/fair_desk.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fair_edit(request, pk):
    """Another day, place or times; who holds a number is told."""
    found = fair_or_404(request, pk, "shop.manage")
    form = ChangeFairForm(request.POST or None, fair=found)
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_fair(fair=found, by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Changed. Whoever holds a number is told of another day, time or place.")
            )
            return redirect("shop:fair_desk", pk)
    context = {"nav": "my", "fair": found, "form": form}
    return render(request, "shop/fair_form.html", context, status=422 if form.is_bound else 200)


@require_POST
def fair_next(request, pk):
    found = fair_or_404(request, pk)
    seen = request.POST.get("seen", "")
    try:
        operations.call_next(
            fair=found, seen=int(seen) if seen.isascii() and seen.isdecimal() else -1, by=request.user
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("shop:fair_desk", pk)


@require_POST
def fair_publish(request, pk):
    operations.publish_fair(fair=fair_or_404(request, pk, "shop.manage"), by=request.user)
    messages.success(request, _("Everybody sees it now and takes a number."))
    return redirect("shop:fair_desk", pk)


@require_POST
def fair_close(request, pk):
    left = operations.close_fair(fair=fair_or_404(request, pk, "shop.manage"), by=request.user)
    words = ngettext(
        "Closed. %(n)d piece is back in the shop.", "Closed. %(n)d pieces are back in the shop.", left
    )
    messages.success(request, words % {"n": left})
    return redirect("shop:fair_desk", pk)


def at_the_fair(request, found: Fair, pk) -> Resident:
    """Whoever holds a number, or is in one's own care."""
    holders = Ticket.objects.live().filter(fair=found, resident=pk)
    if holders.exists():
        return Resident.objects.select_related("community", "unit").get(pk=pk)
    resident = person_or_404(request, pk)
    return get_object_or_404(
        Resident.objects.select_related("community", "unit"), pk=resident.pk, community=found.community
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fair_serve(request, pk, person):
    """How many of each: Enter, and the next one."""
    found = fair_or_404(request, pk)
    resident = at_the_fair(request, found, person)
    points = points_of(resident)
    form = ServeForm(request.POST or None, goods=list(goods_of(found)), has_family=bool(points["family"]))
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.serve(
                fair=found, resident=resident, wanted=form.wanted(), by=request.user, token=form.cleaned_data["token"],
                with_family=form.cleaned_data.get("with_family", False),
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            words = ngettext("%(name)s: %(n)d point spent.", "%(name)s: %(n)d points spent.", made.points)
            messages.success(request, words % {"name": resident.name, "n": made.points})
            return redirect("shop:fair_desk", pk)
    context = {
        "nav": "my", "fair": found, "resident": resident, "form": form, "have": points,
        "had": operations.had_by_household(found, resident),
        "ticket": found.tickets.live().filter(resident=resident).first(),
    }  # fmt: skip
    return render(request, "shop/fair_serve.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_safe
def fair_list(request, pk):
    """On paper: who comes, what they may take, a place to sign."""
    found = fair_or_404(request, pk)
    context = {"fair": found, "goods": goods_of(found), "lines": lines_of(found)}
    return render(request, "shop/fair_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fair_key_in(request, pk):
    """The signed list, line by line; lines that are refused stay, each with its reason."""
    found = fair_or_404(request, pk)
    goods = list(goods_of(found))
    lines, refused = lines_of(found), 0
    if request.method == "POST":
        done, refused = key_in(found, lines, goods, request.POST, by=request.user)
        if done:
            words = ngettext("%(n)d line is keyed in.", "%(n)d lines are keyed in.", done)
            messages.success(request, words % {"n": done})
        if refused:
            words = ngettext(
                "%(n)d line is not keyed in; the reason stands below it.",
                "%(n)d lines are not keyed in; the reasons stand below them.",
                refused,
            )
            messages.error(request, words % {"n": refused})
        else:
            if not done:
                messages.info(request, _("Nothing was keyed in: no line has a number yet."))
            return redirect("shop:fair_key_in", pk)
    context = {"nav": "my", "fair": found, "goods": goods, "lines": lines}
    return render(request, "shop/fair_key_in.html", context, status=422 if refused else 200)
