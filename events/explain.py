"""The rules of an event in words, as people read them before they sign up."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import Event, QueueMove, Session, SignUp, SignUpState
from .operations.deciding import decide_by


def when(moment) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def rules_of(event: Event, pool: Session | Event | None = None) -> list[str]:
    """For `pool`, or for the event as a whole: who may sign up, who gets a place, what happens when it is full."""
    return [
        words
        for words in [*_for_whom(event), *_who_gets_a_place(event, pool), *_minimum(event, pool)]
        if words
    ]


def _for_whom(event: Event) -> list[str]:
    words = []
    ages = {"from": event.age_from, "to": event.age_to}
    if event.age_from is not None and event.age_to is not None:
        words.append(_("For people who are %(from)d to %(to)d years old on that day.") % ages)
    elif event.age_from is not None:
        words.append(_("For people who are %(from)d or older on that day.") % ages)
    elif event.age_to is not None:
        words.append(_("For people who are %(to)d or younger on that day.") % ages)
    if event.only_this_unit:
        words.append(_("For people who live in %(unit)s.") % {"unit": event.unit})
    if event.tag:  # which one is nobody else's business
        words.append(_("For residents whom the community has noted for it."))
    if event.after_course_id:
        words.append(_("For those who completed “%(course)s”.") % {"course": event.after_course})
    if event.one_session_each and not event.is_course:
        words.append(_("Everybody has one session only."))
    if event.most_seats > 1:
        words.append(
            ngettext(
                "One sign-up is for one person.",
                "One sign-up is for %(most)d people at the most.",
                event.most_seats,
            )
            % {"most": event.most_seats}
        )
    return words


def _who_gets_a_place(event: Event, pool) -> list[str]:
    closes_at = pool.registration_closes_at if pool is not None else None
    closing = (
        _("when sign-up closes, on %(when)s") % {"when": when(closes_at)}
        if closes_at
        else _("when sign-up closes")
    )
    first = [_("One sign-up is for all sessions.")] if event.is_course else []
    words = {
        Event.Policy.FIRST: _("Whoever signs up first gets a place."),
        Event.Policy.DRAW: _("Places are drawn %(closing)s. Everybody has the same chance, and anybody can check the draw.") % {"closing": closing},
        Event.Policy.MISSED: _("Places are given %(closing)s: first to those who missed out last time, then as people signed up.") % {"closing": closing},
    }[event.policy]  # fmt: skip
    if not event.has_waiting_list:
        return [*first, words]
    waiting = _(
        "When all places are taken you can wait. A place that becomes free is offered to the next in line and kept for"
        " %(hours)d hours, less when it starts soon."
    ) % {"hours": event.offer_hours}
    if event.most_seats == 1:
        return [*first, words, waiting]
    return [*first, words, waiting, _("A group waits as one: it is only split when it agreed to that.")]


def _minimum(event: Event, pool) -> list[str]:
    if not event.minimum:
        return []
    if pool is not None and pool.goes_ahead_at:
        return [_("It is certain that this takes place.")]
    due = decide_by(pool) if pool is not None else None
    if due:
        return [_("It takes place if %(least)d people sign up. That is decided on %(when)s.") % {
            "least": event.minimum, "when": date_format(timezone.localtime(due), "DATE_FORMAT")}]  # fmt: skip
    return [_("It takes place if %(least)d people sign up. That is decided %(days)d days before.") % {
        "least": event.minimum, "days": event.decide_days}]  # fmt: skip


def waiting_words(sign_up: SignUp) -> list[str]:
    """Where somebody stands who waits, and why others may have been served before."""
    words = [_("You are number %(position)d in the line.") % {"position": sign_up.position()}]
    if sign_up.seats > 1:
        words.append(
            _(
                "You wait for %(seats)d places together. When fewer are free, a smaller group behind you may get them; you keep your place in the line."
            )
            % {"seats": sign_up.seats}
            if not sign_up.may_split
            else _("You wait for %(seats)d places. When fewer are free, they are offered to part of you.")
            % {"seats": sign_up.seats}
        )
    if sign_up.passed_over:
        words.append(
            ngettext(
                "Smaller groups behind you were served once so far.",
                "Smaller groups behind you were served %(times)d times so far.",
                sign_up.passed_over,
            )
            % {"times": sign_up.passed_over}
        )
    moves = QueueMove.objects.filter(sign_up__in=SignUp.objects.of_pool(sign_up.pool), at__gt=sign_up.at)
    if moved := moves.exclude(sign_up=sign_up).count():
        words.append(
            ngettext(
                "Since you wait, staff have moved %(moved)d sign-up ahead, with a written reason.",
                "Since you wait, staff have moved %(moved)d sign-ups ahead, with written reasons.",
                moved,
            )
            % {"moved": moved}
        )
    places = sign_up.pool.places
    if places is not None and sign_up.seats > places and not sign_up.may_split:
        words.append(
            _("There are only %(places)d places altogether now: they are not enough for all of you.")
            % {"places": places}
        )
    return words


def missed(sign_up: SignUp) -> str:
    """In two words, that the places given at closing went to others; empty when that is not so."""
    ended = sign_up.state == SignUpState.ENDED and sign_up.end == SignUp.End.CLOSED
    if sign_up.number is None or not (ended or sign_up.state == SignUpState.WAITING):
        return ""
    return _("Not drawn") if sign_up.event.policy == Event.Policy.DRAW else _("No place at closing")


def missed_words(sign_up: SignUp) -> list[str]:
    """What that means for whoever got no place: whether they still wait, and what happens when one becomes free."""
    if not missed(sign_up):
        return []
    by_lot = sign_up.event.policy == Event.Policy.DRAW
    words = [_("The draw gave you no place.") if by_lot else _("The places went to those who came before you in the order.")]  # fmt: skip
    if sign_up.state == SignUpState.WAITING:
        kept = _("You are on the waiting list now, in the same order. When a place becomes free it is offered to the next in line: we tell you, and keep it for you for up to %(hours)d hours.")  # fmt: skip
        return [*words, kept % {"hours": sign_up.event.offer_hours}]
    if sign_up.event.has_waiting_list:
        return [*words, _("You were on the waiting list until it closed; no place became free for you.")]
    return [*words, _("This event keeps no waiting list: you need not wait for a message any more.")]
