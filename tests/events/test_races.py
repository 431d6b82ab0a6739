"""Many at once. On PostgreSQL each guard has a twin without it that must fail to hold; SQLite queues writers."""

import sys
from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from config.errors import DomainError
from events import operations
from events.models import Attendance, Discipline, Event, Registration, Session, SignUp
from events.operations import (
    changing,
    check_in,
    door,
    people,
    places,
    programme,
    recount,
    register,
    seats,
    sports,
    withdraw,
)
from events.operations import leaving as leaving_module
from residents.operations import linking, merge

from .. import town as town_module
from ..races import GUARDS, Race, at_once, refused, without_constraint, without_row_locks

pytestmark = pytest.mark.django_db(transaction=True)
both = pytest.mark.parametrize("guarded", GUARDS)
PLACES, PEOPLE = 5, 16
_here = sys.modules[__name__]


@pytest.fixture
def rush(transactional_db):
    """A session of five places and sixteen people who want one."""
    t = town_module.build()
    Session.objects.filter(pk=t.choir_monday.pk).update(places=PLACES)
    t.people = [town_module.resident(f"甲{chr(0x4E00 + n)}", t.east, t.community) for n in range(PEOPLE)]
    return t


@pytest.fixture
def loose():
    """`loose(model, name)`: without that constraint until the test is over."""
    with ExitStack() as stack:
        yield lambda model, name: stack.enter_context(without_constraint(model, name))


def fresh(t):
    return Session.objects.select_related("event__unit", "community").get(pk=t.choir_monday.pk)


def counted(t):
    return fresh(t).places_taken, Registration.objects.live().filter(session=t.choir_monday).count()


def signed_up(t, person=None):
    return register(session=fresh(t), resident=person or t.lin, by=t.staff)


def leaving(t, place, **how):
    """The act of withdrawing, as a request of its own would do it."""
    row = Registration.objects.select_related("session__event__unit").get(pk=place.pk)
    return lambda: withdraw(registration=row, by=t.staff, **how)


def begin_now(t):
    now = timezone.now()
    Session.objects.filter(pk=t.choir_monday.pk).update(starts_at=now, ends_at=now + timedelta(hours=1))


# --- places ---


def test_a_rush_fills_the_session_and_no_more(rush):
    results = at_once(
        *[lambda p=p: register(session=fresh(rush), resident=p, by=rush.staff) for p in rush.people]
    )
    assert counted(rush) == (PLACES, PLACES)
    assert refused(results) == PEOPLE - PLACES


def looks_then_takes(pool, count):
    """The twin: reads whether a place is left, then takes it, as if nobody else were there."""
    taken = Session.objects.get(pk=pool.pk).places_taken
    if taken >= PLACES:
        return False
    pause()
    return Session.objects.filter(pk=pool.pk).update(places_taken=taken + count)


def pause():
    """Where the blind twins stop."""


@both
def test_two_take_the_last_place(rush, monkeypatch, guarded):
    for person in rush.people[: PLACES - 1]:
        signed_up(rush, person)
    race = Race(monkeypatch)
    if guarded:
        race.stop_before(places, "_decide")
    else:
        race.stop_before(_here, "pause")
        without_row_locks(monkeypatch)
        monkeypatch.setattr(seats, "take", looks_then_takes)
    results = race.run(*[lambda p=p: signed_up(rush, p) for p in rush.people[-2:]])
    assert refused(results) == (1 if guarded else 0)
    assert counted(rush) == (PLACES, PLACES if guarded else PLACES + 1)


@both
def test_two_take_the_last_entry_of_a_discipline(rush, monkeypatch, loose, guarded):
    one = Discipline.objects.create(event=rush.choir, name="跳绳", places=1)
    if not guarded:
        monkeypatch.setattr(type(Discipline.objects.all()), "with_a_free_place", lambda rows: rows)
        loose(Discipline, "discipline_never_oversold")

    def enters(person):
        found = Discipline.objects.select_related("event__unit").get(pk=one.pk)
        return sports.enter(discipline=found, resident=person, by=rush.staff)

    race = Race(monkeypatch).stop_before(places, "still_here")
    results = race.run(*[lambda p=p: enters(p) for p in rush.people[:2]])
    assert refused(results) == (1 if guarded else 0)
    one.refresh_from_db()
    assert one.places_taken == one.entries.live().count() == (1 if guarded else 2)


@both
def test_a_double_click_takes_one_place(rush, monkeypatch, loose, guarded):
    if not guarded:
        without_row_locks(monkeypatch)
        loose(SignUp, "one_live_sign_up_of_a_session")
        loose(Registration, "one_live_registration")
    race = Race(monkeypatch).stop_after(places, "standing_sign_up")
    assert refused(race.run(*[lambda: signed_up(rush)] * 2)) == 0
    assert counted(rush) == ((1, 1) if guarded else (2, 2))


@both
def test_nobody_gets_a_place_in_a_session_being_cancelled(rush, monkeypatch, guarded):
    if not guarded:

        def takes_anyway(pool, count):
            return Session.objects.filter(pk=pool.pk).update(places_taken=F("places_taken") + count)

        without_row_locks(monkeypatch)
        monkeypatch.setattr(seats, "take", takes_anyway)
    race = Race(monkeypatch).stop_before(changing, "record_each")
    results = race.run(
        lambda: operations.cancel_session(session=fresh(rush), reason="下雨", by=rush.staff),
        lambda: signed_up(rush),
    )
    assert refused(results) == (1 if guarded else 0)
    assert Registration.objects.live().exists() == (not guarded)


@both
def test_places_are_not_cut_below_those_taken_meanwhile(rush, monkeypatch, loose, guarded):
    signed_up(rush)
    session = fresh(rush)
    race = Race(monkeypatch)
    if guarded:
        race.stop_before(programme, "check_seats")

        def cut():
            operations.change_session(session=session, version=session.version, by=rush.staff, places=1)
    else:
        loose(Session, "session_never_oversold")
        race.stop_before(_here, "pause")

        def cut():
            with transaction.atomic():
                if Session.objects.get(pk=session.pk).places_taken <= 1:
                    pause()
                    Session.objects.filter(pk=session.pk).update(places=1)

    race.run(cut, lambda: signed_up(rush, rush.wang))
    now = fresh(rush)
    assert (now.places_taken > now.places) == (not guarded)


@both
def test_a_recount_and_a_sign_up_agree(rush, monkeypatch, guarded):
    signed_up(rush)
    Session.objects.filter(pk=rush.choir_monday.pk).update(places_taken=3)  # wrong
    if not guarded:
        without_row_locks(monkeypatch)
    race = Race(monkeypatch).stop_before(recount, "record")  # it has counted
    assert refused(race.run(operations.recount_places, lambda: signed_up(rush, rush.wang))) == 0
    taken, live = counted(rush)
    assert (taken == live) == guarded


# --- giving back ---


def test_coming_and_going_keeps_the_counter_true(rush):
    def come_and_go(person):
        for _turn in range(4):
            try:
                place = signed_up(rush, person)
            except DomainError:
                continue
            if person.pk % 3:
                leaving(rush, place)()

    assert refused(at_once(*[lambda p=p: come_and_go(p) for p in rush.people[:8]])) == 0
    taken, live = counted(rush)
    assert taken == live <= PLACES


def blind_withdraw(place):
    """The twin: looks whether the place is still held, then gives it back whoever else does."""
    with transaction.atomic():
        is_held = Registration.objects.live().filter(pk=place.pk).exists()
        pause()
        if is_held:
            Registration.objects.filter(pk=place.pk).update(cancelled_at=place.at)
            Session.objects.filter(pk=place.session_id).update(places_taken=F("places_taken") - 1)


@both
def test_withdrawing_twice_at_once_frees_one_place(rush, monkeypatch, guarded):
    place = signed_up(rush)
    signed_up(rush, rush.wang)
    race = Race(monkeypatch)
    if guarded:
        race.stop_before(leaving_module, "record")
        acts = [leaving(rush, place), leaving(rush, place)]
    else:
        race.stop_before(_here, "pause")
        acts = [lambda: blind_withdraw(place)] * 2
    assert refused(race.run(*acts)) == 0
    taken, live = counted(rush)
    assert (taken, live) == ((1, 1) if guarded else (0, 1))


@both
def test_who_is_checked_in_meanwhile_keeps_the_place(rush, monkeypatch, guarded):
    place = signed_up(rush)
    begin_now(rush)
    if not guarded:
        without_row_locks(monkeypatch)
    race = Race(monkeypatch).stop_before(door, "record")
    results = race.run(
        lambda: check_in(session=fresh(rush), resident=rush.lin, by=rush.staff),
        leaving(rush, place, at_the_desk=True),
    )
    assert refused(results) == (1 if guarded else 0)
    there = Attendance.objects.live().get()
    assert (there.registration.cancelled_at is None) == guarded


# --- at the door ---


@both
def test_two_taps_at_the_door_are_one_attendance(rush, monkeypatch, loose, guarded):
    begin_now(rush)
    if not guarded:
        without_row_locks(monkeypatch)
        loose(Attendance, "one_live_attendance")
    race = Race(monkeypatch).stop_before(Attendance.objects._queryset_class, "create")
    tap = [lambda: check_in(session=fresh(rush), resident=rush.lin, by=rush.staff)] * 2
    assert refused(race.run(*tap)) == 0
    assert Attendance.objects.live().count() == (1 if guarded else 2)


# --- people who turn out to be one ---


def unguarded_merge(*, source, target, by):
    """The twin: gives back the doubled place as if nobody else could have."""
    held = Registration.objects.live().filter(resident=target).values("session")
    doubled = list(Registration.objects.live().filter(resident=source, session__in=held))
    pause()
    for place in doubled:
        Registration.objects.filter(pk=place.pk).update(cancelled_at=timezone.now(), cancelled_by=by)
        Session.objects.filter(pk=place.session_id).update(places_taken=F("places_taken") - 1)


@both
def test_a_doubled_place_withdrawn_during_the_merge_is_freed_once(rush, monkeypatch, guarded):
    one, same = rush.people[:2]
    place = signed_up(rush, one)
    signed_up(rush, same)
    race = Race(monkeypatch)
    if guarded:
        race.stop_before(people, "_cancelled")
    else:
        race.stop_before(_here, "pause")
        monkeypatch.setattr(linking, "merge_steps", lambda: [unguarded_merge])
    results = race.run(lambda: merge(source=one, target=same, by=rush.staff), leaving(rush, place))
    assert refused(results) == 0
    taken, live = counted(rush)
    assert (taken == live) == guarded


@both
def test_a_person_merged_away_gets_no_place(rush, monkeypatch, guarded):
    one, same = rush.people[:2]
    if not guarded:
        monkeypatch.setattr(places, "still_here", lambda *people: None)
    results = (
        Race(monkeypatch)
        .stop_before(linking, "record")
        .run(lambda: merge(source=one, target=same, by=rush.staff), lambda: signed_up(rush, one))
    )
    assert refused(results) == (1 if guarded else 0)
    assert Registration.objects.live().filter(resident__left_on__isnull=False).exists() == (not guarded)


# --- the programme ---


@both
def test_a_cancelled_event_gets_no_session(rush, monkeypatch, guarded):
    event = Event.objects.get(pk=rush.choir.pk)
    if not guarded:
        without_row_locks(monkeypatch)
    later = timezone.now() + timedelta(days=8)
    race = Race(monkeypatch).stop_before(programme, "record")
    results = race.run(
        lambda: operations.cancel_event(event=event, reason="停办", by=rush.staff),
        lambda: operations.add_sessions(
            event=event,
            sessions=[{"starts_at": later, "ends_at": later + timedelta(hours=1)}],
            by=rush.staff,
        ),
    )
    assert refused(results) == (1 if guarded else 0)
    assert Session.objects.filter(cancelled_at=None, event__cancelled_at__isnull=False).exists() == (
        not guarded
    )


@both
def test_of_two_who_edit_the_same_page_one_is_told(rush, monkeypatch, guarded):
    if not guarded:
        without_row_locks(monkeypatch)

    def edit(title):
        event = Event.objects.get(pk=rush.choir.pk)
        event.title = title
        return lambda: operations.edit_event(
            event=event, version=event.version, by=rush.staff, changed=["title"]
        )

    race = Race(monkeypatch).stop_before(programme, "_check_event")
    assert refused(race.run(edit("一"), edit("二"))) == (1 if guarded else 0)
