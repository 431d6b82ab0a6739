"""What becomes of the places of somebody who died or moved away."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.models import User
from config.errors import DomainError
from residents.models import Resident

from ..models import Entry, Registration, Session, SignUp
from . import leaving, sports


def give_up(*, resident: Resident, by: User | None) -> str:
    """Give back every place still to come and every wait of `resident`; who waits is offered what becomes free. What
    was done, in a sentence; nothing when there was nothing.

    Of a group the others keep theirs. What has begun, or where the person is checked in already, stays as it is.
    """
    count = sum(_done(one) for one in _steps(resident, by))
    if not count:
        return ""
    said = ngettext(
        "%(n)d sign-up for what is still to come is withdrawn.",
        "%(n)d sign-ups for what is still to come are withdrawn.",
        count,
    )
    return said % {"n": count}


def _steps(resident: Resident, by):
    """Pools in one order, whoever leaves: two who leave at once do not wait for each other."""
    now = timezone.now()
    of_a_course = Session.objects.filter(event=OuterRef("event"), starts_at__gt=now)
    to_come = Q(session__starts_at__gt=now) | Q(Exists(of_a_course), session=None)
    named = SignUp.objects.live().filter(to_come).naming([resident.pk]).select_related("event", "session")
    for sign_up in sorted(named, key=lambda one: (one.event_id, one.session_id or 0, one.pk)):
        yield lambda one=sign_up: leaving.leave(sign_up=one, member=resident, by=by)
    alone = Registration.objects.live().filter(resident=resident, sign_up=None, session__starts_at__gt=now)
    for row in alone.select_related("session__event__unit").order_by("session__event", "session"):
        yield lambda one=row: leaving.withdraw(registration=one, by=by)
    meet = Session.objects.filter(event=OuterRef("discipline__event"), starts_at__gt=now)
    for entry in Entry.objects.live().filter(Exists(meet), resident=resident).order_by("discipline"):
        yield lambda one=entry: sports.withdraw_entry(entry=one, by=by)


def _done(step) -> bool:
    try:
        with transaction.atomic():
            step()
    except DomainError:  # it has begun
        return False
    return True
