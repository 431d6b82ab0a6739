"""The list of sign-ups in the back office: those of the newest event first."""

import pytest
from django.urls import reverse

from events.admin_more import SignUpAdmin
from events.admin_paging import ByEvent
from events.models import Event, SignUp

from ..town import resident


def asked_for(town, count, state="placed", **event):
    """An event that so many people asked a place of, and their rows, the last made first."""
    values = {"unit": town.community, "kind": "culture", "title": "剪纸", "place": "广场", "created_by": town.staff} | event  # fmt: skip
    made = Event.objects.create(**values)
    people = [resident(f"甲{chr(0x4E00 + number)}", town.east, town.community) for number in range(count)]
    rows = [SignUp.objects.create(event=made, resident=one, by=town.staff, state=state) for one in people]
    return rows[::-1]


def listed(client, **asked):
    answer = client.get(reverse("admin:events_signup_changelist"), asked)
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


@pytest.fixture
def one_by_one(monkeypatch):
    """Event by event, then four; three rows on a page."""
    monkeypatch.setattr(ByEvent, "FIRST", 1)
    monkeypatch.setattr(SignUpAdmin, "list_per_page", 3)


def test_pages_show_every_row_once_the_newest_event_first(signed_in, town, one_by_one):
    rows = [row for made in [asked_for(town, 2) for _ in range(5)][::-1] for row in made]
    staff = signed_in(town.staff)
    assert [listed(staff, p=number) for number in (1, 2, 3, 4)] == [rows[:3], rows[3:6], rows[6:9], rows[9:]]


def test_a_late_sign_up_stands_with_its_event(signed_in, town):
    old, new = asked_for(town, 1), asked_for(town, 1)
    late = SignUp.objects.create(event=old[0].event, resident=town.lin, by=town.staff, state="placed")
    assert listed(signed_in(town.staff)) == [*new, late, *old]


def test_a_filter_looks_through_all_events(signed_in, town, one_by_one):
    waiting = asked_for(town, 2, state="waiting")
    asked_for(town, 2)
    assert listed(signed_in(town.staff), state__exact="waiting") == waiting


def test_a_column_may_be_sorted_by(signed_in, town, one_by_one):
    first, second = asked_for(town, 1), asked_for(town, 1, title="书法")
    assert listed(signed_in(town.staff), o="6") == first + second


def test_the_next_community_sees_none(signed_in, town):
    asked_for(town, 2)
    assert listed(signed_in(town.neighbour_staff)) == []
