"""Who is told what when something happens to a sign-up or a session. Called inside the operation's transaction; rows only.

Of a group the one who signed up is told, of a child without an account the guardian; of changes, cancellations and
by reminders also whoever of the group has an account.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.operations import label
from notifications.operations import Message, call_off, language_of, tell_all
from residents.models import Resident

from .models import Entry, Event, Registration, Session, SignUp, SignUpMember, SignUpState
from .parts import first_of

SOON = timedelta(hours=12)  # what begins so soon is told at night too
WAITS = [SignUpState.ENTERED, SignUpState.WAITING, SignUpState.OFFERED]
REMINDERS = ["day_before", "hours_before"]


def cause_of(event: Event, session: Session | None = None) -> str:
    """`event:7/session:42/`: all that was told of an event is found by its beginning."""
    return f"event:{event.pk}/session:{session.pk}/" if session else f"event:{event.pk}/"


def when(moment: datetime) -> str:
    at = timezone.localtime(moment)
    return f"{date_format(at, 'MONTH_DAY_FORMAT')} {date_format(at, 'l')} {date_format(at, 'TIME_FORMAT')}"


def stamp(moment: datetime) -> int:
    return int(moment.timestamp())


def told(sign_up: SignUp) -> Resident:
    """Who hears of a sign-up: of somebody without an account the guardian, or whoever acts by mandate."""
    person = sign_up.resident
    if person.user_id is not None:
        return person
    if sign_up.guardian_id:
        return sign_up.guardian
    if sign_up.mandate_id and sign_up.mandate.state == "current":
        return Resident.objects.of(sign_up.mandate.holder).first() or person
    return person


def message(
    kind: str, person: Resident, event: Event, session: Session | None, key: str, words, **more
) -> Message:
    """`words()` gives subject and text, in the language of the person."""
    community = session.community if session else event.community
    with language_of(person.user):
        subject, text = words()
        hello = _("%(name)s: ") % {"name": person.name}
    more.setdefault("url", _page(event, session, community))
    return Message(
        kind=kind, to=person.user, community=community, subject=subject, text=hello + text,
        cause=cause_of(event, session), key=f"{kind}:{key}", phone=person.phone,
        name=person.name, path=person.path, about=label(person), **more,
    )  # fmt: skip


def _page(event: Event, session: Session | None, community) -> str:
    if event.is_internal or not event.published_at:
        return ""
    if session and not event.is_course:
        return reverse("events:register", args=[community, event.pk, session.pk])
    return reverse("events:event", args=[community, event.pk])


def _at(event: Event, session: Session) -> str:
    return _("“%(title)s” on %(when)s") % {"title": event.title, "when": when(session.starts_at)}


def _what(sign_up: SignUp) -> str:
    """What somebody signed up for, with its time."""
    if sign_up.session:
        return _at(sign_up.event, sign_up.session)
    return _("the course “%(title)s”") % {"title": sign_up.event.title}


def _where(sign_up: SignUp) -> str:
    """Where the session is; a course is where most of its sessions are."""
    if sign_up.session is None:
        return sign_up.event.where()
    sign_up.session.event = sign_up.event  # read already
    return sign_up.session.where()


def _tell(kind: str, sign_up: SignUp, subject, text, key: str = "", is_new: bool = False, **more) -> None:
    def words():
        return subject(), text()

    key = f"{sign_up.pk}{key}"
    one = message(kind, told(sign_up), sign_up.event, sign_up.session, key, words, **more)
    tell_all([one], are_new=is_new)


# --- one sign-up ---


def tell_received(sign_up: SignUp) -> None:
    """The sign-up is in the draw."""
    _tell(
        "received",
        sign_up,
        lambda: _("Signed up: %(title)s") % {"title": sign_up.event.title},
        lambda: (
            _("we have your sign-up for %(what)s. Places are given when sign-up closes; you will be told.")
            % {"what": _what(sign_up)}
        ),
    )


def tell_placed(sign_up: SignUp, *, is_new: bool = False) -> None:
    """Everybody of the sign-up has a place. `is_new`: it has just been made, so that nobody can have been told."""
    event = sign_up.event
    if sign_up.offered_at:
        offer_is_over(sign_up)

    def text():
        said = _("you have a place at %(what)s.") % {"what": _what(sign_up)}
        if sign_up.seats > 1:
            said = _("you have %(seats)d places at %(what)s.") % {
                "seats": sign_up.seats,
                "what": _what(sign_up),
            }
        if where := _where(sign_up):
            said += _(" Place: %(place)s.") % {"place": where}
        return said + (_(" Please bring: %(what)s.") % {"what": event.bring} if event.bring else "")

    def subject():
        return _("You have a place: %(title)s") % {"title": event.title}

    _tell("placed", sign_up, subject, text, is_new=is_new)


def tell_waiting(sign_up: SignUp, *, position: int | None = None, is_new: bool = False) -> None:
    """The sign-up is on the waiting list now, at `position` as far as that is known. `is_new`: see `tell_placed`."""
    position = position or sign_up.position()
    _tell(
        "waiting",
        sign_up,
        lambda: _("On the waiting list: %(title)s") % {"title": sign_up.event.title},
        lambda: _("you are number %(position)d on the waiting list of %(what)s. When a place becomes free we tell you.")
        % {"position": position, "what": _what(sign_up)},
        is_new=is_new,
    )  # fmt: skip


def tell_offer(sign_up: SignUp) -> None:
    """Places are offered until `offer_until`; an earlier offer of fewer places is not sent any more."""
    until, count = sign_up.offer_until, sign_up.offered_seats
    offer_is_over(sign_up)

    def text():
        said = ngettext(
            "a place at %(what)s is kept for you until %(until)s. Please accept or decline it by then.",
            "%(count)d places at %(what)s are kept for you until %(until)s. Please accept or decline them by then.",
            count,
        )
        said %= {"what": _what(sign_up), "until": when(until), "count": count}
        return said + first_of(sign_up, count) if count < sign_up.seats else said

    _tell(
        "offer",
        sign_up,
        lambda: _("A place is free: %(title)s") % {"title": sign_up.event.title},
        text,
        key=f":{stamp(until)}:{count}",
        not_after=until,
        urgent=until - timezone.now() < SOON,
    )


def offer_is_over(sign_up: SignUp) -> None:
    call_off(cause=cause_of(sign_up.event, sign_up.session), kinds=["offer"], about=label(told(sign_up)))


def tell_offer_lapsed(sign_up: SignUp) -> None:
    """The offer was not taken in time; the place went on."""
    offer_is_over(sign_up)
    _tell(
        "lapsed",
        sign_up,
        lambda: _("The offer has ended: %(title)s") % {"title": sign_up.event.title},
        lambda: (
            _("the place kept for you at %(what)s has gone on to the next one. You can sign up again.")
            % {"what": _what(sign_up)}
        ),
    )


def tell_no_place(sign_up: SignUp) -> None:
    """It begins, and no place became free."""
    _tell(
        "withdrawn",
        sign_up,
        lambda: _("No place became free: %(title)s") % {"title": sign_up.event.title},
        lambda: (
            _("no place became free at %(what)s. Next time those who missed out may come first.")
            % {"what": _what(sign_up)}
        ),
    )


def tell_taken_off(
    person: Resident, sign_up: SignUp, session: Session | None, *, by: User, reason: str = ""
) -> None:
    """Staff gave back what `person` had or waited for: of a course for the date `session` alone, when there is one."""
    heard = told(sign_up) if person.pk == sign_up.resident_id else person
    event = sign_up.event
    offer_is_over(sign_up)
    if heard.user_id == by.pk:
        return

    def words():
        what = _what(sign_up) if session is None else _at(event, session)
        text = _("your sign-up for %(what)s was taken off at the counter. If you did not ask for that, please call us.")  # fmt: skip
        if reason:
            text = _("your sign-up for %(what)s was taken off by the community. Reason: %(reason)s. If that is not right, please call us.")  # fmt: skip
        return _("Taken off: %(title)s") % {"title": event.title}, text % {"what": what, "reason": reason}

    key = f"{sign_up.pk}:off:{session.pk if session else ''}:{stamp(timezone.now())}:{heard.pk}"
    tell_all([message("withdrawn", heard, event, session or sign_up.session, key, words)])


# --- everybody of a session or an event ---


def placed(registrations) -> list[Resident]:
    """Who hears of those that are live among `registrations`: of a group whoever has an account, too; each once."""
    return once(person for _session, person in _placed(registrations))


def _placed(registrations) -> list[tuple[int, Resident]]:
    people = "sign_up__resident__user", "sign_up__guardian__user", "resident__user"
    rows = registrations.live().filter(resident__left_on=None).select_related(*people).order_by("pk")
    found = [(row.session_id, told(row.sign_up) if row.sign_up else row.resident) for row in rows]
    return found + [(row.session_id, row.resident) for row in rows if row.resident.user_id]


def once(people: Iterable[Resident]) -> list[Resident]:
    """Each account once, also that of somebody whom two communities know."""
    found: dict[int, Resident] = {}
    for one in people:
        found.setdefault(one.user_id or -one.pk, one)
    return list(found.values())


def heard(sign_ups: Iterable[SignUp]) -> list[tuple[SignUp, Resident]]:
    """Who hears of changes to `sign_ups`: see `told`, and of a group whoever has an account."""
    sign_ups = list(sign_ups)
    found = [(one, told(one)) for one in sign_ups]
    if groups := {one.pk: one for one in sign_ups if one.seats > 1}:
        named = SignUpMember.objects.filter(sign_up__in=groups, resident__user__isnull=False)
        named = named.filter(resident__left_on=None).select_related("resident__user").order_by("pk")
        found += [(groups[one.sign_up_id], one.resident) for one in named]
    return found


def _waiting(pools: Q) -> list[tuple[int | None, Resident]]:
    rows = SignUp.objects.filter(pools, state__in=WAITS, resident__left_on=None)
    rows = rows.select_related("resident__user", "guardian__user").order_by("pk")
    return [(row.session_id, person) for row, person in heard(rows)]


def everybody_by_session(event: Event, sessions: list[Session]) -> dict[int, dict[int, Resident]]:
    """Of each of `sessions` those with a place or waiting for one, each once; of a course its line and of a sports
    meet who has entered at every date."""
    found: dict[int, list[Resident]] = {session.pk: [] for session in sessions}
    rows = _placed(Registration.objects.filter(session__in=sessions))
    rows += _waiting(Q(session__in=sessions) | Q(session=None, event=event))
    rows += [(None, person) for person in Entry.objects.who_hear(event)]
    for session, person in rows:
        for people in found.values() if session is None else [found[session]]:
            people.append(person)
    return {session: {one.pk: one for one in once(people)} for session, people in found.items()}


def everybody(event: Event, sessions: list[Session]) -> dict[int, Resident]:
    """Those with a place in one of `sessions` or waiting for one, each once."""
    people = everybody_by_session(event, sessions).values()
    return {pk: person for there in people for pk, person in there.items()}


def why(reason: str) -> str:
    """As part of a sentence: without the full stop that staff may have typed."""
    return reason.strip().rstrip("。.！!；;，, ") or _("none given")


def moved_words(session: Session, was: datetime, reason: str):
    """It began at `was`, or takes place elsewhere at the same time."""
    said = {
        "title": session.event.title, "was": when(was), "now": when(session.starts_at), "place": session.where(),
        "reason": why(reason),
    }  # fmt: skip
    text = _("“%(title)s” of %(was)s is moved to %(now)s. Reason: %(reason)s. If you cannot come, please give your place back.")  # fmt: skip
    if said["place"]:
        text = _("“%(title)s” of %(was)s is moved to %(now)s, at %(place)s. Reason: %(reason)s. If you cannot come, please give your place back.")  # fmt: skip
    if was == session.starts_at:
        text = _("“%(title)s” on %(was)s takes place elsewhere: %(place)s. If you cannot come, please give your place back.")  # fmt: skip
        text += _(" Reason: %(reason)s.") if reason else ""
    return _("Moved: %(title)s") % said, text % said


def led_words(session: Session):
    text = _("“%(title)s” on %(when)s is led by %(who)s now. Time and place stay.")
    return _("Another teacher: %(title)s") % {"title": session.event.title}, text % {
        "title": session.event.title,
        "when": when(session.starts_at),
        "who": session.led_by() or _("somebody else"),
    }


def tell_moved_over(sign_up: SignUp, was: Session, *, had_a_place: bool = True) -> None:
    """Staff have put the sign-up into another session than `was`, which may be cancelled and made up for, or where it
    only waited; `sign_up.session` is the new one."""
    event = sign_up.event

    def words():
        said = {"was": when(was.starts_at), "what": _what(sign_up)}
        text = _("your place of %(was)s is at %(what)s now. If you cannot come, please give it back.")
        if not had_a_place:
            text = _("you waited for %(was)s; now you have a place at %(what)s. If you cannot come, please give it back.")  # fmt: skip
        if was.cancelled_at:
            text = _("the session of %(was)s, which was cancelled, is made up for: you have a place at %(what)s. If you cannot come, please give it back.")  # fmt: skip
        return _("Another time: %(title)s") % {"title": event.title}, text % said

    people = once(person for _sign_up, person in heard([sign_up]))
    for person in people:
        call_off(cause=cause_of(event, was), kinds=[*REMINDERS, "offer"], about=label(person))
    key = f"{sign_up.pk}:{sign_up.session_id}:{stamp(timezone.now())}"
    urgent = min(was.starts_at, sign_up.session.starts_at) - timezone.now() < SOON
    tell_all(
        message("moved", person, event, sign_up.session, f"{key}:{person.pk}", words,
                not_after=sign_up.session.ends_at, urgent=urgent)
        for person in people
    )  # fmt: skip


def tell_made_up(made: Session, was: Session, people: dict[int, Resident], *, keeps_place: bool) -> int:
    """The cancelled session `was` takes place as `made`: who has a place in the course, or may sign up."""
    event = made.event

    def words():
        said = {"title": event.title, "was": when(was.starts_at), "now": when(made.starts_at)}
        text = _("“%(title)s” of %(was)s, which was cancelled, takes place on %(now)s. If you would like to come, please sign up.")  # fmt: skip
        if event.is_course:
            text = _("the session of “%(title)s” on %(was)s, which was cancelled, is held on %(now)s. You still wait for a place in the course.")  # fmt: skip
        if keeps_place:
            text = _("the session of “%(title)s” on %(was)s, which was cancelled, is held on %(now)s. You need not sign up again.")  # fmt: skip
        place = _(" Place: %(place)s.") % {"place": made.where()} if made.where() else ""
        return _("Made up for: %(title)s") % said, text % said + place

    return tell_all(
        message("moved", person, event, made, f"made_up:{made.pk}:{pk}", words, not_after=made.ends_at)
        for pk, person in people.items()
    )


def cancelled_words(session: Session):
    text = _("“%(title)s” on %(when)s does not take place. Reason: %(reason)s.")
    return _("Cancelled: %(title)s") % {"title": session.event.title}, text % {
        "title": session.event.title,
        "when": when(session.starts_at),
        "reason": why(session.cancel_reason),
    }


def tell_cancelled(event: Event, sessions: list[Session]) -> int:
    """To everybody of an event that is called off with `sessions`: once, however many they had signed up for."""
    call_off(cause=cause_of(event), kinds=[*REMINDERS, "moved", "offer"])
    if not sessions:
        return 0
    first, last = (pick(session.starts_at for session in sessions) for pick in (min, max))

    def words():
        said = {"title": event.title, "when": when(first), "reason": why(event.cancel_reason)}
        text = _("“%(title)s” on %(when)s does not take place. Reason: %(reason)s.")
        if len(sessions) > 1:
            text = _("“%(title)s” does not take place any more, from %(when)s on. Reason: %(reason)s.")
        return _("Cancelled: %(title)s") % {"title": event.title}, text % said

    return tell_all(
        message("cancelled", person, event, None, f"event:{event.pk}:{person.pk}", words,
                urgent=first - timezone.now() < SOON, not_after=last)
        for person in everybody(event, sessions).values()
    )  # fmt: skip
