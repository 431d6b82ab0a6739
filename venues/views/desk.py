"""The booking desk: what is to be decided, who has which room, who did not come, what is closed."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.views import sent
from community.access import may, require, scope
from config import typed
from config.errors import DomainError
from residents.models import Resident
from residents.search import Search

from .. import operations, usage_figures
from ..forms import BookingForm, ClosingForm, MoveForm, ReasonForm
from ..models import Booking, ClosedPeriod, Facility, Room
from ..operations.booking import holding, rivals
from ..week import monday_of, name_of, week_of
from .booking import asked, form_page, proposed

State = Booking.State
MOST = 100


@require_safe
def bookings(request):
    """To be decided, in the order of asking; what is on from now; what was refused."""
    require(request.user, "venues.view")
    rows = Booking.objects.visible_to(request.user).for_pages()
    now = timezone.now()
    context = {
        "nav": "my",
        "pending": named(request, with_signs(first_of_series(rows.pending().coming()).order_by("asked_at", "pk"))[:MOST]),
        "coming": named(request, rows.accepted().coming().filter(cause="", starts_at__lt=now + timedelta(days=7)).order_by("starts_at", "pk")[:MOST]),
        "facilities": facilities_with_rooms(request),
        "closed": ClosedPeriod.objects.visible_to(request.user).standing().filter(ends_at__gt=now).select_related("facility", "room")[:MOST],
        "may_manage": may(request.user, "venues.manage"),
        "refused": named(request, rows.filter(state=State.REJECTED).order_by("-starts_at", "-pk")[:20]),
    }  # fmt: skip
    return render(request, "venues/desk.html", context)


def first_of_series(rows):
    """Dates that were asked for together in one row: the first, and how many (`dates`)."""
    together = Booking.objects.pending().coming().filter(series=OuterRef("series")).order_by()
    count = together.values("series").annotate(n=Count("pk")).values("n")
    return rows.exclude(Exists(together.filter(pk__lt=OuterRef("pk")))).annotate(dates=Subquery(count))


def with_signs(rows):
    """Whether somebody has the room, and whether others have asked for some of the same time."""
    near = Booking.objects.filter(
        room=OuterRef("room"), starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")
    )
    return rows.annotate(
        is_taken=Exists(near.accepted()), has_rivals=Exists(near.pending().exclude(pk=OuterRef("pk")))
    )


def named(request, rows) -> list[Booking]:
    """Each with the name under which the signed-in person may read whose it is."""
    found = list(rows)
    for booking in found:
        booking.holder = booking.holder_for(request.user)
    return found


def facilities_with_rooms(request):
    rooms = Room.objects.filter(facility=OuterRef("pk"), closed_at=None)
    visible = Facility.objects.visible_to(request.user).public().filter(Exists(rooms))
    return visible.select_related("unit").order_by("unit__path", "order", "pk")[:60]


@require_safe
def week(request, pk):
    """A facility's week with names and requests."""
    rows = Facility.objects.visible_to(request.user).select_related("unit")
    facility = get_object_or_404(rows, pk=pk)
    rooms = list(facility.rooms.filter(closed_at=None).select_related("facility").prefetch_related("hours"))
    found = week_of(rooms, monday_of(request.GET.get("week", "")), with_requests=True)
    named(request, found.bookings)
    for one in found.bookings:
        one.holder = one.holder_for(request.user)
    context = {"nav": "my", "facility": facility, "week": found, "may_manage": may(request.user, "venues.manage", facility.unit)}  # fmt: skip
    return render(request, "venues/desk_week.html", context)


def found_or_404(request, pk, act="venues.view") -> Booking:
    booking = get_object_or_404(Booking.objects.visible_to(request.user).for_pages(), pk=pk)
    require(request.user, act, booking.unit)
    booking.holder = booking.holder_for(request.user)
    return booking


@require_safe
def booking(request, pk):
    """One booking; before it is accepted, who else has asked and who would go without."""
    row = found_or_404(request, pk)
    others = named(request, rivals(row)) if row.is_live else []
    held = holding(row.room_id, row.held_quarters(row.room.gap_quarters)).exclude(pk=row.pk)
    context = {
        "nav": "my",
        "booking": row,
        "others": others,
        "held": named(request, held) if row.state == State.PENDING else [],
        "seen": ",".join(str(one.pk) for one in others),
        "together": Booking.objects.pending().filter(series=row.series_id).count() if row.series_id else 0,
        "may_manage": row.may(request.user, "venues.manage") and not row.cause and not row.is_over,
        "resident_in_sight": row.resident_id
        and Resident.objects.visible_to(request.user).filter(pk=row.resident_id).exists(),
    }
    return render(request, "venues/desk_booking.html", context)


def ids(text: str) -> list[int]:
    try:
        return [int(one) for one in text.split(",") if one]
    except ValueError as error:
        raise BadRequest("seen") from error


def acted(request, pk, act, success: str):
    """Do it, say how it went, show the booking."""
    try:
        act()
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, success)
    return redirect("venues:desk_booking", pk)


@require_POST
def accept(request, pk):
    row = found_or_404(request, pk, "venues.manage")
    seen = ids(request.POST.get("seen", "")[:2000])
    return acted(
        request,
        pk,
        lambda: operations.accept(booking=row, by=request.user, seen=seen),
        _("Accepted. Everybody concerned is told."),
    )


@require_POST
def no_show(request, pk):
    row = found_or_404(request, pk, "venues.manage")
    return acted(
        request,
        pk,
        lambda: operations.mark_no_show(booking=row, by=request.user),
        _("Noted. The rest of the time is free."),
    )


def with_reason(request, row, title, operation, success):
    form = ReasonForm(sent(request))
    context = {"nav": "my", "form": form, "title": title, "lead": row, "back": row.pk}
    if not form.is_bound:
        return render(request, "venues/desk_form.html", context)
    if not form.is_valid():
        return render(request, "venues/desk_form.html", context, status=422)
    try:
        operation(booking=row, reason=form.cleaned_data["reason"], by=request.user)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return render(request, "venues/desk_form.html", context, status=422)
    messages.success(request, success)
    return redirect("venues:desk_booking", row.pk)


@form_page
def reject(request, pk):
    row = found_or_404(request, pk, "venues.manage")
    return with_reason(
        request, row, _("Refuse the request"), operations.reject, _("Refused. The person is told why.")
    )


@form_page
def cancel(request, pk):
    row = found_or_404(request, pk, "venues.manage")
    return with_reason(
        request, row, _("Cancel the booking"), operations.cancel, _("Cancelled. The person is told why.")
    )


@form_page
def move(request, pk):
    row = found_or_404(request, pk, "venues.manage")
    start, end = timezone.localtime(row.starts_at), timezone.localtime(row.ends_at)
    first = {"on": start.date(), "start": f"{start:%H:%M}", "end": f"{end:%H:%M}", "to": row.room_id, "version": row.version}  # fmt: skip
    form = MoveForm(sent(request), room=row.room, initial=first)
    context = {"nav": "my", "form": form, "title": _("Move the booking"), "lead": row, "back": row.pk}
    if not form.is_bound:
        return render(request, "venues/desk_form.html", context)
    if not form.is_valid():
        return render(request, "venues/desk_form.html", context, status=422)
    data = form.cleaned_data
    starts_at, ends_at = form.time_on(data["on"])
    try:
        operations.move(
            booking=row, room=data["to"], starts_at=starts_at, ends_at=ends_at, reason=data["reason"],
            version=data["version"], by=request.user,
        )  # fmt: skip
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return render(request, "venues/desk_form.html", context, status=422)
    messages.success(request, _("Moved. The person is told why."))
    return redirect("venues:desk_booking", pk)


@form_page
def book(request, pk):
    """Staff book for the community, an organisation, or somebody they look up first."""
    rooms = Room.objects.visible_to(request.user).public().select_related("facility__unit")
    room = get_object_or_404(rooms.prefetch_related("hours"), pk=pk)
    require(request.user, "venues.manage", room.facility.unit)
    if request.method == "POST" and "q" in request.POST:
        return typed.to_address(request, most=40)
    community = room.facility.unit.community
    in_care = Resident.objects.visible_to(request.user).living().filter(community=community)
    chosen = request.GET.get("resident", "")
    resident = get_object_or_404(in_care, pk=int(chosen)) if chosen.isdecimal() and len(chosen) < 19 else None
    words = typed.read(request)[:40]
    people = []
    if words and not resident:
        only = scope(request.user, "residents.view", "path") & Q(community=community)
        people, _more = Search(request.user, words, within=community, only=only).page(
            Resident.objects.select_related("unit__parent"), size=20
        )
    form = BookingForm(sent(request), room=room, user=request.user, resident=resident, is_staff=True, initial=proposed(request))  # fmt: skip
    context = {"nav": "my", "for_staff": True, "resident": resident, "words": words, "people": people, "back_url": f"/desk/bookings/facilities/{room.facility_id}/"}  # fmt: skip
    return asked(request, room, form, context, done)


def done(made):
    if len(made) == 1:
        return redirect("venues:desk_booking", made[0].pk)
    week = name_of(monday_of(timezone.localdate(made[0].starts_at).isoformat()))
    return redirect(f"{reverse('venues:desk_week', args=[made[0].room.facility_id])}?week={week}")


@form_page
def close(request):
    """Close a room or a facility for some days; whom that puts out is named before."""
    require(request.user, "venues.manage")
    mine = Facility.objects.public().filter(scope(request.user, "venues.manage", "unit__path"))
    facilities = list(mine.select_related("unit").prefetch_related("rooms")[:300])
    form = ClosingForm(sent(request), facilities=facilities)
    context = {"nav": "my", "form": form}
    if not form.is_bound:
        return render(request, "venues/desk_close.html", context)
    if not form.is_valid():
        return render(request, "venues/desk_close.html", context, status=422)
    closing, data = form.closing(), form.cleaned_data
    displaced = named(request, operations.displaced_by(**closing)[:500])
    if events := [one for one in displaced if one.cause]:
        return render(request, "venues/desk_close.html", context | {"events": events}, status=422)
    if {one.pk for one in displaced} != set(data["seen"]):
        form.data = form.data.copy()
        form.data["seen"] = ",".join(str(one.pk) for one in displaced)
        return render(request, "venues/desk_close.html", context | {"displaced": displaced})
    try:
        operations.close_for_a_time(reason=data["reason"], seen=data["seen"], by=request.user, **closing)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return render(request, "venues/desk_close.html", context, status=422)
    messages.success(request, _("Closed for that time."))
    return redirect("venues:desk_bookings")


@form_page
def lift(request, pk):
    """Open again what was closed for a time; asks first, because everybody sees it at once."""
    rows = ClosedPeriod.objects.visible_to(request.user).select_related("facility__unit", "room")
    closed = get_object_or_404(rows, pk=pk)
    require(request.user, "venues.manage", closed.facility.unit)
    if request.method != "POST":
        place = f"{closed.facility.name} {closed.room.name}" if closed.room else closed.facility.name
        return render(request, "venues/desk_lift.html", {"nav": "my", "closed": closed, "place": place})
    operations.lift(closed=closed, by=request.user)
    messages.success(request, _("Open after all."))
    return redirect("venues:desk_bookings")


@require_safe
def usage(request):
    """How much of the open time of each room was used, in one month."""
    require(request.user, "venues.view")
    first = usage_figures.month_of(request.GET.get("month", ""))
    rooms = Room.objects.visible_to(request.user).public().select_related("facility__unit")
    rooms = rooms.prefetch_related("hours").order_by("facility__unit__path", "facility__order", "facility", "order", F("pk"))[:300]  # fmt: skip
    lines = usage_figures.of_rooms(list(rooms), first)
    return render(request, "venues/desk_usage.html", {
        "nav": "my", "first": first, "lines": lines, "before": usage_figures.shifted(first, -1), "after": usage_figures.shifted(first, 1),
    })  # fmt: skip
