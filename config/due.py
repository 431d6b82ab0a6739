"""Work done by the clock: a job is due once per slot, whoever runs it and however many run."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone, translation

from .models import DueRun

logger = logging.getLogger(__name__)
LEASE = timedelta(hours=1)  # a runner that has said nothing for so long is taken for dead
PAUSE = timedelta(minutes=10)  # before a failed job is tried again
TRIES = 3


@dataclass(frozen=True)
class Job:
    """`run()` does the work and may return a short note (figures, never names). Due daily `at`, or `every` so often.

    `words` are what the back office calls it.
    """

    name: str
    run: Callable[[], object]
    at: time | None = None
    every: timedelta | None = None
    words: str = ""

    def slot(self, now: datetime) -> datetime:
        """The last moment up to `now` at which this job was due."""
        if self.every:
            return now - timedelta(seconds=now.timestamp() % self.every.total_seconds())
        local = timezone.localtime(now)
        today = local.replace(hour=self.at.hour, minute=self.at.minute, second=0, microsecond=0)
        return today if today <= local else today - timedelta(days=1)


def claim(job: Job, now: datetime) -> bool:
    """Take the job's present slot, unless it has been done, is under way, or has failed too often."""
    slot = job.slot(now)
    DueRun.objects.get_or_create(job=job.name, defaults={"slot": slot - timedelta(days=36525)})
    rows = DueRun.objects.filter(job=job.name)
    claimed = {"started_at": now, "finished_at": None, "result": DueRun.RUNNING, "note": ""}
    idle = ~Q(result=DueRun.RUNNING) | Q(started_at__lt=now - LEASE)
    if rows.filter(idle, slot__lt=slot).update(slot=slot, tries=1, **claimed):
        return True
    again = Q(result=DueRun.FAILED, started_at__lt=now - PAUSE) | Q(
        result=DueRun.RUNNING, started_at__lt=now - LEASE
    )
    return bool(rows.filter(again, slot=slot, tries__lt=TRIES).update(tries=F("tries") + 1, **claimed))


def finish(job: Job, now: datetime, result: str, note: str) -> None:
    # Only what this runner claimed: after a lapsed lease the row is another's.
    DueRun.objects.filter(job=job.name, started_at=now, result=DueRun.RUNNING).update(
        result=result, note=note[:200], finished_at=timezone.now()
    )


def run_due(jobs: list[Job], now: datetime | None = None) -> list[tuple[str, str, str]]:
    """Run every job whose slot is free, in order: (name, result, note). One that fails does not stop the next."""
    now = now or timezone.now()
    ran = []
    for job in jobs:
        if not claim(job, now):
            continue
        try:
            with translation.override(settings.LANGUAGE_CODE):  # the note is read in the back office
                note, result = job.run(), DueRun.DONE
                note = "" if note is None else str(note)
        except Exception as error:
            logger.exception("The job %s failed.", job.name)
            note, result = type(error).__name__, DueRun.FAILED
        finish(job, now, result, note)
        ran.append((job.name, result, note))
    return ran
