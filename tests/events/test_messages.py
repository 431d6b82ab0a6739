"""Who is told what by which act. Sending is the clock's and tested with the room of messages."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from events import messages, reminders
from events.messages_series import Note, tell_once
from events.models import Attendance, Event, Registration, Session, SignUp, SignUpMember
from events.operations import (
    cancel_event,
    cancel_session,
    change_session,
    leave,
    make_up,
    register,
    withdraw,
)
from events.operations.making_up import next_week as next_week_of
from notifications.models import Choice, InboxMessage, Outgoing

from ..town import person, resident


@pytest.fixture(autouse=True)
def no_sms(settings):
    settings.SMS_GATEWAY = "none"


@pytest.fixture
def grandma(town):
    return resident("周奶奶", town.east_building, town.community, phone="+8615400000077")


def sign_up(town, leader, state="placed", **more):
    return SignUp.objects.create(
        event=town.choir, session=town.choir_monday, resident=leader, state=state, by=town.staff, **more
    )


def texts(user):
    return list(InboxMessage.objects.of(user).order_by("pk").values_list("text", flat=True))


def test_a_place_is_told_with_time_and_where(town):
    messages.tell_placed(sign_up(town, town.lin))
    told = InboxMessage.objects.get()
    assert told.account == town.lin_user
    assert told.subject == "报名成功：社区合唱"
    assert "文化广场" in told.text
    assert told.url == f"/wenfeng/events/{town.choir.pk}/sessions/{town.choir_monday.pk}/register/"
    assert told.cause == f"event:{town.choir.pk}/session:{town.choir_monday.pk}/"


def test_telling_a_place_again_tells_nothing(town):
    one = sign_up(town, town.lin)
    messages.tell_placed(one)
    messages.tell_placed(one)
    assert InboxMessage.objects.count() == 1


def test_who_waits_hears_at_which_place(town):
    messages.tell_waiting(sign_up(town, town.wang, "waiting", rank=1))
    messages.tell_waiting(sign_up(town, town.lin, "waiting", rank=2))
    assert "第2位" in texts(town.lin_user)[0]
    assert "第1位" in texts(town.wang_user)[0]


def test_an_offer_says_until_when_and_one_without_account_is_telephoned(town, grandma):
    until = timezone.now() + timedelta(hours=24)
    for one in (town.lin, grandma):
        messages.tell_offer(
            sign_up(town, one, "offered", offer_until=until, offered_at=timezone.now(), offered_seats=1)
        )
    assert f"{timezone.localtime(until):%H:%M}" in texts(town.lin_user)[0]
    row = Outgoing.objects.get(name="周奶奶")
    assert (row.channel, row.phone, row.path) == ("phone", "+8615400000077", town.east_building.path)
    assert row.about == f"residents.resident:{grandma.pk}"


def test_a_lapsed_offer_is_not_telephoned_any_more(town, grandma):
    soon = timezone.now() + timedelta(hours=1)
    one = sign_up(town, grandma, "offered", offer_until=soon, offered_at=timezone.now(), offered_seats=1)
    messages.tell_offer(one)
    assert Outgoing.objects.to_telephone().count() == 1
    messages.tell_offer_lapsed(one)
    assert not Outgoing.objects.to_telephone().exists()


def test_of_a_group_whoever_has_an_account_hears_once(town, grandma):
    one = sign_up(town, town.lin, seats=3)
    for member in (town.wang, grandma):
        SignUpMember.objects.create(sign_up=one, resident=member)
    for who in (town.lin, town.wang, grandma):
        Registration.objects.create(session=town.choir_monday, resident=who, by=town.staff, sign_up=one)
    cancel_session(session=town.choir_monday, reason="下雨", by=town.staff)
    assert "下雨" in texts(town.lin_user)[0]
    assert len(texts(town.lin_user)) == 1
    assert len(texts(town.wang_user)) == 1
    assert (
        not Outgoing.objects.to_telephone().filter(name="周奶奶").exists()
    )  # she is told by whoever signed her up


def test_for_a_child_the_guardian_hears(town):
    child = resident("林小宝", town.east_building, town.community)
    messages.tell_placed(sign_up(town, child, guardian=town.lin))
    assert len(texts(town.lin_user)) == 1


def test_cancelling_reaches_those_with_a_place_and_those_who_wait(town, grandma):
    register(session=town.choir_monday, resident=town.lin, by=town.lin_user)
    register(session=town.choir_monday, resident=grandma, by=town.staff)
    sign_up(town, town.wang, "waiting")
    cancel_event(event=town.choir, reason="停电", by=town.staff)
    cancel_event(event=town.choir, reason="停电", by=town.staff)
    cancelled = InboxMessage.objects.filter(kind="cancelled")
    assert {message.account for message in cancelled} == {town.lin_user, town.wang_user}
    assert all("停电" in message.text for message in cancelled)
    assert Outgoing.objects.to_telephone().filter(name="周奶奶").count() == 1


def test_who_gave_the_place_back_hears_nothing(town):
    held = register(session=town.choir_monday, resident=town.lin, by=town.lin_user)
    withdraw(registration=held, by=town.lin_user)
    cancel_session(session=town.choir_monday, reason="下雨", by=town.staff)
    assert not InboxMessage.objects.filter(kind="cancelled").exists()


def test_who_is_taken_off_at_the_counter_hears_of_it(town):
    held = register(session=town.choir_monday, resident=town.lin, by=town.lin_user)
    leave(sign_up=held.sign_up, by=town.staff, at_the_desk=True)
    off = InboxMessage.objects.get(kind="withdrawn")
    assert off.account == town.lin_user
    assert "已由工作人员取消" in off.text
    leave(sign_up=held.sign_up, by=town.staff, at_the_desk=True)
    assert InboxMessage.objects.filter(kind="withdrawn").count() == 1


def test_who_leaves_on_their_own_is_told_nothing(town):
    held = register(session=town.choir_monday, resident=town.lin, by=town.lin_user)
    leave(sign_up=held.sign_up, by=town.lin_user)
    assert not InboxMessage.objects.filter(kind="withdrawn").exists()


def test_a_place_given_back_at_the_door_is_told(town):
    held = register(session=town.choir_monday, resident=town.lin, by=town.lin_user)
    withdraw(registration=held, by=town.staff, at_the_desk=True)
    assert InboxMessage.objects.get(kind="withdrawn").account == town.lin_user


def move(town, by=timedelta(days=1)):
    session = Session.objects.get(pk=town.choir_monday.pk)
    return change_session(
        session=session, version=session.version, by=town.staff, reason="场地有事",
        starts_at=session.starts_at + by, ends_at=session.ends_at + by,
    )  # fmt: skip


def test_moving_is_told_each_time(town):
    register(session=town.choir_monday, resident=town.lin, by=town.lin_user)
    for _time in range(2):
        move(town)
    moved = InboxMessage.objects.filter(kind="moved")
    assert moved.count() == 2
    assert "场地有事" in moved[0].text
    assert town.choir.where() in moved[0].text
    calls = Outgoing.objects.filter(kind="moved").order_by("pk").values_list("state", flat=True)
    assert list(calls) == ["cancelled", "waiting"], "nobody is told what is no longer so"


def test_changing_the_places_alone_tells_nobody(town):
    register(session=town.choir_monday, resident=town.lin, by=town.lin_user)
    change_session(session=town.choir_monday, version=0, by=town.staff, places=9)
    assert not InboxMessage.objects.filter(kind="moved").exists()


@pytest.mark.parametrize("people", [3, 40])
def test_the_number_of_queries_hardly_grows(town, people, django_assert_max_num_queries):
    Session.objects.update(places=None)
    for number in range(people):
        who = resident(
            f"甲{chr(0x4E00 + number)}", town.east_building, town.community, user=person("甲", 500 + number)
        )
        Registration.objects.create(session=town.choir_monday, resident=who, by=town.staff)
    session = Session.objects.select_related("event__unit", "community").get()
    with django_assert_max_num_queries(7):
        assert tell_once(session.event, [Note("cancelled", session)]) == people


# --- by the clock ---


@pytest.fixture
def next_week(town):
    """A session in a week that 林秀英 has a place in."""
    start = timezone.now().replace(microsecond=0) + timedelta(days=7)
    Session.objects.filter(pk=town.choir_monday.pk).update(
        starts_at=start, ends_at=start + timedelta(hours=2)
    )
    register(session=Session.objects.get(pk=town.choir_monday.pk), resident=town.lin, by=town.lin_user)
    InboxMessage.objects.all().delete()
    return start


def kinds():
    return list(InboxMessage.objects.order_by("pk").values_list("kind", flat=True))


def at(moment):
    return time_machine.travel(moment, tick=False)


def test_reminders_come_the_day_before_and_two_hours_before_and_once(town, next_week):
    for hours, told in ((25, 0), (23, 1), (22, 1), (3, 1), (1.9, 2), (0.5, 2)):
        with at(next_week - timedelta(hours=hours)):
            reminders.tell_reminders()
        assert len(kinds()) == told, hours
    assert kinds() == ["day_before", "hours_before"]


def group(town, leader, *members, session=None):
    """Signed up as one a week ago, all with a place."""
    session, then = session or town.choir_monday, timezone.now() - timedelta(days=1)
    one = SignUp.objects.create(
        event=town.choir, session=session, resident=leader, state="placed", by=town.staff, seats=1 + len(members), at=then
    )  # fmt: skip
    SignUpMember.objects.bulk_create(SignUpMember(sign_up=one, resident=who) for who in members)
    for who in (leader, *members):
        Registration.objects.create(session=session, resident=who, by=town.staff, sign_up=one, at=then)
    return one


def test_everybody_of_a_group_with_an_account_is_reminded_once(town, next_week, grandma):
    child = resident("林小宝", town.east_building, town.community)
    Registration.objects.all().delete()
    SignUp.objects.all().delete()
    group(town, town.lin, town.wang, grandma, child)
    for hours in (23, 22, 1.9, 1):
        with at(next_week - timedelta(hours=hours)):
            reminders.tell_reminders()
    for user, name in ((town.lin_user, "林秀英"), (town.wang_user, "王建国")):
        told = InboxMessage.objects.of(user).order_by("pk")
        assert [row.kind for row in told] == ["day_before", "hours_before"]
        assert all(row.text.startswith(name) for row in told)
    assert len(kinds()) == 4
    assert not Outgoing.objects.filter(channel="phone").exists()  # who signed them up hears for them


def test_somebody_known_in_two_communities_is_reminded_once(town, next_week):
    other = resident("林秀英", town.neighbour, town.neighbour, user=town.lin_user)
    Registration.objects.create(
        session=town.choir_monday, resident=other, by=town.staff, at=timezone.now() - timedelta(days=1)
    )
    with at(next_week - timedelta(hours=20)):
        reminders.tell_reminders()
    assert kinds() == ["day_before"]


def test_a_group_is_reminded_by_the_channels_each_chose(town, next_week, settings):
    settings.SMS_GATEWAY = "file"
    Choice.objects.create(account=town.wang_user, group="day_before", channel="sms", wanted=False)
    town.wang_user.has_chosen_channels = True
    town.wang_user.save(update_fields=["has_chosen_channels"])
    Registration.objects.all().delete()
    SignUp.objects.all().delete()
    group(town, town.lin, town.wang)
    with at(next_week - timedelta(hours=20)):
        reminders.tell_reminders()
    sms = Outgoing.objects.filter(kind="day_before", channel="sms")
    assert [row.account for row in sms] == [town.lin_user]
    assert kinds() == ["day_before"] * 2


def test_a_group_hears_whole_of_the_date_that_makes_up_for_it(town, next_week):
    Registration.objects.all().delete()
    SignUp.objects.all().delete()
    group(town, town.lin, town.wang)
    cancel_session(session=Session.objects.get(), reason="停电", by=town.staff)
    InboxMessage.objects.all().delete()
    old = Session.objects.select_related("event__unit").get()
    make_up(session=old, fields=next_week_of(old), by=town.staff, carry=True)
    for user in (town.lin_user, town.wang_user):
        (text,) = texts(user)
        assert "现在补办，您已有" in text


def test_who_has_given_the_place_back_is_not_reminded(town, next_week):
    withdraw(registration=Registration.objects.get(), by=town.lin_user)
    with at(next_week - timedelta(hours=20)):
        reminders.tell_reminders()
    assert kinds() == []


def test_a_moved_session_reminds_again_and_a_cancelled_one_does_not(town, next_week):
    with at(next_week - timedelta(hours=20)):
        reminders.tell_reminders()
        move(town, timedelta(days=3))
    with at(next_week + timedelta(days=3) - timedelta(hours=20)):
        reminders.tell_reminders()
    assert kinds() == ["day_before", "moved", "day_before"]
    cancel_session(session=Session.objects.get(), reason="停电", by=town.staff)
    with at(next_week + timedelta(days=3) - timedelta(hours=1)):
        reminders.tell_reminders()
    assert kinds()[3:] == ["cancelled"]


def test_who_signed_up_only_now_needs_no_reminder_of_the_day_before(town, next_week):
    with at(next_week - timedelta(hours=20)):
        register(session=Session.objects.get(), resident=town.wang, by=town.wang_user)
        reminders.tell_reminders()
    assert list(InboxMessage.objects.filter(kind="day_before")) == list(
        InboxMessage.objects.of(town.lin_user)
    )


def test_thanks_go_to_those_who_were_there_after_the_last_session(town, next_week):
    Attendance.objects.create(session=Session.objects.get(), resident=town.lin, by=town.staff)
    for hours, told in ((4, []), (6, ["thanks"]), (7, ["thanks"])):
        with at(next_week + timedelta(hours=hours)):
            reminders.tell_thanks()
        assert kinds() == told


def test_whoever_made_it_hears_when_too_few_come(town, next_week):
    Event.objects.update(minimum=5, decide_days=2)
    for days, told in ((3, 0), (1, 1), (0.5, 1)):
        with at(next_week - timedelta(days=days)):
            reminders.tell_too_few()
        assert len(texts(town.staff)) == told
    assert "1人" in texts(town.staff)[0]
