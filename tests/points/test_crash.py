"""Workers at the door, at the counter and over lists are killed at any moment: the books stay whole and true."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events.models import Attendance, Session
from points.models import Transfer
from points.operations import set_budget
from points.recount import check_ledger
from tests import town as town_module
from tests.crash import crashes
from volunteers.models import ServiceRecord

from .conftest import give_points

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(transactional_db):
    """A session that is on, and six people."""
    town = give_points(town_module.build())
    set_budget(community=town.community, year=town.today.year, points=10**6, by=None)
    now = timezone.now()
    Session.objects.update(starts_at=now, ends_at=now + timedelta(hours=2))
    for number in range(4):
        town_module.resident(f"甲{chr(0x4E00 + number)}", town.east, town.community)
    return town


def torn():
    """Attendances without their points and hours, and points or hours without their attendance."""
    standing = set(
        Transfer.objects.standing().filter(key__startswith="attendance:").values_list("key", flat=True)
    )
    ever = set(
        Transfer.objects.filter(kind="award", key__startswith="attendance:").values_list("key", flat=True)
    )
    rows = {f"attendance:{pk}": (gone is None, helps) for pk, gone, helps in
            Attendance.objects.values_list("pk", "withdrawn_at", "as_helper")}  # fmt: skip
    serving = set(ServiceRecord.objects.living().values_list("cause", flat=True))
    found = [key for key in ever if key not in rows]
    found += [key for key in standing if not rows[key][0]]
    found += [key for key, (live, helps) in rows.items() if live and helps and key not in serving]
    return found + [key for key in serving if not rows.get(key, (False, False))[0]]


@pytest.mark.parametrize("seed", [3, 4])
def test_whoever_dies_leaves_the_books_whole(town, seed):
    lives = crashes("tests.points.load:work", seed=seed)
    assert sum(life.was_killed for life in lives) >= 6
    assert {life.code for life in lives if not life.was_killed} <= {0}
    assert torn() == []
    assert check_ledger().findings == []
    said = [word for life in lives for word in life.said if word != "no"]
    assert len(said) > 20
    keys = set(Transfer.objects.values_list("key", flat=True))
    there = dict(Attendance.objects.values_list("pk", "withdrawn_at"))
    for word in said:
        what, _, which = word.partition(":")
        if what == "in":
            assert int(which) in there
        elif what == "undone":
            assert there[int(which)]
        elif what == "key":
            assert which in keys
        else:
            team = [key for key in keys if key.startswith(f"team:{which}:")]
            assert len(team) == 6  # all of them
    lists = {key.split(":")[1] for key in keys if key.startswith("team:")}
    assert all(sum(key.startswith(f"team:{one}:") for key in keys) == 6 for one in lists)


def test_without_transactions_something_is_torn(town):
    """Killed before each of its first statements in turn: some lie between the attendance and its hours."""
    deaths = [("statement", number) for number in range(5, 17, 2)]
    crashes("tests.points.load:help_in_pieces", seed=3, workers=1, steps=1, deaths=deaths)
    assert torn()
