"""Waiting, offers, households, courses and settings through the pages, as plain forms."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from events import operations
from events.models import Event, QueueMove, Registration, Session, SignUp
from residents.models import Household, Resident
from surveys.models import Answer, Question, Survey

from ..town import resident
from .test_queue import agrees, change, state


@pytest.fixture
def line(town):
    """One place, which is 甲's; Lin waits, then Wang."""
    change(town.choir, most_seats=4)
    change(town.choir_monday, places=1)
    town.first = resident("甲", town.east, town.community)
    town.placed = sign_up(town, town.first)
    town.lins, town.wangs = sign_up(town, town.lin, wait=True), sign_up(town, town.wang, wait=True)
    return town


def sign_up(t, person, **how):
    session = Session.objects.select_related("event").get(pk=t.choir_monday.pk)
    return operations.sign_up(pool=session, resident=person, by=t.staff, at_the_desk=True, **how)


def give_back(t):
    operations.leave(sign_up=t.placed, by=t.staff)


def at(t, what, sign_up, community=None):
    return reverse(f"events:{what}", args=[community or t.community, sign_up.pk])


def register_page(t):
    return reverse("events:register", args=[t.community, t.choir.pk, t.choir_monday.pk])


# --- one's own sign-up ---


@pytest.mark.parametrize("what", ["accept", "decline", "leave"])
def test_an_answer_is_for_whoever_signed_up(line, signed_in, what):
    give_back(line)
    lin = signed_in(line.lin_user)
    assert lin.get(at(line, what, line.lins)).status_code == 405
    assert lin.post(at(line, what, line.lins, line.neighbour)).status_code == 404
    assert signed_in(line.wang_user).post(at(line, what, line.lins)).status_code == 404
    assert signed_in(line.staff).post(at(line, what, line.lins)).status_code == 404
    assert state(line.lins) == "offered"


def test_an_offer_is_shown_and_accepted_in_one_tap(line, signed_in):
    give_back(line)
    lin = signed_in(line.lin_user)
    assert "有名额" in lin.get("/my/").text
    shown = lin.get(register_page(line)).text
    assert at(line, "accept", line.lins) in shown
    assert at(line, "decline", line.lins) in shown
    assert lin.post(at(line, "accept", line.lins)).status_code == 302
    lin.post(at(line, "accept", line.lins))
    assert Registration.objects.live().filter(resident=line.lin).count() == 1
    assert lin.post(at(line, "decline", line.lins)).status_code == 422  # it is taken
    assert (state(line.lins), state(line.wangs)) == ("placed", "waiting")
    assert agrees(line.choir_monday)


def test_an_offer_declined_is_the_next_ones(line, signed_in):
    give_back(line)
    lin = signed_in(line.lin_user)
    assert lin.post(at(line, "decline", line.lins)).status_code == 302
    lin.post(at(line, "decline", line.lins))
    assert (state(line.lins), state(line.wangs)) == ("ended", "offered")
    assert lin.post(at(line, "accept", line.lins)).status_code == 422
    assert line.lins.get_end_display() in lin.get(at(line, "sign_up", line.lins)).text


def test_an_offer_that_has_passed_is_said(line, signed_in):
    give_back(line)
    change(line.lins, offer_until=timezone.now() - timedelta(minutes=1))
    answer = signed_in(line.lin_user).post(at(line, "accept", line.lins))
    assert answer.status_code == 422
    assert "保留时间" in answer.text


def test_leaving_the_line_is_one_tap(line, signed_in):
    lin = signed_in(line.lin_user)
    assert "第 1 位" in lin.get(register_page(line)).text
    assert lin.post(at(line, "leave", line.lins), {"member": line.wang.pk}).status_code == 404
    assert state(line.lins) == "waiting"
    assert lin.post(at(line, "leave", line.lins)).status_code == 302
    lin.post(at(line, "leave", line.lins))
    assert (state(line.lins), line.wangs.position()) == ("ended", 1)


# --- staff ---


def test_the_line_is_for_whoever_puts_the_event_on(line, signed_in):
    page = reverse("events:line", args=[line.choir_monday.pk])
    shown = signed_in(line.staff).get(page).text
    assert shown.index("林秀英") < shown.index("王建国")
    assert reverse("events:move", args=[line.wangs.pk]) in shown
    assert signed_in(line.neighbour_staff).get(page).status_code == 404
    assert signed_in(line.officer).get(page).status_code == 403
    assert signed_in(line.lin_user).get(page).status_code == 404


@pytest.mark.parametrize(
    "sent", [{}, {"to": 1}, {"to": 1, "reason": " "}, {"to": 0, "reason": "急"}, {"to": 2, "reason": "急"}, {"to": "x", "reason": "急"}]
)  # fmt: skip
def test_nobody_is_moved_up_without_a_place_and_a_reason(line, signed_in, sent):
    address = reverse("events:move", args=[line.wangs.pk])
    assert signed_in(line.staff).post(address, sent).status_code == 422
    assert not QueueMove.objects.exists()


def test_a_move_is_counted_in_public_and_its_reason_is_not(line, signed_in, client):
    address = reverse("events:move", args=[line.wangs.pk])
    sent = {"to": 1, "reason": "刚出院行动不便"}
    assert signed_in(line.neighbour_staff).post(address, sent).status_code == 404
    assert signed_in(line.officer).post(address, sent).status_code == 404
    staff = signed_in(line.staff)
    assert staff.post(address, sent).status_code == 302
    assert staff.post(address, sent).status_code == 422  # stands there already
    assert QueueMove.objects.count() == 1
    public = client.get(line.choir.get_absolute_url()).text
    assert "提前候补顺序：共 1 次" in public
    assert "刚出院行动不便" not in public
    assert "刚出院行动不便" in staff.get(reverse("events:line", args=[line.choir_monday.pk])).text


# --- the household ---


@pytest.fixture
def home(town):
    change(town.choir, most_seats=3)
    change(town.choir_monday, places=9)
    house = Household.objects.create(community=town.community, path=town.east_building.path, number="9")
    rows = {
        "community": town.community,
        "unit": town.east_building,
        "path": town.east_building.path,
        "household": house,
    }
    town.husband = Resident.objects.create(
        name="林大山", state="together", relation="spouse", born_on="1947-01-01", **rows
    )
    town.child = Resident.objects.create(
        name="林小满", state="together", relation="grandchild", born_on=timezone.localdate() - timedelta(days=2000), **rows
    )  # fmt: skip
    change(town.lin, household=house, relation="head")
    return town


def send(t, client, members, **more):
    return client.post(register_page(t), {"person": t.lin.pk, "members": [one.pk for one in members], **more})


def test_a_household_signs_up_with_boxes(home, signed_in):
    lin = signed_in(home.lin_user)
    shown = lin.get(register_page(home)).text
    assert 'type="checkbox"' in shown
    assert "林大山" in shown
    assert send(home, lin, [home.husband], companions=1).status_code == 302
    send(home, lin, [home.husband], companions=1)
    made = SignUp.objects.get()
    assert (made.people(), made.seats, made.companions) == ([home.lin, home.husband], 3, 1)
    assert agrees(home.choir_monday)


def test_boxes_hold_nobody_of_another_house_and_not_too_many(home, signed_in):
    lin = signed_in(home.lin_user)
    assert send(home, lin, [home.wang]).status_code == 422
    assert send(home, lin, [home.husband], companions=2).status_code == 422
    assert send(home, lin, [home.husband], companions=-1).status_code == 422
    assert send(home, lin, [home.child]).status_code == 422  # nobody agreed
    assert not SignUp.objects.exists()
    assert send(home, lin, [home.child], consent="on").status_code == 302
    assert SignUp.objects.get().guardian == home.lin


def test_one_of_the_household_withdraws_alone(home, signed_in):
    lin = signed_in(home.lin_user)
    send(home, lin, [home.husband])
    made = SignUp.objects.get()
    lin.post(at(home, "leave", made), {"member": home.husband.pk})
    made.refresh_from_db()
    assert (made.state, made.seats, made.people()) == ("placed", 1, [home.lin])


def test_own_questions_are_asked_with_the_sign_up(town, signed_in):
    survey = Survey.objects.create(
        unit=town.community, title="照片", purpose="sign_up", created_by=town.staff
    )
    year = Question.objects.create(survey=survey, text="哪一年？", kind="number", required=True, order=1)
    photo = Question.objects.create(survey=survey, text="照片", kind="file", order=2)
    change(town.choir, questions=survey)
    lin = signed_in(town.lin_user)
    assert 'enctype="multipart/form-data"' in lin.get(register_page(town)).text
    assert lin.post(register_page(town), {"person": town.lin.pk}).status_code == 422
    assert not SignUp.objects.exists()
    paper = SimpleUploadedFile("alt.pdf", b"%PDF-1.4\n%%EOF\n", content_type="application/pdf")
    sent = {"person": town.lin.pk, f"ask-q{year.pk}": "1983", f"ask-q{photo.pk}": paper}
    assert lin.post(register_page(town), sent).status_code == 302
    kept = Answer.objects.filter(response__cause=f"signup:{SignUp.objects.get().pk}")
    assert {one.question_id for one in kept} == {year.pk, photo.pk}


# --- a course ---


@pytest.fixture
def course(town):
    town.course = Event.objects.create(
        unit=town.community, kind="course", title="书法班", place="教室", is_course=True, places=1, created_by=town.staff,
        published_at=timezone.now(), published_by=town.staff,
    )  # fmt: skip
    for week in range(1, 4):
        begins = timezone.now() + timedelta(weeks=week)
        Session.objects.create(
            event=town.course, community=town.community, starts_at=begins, ends_at=begins + timedelta(hours=2)
        )
    return town


def enrol_page(t, community=None):
    return reverse("events:enrol", args=[community or t.community, t.course.pk])


def test_a_course_is_enrolled_in_once_for_all_sessions(course, signed_in):
    lin = signed_in(course.lin_user)
    session = course.course.sessions.first()
    one = reverse("events:register", args=[course.community, course.course.pk, session.pk])
    assert lin.get(one).url == enrol_page(course)
    assert "3" in lin.get(enrol_page(course)).text
    assert lin.post(enrol_page(course), {"person": course.lin.pk}).status_code == 302
    lin.post(enrol_page(course), {"person": course.lin.pk})
    assert Registration.objects.live().filter(resident=course.lin).count() == 3
    assert lin.get(enrol_page(course, course.neighbour)).status_code == 404
    wang = signed_in(course.wang_user)
    assert wang.post(enrol_page(course), {"person": course.wang.pk}).status_code == 422  # full
    assert wang.post(enrol_page(course), {"person": course.wang.pk, "wait": "1"}).status_code == 302
    assert SignUp.objects.get(resident=course.wang).state == "waiting"
    assert lin.get(reverse("events:enrol", args=[course.community, course.choir.pk])).status_code == 404


def test_a_course_is_open_though_its_next_session_is_called_off(course, client):
    first = course.course.sessions.first()
    page = reverse("events:event", args=[course.community, course.course.pk])
    assert enrol_page(course) in client.get(page).text
    change(first, cancelled_at=timezone.now(), cancel_reason="下雨")
    assert enrol_page(course) in client.get(page, {"again": 1}).text


def test_a_family_that_is_refused_for_one_reason_reads_it_once(home, signed_in):
    change(home.choir, audience="party")
    shown = signed_in(home.lin_user).get(register_page(home))
    (card,) = shown.context["people"]
    assert len(card["names"]) > 1
    assert shown.text.count("面向党员") == 1


# --- settings ---


def edit_page(t):
    return reverse("events:edit", args=[t.choir.pk])


def filled(client, t, **more) -> dict:
    form = client.get(edit_page(t)).context["form"]
    data = {field.html_name: field.value() for field in form}
    return {
        name: value for name, value in data.items() if value is not False and value not in (None, "")
    } | more


def test_settings_of_a_sign_up_are_kept(town, signed_in):
    staff = signed_in(town.staff)
    more = {"age_from": 60, "age_to": 80, "most_seats": 2, "minimum": 5, "decide_days": 3, "offer_hours": 12}
    assert staff.post(edit_page(town), filled(staff, town, **more)).status_code == 302
    event = Event.objects.get(pk=town.choir.pk)
    assert {name: getattr(event, name) for name in more} == more


@pytest.mark.parametrize(
    "wrong", [{"age_from": 80, "age_to": 60}, {"most_seats": 0}, {"policy": "auction"}, {"policy": "draw"}, {"minimum": -1}, {"after_course": 999_999}, {"tag": "rich"}]
)  # fmt: skip
def test_settings_that_make_no_sense_are_said(town, signed_in, wrong):
    staff = signed_in(town.staff)
    assert staff.post(edit_page(town), filled(staff, town, **wrong)).status_code == 422
    assert Event.objects.get(pk=town.choir.pk).version == town.choir.version


def test_settings_are_for_whoever_puts_it_on(town, signed_in):
    data = filled(signed_in(town.staff), town, most_seats=9)
    assert signed_in(town.neighbour_staff).post(edit_page(town), data).status_code == 404
    assert signed_in(town.officer).post(edit_page(town), data).status_code == 403
    assert Event.objects.get(pk=town.choir.pk).most_seats == 1


def test_a_sign_up_of_two_is_shown_once_with_both(home, signed_in):
    """The guardian and the child of one sign-up are one card."""
    change(home.choir_monday, places=2)
    sign_up(home, resident("甲", home.east, home.community))
    lin = signed_in(home.lin_user)
    send(home, lin, [home.child], consent="on", wait="1")
    shown = lin.get(register_page(home))
    assert len(shown.context["people"]) == 1
    assert "林小满" in shown.text
