"""The codes of the door: one's own, and the one on the wall."""

from datetime import timedelta

import pytest
from django.core.signing import Signer
from django.urls import reverse
from django.utils import timezone

from config.errors import DomainError
from events import codes, operations
from events.models import Attendance, DoorCode, Event, Registration, Session, SignUp, SignUpMember

from ..town import resident


@pytest.fixture
def tonight(town):
    now = timezone.now()
    Session.objects.filter(pk=town.choir_monday.pk).update(
        starts_at=now - timedelta(minutes=5), ends_at=now + timedelta(hours=2)
    )
    town.choir_monday.refresh_from_db()
    return town.choir_monday


@pytest.fixture
def placed(town, tonight):
    Session.objects.filter(pk=tonight.pk).update(starts_at=timezone.now() + timedelta(minutes=5))
    tonight.refresh_from_db()
    operations.register(session=tonight, resident=town.lin, by=town.lin_user)
    return tonight


def own(town, person=None, **valid):
    code = operations.code_of(resident=person or town.lin, by=town.staff)
    return codes.sign_own(code, **valid)


def landing(signed):
    return reverse("events:code", args=[signed])


def scanned(signed):
    return reverse("events:code_check_in", args=[signed])


def wall_address(session, now=None):
    return reverse("events:scan", args=[codes.sign_wall(session, now)])


# --- one's own ---


def test_my_code_shows_picture_and_number_but_no_whole_name(signed_in, town):
    lin = signed_in(town.lin_user)
    lin.post(reverse("events:my_code_make"))
    page = lin.get(reverse("events:my_code")).content.decode()
    assert "<svg" in page
    assert DoorCode.objects.get().spoken in page
    assert "林*英" in page
    assert "林秀英" not in page.split("<main", 1)[1]


def test_who_is_in_no_register_is_told_so(signed_in, town):
    answer = signed_in(town.stranger).get(reverse("events:my_code"))
    assert answer.status_code == 200
    assert reverse("residents:my_claim") in answer.content.decode()


def test_any_scanner_opens_it_and_learns_nothing(client, town, tonight):
    answer = client.get(landing(own(town)))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "林" not in page
    assert "next=" in page


def test_another_resident_reads_what_it_is(signed_in, town, tonight):
    other = signed_in(town.wang_user)
    page = other.get(landing(own(town)), follow=True).content.decode()
    assert "林" not in page
    assert other.post(scanned(own(town)), {"session": tonight.pk}).status_code == 403
    assert not Attendance.objects.exists()


def test_staff_scan_and_tap(signed_in, town, tonight):
    staff = signed_in(town.staff)
    page = staff.get(landing(own(town)), follow=True)
    assert [row["session"] for row in page.context["sessions"]] == [tonight]
    assert "林*英" in page.content.decode()
    for _tap in range(2):
        assert staff.post(scanned(own(town)), {"session": tonight.pk}).status_code == 302
    there = Attendance.objects.get()
    assert (there.how, there.resident, there.by) == ("code", town.lin, town.staff)


def test_a_parents_own_code_brings_the_child_who_is_signed_up(signed_in, town, tonight):
    child = resident("林小雨", town.east_building, town.community)
    made = SignUp.objects.create(
        event=tonight.event,
        session=tonight,
        resident=child,
        guardian=town.lin,
        by=town.lin_user,
        state="placed",
    )
    Registration.objects.create(session=tonight, resident=child, by=town.lin_user, sign_up=made)
    staff, address = signed_in(town.staff), scanned(own(town))
    (row,) = staff.get(address).context["sessions"]
    assert [(one["person"], one["placed"]) for one in row["people"]] == [(child, True), (town.lin, False)]
    for _tap in range(2):
        assert staff.post(address, {"session": tonight.pk, "resident": child.pk}).status_code == 302
    assert Attendance.objects.get().resident == child
    staff.post(address, {"session": tonight.pk, "resident": town.wang.pk})  # is none of theirs
    assert Attendance.objects.get().resident == child
    staff.post(address, {"session": tonight.pk, "resident": child.pk, "act": "undo"})
    assert not Attendance.objects.live().exists()


def test_a_parent_scans_the_wall_for_the_child_who_comes_along(signed_in, town, placed):
    child = resident("林小雨", town.east_building, town.community)
    made = SignUp.objects.get(resident=town.lin)
    SignUpMember.objects.create(sign_up=made, resident=child)
    Registration.objects.create(session=placed, resident=child, by=town.lin_user, sign_up=made)
    lin = signed_in(town.lin_user)
    arrive = lin.get(wall_address(placed))["Location"]
    assert [row["person"] for row in lin.get(arrive).context["people"]] == [town.lin, child]
    assert f"{child.name}已签到" in lin.post(arrive, {"resident": child.pk}, follow=True).text
    assert Attendance.objects.get().resident == child
    wang = signed_in(town.wang_user)
    wang.get(wall_address(placed))
    assert "请找门口的工作人员" in wang.get(arrive).text  # no button that would only be refused
    assert wang.post(arrive, {"resident": child.pk}).status_code == 422


def test_what_was_tapped_by_mistake_is_taken_back_where_the_code_was_scanned(signed_in, town, tonight):
    Event.objects.filter(pk=tonight.event_id).update(needs_check_out=True)
    staff, address = signed_in(town.staff), scanned(own(town))

    def tap(**act):
        return staff.post(address, {"session": tonight.pk} | act, follow=True).content.decode()

    tap()
    assert "还没走" in tap(act="leave")
    assert Attendance.objects.live().get().left_at
    assert reverse("events:presence", args=[tonight.pk]) in tap(act="back")
    assert Attendance.objects.live().get().left_at is None
    for _tap in range(2):  # a second click does not check in again
        tap(act="undo")
        assert not Attendance.objects.live().exists()


def test_the_next_community_sees_nobody(signed_in, town, tonight):
    page = signed_in(town.neighbour_staff).get(scanned(own(town))).content.decode()
    assert "林" not in page


@pytest.mark.parametrize("wanted", ["", "x", "0", "9" * 30])
def test_a_session_that_is_not_on_is_not_checked_in(signed_in, town, tonight, wanted):
    signed_in(town.staff).post(scanned(own(town)), {"session": wanted})
    assert not Attendance.objects.exists()


def test_a_renewed_code_voids_the_old_one(signed_in, town, tonight):
    old, number = own(town), DoorCode.objects.get().number
    signed_in(town.lin_user).post(reverse("events:my_code_anew"))
    assert signed_in(town.staff).get(scanned(old)).status_code == 422
    assert signed_in(town.staff).get(scanned(own(town))).status_code == 200
    assert DoorCode.objects.get().number != number


def test_a_code_has_its_time(signed_in, town, tonight):
    staff = signed_in(town.staff)
    assert staff.get(scanned(own(town, valid=timedelta(hours=-2)))).status_code == 422
    assert staff.get(scanned(own(town, valid=codes.ON_A_CARD))).status_code == 200


def foreign(town):
    good = own(town)
    return [
        "x", "x.y", good[:-1] + ("a" if good[-1] != "a" else "b"), "9" + good, good.replace("-", "", 1),
        codes.sign_wall(town.choir_monday), Signer(salt="events.own_code", sep=".").sign("a-b-c"),
        Signer(salt="events.own_code", sep=".").sign("1-2"), Signer(salt="other", sep=".").sign(good.split(".")[0]),
    ]  # fmt: skip


def test_forged_and_foreign_codes_are_none_of_ours(signed_in, town, tonight):
    staff = signed_in(town.staff)
    assert [staff.get(scanned(signed)).status_code for signed in foreign(town)] == [422] * 9


def test_the_typed_number_leads_to_the_person(signed_in, town, tonight):
    number = operations.code_of(resident=town.lin, by=town.staff).spoken
    roll = reverse("events:roll", args=[tonight.pk])
    staff = signed_in(town.staff)
    answer = staff.post(roll, {"q": number})
    assert answer["Location"].startswith("/desk/c/")
    assert staff.get(answer["Location"]).status_code == 200
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert not staff.post(roll, {"q": wrong})["Location"].startswith("/desk/c/")


def test_a_number_of_another_community_leads_nowhere(signed_in, town, tonight):
    number = operations.code_of(resident=town.zhao, by=town.staff).number
    answer = signed_in(town.staff).post(reverse("events:roll", args=[tonight.pk]), {"q": number})
    assert not answer["Location"].startswith("/desk/c/")


def test_numbers_have_a_check_digit():
    assert codes.is_number("7992739" + str(codes._check_digit("7992739")))
    assert codes._check_digit("7992739871") == 3  # the example of the standard
    assert not codes.is_number("１２３４５６７８")
    assert all(codes.is_number(codes.new_number()) for _n in range(50))


def test_a_card_for_who_has_no_phone(signed_in, town):
    staff = signed_in(town.staff)
    staff.post(reverse("events:card_anew", args=[town.lin.pk]))
    page = staff.get(reverse("events:card", args=[town.lin.pk])).content.decode()
    assert reverse("residents:desk_resident", args=[town.lin.pk]) in page  # the way back
    assert "<svg" in page
    assert "林*英" in page
    old = DoorCode.objects.get().number
    staff.post(reverse("events:card_anew", args=[town.lin.pk]), {"act": "renew"})
    assert DoorCode.objects.get().number != old


# --- the wall ---


def test_the_wall_shows_another_code_every_half_minute(signed_in, town, tonight):
    page = signed_in(town.staff).get(reverse("events:wall", args=[tonight.pk])).content.decode()
    assert 'http-equiv="refresh"' in page
    assert "<svg" in page
    now = timezone.now()
    assert codes.sign_wall(tonight, now) != codes.sign_wall(tonight, now + timedelta(seconds=30))


def test_before_its_time_the_wall_shows_no_code(signed_in, town):
    page = signed_in(town.staff).get(reverse("events:wall", args=[town.choir_monday.pk])).content.decode()
    assert "qr-box" not in page


def test_scan_and_tap(signed_in, town, placed):
    lin = signed_in(town.lin_user)
    arrive = lin.get(wall_address(placed))["Location"]
    assert not Attendance.objects.exists()  # looking is not acting
    for _tap in range(2):
        assert lin.post(arrive, {"resident": town.lin.pk}).status_code == 302
    there = Attendance.objects.get()
    assert (there.how, there.by) == ("wall", town.lin_user)


def test_who_has_to_sign_in_first_keeps_the_ticket(client, town, placed):
    arrive = client.get(wall_address(placed))["Location"]
    assert "login" in client.get(arrive)["Location"]
    client.force_login(town.lin_user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(arrive, {"resident": town.lin.pk})["Location"] == arrive
    assert Attendance.objects.get().resident == town.lin


def test_without_a_scan_nobody_is_there(signed_in, town, placed):
    lin = signed_in(town.lin_user)
    assert lin.post(reverse("events:arrive", args=[placed.pk]), {"resident": town.lin.pk}).status_code == 422
    assert not Attendance.objects.exists()


def test_a_ticket_is_for_one_session_and_ten_minutes(signed_in, town, placed, monkeypatch):
    lin = signed_in(town.lin_user)
    arrive = lin.get(wall_address(placed))["Location"]
    other = Session.objects.create(event=town.choir, community=town.community, starts_at=placed.starts_at,
                                   ends_at=placed.ends_at)  # fmt: skip
    assert lin.get(reverse("events:arrive", args=[other.pk])).status_code == 422
    later = timezone.now().timestamp() + 601
    monkeypatch.setattr("events.views.codes.time.time", lambda: later)
    assert lin.post(arrive, {"resident": town.lin.pk}).status_code == 422


@pytest.mark.parametrize("seconds", [-61, 30, 3600, -86400])
def test_old_codes_and_those_of_the_future_do_not_count(signed_in, town, placed, seconds):
    signed = wall_address(placed, timezone.now() + timedelta(seconds=seconds))
    assert signed_in(town.lin_user).get(signed).status_code == 422


def test_forged_wall_codes(signed_in, town, placed):
    lin = signed_in(town.lin_user)
    for signed in (own(town), "x", Signer(salt="events.wall_code", sep=".").sign("1"), "1-2.abc"):
        assert lin.get(reverse("events:scan", args=[signed])).status_code == 422


def refused_self(town, session, person=None):
    with pytest.raises(DomainError) as refusal:
        operations.check_in_self(session=session, resident=person or town.lin, by=town.lin_user)
    return str(refusal.value)


def test_only_those_signed_up(town, tonight):
    assert "没有报名" in refused_self(town, tonight)


def test_anybody_of_the_community_where_nobody_signs_up(town, tonight):
    Event.objects.update(needs_registration=False)
    tonight = Session.objects.select_related("event").get(pk=tonight.pk)
    assert operations.check_in_self(session=tonight, resident=town.lin, by=town.lin_user).how == "wall"
    assert "其他社区" in refused_self(town, tonight, town.zhao)


def test_not_before_two_hours_and_not_after_the_end(town, placed):
    now = timezone.now()
    for start, end in ((timedelta(hours=3), timedelta(hours=5)), (timedelta(hours=-5), timedelta(hours=-1))):
        Session.objects.filter(pk=placed.pk).update(starts_at=now + start, ends_at=now + end)
        refused_self(town, Session.objects.select_related("event__unit").get(pk=placed.pk))
    assert not Attendance.objects.exists()


def test_nobody_checks_in_somebody_else(signed_in, town, placed):
    wang = signed_in(town.wang_user)
    arrive = wang.get(wall_address(placed))["Location"]
    for number in (town.lin.pk, "", "x", "9" * 40):
        assert wang.post(arrive, {"resident": number}).status_code == 422
    assert not Attendance.objects.exists()
