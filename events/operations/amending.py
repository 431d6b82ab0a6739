"""Changing one's own sign-up before sign-up closes: what was answered, and how many come along without a name."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError
from residents.models import Mandate

from ..models import Attendance, Event, Registration, Session, SignUp, SignUpState
from . import draw, seats
from .places import check_mandate, closed, overtakes, still_here
from .queue import fill


def too_late(pool: Session | Event) -> str:
    """Why nobody changes a sign-up any more, in a sentence: what was asked for has been ordered by then."""
    return "" if pool.standing() == "not_open" else closed(pool)


def asks_anything(event: Event) -> bool:
    """Whether there is anything to change."""
    return event.questions_id is not None or event.most_seats > 1


@transaction.atomic
def amend(
    *,
    sign_up: SignUp,
    by: User,
    companions: int | None = None,
    mandate: Mandate | None = None,
    answers: Callable[[SignUp], None] | None = None,
) -> SignUp:
    """Bring so many `companions` without a name (None: as before), and keep what `answers(sign_up)` keeps.

    Whoever has a place or takes part in a draw may bring more while there is room and nobody waits who would fit;
    whoever waits may not, others stand behind. What fewer people need no longer goes to the next ones. `mandate`: by
    which `by` acts. Raises DomainError when sign-up has closed, the sign-up has ended or there is no room.
    """
    if mandate:
        still_here(sign_up.resident)
        check_mandate(mandate, sign_up.resident, by)
    pool = sign_up.pool.held()
    sign_up = seats.locked(sign_up)
    if sign_up.state == SignUpState.ENDED:
        raise DomainError(_("This sign-up has ended."))
    if why := too_late(pool):
        raise DomainError(why)
    was = sign_up.companions
    if companions is not None and companions != was:
        _bring(sign_up, pool, companions)
    if answers:
        answers(sign_up)
    path = pool.programme.unit.path
    record("events.amend", by=by, on=sign_up, path=path, was=was, now=sign_up.companions)
    if mandate:
        record("mandates.use", by=by, on=sign_up, path=path, mandate=mandate.pk)
    if sign_up.companions < was:
        fill(pool, by=by)
    return sign_up


def _bring(sign_up: SignUp, pool: Session | Event, companions: int) -> None:
    more = companions - sign_up.companions
    if more > 0:
        _check_room(sign_up, pool, more)
    if sign_up.state == SignUpState.ENTERED:
        draw.is_collecting(pool)  # refuses while the entrants are fixed and not drawn yet
    if sign_up.state == SignUpState.PLACED:
        _recount_rows(sign_up, pool, more)
        if more < 0:
            seats.free(pool, -more)
        elif overtakes(sign_up, pool) or not seats.take(pool, more):
            raise _no_room(pool)
    sign_up.companions, sign_up.seats = companions, sign_up.seats + more
    if sign_up.offered_seats > sign_up.seats:
        seats.free(pool, sign_up.offered_seats - sign_up.seats)
        sign_up.offered_seats = sign_up.seats
    sign_up.save(update_fields=["companions", "seats", "offered_seats"])


def _check_room(sign_up: SignUp, pool: Session | Event, more: int) -> None:
    if sign_up.state in (SignUpState.WAITING, SignUpState.OFFERED):
        words = _("Whoever waits cannot bring more people: others wait behind you. To come with more, leave the waiting list and sign up again at its end.")  # fmt: skip
        raise DomainError(words, field="companions")
    most = pool.programme.most_seats
    if sign_up.seats + more > most:
        words = ngettext(
            "One sign-up is for one person.", "One sign-up is for %(most)d people at the most.", most
        )
        raise DomainError(words % {"most": most}, field="companions")
    if pool.places is not None and sign_up.seats + more > pool.places:
        words = _("There are only %(places)d places altogether.") % {"places": pool.places}
        raise DomainError(words, field="companions")


def _no_room(pool: Session | Event) -> DomainError:
    if pool.places_left and pool.places_left > 0:
        words = _("There is not room for so many more, or others wait already. You keep what you have.")
    else:
        words = _("All places are taken. You keep what you have.")
    return DomainError(words, field="companions")


def _recount_rows(sign_up: SignUp, pool: Session | Event, more: int) -> None:
    """The row of the roll-call that counts the companions: of a course those of the dates still to come."""
    rows = Registration.objects.live().filter(sign_up=sign_up, resident=sign_up.resident)
    if not isinstance(pool, Session):
        rows = rows.filter(session__starts_at__gt=timezone.now())
    rows = list(rows.select_for_update(of=("self",)).order_by("pk"))  # nobody is checked in meanwhile
    sessions = [row.session_id for row in rows]
    if Attendance.objects.live().filter(session__in=sessions, resident=sign_up.resident).exists():
        raise DomainError(
            _("You are checked in already. Please tell the staff at the door who comes along."),
            field="companions",
        )
    if not isinstance(pool, Session):
        seats.count_dates(rows, -1)
    for row in rows:
        row.seats += more
    Registration.objects.bulk_update(rows, ["seats"], batch_size=200)
    if not isinstance(pool, Session):
        seats.count_dates(rows, +1)
