"""Residents book rooms and give them back."""

import hashlib
from datetime import datetime, timedelta

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views import sent
from community.pages import community_page
from config.errors import DomainError

from .. import operations
from ..forms import BookingForm, MayReasonForm
from ..models import Booking, Room, Series
from ..operations.repeating import Slot, plan
from ..terms import in_words, is_staff_of, limits_in_words

form_page = require_http_methods(["GET", "HEAD", "POST"])
SHOWN = 60


@form_page
@community_page
def book(request, community, pk):
    rooms = Room.objects.public().within(community).select_related("facility__unit")
    room = get_object_or_404(rooms.prefetch_related("hours"), pk=pk)
    if is_staff_of(request.user, room):
        return redirect("venues:desk_book", room.pk)
    form = BookingForm(sent(request), room=room, user=request.user, initial=proposed(request))
    context = {"nav": "guide", "back_url": room.get_absolute_url()}
    return asked(request, room, form, context, lambda made: redirect("venues:my_bookings"))


def proposed(request) -> dict:
    """The day and hour of the free time somebody chose in the week, for an hour."""
    day, start = request.GET.get("day", "")[:10], request.GET.get("from", "")[:5]
    try:
        at = datetime.strptime(start, "%H:%M")  # noqa: DTZ007  an hour of any day
    except ValueError:
        return {"on": day} if day else {}
    return {"on": day, "start": start, "end": f"{at + timedelta(hours=1):%H:%M}"}


def asked(request, room, form, context, done):
    """The form, what can be had of many days, and the booking: for residents and for staff."""
    context = context | {"room": room, "form": form, "hours": in_words(room.hours.all()), "limits": limits_in_words(room)}  # fmt: skip
    if not form.is_bound:
        return render(request, "venues/book.html", context)
    if not form.is_valid():
        return render(request, "venues/book.html", context, status=422)
    if request.POST.get("act") == "change":  # from the days that were shown back to what was typed
        return render(request, "venues/book.html", context)
    times, what = form.times(), form.what_is_asked()
    try:
        if len(times) != 1:
            slots = plan(room=room, times=times, people=what["people"], by=request.user)
            if form.cleaned_data["seen"] != digest(slots):
                return preview(request, context, form, slots)
            made = operations.book_series(room=room, times=times, by=request.user, **what)
        else:
            ((start, end),) = times
            made = [operations.ask(room=room, starts_at=start, ends_at=end, by=request.user, **what)]
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return render(request, "venues/book.html", context, status=422)
    say(request, made)
    return done(made)


def digest(slots: list[Slot]) -> str:
    """What was shown: sent back with the form, so that nobody books what they have not seen."""
    seen = [(slot.starts_at.isoformat(), slot.is_free, slot.refusal) for slot in slots]
    return hashlib.sha256(repr(seen).encode()).hexdigest()


def preview(request, context, form, slots):
    form.data = form.data.copy()
    form.data["seen"] = digest(slots)
    free = sum(1 for slot in slots if slot.is_free)
    held = [booking for slot in slots for booking in slot.held]
    return render(request, "venues/preview.html", context | {"slots": slots, "free": free, "held": held})


def say(request, made: list[Booking]) -> None:
    given = sum(1 for booking in made if booking.state == Booking.State.ACCEPTED)
    if given == 1:
        messages.success(request, _("The booking is made."))
    elif given:
        words = ngettext("The room is booked on %(n)d day.", "The room is booked on %(n)d days.", given)
        messages.success(request, words % {"n": given})
    if len(made) > given:
        messages.success(request, _("The request is sent. Staff decide on it; you hear of it here."))


@require_safe
def mine(request):
    bookings = Booking.objects.of(request.user).for_pages()
    coming = list(bookings.live().coming().order_by("starts_at", "pk")[:SHOWN])
    now = timezone.now()
    past = bookings.exclude(pk__in=[one.pk for one in coming]).filter(
        starts_at__gte=now - timedelta(days=400)
    )
    series = {one.series_id: one.series for one in coming if one.series_id}
    return render(request, "venues/my_bookings.html", {
        "nav": "my", "coming": coming, "past": past.order_by("-starts_at", "-pk")[:20],
        "series": [one for one in series.values() if one.confirm_by], "several": several(coming),
    })  # fmt: skip


def several(bookings) -> list[tuple[Series, int]]:
    """The series of which more than one date is still to come."""
    counts: dict = {}
    for one in bookings:
        if one.series_id:
            counts.setdefault(one.series_id, []).append(one)
    return [rows[0] for rows in counts.values() if len(rows) > 1]


@form_page
def cancel(request, pk):
    """One tap while it has not begun; afterwards the reason is asked for."""
    booking = get_object_or_404(Booking.objects.of(request.user).for_pages(), pk=pk)
    form = MayReasonForm(sent(request))
    context = {"nav": "my", "form": form, "booking": booking}
    if not form.is_bound:
        return render(request, "venues/my_cancel.html", context)
    if not form.is_valid():
        return render(request, "venues/my_cancel.html", context, status=422)
    try:
        operations.cancel(booking=booking, by=request.user, reason=form.cleaned_data["reason"])
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return render(request, "venues/my_cancel.html", context, status=422)
    messages.success(request, _("Cancelled. The room is free for others."))
    return redirect("venues:my_bookings")


def own_series(request, pk) -> Series:
    mine = Booking.objects.of(request.user).filter(series=pk)
    return get_object_or_404(
        Series.objects.filter(pk__in=mine.values("series")).select_related("room__facility"), pk=pk
    )


@require_POST
def confirm(request, pk):
    series = own_series(request, pk)
    try:
        operations.confirm_series(series=series, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Thank you. The room stays yours."))
    return redirect("venues:my_bookings")


@form_page
def cancel_all(request, pk):
    """Asked once, with the dates: it is many at a time."""
    series = own_series(request, pk)
    if request.method != "POST":
        left = series.bookings.live().filter(starts_at__gt=timezone.now()).order_by("starts_at", "pk")
        return render(request, "venues/my_cancel_all.html", {"nav": "my", "series": series, "dates": left})
    try:
        count = operations.cancel_series(series=series, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        words = ngettext("%(n)d date is cancelled.", "%(n)d dates are cancelled.", count)
        messages.success(request, words % {"n": count})
    return redirect("venues:my_bookings")
