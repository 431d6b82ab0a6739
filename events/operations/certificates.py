"""Certificates of attendance for a finished course."""

from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.models import Unit
from config.errors import DomainError
from residents.models import Resident

from ..models import Attendance, Certificate, Event, EventKind


def is_course(event: Event) -> bool:
    return event.is_course or event.kind == EventKind.COURSE


def held(event: Event) -> list:
    """The sessions that take place; a course is finished when all are over."""
    return list(event.sessions.filter(cancelled_at=None).order_by("starts_at"))


def is_finished(sessions: list, now=None) -> bool:
    return bool(sessions) and all(session.ends_at <= (now or timezone.now()) for session in sessions)


def those_who_earned_one(event: Event, sessions: list) -> dict[int, tuple[int, Decimal]]:
    """Residents who were there at least half of the times: (times, hours). Helpers have their own papers."""
    hours = {session.pk: session.hours for session in sessions}
    times: dict[int, list[Decimal]] = {}
    rows = Attendance.objects.live().participants().filter(session__in=sessions)
    for resident, session in rows.order_by("resident__name_pinyin", "resident").values_list(
        "resident", "session"
    ):
        times.setdefault(resident, []).append(hours[session])
    return {
        resident: (len(found), sum(found, Decimal(0)))
        for resident, found in times.items()
        if 2 * len(found) >= len(sessions)
    }


@transaction.atomic
def issue(*, event: Event, by: User) -> int:
    """A numbered certificate for everybody who earned one and has none yet; gives how many are new.

    Raises DomainError while sessions are still to come, and for what is no course.
    """
    sessions = held(event)
    if not is_course(event) or event.cancelled_at:
        raise DomainError(_("Certificates are for courses."))
    if not is_finished(sessions):
        raise DomainError(_("The course is not over yet."))
    community = Unit.objects.select_for_update(of=("self",)).get(
        pk=sessions[0].community_id
    )  # numbers one by one
    earned = those_who_earned_one(event, sessions)
    have = set(Certificate.objects.filter(event=event).values_list("resident", flat=True))
    living = set(Resident.objects.living().filter(pk__in=earned).values_list("pk", flat=True))
    year = timezone.localdate().year
    last = (
        Certificate.objects.filter(community=community, year=year).aggregate(last=Max("number"))["last"] or 0
    )
    new = [resident for resident in earned if resident not in have and resident in living]
    Certificate.objects.bulk_create(
        Certificate(
            event=event, resident_id=resident, community=community, year=year, number=number,
            attended=earned[resident][0], held=len(sessions), hours=earned[resident][1], by=by,
        )
        for number, resident in enumerate(new, last + 1)
    )  # fmt: skip
    if new:
        record("events.certificates", by=by, on=event, path=event.unit.path, count=len(new))
    return len(new)


def follow_merge(*, source: Resident, target: Resident, by: User) -> None:
    """Papers handed out stay; of two for one course the kept person's stands."""
    held_by = Certificate.objects.filter(resident=target).values("event")
    Certificate.objects.filter(resident=source).exclude(event__in=held_by).update(resident=target)
