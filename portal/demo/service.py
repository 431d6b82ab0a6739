"""Hours of service for a year of helping, as the roll-calls would have recorded them."""

from collections.abc import Iterable

from django.utils import timezone

from community.models import Unit
from events.models import Attendance
from events.operations import rewards
from volunteers.models import ServiceRecord, Volunteer
from volunteers.operations import number

from .scene import BATCH
from .writing import write


def record_hours(unit: Unit, attendances: Iterable[Attendance]) -> int:
    """Whoever helped is a volunteer since the first time; gives how many records there are."""
    helped = [one for one in attendances if one.as_helper and one.withdrawn_at is None and one.session.hours]
    helped = [one for one in helped if rewards.is_due(one) and rewards.hours_of(one)]
    helped.sort(key=lambda one: (one.at, one.pk))
    volunteers = _volunteers(unit, helped)
    rows = [_record(unit, volunteers[one.resident_id], one) for one in helped]
    write(rows)
    return len(rows)


def _volunteers(unit: Unit, helped: list[Attendance]) -> dict[int, Volunteer]:
    """By resident, numbered in the order they began."""
    since = {}
    for one in helped:
        since.setdefault(one.resident_id, timezone.localdate(one.at))
    rows = [
        Volunteer(resident_id=pk, community=unit, sequence=place, number=number(unit, place), since=day)
        for place, (pk, day) in enumerate(since.items(), 1)
    ]
    Volunteer.objects.bulk_create(rows, batch_size=BATCH)
    return {row.resident_id: row for row in rows}


def _record(unit: Unit, volunteer: Volunteer, one: Attendance) -> ServiceRecord:
    session = one.session
    event = session.event
    starts_at, ends_at = rewards.time_of(one)
    return ServiceRecord(
        volunteer=volunteer, community=unit, day=timezone.localdate(session.starts_at), starts_at=starts_at,
        ends_at=ends_at, hours=rewards.hours_of(one), what=event.title, place=str(event.room or event.place),
        cause=rewards.key_of(one), recorded_at=one.at, recorded_by_id=one.by_id, verified_at=one.at, verified_by_id=one.by_id,
    )  # fmt: skip
