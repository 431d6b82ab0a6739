import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.utils import timezone

from accounts.models import Activity, User

from .test_sign_in import visible

SIGN_UP, CODE = "/accounts/signup/", "/accounts/signup/code/"
NEW = {"name": "周小梅", "phone": "154 0000 0077", "password": "long enough words"}


def test_a_person_signs_up_with_name_phone_and_code(client, town, sent):
    assert client.post(SIGN_UP, NEW)["Location"] == CODE
    assert not User.objects.filter(name="周小梅").exists()  # nothing before the phone is proven
    assert client.get(CODE).status_code == 200
    assert client.post(CODE, {"code": "12"}).status_code == 422
    assert client.post(CODE, {"code": sent[0][2]})["Location"] == "/my/"
    user = User.objects.get(name="周小梅")
    assert user.phone == "+8615400000077"
    assert user.phone_verified_at
    assert user.check_password("long enough words")
    assert int(client.session[SESSION_KEY]) == user.pk
    assert Activity.objects.filter(act="accounts.sign_up", by=user).count() == 1


def test_without_a_password_the_code_is_the_way_in(client, town, sent):
    client.post(SIGN_UP, NEW | {"password": ""})
    client.post(CODE, {"code": sent[0][2]})
    assert not User.objects.get(name="周小梅").has_usable_password()


def test_a_number_that_has_an_account_gets_the_same_pages_and_a_word_by_sms(client, town, sent):
    answers = []
    for phone in ("15400000077", "15400000021"):
        client.cookies.clear()
        first = client.post(SIGN_UP, NEW | {"phone": phone})
        pages = [client.get(CODE), client.post(CODE, {"code": "123"}), client.post(CODE, {"code": ""})]
        hidden = f"154****{phone[-4:]}".encode()
        answers.append(
            [
                first.status_code,
                first["Location"],
                *((p.status_code, visible(p).replace(hidden, b"")) for p in pages),
            ]
        )
    assert answers[0] == answers[1]
    assert [kind for _n, kind, _c in sent] == ["code", "exists"]
    assert User.objects.with_phone("+8615400000021").get() == town.lin_user


def test_no_code_at_all_opens_a_second_account(client, town, sent):
    client.post(SIGN_UP, NEW | {"phone": "15400000021"})
    for code in ("", "0", "000000", " "):
        client.post(CODE, {"code": code})
    assert SESSION_KEY not in client.session
    assert not User.objects.filter(name="周小梅").exists()


def test_wrong_codes_run_out(client, town, sent):
    client.post(SIGN_UP, NEW)
    for _try in range(5):
        client.post(CODE, {"code": "1"})
    client.post(CODE, {"code": sent[0][2]})
    assert not User.objects.filter(name="周小梅").exists()


def test_a_new_code_replaces_the_first(client, town, sent):
    client.post(SIGN_UP, NEW)
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=2)):
        client.post(CODE, {"action": "resend"})
    assert len(sent) == 2
    assert client.post(CODE, {"code": sent[1][2]}).status_code == 302
    assert User.objects.filter(name="周小梅").exists()


def test_an_old_sign_up_starts_anew(client, town, sent):
    client.post(SIGN_UP, NEW)
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=11)):
        assert client.post(CODE, {"code": sent[0][2]})["Location"] == SIGN_UP


def test_the_first_of_two_gets_the_number(client, town, sent):
    client.post(SIGN_UP, NEW)
    User.objects.create(name="先到", phone="+8615400000077")
    assert client.post(CODE, {"code": sent[0][2]})["Location"] == "/accounts/login/"
    assert not User.objects.filter(name="周小梅").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "<b>"},
        {"name": "12345678901"},
        {"name": "\u200b\u200e"},
        {"name": "x" * 61},
        {"phone": "0377-1234567"},
        {"password": "short"},
        {"password": "password"},
        {"password": "15400000077"},
    ],
)
def test_bad_input_is_422(client, town, sent, wrong):
    assert client.post(SIGN_UP, NEW | wrong).status_code == 422
    assert sent == []


@pytest.mark.parametrize("name", ["䶮𬎆", "阿依古丽·买买提", "John Smith", " 周\u200b小梅 ", "𠮷田"])
def test_rare_names_are_welcome(client, town, sent, name):
    client.post(SIGN_UP, NEW | {"name": name})
    client.post(CODE, {"code": sent[0][2]})
    assert User.objects.filter(name=name.replace("\u200b", "").strip()).exists()


def test_each_proven_phone_runs_the_steps(client, town, sent, settings):
    settings.PHONE_PROVEN_STEPS = ["tests.accounts.test_sign_up.note"]
    proven.clear()
    client.post(SIGN_UP, NEW)
    client.post(CODE, {"code": sent[0][2]})
    assert proven == ["周小梅"]


def test_who_signs_up_with_name_and_phone_of_the_register_is_that_person(client, town, sent):
    town.zhao.phone = "+8615400000077"
    town.zhao.save(update_fields=["phone", "phone_print"])
    client.post(SIGN_UP, NEW | {"name": "赵小明"})
    client.post(CODE, {"code": sent[0][2]})
    town.zhao.refresh_from_db()
    assert town.zhao.user == User.objects.with_phone("+8615400000077").get()


def test_another_name_with_the_same_phone_is_not(client, town, sent):
    town.zhao.phone = "+8615400000077"
    town.zhao.save(update_fields=["phone", "phone_print"])
    client.post(SIGN_UP, NEW)
    client.post(CODE, {"code": sent[0][2]})
    town.zhao.refresh_from_db()
    assert town.zhao.user is None


proven = []


def note(*, user):
    proven.append(user.name)


def test_sign_ups_are_limited_by_address(client, town, settings):
    settings.ACCOUNT_RATE_LIMITS = {"signup": "2/m/ip"}
    statuses = [client.post(SIGN_UP, {}).status_code for _try in range(3)]
    assert statuses == [422, 422, 429]


def test_on_a_closed_network_the_counter_opens_accounts(client, town, settings):
    settings.SMS_GATEWAY = "none"
    page = client.get(SIGN_UP)
    assert page.status_code == 200
    assert "/accounts/activate/" in page.content.decode()
    assert "password1" not in page.content.decode()
    assert client.post(SIGN_UP, NEW).status_code == 200
    login = client.get("/accounts/login/").content.decode()
    assert "/accounts/login/code/" not in login
    assert "/accounts/activate/" in login
    for phone in ("15400000021", "15400000099"):
        answer = client.post("/accounts/login/code/", {"phone": phone})
        assert answer.status_code == 422
        assert "身份证" in answer.content.decode()
