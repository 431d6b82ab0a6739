"""Points for those who came to a session: its roll fills in the list."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from events.models import Attendance, Session
from events.operations import rewards
from points.models import Account

from ..points.conftest import give_points
from ..town import resident


@pytest.fixture
def over(town):
    """Three came yesterday, two of one name; a third of that name stayed at home."""
    give_points(town)
    at = timezone.now() - timedelta(days=1)
    session = town.choir_monday
    Session.objects.filter(pk=session.pk).update(starts_at=at, ends_at=at + timedelta(hours=2))
    session.refresh_from_db()
    town.same = [resident("李强", town.east_building, town.community) for _n in range(3)]
    for one in (town.lin, *town.same[:2]):
        Attendance.objects.create(session=session, resident=one, by=town.staff)
    rewards.follow_check_in(Attendance.objects.get(resident=town.lin), by=town.staff)
    return session


def test_the_roll_fills_in_whom_points_are_given(town, over, signed_in):
    client = signed_in(town.staff)
    url = f"/desk/points/awards/new/{town.community.pk}/"
    address = f"{url}?from=session:{over.pk}"
    for page in (f"/desk/sessions/{over.pk}/", f"/desk/events/{over.event_id}/"):
        assert address in client.get(page).text
    page = client.get(address)
    filled = page.context["form"].initial
    assert filled["names"].split("\n") == ["李强", "林秀英"]
    assert "社区合唱" in filled["words"]
    sent = {name: filled[name] for name in ("day", "words", "names", "source")} | {
        "rule": town.open.pk,
        "token": "s1",
    }
    page = client.post(url, sent)
    assert {line.resident for line, _mark in page.context["lines"]} == {town.lin, *town.same[:2]}
    assert {line.resident: bool(mark) for line, mark in page.context["lines"]}[town.lin]
    assert page.text.count("已按签到自动计分") == 1
    chosen = {
        "residents": [town.lin.pk, town.same[0].pk],
        "seen": re.search(r'name="seen" value="(\w+)"', page.text)[1],
    }
    assert client.post(url, sent | chosen | {"act": "give"}).status_code == 422  # not what was shown
    chosen["residents"].append(town.same[1].pk)
    assert client.post(url, sent | chosen | {"act": "give"}).status_code == 302
    assert Account.objects.get(resident=town.lin).posted == 6  # marked, not refused


def test_a_roll_out_of_sight_is_no_list(town, over, signed_in):
    for user, community in (
        (town.neighbour_staff, town.neighbour),
        (town.staff, town.community),
    ):
        url = f"/desk/points/awards/new/{community.pk}/"
        known = f"session:{over.pk}" if user == town.neighbour_staff else "session:999999"
        for wrong in (known, "order:1", "session:x"):
            assert signed_in(user).get(url, {"from": wrong}).status_code == 404
            assert signed_in(user).post(url, {"source": wrong}).status_code == 404
    Session.objects.update(ends_at=timezone.now() + timedelta(hours=1))
    url = f"/desk/points/awards/new/{town.community.pk}/"
    assert signed_in(town.staff).get(url, {"from": f"session:{over.pk}"}).status_code == 404  # not over
