import sys
from datetime import timedelta
from types import ModuleType

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from community.models import CalendarDay
from config import triggers

TABLE = "community_calendarday"


def declare(monkeypatch, *rules):
    module = ModuleType("portal.triggers")
    module.TRIGGERS = list(rules)
    monkeypatch.setitem(sys.modules, "portal.triggers", module)
    module.__spec__ = type("Spec", (), {"name": "portal.triggers"})()


def refused(act):
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


@pytest.fixture
def day(db):
    CalendarDay.objects.all().delete()
    return CalendarDay.objects.create(day=timezone.localdate() - timedelta(days=3), kind="holiday", name="x")


def test_an_append_only_table_takes_rows_and_keeps_them(day, monkeypatch):
    declare(monkeypatch, *triggers.append_only(TABLE))
    triggers.install(connection)
    CalendarDay.objects.create(day=timezone.localdate(), kind="holiday", name="y")
    refused(lambda: CalendarDay.objects.update(name="z"))
    refused(lambda: CalendarDay.objects.all().delete())
    assert CalendarDay.objects.count() == 2


def test_rows_may_go_when_their_time_is_over(day, monkeypatch):
    declare(monkeypatch, *triggers.append_only(TABLE, keep_days=2, moment="day"))
    young = CalendarDay.objects.create(day=timezone.localdate(), kind="holiday", name="y")
    triggers.install(connection)
    day.delete()
    refused(young.delete)


def test_a_table_with_a_declared_trigger_refuses_truncate(day, monkeypatch):
    declare(monkeypatch, *triggers.append_only(TABLE))
    triggers.install(connection)
    names = {name for table, name in triggers.installed(connection) if table == TABLE}
    assert (f"{TABLE}_no_truncate" in names) == (connection.vendor == "postgresql")


def test_the_server_refuses_to_start_without_a_trigger(day, monkeypatch):
    declare(monkeypatch, *triggers.append_only(TABLE))
    monkeypatch.setattr(connection, "close", lambda: None)
    with pytest.raises(ImproperlyConfigured, match="no_update"):
        triggers.refuse_to_start_without()
    assert any(f"{TABLE}_no_delete" in error.msg for error in run_checks(databases=["default"]))
    with pytest.raises(CommandError, match="no_update"):
        call_command("triggers")
    call_command("triggers", install=True)
    triggers.refuse_to_start_without()
    assert run_checks(databases=["default"]) == run_checks()


def test_an_altered_trigger_is_noticed(day, monkeypatch):
    rule = triggers.append_only(TABLE)[0]
    declare(monkeypatch, rule)
    triggers.install(connection)
    assert triggers.missing(connection) == []
    declare(monkeypatch, triggers.Trigger(rule.name, rule.table, rule.event, "SELECT 1;", "NULL;"))
    assert triggers.missing(connection) == [rule.name]


def test_lifting_ends_with_the_triggers_back(day, monkeypatch):
    declare(monkeypatch, *triggers.append_only(TABLE))
    triggers.install(connection)
    with triggers.lifted(connection):
        CalendarDay.objects.update(name="z")
    refused(lambda: CalendarDay.objects.update(name="y"))


@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_can_be_flushed(request):
    CalendarDay.objects.get_or_create(day=timezone.localdate(), defaults={"kind": "holiday", "name": "y"})
    assert triggers.missing(connection) == []
