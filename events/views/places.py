"""Signing up, waiting, answering an offer and withdrawing, by the people themselves."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import surveys.operations
from community.pages import community_page
from config.errors import DomainError
from residents.models import ResidenceState, Resident
from residents.operations import mandate_of, person_for
from surveys.forms import form_for

from .. import operations, rows
from ..eligibility import is_child, may_agree_for
from ..explain import missed, missed_words, rules_of
from ..forms_sign_up import SignUpForm
from ..models import Event, Registration, Session, SignUp, SignUpState
from ..operations.asking import answers_of
from ..operations.draw import place_of
from .own import held_by_row, missed_out, shown, standing

WITH = (
    "event__unit",
    "event__questions",
    "event__after_course",
    "event__room__facility",
    "session__community",
)


def session_or_404(community, event, pk):
    """A session that anybody may sign up for: published, in this community."""
    sessions = Session.objects.public().select_related("event__room__facility", "event__unit")
    session = get_object_or_404(sessions, pk=pk, event=event, community=community)
    session.community = community
    return session


@never_cache
@community_page
@require_http_methods(["GET", "HEAD", "POST"])
def register(request, community, event, pk):
    session = session_or_404(community, event, pk)
    if session.event.is_course:
        return redirect("events:enrol", community, event)
    return at_pool(request, session)


@never_cache
@community_page
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request, community, event):
    """One sign-up for a whole course."""
    courses = Event.objects.public().within(community).filter(is_course=True)
    course = get_object_or_404(courses.select_related("room__facility", "unit"), pk=event)
    course.community = community
    return at_pool(request, course)


def address_of(pool) -> str:
    if isinstance(pool, Session):
        return reverse("events:register", args=[pool.community, pool.event_id, pool.pk])
    return reverse("events:enrol", args=[pool.community, pool.pk])


def at_pool(request, pool):
    if request.method != "POST":
        return page(request, pool)
    resident, guardian = person(request, pool)
    form = SignUpForm(request.POST, pool=pool, resident=resident, household=others_for(pool, resident))
    asked = form_for(pool.programme.questions, request.POST, request.FILES)
    if not (form.is_valid() & asked.is_valid()):
        return page(request, pool, status=422, bound=(resident, form, asked))
    mandate = mandate_of(request.user, resident) if getattr(resident, "by_mandate", False) else None
    try:
        made = operations.sign_up(
            pool=pool, resident=resident, by=request.user, guardian=guardian, wait=request.POST.get("wait") == "1", mandate=mandate,
            answers=partial(keep_answers, asked, request.user), **form.how(),
        )  # fmt: skip
    except DomainError as refusal:
        pool = type(pool).objects.select_related(*pool.READ_WITH).get(pk=pool.pk)
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return page(request, pool, str(refusal), status=422, bound=(resident, form, asked), about=resident)
    if made.state == SignUpState.WAITING:  # may have been offered at once what is left
        made.refresh_from_db(fields=["state"])
    messages.success(request, said_of(made))
    return redirect(address_of(pool))


def keep_answers(form, user, made: SignUp) -> None:
    if questions := made.event.questions:
        surveys.operations.answer(
            survey=questions, cause=answers_of(made), form=form, resident=made.resident, by=user
        )


def said_of(sign_up: SignUp) -> str:
    words = {
        SignUpState.PLACED: _("%(name)s has a place."),
        SignUpState.ENTERED: _("%(name)s is in the draw."),
        SignUpState.WAITING: _("%(name)s is on the waiting list."),
        SignUpState.OFFERED: _("A place is offered to %(name)s."),
        SignUpState.ENDED: _("This sign-up of %(name)s has ended."),
    }
    if sign_up.event.policy != Event.Policy.DRAW:  # those who missed out come first: no lot is drawn
        words[SignUpState.ENTERED] = _("%(name)s is signed up.")
    return words[sign_up.state] % {"name": sign_up.resident.name}


def people_of(request, community) -> list[Resident]:
    """The people of this community the account acts for, oneself first; `by_mandate`: somebody else."""
    people = list(Resident.objects.acted_for(request.user).filter(community=community))
    for one in people:
        one.by_mandate = one.user_id != request.user.pk
        if not one.by_mandate:
            one.user = request.user
    return sorted(people, key=lambda one: (one.by_mandate, one.pk))


def household_of(resident):
    """The others of the household."""
    if resident is None or resident.household_id is None:
        return Resident.objects.none()
    return Resident.objects.living().filter(household=resident.household_id).exclude(pk=resident.pk)


def others_for(pool, resident):
    """Whom the form names beside: nobody for a child, nor to whoever holds a mandate, which is for one person."""
    alone = getattr(resident, "by_mandate", False) or is_child(pool, resident)
    return Resident.objects.none() if alone else household_of(resident)


def children_of(resident, pool) -> list[Resident]:
    """For whom the person may sign up as the guardian."""
    if getattr(resident, "by_mandate", False):
        return []
    return [one for one in household_of(resident) if is_child(pool, one) and may_agree_for(resident, one)]


def person(request, pool) -> tuple[Resident, Resident | None]:
    """For whom, and who agrees for a child: one of those people, or the account's own person, made known now."""
    chosen, people = request.POST.get("person", ""), people_of(request, pool.community)
    if not chosen:
        return person_for(request.user, pool.community), None
    if not chosen.isdecimal() or len(chosen) > 18:
        raise Http404
    for own in people:
        if own.pk == int(chosen):
            return own, None
        for child in children_of(own, pool):
            if child.pk == int(chosen):
                return child, own
    raise Http404


def page(request, pool, refusal="", status=200, bound=None, about=None):
    """`refusal` is about the person `about`; it stands at their card, and where a form is sent, in it."""
    own = people_of(request, pool.community)
    is_newcomer = all(one.by_mandate for one in own)  # the community does not know the account's own person
    new = newcomer_of(request.user, pool)
    people = own + [child for one in own for child in children_of(one, pool)]
    questions = pool.programme.questions
    asked = bound[2] if bound else form_for(questions)
    cards = refused_together(each_once([card_of(request, pool, one, bound) for one in people]))
    for card in cards if questions else ():
        is_asked = bound is not None and bound[0] == card["resident"]
        card["asked"] = asked if is_asked else asked.anew(f"id_{card['resident'].pk}_%s")
    turned_away = is_newcomer and (operations.closed(pool) or operations.not_for(pool, new))
    folded(cards, bound)
    at = next((card for card in cards if about and about.pk in card["keys"]), None)
    if bound and at and at.get("form") is bound[1] and not at["refusal"]:
        refusal = ""  # the form says it
    session = pool if isinstance(pool, Session) else next_date(pool)
    context = {
        "nav": "events",
        "pool": pool,
        "event": pool.programme,
        "session": session,
        "row": rows.session_rows(Session.objects.filter(pk=session.pk), pool.community)[0]
        if session
        else None,
        "rules": rules_of(pool.programme, pool),
        "people": cards,
        "asked": asked if questions else None,
        "refusal": refusal,
        "refused_at": at["resident"].pk if at else None,
        "may_claim": not operations.closed(pool),
        "closed": turned_away
        or (operations.refusal(pool, None) if is_newcomer and not can_wait(pool) else ""),
        "newcomer": card_of_newcomer(pool, new, asked) if is_newcomer else None,
        "waiting": SignUp.objects.of_pool(pool).in_line().count() if can_wait(pool) else 0,
    }
    return render(request, "events/register.html", context, status=status)


def next_date(course) -> Session | None:
    """The next one that has not begun: whoever signs up during a session comes to the one after it."""
    coming = course.sessions.filter(cancelled_at=None, starts_at__gt=timezone.now())
    return coming.order_by("starts_at", "pk").first()


def each_once(cards: list[dict]) -> list[dict]:
    """A sign-up that names several of the people is shown with the first of them."""
    seen: set[int] = set()
    kept = []
    for card in cards:
        pk = card["shown"]["sign_up"].pk if card["shown"] else 0
        if pk not in seen or not pk:
            kept.append(card)
        seen.add(pk)
    return kept


def refused_together(cards: list[dict]) -> list[dict]:
    """Several who read the same sentence read it once, on the card of the first of them."""
    first: dict[str, dict] = {}
    for card in cards:
        together = card.get("refusal") if not card.get("missed") else ""
        one = first.setdefault(together or f"{card['resident'].pk}", card)
        one.setdefault("names", []).append(card["resident"].name)
        one.setdefault("keys", []).append(card["resident"].pk)
        if card["shown"]:
            one["keys"] += [named["resident"].pk for named in card["shown"]["people"]]
    return list(first.values())


def folded(cards: list[dict], bound) -> None:
    """One form is open: the one that was sent, else the first. The others are a line each until they are opened."""
    forms = [card for card in cards if card.get("form") and not card["refusal"]]
    sent = next((card for card in forms if bound and card["form"] is bound[1]), forms[0] if forms else None)
    for card in forms:
        card["is_open"] = card is sent
        card["is_folded"] = len(forms) > 1


def newcomer_of(user, pool) -> Resident:
    """Whom the community would make known on signing up: nothing is kept yet."""
    community = pool.community
    return Resident(
        community=community, unit=community, path=community.path, name=user.name,
        state=ResidenceState.UNCONFIRMED,
    )  # fmt: skip


def card_of_newcomer(pool, resident, asked) -> dict:
    """The same form as for everybody; the community knows of no household."""
    form = SignUpForm(pool=pool, resident=resident, household=Resident.objects.none(), auto_id="id_new_%s")
    return {"resident": resident, "form": form, "asked": asked.anew("id_new_%s"), "can_wait": can_wait(pool)}


def can_wait(pool) -> bool:
    return pool.standing() == "full" and pool.programme.has_waiting_list


def card_of(request, pool, resident, bound=None) -> dict:
    """What the page says of one person: the sign-up that stands, why there can be none, or the form."""
    found = standing(pool, resident)
    held = None if found else held_by_row(pool, resident)
    card = {"resident": resident, "held": held, "shown": shown(found, request.user) if found else None}
    if found or held:
        return card
    waits = can_wait(pool)
    closed = operations.closed(pool)
    refusal = closed or operations.not_for(pool, resident)
    card["may_claim"] = resident.state == ResidenceState.UNCONFIRMED and not closed
    if not refusal and pool.standing() == "full" and not waits:
        refusal = operations.refusal(pool, resident)
    if refusal:
        card["missed"] = missed_out(pool, resident)
    is_session = isinstance(pool, Session)
    household = others_for(pool, resident)
    is_mine = bound is not None and bound[0] == resident
    form = bound[1] if is_mine else SignUpForm(
        pool=pool, resident=resident, household=household, initial={"person": resident.pk},
        auto_id=f"id_{resident.pk}_%s",
    )  # fmt: skip
    other = operations.overlapping(pool, resident) if is_session and not refusal else None
    return card | {"refusal": refusal, "can_wait": waits, "other": other, "form": form}


def own_sign_up(request, community, pk) -> SignUp:
    """One of one's own, of an event anybody may see."""
    mine = SignUp.objects.of(request.user).filter(event__in=Event.objects.public().within(community))
    return get_object_or_404(mine.select_related(*WITH, "resident"), pk=pk)


@never_cache
@community_page
@require_safe
def sign_up(request, community, pk):
    """One sign-up: where the message about it leads."""
    found = own_sign_up(request, community, pk)
    if found.state != SignUpState.ENDED:
        return redirect(address_of(found.pool))
    context = {
        "nav": "my",
        "sign_up": found,
        "event": found.event,
        "missed": missed_words(found),
        "without_place": missed(found),
    }
    context["shown"] = {"drawn": place_of(found) if context["missed"] else None}
    return render(request, "events/sign_up.html", context)


def answered(act):
    """A page that does one thing to one's own sign-up, and goes back to where one signed up."""

    @community_page
    @require_POST
    def view(request, community, pk):
        found = own_sign_up(request, community, pk)
        try:
            messages.success(request, act(request, found))
        except DomainError as refusal:
            return page(request, found.pool, str(refusal), status=422, about=found.resident)
        return redirect(address_of(found.pool))

    return view


@answered
def accept(request, sign_up):
    return said_of(operations.accept(sign_up=sign_up, by=request.user))


@answered
def decline(request, sign_up):
    waits = request.POST.get("wait_on") == "1"
    operations.decline(sign_up=sign_up, by=request.user, wait_on=waits)
    if waits:
        return _("You keep your place in the line and wait for places for everybody.")
    return _("Thank you for saying so. The place goes to the next one.")


@answered
def leave(request, sign_up):
    member = request.POST.get("member", "")
    chosen = next((one for one in sign_up.people() if member and str(one.pk) == member), None)
    if member and chosen is None:
        raise Http404
    was = sign_up.state
    operations.leave(sign_up=sign_up, member=chosen, by=request.user)
    if was == SignUpState.PLACED:
        return _("%(name)s has withdrawn. Thank you for saying so.") % {"name": chosen or sign_up.resident}
    return _("%(name)s is not in the line any more.") % {"name": chosen or sign_up.resident}


@community_page
@require_POST
def withdraw(request, community, event, pk):
    session = session_or_404(community, event, pk)
    chosen = request.POST.get("registration", "")
    if not chosen.isdecimal() or len(chosen) > 18:
        raise Http404
    registration = get_object_or_404(
        Registration.objects.by_hand_of(request.user).select_related(
            "session__event__unit", "resident", "sign_up__event", "sign_up__session"
        ),
        pk=int(chosen),
        session=session,
    )
    try:
        operations.withdraw(registration=registration, by=request.user)
    except DomainError as refusal:
        return page(request, session, str(refusal), status=422, about=registration.resident)
    messages.success(
        request, _("%(name)s has withdrawn. Thank you for saying so.") % {"name": registration.resident.name}
    )
    return redirect("events:register", community, event, pk)
