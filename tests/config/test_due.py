import threading
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection

from config.due import Job, claim, run_due
from config.models import DueRun

NIGHT = datetime(2026, 11, 20, 19, 30, tzinfo=UTC)  # 03:30 on the 21st in Shanghai


class Work:
    def __init__(self, fails=0):
        self.runs, self.fails = 0, fails

    def __call__(self):
        self.runs += 1
        if self.runs <= self.fails:
            raise OSError("disk full at /home/somebody")
        return f"{self.runs} done"


def nightly(work, at=time(3, 0)):
    return Job("work.nightly", work, at=at)


def test_a_daily_job_is_due_at_its_local_time():
    job = nightly(None)
    assert job.slot(NIGHT) == datetime(2026, 11, 20, 19, 0, tzinfo=UTC)
    assert job.slot(NIGHT - timedelta(minutes=31)) == datetime(2026, 11, 19, 19, 0, tzinfo=UTC)


def test_an_interval_s_slots_do_not_drift():
    job = Job("work.often", None, every=timedelta(minutes=5))
    assert job.slot(NIGHT + timedelta(seconds=299)) == NIGHT


def test_once_per_slot(db):
    work = Work()
    assert run_due([nightly(work)], NIGHT) == [("work.nightly", "done", "1 done")]
    assert run_due([nightly(work)], NIGHT + timedelta(hours=20)) == []
    run_due([nightly(work)], NIGHT + timedelta(days=1))
    assert work.runs == 2
    row = DueRun.objects.get()
    assert (row.result, row.note, row.slot) == ("done", "2 done", NIGHT + timedelta(hours=23, minutes=30))
    assert row.finished_at is not None


def test_a_failure_says_its_kind_stops_nobody_and_is_tried_three_times(db):
    bad, good = Work(fails=99), Work()
    jobs = [nightly(bad), Job("work.good", good, at=time(3, 0))]
    assert run_due(jobs, NIGHT) == [("work.nightly", "failed", "OSError"), ("work.good", "done", "1 done")]
    for minutes in range(5, 300, 5):
        run_due(jobs, NIGHT + timedelta(minutes=minutes))
    assert (bad.runs, good.runs) == (3, 1)
    assert DueRun.objects.get(job="work.nightly").note == "OSError"


def test_a_dead_runner_s_slot_comes_free_after_an_hour(db):
    work = Work()
    job = nightly(work)
    assert claim(job, NIGHT)  # and its runner died
    assert run_due([job], NIGHT + timedelta(minutes=59)) == []
    assert len(run_due([job], NIGHT + timedelta(minutes=61))) == 1


def rush(job, take):
    """How many of eight runners at once are told to do the work."""
    DueRun.objects.create(job=job.name, slot=NIGHT - timedelta(days=2))
    start, taken = threading.Barrier(8, timeout=30), []

    def run():
        start.wait()
        taken.append(take(job, NIGHT))
        connection.close()

    runners = [threading.Thread(target=run) for _ in range(8)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    assert len(taken) == 8
    return sum(taken)


@pytest.mark.django_db(transaction=True)
def test_of_eight_runners_one_gets_the_slot():
    assert rush(nightly(None), claim) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_conditional_update_several_would():
    together = threading.Barrier(8, timeout=30)

    def careless(job, now):
        free = DueRun.objects.filter(job=job.name, slot__lt=job.slot(now)).exists()
        together.wait()  # all have looked before any writes
        if free:
            DueRun.objects.filter(job=job.name).update(slot=job.slot(now))
        return free

    assert rush(nightly(None), careless) > 1
