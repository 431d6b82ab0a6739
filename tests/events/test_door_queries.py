"""Pages of the door cost the same number of queries for three people as for thirty."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from community.models import Unit
from events.models import Attendance, DoorCode, Event, Excuse, Registration, Session, SheetLine
from residents.models import Resident

PAGES = ("roll", "sheet", "key_in", "absent", "presence", "wall")
SCREENS = ("attendance", "excuse", "sheetline", "doorcode")


@pytest.fixture
def tonight(town):
    """A session that began an hour ago, where people check out."""
    Event.objects.filter(pk=town.choir.pk).update(needs_check_out=True)
    start = timezone.now() - timedelta(hours=1)
    Session.objects.filter(pk=town.choir_monday.pk).update(
        starts_at=start, ends_at=start + timedelta(minutes=30)
    )
    return Session.objects.get(pk=town.choir_monday.pk)


def people(town, session, first, last):
    """Each third is there, each third has asked for leave, all have a line and a code."""
    for n in range(first, last):
        person = Resident.objects.create(
            community=town.community, unit=town.east_building, path=Unit.objects.get(pk=town.east_building.pk).path,
            name=f"张{n}", name_pinyin=f"zhang {n}",
        )  # fmt: skip
        place = Registration.objects.create(session=session, resident=person, by=town.staff)
        if n % 3 == 0:
            Attendance.objects.create(
                session=session, resident=person, registration=place, by=town.staff, as_helper=n % 2 == 0
            )
        elif n % 3 == 1:
            Excuse.objects.create(session=session, resident=person, reason="住院", by=town.staff)
        SheetLine.objects.create(session=session, resident=person, number=n + 1)
        DoorCode.objects.create(resident=person, number=f"{n:08d}", changed_by=town.staff)


def cost(client, address, assert_max, most):
    with assert_max(most) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("page", PAGES)
def test_pages_cost_the_same_for_many(signed_in, town, tonight, django_assert_max_num_queries, page):
    staff, address = signed_in(town.staff), reverse(f"events:{page}", args=[tonight.pk])
    people(town, tonight, 0, 6)
    cost(staff, address, django_assert_max_num_queries, 17)
    few = cost(staff, address, django_assert_max_num_queries, 17)
    people(town, tonight, 6, 36)
    assert cost(staff, address, django_assert_max_num_queries, 17) == few


@pytest.mark.parametrize("screen", SCREENS)
def test_screens_of_the_back_office_cost_the_same_for_many(
    signed_in, town, tonight, django_assert_max_num_queries, screen
):
    staff, address = signed_in(town.staff), reverse(f"admin:events_{screen}_changelist")
    people(town, tonight, 0, 6)
    cost(staff, address, django_assert_max_num_queries, 30)
    few = cost(staff, address, django_assert_max_num_queries, 30)
    people(town, tonight, 6, 36)
    assert cost(staff, address, django_assert_max_num_queries, 30) == few
