"""Every counter of seats is recounted from the rows each night."""

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.operations import record

from ..models import Event, Registration, Session, SignUp, SignUpState


def _sum(rows, of: str, what: str):
    """The sum of `what` over `rows`, which belong to the outer row by `of`."""
    mine = rows.filter(**{of: OuterRef("pk")}).order_by().values(of)
    return Coalesce(Subquery(mine.annotate(sum=Sum(what)).values("sum")), 0)


def counted(pools):
    """`pools` with `seats`: of everybody who has a place, and of every open offer."""
    if pools.model is Session:
        has_place = _sum(Registration.objects.live(), "session", "seats")
        offered = _sum(SignUp.objects.filter(state=SignUpState.OFFERED), "session", "offered_seats")
    else:
        whole = SignUp.objects.filter(session=None)
        has_place = _sum(whole.filter(state=SignUpState.PLACED), "event", "seats")
        offered = _sum(whole.filter(state=SignUpState.OFFERED), "event", "offered_seats")
    return pools.order_by().annotate(seats=has_place + offered)


def recount_places(by: User | None = None) -> int:
    """Set every counter that differs from the rows right; returns how many there were. Run nightly."""
    courses = Event.objects.filter(Q(is_course=True) | Q(places_taken__gt=0))
    wrong = [
        pool
        for pools in (courses, Session.objects.all())
        for pool in counted(pools).exclude(places_taken=F("seats")).order_by("pk").only("pk")
    ]
    return sum(_recount(pool, by) for pool in wrong)


@transaction.atomic
def _recount(pool: Session | Event, by: User | None) -> int:
    pool = pool.held()
    live = counted(type(pool).objects.filter(pk=pool.pk)).values_list("seats", flat=True).get()
    if live == pool.places_taken:
        return 0
    record("events.recount", by=by, on=pool, path=pool.programme.unit.path, was=pool.places_taken, now=live)
    pool.places_taken = live
    if pool.places is not None:
        pool.places = max(pool.places, live)  # more people than places: the rows are the truth
    pool.save(update_fields=["places_taken", "places"])
    return 1
