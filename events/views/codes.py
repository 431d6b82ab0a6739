"""The codes of the door: one's own, as staff scan it, and the one on the wall, as participants scan it."""

import time
from collections import defaultdict

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access import organisations_of, require, scope
from config.errors import DomainError
from residents.models import Resident

from .. import codes, operations
from ..models import Attendance, DoorCode, Registration, Session
from ..models.sessions import CHECK_IN_BEFORE, LONGEST_SESSION
from ..operations.door import SELF_AFTER, for_the_staff
from ..operations.expected import is_expected
from .desk import require_on, session_or_404

TICKET, MINUTES = "scanned", 10  # how long whoever scanned the wall has to sign in and tap


def own_address(request, code: DoorCode, valid=codes.ON_A_PHONE) -> str:
    return request.build_absolute_uri(reverse("events:code", args=[codes.sign_own(code, valid)]))


def shown(request, resident: Resident, valid=codes.ON_A_PHONE) -> dict:
    """The code as it is shown; without one there is a button to make it."""
    code = DoorCode.objects.filter(resident=resident).first()
    qr = codes.picture(own_address(request, code, valid)) if code else ""
    return {"person": resident, "code": code, "qr": qr}


@never_cache
@require_safe
def my_code(request):
    """For the staff at the door: one picture for each community that knows me."""
    people = Resident.objects.of(request.user).select_related("community").order_by("pk")
    shown_codes = [shown(request, one) for one in people]
    context = {
        "nav": "my",
        "people": people,
        "codes": [one for one in shown_codes if one["code"]],
        "missing": any(not one["code"] for one in shown_codes),
    }
    return render(request, "events/my_code.html", context)


@require_POST
def my_code_make(request):
    """The first time, before there is one."""
    for resident in Resident.objects.of(request.user):
        operations.code_of(resident=resident, by=request.user)
    return redirect("events:my_code")


@require_POST
def my_code_anew(request):
    """The old pictures and cards no longer count: lost, or photographed by somebody else."""
    for resident in Resident.objects.of(request.user):
        operations.renew_code(resident=resident, by=request.user)
    messages.success(request, _("Here is your new code. The old one no longer counts."))
    return redirect("events:my_code")


def in_care_or_404(request, pk) -> Resident:
    visible = Resident.objects.visible_to(request.user).living().select_related("community", "unit")
    resident = get_object_or_404(visible, pk=pk)
    require(request.user, "residents.edit", resident.unit)
    return resident


@never_cache
@require_safe
def card(request, pk):
    """The code on paper, for those without a phone."""
    resident = in_care_or_404(request, pk)
    return render(request, "events/card.html", shown(request, resident, codes.ON_A_CARD))


@require_POST
def card_anew(request, pk):
    """A first card, or one in place of the old."""
    resident = in_care_or_404(request, pk)
    if request.POST.get("act") == "renew":
        operations.renew_code(resident=resident, by=request.user)
        messages.success(request, _("The old card no longer counts. Print a new one."))
    else:
        operations.code_of(resident=resident, by=request.user)
    return redirect("events:card", pk)


@login_not_required
@never_cache
@require_safe
def code(request, signed):
    """Where any scanner lands. It says nothing of the person; staff who are signed in go on from here."""
    if request.user.is_authenticated:
        return redirect("events:code_check_in", signed)
    login = (
        f"{reverse('account_login')}?{urlencode({'next': reverse('events:code_check_in', args=[signed])})}"
    )
    return render(request, "events/code.html", {"login_url": login})


def code_address(request, session, number: str) -> str:
    """Where the typed number of a code leads; nothing for one of another community."""
    if not codes.is_number(number):
        return ""
    digits = number.replace(" ", "").replace("-", "")
    found = DoorCode.objects.filter(number=digits, resident__left_on=None)
    found = found.filter(
        Q(resident__community=session.community_id)
        | Q(resident__in=session.registrations.live().values("resident"))
    ).first()
    return reverse("events:code_check_in", args=[codes.sign_own(found)]) if found else ""


def sessions_for(user, resident: Resident):
    """Sessions on now or soon where `user` may check this person in."""
    now = timezone.now()
    listed = Registration.objects.live().filter(of_whom(resident))
    theirs = Q(community=resident.community_id) | Q(pk__in=listed.values("session"))
    in_scope = scope(user, "events.check_in", "event__unit__path")
    in_scope |= Q(event__organiser__in=organisations_of(user, "events.check_in"))
    return (
        Session.objects.filter(
            theirs, in_scope, cancelled_at=None, event__published_at__isnull=False,
            starts_at__gte=now - LONGEST_SESSION, starts_at__lte=now + CHECK_IN_BEFORE, ends_at__gt=now - SELF_AFTER,
        )
        .select_related("event__unit", "event__organiser", "event__room__facility", "community")
        .order_by("starts_at", "pk")[:20]
    )  # fmt: skip


def of_whom(resident: Resident) -> Q:
    """The registrations of whoever holds a code: one's own, those of the people one signed up with oneself, and of
    the children one is the guardian of.
    """
    return Q(resident=resident) | Q(sign_up__resident=resident) | Q(sign_up__guardian=resident)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code_check_in(request, signed):
    """Staff scanned somebody: today's sessions, one tap each. Everybody else reads what this code is for."""
    try:
        found = codes.read_own(signed)
    except DomainError as refusal:
        return render(request, "events/code.html", {"refusal": refusal}, status=422)
    resident = found.resident
    sessions = list(sessions_for(request.user, resident))
    if not sessions and not Resident.objects.visible_to(request.user).filter(pk=resident.pk).exists():
        if request.method != "POST" and Resident.objects.of(request.user).filter(pk=resident.pk).exists():
            return redirect("events:my_code")
        return render(request, "events/code.html", status=403 if request.method == "POST" else 200)
    if request.method == "POST":
        wanted = request.POST.get("session", "")
        session = next((one for one in sessions if str(one.pk) == wanted), None)
        person = _whom(session, resident, request.POST.get("resident", "")) if session else None
        if person is None:
            messages.error(request, _("Check-in for this session is not open, or it is not yours to do."))
        else:
            _tap(request, session, person)
        return redirect(request.path)
    rows = _rows(sessions, resident)
    return render(request, "events/code_check_in.html", {"person": resident, "sessions": rows})


# what may be done to a check-in where a code was scanned
AT_THE_CODE = {
    "leave": operations.check_out,
    "back": operations.undo_check_out,
    "undo": operations.undo_check_in,
}


def _tap(request, session, resident):
    there = Attendance.objects.live().filter(session=session, resident=resident).first()
    act = request.POST.get("act", "")
    try:
        if there and act in AT_THE_CODE:
            there.session = session
            AT_THE_CODE[act](attendance=there, by=request.user)
        elif not act:
            operations.check_in(session=session, resident=resident, by=request.user, how=Attendance.How.CODE)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s: noted.") % {"name": resident.masked_name})


def _rows(sessions, resident) -> list[dict]:
    """Each session with whoever holds the code and the people who came along, as far as they are listed; a session
    somebody has a place in comes first."""
    listed = defaultdict(dict)
    places = Registration.objects.live().filter(
        of_whom(resident), session__in=sessions, resident__left_on=None
    )
    for row in places.select_related("resident").order_by("pk"):
        listed[row.session_id][row.resident_id] = row.resident
    everybody = {resident.pk, *(pk for people in listed.values() for pk in people)}
    rows = Attendance.objects.live().filter(session__in=sessions, resident__in=everybody)
    there = {(row.session_id, row.resident_id): row for row in rows}
    found = []
    for session in sessions:
        placed = listed[session.pk]
        people = {resident.pk: resident} | placed
        shown = [
            {"person": one, "there": there.get((session.pk, pk)), "placed": pk in placed}
            for pk, one in sorted(people.items(), key=lambda one: one[0] not in placed)
        ]
        found.append({"session": session, "people": shown, "placed": bool(placed)})
    return sorted(found, key=lambda row: not row["placed"])


def _whom(session, resident: Resident, wanted: str) -> Resident | None:
    """Whoever of the page was tapped; the one who holds the code if nobody is named."""
    people = {str(row["person"].pk): row["person"] for row in _rows([session], resident)[0]["people"]}
    return people.get(wanted or str(resident.pk))


@never_cache
@require_safe
def wall(request, pk):
    """For a screen at the door: the picture changes every half minute, without scripts."""
    session = session_or_404(request, pk)
    require_on(request.user, "events.check_in", session.event)
    now = timezone.now()
    context = {"session": session, "event": session.event, "window": _self_window(session, now)}
    if context["window"] == "open":
        address = request.build_absolute_uri(reverse("events:scan", args=[codes.sign_wall(session, now)]))
        context |= {"qr": codes.picture(address), "seconds": codes.seconds_left(now)}
    context["present"] = session.attendances.live().count()
    return render(request, "events/wall.html", context)


def _self_window(session, now) -> str:
    if session.cancelled_at:
        return "cancelled"
    if now < session.check_in_opens_at:
        return "early"
    after = SELF_AFTER if session.event.needs_check_out else 0 * SELF_AFTER
    return "open" if now <= session.ends_at + after else "over"


@login_not_required
@never_cache
@require_safe
def scan(request, signed):
    """A participant scanned the wall. Whoever has to sign in first keeps the ticket meanwhile."""
    try:
        session = codes.read_wall(signed)
    except DomainError as refusal:
        return render(request, "events/code.html", {"refusal": refusal}, status=422)
    now = time.time()
    kept = {pk: until for pk, until in request.session.get(TICKET, {}).items() if until > now}
    request.session[TICKET] = kept | {str(session): now + MINUTES * 60}
    return redirect("events:arrive", session)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def arrive(request, pk):
    """“I am here”, for oneself and the people one acts for."""
    if request.session.get(TICKET, {}).get(str(pk), 0) < time.time():
        refusal = _("Please scan the code on the screen at the door.")
        return render(request, "events/code.html", {"refusal": refusal}, status=422)
    rows = Session.objects.filter(event__published_at__isnull=False)
    rows = rows.select_related("event__unit", "event__organiser", "event__room__facility", "community")
    session = get_object_or_404(rows, pk=pk)
    people = here_for(request.user, session)
    status = 200
    if request.method == "POST":
        resident = next((one for one in people if str(one.pk) == request.POST.get("resident")), None)
        if resident is None:
            status = 422
            messages.error(request, _("Please choose one of your people."))
        elif _noted(request, session, resident):
            return redirect("events:arrive", pk)
        else:
            status = 422
    there = {
        one.resident_id: one for one in Attendance.objects.live().filter(session=session, resident__in=people)
    }
    context = {
        "session": session,
        "event": session.event,
        "window": _self_window(session, timezone.now()),
        "people": [
            {
                "person": one,
                "there": there.get(one.pk),
                "why": "" if one.pk in there else for_the_staff(session, one),
            }
            for one in people
        ],
    }
    return render(request, "events/arrive.html", context, status=status)


def here_for(user, session) -> list[Resident]:
    """The people of `user` this session may concern: those of its community, and those who are signed up; and whom
    `user` signed up with oneself, or as the guardian. A mandate is for sign-ups alone.
    """
    own = list(Resident.objects.of(user).values_list("pk", flat=True))
    theirs = Q(sign_up__resident__in=own) | Q(sign_up__guardian__in=own)
    brought = session.registrations.live().filter(theirs).values_list("resident", flat=True)
    people = Resident.objects.living().filter(pk__in={*own, *brought}).select_related("community")
    people = sorted(people, key=lambda one: (one.pk not in own, one.pk))
    placed = set(session.registrations.live().filter(resident__in=people).values_list("resident", flat=True))
    return [
        one
        for one in people
        if one.pk in placed or one.community_id == session.community_id or is_expected(session, one)
    ]


def _noted(request, session, resident) -> bool:
    there = Attendance.objects.live().filter(session=session, resident=resident).first()
    act = request.POST.get("act", "")
    try:
        if there and act == "leave":
            there.session = session
            operations.check_out_self(attendance=there, by=request.user)
            messages.success(request, _("%(name)s: noted.") % {"name": resident.name})
        elif not act:
            operations.check_in_self(session=session, resident=resident, by=request.user)
            messages.success(request, _("%(name)s is checked in.") % {"name": resident.name})
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return False
    return True
