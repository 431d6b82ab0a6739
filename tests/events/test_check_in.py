from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Activity
from config.errors import DomainError
from events import operations
from events.models import Attendance, Event, Registration, Session, SignUp
from residents.models import Household, Resident

from ..town import resident


@pytest.fixture
def tonight(town):
    """The choir's session, begun a moment ago; 林秀英 has a place in it."""
    operations.register(session=town.choir_monday, resident=town.lin, by=town.lin_user)
    return begun(town, timedelta(minutes=5))


def begun(town, ago):
    start = timezone.now() - ago
    Session.objects.filter(pk=town.choir_monday.pk).update(
        starts_at=start, ends_at=start + timedelta(hours=2)
    )
    town.choir_monday.refresh_from_db()
    return town.choir_monday


def at(session, name):
    return reverse(f"events:{name}", args=[session.pk])


def test_one_tap_is_one_attendance_however_often(signed_in, town, tonight):
    staff = signed_in(town.staff)
    for _tap in range(3):
        answer = staff.post(at(tonight, "check_in"), {"resident": town.lin.pk, "q": "林"})
        assert answer.status_code == 302
        assert answer["Location"].endswith(f"#p{town.lin.pk}")
    there = Attendance.objects.live().get()
    assert there.registration == Registration.objects.get()
    assert Activity.objects.filter(act="events.check_in").count() == 1


def tap(client, session, name, **data):
    """As the script on the page sends it."""
    return client.post(at(session, name), data, headers={"X-Pieces": "1"}).content.decode()


def test_a_tap_in_place_gets_back_what_changed(signed_in, town, tonight):
    staff = signed_in(town.staff)
    answer = tap(staff, tonight, "check_in", resident=town.lin.pk)
    there = Attendance.objects.live().get()
    assert f'id="p{town.lin.pk}"' in answer
    assert f'name="attendance" value="{there.pk}"' in answer
    assert "<html" not in answer
    answer = tap(staff, tonight, "undo_check_in", attendance=there.pk)
    assert 'name="resident"' in answer
    assert not Attendance.objects.live().exists()


def test_who_was_not_signed_up_leaves_the_list_in_place(signed_in, town, tonight):
    staff = signed_in(town.staff)
    tap(staff, tonight, "check_in", resident=town.wang.pk)
    answer = tap(staff, tonight, "undo_check_in", attendance=Attendance.objects.live().get().pk)
    assert f'<li id="p{town.wang.pk}" data-piece></li>' in answer


def test_a_refused_tap_is_answered_with_the_sentence(signed_in, town, tonight):
    operations.cancel_session(session=tonight, reason="下雨", by=town.staff)
    assert "下雨" in tap(signed_in(town.staff), tonight, "check_in", resident=town.lin.pk)


def test_a_phone_number_finds_somebody_on_the_list_and_stays_out_of_the_address(signed_in, town, tonight):
    staff = signed_in(town.staff)
    address = staff.post(at(tonight, "roll"), {"q": "15400000021"})["Location"]
    assert "0021" not in address
    assert "林秀英" in staff.get(address).content.decode()


def test_undo_keeps_the_row_and_says_who(signed_in, town, tonight):
    staff = signed_in(town.staff)
    staff.post(at(tonight, "check_in"), {"resident": town.lin.pk})
    there = Attendance.objects.get()
    for _tap in range(2):
        staff.post(at(tonight, "undo_check_in"), {"attendance": there.pk})
    there.refresh_from_db()
    assert there.withdrawn_by == town.staff
    staff.post(at(tonight, "check_in"), {"resident": town.lin.pk})
    assert (Attendance.objects.count(), Attendance.objects.live().count()) == (2, 1)


def test_the_roll_counts_and_finds(signed_in, town, tonight):
    staff = signed_in(town.staff)
    staff.post(at(tonight, "check_in"), {"resident": town.wang.pk, "as_helper": "1"})
    roll = staff.get(at(tonight, "roll"))
    counts = roll.context["counts"]
    assert (counts["signed_up"], counts["present"]) == (1, 1)
    assert [person["name"] for person in roll.context["people"]] == ["林秀英", "王建国"]
    assert roll.context["people"][1]["helper"]
    for words, names in {"0022": ["王建国"], "lxy": ["林秀英"], "linx": ["林秀英"], "王": ["王建国"], "9999": [], "%": []}.items():  # fmt: skip
        found = staff.get(at(tonight, "roll"), {"q": words}).context["people"]
        assert [person["name"] for person in found] == names, words
    assert "0022" not in roll.content.decode()


def child_of(town, **more):
    """Without a phone, as children are."""
    return resident("林小雨", town.east_building, town.community, **more)


def found(staff, session, words):
    people = staff.get(at(session, "roll"), {"q": words}).context["people"]
    return [(person["name"], person["by_phone_of"]) for person in people]


def test_a_child_is_found_by_the_phone_of_whoever_agreed(signed_in, town, tonight):
    child, staff = child_of(town), signed_in(town.staff)
    made = SignUp.objects.create(
        event=tonight.event,
        session=tonight,
        resident=child,
        guardian=town.wang,
        by=town.staff,
        state="placed",
    )
    Registration.objects.create(session=tonight, resident=child, by=town.staff, sign_up=made)
    assert found(staff, tonight, "0022") == [("林小雨", "王建国")]
    assert found(staff, tonight, "0021") == [("林秀英", "")]
    assert "王建国的手机" in staff.get(at(tonight, "roll"), {"q": "0022"}).content.decode()


def test_who_just_came_along_is_found_by_the_household(signed_in, town, tonight):
    home = Household.objects.create(community=town.community, path=town.lin.path)
    Resident.objects.filter(pk=town.lin.pk).update(household=home, relation="other")
    operations.check_in(
        session=tonight, resident=child_of(town, household=home, relation="child"), by=town.staff
    )
    staff = signed_in(town.staff)
    assert found(staff, tonight, "0021") == [("林小雨", "林秀英"), ("林秀英", "")]


def test_too_early_too_late_and_cancelled(town):
    with pytest.raises(DomainError):
        operations.check_in(session=town.choir_monday, resident=town.lin, by=town.staff)
    begun(town, timedelta(minutes=-119))
    there = operations.check_in(session=town.choir_monday, resident=town.lin, by=town.staff)
    begun(town, timedelta(days=8))
    with pytest.raises(DomainError):
        operations.check_in(session=town.choir_monday, resident=town.wang, by=town.staff)
    late = operations.check_in(
        session=town.choir_monday, resident=town.wang, by=town.staff, reason="纸质名单补录"
    )
    assert late.late_reason == "纸质名单补录"
    there.session = town.choir_monday
    with pytest.raises(DomainError):
        operations.undo_check_in(attendance=there, by=town.staff)
    Session.objects.filter(pk=town.choir_monday.pk).update(cancelled_at=timezone.now())
    town.choir_monday.refresh_from_db()
    with pytest.raises(DomainError):
        operations.check_in(session=town.choir_monday, resident=town.zhao, by=town.staff)


def test_the_late_roll_asks_why(signed_in, town, tonight):
    begun(town, timedelta(days=9))
    staff = signed_in(town.staff)
    staff.post(at(tonight, "check_in"), {"resident": town.lin.pk})
    assert not Attendance.objects.exists()
    staff.post(at(tonight, "check_in"), {"resident": town.lin.pk, "reason": "补录"})
    assert Attendance.objects.get().late_reason == "补录"


def test_what_is_written_down_on_another_day_says_so(signed_in, town, tonight):
    begun(town, timedelta(days=3))
    staff = signed_in(town.staff)
    staff.post(at(tonight, "check_in"), {"resident": town.lin.pk})
    person = staff.get(at(tonight, "roll")).context["people"][0]
    assert person["at"].startswith(date_format(timezone.localdate(), "MONTH_DAY_FORMAT"))


def test_a_walk_in_from_outside_is_kept_as_outside(signed_in, town, tonight):
    staff = signed_in(town.staff)
    for name in ("", "😀", "13800138000"):
        assert staff.post(at(tonight, "walk_in"), {"name": name}).status_code == 422
    assert staff.post(at(tonight, "walk_in"), {"name": "热心人"}).status_code == 302
    person = Resident.objects.get(name="热心人")
    assert person.state == "outside"
    assert Attendance.objects.live().filter(resident=person, registration=None).exists()


def test_somebody_of_a_known_name_is_asked_about_first(signed_in, town, tonight):
    """Else a resident who came without signing up would be there as a stranger, without points and hours."""
    staff, page = signed_in(town.staff), at(tonight, "walk_in")
    asked = staff.post(page, {"name": town.lin.name})
    assert (asked.status_code, asked.context["alike"]) == (422, [town.lin])
    assert Resident.objects.filter(name=town.lin.name).count() == 1
    assert staff.post(at(tonight, "check_in"), {"resident": town.lin.pk}).status_code == 302
    again = staff.post(page, {"name": town.lin.name})  # the one known is here already: that is said
    assert (again.status_code, again.context["alike"][0].there) == (422, True)
    assert staff.post(page, {"name": town.lin.name, "is_another": "on"}).status_code == 302
    assert Resident.objects.filter(name=town.lin.name).count() == 2


def test_a_stranger_sent_twice_is_one_person(signed_in, town, tonight):
    staff, page = signed_in(town.staff), at(tonight, "walk_in")
    assert [staff.post(page, {"name": "热心人"}).status_code for _time in range(2)] == [302, 422]
    assert Resident.objects.filter(name="热心人").count() == 1


def test_another_of_the_same_name_is_let_in(signed_in, town, tonight):
    staff, page = signed_in(town.staff), at(tonight, "walk_in")
    assert staff.post(page, {"name": town.lin.name, "is_another": "on"}).status_code == 302
    assert Attendance.objects.get().resident != town.lin


def test_staff_sign_up_whom_they_care_for(signed_in, town):
    staff, page = signed_in(town.staff), at(town.choir_monday, "register_for")
    found = staff.get(page, {"q": "lin"})
    assert [row["resident"] for row in found.context["found"]] == [town.lin]
    assert staff.post(page, {"resident": town.lin.pk, "q": "lin"}).status_code == 302
    place = Registration.objects.live().get()
    assert place.by == town.staff
    assert staff.post(page, {"resident": town.zhao.pk}).status_code == 404
    Session.objects.update(places_taken=2)
    assert staff.post(page, {"resident": town.wang.pk}).status_code == 422
    Session.objects.update(places_taken=1)
    staff.post(at(town.choir_monday, "withdraw_for"), {"registration": place.pk})
    assert not Registration.objects.live().exists()


def test_at_the_desk_somebody_is_put_on_the_waiting_list(signed_in, town):
    staff, page = signed_in(town.staff), at(town.choir_monday, "register_for")
    assert not staff.get(page, {"q": "lin"}).context["can_wait"]
    Session.objects.update(places_taken=2)
    found = staff.get(page, {"q": "lin"})
    assert found.context["can_wait"]
    assert 'name="wait"' in found.content.decode()
    answer = staff.post(page, {"resident": town.lin.pk, "wait": "1"}, follow=True)
    assert [str(said) for said in answer.context["messages"]] == ["林秀英正在候补。"]
    assert SignUp.objects.get().state == "waiting"
    row = staff.get(page, {"q": "lin"}).context["found"][0]
    assert (row["held"], row["sign_up"].resident) == (None, town.lin)


def test_at_the_desk_somebody_enters_the_draw(signed_in, town):
    Event.objects.update(policy="draw")
    Session.objects.update(registration_closes_at=timezone.now() + timedelta(hours=3))
    staff, page = signed_in(town.staff), at(town.choir_monday, "register_for")
    answer = staff.post(page, {"resident": town.lin.pk}, follow=True)
    assert [str(said) for said in answer.context["messages"]] == ["林秀英已参加抽签。"]
    assert SignUp.objects.get().state == "entered"
    assert not Registration.objects.exists()


def test_a_grid_worker_signs_up_people_of_their_own_grid(signed_in, town):
    worker, page = signed_in(town.east_worker), at(town.choir_monday, "register_for")
    assert [row["resident"] for row in worker.get(page, {"q": "lin"}).context["found"]] == [town.lin]
    assert worker.get(page, {"q": "wang"}).context["found"] == []
    assert worker.post(page, {"resident": town.wang.pk}).status_code == 404
    assert worker.post(page, {"resident": town.lin.pk}).status_code == 302
    assert Registration.objects.live().get().resident == town.lin


def test_the_sheet_of_today_says_its_date(signed_in, town, tonight):
    page = signed_in(town.staff).get(at(tonight, "sheet")).content.decode()
    assert date_format(timezone.localtime(tonight.starts_at), "DATE_FORMAT") in page
    assert "今天" not in page


PAGES = ["roll", "sheet", "check_in", "undo_check_in", "walk_in", "register_for", "withdraw_for", "change_session", "cancel_session"]  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_the_next_community_finds_nothing(signed_in, town, tonight, name):
    client = signed_in(town.neighbour_staff)
    assert client.post(at(tonight, name), {"resident": town.lin.pk}).status_code in {404, 405}
    assert client.get(at(tonight, name)).status_code in {404, 405}
    assert signed_in(town.staff).get(reverse(f"events:{name}", args=[10**30])).status_code in {404, 405}


@pytest.mark.parametrize("name", ["check_in", "undo_check_in", "withdraw_for"])
def test_looking_is_not_acting(signed_in, town, tonight, name):
    assert signed_in(town.staff).get(at(tonight, name)).status_code == 405
    assert signed_in(town.officer).post(at(tonight, name), {"resident": town.lin.pk}).status_code == 403


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 40, "１２"])
def test_numbers_that_are_none(signed_in, town, tonight, number):
    staff = signed_in(town.staff)
    for name, field in (
        ("check_in", "resident"),
        ("undo_check_in", "attendance"),
        ("withdraw_for", "registration"),
    ):
        assert staff.post(at(tonight, name), {field: number}).status_code == 404


def test_an_attendance_of_another_session_is_not_found(signed_in, town, tonight):
    other = Session.objects.create(event=town.choir, community=town.community,
                                   starts_at=tonight.starts_at, ends_at=tonight.ends_at)  # fmt: skip
    there = operations.check_in(session=other, resident=town.lin, by=town.staff)
    answer = signed_in(town.staff).post(at(tonight, "undo_check_in"), {"attendance": there.pk})
    assert answer.status_code == 404


def test_the_roll_costs_the_same_for_many(signed_in, town, tonight, django_assert_max_num_queries):
    staff = signed_in(town.staff)

    def cost(**query):
        with django_assert_max_num_queries(13) as seen:
            assert staff.get(at(tonight, "roll"), query).status_code == 200
        return len(seen)

    cost()  # signs the client in
    few = cost(), cost(q="0021")
    for n in range(40):
        person = resident(f"人{chr(0x4E00 + n)}", town.east, town.community)
        Attendance.objects.create(session=tonight, resident=person, by=town.staff)
    assert (cost(), cost(q="0021")) == few
