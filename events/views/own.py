"""What a page says of one's own sign-up: the place, the offer, the line, or that there was no place."""

from django.utils import timezone

from residents.models import Resident

from ..explain import missed_words, waiting_words
from ..models import Registration, Session, SignUp, SignUpState
from ..operations.amending import asks_anything, too_late
from ..operations.draw import place_of
from ..operations.queue import parted


def standing(pool, resident) -> SignUp | None:
    """The sign-up that names the person; what it is for is at hand already."""
    rows = SignUp.objects.live().of_pool(pool).naming([resident.pk]).select_related("resident")
    if found := rows.first():
        found.event, found.session = pool.programme, pool if isinstance(pool, Session) else None
    return found


def missed_out(pool, resident) -> dict | None:
    """How a sign-up of the person ended for which there was no place."""
    rows = SignUp.objects.of_pool(pool).naming([resident.pk]).filter(end=SignUp.End.CLOSED)
    found = rows.select_related("resident").order_by("-pk").first()
    if found is None:
        return None
    found.event, found.session = pool.programme, pool if isinstance(pool, Session) else None
    return {"sign_up": found, "drawn": place_of(found), "words": missed_words(found)}


def held_by_row(pool, resident) -> Registration | None:
    """A place without a sign-up, from before there were any."""
    if not isinstance(pool, Session):
        return None
    return Registration.objects.live().filter(session=pool, resident=resident).first()


def shown(sign_up: SignUp, user) -> dict:
    """What a page says of a sign-up, and whether `user` may answer for it."""
    pool = sign_up.pool
    acted_for = dict(Resident.objects.acted_for(user).values_list("pk", "user"))
    own = {pk for pk, account in acted_for.items() if account == user.pk}
    named = sign_up.people()
    rows_of = Registration.objects.live().filter(sign_up=sign_up, session=sign_up.session_id)
    places = {row.resident_id: row.pk for row in rows_of} if sign_up.session_id else {}
    is_part = sign_up.state == SignUpState.OFFERED and sign_up.offered_seats < sign_up.seats
    return {
        "sign_up": sign_up,
        "people": [
            {"resident": one, "registration": places.get(one.pk), "is_own": one.pk in own} for one in named
        ],
        "is_group": len(named) > 1,
        "is_part": is_part,
        "is_late": sign_up.state == SignUpState.OFFERED and sign_up.offer_until <= timezone.now(),
        "drawn": place_of(sign_up),
        "waiting": waiting_words(sign_up) if sign_up.state == SignUpState.WAITING else [],
        "missed": missed_words(sign_up),
        "parts": parts_of(sign_up, pool) if is_part else None,
        "cancelled": pool.cancelled_at is not None,
        "reason": pool.cancel_reason,
        "has_begun": pool.standing() == "over" or bool(sign_up.session_id and pool.has_started()),
        "is_mine": sign_up.resident_id in acted_for or sign_up.guardian_id in own,
        "may_change": asks_anything(pool.programme) and not too_late(pool),
    }


def parts_of(sign_up: SignUp, pool) -> dict | None:
    """Who takes the offered seats, in the order named, who waits on, and how many without a name come or leave; None
    when children would wait alone."""
    parts = parted(sign_up, pool, sign_up.offered_seats)
    if parts is None:
        return None
    coming, rest = parts
    nameless = sign_up.offered_seats - len(coming)
    return {"coming": coming, "rest": rest, "nameless": nameless, "leave": sign_up.companions - nameless}
