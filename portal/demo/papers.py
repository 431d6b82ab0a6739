"""Certificates of the courses that are over: all but the latest, whose are still to be made."""

from collections import Counter
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from community.models import Unit
from events.models import Certificate
from events.operations import certificates
from residents.models import Resident

from .scene import BATCH, Scene

LESSONS = 4  # whoever came to an afternoon or two gets no paper


def papers(scene: Scene, unit: Unit, made, by: User) -> None:
    """Numbered as they were made, two days after the last lesson."""
    over = []
    for event, _plan, sessions in made:
        held = sorted((one for one in sessions if not one.cancelled_at), key=lambda one: one.starts_at)
        named = certificates.is_course(event) and not event.cancelled_at and len(held) >= LESSONS
        if named and certificates.is_finished(held, scene.now - timedelta(days=3)):
            over.append((held[-1].ends_at, event, held))
    over.sort(key=lambda row: (row[0], row[1].pk))
    numbers: Counter[int] = Counter()
    rows = []
    for ended, event, held in over[:-1]:
        earned = certificates.those_who_earned_one(event, held)
        living = set(Resident.objects.living().filter(pk__in=earned).values_list("pk", flat=True))
        at = ended + timedelta(days=2)
        year = timezone.localtime(at).year
        for resident in (one for one in earned if one in living):
            numbers[year] += 1
            attended, hours = earned[resident]
            rows.append(
                Certificate(
                    event=event, resident_id=resident, community=unit, year=year, number=numbers[year],
                    attended=attended, held=len(held), hours=hours, at=at, by=by,
                )
            )  # fmt: skip
    Certificate.objects.bulk_create(rows, batch_size=BATCH)
