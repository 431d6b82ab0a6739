"""Two at once. On PostgreSQL each race has a twin without the guard, which must go wrong; SQLite queues writers."""

from contextlib import contextmanager, nullcontext
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from config.errors import DomainError
from reports import operations, tables
from reports.models import Report
from tests import town as town_module
from tests.races import GUARDS, Race, refused, without_constraint, without_row_locks

pytestmark = pytest.mark.django_db(transaction=True)
both = pytest.mark.parametrize("guarded", GUARDS)


@pytest.fixture
def town(transactional_db):
    return town_module.build()


def begin(town):
    month = (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)
    return operations.start(unit=town.community, organisation=None, month=month, by=town.staff)


@both
def test_a_month_begun_twice_at_once_is_one_report(town, monkeypatch, guarded):
    with nullcontext() if guarded else without_constraint(Report, "one_report_of_a_community"):
        # The stop lies between get_or_create's look and its write.
        race = Race(monkeypatch).stop_before(Report.objects._queryset_class, "create")
        assert refused(race.run(lambda: begin(town), lambda: begin(town))) == 0
        assert Report.objects.count() == (1 if guarded else 2)


@both
def test_of_two_who_save_the_same_page_one_is_told(town, monkeypatch, guarded):
    report = begin(town)
    if not guarded:
        without_row_locks(monkeypatch)

    def write(text):
        return lambda: operations.write(report=report, words={"grid": text}, version=0, by=town.staff)

    race = Race(monkeypatch).stop_after(operations, "_locked")
    assert refused(race.run(write("一"), write("二"))) == (1 if guarded else 0)


@both
def test_nothing_is_written_into_a_month_handed_in_meanwhile(town, monkeypatch, guarded):
    report = begin(town)
    if not guarded:
        without_row_locks(monkeypatch)
    race = Race(monkeypatch).stop_after(operations, "_locked")
    results = race.run(
        lambda: operations.submit(report=report, by=town.staff),
        lambda: operations.write(report=report, words={"grid": "晚了"}, version=0, by=town.staff),
    )
    assert refused(results) == (1 if guarded else 0)


@contextmanager
def any_moment():
    """The twin of sealing: every query sees its own moment."""
    with transaction.atomic():
        yield


@both
def test_a_month_is_sealed_or_sent_back(town, monkeypatch, guarded):
    report = begin(town)
    operations.submit(report=report, by=town.staff)
    if not guarded:
        without_row_locks(monkeypatch)
        monkeypatch.setattr(operations, "_one_moment", any_moment)
    race = Race(monkeypatch).stop_after(operations, "_locked")
    results = race.run(
        lambda: operations.send_back(report=report, remark="请补充", by=town.secretary),
        lambda: operations.seal(report=report, by=town.secretary),
    )
    if guarded:
        assert refused(results) == 1
        return
    # Sealed though it was sent back, or an error of the database where a sentence belongs.
    assert not any(isinstance(result, DomainError) for result in results)


@both
def test_figures_and_tables_are_sealed_as_of_one_moment(town, monkeypatch, guarded):
    """Somebody is entered after the figures are counted and before the tables are."""
    report = begin(town)
    operations.submit(report=report, by=town.staff)
    if not guarded:
        monkeypatch.setattr(operations, "_one_moment", any_moment)
    race = Race(monkeypatch).stop_after(operations, "compute")
    results = race.run(
        lambda: operations.seal(report=report, by=town.secretary),
        lambda: town_module.resident("新来的", town.east_building, town.community),
    )
    assert refused(results) == 0
    frozen = Report.objects.get().frozen
    columns, total = list(tables._counted()), frozen["tables"][1]["rows"][-1][1:]
    in_the_table = total[columns.index("population")]
    assert (frozen["figures"]["population"]["now"] == in_the_table) == guarded
