"""At the door: the roll-call for one thumb, and signing up somebody else."""

from functools import wraps
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.forms import CheckboxInput
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.views import sent
from community.access import organisations_of, scope
from config import typed
from config.errors import DomainError
from residents.models import Resident
from residents.search import Search

from .. import operations, rows
from ..award_source import may_award
from ..forms import WalkInForm
from ..models import Attendance, Registration, Session, SignUp
from ..operations.expected import members_expected
from ..operations.places import closed
from ..operations.seats import pool_of
from ..roll import counts, matching, roll_rows
from .codes import code_address
from .desk import require_on, session_or_404
from .places import said_of

MOST_FOUND = 20


@require_http_methods(["GET", "HEAD", "POST"])
def roll(request, pk):
    """The list; what is typed to find somebody on it is posted."""
    session = session_or_404(request, pk)
    require_on(request.user, "events.check_in", session.event)
    if request.method == "POST":
        by_code = code_address(request, session, request.POST.get("q", ""))
        return redirect(by_code) if by_code else typed.to_address(request, most=200)
    return render(request, "events/roll.html", roll_context(request, session))


def roll_context(request, session) -> dict:
    kept = kept_of(request)
    words = typed.read(request)[:40]
    people = roll_rows(session)
    event = session.event
    return (
        heading(session)
        | kept
        | {
            "as_helper_url": address(session, kept | {"as_helper": "1"}),
            "as_participant_url": address(session, kept | {"as_helper": ""}),
            "whole_url": address(session, kept | {"q": ""}),
            "walk_in_url": address(session, kept, "events:walk_in"),
            "register_url": address(session, kept | {"q": ""}, "events:register_for"),
            "people": matching(people, words, session) if words else people,
            "counts": counts(people),
            "is_party": members_expected(session) is not None,
            "over": session.ends_at <= timezone.now(),
            "words": words,
            "window": "cancelled" if session.cancelled_at else session.check_in_window(),
            "opens_at": session.check_in_opens_at,
            "may_register": event.may(request.user, "events.register"),
            "may_award": bool(people) and may_award(session, request.user),
        }
    )


def heading(session) -> dict:
    starts_at, ends_at = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    day = rows.day_strings(starts_at.date(), timezone.localdate())
    return {"session": session, "event": session.event, "when": f"{day['heading']} {rows.hours(starts_at, ends_at)}"}  # fmt: skip


def number(request, name: str) -> int:
    value = request.POST.get(name, "")
    if not value.isdecimal() or len(value) > 18:
        raise Http404
    return int(value)


KEPT = ("q", "reason", "as_helper")


def kept_of(request) -> dict:
    """What the list was opened with, so that every way back leads to the same list."""
    sent = request.POST if request.method == "POST" else request.GET
    kept = {name: sent.get(name, "")[:200] for name in KEPT}
    return kept | {"as_helper": "1" if kept["as_helper"] == "1" else ""}


def address(session, kept: dict, page: str = "events:roll") -> str:
    query = urlencode({name: value for name, value in kept.items() if value})
    return reverse(page, args=[session.pk]) + (f"?{query}" if query else "")


def back(request, session, person=""):
    """The same place of the same list; just the pieces that changed for the script that asked for them."""
    if person and request.headers.get("X-Pieces"):
        return pieces(request, session, person)
    return redirect(address(session, kept_of(request)) + (f"#p{person}" if person else ""))


def pieces(request, session, pk):
    context = roll_context(request, session)
    context |= {"pk": pk, "people": [person for person in context["people"] if person["pk"] == pk]}
    return render(request, "events/_roll_pieces.html", context)


@require_POST
def check_in(request, pk):
    session = session_or_404(request, pk)
    require_on(request.user, "events.check_in", session.event)
    resident = get_object_or_404(known_to(request.user, session), pk=number(request, "resident"))
    try:
        operations.check_in(
            session=session,
            resident=resident,
            by=request.user,
            as_helper=request.POST.get("as_helper") == "1",
            reason=request.POST.get("reason", ""),
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return back(request, session, resident.pk)


def known_to(user, session):
    """Whom `user` may check in or sign up here: those signed up, and those in their own care."""
    listed = Q(pk__in=session.registrations.live().values("resident"))
    listed |= Q(pk__in=session.attendances.live().values("resident"))
    members = members_expected(session)
    if members is not None:
        listed |= Q(pk__in=members.values("pk"))
    return Resident.objects.living().filter(listed | in_care(user, session))


def in_care(user, session) -> Q:
    """People of the community whom `user` may see: a grid worker helps everywhere, but finds only their own."""
    of_branch = Q(party_branch__in=organisations_of(user, "residents.view"))
    return (scope(user, "residents.view", "path") | of_branch) & Q(community=session.community)


def tapped(name: str):
    """A tap on somebody who is there: find the row, let `act` do it, show what it looks like now."""

    def decorated(act):
        @require_POST
        @wraps(act)
        def view(request, pk):
            session = session_or_404(request, pk)
            require_on(request.user, "events.check_in", session.event)
            rows = Attendance.objects.select_related("resident", "registration").filter(session=session)
            attendance = get_object_or_404(rows, pk=number(request, "attendance"))
            attendance.session = session
            try:
                act(request, attendance)
            except DomainError as refusal:
                messages.error(request, str(refusal))
            return back(request, session, attendance.resident_id)

        view.__name__ = name
        return view

    return decorated


@tapped("undo_check_in")
def undo_check_in(request, attendance):
    operations.undo_check_in(attendance=attendance, by=request.user, reason=request.POST.get("reason", ""))


@tapped("check_out")
def check_out(request, attendance):
    operations.check_out(attendance=attendance, by=request.user)


@tapped("undo_check_out")
def undo_check_out(request, attendance):
    operations.undo_check_out(attendance=attendance, by=request.user)


@tapped("companions")
def companions(request, attendance):
    operations.count_companions(attendance=attendance, number=number(request, "companions"), by=request.user)


@require_http_methods(["GET", "HEAD", "POST"])
def walk_in(request, pk):
    """Somebody who is not in the register came along."""
    session = session_or_404(request, pk)
    require_on(request.user, "events.check_in", session.event)
    kept = kept_of(request)
    form, alike = WalkInForm(sent(request), initial={"as_helper": kept["as_helper"]}), []
    if form.is_valid():
        said = form.cleaned_data
        alike = [] if said.pop("is_another") else namesakes(request.user, session, said["name"])
    if alike:
        form.fields["is_another"].widget = CheckboxInput()
        form.add_error("is_another", _("Somebody of this name is known here: check in whom you mean."))
    elif form.is_valid():
        try:
            attendance = operations.walk_in(session=session, by=request.user, reason=kept["reason"], **said)
        except DomainError as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("%(name)s is checked in.") % {"name": attendance.resident.name})
            return back(request, session, attendance.resident_id)
    context = heading(session) | kept | {"form": form, "alike": alike, "roll_url": address(session, kept)}
    return render(request, "events/walk_in.html", context, status=422 if form.is_bound else 200)


def namesakes(user, session: Session, name: str) -> list[Resident]:
    """People of this name whom `user` may check in: one of them may be meant, who is `there` already when the form
    was sent twice.
    """
    there = set(session.attendances.live().values_list("resident", flat=True))
    same = list(known_to(user, session).filter(name=name).select_related("unit__parent")[:5])
    for one in same:
        one.there = one.pk in there
    return same


@require_http_methods(["GET", "HEAD", "POST"])
def register_for(request, pk):
    """Staff sign up somebody without a phone: search, then one tap."""
    session = session_or_404(request, pk)
    require_on(request.user, "events.register", session.event)
    if request.method == "POST" and "resident" not in request.POST:
        return typed.to_address(request, most=40)
    words, kept = typed.read(request)[:40], kept_of(request)
    refusal, status, pool = "", 200, pool_of(session)
    if request.method == "POST":
        resident = get_object_or_404(known_to(request.user, session), pk=number(request, "resident"))
        try:
            made = operations.sign_up(
                pool=pool, resident=resident, by=request.user, at_the_desk=True, wait=request.POST.get("wait") == "1"
            )  # fmt: skip
        except DomainError as error:
            refusal, status = str(error), 422
        else:
            messages.success(request, said_of(made))
            return redirect(address(session, kept, "events:register_for"))
    context = (
        heading(session)
        | kept
        | {
            "words": words,
            "found": found(request.user, session, words) if words else [],
            "most": MOST_FOUND,
            "refusal": refusal,
            "closed": operations.refusal(pool, None, at_the_desk=True),
            "can_wait": may_wait(pool),
            "asks_more": asks_more(pool),
            "query": urlencode({name: value for name, value in kept.items() if value}),
            "roll_url": address(session, kept | {"q": ""}),
            "may_check_in": session.event.may(request.user, "events.check_in")
            and (
                session.check_in_window() == "open"
                or bool(session.check_in_window() == "late" and kept["reason"])
            ),
        }
    )
    return render(request, "events/register_for.html", context, status=status)


def asks_more(pool) -> bool:
    """Whether one tap is not enough to sign somebody up: there are questions, or others may come along."""
    return bool(pool.programme.questions_id) or pool.programme.most_seats > 1


def may_wait(pool) -> bool:
    """Whether who is signed up at the desk now joins a line: all places are taken, or others wait for what is left."""
    if not pool.programme.has_waiting_list or closed(pool, at_the_desk=True):
        return False
    return (pool.places_left is not None and pool.places_left <= 0) or (
        SignUp.objects.of_pool(pool).in_line().exists()
    )


def found(user, session: Session, words: str) -> list[dict]:
    """People in the user's own care by name, pinyin, number or address, and whether they are on the list, or wait."""
    people, _more = Search(user, words, within=session.community, only=in_care(user, session)).page(
        Resident.objects.select_related("unit__parent"), size=MOST_FOUND
    )
    held = dict(session.registrations.live().filter(resident__in=people).values_list("resident", "pk"))
    there = set(session.attendances.live().filter(resident__in=people).values_list("resident", flat=True))
    asked = {
        person.pk: sign_up
        for sign_up in SignUp.objects.live().of_pool(pool_of(session)).naming(people)
        .select_related("resident").prefetch_related("members")
        for person in sign_up.people()
    }  # fmt: skip
    return [
        {
            "resident": person,
            "held": held.get(person.pk),
            "present": person.pk in there,
            "sign_up": asked.get(person.pk),
        }
        for person in people
    ]


@require_POST
def withdraw_for(request, pk):
    session = session_or_404(request, pk)
    require_on(request.user, "events.register", session.event)
    registration = get_object_or_404(Registration, pk=number(request, "registration"), session=session)
    registration.session = session
    try:
        operations.withdraw(registration=registration, by=request.user, at_the_desk=True)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The place is free again."))
    return back(request, session)
