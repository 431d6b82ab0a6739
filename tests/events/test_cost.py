"""What signing up costs the database: each statement is one that the plain case cannot do without."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.errors import DomainError
from events.models import Event, Session
from events.operations import register, sign_up
from notifications.models import InboxMessage
from notifications.preferences import choose
from venues.models import Facility, Room


def statements(act):
    """What `act` asks the database, without the beginnings and ends of transactions."""
    with CaptureQueriesContext(connection) as seen:
        act()
    frame = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return [row["sql"] for row in seen if not row["sql"].startswith(frame)]


@pytest.fixture
def session(town):
    return Session.objects.select_related("event__unit", "community").get(pk=town.choir_monday.pk)


def page(town, session):
    return reverse("events:register", args=[town.community, session.event_id, session.pk])


def test_one_place_takes_nine_statements(town, session):
    """Person and session held, one sign-up and one line asked for, seat, sign-up, place and log line written, and the
    message; who once chose how to be told is asked for the choice."""
    asked = statements(lambda: register(session=session, resident=town.lin, by=town.lin_user))
    assert len(asked) == 9, asked


def test_who_chose_channels_costs_one_more(town, session):
    choose(user=town.lin_user, chosen={("sign_up", "sms"): True})
    asked = statements(lambda: register(session=session, resident=town.lin, by=town.lin_user))
    assert len([one for one in asked if "notifications_choice" in one]) == 1


def test_a_session_without_limit_has_no_line_to_ask_for(town, session):
    Session.objects.update(places=None)
    assert len(statements(lambda: register(session=session, resident=town.lin, by=town.lin_user))) == 8


def test_an_event_changed_meanwhile_is_read_anew(town, session):
    Event.objects.update(audience=Event.Audience.PARTY, version=session.event.version + 1)
    with pytest.raises(DomainError):
        register(session=session, resident=town.lin, by=town.lin_user)


def test_a_room_read_already_is_not_read_again(town, session):
    house = Facility.objects.create(unit=town.community, name="文化中心", kind="culture")
    Event.objects.update(room=Room.objects.create(facility=house, name="排练厅", seats=40))
    read = Session.objects.select_related("event__room__facility", "event__unit", "community").get(
        pk=session.pk
    )
    assert len(statements(lambda: register(session=read, resident=town.lin, by=town.lin_user))) == 9


def test_an_event_that_lies_elsewhere_by_now_is_found_there(town, session):
    Event.objects.update(unit=town.east, version=session.event.version + 1)
    held = session.held()
    assert (held.event.unit, held.community) == (town.east, town.community)


def test_the_page_of_a_plain_sign_up_asks_ten_things(town, session, signed_in):
    """Session, account, posts and urgent notices as every page; then session, person, sign-up, place, what is at the
    same time, and the row to show."""
    lin = signed_in(town.lin_user)
    assert len(statements(lambda: lin.get(page(town, session)))) == 10


def test_sending_it_adds_six_to_the_nine_of_the_place(town, session, signed_in):
    lin = signed_in(town.lin_user)
    asked = statements(lambda: lin.post(page(town, session), {"person": town.lin.pk}))
    assert len(asked) == 15, asked


def test_who_waits_is_asked_for_neither_seat_nor_place_of_the_line(town, session):
    """Person and session held, sign-ups asked for, the end of the line, sign-up and log line, and the message."""
    Session.objects.update(places_taken=2)
    asked = statements(lambda: sign_up(pool=session, resident=town.lin, by=town.lin_user, wait=True))
    assert len(asked) == 7, asked
    asked = statements(lambda: sign_up(pool=session, resident=town.wang, by=town.wang_user, wait=True))
    assert len(asked) == 7, asked
    assert "第2位" in InboxMessage.objects.get(account=town.wang_user).text
