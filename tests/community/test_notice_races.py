"""A notice is published while its text is being changed. On PostgreSQL the race has a twin without the guard."""

import threading

import pytest
from django.db import connection

from community import content_operations as operations
from community.models import Notice
from config.errors import DomainError
from tests import town as town_module

from .notices import draft, with_a_second_person
from .test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def submitted(transactional_db):
    town = town_module.build()
    with_a_second_person(town)
    notice = draft(town, body="看过的")
    operations.submit(notice=notice, version=notice.version, by=town.staff)
    return town, notice


def race(submitted, monkeypatch, check):
    """The writer has passed `check`; only then the checker publishes; the writer goes on a little later."""
    town, notice = submitted
    checked, published = threading.Event(), threading.Event()

    def check_and_dawdle(row):
        check(row)
        checked.set()
        published.wait(timeout=1)

    monkeypatch.setattr(operations, "_check_still_a_draft", check_and_dawdle)
    mine, theirs = Notice.objects.get(), Notice.objects.get()

    def write():
        mine.body = "没人看过的"
        return operations.write(notice=mine, by=town.staff)

    def publish():
        checked.wait(timeout=20)
        try:
            return operations.publish(notice=theirs, version=theirs.version, by=town.secretary)
        finally:
            published.set()

    results = at_once(write, publish)
    return results, Notice.objects.get()


def unlocked(row):
    """The twin: the same question, asked without holding the row."""
    assert Notice.objects.get(pk=row.pk).state == "submitted"


@pytest.mark.parametrize("guarded", [True, False] if connection.vendor == "postgresql" else [True])
def test_what_nobody_has_checked_is_not_published(submitted, monkeypatch, guarded):
    results, notice = race(submitted, monkeypatch, operations._check_still_a_draft if guarded else unlocked)
    assert isinstance(results[0], Notice)
    assert notice.body == "没人看过的"
    if guarded:
        assert isinstance(results[1], DomainError)
        assert notice.state == "draft"
    else:
        assert isinstance(
            results[1], Notice
        )  # the checker was told it is public, and it is not what was read
