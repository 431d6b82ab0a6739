"""Two at once. On PostgreSQL each race has a twin without the guard, which must go wrong; SQLite queues writers."""

from contextlib import nullcontext
from datetime import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from tests import town as town_module
from tests.races import GUARDS, Race, refused, without_constraint, without_row_locks, without_triggers
from volunteers import operations
from volunteers.models import ServiceRecord, Volunteer

pytestmark = pytest.mark.django_db(transaction=True)
both = pytest.mark.parametrize("guarded", GUARDS)


@pytest.fixture
def town(transactional_db):
    return town_module.build()


def serve(town, cause, hours, who=None):
    start = timezone.make_aware(datetime(2026, 3, 5))
    return operations.record_service(
        resident=who or town.lin, community=town.community, starts_at=start, ends_at=start.replace(hour=23), what="值守",
        hours=Decimal(hours), place="", cause=cause, by=town.staff,
    )  # fmt: skip


@both
def test_a_day_never_gets_more_than_twenty_four_hours(town, monkeypatch, guarded):
    operations.enrol(resident=town.lin, by=town.staff)
    if not guarded:
        without_row_locks(monkeypatch)
    # The trigger sees what is committed: whether it would come in time rests on which of the two is quicker.
    with nullcontext() if guarded else without_triggers("service_a_day"):
        race = Race(monkeypatch).stop_after(operations, "hours_of_a_day")
        results = race.run(lambda: serve(town, "attendance:1", 14), lambda: serve(town, "attendance:2", 14))
    assert refused(results) == (1 if guarded else 0)
    assert ServiceRecord.objects.counted().hours() == (14 if guarded else 28)


@both
def test_one_roll_call_is_one_record(town, monkeypatch, guarded):
    operations.enrol(resident=town.lin, by=town.staff)
    if not guarded:
        without_row_locks(monkeypatch)
    with nullcontext() if guarded else without_constraint(ServiceRecord, "one_service_of_a_cause"):
        race = Race(monkeypatch).stop_after(operations, "_locked")
        results = race.run(lambda: serve(town, "attendance:1", 2), lambda: serve(town, "attendance:1", 2))
        assert refused(results) == 0
        assert ServiceRecord.objects.count() == (1 if guarded else 2)


@both
def test_two_newcomers_get_two_numbers(town, monkeypatch, guarded):
    if not guarded:
        without_row_locks(monkeypatch)
    race = Race(monkeypatch).stop_before(operations, "number")
    results = race.run(
        lambda: operations.enrol(resident=town.lin, by=town.staff),
        lambda: operations.enrol(resident=town.wang, by=town.staff),
    )
    failed = [one for one in results if isinstance(one, Exception)]
    assert len(failed) == (0 if guarded else 1)
    assert Volunteer.objects.count() == (2 if guarded else 1)


def test_one_newcomer_gets_one_number(town):
    acts = [lambda n=n: serve(town, f"attendance:{n}", 2) for n in range(4)]
    assert [one for one in Race().run(*acts) if isinstance(one, Exception)] == []
    assert Volunteer.objects.get().sequence == 1
    assert ServiceRecord.objects.counted().hours() == 8
