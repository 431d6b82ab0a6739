from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import Activity
from config.errors import DomainError
from events.models import Attendance, Event, Registration, Session
from events.operations import overlapping, recount_places, register, withdraw

from ..town import resident


def book(session, person, by, **more):
    return register(session=Session.objects.get(pk=session.pk), resident=person, by=by, **more)


def taken(session):
    return Session.objects.get(pk=session.pk).places_taken


def change(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)
    row.refresh_from_db()


def test_a_place_is_taken_once_however_often_it_is_asked_for(town):
    first = book(town.choir_monday, town.lin, town.lin_user)
    again = book(town.choir_monday, town.lin, town.lin_user)
    assert first == again
    assert taken(town.choir_monday) == 1
    assert Activity.objects.filter(act="events.register").count() == 1


def test_the_third_of_two_is_refused(town):
    book(town.choir_monday, town.lin, town.lin_user)
    book(town.choir_monday, town.wang, town.wang_user)
    third = resident("三", town.east, town.community)
    with pytest.raises(DomainError):
        book(town.choir_monday, third, town.staff)
    assert taken(town.choir_monday) == Registration.objects.live().count() == 2


def test_a_session_read_before_it_filled_up_sells_nothing(town):
    stale = Session.objects.select_related("event").get(pk=town.choir_monday.pk)
    change(town.choir_monday, places_taken=2)
    with pytest.raises(DomainError):
        register(session=stale, resident=town.lin, by=town.lin_user)
    assert not Registration.objects.exists()


def test_a_session_read_before_it_was_cancelled_sells_nothing(town):
    stale = Session.objects.select_related("event").get(pk=town.choir_monday.pk)
    change(town.choir_monday, cancelled_at=timezone.now(), cancel_reason="暴雨")
    with pytest.raises(DomainError, match="暴雨"):
        register(session=stale, resident=town.lin, by=town.lin_user)


@pytest.mark.parametrize(
    ("fields", "event"),
    [
        ({"cancelled_at": 0}, {}),
        ({"registration_opens_at": +1}, {}),
        ({"registration_closes_at": -1}, {}),
        ({"starts_at": -1}, {}),
        ({"starts_at": -3, "ends_at": -1}, {}),
        ({}, {"needs_registration": False}),
        ({}, {"audience": Event.Audience.PARTY}),
    ],
)
def test_refusals_are_sentences(town, fields, event):
    """`fields`: hours from now."""
    moments = {name: timezone.now() + timedelta(hours=hours) for name, hours in fields.items()}
    change(town.choir_monday, **moments) if moments else None
    change(town.choir, **event) if event else None
    with pytest.raises(DomainError) as refusal:
        book(town.choir_monday, town.lin, town.lin_user)
    assert len(str(refusal.value)) > 5
    assert not Registration.objects.exists()


def test_staff_still_sign_people_up_after_the_window(town):
    change(town.choir_monday, registration_closes_at=timezone.now() - timedelta(hours=1))
    assert book(town.choir_monday, town.lin, town.staff, at_the_desk=True)


def test_sixty_on_the_day_is_old_enough(town):
    change(town.choir, audience=Event.Audience.ELDERLY)
    day = timezone.localdate(town.choir_monday.starts_at)
    change(town.lin, born_on=day.replace(year=day.year - 60))
    change(town.wang, born_on=day.replace(year=day.year - 60) + timedelta(days=1))
    assert book(town.choir_monday, town.lin, town.lin_user)
    with pytest.raises(DomainError):
        book(town.choir_monday, town.wang, town.wang_user)


def test_an_unknown_birthday_is_a_matter_for_staff(town):
    change(town.choir, audience=Event.Audience.ELDERLY)
    change(town.lin, born_on=None)
    with pytest.raises(DomainError):
        book(town.choir_monday, town.lin, town.lin_user)
    assert book(town.choir_monday, town.lin, town.staff, at_the_desk=True)


def test_a_party_event_takes_party_members(town):
    change(town.choir, audience=Event.Audience.PARTY)
    assert book(town.choir_monday, town.wang, town.wang_user)


def test_residents_only_means_of_this_community_and_confirmed(town):
    change(town.choir, audience=Event.Audience.RESIDENTS)
    with pytest.raises(DomainError):
        book(town.choir_monday, town.zhao, town.staff)
    change(town.lin, state="unconfirmed")
    with pytest.raises(DomainError):
        book(town.choir_monday, town.lin, town.lin_user)


def test_an_unconfirmed_account_joins_open_events_only(town):
    change(town.lin, state="unconfirmed")
    assert book(town.choir_monday, town.lin, town.lin_user)
    change(town.choir, open_to_unconfirmed=False)
    change(town.wang, state="unconfirmed")
    with pytest.raises(DomainError):
        book(town.choir_monday, town.wang, town.wang_user)


def test_withdrawing_frees_the_place_once(town):
    place = book(town.choir_monday, town.lin, town.lin_user)
    withdraw(registration=place, by=town.lin_user)
    withdraw(registration=Registration.objects.get(pk=place.pk), by=town.lin_user)
    assert taken(town.choir_monday) == 0
    assert Activity.objects.filter(act="events.withdraw").count() == 1
    assert book(town.choir_monday, town.lin, town.lin_user).pk != place.pk


def test_it_is_too_late_to_withdraw_once_it_began_but_not_for_staff(town):
    place = book(town.choir_monday, town.lin, town.lin_user)
    change(town.choir_monday, starts_at=timezone.now() - timedelta(minutes=5))
    place.session.refresh_from_db()
    with pytest.raises(DomainError):
        withdraw(registration=place, by=town.lin_user)
    assert withdraw(registration=place, by=town.staff, at_the_desk=True).cancelled_at


def test_whoever_is_checked_in_does_not_withdraw(town):
    place = book(town.choir_monday, town.lin, town.lin_user)
    Attendance.objects.create(session=town.choir_monday, resident=town.lin, registration=place, by=town.staff)
    with pytest.raises(DomainError):
        withdraw(registration=place, by=town.lin_user)


def test_a_place_elsewhere_at_the_same_time_is_said(town):
    other = Session.objects.create(
        event=town.choir,
        community=town.community,
        starts_at=town.choir_monday.starts_at + timedelta(hours=1),
        ends_at=town.choir_monday.ends_at + timedelta(hours=1),
    )
    place = book(town.choir_monday, town.lin, town.lin_user)
    assert overlapping(other, town.lin) == place
    assert overlapping(other, town.wang) is None
    assert book(other, town.lin, town.lin_user)


def test_a_wrong_counter_is_set_right(town):
    book(town.choir_monday, town.lin, town.lin_user)
    change(town.choir_monday, places_taken=0)
    assert recount_places() == 1
    assert taken(town.choir_monday) == 1
    assert recount_places() == 0


def test_my_sign_ups_are_those_of_my_people(town):
    place = book(town.choir_monday, town.lin, town.lin_user)
    book(town.choir_monday, town.wang, town.wang_user)
    assert list(Registration.objects.of(town.lin_user).upcoming()) == [place]
    assert not Registration.objects.of(town.lin_user).past()
    change(town.choir_monday, starts_at=timezone.now() - timedelta(days=2), ends_at=timezone.now() - timedelta(days=1))  # fmt: skip
    assert list(Registration.objects.of(town.lin_user).past()) == [place]
    assert not Registration.objects.of(town.stranger).past()


def test_the_database_refuses_to_oversell(town):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=town.choir_monday.pk).update(places_taken=3)


def test_figures_tell_person_times_from_persons(town):
    yesterday = timezone.now() - timedelta(days=1)
    change(town.choir_monday, starts_at=yesterday - timedelta(hours=2), ends_at=yesterday)
    second = Session.objects.create(event=town.choir, community=town.community,
                                    starts_at=yesterday - timedelta(hours=2), ends_at=yesterday)  # fmt: skip
    off = Session.objects.create(event=town.choir, community=town.community, cancelled_at=yesterday,
                                 starts_at=yesterday - timedelta(hours=2), ends_at=yesterday)  # fmt: skip
    for session in (town.choir_monday, second):
        Attendance.objects.create(session=session, resident=town.lin, by=town.staff)
    Attendance.objects.create(session=second, resident=town.wang, by=town.staff, as_helper=True)
    Attendance.objects.create(session=second, resident=town.zhao, by=town.staff, withdrawn_at=yesterday)
    day = timezone.localdate(yesterday - timedelta(hours=2))
    held = Session.objects.held_in(day, day, town.community)
    assert set(held) == {town.choir_monday, second}
    assert off not in held
    assert held.by_kind() == {"culture": 2}
    there = Attendance.objects.held_in(day, day, town.community)
    assert (there.person_times(), there.persons()) == (3, 2)
    assert there.helpers().person_times() == 1
    assert there.by_members_of(town.branch).person_times() == 1
    assert there.by_kind() == {"culture": 3}
    assert not Session.objects.held_in(day, day, town.neighbour)
    assert not Session.objects.held_in(date(2020, 1, 1), date(2020, 1, 31), town.community)
