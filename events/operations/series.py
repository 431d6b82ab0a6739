"""Sessions that repeat: made by a rule, changed and cancelled from one on, counted at the door."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import Case, Q, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError
from venues.models import Room
from venues.operations.booking import spoken
from venues.operations.repeating import plan

from .. import messages_series
from ..models import Entry, Event, Registration, Session, SignUp, SignUpMember, SignUpState
from ..recurrence import MOST, Rule
from . import changing, programme, queue
from .rooms import cause_of

THIS, FOLLOWING, ALL = "this", "following", "all"
MOST_COUNTED = 100_000


def clashes(
    room: Room | None, times: Iterable[tuple[datetime, datetime]], by: User, besides: Iterable[Session] = ()
) -> dict[datetime, str]:
    """Of the `times` (start, end) those at which `room` is closed or taken, with why or by what.

    What the sessions `besides` hold is not in the way: they move.
    """
    times = list(times)
    if room is None or not times:
        return {}
    own, found = {cause_of(session) for session in besides}, {}
    for slot in plan(room=room, times=times, people=1, by=by):
        held = [booking for booking in slot.held if booking.cause not in own]
        if slot.refusal or held:
            found[slot.starts_at] = slot.refusal or spoken(held[0], by)
    return found


@transaction.atomic
def repeat_event(*, event: Event, rule: Rule, days: Iterable[date], fields: dict, by: User) -> list[Session]:
    """Make a session on each of `days`, which the rule gives, and keep the rule with the event.

    `fields` are those all have in common; sign-up for all opens at once and closes as long before each as before the first.
    """
    chosen = set(days)
    if stray := chosen - {found.day for found in rule.days()}:
        raise DomainError(_("%(day)s is not a day of this rule.") % {"day": min(stray)})
    if not chosen:
        raise DomainError(_("Choose at least one day."))
    first = rule.moments(rule.first)[0]
    sessions = [_one(rule, day, first, fields) for day in sorted(chosen)]
    made = programme.add_sessions(event=event, sessions=sessions, by=by)
    messages_series.tell_added(event, made)
    if rule.how != "once":
        # By its last day: some of so many may have been left out, and it may go on later.
        kept = replace(rule, count=None, until=max(chosen)) if rule.count else rule
        Event.objects.filter(pk=event.pk).update(repeats=kept.kept())
    return made


def _one(rule: Rule, day: date, first: datetime, fields: dict) -> dict:
    starts_at, ends_at = rule.moments(day)
    one = fields | {"starts_at": starts_at, "ends_at": ends_at}
    if closes_at := fields.get("registration_closes_at"):
        one["registration_closes_at"] = closes_at + (starts_at - first)
    opens_at = fields.get("registration_opens_at")
    if opens_at and opens_at >= (one.get("registration_closes_at") or starts_at):
        one["registration_opens_at"] = None
    return one


def affected(session: Session, which: str) -> list[Session]:
    """The sessions a change to `session` reaches: itself, and those still to come that nobody has been to."""
    if which == THIS:
        return [session]
    rows = session.event.sessions.filter(cancelled_at=None, ends_at__gt=timezone.now())
    rows = rows.exclude(attendances__withdrawn_at=None, attendances__isnull=False)
    if which == FOLLOWING:
        rows = rows.filter(starts_at__gte=session.starts_at)
    return list(rows.select_related("event__unit", "event__room__facility", "room__facility", "unit")[:MOST])


def is_the_only_one(session: Session) -> bool:
    """Whether a change can reach no other session."""
    return not any(one.pk != session.pk for one in affected(session, ALL))


def stamp(sessions: Iterable[Session]) -> str:
    """What the sessions were when a page was made: another one later means that somebody changed them."""
    seen = ",".join(f"{session.pk}.{session.version}" for session in sessions)
    return sha256(seen.encode()).hexdigest()[:16]


def told(sessions: Iterable[Session]) -> int:
    """How many people hear of a change: who has a place in one of them or waits for one; of a group the one who signed
    it up and whoever has an account, of a child without an account the guardian; of a sports meet who has entered, too.
    `messages.everybody` finds the same.
    """
    sessions = list(sessions)
    events = {session.event_id for session in sessions if session.event.is_course}
    waits = Q(session__in=sessions) | Q(event__in=events, session=None)
    placed = Registration.objects.live().filter(session__in=sessions, resident__left_on=None)
    waiting = SignUp.objects.filter(waits, resident__left_on=None)
    waiting = waiting.exclude(state__in=[SignUpState.PLACED, SignUpState.ENDED])
    guardian = {"sign_up__resident__user": None, "sign_up__guardian__isnull": False}
    by_row = Case(
        When(**guardian, then="sign_up__guardian"), default=Coalesce("sign_up__resident", "resident")
    )
    by_sign_up = Case(When(resident__user=None, guardian__isnull=False, then="guardian"), default="resident")
    named = SignUpMember.objects.filter(
        sign_up__in=waiting, resident__user__isnull=False, resident__left_on=None
    )
    own = placed.filter(resident__user__isnull=False)
    entered = Entry.objects.of_events({session.event_id for session in sessions})
    whom = (
        (placed, by_row), (own, "resident"), (waiting, by_sign_up), (named, "resident"), (entered, "hears"),
    )  # fmt: skip
    first, *others = (rows.order_by().values_list(who) for rows, who in whom)
    return first.union(*others).count()


def told_of(event: Event) -> int:
    """How many hear of a change to all of it that is still to come; nobody of a draft."""
    if not event.published_at or event.cancelled_at:
        return 0
    return told(event.sessions.upcoming().filter(cancelled_at=None).select_related("event"))


SHARED = ["places", "room", "place", "unit", "teacher", "note"]


def planned(session: Session, sessions: Iterable[Session], fields: dict) -> list[tuple[Session, dict]]:
    """What a change of `session` to `fields` means for each of `sessions`: only what differs is carried over,
    a moved time by as many days and to the same hours."""
    differing = {
        name: fields[name] for name in SHARED if name in fields and fields[name] != getattr(session, name)
    }
    starts_at, ends_at = fields["starts_at"], fields["ends_at"]
    is_moved = (starts_at, ends_at) != (session.starts_at, session.ends_at)
    here = timezone.localtime(starts_at)
    days = here.date() - timezone.localtime(session.starts_at).date()
    found = []
    for other in sessions:
        if other.pk == session.pk:
            found.append((other, fields))
            continue
        changed = dict(differing)
        if is_moved:
            day = timezone.localtime(other.starts_at).date() + days
            start = timezone.make_aware(datetime.combine(day, here.time()))
            changed |= {"starts_at": start, "ends_at": start + (ends_at - starts_at)}
            if other.registration_closes_at:
                changed["registration_closes_at"] = other.registration_closes_at + (start - other.starts_at)
        found.append((other, changed))
    return found


def offers_of(changes: Iterable[tuple[Session, dict]]) -> int:
    """How many offers to those who wait follow at once from a planned change of places."""
    return sum(
        queue.would_offer(session, programme.check_seats(session.event, fields["places"], session.held_room))
        for session, fields in changes
        if "places" in fields and fields["places"] != session.places
    )


@transaction.atomic
def change_series(
    *, session: Session, which: str, seen: str, by: User, reason: str = "", **fields
) -> list[Session]:
    """Change `session` and, as `which` says, the following or all still to come.

    Raises Stale when one of them is not what it was when the page was made (`seen`: their `stamp`).
    """
    Event.objects.select_for_update(no_key=True).get(pk=session.event_id)
    sessions = changing.held(session.event_id, [one.pk for one in affected(session, which)])
    sessions.sort(key=lambda one: (one.starts_at, one.pk))
    if stamp(sessions) != seen:
        raise programme.Stale
    session = next((one for one in sessions if one.pk == session.pk), session)
    changes = [(one, changed) for one, changed in planned(session, sessions, fields) if changed]
    if which != THIS:
        _follow_rhythm(session, fields)
    return changing.change_all(changes=changes, by=by, reason=reason)


def _follow_rhythm(session: Session, fields: dict) -> None:
    """What the page says of how it repeats is true of the sessions to come; with other days it says nothing."""
    event, start, end = session.event, *map(timezone.localtime, (fields["starts_at"], fields["ends_at"]))
    if not event.repeats or (fields["starts_at"], fields["ends_at"]) == (session.starts_at, session.ends_at):
        return
    same_day = start.date() == timezone.localdate(session.starts_at)
    hours = {"start": start.time().isoformat(), "end": end.time().isoformat()}
    Event.objects.filter(pk=event.pk).update(repeats=event.repeats | hours if same_day else None)


@transaction.atomic
def cancel_series(*, session: Session, which: str, reason: str, by: User) -> list[Session]:
    sessions = affected(session, which)
    changing.cancel_all(event=session.event, sessions=sessions, reason=reason, by=by)
    return sessions


@transaction.atomic
def count_heads(*, session: Session, number: int | None, by: User) -> Session:
    """How many came beside those checked in by name; empty takes the count back."""
    session = (
        Session.objects.select_for_update(of=("self",), no_key=True)
        .select_related("event__unit")
        .get(pk=session.pk)
    )
    if session.cancelled_at:
        raise DomainError(_("This session is cancelled."))
    if session.check_in_window() == "early":
        raise DomainError(_("Counting begins two hours before the start."))
    if number is not None and not 0 <= number <= MOST_COUNTED:
        raise DomainError(_("This number cannot be right."))
    if session.counted == number:
        return session
    record(
        "events.count_heads", by=by, on=session, path=session.event.unit.path, was=session.counted, now=number
    )
    session.counted = number
    session.counted_at, session.counted_by = (timezone.now(), by) if number is not None else (None, None)
    session.save(update_fields=["counted", "counted_at", "counted_by"])
    return session
