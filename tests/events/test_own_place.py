"""A session that is held somewhere else than its event: everybody is told of that place, and of no other."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from events import reminders
from events.models import Session, SignUp
from events.operations import check_in, register
from notifications.models import InboxMessage
from volunteers.models import ServiceRecord

ELSEWHERE = "社区三楼会议室"


@pytest.fixture
def session(town):
    Session.objects.filter(pk=town.choir_monday.pk).update(place=ELSEWHERE)
    return Session.objects.select_related("event__unit", "community").get(pk=town.choir_monday.pk)


def test_pages_say_where_it_is(session, town, signed_in, client):
    register(session=session, resident=town.lin, by=town.lin_user)
    usual = session.event.where()
    mine = signed_in(town.lin_user).get(reverse("portal:my")).content.decode()
    assert (ELSEWHERE in mine, usual in mine) == (True, False)
    event = client.get(reverse("events:event", args=[town.community, session.event_id])).content.decode()
    assert (ELSEWHERE in event, usual in event) == (True, True)
    staff = signed_in(town.staff)
    for name in ("events:sheet", "events:door_list"):
        paper = staff.get(reverse(name, args=[session.pk])).content.decode()
        assert (ELSEWHERE in paper, usual in paper) == (True, False), name
    desk = staff.get(reverse("events:desk_event", args=[session.event_id])).content.decode()
    assert ELSEWHERE in desk


def test_messages_say_where_it_is(session, town):
    register(session=session, resident=town.lin, by=town.lin_user)
    with time_machine.travel(session.starts_at - timedelta(hours=1), tick=False):
        SignUp.objects.update(at=timezone.now() - timedelta(days=9))
        reminders.tell_reminders()
    told = list(InboxMessage.objects.values_list("text", flat=True))
    assert [(ELSEWHERE in text, session.event.where() in text) for text in told] == [(True, False)] * 2


def test_hours_were_served_there(session, town):
    with time_machine.travel(session.starts_at, tick=False):
        check_in(session=session, resident=town.lin, by=town.staff, as_helper=True)
    assert ServiceRecord.objects.get().place == ELSEWHERE
