"""Before more places are saved staff read how many offers follow, counted as the offers are made."""

import pytest
from django.urls import reverse

from events import operations
from events.models import Event, Session, SignUp, SignUpState

from .test_desk import created, times
from .test_series import form_of


@pytest.fixture
def line(town):
    """Two places, one held by 林秀英; a pair waits."""
    event = operations.create_event(
        event=created(town, most_seats=2, has_waiting_list=True), sessions=[times(5, places=2)], by=town.staff
    )
    event = operations.publish_event(event=event, by=town.staff)
    town.session = Session.objects.select_related("event__unit").get(event=event)
    wait(town.session, town.lin, town)
    wait(town.session, town.wang, town, companions=1)
    return town


def wait(pool, resident, town, **more):
    return operations.sign_up(
        pool=type(pool).objects.get(pk=pool.pk),
        resident=resident,
        by=town.staff,
        wait=True,
        at_the_desk=True,
        **more,
    )


def offered():
    return SignUp.objects.filter(state=SignUpState.OFFERED).count()


@pytest.mark.parametrize(("places", "offers"), [(2, 0), (3, 1)])  # a pair is not split
def test_a_session_gets_more_places(signed_in, line, places, offers):
    staff, address = signed_in(line.staff), reverse("events:change_session", args=[line.session.pk])
    data = form_of(line.session, places=str(places))
    answer = staff.post(address, data)
    if offers:
        assert f"立即通知{offers}份候补报名" in answer.text
        assert offered() == 0
        answer = staff.post(address, data | {"seen": answer.context["seen"]})
    assert answer.status_code == 302
    assert offered() == offers


def test_why_it_moves_is_asked_before_the_changes_are_shown(signed_in, line):
    address = reverse("events:change_session", args=[line.session.pk])
    answer = signed_in(line.staff).post(address, form_of(line.session, place="凉亭", reason=""))
    assert answer.status_code == 422
    assert answer.context["form"].errors["reason"]


def test_a_course_gets_more_places(signed_in, town):
    event = operations.create_event(
        event=created(town, is_course=True, places=1, has_waiting_list=True),
        sessions=[times(5)],
        by=town.staff,
    )
    course = operations.publish_event(event=event, by=town.staff)
    wait(course, town.lin, town)
    wait(course, town.wang, town)
    course = Event.objects.get(pk=course.pk)
    staff, address = signed_in(town.staff), reverse("events:edit", args=[course.pk])
    form = staff.get(address).context["form"]
    data = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in data.items() if name == "version" or value} | {"places": "3"}
    answer = staff.post(address, data)
    assert (answer.status_code, answer.context["offers"], offered()) == (200, 1, 0)
    answer = staff.post(address, data | {"offers": "1"})
    assert answer.status_code == 302, answer.context["form"].errors
    assert offered() == 1
