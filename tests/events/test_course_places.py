"""Places of a course: one enrolment is a place at every date; and a least number of people."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events import operations
from events.models import Event, Registration, Session
from notifications.models import InboxMessage
from portal.today import today

from ..town import resident
from .test_queue import agrees, change, state


@pytest.fixture
def course(town):
    """Three sessions to come of a course of two places."""
    course = Event.objects.create(
        unit=town.community, kind="course", title="书法班", place="教室", is_course=True, places=2, created_by=town.staff,
        published_at=timezone.now(), published_by=town.staff,
    )  # fmt: skip
    first = timezone.now() + timedelta(days=1)
    town.dates = [
        Session.objects.create(event=course, community=town.community, starts_at=first + timedelta(weeks=n),
                               ends_at=first + timedelta(weeks=n, hours=2)) for n in range(3)
    ]  # fmt: skip
    town.course = course
    return town


def enrol(t, person, **how):
    return operations.enrol(event=Event.objects.get(pk=t.course.pk), resident=person, by=t.staff, **how)


def places_of(person):
    return Registration.objects.live().filter(resident=person).count()


def test_one_enrolment_is_a_place_at_every_date(course):
    made = enrol(course, course.lin)
    assert places_of(course.lin) == 3
    assert enrol(course, course.lin) == made
    assert [one.places_taken for one in Session.objects.filter(event=course.course)] == [1, 1, 1]
    assert agrees(course.course)


def test_while_a_session_is_on_the_page_speaks_of_the_next_one(course, signed_in):
    now = timezone.now()
    change(course.dates[0], starts_at=now - timedelta(minutes=30), ends_at=now + timedelta(hours=1))
    page = signed_in(course.lin_user).get(
        reverse("events:enrol", args=[course.community.slug, course.course.pk])
    )
    assert page.context["session"] == course.dates[1]
    assert "还有 2 个名额" in page.text
    assert "报名已截止" not in page.text


def test_whoever_signs_up_for_a_date_enrols_in_the_course(course):
    session = Session.objects.select_related("event").get(pk=course.dates[1].pk)
    place = operations.register(session=session, resident=course.lin, by=course.staff)
    assert place.session == session
    assert places_of(course.lin) == 3


def test_one_date_of_a_course_is_given_back_alone(course):
    enrol(course, course.lin)
    place = Registration.objects.get(resident=course.lin, session=course.dates[1])
    operations.withdraw(registration=place, by=course.staff)
    assert places_of(course.lin) == 2
    assert Event.objects.get(pk=course.course.pk).places_taken == 1
    assert Session.objects.get(pk=course.dates[1].pk).places_taken == 0


def test_leaving_a_course_keeps_what_has_been_and_frees_the_place(course):
    made = enrol(course, course.lin)
    enrol(course, course.wang)
    third = resident("丙", course.east, course.community)
    waits = enrol(course, third, wait=True)
    past = timezone.now() - timedelta(days=1)
    change(course.dates[0], starts_at=past - timedelta(hours=2), ends_at=past)
    operations.leave(sign_up=made, by=course.staff)
    assert (state(made), places_of(course.lin), state(waits)) == ("ended", 1, "offered")
    operations.accept(sign_up=waits, by=course.staff)
    assert places_of(third) == 2
    assert agrees(course.course)
    assert all(agrees(one) for one in course.dates)


def test_a_new_date_is_everybodys(course):
    enrol(course, course.lin)
    later = timezone.now() + timedelta(weeks=9)
    operations.add_sessions(
        event=Event.objects.get(pk=course.course.pk), by=course.staff,
        sessions=[{"starts_at": later, "ends_at": later + timedelta(hours=1)}],
    )  # fmt: skip
    assert places_of(course.lin) == 4


def test_who_has_a_place_hears_of_further_dates_and_staff_read_how_many(course, signed_in):
    enrol(course, course.lin)
    day = timezone.localdate() + timedelta(weeks=9)
    query = {"on": day.isoformat(), "start": "15:00", "end": "16:30", "how": "weekly", "count": "2"}
    address = reverse("events:add_sessions", args=[course.course.pk])
    asked = signed_in(course.staff).get(address, query)
    assert "将通知已有名额的1人" in asked.text
    days = [day.isoformat(), (day + timedelta(weeks=1)).isoformat()]
    assert signed_in(course.staff).post(address, query | {"day": days}).status_code == 302
    told = InboxMessage.objects.get(subject="新增日期：书法班")
    assert told.account == course.lin.user
    assert "新增2次课" in told.text
    assert places_of(course.lin) == 5


def test_a_least_number_of_people_is_for_staff_to_decide(town):
    change(town.choir, minimum=5, decide_days=2)
    found = operations.undecided_for(town.staff)
    assert [(one["pool"], one["missing"]) for one in found] == [(town.choir_monday, 5)]
    assert reverse("events:desk_event", args=[town.choir.pk]) in [item.url for item in today(town.staff)]
    operations.goes_ahead(pool=town.choir_monday, by=town.staff)
    assert operations.undecided_for(town.staff) == []
    assert operations.undecided_for(town.neighbour_staff) == []
