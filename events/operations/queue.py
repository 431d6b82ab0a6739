"""The waiting list: a freed place is offered to the next that fits, taken, declined, or goes on when its time is over.

Every act holds the pool first. Nobody is overtaken, but by a group small enough for what is free, or by a written reason.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError

from .. import messages
from ..eligibility import is_child
from ..models import Event, QueueMove, Session, SignUp, SignUpMember, SignUpState
from . import asking, seats
from .words import said

BEFORE_START = timedelta(minutes=30)  # an offer ends so long before it begins, …
AT_LEAST = timedelta(hours=1)  # … but stands for so long, unless it begins sooner
ENDLESS = 1_000_000


def offer_until(pool: Session | Event, now: datetime) -> datetime:
    ends = pool.line_ends_at
    until = min(now + timedelta(hours=pool.programme.offer_hours), ends - BEFORE_START)
    return max(until, min(now + AT_LEAST, ends))


def is_open(pool: Session | Event, now: datetime) -> bool:
    """Whether anybody may still get a place from the line."""
    return pool.cancelled_at is None and pool.line_ends_at is not None and pool.line_ends_at > now


def next_offers(pool: Session | Event, left: int) -> Iterator[tuple[SignUp, int, list[int]]]:
    """Who would be offered how many of `left` free seats, in order, each with those passed over before.

    A group that does not fit is passed over and keeps its place in the line, unless it agreed to be split; what is
    free while it thinks about an offer for a part of it is offered to the rest of it first.
    """
    passed = []
    line = SignUp.objects.of_pool(pool).wanting_seats().select_related("resident", "event__unit", "session")
    for sign_up in line:
        wanted = sign_up.seats - sign_up.offered_seats
        if left <= 0:
            break
        if wanted > left and not (sign_up.may_split and parted(sign_up, pool, sign_up.offered_seats + left)):
            passed.append(sign_up.pk)
            continue
        yield sign_up, min(wanted, left), passed
        left, passed = left - min(wanted, left), []


def would_offer(pool: Session | Event, places: int | None) -> int:
    """How many offers follow at once when the pool gets so many places; None: without limit."""
    if not is_open(pool, timezone.now()):
        return 0
    left = ENDLESS if places is None else places - pool.places_taken
    return sum(1 for _offer in next_offers(pool, left))


def fill(pool: Session | Event, *, by: User | None = None) -> int:
    """Offer what is free to those who wait, in order; how many offers were made. The pool is held."""
    now, offers = timezone.now(), 0
    if not is_open(pool, now) or pool.places_left == 0:
        return 0
    left = ENDLESS if pool.places_left is None else pool.places_left
    for sign_up, count, passed in next_offers(pool, left):
        SignUp.objects.filter(pk__in=passed).update(passed_over=F("passed_over") + 1)
        _offer(sign_up, pool, count, now, by)
        offers += 1
    return offers


def _offer(sign_up: SignUp, pool, count: int, now: datetime, by: User | None) -> None:
    if not seats.take(pool, count):
        raise DomainError(_("The places have changed in the meantime. Please try again."))
    sign_up.state, sign_up.offered_seats = SignUpState.OFFERED, sign_up.offered_seats + count
    sign_up.offered_at, sign_up.offer_until = now, offer_until(pool, now)
    sign_up.save(update_fields=["state", "offered_seats", "offered_at", "offer_until"])
    record("events.offer", by=by, on=sign_up, path=sign_up.event.unit.path, seats=count)
    messages.tell_offer(sign_up)


@transaction.atomic
def accept(*, sign_up: SignUp, by: User) -> SignUp:
    """Take the offered places; twice changes nothing. Of a group that is offered a part, the first so many take them.

    Raises DomainError when there is no offer, or it has ended.
    """
    pool = sign_up.pool.held()
    sign_up = seats.locked(sign_up)
    if sign_up.state == SignUpState.PLACED:
        return sign_up
    if sign_up.state == SignUpState.WAITING:
        raise DomainError(_("No place is offered at present; the waiting goes on."))
    if sign_up.state != SignUpState.OFFERED or sign_up.offer_until <= timezone.now():
        raise DomainError(_("This offer has ended; the place has gone on to the next one."))
    people = sign_up.people()
    if sign_up.offered_seats < sign_up.seats:
        people = _split(sign_up, pool)
    seats.give_place(sign_up, pool, people, by=by)
    record("events.accept_offer", by=by, on=sign_up, path=sign_up.event.unit.path)
    messages.tell_placed(sign_up)
    fill(pool, by=by)  # the rest of a group that was split may fit by now
    return sign_up


def parted(sign_up: SignUp, pool: Session | Event, count: int) -> tuple[list, list] | None:
    """Who of a group comes when there are `count` seats, in the order named, and who waits on, led by no child if there
    is somebody else. None when children would wait with nobody who answers for them."""
    people = sign_up.people()
    coming, rest = people[:count], sorted(people[count:], key=lambda one: is_child(pool, one))
    if rest and sign_up.guardian_id is None and is_child(pool, rest[0]):
        return None
    return coming, rest


def _split(sign_up: SignUp, pool: Session | Event) -> list:
    """Those who come now. The others who are named wait on at the same place of the line; who has no name leaves it."""
    count = sign_up.offered_seats
    parts = parted(sign_up, pool, count)
    if parts is None:
        raise DomainError(_("Children would wait alone. Please wait for places for everybody, or call us."))
    coming, rest = parts
    sign_up.members.filter(resident__in=rest).delete()
    if rest:
        left = SignUp.objects.create(
            event=sign_up.event, session=sign_up.session, resident=rest[0], by=sign_up.by, at=sign_up.at,
            seats=len(rest), may_split=len(rest) > 1, state=SignUpState.WAITING, rank=sign_up.rank,
            number=sign_up.number, missed=sign_up.missed, guardian=sign_up.guardian, consent_at=sign_up.consent_at,
        )  # fmt: skip
        SignUpMember.objects.bulk_create(SignUpMember(sign_up=left, resident=one) for one in rest[1:])
        asking.take_along(sign_up.event, {asking.answers_of(sign_up): left})
    sign_up.seats, sign_up.companions = count, count - len(coming)
    sign_up.offered_seats = count
    sign_up.save(update_fields=["seats", "companions"])
    return coming


@transaction.atomic
def decline(*, sign_up: SignUp, by: User, wait_on: bool = False) -> SignUp:
    """Let the offer go to the next one; twice changes nothing. With `wait_on` a group that was offered a part keeps
    its place in the line, and is offered places for everybody only."""
    pool = sign_up.pool.held()
    sign_up = seats.locked(sign_up)
    if sign_up.state != SignUpState.OFFERED:
        if sign_up.state == SignUpState.PLACED:
            raise DomainError(_("The place is taken already. You can give it back."))
        return sign_up
    count = sign_up.offered_seats
    if wait_on and count < sign_up.seats:
        sign_up.state, sign_up.may_split = SignUpState.WAITING, False
        sign_up.offered_seats, sign_up.offer_until = 0, None
        sign_up.save(update_fields=["state", "may_split", "offered_seats", "offer_until"])
    else:
        end(sign_up, SignUp.End.DECLINED, by=by)
    seats.free(pool, count)
    record("events.decline_offer", by=by, on=sign_up, path=sign_up.event.unit.path)
    fill(pool, by=by)
    return sign_up


def end(sign_up: SignUp, how: str, *, by: User | None, now: datetime | None = None, reason: str = "") -> None:
    """The sign-up is over; its seats are the caller's to free."""
    sign_up.state, sign_up.end = SignUpState.ENDED, how
    sign_up.ended_at, sign_up.ended_by = now or timezone.now(), by
    sign_up.offer_until, sign_up.offered_seats, sign_up.end_reason = None, 0, reason
    fields = ["state", "end", "ended_at", "ended_by", "end_reason", "offer_until", "offered_seats"]
    sign_up.save(update_fields=fields)
    if how == SignUp.End.CLOSED:
        messages.tell_no_place(sign_up)


def run_offers() -> str:
    """Let offers pass whose time is over, offer their places on, and close lines of what has begun. For the clock."""
    now = timezone.now()
    lapsed = SignUp.objects.filter(state=SignUpState.OFFERED, offer_until__lte=now)
    pools = {one.pool for one in lapsed.select_related("event", "session")}
    begun = SignUp.objects.filter(
        Q(session__starts_at__lte=now) | Q(session=None, event__is_course=True),
        state__in=[SignUpState.WAITING, SignUpState.OFFERED],
    )
    pools |= {one.pool for one in begun.select_related("event", "session") if not is_open(one.pool, now)}
    done = sum(pass_on(pool) for pool in sorted(pools, key=lambda pool: (isinstance(pool, Session), pool.pk)))
    return _("%(count)d sign-ups") % {"count": done}


@transaction.atomic
def pass_on(pool: Session | Event) -> int:
    """End what is over in this pool, and offer what that frees."""
    now, pool = timezone.now(), pool.held()
    late = SignUp.objects.of_pool(pool).filter(state=SignUpState.OFFERED, offer_until__lte=now)
    ended = list(late.select_related("resident", "event__unit", "session").order_by("pk"))
    for sign_up in ended:
        seats.free(pool, sign_up.offered_seats)
        end(sign_up, SignUp.End.EXPIRED, by=None, now=now)
        record("events.offer_passed", by=None, on=sign_up, path=sign_up.event.unit.path)
        messages.tell_offer_lapsed(sign_up)
    if is_open(pool, now):
        fill(pool)
        return len(ended)
    return len(ended) + close_line(pool, SignUp.End.CLOSED)


def close_line(pool: Session | Event, how: str, *, by: User | None = None) -> int:
    """Nobody who waits or is offered a place gets one any more; the pool is held."""
    open_ones = [SignUpState.ENTERED, SignUpState.WAITING, SignUpState.OFFERED]
    line = list(SignUp.objects.of_pool(pool).filter(state__in=open_ones).order_by("pk"))
    seats.free(pool, sum(one.offered_seats for one in line))
    for sign_up in line:
        end(sign_up, how, by=by)
    return len(line)


def shorten_offers(pool: Session | Event) -> None:
    """What is held has been moved: no offer stands longer than people have until it begins. What was promised before
    stays otherwise, also when offers are kept for fewer hours from now on."""
    now, ends = timezone.now(), pool.line_ends_at
    latest = max(ends - BEFORE_START, min(now + AT_LEAST, ends))
    SignUp.objects.of_pool(pool).filter(state=SignUpState.OFFERED, offer_until__gt=latest).update(
        offer_until=latest
    )


@transaction.atomic
def follow_change(*, pool: Session | Event, by: User) -> None:
    """Places or dates of the pool have changed: offers end in time, and what is free is offered."""
    pool = pool.held()
    now = timezone.now()
    if is_open(pool, now):
        shorten_offers(pool)
        fill(pool, by=by)


@transaction.atomic
def follow_cancelling(*, pool: Session | Event, by: User) -> None:
    """Who waits or is offered a place is released; who has one keeps the row, and reads why nothing takes place."""
    close_line(pool.held(), SignUp.End.CANCELLED, by=by)


@transaction.atomic
def move_up(*, sign_up: SignUp, to: int, reason: str, by: User) -> QueueMove:
    """Put somebody who waits at the place `to` of the line. Raises DomainError without a reason; their number is public."""
    if not (reason := said(reason)):
        raise DomainError(_("Say why: the number of such moves is public."))
    pool = sign_up.pool.held()
    line = list(SignUp.objects.of_pool(pool).in_line())
    was = next((place for place, one in enumerate(line) if one.pk == sign_up.pk), None)
    if was is None:
        raise DomainError(_("This sign-up does not wait any more."))
    if not 1 <= to <= was:
        raise DomainError(_("Nobody is moved down: give a place further ahead."))
    _put_before(line[was], line[to - 1], pool)
    move = QueueMove.objects.create(
        sign_up=sign_up, event=pool.programme, was=was + 1, now=to, reason=reason, by=by
    )
    record("events.move_up", by=by, on=sign_up, path=pool.programme.unit.path, was=was + 1, now=to)
    fill(pool, by=by)
    return move


def _put_before(moved: SignUp, other: SignUp, pool: Session | Event) -> None:
    """Everybody else keeps their order, with those who hold an offer: a part of them may come back to wait."""
    states = [SignUpState.WAITING, SignUpState.OFFERED]
    everybody = SignUp.objects.of_pool(pool).filter(state__in=states).order_by("rank", "pk")
    order = [one for one in everybody if one.pk != moved.pk]
    order.insert(order.index(other), moved)
    for rank, one in enumerate(order, 1):
        one.rank = rank
    SignUp.objects.bulk_update(order, ["rank"], batch_size=200)
