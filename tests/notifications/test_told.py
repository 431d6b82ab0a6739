import re

import pytest

from notifications import preferences
from notifications.models import Choice, MailAddress, Outgoing
from notifications.operations import tell


@pytest.fixture(autouse=True)
def sites(settings):
    settings.SMS_GATEWAY, settings.EMAIL_HOST = "file", "mail.example"


def code_in(mailoutbox):
    return re.search(r"[0-9]{6}", mailoutbox[-1].body)[0]


def test_what_is_chosen_holds(town, signed_in):
    client = signed_in(town.lin_user)
    page = client.get("/my/told/").content.decode()
    assert 'name="changes.sms" checked' in page
    assert 'name="work.sms"' not in page
    assert "changes.mail" not in page
    client.post("/my/told/", {"sign_up.sms": "on"})
    client.post("/my/told/", {"sign_up.sms": "on", "work.sms": "on", "x.y": "on"})
    assert list(Choice.objects.filter(wanted=True).values_list("group", "channel")) == [("sign_up", "sms")]
    town.lin_user.refresh_from_db()
    for kind in ("moved", "placed"):
        tell(
            kind,
            to=town.lin_user,
            community=town.community,
            subject="x",
            text="x",
            cause="event:1/",
            key=kind,
        )
    assert list(Outgoing.objects.values_list("kind", flat=True)) == ["placed"]


def test_no_dead_settings_on_a_closed_network(town, signed_in, settings):
    settings.SMS_GATEWAY, settings.EMAIL_HOST = "none", ""
    page = signed_in(town.lin_user).get("/my/told/").content.decode()
    assert "checkbox" not in page
    assert "电子邮" not in page.split("<main")[1].split("</main")[0].replace("短信和电子邮件", "")
    assert signed_in(town.lin_user).post("/my/told/address/", {"address": "a@example.com"}).status_code == 302
    assert not MailAddress.objects.exists()


def test_an_address_counts_when_its_code_came_back(town, signed_in, mailoutbox):
    client = signed_in(town.lin_user)
    asked = client.post("/my/told/address/", {"address": "lin@example.com"})
    assert asked.headers["Location"] == "/my/told/#mail"  # where the code is typed, far down on a phone
    assert mailoutbox[0].to == ["lin@example.com"]
    assert client.post("/my/told/address/", {"code": "x"}).status_code == 422
    assert MailAddress.objects.get().confirmed_at is None
    assert client.post("/my/told/address/", {"code": code_in(mailoutbox)}).status_code == 302
    assert MailAddress.objects.get().confirmed_at
    assert 'name="changes.mail" checked' in client.get("/my/told/").content.decode()
    client.post("/my/told/address/", {"drop": "1"})
    assert not MailAddress.objects.exists()


def test_guessing_ends_after_five_tries(town, signed_in, mailoutbox):
    client = signed_in(town.lin_user)
    client.post("/my/told/address/", {"address": "lin@example.com"})
    right = code_in(mailoutbox)
    wrong = "000000" if right != "000000" else "111111"
    for _try in range(preferences.TRIES):
        assert client.post("/my/told/address/", {"code": wrong}).status_code == 422
    assert client.post("/my/told/address/", {"code": right}).status_code == 422


def test_five_codes_a_day(town, signed_in, mailoutbox):
    client = signed_in(town.lin_user)
    answers = [
        client.post("/my/told/address/", {"address": "x@example.com"}).status_code for _time in range(6)
    ]
    assert answers == [302] * 5 + [422]
    assert len(mailoutbox) == 5


def test_an_address_that_is_none_says_so(town, signed_in):
    assert signed_in(town.lin_user).post("/my/told/address/", {"address": "lin@"}).status_code == 422
