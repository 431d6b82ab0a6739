"""Every public page of a community: works for anybody, and shows nothing of the next community."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from community.models import (
    Duty,
    Honour,
    Kind,
    Notice,
    NoticeAttachment,
    Organisation,
    Profile,
    Role,
    ServiceItem,
)
from community.operations import add_unit
from tests.town import appoint, person
from venues.models import Facility, Room

LISTS = [
    "community:about",
    "community:honours",
    "community:grid",
    "community:notices",
    "community:notices_feed",
    "community:guide",
    "community:organisations",
    "community:duty",
    "community:search",
    "venues:list",
]


def notice(town, unit=None, **fields):
    """A notice that is public unless `fields` say otherwise."""
    unit = unit or town.community
    now = timezone.now()
    fields = {
        "title": "停水通知",
        "body": "周三停水。",
        "written_by": town.staff,
        "published_at": now,
        "published_by": town.secretary,
        "publish_from": now - timedelta(hours=1),
    } | fields
    return Notice.objects.create(unit=unit, **fields)


def one_of_each(town, unit, tail=""):
    """One row of everything a community shows; the names of the addresses of its pages."""
    now = timezone.now()
    facility = Facility.objects.create(unit=unit, kind="hall", name=f"礼堂{tail}")
    Room.objects.create(facility=facility, name=f"舞蹈室{tail}", seats=30)
    Honour.objects.create(unit=unit, name=f"文明社区{tail}", level=2, year=2024)
    Duty.objects.create(
        unit=unit, holder=town.staff, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1)
    )
    return {
        "community:notice": notice(town, unit, title=f"停水通知{tail}"),
        "community:guide_item": ServiceItem.objects.create(
            unit=unit, category="civil", name=f"高龄津贴{tail}", materials="身份证"
        ),
        "community:organisation": Organisation.objects.create(
            unit=unit, kind="property", name=f"好家物业{tail}"
        ),
        "venues:facility": facility,
    }


@pytest.mark.parametrize("name", LISTS)
def test_lists_work_empty_and_filled(client, town, name):
    empty = client.get(reverse(name, args=["wenfeng"]))
    one_of_each(town, town.community)
    assert (empty.status_code, client.get(reverse(name, args=["wenfeng"])).status_code) == (200, 200)


def test_rows_have_pages_under_their_own_community_alone(client, town):
    for name, row in one_of_each(town, town.community).items():
        assert client.get(reverse(name, args=["wenfeng", row.pk])).status_code == 200, name
        assert client.get(reverse(name, args=["shunjing", row.pk])).status_code == 404, name
        assert client.get(reverse(name, args=["wenfeng", 10**15])).status_code == 404, name
        assert client.get(f"{reverse(name, args=['wenfeng', row.pk])[:-1]}9{'9' * 30}/").status_code == 404, (
            name
        )


def test_units_have_pages_under_their_own_community_alone(client, town):
    for unit in (town.east, town.east_compound, town.east_building):
        assert client.get(reverse("community:unit", args=["wenfeng", unit.pk])).status_code == 200
        assert client.get(reverse("community:unit", args=["shunjing", unit.pk])).status_code == 404
    assert client.get(reverse("community:unit", args=["wenfeng", town.street.pk])).status_code == 404


@pytest.mark.parametrize("name", LISTS)
def test_lists_hold_nothing_of_the_next_community(client, town, name):
    one_of_each(town, town.neighbour, tail="邻居的")
    page = client.get(reverse(name, args=["wenfeng"]), {"q": "邻居"})
    assert page.text.count("邻居的") == 0


@pytest.mark.parametrize("name", LISTS)
def test_pages_leave_no_trace_of_who_asks(signed_in, client, town, name):
    one_of_each(town, town.community)
    address = reverse(name, args=["wenfeng"])
    assert signed_in(town.staff).get(address).text == client.get(address).text
    assert "csrfmiddlewaretoken" not in client.get(address).text


@pytest.mark.parametrize("name", LISTS)
def test_a_longer_list_asks_the_database_no_more(client, town, name):
    address = reverse(name, args=["wenfeng"])

    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address, {"q": "通"}).status_code == 200
        return len(asked)

    for number in range(3):
        one_of_each(town, town.community, tail=str(number))
    few = queries()
    for number in range(3, 60):
        one_of_each(town, town.community, tail=str(number))
    assert queries() == few <= 12


def asked(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_a_page_of_one_row_asks_no_more_with_more_around_it(client, town):
    addresses = [
        reverse(name, args=["wenfeng", row.pk]) for name, row in one_of_each(town, town.community).items()
    ]
    addresses += [
        reverse("community:unit", args=["wenfeng", unit.pk])
        for unit in (town.east_compound, town.east_building)
    ]
    organisation = Organisation.objects.get(kind="property")
    organisation.covers.add(town.east_compound)
    Notice.objects.get().targets.add(town.east_compound)
    few = [asked(client, address) for address in addresses]
    facility = Facility.objects.get()
    for number in range(40):
        add_unit(kind=Kind.BUILDING, name=f"{number + 2}幢", parent=town.east_compound, by=None)
        Room.objects.create(facility=facility, name=f"教室{number}")
        worker = person(f"格员{number}", 200 + number)
        appoint(worker, Role.GRID_WORKER, unit=town.east_compound)
        Organisation.objects.create(unit=town.community, kind="property", name=f"物业{number}").covers.add(
            town.east_compound
        )
        extra = notice(town, title=f"通知{number}")
        extra.targets.add(town.east_compound, town.west_compound)
        organisation.covers.add(add_unit(kind=Kind.COMPOUND, name=f"小区{number}", parent=town.west, by=None))
        NoticeAttachment.objects.create(
            notice=Notice.objects.earliest("pk"), file=f"attachments/{number}.pdf", name="表.pdf", size=1
        )
    many = [asked(client, address) for address in addresses]
    assert many == few
    assert max(many) <= 12


def test_the_register_is_counted_beside_what_is_published(client, town):
    Profile.objects.filter(unit=town.community).update(stated_population=15000)
    text = client.get("/wenfeng/about/").text
    assert "15,000" in text
    assert "在册人口" in text
    assert "林秀英" not in text
