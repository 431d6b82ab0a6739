"""The booking desk: dates that were asked for together, decided in one act."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.views import sent
from community.access import may, require
from config.errors import DomainError

from .. import operations
from ..forms import DatesForm, ReasonForm
from ..models import Booking, Series
from ..operations.deciding import digest, wishes
from .booking import form_page


def found_or_404(request, pk, act="venues.view") -> Series:
    rows = Series.objects.visible_to(request.user).select_related("room__facility__unit")
    series = get_object_or_404(rows, pk=pk)
    require(request.user, act, series.room.facility.unit)
    return series


@require_safe
def dates(request, pk):
    """Which dates are free, which are not and why; whom giving one would displace."""
    series = found_or_404(request, pk)
    return page(request, series, DatesForm(series=series))


def page(request, series, form, status=200):
    found = wishes(series)
    rows = list(series.bookings.for_pages().order_by("starts_at", "pk"))
    ticked = set(form.data.getlist("dates")) if form.is_bound else None
    for wish in found:
        wish.is_ticked = wish.is_first if ticked is None else str(wish.booking.pk) in ticked
        for other in (*wish.held, *wish.others):
            other.holder = other.holder_for(request.user)
    context = {
        "nav": "my",
        "series": series,
        "form": form,
        "booking": rows[0],
        "holder": rows[0].holder_for(request.user),
        "free": [wish for wish in found if wish.can_be_had],
        "taken": [wish for wish in found if not wish.can_be_had],
        "decided": [one for one in rows if one.state != Booking.State.PENDING],
        "seen": digest(found),
        "may_manage": may(request.user, "venues.manage", series.room.facility.unit),
    }
    return render(request, "venues/desk_series.html", context, status=status)


@require_POST
def decide(request, pk):
    series = found_or_404(request, pk, "venues.manage")
    form = DatesForm(request.POST, series=series)
    if not form.is_valid():
        return page(request, series, form, status=422)
    data = form.cleaned_data
    try:
        given, refused = operations.decide_series(
            series=series, chosen=data["dates"], seen=data["seen"], reason=data["reason"], by=request.user
        )
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return page(request, series, form, status=422)
    say(request, len(given), len(refused))
    return redirect("venues:desk_series", pk)


def say(request, given: int, refused: int) -> None:
    if not given and not refused:
        messages.info(request, _("These dates have been decided already. Nothing was changed."))
    if given:
        words = ngettext(
            "%(n)d date is accepted. Everybody concerned is told.",
            "%(n)d dates are accepted. Everybody concerned is told.",
            given,
        )
        messages.success(request, words % {"n": given})
    if refused:
        words = ngettext(
            "%(n)d date is refused. The person is told why.",
            "%(n)d dates are refused. The person is told why.",
            refused,
        )
        messages.success(request, words % {"n": refused})


@form_page
def reject(request, pk):
    """All dates on which nobody has decided, for one reason."""
    series = found_or_404(request, pk, "venues.manage")
    form = ReasonForm(sent(request))
    context = {"nav": "my", "form": form, "series": series, "open": wishes(series)}
    if not form.is_bound:
        return render(request, "venues/desk_series_reject.html", context)
    if not form.is_valid():
        return render(request, "venues/desk_series_reject.html", context, status=422)
    try:
        count = operations.reject_series(series=series, reason=form.cleaned_data["reason"], by=request.user)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return render(request, "venues/desk_series_reject.html", context, status=422)
    say(request, 0, count)
    return redirect("venues:desk_series", pk)
