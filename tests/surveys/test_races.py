"""Two clicks at once leave one answer."""

import threading

import pytest
from django.db import connection, connections

from config.errors import DomainError
from surveys import operations
from surveys.forms import form_for
from surveys.models import Answered, Question, Response
from tests import town as town_module

CLICKS = 6


def rush(survey, resident, by, answer) -> int:
    """How many of several clicks at once were taken."""
    taken, start = [], threading.Barrier(CLICKS)

    def click():
        try:
            form = form_for(survey, {})
            assert form.is_valid()
            start.wait()
            answer(survey=survey, form=form, resident=resident, by=by, cause="event:1")
            taken.append(1)
        except DomainError:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click) for _n in range(CLICKS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(taken)


def asked(town):
    survey = operations.create_survey(
        unit=town.community, title="活动", purpose="event", is_anonymous=True, by=town.staff
    )
    Question.objects.create(survey=survey, text="怎么样", kind="scale")
    return survey


@pytest.mark.django_db(transaction=True)
def test_many_clicks_leave_one_answer():
    town = town_module.build()
    assert rush(asked(town), town.lin, town.lin_user, operations.answer) == 1
    assert (Response.objects.count(), Answered.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_there_would_be_several():
    """The twin: looking first and writing afterwards lets several through where writers do not queue."""
    town = town_module.build()
    together = threading.Barrier(CLICKS, timeout=20)

    def unguarded(*, survey, form, resident, by, cause):
        if Response.objects.filter(survey=survey, cause=cause).exists():
            raise DomainError
        together.wait()
        Response.objects.create(survey=survey, cause=cause, about_on="2026-10-01")

    taken = rush(asked(town), town.lin, town.lin_user, unguarded)
    assert taken == CLICKS
    assert Response.objects.count() == CLICKS
    assert connection.vendor in {"sqlite", "postgresql"}
