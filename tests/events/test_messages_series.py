"""A change to several sessions is told to everybody once, however many of them are theirs."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from events import operations
from events.models import Event, Session
from events.operations import series
from notifications.models import InboxMessage


@pytest.fixture(autouse=True)
def no_sms(settings):
    settings.SMS_GATEWAY = "none"


@pytest.fixture
def four(town):
    """A session a week for four weeks; 林秀英 is in all, 王建国 in the second only."""
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
    Session.objects.filter(pk=town.choir_monday.pk).update(
        starts_at=start, ends_at=start + timedelta(hours=2)
    )
    Event.objects.filter(pk=town.choir.pk).update(needs_registration=True)
    for week in (1, 2, 3):
        begins = start + timedelta(weeks=week)
        Session.objects.create(
            event=town.choir, community=town.community, starts_at=begins, ends_at=begins + timedelta(hours=2)
        )
    town.four = list(town.choir.sessions.select_related("event__unit").order_by("starts_at"))
    for session in town.four:
        operations.register(session=session, resident=town.lin, by=town.staff)
    operations.register(session=town.four[1], resident=town.wang, by=town.staff)
    InboxMessage.objects.all().delete()
    return town


def change(t, **fields):
    first = Session.objects.select_related("event__unit").get(pk=t.four[0].pk)
    seen = series.stamp(series.affected(first, "all"))
    times = {"starts_at": first.starts_at, "ends_at": first.ends_at}
    series.change_series(
        session=first, which="all", seen=seen, by=t.staff, reason="场地检修", **times | fields
    )


def told(user) -> list[InboxMessage]:
    return list(InboxMessage.objects.filter(account=user))


def test_a_moved_series_is_one_message(four):
    first = four.four[0]
    later = {name: getattr(first, name) + timedelta(hours=1) for name in ("starts_at", "ends_at")}
    change(four, **later)
    (all_of_them,), (one,) = told(four.lin_user), told(four.wang_user)
    assert "4场改期" in all_of_them.text
    assert "场地检修" in all_of_them.text
    assert "4场" not in one.text
    assert "改到" in one.text


def test_another_place_is_said_as_such(four):
    change(four, place="凉亭")
    (all_of_them,), (one,) = told(four.lin_user), told(four.wang_user)
    assert "凉亭" in all_of_them.text
    assert "改在凉亭" in one.text


def test_another_teacher_of_a_series_is_one_message(four):
    change(four, teacher="陈教练")
    (all_of_them,), (one,) = told(four.lin_user), told(four.wang_user)
    assert "4场改由陈教练" in all_of_them.text
    assert "陈教练" in one.text


def test_a_cancelled_series_is_one_message_also_to_whoever_waits(four):
    Session.objects.filter(pk=four.four[2].pk).update(places=1)
    Event.objects.filter(pk=four.choir.pk).update(has_waiting_list=True)
    session = Session.objects.select_related("event__unit").get(pk=four.four[2].pk)
    operations.sign_up(pool=session, resident=four.wang, by=four.staff, wait=True)
    InboxMessage.objects.all().delete()
    series.cancel_series(session=four.four[0], which="all", reason="场地检修", by=four.staff)
    (all_of_them,), (both,) = told(four.lin_user), told(four.wang_user)
    assert "4场取消" in all_of_them.text
    assert "2场取消" in both.text


def test_two_changes_are_two_messages(four):
    change(four, place="凉亭")
    change(four, place="广场")
    assert len(told(four.lin_user)) == 2


@pytest.mark.parametrize(
    ("field", "value", "words", "own"),
    [
        ("place", "凉亭", "4场改在", {"place": "院内"}),
        ("teacher", "陈教练", "4场改由", {"teacher": "王老师"}),
    ],
)
def test_another_place_or_teacher_of_the_event_reaches_everybody_once(four, field, value, words, own):
    event = Event.objects.get(pk=four.choir.pk)
    setattr(event, field, value)
    Session.objects.filter(pk=four.four[1].pk).update(**own)  # that one has its own
    operations.edit_event(event=event, version=event.version, by=four.staff, changed=[field])
    (once,) = told(four.lin_user)
    assert words.replace("4", "3") in once.text
    assert value in once.text
    assert "原因" not in once.text
    assert told(four.wang_user) == []


def test_a_new_title_or_a_draft_tells_nobody(four):
    event = Event.objects.get(pk=four.choir.pk)
    event.summary = "老少都来"
    event = operations.edit_event(event=event, version=event.version, by=four.staff, changed=["summary"])
    Event.objects.filter(pk=event.pk).update(published_at=None)
    event.place = "凉亭"
    operations.edit_event(event=event, version=event.version, by=four.staff, changed=["place"])
    assert told(four.lin_user) == []


def of_event(t):
    event = Event.objects.select_related("unit", "room__facility").get(pk=t.choir.pk)
    event.place = f"{event.place}凉亭"
    operations.edit_event(event=event, version=event.version, by=t.staff, changed=["place"])


def of_sessions(t):
    session = Session.objects.select_related("event__unit").filter(event=t.choir).first()
    change(t, teacher=f"{session.teacher}陈教练")


def called_off(t):
    session = Session.objects.select_related("event__unit").filter(event=t.choir, cancelled_at=None).first()
    series.cancel_series(session=session, which="all", reason="下雨", by=t.staff)


@pytest.mark.parametrize("act", [of_event, of_sessions, called_off])
def test_twelve_sessions_cost_what_four_cost(four, act, django_assert_max_num_queries):
    with transaction.atomic(), django_assert_max_num_queries(60) as few:
        act(four)
        transaction.set_rollback(True)
    last = four.four[-1]
    for week in range(1, 9):
        times = {name: getattr(last, name) + timedelta(weeks=week) for name in ("starts_at", "ends_at")}
        session = Session.objects.create(event=four.choir, community=four.community, **times)
        operations.register(session=session, resident=four.lin, by=four.staff)
    with django_assert_max_num_queries(len(few)):
        act(four)
