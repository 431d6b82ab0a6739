"""Workers that sign people up are killed at any moment: what is left is whole, and what was promised is there."""

from datetime import timedelta

import pytest
from django.db.models import Count, F, Q
from django.utils import timezone

from accounts.models import Activity
from events.models import Registration, Session
from tests import town as town_module
from tests.crash import crashes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(transactional_db):
    """Two sessions of four places, and seven people."""
    town = town_module.build()
    later = timezone.now() + timedelta(days=2)
    Session.objects.create(event=town.choir, community=town.community, starts_at=later,
                           ends_at=later + timedelta(hours=1))  # fmt: skip
    Session.objects.update(places=4)
    for number in range(4):
        town_module.resident(f"甲{chr(0x4E00 + number)}", town.east, town.community)
    return town


def half_done():
    """Sessions whose counter is not the number of people who hold a place."""
    live = Count("registrations", filter=Q(registrations__cancelled_at=None))
    return Session.objects.order_by().annotate(live=live).exclude(places_taken=F("live")).count()


@pytest.mark.parametrize("seed", [1, 2])
def test_whoever_dies_leaves_every_place_whole(town, seed):
    lives = crashes("tests.events.load:come_and_go", seed=seed)
    assert sum(life.was_killed for life in lives) >= 6
    assert {life.code for life in lives if not life.was_killed} <= {0}
    assert half_done() == 0
    assert not Session.objects.filter(places_taken__gt=F("places")).exists()
    places = {str(row.pk): row for row in Registration.objects.all()}
    said = [word for life in lives for word in life.said]
    assert len([word for word in said if word != "no"]) > 20
    assert all(word[1:] in places for word in said if word[0] == "+")
    assert all(places[word[1:]].cancelled_at for word in said if word[0] == "-")
    assert Activity.objects.filter(act="events.register").count() == len(places)
    withdrawn = sum(row.cancelled_at is not None for row in places.values())
    assert Activity.objects.filter(act="events.withdraw").count() == withdrawn


def test_without_a_transaction_something_is_left_half_done(town):
    """Killed before each of its first statements in turn: one of them lies between place and counter."""
    crashes(
        "tests.events.load:come_and_go_in_pieces",
        seed=1, workers=1, steps=2, deaths=[("statement", number) for number in range(3, 9)],
    )  # fmt: skip
    assert half_done() > 0
