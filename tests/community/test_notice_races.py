"""Notices in two hands. On PostgreSQL each race has a twin without the guard; SQLite queues writers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from community import content_operations as operations
from community.models import Duty, Notice
from tests import town as town_module
from tests.races import GUARDS, Race, refused, without_row_locks

from .notices import draft, with_a_second_person

pytestmark = pytest.mark.django_db(transaction=True)
both = pytest.mark.parametrize("guarded", GUARDS)


@pytest.fixture
def town(transactional_db):
    return town_module.build()


@pytest.fixture
def notice(town):
    with_a_second_person(town)
    notice = draft(town, body="看过的")
    return operations.submit(notice=notice, version=notice.version, by=town.staff)


@both
def test_what_nobody_has_checked_is_not_published(town, notice, monkeypatch, guarded):
    """The checker publishes when the writer has been found to hold a draft and has not saved yet."""
    if not guarded:
        without_row_locks(monkeypatch)
    mine, theirs = Notice.objects.get(), Notice.objects.get()

    def write():
        mine.body = "没人看过的"
        return operations.write(notice=mine, by=town.staff)

    results = (
        Race(monkeypatch)
        .stop_after(operations, "_check_still_a_draft")
        .run(write, lambda: operations.publish(notice=theirs, version=theirs.version, by=town.secretary))
    )
    assert isinstance(results[0], Notice)
    now = Notice.objects.get()
    assert now.body == "没人看过的"
    # Without the lock the checker is told that it is public, and it is not what was read.
    assert refused(results) == (1 if guarded else 0)
    if guarded:
        assert now.state == "draft"


@both
def test_a_notice_is_published_or_given_back(town, notice, monkeypatch, guarded):
    """Both checkers have looked at the same page."""
    if not guarded:
        monkeypatch.setattr(type(Notice.objects.all()), "in_state", lambda self, state: self)
    rows = [Notice.objects.get() for _checker in range(2)]
    race = Race(monkeypatch).stop_after(operations, "_objection")
    results = race.run(
        lambda: operations.publish(notice=rows[0], version=rows[0].version, by=town.secretary),
        lambda: operations.give_back(
            notice=rows[1], version=rows[1].version, remark="请改", by=town.secretary
        ),
    )
    assert refused(results) == (1 if guarded else 0)
    now = Notice.objects.get()
    assert (bool(now.published_at) and bool(now.return_remark)) == (not guarded)


@both
def test_a_roster_repeated_twice_at_once_is_repeated_once(town, monkeypatch, guarded):
    start = timezone.now() + timedelta(days=1)
    duty = Duty.objects.create(
        unit=town.community, holder=town.staff, starts_at=start, ends_at=start + timedelta(hours=8)
    )
    if not guarded:
        without_row_locks(monkeypatch)
    until = timezone.localdate(start) + timedelta(days=14)
    repeat = [lambda: operations.repeat_weekly(duty=duty, until=until, by=town.staff)] * 2
    race = Race(monkeypatch).stop_before(type(Duty.objects.all()), "bulk_create")
    assert refused(race.run(*repeat)) == 0
    assert Duty.objects.count() == (3 if guarded else 5)
