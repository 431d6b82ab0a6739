from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from config.due import Job
from config.models import DueRun
from portal import wiring
from portal.clock import tick


class Once:
    """An event that lets the clock tick once."""

    def __init__(self):
        self.over = False

    def is_set(self):
        return self.over

    def wait(self, seconds):
        self.over = True


@pytest.mark.django_db(transaction=True)
def test_every_job_runs_on_an_empty_portal(capsys, time_machine):
    time_machine.move_to(timezone.now(), tick=False)  # some are due again with the next minute
    call_command("run_due")
    said = capsys.readouterr().out
    assert all(f"{job.name}: 完成" in said for job in wiring.DUE)
    call_command("run_due")
    assert "目前没有到期的任务。" in capsys.readouterr().out


def test_names_of_jobs_differ():
    names = [job.name for job in wiring.DUE]
    assert len(names) == len(set(names)) > 1
    assert all(job.words for job in wiring.DUE)


@pytest.fixture
def broken(monkeypatch):
    def breaks():
        raise OSError

    job = Job("work.broken", breaks, at=datetime(2026, 1, 1, 3, tzinfo=UTC).time())
    monkeypatch.setattr("portal.management.commands.run_due.DUE", [job])
    monkeypatch.setattr("portal.clock.DUE", [job])


def test_a_failed_job_ends_the_command_with_an_error(db, broken):
    with pytest.raises(CommandError, match="十分钟后重试"):
        call_command("run_due")


@pytest.mark.django_db(transaction=True)
def test_a_failed_job_does_not_end_the_clock(broken):
    tick(Once())
    assert DueRun.objects.get().result == "failed"


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_does_not_end_the_clock(monkeypatch, caplog):
    def away(jobs):
        raise ConnectionError

    monkeypatch.setattr("portal.clock.run_due", away)
    once = Once()
    tick(once)
    assert once.over
    assert "tries again" in caplog.text


def test_the_back_office_shows_the_last_run(town, signed_in):
    DueRun.objects.create(
        job="events.recount_places", slot=datetime(2026, 11, 20, 19, tzinfo=UTC), result="done"
    )
    page = signed_in(town.operator).get("/admin/config/duerun/")
    assert page.status_code == 200
    assert "核对活动名额" in page.content.decode()
    row = DueRun.objects.get()
    assert signed_in(town.operator).get(f"/admin/config/duerun/{row.pk}/change/").status_code == 200
    assert signed_in(town.operator).post(f"/admin/config/duerun/{row.pk}/change/").status_code == 403
    assert signed_in(town.staff).get("/admin/config/duerun/").status_code == 403
    assert "核对活动名额" not in signed_in(town.secretary).get("/admin/config/duerun/").content.decode()
