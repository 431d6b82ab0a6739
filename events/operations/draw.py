"""Places given all at once when sign-up has closed: by lot, or first to those who missed out last time.

By lot: the digest of the seed is public from the start, then the entrants are frozen and published, and only later the
places are drawn and the seed published. Whoever has kept the digest can compute the order again.
"""

import json
import secrets
from datetime import timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.operations import record
from config.errors import DomainError

from .. import messages
from ..models import Draw, Event, Session, SignUp, SignUpState
from . import seats
from .queue import end, fill

PAUSE = timedelta(minutes=10)  # the entrants are public so long before the places are drawn
LOOK_BACK = timedelta(days=365)  # who missed out before that has been forgotten
MOST_GENERATIONS = 60
TOLD = timedelta(days=14)  # so long “My page” says that there was no place in a course


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def written(entrants: list) -> str:
    """The entrants as text: what the published digest is that of."""
    return json.dumps(entrants, separators=(",", ":"))


def drawn_order(seed: str, entrants: list) -> list[int]:
    """The numbers in the order of the digests of seed and number."""
    return sorted((number for number, _seats, _missed in entrants), key=lambda n: digest(f"{seed}:{n}"))


def missed_order(entrants: list) -> list[int]:
    """The numbers: whoever missed out most often first, then as they came."""
    return [number for number, _seats, missed in sorted(entrants, key=lambda one: (-one[2], one[0]))]


def order_of(draw: Draw) -> list[int]:
    """The numbers in the order in which places are, or were, given."""
    entrants = draw.entrants or []
    return drawn_order(draw.seed, entrants) if draw.seed else missed_order(entrants)


def outcome(draw: Draw | None) -> list[tuple[int, SignUp]]:
    """Once places are given: everybody who took part with their place in that order. Who was parted stands there twice."""
    if draw is None or not draw.drawn_at:
        return []
    place = {number: at for at, number in enumerate(order_of(draw), 1)}
    rows = SignUp.objects.of_pool(draw.session or draw.event).filter(number__in=place)
    rows = rows.select_related("resident").prefetch_related("members").order_by("pk")
    return sorted(((place[one.number], one) for one in rows), key=lambda found: found[0])


def place_of(sign_up: SignUp) -> tuple[int, Draw] | None:
    """Where the lot, or who missed out before, has put it; None as long as places are not given."""
    draw = draw_of(sign_up.pool) if sign_up.number else None
    if draw is None or not draw.drawn_at:
        return None
    order = order_of(draw)
    return (order.index(sign_up.number) + 1, draw) if sign_up.number in order else None


def missed_out() -> Q:
    """The sign-ups that got no place at what is still to come; not where the person has signed up again."""
    now = timezone.now()
    again = SignUp.objects.live().filter(
        Q(session=OuterRef("session")) | Q(session=None, event=OuterRef("event")),
        resident=OuterRef("resident"),
    )
    to_come = Q(session__ends_at__gt=now, session__cancelled_at=None)
    lately = Q(session=None, ended_at__gt=now - TOLD)  # of a course
    return (to_come | lately) & Q(end=SignUp.End.CLOSED, event__cancelled_at=None) & ~Q(Exists(again))


def draw_of(pool: Session | Event) -> Draw | None:
    if isinstance(pool, Session):
        return Draw.objects.filter(session=pool).first()
    return Draw.objects.filter(event=pool, session=None).first()


def is_collecting(pool: Session | Event) -> bool:
    """Whether who signs up now enters the draw. Raises DomainError between closing and drawing."""
    if not pool.programme.collects or pool.places is None:
        return False
    draw = draw_of(pool) or prepare(pool)
    if draw.frozen_at and not draw.drawn_at:
        raise DomainError(_("The places are being drawn. Please try again in a quarter of an hour."))
    return draw.drawn_at is None


def prepare(pool: Session | Event) -> Draw:
    """Choose the seed; its digest is public from now on."""
    seed = secrets.token_hex(16) if pool.programme.policy == Event.Policy.DRAW else ""
    session = pool if isinstance(pool, Session) else None
    made, _is_new = Draw.objects.get_or_create(
        event=pool.programme, session=session,
        defaults={"seed": seed, "seed_digest": digest(seed) if seed else ""},
    )  # fmt: skip
    return made


def pools_of(event: Event) -> list[Session | Event]:
    if event.is_course:
        return [event]
    return list(
        event.sessions.filter(cancelled_at=None, starts_at__gt=timezone.now()).select_related("event__unit")
    )


def prepare_all(event: Event) -> None:
    """When an event that collects becomes public, or gets sessions. Raises DomainError when sign-up never closes."""
    if not event.collects:
        return
    prepared = set(Draw.objects.filter(event=event).values_list("session", flat=True))
    for pool in pools_of(event):
        if pool.places is None:
            continue
        if pool.registration_closes_at is None:
            raise DomainError(_("Say when sign-up closes: the places are given then."))
        if (pool.pk if isinstance(pool, Session) else None) not in prepared:
            prepare(pool)


def run_draws() -> str:
    """Freeze the entrants of what has closed, and draw what was frozen a while ago. For the clock.

    One that fails does not stop the others; the first failure is raised when all have had their turn.
    """
    now = timezone.now()
    waiting = Draw.objects.filter(drawn_at=None).filter(
        Q(session__registration_closes_at__lte=now, session__cancelled_at=None)
        | Q(session=None, event__registration_closes_at__lte=now),
        event__cancelled_at=None,
    )
    frozen = drawn = 0
    failed: Exception | None = None
    for draw in waiting.select_related("event__unit", "session__event__unit").order_by("pk"):
        pool = draw.session or draw.event
        try:
            if draw.frozen_at is None:
                frozen += freeze(pool)
            elif draw.frozen_at <= now - PAUSE:
                drawn += give(pool)
        except Exception as error:
            failed = failed or error
    if failed:
        raise failed
    return _("%(frozen)d frozen, %(drawn)d drawn") % {"frozen": frozen, "drawn": drawn}


@transaction.atomic
def freeze(pool: Session | Event) -> int:
    """Fix who takes part, under which number and with how many seats. Again: nothing changes."""
    pool = pool.held()
    draw = draw_of(pool)
    if draw.frozen_at:
        return 0
    entrants = list(SignUp.objects.of_pool(pool).filter(state=SignUpState.ENTERED).order_by("number"))
    if pool.programme.policy == Event.Policy.MISSED:
        count_missed(entrants, pool.programme)
    draw.entrants = [[one.number, one.seats, one.missed] for one in entrants]
    draw.entrants_digest, draw.frozen_at = digest(written(draw.entrants)), timezone.now()
    draw.save(update_fields=["entrants", "entrants_digest", "frozen_at"])
    record("events.freeze_entrants", by=None, on=draw, path=pool.programme.unit.path, count=len(entrants))
    return 1


def line_of(event: Event) -> set[int]:
    """The events this one was copied from, and their other copies: the same thing put on again and again."""
    root = event
    for _generation in range(MOST_GENERATIONS):
        if root.copied_from_id is None:
            break
        root = Event.objects.only("pk", "copied_from").get(pk=root.copied_from_id)
    found, newest = {root.pk, event.pk}, {root.pk}
    for _generation in range(MOST_GENERATIONS):
        newest = set(Event.objects.filter(copied_from__in=newest).values_list("pk", flat=True)) - found
        if not newest:
            break
        found |= newest
    return found


def count_missed(entrants: list[SignUp], event: Event) -> None:
    """How often each has waited in vain for the same event within a year."""
    since = timezone.now() - LOOK_BACK
    rows = (
        SignUp.objects.filter(event__in=line_of(event), end=SignUp.End.CLOSED, ended_at__gte=since)
        .filter(resident__in=[one.resident_id for one in entrants])
        .order_by()
        .values_list("resident")
        .annotate(times=Count("pk"))
    )
    times = dict(rows)
    for one in entrants:
        one.missed = min(times.get(one.resident_id, 0), 999)
    SignUp.objects.bulk_update(entrants, ["missed"], batch_size=200)


@transaction.atomic
def give(pool: Session | Event) -> int:
    """Draw: places go in order to the first that fit, the others wait in that order. Again: nothing changes."""
    pool = pool.held()
    draw = draw_of(pool)
    if draw.drawn_at or not draw.frozen_at:
        return 0
    place = {number: rank for rank, number in enumerate(order_of(draw), 1)}
    entered = SignUp.objects.of_pool(pool).filter(state=SignUpState.ENTERED)
    line = sorted(
        entered.select_related("resident", "event__unit", "session"), key=lambda one: place[one.number]
    )
    for sign_up in line:
        sign_up.rank = place[sign_up.number]
        if seats.take(pool, sign_up.seats):
            sign_up.save(update_fields=["rank"])
            seats.give_place(sign_up, pool, sign_up.people(), by=None)
            messages.tell_placed(sign_up)
        else:
            _leave_waiting(sign_up, pool)
    draw.drawn_at = timezone.now()
    draw.save(update_fields=["drawn_at"])
    record("events.draw", by=None, on=draw, path=pool.programme.unit.path, count=len(line))
    fill(pool)
    return 1


def _leave_waiting(sign_up: SignUp, pool) -> None:
    if not pool.programme.has_waiting_list:
        sign_up.save(update_fields=["rank"])
        end(sign_up, SignUp.End.CLOSED, by=None)
        return
    sign_up.state = SignUpState.WAITING
    sign_up.save(update_fields=["rank", "state"])
    messages.tell_waiting(sign_up)
