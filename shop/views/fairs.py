"""Fairs as everybody sees them, and the number in the queue."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from community.pages import community_page, public_page
from config.errors import DomainError
from points.operations import freeze_of
from residents.models import Resident

from .. import operations
from ..models import Fair, Ticket


def goods_of(fair: Fair):
    return fair.goods.filter(quota__gt=0).select_related("item__donor").order_by("item__points", "item")


@public_page
def fair(request, community, pk):
    found = get_object_or_404(Fair.objects.public().filter(community=community), pk=pk)
    context = {"nav": "guide", "fair": found, "goods": goods_of(found), "slots": found.slots.all()}
    return render(request, "shop/fair.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@community_page
def number(request, community, pk):
    """For oneself, or for somebody whose mandate one holds."""
    found = get_object_or_404(Fair.objects.public().filter(community=community), pk=pk)
    people = list(Resident.objects.acted_for(request.user).filter(community=community).order_by("pk"))
    if not people:
        status = 403 if request.method == "POST" else 200
        return render(request, "shop/nobody.html", {"nav": "my"}, status=status)
    refusal = ""
    if request.method == "POST":
        person = next((one for one in people if str(one.pk) == request.POST.get("resident")), None)
        slot = next((one for one in found.slots.all() if str(one.pk) == request.POST.get("slot")), None)
        if person is None or slot is None:
            refusal = _("Please choose a time.")
        else:
            try:
                operations.take_number(fair=found, slot=slot, resident=person, by=request.user)
            except DomainError as error:
                refusal = str(error)
            else:
                messages.success(request, _("Here is your number."))
                return redirect("shop:number", community, pk)
    tickets = Ticket.objects.live().filter(fair=found, resident__in=people).select_related("slot", "resident")
    has = {one.resident_id for one in tickets}
    day = timezone.localdate(found.starts_at)
    waiting = [one for one in people if one.pk not in has]
    paused = [one for one in waiting if freeze_of(one.pk, day)]
    context = {
        "nav": "my", "fair": found, "tickets": tickets, "refusal": refusal, "slots": list(found.slots.all()),
        "people": [one for one in waiting if one not in paused], "paused": paused,
    }  # fmt: skip
    return render(request, "shop/number.html", context, status=422 if refusal else 200)


@require_POST
def give_back(request, pk):
    ticket = get_object_or_404(Ticket.objects.of(request.user).select_related("fair__community"), pk=pk)
    operations.give_number_back(ticket=ticket, by=request.user)
    messages.success(request, _("Your number is given back. Somebody else may come at that time."))
    return redirect("shop:number", ticket.fair.community.slug, ticket.fair_id)
