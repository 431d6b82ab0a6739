"""Signing up and withdrawing. Whoever moves seats holds the pool first, and the database refuses to oversell."""

from collections.abc import Callable, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError
from residents.models import Mandate, Resident

from .. import messages
from ..eligibility import is_child, may_agree_for, not_for
from ..models import Entry, Event, Registration, Session, SignUp, SignUpMember, SignUpState
from . import draw, seats
from .queue import fill
from .seats import pool_of


def closed(pool: Session | Event, *, at_the_desk: bool = False) -> str:
    """Why nobody can sign up now, in a sentence; that all places are taken is no reason to stay out of the line.

    At the desk staff may still sign people up after the window has closed, and before it opens.
    """
    standing = pool.standing()
    if standing in {"open", "full"} or (at_the_desk and standing in {"closed", "not_open"}):
        return ""
    return _standing_sentence(pool, standing)


def refusal(pool: Session | Event, resident: Resident | None, *, at_the_desk: bool = False) -> str:
    """Why `resident` (None: anybody) gets no place now, in a sentence; empty when nothing is in the way."""
    if sentence := closed(pool, at_the_desk=at_the_desk):
        return sentence
    if pool.places_left is not None and pool.places_left <= 0:
        return full(pool)
    return not_for(pool, resident, at_the_desk=at_the_desk) if resident else ""


def full(pool: Session | Event) -> str:
    if pool.programme.has_waiting_list:
        return _("All places are taken. You can join the waiting list.")
    return _("All places are taken. Please look at the other sessions.")


def _standing_sentence(pool: Session | Event, standing: str) -> str:
    def when(moment):
        return date_format(timezone.localtime(moment), "DATETIME_FORMAT")

    if standing == "cancelled":
        return _("This session is cancelled: %(reason)s") % {"reason": pool.cancel_reason}
    if standing == "over":
        return _("This session is over.")
    if standing == "not_needed":
        return _("No sign-up is needed. Just come along.")
    if standing == "not_open":
        return _("Sign-up opens on %(when)s.") % {"when": when(pool.registration_opens_at)}
    closed_at = pool.registration_closes_at or pool.line_ends_at
    if closed_at is None:
        return _("No date is fixed yet.")
    return _("Sign-up closed on %(when)s.") % {"when": when(closed_at)}


def overlapping(session: Session, resident: Resident) -> Registration | None:
    """A place `resident` holds elsewhere at the same time. It is said, not forbidden."""
    return (
        Registration.objects.live()
        .filter(resident=resident, session__cancelled_at=None)
        .filter(session__starts_at__lt=session.ends_at, session__ends_at__gt=session.starts_at)
        .exclude(session=session)
        .select_related("session__event")
        .order_by("session__starts_at")
        .first()
    )


def still_here(*people: Resident) -> None:
    """Hold the people's rows. Raises DomainError for one who has left the register, or is merged at this moment."""
    rows = Resident.objects.select_for_update(no_key=True).filter(pk__in={person.pk for person in people})
    if any(rows.order_by("pk").values_list("left_on", flat=True)):
        raise DomainError(_("This person has left the register."))


@transaction.atomic
def register(*, session: Session, resident: Resident, by: User, **how) -> Registration | None:
    """Give `resident` (and the group) a place in `session`, or in the whole course it belongs to.

    Asking again returns the place already held. Raises DomainError when there is none; None when it has to wait, or
    places are drawn later. `how`: see `sign_up`.
    """
    sign_up, rows = _sign_up(pool_of(session), resident, by, **how)
    rows = rows or sign_up.registrations.live().filter(session=session, resident=resident)
    return next((row for row in rows if (row.session_id, row.resident_id) == (session.pk, resident.pk)), None)


@transaction.atomic
def enrol(*, event: Event, resident: Resident, by: User, **how) -> SignUp:
    """One sign-up for all sessions of a course. `how`: see `sign_up`."""
    return _sign_up(event, resident, by, **how)[0]


@transaction.atomic
def sign_up(*, pool: Session | Event, resident: Resident, by: User, **how) -> SignUp:
    """One person or group asks for seats: they get them, enter the draw, or with `wait` join the waiting list.

    `members`: people named beside `resident`; `companions`: people without a name; `may_split`: part of the group may
    get places alone; `guardian` and `consent`: for children below 14; `mandate`: by which `by` acts for `resident`; `answers(sign_up)` keeps what else was asked.
    Asking again returns the sign-up that stands. Raises DomainError when sign-up is closed, the event for others, or
    all places are taken and `wait` is not said.
    """
    return _sign_up(pool, resident, by, **how)[0]


def _sign_up(
    pool: Session | Event,
    resident: Resident,
    by: User,
    *,
    at_the_desk: bool = False,
    wait: bool = False,
    companions: int = 0,
    members: Sequence[Resident] = (),
    may_split: bool = False,
    guardian: Resident | None = None,
    consent: bool = False,
    mandate: Mandate | None = None,
    answers: Callable[[SignUp], None] | None = None,
) -> tuple[SignUp, list[Registration]]:
    people = [resident, *members]
    still_here(*people)
    if mandate:
        check_mandate(mandate, resident, by)
    pool = pool.held()
    if found := standing_sign_up(pool, people):
        return found, []
    if reason := closed(pool, at_the_desk=at_the_desk):
        raise DomainError(reason)
    _check_group(pool, people, companions, at_the_desk)
    made = SignUp(
        event=pool.programme, session=pool if isinstance(pool, Session) else None, resident=resident, by=by,
        seats=len(people) + companions, companions=companions, may_split=may_split and len(people) + companions > 1,
        mandate=mandate,
    )  # fmt: skip
    keep_consent(made, pool, people, guardian, consent, at_the_desk)
    rows = _decide(made, pool, people, by, wait)
    if mandate:
        record("mandates.use", by=by, on=made, path=made.event.unit.path, mandate=mandate.pk)
    if answers:
        answers(made)
    return made, rows


def check_mandate(mandate: Mandate, resident: Resident, by: User) -> None:
    """Its giver's row is held: it is not taken back at this moment."""
    if not Mandate.objects.current().filter(pk=mandate.pk, principal=resident, holder=by).exists():
        raise DomainError(_("This mandate has ended. Please ask the community."))


def standing_sign_up(pool: Session | Event, people: Sequence[Resident]) -> SignUp | None:
    """The first person's own. Raises DomainError when another of them is in one already, or they in another's."""
    keys = [person.pk for person in people]
    whose = {"session": pool} if isinstance(pool, Session) else {"event": pool, "session": None}
    names_them = Q(resident__in=keys) | Q(members__resident__in=keys)
    if len(keys) == 1:  # the usual case costs a fifth less to ask
        names_them = Q(resident=keys[0]) | Q(members__resident=keys[0])
    # Nearly always there is none: ids alone, asked for in one go, cost a quarter of whole rows step by step.
    standing = SignUp.objects.filter(names_them, ~Q(state=SignUpState.ENDED), **whose)
    there = list(standing.order_by().values_list("pk", flat=True))
    if not there:
        return None
    for found in SignUp.objects.filter(pk__in=there).select_related("resident", "event__unit", "session"):
        if found.resident_id == people[0].pk:
            return found
        named = {person.pk for person in found.people()}
        names = "、".join(person.name for person in people if person.pk in named)
        raise DomainError(_("%(name)s is signed up already.") % {"name": names}, field="members")
    return None


def _check_group(pool, people: Sequence[Resident], companions: int, at_the_desk: bool) -> None:
    first, count = people[0], len(people) + companions
    others = "companions" if companions else "members"
    if count > pool.programme.most_seats:
        most = pool.programme.most_seats
        words = ngettext(
            "One sign-up is for one person.", "One sign-up is for %(most)d people at the most.", most
        )
        raise DomainError(words % {"most": most}, field=others)
    if pool.places is not None and count > pool.places:
        words = _("There are only %(places)d places altogether.") % {"places": pool.places}
        raise DomainError(words, field=others)
    if len({person.pk for person in people}) < len(people):
        raise DomainError(_("Everybody is named once."), field="members")
    for person in people:
        apart = person.household_id is None or person.household_id != first.household_id
        if person is not first and apart and not at_the_desk:
            words = _("%(name)s is not of your household. Please name them as a companion.")
            raise DomainError(words % {"name": person}, field="members")
        if reason := not_for(pool, person, at_the_desk=at_the_desk):
            if person is first:
                raise DomainError(reason)
            words = _("%(name)s: %(why)s") % {"name": person, "why": reason}
            raise DomainError(words, field="members")


def keep_consent(made: SignUp | Entry, pool, people, guardian, consent: bool, at_the_desk: bool) -> None:
    """个人信息保护法 art. 31: for a child below 14 an adult of the household agrees, or staff who asked one."""
    children = [person for person in people if is_child(pool, person)]
    if not children:
        return
    guardian = guardian or next((person for person in people if person not in children), None)
    agrees = guardian is not None and all(may_agree_for(guardian, child) for child in children)
    if not agrees and not at_the_desk:
        raise DomainError(
            _(
                "%(name)s is younger than 14: an adult of the same household signs up, or the community does it with you."
            )
            % {"name": children[0]}
        )
    if not consent and not at_the_desk:
        words = _("Please tick that you agree as the guardian of %(name)s.") % {"name": children[0]}
        raise DomainError(words, field="consent")
    made.guardian, made.consent_at = (guardian if agrees else None), timezone.now()


def _decide(made: SignUp, pool, people, by: User, wait: bool) -> list[Registration]:
    """A place, a number in the draw, or the end of the line."""
    path = made.event.unit.path
    if draw.is_collecting(pool):
        made.state, made.number = SignUpState.ENTERED, seats.last_number(pool) + 1
        _save(made, people)
        record("events.enter", by=by, on=made, path=path)
        messages.tell_received(made)
        return []
    if not overtakes(made, pool) and seats.take(pool, made.seats):
        made.state, made.placed_at = SignUpState.PLACED, made.at
        _save(made, people)
        rows = seats.list_people([(made, people)], seats.sessions_of(pool), by=by)
        record("events.register", by=by, on=made, path=path)
        messages.tell_placed(made, is_new=True)
        return rows
    if not (wait and made.event.has_waiting_list):
        raise DomainError(full(pool) if made.seats == 1 or not pool.places_left else _too_few(pool))
    made.rank, position = seats.end_of_line(pool)
    made.state = SignUpState.WAITING
    _save(made, people)
    record("events.wait", by=by, on=made, path=path)
    messages.tell_waiting(made, position=position, is_new=True)
    fill(pool, by=by)
    return []


def overtakes(made: SignUp, pool) -> bool:
    """Whether somebody who waits would fit into the free places too."""
    if pool.places_left is None or pool.places_left <= 0:
        return False
    fits = Q(seats__lte=pool.places_left) | Q(may_split=True)
    return SignUp.objects.of_pool(pool).in_line().filter(fits).exists()


def _too_few(pool) -> str:
    left = pool.places_left
    words = ngettext("Only %(left)d place is left.", "Only %(left)d places are left.", left) % {"left": left}
    return (
        f"{words} {full(pool)}"
        if not pool.programme.has_waiting_list
        else _("%(words)s As a group you can join the waiting list.") % {"words": words}
    )


def _save(made: SignUp, people) -> None:
    made.save(force_insert=True)
    SignUpMember.objects.bulk_create([SignUpMember(sign_up=made, resident=person) for person in people[1:]])
