"""The private calendar for other software."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from events import operations
from events.models import CalendarFeed, Session
from tests.town import resident

PAGE = "/my/calendar/"


@pytest.fixture
def lin(signed_in, town):
    return signed_in(town.lin_user)


def opened(client) -> str:
    """The path of a new address."""
    page = client.post(PAGE, {"act": "open"}, follow=True)
    return urlsplit(page.context["address"]).path


def entries(client, path):
    answer = client.get(path)
    assert answer["Content-Type"].startswith("text/calendar")
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_a_place_is_sure_and_reminds_the_day_before(lin, client, town):
    operations.sign_up(pool=town.choir_monday, resident=town.lin, by=town.lin_user)
    (entry,) = entries(client, opened(lin))
    assert (str(entry["status"]), str(entry["summary"])) == ("CONFIRMED", "社区合唱")
    assert entry.walk("VALARM")[0]["trigger"].dt == timedelta(days=-1)


def test_who_waits_is_not_sure_and_what_is_cancelled_says_so(lin, client, town):
    for person in (town.wang, resident("周明", town.east_building, town.community)):
        operations.sign_up(pool=town.choir_monday, resident=person, by=town.staff)
    operations.sign_up(pool=town.choir_monday, resident=town.lin, by=town.lin_user, wait=True)
    path = opened(lin)
    assert str(entries(client, path)[0]["status"]) == "TENTATIVE"
    before = entries(client, path)[0]
    Session.objects.filter(pk=town.choir_monday.pk).update(cancelled_at=timezone.now(), version=1)
    after = entries(client, path)[0]
    assert str(after["status"]) == "CANCELLED"
    assert (str(after["uid"]), after["sequence"]) == (str(before["uid"]), before["sequence"] + 1)
    assert not after.walk("VALARM")


def test_a_place_that_is_given_rises_the_sequence_of_the_same_entry(lin, client, town):
    there = resident("周明", town.east_building, town.community)
    held = [
        operations.sign_up(pool=town.choir_monday, resident=one, by=town.staff) for one in (town.wang, there)
    ]
    waits = operations.sign_up(pool=town.choir_monday, resident=town.lin, by=town.lin_user, wait=True)
    path = opened(lin)
    (before,) = entries(client, path)
    operations.leave(sign_up=held[0], by=town.staff)
    waits.refresh_from_db()
    operations.accept(sign_up=waits, by=town.lin_user)
    (after,) = entries(client, path)
    assert [str(one["status"]) for one in (before, after)] == ["TENTATIVE", "CONFIRMED"]
    assert str(after["uid"]) == str(before["uid"])
    assert after["sequence"] == before["sequence"] + 1
    assert after["last-modified"].dt >= before["last-modified"].dt


def test_a_cancelled_session_stays_in_the_calendar(lin, client, town):
    operations.sign_up(pool=town.choir_monday, resident=town.lin, by=town.lin_user)
    path = opened(lin)
    (before,) = entries(client, path)
    operations.cancel_session(
        session=Session.objects.get(pk=town.choir_monday.pk), reason="停电", by=town.staff
    )
    (after,) = entries(client, path)
    assert (str(after["status"]), str(after["uid"])) == ("CANCELLED", str(before["uid"]))
    assert after["sequence"] > before["sequence"]


def test_another_place_of_a_session_is_its_location(lin, client, town):
    operations.sign_up(pool=town.choir_monday, resident=town.lin, by=town.lin_user)
    Session.objects.filter(pk=town.choir_monday.pk).update(place="东苑小区门口")
    (entry,) = entries(client, opened(lin))
    assert str(entry["location"]) == "东苑小区门口"
    assert entry["dtstart"].dt == town.choir_monday.starts_at.replace(microsecond=0)
    assert entry["dtstart"].dt.utcoffset() == timedelta(0)


def test_it_holds_what_is_signed_up_in_other_communities_and_nothing_else(lin, client, town):
    other = Session.objects.create(
        event=type(town.choir).objects.create(
            unit=town.neighbour, kind="sport", title="太极拳", created_by=town.neighbour_staff,
            published_at=timezone.now(), published_by=town.neighbour_staff,
        ),
        community=town.neighbour, starts_at=timezone.now() + timedelta(days=2), ends_at=timezone.now() + timedelta(days=2, hours=1),
    )  # fmt: skip
    path = opened(lin)
    assert entries(client, path) == []
    operations.sign_up(pool=other, resident=resident("林秀英", town.neighbour, town.neighbour, user=town.lin_user, state="outside"), by=town.neighbour_staff)  # fmt: skip
    assert [str(entry["summary"]) for entry in entries(client, path)] == ["太极拳"]


def test_a_new_address_ends_the_old_one(lin, client, town):
    old = opened(lin)
    new = opened(lin)
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)
    assert new.split("/")[-1].removesuffix(".ics") not in str(CalendarFeed.objects.values().get())
    lin.post(PAGE, {"act": "close"})
    lin.post(PAGE, {"act": "close"})
    assert client.get(new).status_code == 404


def test_only_two_acts_are_known(lin, client):
    assert lin.post(PAGE, {"act": "no"}).status_code == 404
    assert client.get(reverse("events:my_feed", args=["x" * 300])).status_code == 404


def test_inside_wechat_a_page_stands_for_ones_own_calendar(lin, client, town):
    operations.sign_up(pool=town.choir_monday, resident=town.lin, by=town.lin_user)
    path = opened(lin)
    answer = client.get(path, headers={"User-Agent": "Mozilla/5.0 MicroMessenger/8.0"})
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "社区合唱" in answer.text
    assert f"http://testserver{path}" in answer.text
    assert "尚未获得名额" not in answer.text
    assert client.get(path).headers["Content-Type"].startswith("text/calendar")
    lin.post(PAGE, {"act": "close"})
    assert client.get(path, headers={"User-Agent": "MicroMessenger/8.0"}).status_code == 404
