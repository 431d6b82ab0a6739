import re

import pytest
from django.contrib.auth import SESSION_KEY
from django.utils import timezone

from accounts import operations
from accounts.models import ActivationCode, Activity, User
from community.account_care import accounts_in_care, may_help, unit_of_address
from community.models import Kind, Post, Unit
from config.errors import DomainError
from residents.models import Resident
from residents.operations import leave
from tests.town import PASSWORD

from .test_sign_in import sign_in

DESK = "/desk/accounts/"


def test_staff_find_the_accounts_in_their_care(town, signed_in):
    staff = signed_in(town.staff)
    assert "社工" in staff.get(DESK).content.decode()
    found = staff.get(DESK, {"q": "15400000021"}).content.decode()
    assert "林秀英" in found
    assert "154****0021" in found
    assert '<span class="n">15400000021' not in found
    assert "林秀英" in staff.get(DESK, {"q": "林"}).content.decode()
    assert "路人" not in staff.get(DESK, {"q": "路人"}).content.decode().replace('value="路人"', "")


def test_who_has_a_post_stands_along_the_tree_with_where_it_is(town, signed_in):
    people = signed_in(town.staff).get(DESK).context["people"]
    assert [row["user"].name for row in people][:3] == ["书记", "支书", "社工"]
    assert [row["posts"] for row in people if row["user"] == town.head] == ["东苑1幢 楼栋长"]


def test_staff_of_the_next_community_find_nothing(town, signed_in):
    staff = signed_in(town.neighbour_staff)
    assert "林秀英" not in staff.get(DESK, {"q": "林"}).content.decode()
    for page in ("", "slip/", "phone/", "lost/"):
        assert staff.get(f"{DESK}{town.lin_user.pk}/{page}").status_code == 404
    for act in ("code/", "password/", "phone/", "lost/"):
        assert staff.post(f"{DESK}{town.lin_user.pk}/{act}").status_code == 404


@pytest.mark.parametrize("who", ["lin_user", "head", "east_worker", "leader", "officer", "branch_secretary"])
def test_others_have_no_counter(town, signed_in, who):
    person = signed_in(getattr(town, who))
    assert person.get(DESK).status_code == 403
    assert person.get(f"{DESK}new/").status_code == 403
    assert person.post(f"{DESK}{town.wang_user.pk}/code/").status_code == 403


def test_a_stranger_has_to_sign_in(client, town):
    assert client.get(DESK)["Location"].startswith("/accounts/login/")


def test_a_code_on_paper_from_the_counter_to_the_new_password(client, town, signed_in):
    staff = signed_in(town.staff)
    slip = staff.post(f"{DESK}{town.lin_user.pk}/code/")["Location"]
    page = staff.get(slip)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    written = re.search(r"<h1>([\d ]{14})</h1>", page.content.decode())[1]
    assert "data:image/svg+xml" in page.content.decode()
    assert client.post("/accounts/activate/", {"login": "15400000021", "code": written}).status_code == 302
    line = Activity.objects.get(act="accounts.activation_code")
    assert (line.by, line.object, line.path) == (
        town.staff,
        f"accounts.user:{town.lin_user.pk}",
        town.lin.path,
    )


def test_the_digits_are_gone_after_a_quarter_of_an_hour_and_for_others_at_once(town, signed_in):
    import time_machine

    staff, secretary = signed_in(town.staff), signed_in(town.secretary)
    slip = staff.post(f"{DESK}{town.lin_user.pk}/code/")["Location"]
    assert secretary.get(slip).status_code == 302
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=16)):
        assert staff.get(slip).status_code == 302


def test_a_one_time_password(client, town, signed_in):
    staff = signed_in(town.staff)
    page = staff.get(staff.post(f"{DESK}{town.lin_user.pk}/password/")["Location"]).content.decode()
    written = re.search(r"<h1>([\d ]{9})</h1>", page)[1].replace(" ", "")
    assert sign_in(client, "15400000021", PASSWORD).status_code == 422
    assert sign_in(client, "15400000021", written).status_code == 302
    assert client.get("/accounts/")["Location"] == "/accounts/password/new/"


def test_a_changed_number_with_a_reason(client, town, signed_in):
    staff = signed_in(town.staff)
    url = f"{DESK}{town.lin_user.pk}/phone/"
    assert staff.get(url).status_code == 200
    assert staff.post(url, {"phone": "15400000088"}).status_code == 422
    assert staff.post(url, {"phone": "12", "reason": "lost"}).status_code == 422
    taken = staff.post(url, {"phone": "15400000022", "reason": "lost"})  # has an account
    assert taken.status_code == 422
    assert "154****0021" in taken.content.decode(), "the number now is the old one"
    assert staff.post(url, {"phone": "15400000088", "reason": "lost"}).status_code == 302
    town.lin_user.refresh_from_db()
    assert town.lin_user.phone == "+8615400000088"
    assert town.lin_user.phone_verified_at is None
    assert Activity.objects.get(act="accounts.change_phone").detail == {"reason": "lost"}
    assert sign_in(client, "15400000088").status_code == 302


def test_a_lost_phone_ends_everything_at_once(client, town, signed_in, sent):
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(town.lin_user, "JBSWY3DPEHPK3PXP")
    operations.make_activation_code(user=town.lin_user, by=town.staff)
    thief, staff = signed_in(town.lin_user), signed_in(town.staff)
    assert thief.get("/accounts/").status_code == 200
    url = f"{DESK}{town.lin_user.pk}/lost/"
    assert staff.get(url).status_code == 200
    assert staff.post(url).status_code == 302
    assert thief.get("/accounts/").status_code == 302
    assert SESSION_KEY not in thief.session
    assert not Authenticator.objects.exists()
    assert not ActivationCode.objects.usable().exists()
    assert sign_in(client, "15400000021").status_code == 422
    client.post("/accounts/login/code/", {"phone": "15400000021"})
    assert [kind for _n, kind, _c in sent] == ["unknown"]


def test_the_secretary_deactivates_and_staff_do_not(town, signed_in):
    url = f"{DESK}{town.lin_user.pk}/deactivate/"
    assert signed_in(town.staff).post(url).status_code == 403
    secretary = signed_in(town.secretary)
    assert secretary.post(url).status_code == 302
    town.lin_user.refresh_from_db()
    assert not town.lin_user.is_active
    secretary.post(url)
    assert Activity.objects.filter(act="accounts.deactivate").count() == 1
    secretary.post(f"{DESK}{town.lin_user.pk}/reactivate/")
    town.lin_user.refresh_from_db()
    assert town.lin_user.is_active


def test_the_last_operator_stays(town, signed_in):
    root = Unit.objects.get(kind=Kind.ROOT)
    other = User.objects.create(name="副运维", phone="+8615411110009")
    today = timezone.localdate()
    Post.objects.create(
        holder=other,
        role="operator",
        unit=root,
        started_on=today,
        ended_on=today + timezone.timedelta(days=9),
    )  # goes in nine days, and then nobody would be left
    answer = signed_in(other).post(f"{DESK}{town.operator.pk}/deactivate/", follow=True)
    assert [str(message) for message in answer.context["messages"]] == [
        "这是最后一名系统运维员，请先任命另一人。"
    ]
    town.operator.refresh_from_db()
    assert town.operator.is_active
    Post.objects.create(holder=town.lin_user, role="operator", unit=root, started_on=today)
    operations.deactivate(user=town.operator, by=other)
    town.operator.refresh_from_db()
    assert not town.operator.is_active
    with pytest.raises(DomainError):
        operations.deactivate(user=town.lin_user, by=other)


@pytest.mark.parametrize(
    ("by", "whom", "may"),
    [
        ("staff", "lin_user", True),
        ("staff", "east_worker", True),
        ("staff", "head", True),
        ("staff", "secretary", False),  # who resets a password can sign in with it
        ("staff", "branch_secretary", False),
        ("staff", "operator", False),
        ("staff", "staff", False),
        ("secretary", "staff", True),
        ("secretary", "branch_secretary", True),
        ("secretary", "operator", False),
        ("secretary", "neighbour_staff", False),
        ("operator", "secretary", True),
        ("neighbour_staff", "east_worker", False),
        ("east_worker", "lin_user", False),
    ],
)
def test_nobody_helps_somebody_with_more_rights(town, by, whom, may):
    assert may_help(getattr(town, by), getattr(town, whom)) is may


def test_a_coming_post_counts_already(town):
    tomorrow = timezone.localdate() + timezone.timedelta(days=1)
    Post.objects.create(
        holder=town.lin_user, role="community_secretary", unit=town.neighbour, started_on=tomorrow
    )
    assert not may_help(town.staff, town.lin_user)


def test_the_refusal_is_a_sentence(town, signed_in):
    staff = signed_in(town.staff)
    for act in ("code/", "password/", "phone/", "lost/"):
        answer = staff.post(f"{DESK}{town.secretary.pk}/{act}", follow=True)
        assert answer.redirect_chain[0][0] == f"{DESK}{town.secretary.pk}/"
        assert len(answer.context["messages"]) == 1
    assert not ActivationCode.objects.exists()


def test_an_account_is_opened_at_the_counter_and_stays_in_care(town, signed_in):
    staff = signed_in(town.staff)
    assert staff.get(f"{DESK}new/").status_code == 200
    data = {"name": "周小梅", "phone": "154 0000 0077", "username": ""}
    slip = staff.post(f"{DESK}new/", data)["Location"]
    assert staff.get(slip).status_code == 200
    user = User.objects.get(name="周小梅")
    assert user.phone == "+8615400000077"
    assert not user.has_usable_password()
    assert user in accounts_in_care(town.staff)
    assert user not in accounts_in_care(town.neighbour_staff)


def test_who_signed_up_on_the_pages_of_a_community_is_in_its_care(client, town, sent):
    page = f"/{town.neighbour.slug}/events/"
    client.post(f"/accounts/signup/?next={page}", {"name": "周小梅", "phone": "15400000077", "password": ""})
    client.post("/accounts/signup/code/", {"code": sent[0][2]})
    user = User.objects.get(name="周小梅")
    assert user.home == town.neighbour.path
    assert user in accounts_in_care(town.neighbour_staff)
    assert user not in accounts_in_care(town.staff)
    home = town.community.path
    leave(resident=town.lin, reason=Resident.Left.MOVED, left_on=timezone.localdate(), by=town.staff)
    User.objects.filter(pk=town.lin_user.pk).update(home=home)
    assert town.lin_user in accounts_in_care(town.staff)  # moved away: still somebody's


@pytest.mark.parametrize("address", ["", "/", "/my/", "/nowhere/events/", "//evil.example/"])
def test_an_address_of_no_community_belongs_to_none_while_there_are_several(town, address):
    assert unit_of_address(address) == ""
    town.neighbour.closed_at = timezone.now()
    town.neighbour.save(update_fields=["closed_at"])
    assert unit_of_address(address) == town.community.path


@pytest.mark.parametrize(
    "wrong",
    [
        {"phone": "15400000021"},
        {"phone": "1"},
        {"name": ""},
        {"username": "STAFF"},
        {"username": "staff"},
        {"username": "a b"},
    ],
)
def test_a_wrong_opening_is_422(town, signed_in, wrong):
    data = {"name": "周小梅", "phone": "15400000077", "username": ""} | wrong
    assert signed_in(town.staff).post(f"{DESK}new/", data).status_code == 422
    assert not User.objects.filter(name="周小梅").exists()


def test_the_list_costs_the_same_for_one_and_for_many(town, signed_in, django_assert_max_num_queries):
    staff = signed_in(town.staff)
    staff.get(DESK)
    with django_assert_max_num_queries(7):
        staff.get(DESK)
    for number in range(60):
        user = User.objects.create(name=f"格员{number}", phone=f"+86154111100{number:02d}")
        Post.objects.create(holder=user, role="grid_worker", unit=town.east, started_on="2020-01-01")
    with django_assert_max_num_queries(7):
        page = staff.get(DESK)
    assert page.content.decode().count('class="n"') >= 50
