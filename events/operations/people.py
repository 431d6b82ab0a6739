"""What happens to sign-ups and attendances when two rows of the register turn out to be one human."""

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from residents.models import Resident

from ..models import Attendance, Registration, Session
from . import rewards


def follow_merge(*, source: Resident, target: Resident, by: User) -> None:
    """Everything of `source` becomes that of `target`; what both hold is held once and the second place is free."""
    now = timezone.now()
    held = Registration.objects.live().filter(resident=target).values("session")
    doubled = Registration.objects.live().filter(resident=source, session__in=held).order_by("session")
    for pk, session in list(doubled.values_list("pk", "session")):
        # Whoever withdraws at this moment has given the place back already.
        if Registration.objects.live().filter(pk=pk).update(cancelled_at=now, cancelled_by=by):
            Session.objects.filter(pk=session).update(places_taken=F("places_taken") - 1)
    there = list(Attendance.objects.live().filter(resident=target).values_list("session", flat=True))
    twice = list(Attendance.objects.live().filter(resident=source, session__in=there).order_by("pk"))
    Attendance.objects.filter(pk__in=[one.pk for one in twice]).update(withdrawn_at=now, withdrawn_by=by)
    rewards.undo(twice, community=source.community, by=by)
    Registration.objects.filter(resident=source).update(resident=target)
    Attendance.objects.filter(resident=source).update(resident=target)
