"""What becomes of a group that is parted or carried over: who leads it, and what was answered for it."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from config.errors import DomainError
from events import operations
from events.models import Event, Session, SignUp
from residents.models import Resident
from surveys.models import Answer, Answered, Question, Response, Survey

from ..town import resident


@pytest.fixture
def family(town):
    """A course evening of four places, three of them taken; two grown-ups and two children of one household."""
    Event.objects.filter(pk=town.choir.pk).update(most_seats=4)
    Session.objects.filter(pk=town.choir_monday.pk).update(places=4)
    town.others = [resident(name, town.east, town.community) for name in "甲乙丙"]
    for person in town.others:
        sign_up(town, person)
    ages = {"父": 40, "大宝": 9, "小宝": 6, "母": 38}
    town.people = [
        resident(name, town.east, town.community, born_on=date(timezone.localdate().year - age, 1, 1))
        for name, age in ages.items()
    ]
    return town


def sign_up(t, person, **how):
    session = Session.objects.select_related("event").get(pk=t.choir_monday.pk)
    return operations.sign_up(pool=session, resident=person, by=t.staff, at_the_desk=True, **how)


def waits(t, first, *members, **how):
    made = sign_up(t, first, members=list(members), wait=True, may_split=True, **how)
    made.refresh_from_db()
    return made


def give_back(t, number):
    found = SignUp.objects.get(session=t.choir_monday, resident=t.others[number])
    operations.leave(sign_up=found, by=t.staff, at_the_desk=True)


def rest_of(group):
    return SignUp.objects.exclude(pk=group.pk).get(session=group.session_id, state="waiting")


def test_the_rest_of_a_group_is_led_by_no_child_when_there_is_somebody_else(family):
    father, big, small, mother = family.people
    group = waits(family, father, big, small, mother)
    assert (group.state, group.offered_seats) == ("offered", 1)
    operations.accept(sign_up=group, by=family.staff)
    assert rest_of(group).people() == [mother, big, small]


def test_children_are_not_left_alone_in_the_line(family):
    father, big, small, _mother = family.people
    group = waits(family, father, big, small)
    assert (group.state, group.position()) == ("waiting", 1)  # no part is offered that nobody could take
    single = waits(family, resident("戊", family.east, family.community))
    assert single.state == "offered"
    group.refresh_from_db()
    assert group.passed_over == 1
    give_back(family, 0)
    give_back(family, 1)
    group.refresh_from_db()
    assert group.state == "waiting"
    give_back(family, 2)
    group.refresh_from_db()
    assert (group.state, group.offered_seats) == ("offered", 3)


def test_an_offer_that_would_leave_children_alone_by_now_is_refused_with_what_to_do(family):
    father, big, _small, mother = family.people
    group = waits(family, father, mother, big)
    assert group.offered_seats == 1
    Resident.objects.filter(pk=mother.pk).update(born_on=timezone.localdate() - timedelta(days=4000))
    with pytest.raises(DomainError, match="全部"):
        operations.accept(sign_up=SignUp.objects.get(pk=group.pk), by=family.staff)
    group.refresh_from_db()
    assert (group.state, SignUp.objects.filter(session=group.session_id).count()) == ("offered", 4)
    operations.decline(sign_up=group, by=family.staff, wait_on=True)
    group.refresh_from_db()
    assert (group.state, group.may_split) == ("waiting", False)


def test_children_wait_on_when_somebody_answers_for_them(family):
    father, big, small, mother = family.people
    group = waits(family, father, big, small)
    assert group.guardian_id is None
    SignUp.objects.filter(pk=group.pk).update(guardian=mother)
    operations.leave(
        sign_up=sign_up(family, resident("戊", family.east, family.community), wait=True), by=family.staff
    )
    group.refresh_from_db()
    assert group.offered_seats == 1
    operations.accept(sign_up=group, by=family.staff)
    assert (rest_of(group).people(), rest_of(group).guardian) == ([big, small], mother)


def test_who_leaves_a_group_first_leaves_it_to_a_grown_up(family):
    father, big, _small, mother = family.people
    for number in range(3):
        give_back(family, number)
    group = sign_up(family, father, members=[big, mother])
    operations.leave(sign_up=group, member=father, by=family.staff)
    group.refresh_from_db()
    assert group.people() == [mother, big]


# --- what was answered ---


@pytest.fixture
def asked(family):
    """The event asks a year and a picture of whoever signs up."""
    family.asked = Survey.objects.create(
        unit=family.community, title="照片", purpose="sign_up", created_by=family.staff
    )
    family.year = Question.objects.create(survey=family.asked, text="哪一年？", kind="number", order=1)
    family.photo = Question.objects.create(survey=family.asked, text="照片", kind="file", order=2)
    Event.objects.filter(pk=family.choir.pk).update(questions=family.asked)
    return family


def answered(t, sign_up):
    response = Response.objects.create(
        survey=t.asked, resident=sign_up.resident, cause=f"signup:{sign_up.pk}", at=timezone.now(),
        about_on=timezone.localdate(),
    )  # fmt: skip
    Answered.objects.create(survey=t.asked, resident=sign_up.resident, cause=response.cause)
    Answer.objects.create(response=response, question=t.year, number=1983)
    Answer.objects.create(
        response=response, question=t.photo, text="alt.pdf", file=SimpleUploadedFile("alt.pdf", b"%PDF-1.4\n")
    )
    return response


def answers_of(sign_up):
    rows = Answer.objects.filter(response__cause=f"signup:{sign_up.pk}", response__resident=sign_up.resident)
    return list(rows.order_by("question").values_list("number", "text", "file"))


def test_the_answers_go_along_to_a_make_up_session(asked, django_assert_max_num_queries):
    old = Session.objects.select_related("event").get(pk=asked.choir_monday.pk)
    for one in SignUp.objects.filter(session=old)[:2]:
        answered(asked, one)
    operations.cancel_session(session=old, reason="下雨", by=asked.staff)
    start = old.starts_at + timedelta(days=7)
    operations.make_up(
        session=old, fields={"starts_at": start, "ends_at": start + timedelta(hours=2), "places": 9},
        by=asked.staff, carry=True,
    )  # fmt: skip
    was, now = (
        {one.resident_id: answers_of(one) for one in SignUp.objects.filter(session=session)}
        for session in (old, old.made_up_by.get())
    )
    assert was == now
    assert sorted(map(len, now.values())) == [0, 2, 2]
    assert Answered.objects.count() == 4


def test_the_answers_stay_with_both_parts_of_a_group(asked):
    father, _big, _small, mother = asked.people
    group = waits(asked, father, mother)
    answered(asked, group)
    operations.accept(sign_up=group, by=asked.staff)
    rest = rest_of(group)
    assert (rest.resident, answers_of(rest)) == (mother, answers_of(group))
    assert len(answers_of(rest)) == 2
