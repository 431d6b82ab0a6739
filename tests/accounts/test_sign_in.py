import re

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import operations
from accounts.models import Activity
from tests.town import PASSWORD

LOGIN, CODE, CONFIRM = "/accounts/login/", "/accounts/login/code/", "/accounts/login/code/confirm/"


def sign_in(client, login, password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": login, "password": password}, **extra)


def is_in(client):
    return SESSION_KEY in client.session


def visible(response):
    """The page without what differs at each showing."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", response.content)


@pytest.mark.parametrize(
    "login",
    ["15400000021", "+8615400000021", "0086 154-0000-0021", " 154 0000 0021 ", "１５４００００００２１"],
)
def test_a_resident_signs_in_with_the_phone_however_it_is_typed(client, town, login):
    response = sign_in(client, login)
    assert response.status_code == 302, response.content.decode()
    assert response["Location"] == "/my/"
    assert is_in(client)


@pytest.mark.parametrize("login", ["staff", "STAFF", "15400000005"])
def test_staff_sign_in_with_the_user_name_too(client, town, login):
    assert sign_in(client, login).status_code == 302
    assert int(client.session[SESSION_KEY]) == town.staff.pk


def test_the_page_after_is_the_one_asked_for_and_never_another_site(client, town):
    assert (
        client.post(f"{LOGIN}?next=/admin/", {"login": "staff", "password": PASSWORD})["Location"]
        == "/admin/"
    )
    client.logout()
    away = client.post(f"{LOGIN}?next=https://evil.example/", {"login": "staff", "password": PASSWORD})
    assert away["Location"] == "/my/"


def test_a_wrong_password_is_422_and_one_sentence(client, town):
    response = sign_in(client, "15400000021", "wrong")
    assert response.status_code == 422
    assert not is_in(client)


@pytest.mark.parametrize(("known", "unknown"), [("15400000021", "15499999999"), ("staff", "nobody")])
def test_known_and_unknown_answer_alike_to_a_wrong_password(client, town, known, unknown):
    first, second = sign_in(client, known, "wrong"), sign_in(client, unknown, "wrong")
    assert first.status_code == second.status_code == 422
    assert visible(first).replace(known.encode(), b"") == visible(second).replace(unknown.encode(), b"")


def test_the_password_is_hashed_once_for_known_and_unknown(client, town, monkeypatch):
    from django.contrib.auth.hashers import MD5PasswordHasher

    work, encode = [], MD5PasswordHasher.encode

    def counted(self, *args, **kwargs):
        work.append(args)
        return encode(self, *args, **kwargs)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    sign_in(client, "15400000021", "wrong")
    known = len(work)
    sign_in(client, "15499999999", "wrong")
    assert known == len(work) - known == 1


def test_five_wrong_passwords_lock_the_account_for_half_an_hour_and_then_it_opens_itself(client, town):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _try in range(5):
            assert sign_in(client, "15400000021", "wrong").status_code == 422
        assert sign_in(client, "+86 154 0000 0021").status_code == 422  # right, but locked, typed otherwise
        assert (
            Activity.objects.filter(
                detail__reason="locked", object=f"accounts.user:{town.lin_user.pk}"
            ).count()
            == 1
        )
        assert sign_in(client, "15400000022").status_code == 302  # others are not
        client.logout()
        clock.shift(31 * 60)
        assert sign_in(client, "15400000021").status_code == 302


def test_a_lock_lasts_its_whole_time_though_the_wrong_tries_grow_old(client, town):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _try in range(5):  # over twenty minutes
            assert sign_in(client, "15400000021", "wrong").status_code == 422
            clock.shift(5 * 60)
        clock.shift(19 * 60)  # since the fifth: 24 minutes; since the first: 44
        assert sign_in(client, "15400000021").status_code == 422
        clock.shift(7 * 60)
        for _try in range(4):  # a whole new round
            assert sign_in(client, "15400000021", "wrong").status_code == 422
        assert sign_in(client, "15400000021").status_code == 302


def test_the_sentence_says_how_long(client, town, settings):
    settings.LOGIN_LOCK_MINUTES = 17
    for _try in range(6):
        page = sign_in(client, "15400000021", "wrong")
    assert "17分钟" in page.content.decode()


def test_the_counter_frees_a_locked_account(client, town):
    for _try in range(6):
        sign_in(client, "15400000021", "wrong")
    written = operations.reset_password(user=town.lin_user, by=town.staff)
    assert sign_in(client, "15400000021", written).status_code == 302


def test_phone_and_user_name_of_one_account_share_one_lock(client, town):
    for login in ["staff", "15400000005", "STAFF", "+8615400000005", "staff"]:
        sign_in(client, login, "wrong")
    assert sign_in(client, "15400000005").status_code == 422


def test_an_unknown_name_is_locked_like_a_known_one(client, town):
    answers = []
    for login in ("15400000021", "15499999999"):
        answers.append(
            [visible(sign_in(client, login, "wrong")).replace(login.encode(), b"") for _try in range(6)]
        )
    assert answers[0] == answers[1]
    assert answers[0][5] != answers[0][4]


def test_a_code_by_sms_signs_in_and_proves_the_phone(client, town, sent):
    town.lin_user.phone_verified_at = None
    town.lin_user.save(update_fields=["phone_verified_at"])
    assert client.post(CODE, {"phone": "154 0000 0021"})["Location"] == CONFIRM
    (number, kind, code) = sent[0]
    assert (number, kind, len(code), code.isdigit()) == ("15400000021", "code", 6, True)
    assert client.get(CONFIRM).status_code == 200
    assert client.post(CONFIRM, {"code": "000000" if code != "000000" else "1"}).status_code == 422
    assert client.post(CONFIRM, {"code": code})["Location"] == "/my/"
    town.lin_user.refresh_from_db()
    assert town.lin_user.phone_verified_at
    assert Activity.objects.filter(act="accounts.sign_in", by=town.lin_user, path=town.lin.path).count() == 1


def test_asking_for_a_code_answers_alike_for_an_unknown_number_and_sends_as_much(client, town, sent):
    answers = []
    for phone in ("15400000021", "15400000099"):
        client.cookies.clear()
        first = client.post(CODE, {"phone": phone})
        page = client.get(CONFIRM)
        wrong = client.post(CONFIRM, {"code": "nonsense"})
        empty = client.post(CONFIRM, {"code": ""})
        with time_machine.travel(timezone.now() + timezone.timedelta(minutes=2)):
            again = client.post(CONFIRM, {"action": "resend"})
            shown = client.get(CONFIRM)
        hidden = f"154****{phone[-4:]}".encode()
        pages = [visible(part).replace(hidden, b"") for part in (page, wrong, empty, shown)]
        answers.append([first.status_code, first["Location"], wrong.status_code, again.status_code, *pages])
    assert answers[0] == answers[1]
    assert [kind for _number, kind, _code in sent] == ["code", "code", "unknown", "unknown"]


def test_five_wrong_codes_end_the_try(client, town, sent):
    client.post(CODE, {"phone": "15400000021"})
    answers = [client.post(CONFIRM, {"code": "x"}).status_code for _try in range(5)]
    assert answers == [422, 422, 422, 422, 302]
    client.post(CONFIRM, {"code": sent[0][2]})
    assert not is_in(client)


def test_a_code_grows_old(client, town, sent):
    client.post(CODE, {"phone": "15400000021"})
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=11)):
        client.post(CONFIRM, {"code": sent[0][2]})
    assert not is_in(client)


def test_no_code_goes_to_a_phone_reported_lost(client, town, sent):
    town.lin_user.phone_lost_at = timezone.now()
    town.lin_user.save(update_fields=["phone_lost_at"])
    client.post(CODE, {"phone": "15400000021"})
    assert sent == [("15400000021", "unknown", "")]


def test_codes_are_limited_by_number(client, town, sent):
    assert client.post(CODE, {"phone": "15400000021"}).status_code == 302
    client.cookies.clear()
    again = client.post(CODE, {"phone": "0086 15400000021"})
    assert again.status_code == 422
    assert "请等一分钟再试" in again.text
    assert len(sent) == 1


@pytest.mark.parametrize(
    "phone", ["", "12345", "10000000000", "1540000002", "154000000211", "a" * 5000, "１２", "\u200e154"]
)
def test_a_number_that_is_none_is_422(client, town, sent, phone):
    assert client.post(CODE, {"phone": phone}).status_code == 422
    assert sent == []


def test_neither_session_nor_cache_keys_hold_a_readable_number(client, town, sent):
    client.post(CODE, {"phone": "15400000021"})
    code = sent[0][2]
    stored = Session.objects.get(pk=client.session.session_key).session_data
    assert "15400000021" not in stored
    assert code not in stored
    assert (
        client.session["account_login"]["state"]["stages"]["login_by_code"]["data"]["phone"]
        == "+8615400000021"
    )


def test_cache_keys_cannot_be_guessed_from_a_number(settings):
    from config.cachekeys import keyed

    assert keyed("allauth:rl:+8615400000021", "", 1) == keyed("allauth:rl:+8615400000021", "", 1)
    assert "15400000021" not in keyed("15400000021", "", 1)
    first = keyed("x", "", 1)
    settings.DATA_KEYS = "other:" + "A" * 43 + "="
    assert keyed("x", "", 1) != first


def test_an_opened_session_under_a_lost_key_is_empty(client, town, settings):
    sign_in(client, "staff")
    settings.DATA_KEYS = "other:" + "A" * 43 + "="
    assert client.get("/accounts/").status_code == 302


def test_signing_out_is_a_post(client, town):
    sign_in(client, "staff")
    asked = client.get("/accounts/logout/")
    assert asked.status_code == 200
    assert 'href="/my/">返回' in asked.content.decode()
    assert is_in(client)
    client.post("/accounts/logout/")
    assert not is_in(client)
    assert Activity.objects.filter(act="accounts.sign_out", by=town.staff, path=town.community.path).exists()


def test_refused_and_done_are_in_the_log(client, town):
    sign_in(client, "staff", "wrong")
    sign_in(client, "staff")
    lines = Activity.objects.filter(act="accounts.sign_in").order_by("pk")
    assert [(line.result, line.by, line.path) for line in lines] == [
        ("refused", None, town.community.path),
        ("done", town.staff, town.community.path),
    ]
    assert "154" not in str([line.detail for line in lines])


def test_a_deactivated_account_gets_in_neither_way(client, town, sent):
    town.lin_user.deactivated_at = timezone.now()
    town.lin_user.save(update_fields=["deactivated_at"])
    assert sign_in(client, "15400000021")["Location"] == "/accounts/inactive/"
    assert client.get("/accounts/inactive/").status_code == 200
    client.post(CODE, {"phone": "15400000021"})
    assert not is_in(client)
    assert [kind for _number, kind, _code in sent] == ["unknown"]


def test_the_admin_uses_the_same_door(client, town):
    assert client.get("/admin/login/?next=/admin/")["Location"] == "/accounts/login/?next=/admin/"
    sign_in(client, "15400000021")
    assert client.get("/admin/login/").status_code == 403


def test_display_choices_travel_with_the_account(client, town):
    client.cookies["elder"] = "1"
    client.cookies["language"] = "en"
    sign_in(client, "15400000021")
    town.lin_user.refresh_from_db()
    assert (town.lin_user.elder, town.lin_user.language) == (True, "en")
    new = type(client)()
    response = sign_in(new, "15400000021")
    assert (response.cookies["elder"].value, response.cookies["language"].value) == ("1", "en")


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/email/",
        "/accounts/confirm-email/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/1-x/",
    ],
)
def test_pages_about_e_mail_do_not_exist(client, town, path):
    assert client.get(path).status_code == 404
    client.force_login(town.staff, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(path).status_code == 404
