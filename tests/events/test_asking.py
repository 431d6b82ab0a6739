"""Questions of an event: at sign-up, and for those who were there."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.models import Attendance, Event, Session, SignUp
from events.operations import asking
from surveys.forms import form_for
from surveys.models import Answered, Question, Response
from surveys.operations import answer


@pytest.fixture
def over(town):
    """A choir evening yesterday where Lin was, with a survey."""
    then = timezone.now() - timedelta(days=1)
    session = Session.objects.create(
        event=town.choir, community=town.community, starts_at=then, ends_at=then + timedelta(hours=2)
    )
    Attendance.objects.create(session=session, resident=town.lin, by=town.staff)
    asking.ask(event=town.choir, purpose="event", is_anonymous=True, by=town.staff)
    return session


def said(event, mark=5):
    data = {}
    for question in event.feedback.living_questions():
        data[f"ask-q{question.pk}"] = str(mark) if question.kind == "scale" else "很好"
    return data


def page(town):
    return f"/wenfeng/events/{town.choir.pk}/survey/"


def test_who_was_there_says_once_how_it_was(town, over, signed_in):
    client = signed_in(town.lin_user)
    assert page(town) in client.get("/my/").content.decode()
    assert client.get(page(town)).status_code == 200
    assert client.post(page(town), {}).status_code == 422
    assert client.post(page(town), said(town.choir)).url == "/my/"
    assert client.post(page(town), said(town.choir)).status_code == 422
    response = Response.objects.get()
    assert (response.resident, response.score) == (None, 5)
    assert response.about_on == timezone.localdate(over.ends_at)
    assert page(town) not in client.get("/my/").content.decode()


def test_who_was_not_there_is_not_asked(town, over, signed_in):
    client = signed_in(town.wang_user)
    assert page(town) not in client.get("/my/").content.decode()
    assert client.post(page(town), said(town.choir)).status_code == 422
    assert not Response.objects.exists()


def test_an_internal_event_exists_for_those_alone_who_were_there(town, over, signed_in):
    Event.objects.filter(pk=town.choir.pk).update(is_internal=True)
    assert signed_in(town.wang_user).get(page(town)).status_code == 404
    assert signed_in(town.lin_user).get(page(town)).status_code == 200


def test_after_fourteen_days_it_is_too_late(town, over, signed_in):
    then = timezone.now() - timedelta(days=15)
    Session.objects.filter(pk=over.pk).update(starts_at=then, ends_at=then + timedelta(hours=1))
    assert signed_in(town.lin_user).post(page(town), said(town.choir)).status_code == 422
    assert not Answered.objects.exists()


def test_a_check_in_taken_back_is_no_presence(town, over):
    Attendance.objects.update(withdrawn_at=timezone.now())
    assert asking.turns(town.choir, town.lin_user)[0].state == "absent"
    assert asking.asked(town.choir) == 0


def test_staff_choose_and_stop(town, signed_in):
    client, address = signed_in(town.staff), f"/desk/events/{town.choir.pk}/survey/"
    client.post(address, {"act": "ask", "is_anonymous": "on"})
    town.choir.refresh_from_db()
    first = town.choir.feedback
    assert first.is_anonymous
    client.post(address, {"act": "ask"})
    town.choir.refresh_from_db()
    assert town.choir.feedback == first
    assert client.get(address).status_code == 200
    client.post(address, {"act": "stop"})
    town.choir.refresh_from_db()
    assert town.choir.feedback is None
    assert signed_in(town.neighbour_staff).get(address).status_code == 404
    assert signed_in(town.officer).post(address, {"act": "ask"}).status_code == 403


def test_answers_at_sign_up_are_listed_for_staff(town, signed_in):
    survey = asking.ask(event=town.choir, purpose="sign_up", by=town.staff)
    question = Question.objects.create(survey=survey, text="唱什么声部", kind="words")
    row = SignUp.objects.create(
        event=town.choir, session=town.choir_monday, resident=town.lin, state="placed", by=town.lin_user
    )
    form = form_for(survey, {f"ask-q{question.pk}": "女高音"})
    assert form.is_valid()
    answer(survey=survey, form=form, resident=town.lin, by=town.lin_user, cause=f"signup:{row.pk}")
    address = f"/desk/events/{town.choir.pk}/questions/"
    assert "女高音" in signed_in(town.staff).get(address).content.decode()
    assert signed_in(town.officer).get(address).status_code == 403


def test_my_pages_ask_the_same_number_of_queries(town, over, signed_in):
    client, counts = signed_in(town.lin_user), []
    for _more in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get("/my/")
        counts.append(len(queries))
        for number in range(4):
            event = Event.objects.create(
                unit=town.community, kind="culture", title=f"晚会{number}", place="广场", created_by=town.staff,
                published_at=timezone.now(), published_by=town.staff, feedback=town.choir.feedback,
            )  # fmt: skip
            session = Session.objects.create(
                event=event, community=town.community, starts_at=over.starts_at, ends_at=over.ends_at
            )
            Attendance.objects.create(session=session, resident=town.lin, by=town.staff)
    assert counts[0] == counts[1]
