"""An event with a least number of people: whether it takes place is decided some days before."""

from collections import defaultdict
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError

from ..models import Event, Session

AHEAD = timedelta(days=7)  # the desk hears of a decision so long before it is due


def decide_by(pool: Session | Event):
    """When it is decided whether the pool takes place; None without a least number or a date."""
    if not pool.programme.minimum or pool.starts_at is None:
        return None
    return pool.starts_at - timedelta(days=pool.programme.decide_days)


def undecided_for(user) -> list[dict]:
    """What `user` has to decide soon: `{"pool", "by", "missing"}`, the most urgent first."""
    now = timezone.now()
    longest = now + AHEAD + timedelta(days=60)
    events = Event.objects.visible_to(user).filter(
        minimum__gt=0, published_at__isnull=False, cancelled_at=None, goes_ahead_at=None
    )
    courses = events.filter(is_course=True).select_related("unit")
    sessions = Session.objects.filter(
        event__in=events.filter(is_course=False), cancelled_at=None, goes_ahead_at=None,
        starts_at__gt=now, starts_at__lt=longest, places_taken__lt=F("event__minimum"),
    )  # fmt: skip
    courses = list(courses.filter(places_taken__lt=F("minimum"))[:50])
    dates = defaultdict(list)
    rows = Session.objects.filter(event__in=courses, cancelled_at=None).order_by("starts_at", "pk")
    for event, *times in rows.values_list("event", "starts_at", "ends_at"):
        dates[event].append(tuple(times))
    for course in courses:
        course.dates = dates[course.pk]  # read for all of them at once
    pools = [*courses, *sessions.select_related("event__unit")[:200]]
    found = []
    for pool in pools:
        due = decide_by(pool)
        if due and due <= now + AHEAD and pool.starts_at > now:
            found.append({"pool": pool, "by": due, "missing": pool.programme.minimum - pool.places_taken})
    return sorted(found, key=lambda one: one["by"])


@transaction.atomic
def goes_ahead(*, pool: Session | Event, by: User) -> Session | Event:
    """It takes place, whether or not enough people have signed up. Saying it again changes nothing."""
    pool = pool.held()
    if pool.cancelled_at:
        raise DomainError(_("This is cancelled."))
    if pool.goes_ahead_at is None:
        pool.goes_ahead_at = timezone.now()
        pool.save(update_fields=["goes_ahead_at"])
        record("events.goes_ahead", by=by, on=pool, path=pool.programme.unit.path)
    return pool
