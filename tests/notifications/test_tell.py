"""Telling: rows of the caller's transaction, once per key, by the channels that lead to the person."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from notifications.models import InboxMessage, Outgoing
from notifications.operations import Message, call_off, read, tell, tell_all
from notifications.preferences import choose


@pytest.fixture(autouse=True)
def sms(settings):
    settings.SMS_GATEWAY = "file"


def moved(town, to, **more):
    more = {"key": "moved:1", "cause": "event:1/session:1", **more}
    return Message(
        kind="moved", to=to, community=town.community, subject="改期", text="合唱改到周二。", **more
    )


def channels():
    return sorted(Outgoing.objects.values_list("channel", flat=True))


def test_a_person_with_a_number_hears_in_the_inbox_and_by_sms(town):
    tell("moved", to=town.lin_user, community=town.community, subject="改期", text="合唱改到周二。",
         cause="event:1/", key="moved:1")  # fmt: skip
    message, sms = InboxMessage.objects.get(), Outgoing.objects.get()
    assert (message.account, message.subject, message.read_at) == (town.lin_user, "改期", None)
    assert (sms.channel, sms.state, sms.text, sms.phone) == (
        "sms",
        "waiting",
        "合唱改到周二。（文峰塔社区）",
        "",
    )


def test_the_same_key_tells_nothing_twice(town):
    assert tell_all([moved(town, town.lin_user), moved(town, town.lin_user)]) == 1
    assert tell_all([moved(town, town.lin_user)]) == 0
    assert (InboxMessage.objects.count(), Outgoing.objects.count()) == (1, 1)


def test_the_same_key_is_not_put_on_the_telephone_list_twice(town):
    nobody = moved(town, None, name="赵奶奶", phone="+8615400000099")
    assert [tell_all([nobody]), tell_all([nobody])] == [1, 0]
    row = Outgoing.objects.get()
    assert (row.channel, row.name, row.phone) == ("phone", "赵奶奶", "+8615400000099")


def test_a_caller_who_fails_has_told_nothing(town):
    with transaction.atomic():
        tell_all([moved(town, town.lin_user)])
        transaction.set_rollback(True)
    assert not InboxMessage.objects.exists()


def test_thanks_cost_no_sms_and_no_call(town):
    for to in (town.lin_user, None):
        tell(
            "thanks",
            to=to,
            community=town.community,
            subject="谢谢",
            text="谢谢。",
            cause="event:1/",
            key=f"thanks:{to}",
        )
    assert InboxMessage.objects.count() == 1
    assert channels() == []


def test_without_sms_people_are_telephoned_about_changes(town, settings):
    settings.SMS_GATEWAY = "none"
    tell_all([moved(town, town.lin_user)])
    row = Outgoing.objects.get()
    assert (row.channel, row.account, row.phone) == ("phone", town.lin_user, "")


def test_who_declined_the_sms_is_not_telephoned_instead(town):
    choose(user=town.lin_user, chosen={("changes", "sms"): False})
    tell_all([moved(town, town.lin_user)])
    assert channels() == []
    assert InboxMessage.objects.count() == 1


def test_a_number_reported_lost_gets_nothing(town):
    town.lin_user.phone_lost_at = timezone.now()
    tell_all([moved(town, town.lin_user)])
    assert channels() == ["phone"]


def test_a_deactivated_account_is_like_none(town):
    town.lin_user.deactivated_at = timezone.now()
    tell_all([moved(town, town.lin_user, phone="+8615400000021")])
    assert not InboxMessage.objects.exists()
    assert (Outgoing.objects.get().channel, Outgoing.objects.get().account) == ("phone", None)


def test_whoever_reads_it_need_not_be_telephoned(town, settings):
    settings.SMS_GATEWAY = "none"
    tell_all([moved(town, town.lin_user)])
    assert read(messages=InboxMessage.objects.all(), by=town.wang_user) == 0
    assert Outgoing.objects.to_telephone().count() == 1
    assert read(messages=InboxMessage.objects.all(), by=town.lin_user) == 1
    assert not Outgoing.objects.to_telephone().exists()


def test_the_list_of_the_persons_unit_unless_it_lies_elsewhere(town):
    tell_all([
        moved(town, None, key="a", path=town.east_building.path),
        moved(town, None, key="b", path=town.neighbour.path),
    ])  # fmt: skip
    paths = dict(Outgoing.objects.values_list("key", "path"))
    assert paths == {"a/phone": town.east_building.path, "b/phone": town.community.path}


def test_a_reminder_can_be_called_off(town):
    tell("day_before", to=town.lin_user, community=town.community, subject="明天", text="明天见。",
         cause="event:1/session:1/", key="r", not_before=timezone.now() + timedelta(hours=1))  # fmt: skip
    assert call_off(cause="event:1/session:2/", kinds=["day_before"]) == 0
    assert call_off(cause="event:1/", kinds=["moved"]) == 0
    assert call_off(cause="event:1/", kinds=["day_before"]) == 1
    assert Outgoing.objects.get().state == "cancelled"


@pytest.mark.parametrize("many", [2, 60])
def test_the_number_of_queries_hardly_grows(town, django_assert_max_num_queries, many):
    messages = [moved(town, town.lin_user, key=f"moved:{n}") for n in range(many)]
    with django_assert_max_num_queries(8):  # SQLite takes many rows in two pieces
        assert tell_all(messages) == many
