"""Who is not there, who is excused, who has not checked out, and hours corrected: for staff, after the session."""

from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.errors import DomainError

from .. import operations
from ..models import Attendance, Excuse
from ..operations.expected import times_absent
from ..operations.presence import hours_served
from ..roll import roll_rows
from .desk import require_on, session_or_404
from .door import heading, known_to, number


@require_safe
def absent(request, pk):
    """Those signed up or expected who are not there, with how often that happened in this event."""
    session = session_or_404(request, pk)
    require_on(request.user, "events.check_in", session.event)
    return render(request, "events/absent.html", absent_context(session))


def absent_context(session) -> dict:
    people = [row for row in roll_rows(session) if not row["attendance"]]
    people.sort(key=lambda row: bool(row["excuse"]))  # those on leave last
    excuses = dict(session.excuses.live().values_list("resident", "pk"))
    missed = times_absent(session.event, [row["pk"] for row in people])
    for row in people:
        row |= {"excuse_pk": excuses.get(row["pk"]), "missed": missed[row["pk"]]}
    return heading(session) | {
        "people": people,
        "over": session.ends_at <= timezone.now(),
        "excused": sum(1 for row in people if row["excuse"]),
        "away": sum(1 for row in people if not row["excuse"]),
    }


@require_POST
def excuse(request, pk):
    session = session_or_404(request, pk)
    require_on(request.user, "events.check_in", session.event)
    resident = get_object_or_404(known_to(request.user, session), pk=number(request, "resident"))
    reason = request.POST.get("reason", "")
    try:
        operations.excuse(session=session, resident=resident, reason=reason, by=request.user)
    except DomainError as refusal:
        context = absent_context(session)
        people = [row for row in context["people"] if row["pk"] == resident.pk]
        for row in people:
            row |= {"typed": reason[:200], "refusal": refusal}
        context["refusal"] = "" if people else refusal  # they have come, or withdrawn, meanwhile
        return render(request, "events/absent.html", context, status=422)
    return redirect("events:absent", pk)


@require_POST
def withdraw_excuse(request, pk):
    session = session_or_404(request, pk)
    require_on(request.user, "events.check_in", session.event)
    row = get_object_or_404(Excuse, pk=number(request, "excuse"), session=session)
    operations.withdraw_excuse(excuse=row, by=request.user)
    return redirect("events:absent", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def presence(request, pk):
    """How long everybody stayed: who has not checked out, and the hours of the helpers."""
    session = session_or_404(request, pk)
    require_on(request.user, "events.check_in", session.event)
    if request.method == "POST" and "attendance" in request.POST:
        return note_left(request, session)
    if request.method == "POST":
        try:
            left = operations.check_out_all(session=session, by=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            words = ngettext("%(n)d person left at the end.", "%(n)d people left at the end.", left)
            messages.success(request, words % {"n": left})
        return redirect("events:presence", pk)
    return render(request, "events/presence.html", presence_context(session))


def presence_context(session) -> dict:
    rows = list(session.attendances.live().select_related("resident").order_by("resident__name_pinyin", "pk"))
    for one in rows:
        one.session = session
        one.served = hours_served(one) if one.as_helper else None
    return heading(session) | {
        "still_in": [one for one in rows if session.event.needs_check_out and not one.left_at],
        "helpers": [one for one in rows if one.as_helper],
        "over": session.ends_at <= timezone.now(),
    }


def presence_again(request, session, part: str, attendance, refusal, said: dict):
    """The page with what was typed and the refusal beside it; on top when that line is gone meanwhile."""
    context = presence_context(session)
    lines = [one for one in context[part] if one.pk == attendance.pk]
    for one in lines:
        vars(one).update(said)
    context["refusal"] = "" if lines else refusal
    return render(request, "events/presence.html", context, status=422)


def note_left(request, session):
    """When one of them left, as the signed sheet says."""
    rows = Attendance.objects.live().select_related("resident")
    attendance = get_object_or_404(rows, pk=number(request, "attendance"), session=session)
    attendance.session = session
    try:
        operations.check_out(attendance=attendance, by=request.user, at=_left_at(request, session))
    except DomainError as refusal:
        said = {"left_typed": request.POST.get("left", "")[:5], "left_refusal": refusal}
        return presence_again(request, session, "still_in", attendance, refusal, said)
    messages.success(request, _("%(name)s: noted.") % {"name": attendance.resident.name})
    return redirect("events:presence", session.pk)


def _left_at(request, session) -> datetime:
    """The hour that was typed, on the day of the session; after midnight on the next one."""
    try:
        hour = datetime.strptime(request.POST.get("left", "")[:5], "%H:%M").time()  # noqa: DTZ007  an hour of any day
    except ValueError:
        raise DomainError(_("Please enter when they left, such as 15:30.")) from None
    day = timezone.localdate(session.starts_at)
    at = timezone.make_aware(datetime.combine(day, hour))
    goes_past_midnight = timezone.localdate(session.ends_at) > day
    return at + timedelta(days=1) if goes_past_midnight and at < session.check_in_opens_at else at


@require_POST
def correct_hours(request, pk):
    session = session_or_404(request, pk)
    require_on(request.user, "events.check_in", session.event)
    attendance = get_object_or_404(
        Attendance.objects.select_related("resident"),
        pk=number(request, "attendance"), session=session,
    )  # fmt: skip
    attendance.session = session
    typed = request.POST.get("hours", "").strip()[:6]
    reason = request.POST.get("reason", "")
    try:
        operations.correct_hours(attendance=attendance, hours=_hours(typed), reason=reason, by=request.user)
    except DomainError as refusal:
        said = {"typed": typed, "reason": reason[:200], "refusal": refusal}
        return presence_again(request, session, "helpers", attendance, refusal, said)
    messages.success(request, _("The hours are corrected."))
    return redirect("events:presence", pk)


def _hours(typed: str) -> Decimal:
    try:
        hours = Decimal(typed)
    except InvalidOperation:
        hours = Decimal("NaN")
    if not hours.is_finite():
        raise DomainError(_("Hours are counted by half hours, up to 24."))
    return hours
