"""Changing a sign-up with others at it at once. On PostgreSQL each guard has a twin without it that must fail to hold."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events import operations
from events.models import Attendance, Event, Registration, Session, SignUp
from events.operations import amending, seats

from .. import town as town_module
from ..races import GUARDS, Race, refused, without_row_locks
from . import test_races
from .test_queue_races import fresh, sign_up

pytestmark = pytest.mark.django_db(transaction=True)
both = pytest.mark.parametrize("guarded", GUARDS)


@pytest.fixture
def party(transactional_db):
    """A session of five places; up to four people a sign-up. 林晓燕 has a place and comes alone."""
    t = town_module.build()
    Event.objects.filter(pk=t.choir.pk).update(most_seats=4)
    Session.objects.filter(pk=t.choir_monday.pk).update(places=test_races.PLACES)
    t.made = sign_up(t, t.lin)
    return t


def bring(t, companions):
    """The act of changing how many come along, as a request of its own would do it."""
    return lambda: operations.amend(sign_up=fresh(t.made), by=t.lin_user, companions=companions)


def taken(t):
    rows = Registration.objects.live().filter(session=t.choir_monday).values_list("seats", flat=True)
    return Session.objects.get(pk=t.choir_monday.pk).places_taken, sum(rows)


@both
def test_one_more_companion_and_somebody_else_want_the_last_place(party, monkeypatch, guarded):
    for number in range(test_races.PLACES - 2):
        sign_up(party, town_module.resident(f"甲{chr(0x4E00 + number)}", party.east, party.community))
    race = Race(monkeypatch)
    if guarded:
        race.stop_before(seats, "take")
    else:
        race.stop_before(test_races, "pause")
        without_row_locks(monkeypatch)
        monkeypatch.setattr(seats, "take", test_races.looks_then_takes)
    results = race.run(bring(party, 1), lambda: operations.register(
        session=Session.objects.select_related("event__unit", "community").get(pk=party.choir_monday.pk),
        resident=party.wang, by=party.staff,
    ))  # fmt: skip
    assert refused(results) == (1 if guarded else 0)
    assert taken(party) == (test_races.PLACES, test_races.PLACES if guarded else test_races.PLACES + 1)


@both
def test_two_changes_of_one_sign_up_count_its_people_once(party, monkeypatch, guarded):
    if not guarded:
        without_row_locks(monkeypatch)
    race = Race(monkeypatch).stop_before(amending, "_bring")
    assert refused(race.run(bring(party, 2), bring(party, 1))) == 0
    made = SignUp.objects.get(pk=party.made.pk)
    assert (taken(party) == (made.seats, made.seats)) == guarded


@both
def test_whoever_is_checked_in_meanwhile_comes_with_as_many_as_the_sign_up_says(party, monkeypatch, guarded):
    soon = timezone.now() + timedelta(hours=1)
    Session.objects.filter(pk=party.choir_monday.pk).update(starts_at=soon, ends_at=soon + timedelta(hours=1))
    if not guarded:
        without_row_locks(monkeypatch)
    race = Race(monkeypatch).stop_before(seats, "take")
    session = Session.objects.select_related("event__unit", "community").get(pk=party.choir_monday.pk)
    done = race.run(
        bring(party, 2), lambda: operations.check_in(session=session, resident=party.lin, by=party.staff)
    )
    assert refused(done) == 0
    came = Attendance.objects.get(resident=party.lin).companions
    assert (came == SignUp.objects.get(pk=party.made.pk).companions) == guarded
