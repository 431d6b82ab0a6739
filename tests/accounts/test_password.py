from django.contrib.auth import SESSION_KEY

from accounts.models import Activity
from tests.town import PASSWORD

from .test_sign_in import sign_in, visible

RESET, CONFIRM, NEW = "/accounts/password/reset/", "/accounts/login/code/confirm/", "/accounts/password/new/"
OTHER = "another fine sentence 2"


def test_a_forgotten_password_is_replaced_after_a_code(client, town, sent):
    where = client.post(RESET, {"phone": "15400000021"})["Location"]
    assert where.startswith(CONFIRM)
    assert client.post(where, {"code": sent[0][2]})["Location"] == NEW
    assert client.post(NEW, {"password1": OTHER, "password2": OTHER})["Location"] == "/my/"
    assert SESSION_KEY in client.session  # this device stays in
    town.lin_user.refresh_from_db()
    assert town.lin_user.check_password(OTHER)
    assert Activity.objects.filter(act="accounts.password", by=town.lin_user, path=town.lin.path).count() == 1


def test_reset_answers_alike_for_an_unknown_number(client, town, sent):
    answers = []
    for phone in ("15400000021", "15400000099"):
        client.cookies.clear()
        first = client.post(RESET, {"phone": phone})
        page = client.get(first["Location"])
        answers.append(
            [first.status_code, first["Location"], visible(page).replace(phone[-4:].encode(), b"")]
        )
    assert answers[0] == answers[1]
    assert [kind for _n, kind, _c in sent] == ["code", "unknown"]


def test_a_reset_does_not_go_round_the_second_factor(client, town, sent):
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(town.lin_user, "JBSWY3DPEHPK3PXP")
    where = client.post(RESET, {"phone": "15400000021"})["Location"]
    assert client.post(where, {"code": sent[0][2]})["Location"] == "/accounts/2fa/authenticate/"
    assert client.get(NEW)["Location"].startswith("/accounts/login/")


def test_a_password_alone_does_not_choose_a_new_one_without_the_old(client, town):
    sign_in(client, "15400000021")
    assert client.get(NEW)["Location"] == "/accounts/password/change/"
    assert (
        client.post(NEW, {"password1": OTHER, "password2": OTHER})["Location"] == "/accounts/password/change/"
    )


def test_changing_needs_the_old_one(client, town):
    sign_in(client, "15400000021")
    url = "/accounts/password/change/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"oldpassword": "no", "password1": OTHER, "password2": OTHER}).status_code == 422
    assert (
        client.post(url, {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER}).status_code == 302
    )
    town.lin_user.refresh_from_db()
    assert town.lin_user.check_password(OTHER)
    assert client.get("/accounts/").status_code == 200


def test_weak_and_unequal_passwords_are_422(client, town, sent):
    client.post(RESET, {"phone": "15400000021"})
    client.post(CONFIRM, {"code": sent[0][2]})
    for first, second in (
        ("short", "short"),
        (OTHER, OTHER + "x"),
        (PASSWORD, PASSWORD),
        ("15400000021", "15400000021"),
    ):
        assert client.post(NEW, {"password1": first, "password2": second}).status_code == 422


def test_a_one_time_password_has_to_be_changed_before_anything_else(client, town):
    town.staff.must_change_password = True
    town.staff.save(update_fields=["must_change_password"])
    sign_in(client, "staff")
    for path in ("/admin/", "/desk/accounts/", "/accounts/"):
        assert client.get(path)["Location"] == NEW, path
    assert client.get(NEW).status_code == 200
    client.post(NEW, {"password1": OTHER, "password2": OTHER})
    assert client.get("/accounts/").status_code == 200
    town.staff.refresh_from_db()
    assert not town.staff.must_change_password


def test_a_changed_password_ends_the_other_sessions_with_a_sentence(client, town, signed_in):
    phone = signed_in(town.staff)
    assert phone.get("/accounts/").status_code == 200
    sign_in(client, "staff")
    client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER}
    )
    answer = phone.get("/accounts/", follow=True)
    assert answer.redirect_chain[0][0] == "/accounts/login/?next=%2Faccounts%2F"
    assert len(answer.context["messages"]) == 1
    assert SESSION_KEY not in phone.session


def test_signing_out_all_other_devices_keeps_this_one(client, town, signed_in):
    phone = signed_in(town.staff)
    sign_in(client, "staff")
    assert client.get("/accounts/devices/sign-out/").status_code == 405
    client.post("/accounts/devices/sign-out/")
    assert client.get("/accounts/").status_code == 200
    assert phone.get("/accounts/").status_code == 302


def test_changing_the_own_number_asks_for_the_password_and_a_code(client, town, sent):
    sign_in(client, "15400000021")
    url = "/accounts/phone/change/"
    ask = client.post(url, {"phone": "15400000088"})["Location"]
    assert ask.startswith("/accounts/reauthenticate/")
    client.post(ask, {"password": PASSWORD})
    if not sent:
        client.post(url, {"phone": "15400000088"})
    assert client.get("/accounts/phone/verify/").status_code == 200
    assert client.post("/accounts/phone/verify/", {"code": "0"}).status_code == 422
    client.post("/accounts/phone/verify/", {"code": sent[-1][2]})
    town.lin_user.refresh_from_db()
    assert town.lin_user.phone == "+8615400000088"
    assert sign_in(type(client)(), "15400000088").status_code == 302


def test_a_number_of_somebody_else_is_refused_only_after_the_code(client, town, sent):
    sign_in(client, "15400000021")
    ask = client.post("/accounts/phone/change/", {"phone": "15400000022"})["Location"]
    client.post(ask, {"password": PASSWORD})
    if not sent:
        client.post("/accounts/phone/change/", {"phone": "15400000022"})
    assert client.post("/accounts/phone/verify/", {"code": sent[-1][2]}).status_code == 422
    town.lin_user.refresh_from_db()
    assert town.lin_user.phone == "+8615400000021"
