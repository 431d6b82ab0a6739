"""Many at once. On PostgreSQL each guard has a twin without it that must fail to hold; SQLite queues writers."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.db.models import F

from config.errors import DomainError
from events.models import Attendance, Registration, Session
from events.operations import check_in, register, withdraw

from .. import town as town_module

PLACES, PEOPLE = 5, 16


@pytest.fixture
def rush(transactional_db):
    """A session of five places and sixteen people who want one."""
    t = town_module.build()
    Session.objects.filter(pk=t.choir_monday.pk).update(places=PLACES)
    t.people = [town_module.resident(f"甲{chr(0x4E00 + n)}", t.east, t.community) for n in range(PEOPLE)]
    return t


def at_once(acts):
    """Run all `acts` at the same moment, each on a connection of its own; the refusals they met."""
    gate = threading.Barrier(len(acts))

    def run(act):
        gate.wait()
        try:
            act()
        except DomainError as refusal:
            return str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [refusal for refusal in pool.map(run, acts) if refusal]


def fresh(t):
    return Session.objects.select_related("event__unit", "community").get(pk=t.choir_monday.pk)


def counted(t):
    return fresh(t).places_taken, Registration.objects.live().filter(session=t.choir_monday).count()


def test_a_rush_fills_the_session_and_no_more(rush):
    refusals = at_once(
        [lambda p=p: register(session=fresh(rush), resident=p, by=rush.staff) for p in rush.people]
    )
    assert counted(rush) == (PLACES, PLACES)
    assert len(refusals) == PEOPLE - PLACES


def test_a_double_click_takes_one_place(rush):
    lin = rush.lin
    at_once([lambda: register(session=fresh(rush), resident=lin, by=rush.lin_user)] * 8)
    assert counted(rush) == (1, 1)


def test_two_taps_at_the_door_are_one_attendance(rush):
    from datetime import timedelta

    from django.utils import timezone

    now = timezone.now()
    Session.objects.filter(pk=rush.choir_monday.pk).update(starts_at=now, ends_at=now + timedelta(hours=1))
    at_once([lambda: check_in(session=fresh(rush), resident=rush.lin, by=rush.staff)] * 6)
    assert Attendance.objects.live().count() == 1


def test_coming_and_going_keeps_the_counter_true(rush):
    def come_and_go(person):
        for _turn in range(4):
            try:
                place = register(session=fresh(rush), resident=person, by=rush.staff)
            except DomainError:
                continue
            if person.pk % 3:
                withdraw(registration=Registration.objects.select_related("session__event__unit").get(pk=place.pk),
                         by=rush.staff)  # fmt: skip

    at_once([lambda p=p: come_and_go(p) for p in rush.people[:8]])
    taken, live = counted(rush)
    assert taken == live <= PLACES


def test_withdrawing_twice_at_once_frees_one_place(rush):
    place = register(session=fresh(rush), resident=rush.lin, by=rush.lin_user)
    register(session=fresh(rush), resident=rush.wang, by=rush.wang_user)
    at_once(
        [lambda: withdraw(registration=Registration.objects.select_related("session__event__unit").get(pk=place.pk),
                          by=rush.lin_user)] * 6
    )  # fmt: skip
    assert counted(rush) == (1, 1)


def unguarded(session, person, by, together):
    """The twin: reads whether a place is left, then takes it, as if nobody else were there."""
    with transaction.atomic():
        has_room = Session.objects.get(pk=session.pk).places_taken < PLACES
        together.wait()
        if has_room:
            Registration.objects.create(session=session, resident=person, by=by)


def blind_withdraw(place, together):
    """The twin: looks whether the place is still held, then gives it back whoever else does."""
    with transaction.atomic():
        is_held = Registration.objects.live().filter(pk=place.pk).exists()
        together.wait()
        if is_held:
            Registration.objects.filter(pk=place.pk).update(cancelled_at=place.at)
            Session.objects.filter(pk=place.session_id).update(places_taken=F("places_taken") - 1)


if connection.vendor == "postgresql":  # SQLite queues writers: there the twins hold by themselves

    def test_without_the_guard_the_session_is_oversold(rush):
        session, together = fresh(rush), threading.Barrier(PEOPLE)
        at_once([lambda p=p: unguarded(session, p, rush.staff, together) for p in rush.people])
        assert Registration.objects.live().count() > PLACES

    def test_without_the_guard_two_withdrawals_free_two_places(rush):
        place = register(session=fresh(rush), resident=rush.lin, by=rush.lin_user)
        register(session=fresh(rush), resident=rush.wang, by=rush.wang_user)
        together = threading.Barrier(2)
        at_once([lambda: blind_withdraw(place, together)] * 2)
        taken, live = counted(rush)
        assert taken != live
