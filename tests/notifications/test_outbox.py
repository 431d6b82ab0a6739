"""What leaves the house: each message once, failures again after pauses, nobody woken at night."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts import sms
from accounts.models import SmsMessage
from notifications import outbox
from notifications.models import InboxMessage, MailAddress, Outgoing
from notifications.operations import tell

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)  # in Shanghai
NIGHT = datetime(2026, 11, 20, 14, tzinfo=UTC)  # 22:00


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def sent(monkeypatch, settings):
    """Texts the gateway took. `sent.broken`: what it answers with instead."""

    class Sent(list):
        broken = None

    taken = Sent()
    settings.SMS_GATEWAY = "file"

    def gateway(phone, kind, text, code):
        if taken.broken:
            raise taken.broken
        taken.append((phone, kind, text))

    monkeypatch.setitem(sms.GATEWAYS, "file", gateway)
    return taken


def told(town, key="1", **more):
    more = {"kind": "moved", "subject": "改期", "text": "合唱改到周二。", **more}
    tell(more.pop("kind"), to=town.lin_user, community=town.community, cause="event:1/", key=key, **more)
    return Outgoing.objects.get(key__startswith=f"{key}/")


def fresh(row):
    row.refresh_from_db()
    return row


def test_a_message_goes_out_once(town, sent):
    row = told(town)
    outbox.send_due()
    outbox.send_due()
    assert sent == [("+8615400000021", "notice", "合唱改到周二。（文峰塔社区）")]
    assert (fresh(row).state, row.tries, row.ended_at) == ("sent", 1, NOON)
    assert SmsMessage.objects.get().kind == "notice"


def test_the_text_is_signed(town, sent, settings):
    settings.SMS_SIGN = "【文峰塔社区】"
    told(town)
    outbox.send_due()
    assert sent[0][2].startswith("【文峰塔社区】")


def test_a_failure_is_tried_again_after_growing_pauses_and_then_given_up(town, sent, at_noon):
    sent.broken = sms.GatewayError("http: status 500")
    row, passed = told(town), []
    for _try in range(6):
        outbox.send_due()
        fresh(row)
        if row.state == "failed":
            passed.append((row.next_try_at - timezone.now()).total_seconds() / 60)
            at_noon.move_to(row.next_try_at - timedelta(seconds=1))
            outbox.send_due()
            assert fresh(row).tries == len(passed)  # not before its time
            at_noon.move_to(max(row.next_try_at, timezone.now()))
    assert passed == [1, 5, 30, 120, 360]
    assert (row.state, row.tries, row.last_error) == ("given_up", 6, "http: status 500")
    called = Outgoing.objects.to_telephone().get()
    assert (called.account, called.text, called.key) == (town.lin_user, "合唱改到周二。", "1/phone")


def test_what_was_read_in_the_inbox_is_not_telephoned(town, sent):
    row = told(town)
    InboxMessage.objects.update(read_at=NOON)
    outbox.claim(row.pk, NOON)
    outbox.give_up(Outgoing.objects.get(pk=row.pk), "x")
    assert not Outgoing.objects.to_telephone().exists()


def test_one_bad_row_does_not_hold_up_the_others(town, sent, monkeypatch):
    rows = [told(town, key) for key in "12"]
    send = outbox.channels.send
    monkeypatch.setattr(outbox.channels, "send", lambda row: 1 / 0 if row.pk == rows[0].pk else send(row))
    outbox.send_due()
    assert [fresh(row).state for row in rows] == ["failed", "sent"]
    assert rows[0].last_error == "ZeroDivisionError"


def test_a_number_that_is_gone_is_not_tried_again(town, sent):
    row = told(town)
    town.lin_user.phone_lost_at = NOON
    town.lin_user.save(update_fields=["phone_lost_at"])
    outbox.send_due()
    assert sent == []
    assert (fresh(row).state, Outgoing.objects.to_telephone().count()) == ("given_up", 1)


def test_nobody_is_woken_unless_it_is_urgent(town, sent, at_noon):
    at_noon.move_to(NIGHT)
    told(town, "calm")
    told(town, "urgent", urgent=True, text="今晚停水。")
    outbox.send_due()
    assert [text for _phone, _kind, text in sent] == ["今晚停水。（文峰塔社区）"]
    at_noon.move_to(NIGHT + timedelta(hours=9, minutes=29))
    outbox.send_due()
    assert len(sent) == 1
    at_noon.move_to(NIGHT + timedelta(hours=9, minutes=30))  # 7:30
    outbox.send_due()
    assert len(sent) == 2


def test_what_is_too_late_is_not_sent(town, sent, at_noon):
    row = told(town, not_after=NOON + timedelta(hours=1))
    at_noon.move_to(NOON + timedelta(hours=2))
    outbox.send_due()
    assert sent == []
    assert fresh(row).state == "cancelled"


def test_nothing_goes_before_its_time(town, sent, at_noon):
    told(town, not_before=NOON + timedelta(hours=1))
    outbox.send_due()
    assert sent == []
    at_noon.move_to(NOON + timedelta(hours=1))
    outbox.send_due()
    assert len(sent) == 1


def test_a_crash_while_sending_is_noticed_and_not_sent_again(town, sent, at_noon):
    row = told(town)
    outbox.claim(row.pk, NOON)  # and then the light went out
    at_noon.move_to(NOON + timedelta(minutes=9))
    outbox.send_due()
    assert fresh(row).state == "sending"
    at_noon.move_to(NOON + timedelta(minutes=11))
    assert "不确定 1 条" in outbox.send_due()
    assert (fresh(row).state, sent) == ("unclear", [])
    assert "不确定是否送达" in Outgoing.objects.to_telephone().get().note


def test_a_sender_whose_lease_has_lapsed_changes_nothing(town, sent, at_noon):
    row = told(town)
    slow = outbox.claim(row.pk, NOON)
    at_noon.move_to(NOON + timedelta(minutes=11))
    outbox.notice_crashes(timezone.now())
    outbox.deliver(slow)
    assert fresh(row).state == "unclear"


def test_the_caps_of_notices_and_codes_are_apart(town, sent, settings):
    settings.SMS_NOTICES_PER_NUMBER, settings.SMS_PER_NUMBER = 1, 1
    rows = [told(town, key) for key in "12"]
    outbox.send_due()
    assert [fresh(row).state for row in rows] == ["sent", "failed"]
    assert rows[1].last_error == "cap: number"
    sms.send("+8615400000021", "code", code="123456")
    with pytest.raises(sms.SmsFailed):
        sms.send("+8615400000021", "code", code="123456")


def test_a_provider_with_templates_needs_one_for_notices(settings):
    settings.SMS_GATEWAY = "http"
    assert sms.sends_notices()
    settings.SMS_TEMPLATES = ["code=SMS_1"]
    assert not sms.sends_notices()
    settings.SMS_TEMPLATES = ["code=SMS_1", "notice=SMS_2"]
    assert sms.sends_notices()


def test_mail_goes_to_a_confirmed_address_only(town, settings, mailoutbox):
    settings.SMS_GATEWAY, settings.EMAIL_HOST = "none", "mail.example"
    address = MailAddress.objects.create(account=town.lin_user, address="lin@example.com")
    tell(
        "thanks",
        to=town.lin_user,
        community=town.community,
        subject="谢谢",
        text="谢谢。",
        cause="event:1/",
        key="1",
    )
    assert not Outgoing.objects.exists()
    address.confirmed_at = NOON
    address.save(update_fields=["confirmed_at"])
    row = told(town, "2")
    outbox.send_due()
    assert (fresh(row).channel, row.state) == ("mail", "sent")
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [(["lin@example.com"], "改期")]


@pytest.mark.parametrize("url", ["/wenfengta/events/1/", ""])
def test_mail_carries_the_whole_address_of_its_page(town, settings, mailoutbox, url):
    settings.SMS_GATEWAY, settings.EMAIL_HOST = "none", "mail.example"
    settings.SITE_ADDRESS = "https://portal.example"
    MailAddress.objects.create(account=town.lin_user, address="lin@example.com", confirmed_at=NOON)
    told(town, url=url)
    outbox.send_due()
    page = url or f"/my/inbox/{InboxMessage.objects.get().pk}/"
    said, link, end = mailoutbox[0].body.split("\n\n")
    assert (said, link) == ("合唱改到周二。（文峰塔社区）", f"https://portal.example{page}")
    assert end.startswith("-- \n")
    assert end.endswith("https://portal.example/my/told/")
    assert mailoutbox[0].extra_headers == {"Auto-Submitted": "auto-generated"}


def test_an_sms_carries_no_link(town, sent, settings):
    settings.SITE_ADDRESS = "https://portal.example"
    told(town, url="/wenfengta/events/1/")
    outbox.send_due()
    assert "portal.example" not in sent[0][2]


def test_old_messages_are_let_go_and_what_waits_stays(town, sent, settings, at_noon):
    settings.MESSAGE_MONTHS = 1
    told(town, "sent")
    outbox.send_due()
    waiting = told(town, "waiting", not_before=NOON + timedelta(days=90))
    at_noon.move_to(NOON + timedelta(days=30))
    outbox.forget_old()
    assert InboxMessage.objects.count() == 2
    at_noon.move_to(NOON + timedelta(days=32))
    outbox.forget_old()
    assert not InboxMessage.objects.exists()
    assert list(Outgoing.objects.all()) == [waiting]


def test_staff_read_that_an_sms_waits_for_the_morning():
    with time_machine.travel(datetime(2026, 11, 22, 14, 52, tzinfo=UTC), tick=False):  # 22:52
        row = Outgoing(channel="sms", next_try_at=timezone.now())
        assert f"{outbox.next_at(row):%d %H:%M}" == "23 07:30"
        row.urgent = True
        assert f"{outbox.next_at(row):%d %H:%M}" == "22 22:52"
