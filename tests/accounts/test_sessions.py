from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Activity
from community.models import Post, Profile
from tests.town import PASSWORD

LOGIN = "/accounts/login/"


def sentences(response):
    return [str(message) for message in response.context["messages"]]


def test_losing_a_post_ends_the_session_at_the_next_request(town, signed_in):
    worker = signed_in(town.east_worker)
    assert worker.get("/admin/").status_code == 200
    yesterday = timezone.localdate() - timedelta(days=1)
    Post.objects.filter(holder=town.east_worker).update(ended_on=yesterday)
    answer = worker.get("/admin/", follow=True)
    assert answer.redirect_chain[0] == ("/accounts/login/?next=%2Fadmin%2F", 302)
    assert len(sentences(answer)) == 1
    assert SESSION_KEY not in worker.session
    assert Activity.objects.filter(act="accounts.session_ended", by=town.east_worker).count() == 1


def test_a_post_that_ends_by_its_date_does_too(town, signed_in, settings):
    settings.STAFF_IDLE_MINUTES = 10**6
    worker = signed_in(town.east_worker)
    Post.objects.filter(holder=town.east_worker).update(ended_on=timezone.localdate())
    assert worker.get("/admin/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert worker.get("/admin/").status_code == 302


def test_one_of_two_posts_is_enough(town, signed_in):
    Post.objects.create(holder=town.east_worker, role="grid_worker", unit=town.west, started_on="2020-01-01")
    worker = signed_in(town.east_worker)
    worker.get("/admin/")
    Post.objects.filter(holder=town.east_worker, unit=town.west).update(ended_on="2020-01-02")
    assert worker.get("/accounts/")["Location"].startswith(LOGIN)


def test_a_new_post_ends_nothing_and_counts_from_then_on(town, signed_in):
    person = signed_in(town.stranger)
    assert person.get("/accounts/").status_code == 200
    post = Post.objects.create(
        holder=town.stranger, role="staff", unit=town.community, started_on="2020-01-01"
    )
    assert person.get("/admin/").status_code == 200
    post.ended_on = "2020-01-02"
    post.save()
    assert person.get("/accounts/").status_code == 302


def test_a_deactivated_account_is_out_at_once_and_told_why(town, signed_in):
    person = signed_in(town.lin_user)
    assert person.get("/accounts/").status_code == 200
    town.lin_user.deactivated_at = timezone.now()
    town.lin_user.save(update_fields=["deactivated_at"])
    answer = person.get("/accounts/", follow=True)
    assert answer.redirect_chain[0][0].startswith(LOGIN)
    assert len(sentences(answer)) == 1
    assert SESSION_KEY not in person.session


def test_a_post_request_is_not_repeated_after_signing_in(town, signed_in):
    person = signed_in(town.lin_user)
    town.lin_user.set_password("something else")
    town.lin_user.save(update_fields=["password"])
    assert person.post("/accounts/devices/sign-out/")["Location"] == LOGIN


def test_staff_away_for_half_an_hour_sign_in_again_and_residents_do_not(town, signed_in):
    staff, resident = signed_in(town.staff), signed_in(town.lin_user)
    assert staff.get("/accounts/").status_code == 200
    assert resident.get("/accounts/").status_code == 200
    now = timezone.now()
    with time_machine.travel(now + timedelta(minutes=29)):
        assert staff.get("/accounts/").status_code == 200
    with time_machine.travel(now + timedelta(minutes=58)):
        assert staff.get("/accounts/").status_code == 200
    with time_machine.travel(now + timedelta(minutes=89)):
        answer = staff.get("/accounts/", follow=True)
        assert len(sentences(answer)) == 1
        assert resident.get("/accounts/").status_code == 200


@pytest.mark.parametrize(("who", "queries"), [("lin_user", 6), ("staff", 6)])
def test_it_costs_one_query(town, signed_in, django_assert_num_queries, who, queries):
    person = signed_in(getattr(town, who))
    person.get("/accounts/")
    with django_assert_num_queries(queries):  # session, user, posts; factors, sign-ins; the community
        person.get("/accounts/")


def test_public_pages_do_not_ask_for_posts(town, signed_in):
    person = signed_in(town.staff)
    with CaptureQueriesContext(connection) as queries:
        assert person.get("/wenfeng/about/").status_code == 200
    assert not any(f'"holder_id" = {town.staff.pk}' in query["sql"] for query in queries)


# --- the second factor ---


def with_factor(user):
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(user, "JBSWY3DPEHPK3PXP")


def test_posts_that_see_personal_data_wait_for_a_second_factor(town, signed_in):
    Profile.objects.filter(unit=town.community).update(posts_need_mfa=True)
    worker = signed_in(town.east_worker)
    answer = worker.get("/admin/", follow=True)
    assert answer.redirect_chain[0][0] == "/accounts/2fa/"
    assert answer.status_code == 200
    assert len(sentences(answer)) == 1
    assert worker.get("/desk/accounts/")["Location"] == "/accounts/2fa/"
    with_factor(town.east_worker)
    assert worker.get("/admin/").status_code == 200


@pytest.mark.parametrize("who", ["head", "lin_user", "neighbour_staff"])
def test_others_do_not_wait(town, signed_in, who):
    Profile.objects.filter(unit=town.community).update(posts_need_mfa=True)
    person = signed_in(getattr(town, who))
    assert person.get("/desk/accounts/").get("Location") is None


@pytest.mark.parametrize("who", ["operator", "secretary", "branch_secretary"])
def test_above_and_beside_wait_too(town, signed_in, who):
    Profile.objects.filter(unit=town.community).update(posts_need_mfa=True)
    assert signed_in(getattr(town, who)).get("/admin/")["Location"] == "/accounts/2fa/"


def test_the_installation_can_ask_everywhere(town, signed_in, settings):
    settings.REQUIRE_MFA = True
    assert signed_in(town.neighbour_staff).get("/admin/")["Location"] == "/accounts/2fa/"
    assert signed_in(town.lin_user).get("/accounts/").status_code == 200


def test_who_came_in_with_the_factor_is_asked_nothing_more(town, client, django_assert_num_queries):
    import allauth.mfa.totp.internal.auth as totp

    Profile.objects.filter(unit=town.community).update(posts_need_mfa=True)
    with_factor(town.staff)
    assert (
        client.post(LOGIN, {"login": "staff", "password": PASSWORD})["Location"]
        == "/accounts/2fa/authenticate/"
    )
    assert client.get("/accounts/2fa/authenticate/").status_code == 200
    assert client.post("/accounts/2fa/authenticate/", {"code": "000"}).status_code == 422
    assert Activity.objects.filter(detail__reason="factor").count() == 1
    code = totp.format_hotp_value(
        totp.hotp_value("JBSWY3DPEHPK3PXP", totp.yield_hotp_counters_from_time().__next__())
    )
    assert client.post("/accounts/2fa/authenticate/", {"code": code})["Location"] == "/my/"
    client.get("/accounts/")
    with django_assert_num_queries(6):
        client.get("/accounts/")


def test_a_passkey_is_offered_to_those_who_have_one(town, client, monkeypatch):
    from allauth.mfa.models import Authenticator

    monkeypatch.setattr("allauth.mfa.base.views.webauthn_auth.begin_authentication", lambda user: {})
    with_factor(town.staff)
    client.post("/accounts/login/", {"login": "staff", "password": PASSWORD})
    page = client.get("/accounts/2fa/authenticate/")
    assert page.status_code == 200
    assert "mfa_webauthn_authenticate" not in page.content.decode()
    Authenticator.objects.create(user=town.staff, type="webauthn", data={"name": "k", "credential": {}})
    here = client.get("/accounts/2fa/authenticate/")  # not where no browser would take it
    assert "webauthn" not in here.context["MFA_SUPPORTED_TYPES"]
    here = client.get("/accounts/2fa/authenticate/", headers={"host": "localhost:8000"})
    assert "webauthn" in here.context["MFA_SUPPORTED_TYPES"]


@pytest.mark.parametrize(("host", "works"), [("localhost:8000", True), ("127.0.0.1:8000", False)])
def test_a_passkey_is_added_only_where_browsers_take_one(town, signed_in, host, works):
    page = signed_in(town.lin_user).get("/accounts/2fa/", headers={"host": host}).text
    assert ("/accounts/2fa/webauthn/add/" in page) is works
    assert ("https" in page) is not works
