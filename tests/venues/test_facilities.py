"""Facilities and rooms: what people see, what staff keep."""

from datetime import time, timedelta

from django.urls import reverse
from django.utils import timezone

from events.models import Event, Session
from venues import operations
from venues.models import Booking, Facility, Room

from .conftest import at, lent_room


def hall(town, unit=None, **fields):
    facility = Facility.objects.create(unit=unit or town.community, kind="hall", name="初心讲堂", **fields)
    return facility, Room.objects.create(
        facility=facility, name="大礼堂", seats=368, equipment="音响", fee="免费"
    )


def show(town, room, **fields):
    fields = {"published_at": timezone.now(), "title": "重阳演出"} | fields
    event = Event.objects.create(
        unit=town.community, kind="culture", room=room, created_by=town.staff, **fields
    )
    start = timezone.now() + timedelta(days=1)
    return Session.objects.create(
        event=event, community=town.community, starts_at=start, ends_at=start + timedelta(hours=2)
    )


def test_a_page_shows_rooms_and_what_is_on(client, town):
    facility, room = hall(town, opening_hours="8:30–21:00")
    show(town, room)
    show(town, room, title="内部会议", is_internal=True)
    show(town, room, title="没发布", published_at=None)
    text = client.get(f"/wenfeng/venues/{facility.pk}/").text
    for shown in ("大礼堂", "368", "音响", "8:30–21:00", "重阳演出"):
        assert shown in text, shown
    assert "内部会议" not in text
    assert "没发布" not in text


def test_what_is_closed_is_gone(client, town):
    facility, room = hall(town)
    Room.objects.filter(pk=room.pk).update(closed_at=timezone.now())
    assert "大礼堂" not in client.get(f"/wenfeng/venues/{facility.pk}/").text
    Facility.objects.filter(pk=facility.pk).update(closed_at=timezone.now())
    assert client.get(f"/wenfeng/venues/{facility.pk}/").status_code == 404
    assert "初心讲堂" not in client.get("/wenfeng/venues/").text


def test_a_facility_of_a_grid_belongs_to_the_community(client, town):
    facility, _ = hall(town, unit=town.east)
    assert "初心讲堂" in client.get("/wenfeng/venues/").text
    assert client.get(f"/shunjing/venues/{facility.pk}/").status_code == 404


def data(town, **more):
    return {
        "unit": town.community.pk, "kind": "hall", "name": "礼堂", "order": 0,
        "rooms-TOTAL_FORMS": 1, "rooms-INITIAL_FORMS": 0,
        "rooms-0-name": "舞蹈室", "rooms-0-seats": 40, "rooms-0-order": 0,
    } | more  # fmt: skip


def test_staff_keep_facilities_with_their_rooms(signed_in, town):
    client, address = signed_in(town.staff), reverse("admin:venues_facility_add")
    assert client.post(address, data(town, unit=town.neighbour.pk)).status_code == 422
    assert client.post(address, data(town)).status_code == 302
    assert Room.objects.get().facility.name == "礼堂"


def test_the_next_community_and_a_grid_worker_change_nothing(signed_in, town):
    facility, _ = hall(town)
    address = reverse("admin:venues_facility_change", args=[facility.pk])
    assert signed_in(town.neighbour_staff).get(address).status_code in (302, 404)
    assert signed_in(town.east_worker).post(address, data(town)).status_code in (302, 403, 404)
    facility.refresh_from_db()
    assert facility.name == "初心讲堂"


def test_closing_and_opening_again(signed_in, client, town):
    facility, _ = hall(town)
    staff, address = signed_in(town.staff), reverse("admin:venues_facility_changelist")
    for action, status in (("close", 404), ("reopen", 200)):
        staff.post(address, {"action": action, "_selected_action": [facility.pk]})
        assert client.get(f"/wenfeng/venues/{facility.pk}/").status_code == status


def test_new_hours_name_the_bookings_outside_before_they_are_saved(signed_in, town):
    room = lent_room(town)
    asked = {"what": "合唱练习", "people": 5, "by": town.staff, "resident": town.lin}
    late = operations.ask(room=room, starts_at=at(3, 19), ends_at=at(3, 20), **asked)
    operations.ask(room=room, starts_at=at(3, 9), ends_at=at(3, 10), **asked)
    client, address = signed_in(town.staff), reverse("admin:venues_room_change", args=[room.pk])
    form = client.get(address).context["adminform"].form
    typed = {name: value for name, value in form.initial.items() if value not in (None, "")}
    hours = list(room.hours.all())
    typed |= {
        "hours-TOTAL_FORMS": 7,
        "hours-INITIAL_FORMS": 7,
        "photos-TOTAL_FORMS": 0,
        "photos-INITIAL_FORMS": 0,
    }
    for number, one in enumerate(hours):
        row = {"id": one.pk, "room": room.pk, "weekday": one.weekday, "opens": "08:00", "closes": "18:00"}
        typed |= {f"hours-{number}-{name}": value for name, value in row.items()}
    page = client.post(address, typed)
    assert page.status_code == 422
    assert "有1个预约不在新的开放时间内" in page.content.decode()
    assert f"{late.when} · 合唱练习 · 林秀英" in page.content.decode()
    assert room.hours.first().closes == time(21)
    assert client.post(address, typed | {"seen_outside": late.pk}).status_code == 302
    assert room.hours.first().closes == time(18)
    late.refresh_from_db()
    assert late.state == Booking.State.ACCEPTED
