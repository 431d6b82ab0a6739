"""Seats change hands here. Whoever calls holds the pool (`pool.held()`), so counter, line and rows agree."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count, F, Max, Q
from django.utils import timezone

from accounts.models import User
from residents.models import Resident

from ..models import Event, Registration, Session, SignUp, SignUpState


def pool_of(session: Session) -> Session | Event:
    """Where its seats come from: the whole course, or the session itself."""
    return session.event if session.event.is_course else session


def take(pool: Session | Event, seats: int) -> bool:
    """Whether there were so many; one statement tests and takes, and none of what is cancelled is given."""
    if pool.places_left is not None and pool.places_left < seats:
        return False
    found = type(pool).objects.filter(pk=pool.pk, cancelled_at=None)
    if pool.places is not None:
        found = found.filter(places_taken__lte=F("places") - seats)
    if not found.update(places_taken=F("places_taken") + seats):
        return False
    pool.places_taken += seats
    return True


def free(pool: Session | Event, seats: int) -> None:
    type(pool).objects.filter(pk=pool.pk).update(places_taken=F("places_taken") - seats)
    pool.places_taken -= seats


def locked(sign_up: SignUp) -> SignUp:
    """The sign-up as it is now; its pool is held."""
    rows = SignUp.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("resident", "event__unit", "session").get(pk=sign_up.pk)


def end_of_line(pool: Session | Event) -> tuple[int, int]:
    """The rank behind all others, and the position there, from 1."""
    waits = Count("pk", filter=Q(state=SignUpState.WAITING))
    found = SignUp.objects.live().of_pool(pool).aggregate(last=Max("rank"), waiting=waits)
    return (found["last"] or 0) + 1, found["waiting"] + 1


def last_number(pool: Session | Event) -> int:
    return SignUp.objects.of_pool(pool).aggregate(last=Max("number"))["last"] or 0


def sessions_of(pool: Session | Event) -> list[Session]:
    """The dates a place in the pool is good for."""
    if isinstance(pool, Session):
        return [pool]
    return list(pool.sessions.filter(cancelled_at=None, ends_at__gt=timezone.now()).order_by("pk"))


def give_place(
    sign_up: SignUp, pool: Session | Event, people: list[Resident], *, by: User | None
) -> list[Registration]:
    """The sign-up, whose seats are taken already, has its place: one row for each person and date."""
    sign_up.state, sign_up.placed_at = SignUpState.PLACED, timezone.now()
    sign_up.offer_until, sign_up.offered_seats = None, 0
    sign_up.save(update_fields=["state", "placed_at", "offer_until", "offered_seats"])
    return list_people([(sign_up, people)], sessions_of(pool), by=by)


def list_people(
    sign_ups: Iterable[tuple[SignUp, list[Resident]]], sessions: list[Session], *, by: User | None
) -> list[Registration]:
    """Rows of the roll-call for everybody of these placed sign-ups; who is on it already stays as they are."""
    sign_ups = list(sign_ups)
    wanted = [
        Registration(
            session=session,
            resident=person,
            sign_up=sign_up,
            seats=1 + sign_up.companions if person.pk == sign_up.resident_id else 1,
            at=sign_up.placed_at or sign_up.at,
            by=by or sign_up.by,
        )
        for session in sessions
        for sign_up, people in sign_ups
        for person in people
    ]
    for_course = any(sign_up.session_id is None for sign_up, _people in sign_ups)
    if for_course:
        wanted = _not_listed(wanted, sessions)
    Registration.objects.bulk_create(wanted)
    if for_course:
        count_dates(wanted, +1)
    return wanted


def _not_listed(wanted: list[Registration], sessions: list[Session]) -> list[Registration]:
    people = {row.resident_id for row in wanted}
    rows = Registration.objects.live().filter(session__in=sessions, resident__in=people)
    there = set(rows.values_list("session", "resident"))
    return [row for row in wanted if (row.session_id, row.resident_id) not in there]


def count_dates(rows: Iterable[Registration], sign: int) -> None:
    """Count the seats of `rows` at each date of a course, the sessions in the order of their keys."""
    changes: dict[int, int] = defaultdict(int)
    for row in rows:
        changes[row.session_id] += sign * row.seats
    for pk in sorted(changes):
        Session.objects.filter(pk=pk).update(places_taken=F("places_taken") + changes[pk])
