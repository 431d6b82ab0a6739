"""A room that is lent, open every day from 8 to 21, and the times people ask for."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from community.models import Organisation
from venues.models import Booker, Facility, OpeningHours, Room


def at(days, hour, minute=0):
    """So many days from today, at that time."""
    day = timezone.localdate() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def lent_room(town, unit=None, **fields):
    facility = Facility.objects.create(
        unit=unit or town.community, kind="service_centre", name="党群服务中心"
    )
    fields = {"name": "舞蹈室", "seats": 30, "lent_to": "residents"} | fields
    room = Room.objects.create(facility=facility, **fields)
    OpeningHours.objects.bulk_create(
        OpeningHours(room=room, weekday=day, opens=time(8), closes=time(21)) for day in range(7)
    )
    return room


@pytest.fixture
def room(town):
    return lent_room(town)


@pytest.fixture
def team(town):
    """A team for which 林秀英 books."""
    made = Organisation.objects.create(unit=town.community, kind="association", name="常青藤舞蹈队")
    Booker.objects.create(organisation=made, resident=town.lin, since=date(2026, 1, 1))
    return made
