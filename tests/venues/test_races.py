"""Two want one room at once, and any number in any order: no two bookings ever overlap.

On PostgreSQL the twin without the unique quarter hours lets both in; SQLite queues writers.
"""

from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.errors import DomainError
from venues import messages, operations
from venues.models import BookedQuarter, Booking

from .. import town as town_module
from ..races import GUARDS, Race, refused, without_constraint, without_row_locks
from .conftest import at, lent_room
from .test_booking import ask


def overlapping(rows):
    return [
        (one.pk, other.pk)
        for one, other in combinations(rows, 2)
        if one.room_id == other.room_id and one.starts_at < other.ends_at and other.starts_at < one.ends_at
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", GUARDS)
def test_two_are_accepted_at_once(monkeypatch, guarded):
    """Row locks are taken away in both runs: the unique quarter hours alone have to hold.

    Both wait on when the other is given the room: refusing each other they would meet in a deadlock.
    """
    town = town_module.build()
    room = lent_room(town)
    first, second = ask(town, room), ask(town, room, who=town.wang, start=(1, 10), end=(1, 12))
    Booking.objects.update(waits=True)
    seen = {first.pk: [second.pk], second.pk: [first.pk]}
    without_row_locks(monkeypatch)

    def giving(booking):
        row = Booking.objects.get(pk=booking.pk)
        return lambda: operations.accept(booking=row, by=town.staff, seen=seen[booking.pk])

    def run():
        race = Race(monkeypatch).stop_before(operations.booking, "take")
        return race.run(giving(first), giving(second))

    if guarded:
        assert refused(run()) == 1
        assert overlapping(Booking.objects.accepted()) == []
    else:
        with without_constraint(BookedQuarter, "one_booking_in_a_quarter_hour"):
            assert refused(run()) == 0
            held = BookedQuarter.objects.values_list("quarter", flat=True)
            assert len(held) > len(set(held))  # the same quarter hour is given twice


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", GUARDS)
@pytest.mark.parametrize("event_first", [True, False])
def test_an_event_and_a_resident_at_once(monkeypatch, event_first, guarded):
    """Both have looked and found the room free; row locks are taken away here too."""
    town = town_module.build()
    room = lent_room(town, needs_approval=False)
    hold = {"cause": "session:1", "starts_at": at(1, 9), "ends_at": at(1, 11), "what": "讲座", "people": 5}
    acts = [
        lambda: operations.hold_for_session(room=room, by=town.staff, **hold),
        lambda: ask(town, room, start=(1, 10), end=(1, 12)),
    ]
    without_row_locks(monkeypatch)

    def run():
        race = Race(monkeypatch).stop_before(operations.holds, "take").stop_before(operations.booking, "take")
        return race.run(*(acts if event_first else reversed(acts)))

    if guarded:
        assert refused(run()) == 1
        assert Booking.objects.accepted().count() == 1
    else:
        with without_constraint(BookedQuarter, "one_booking_in_a_quarter_hour"):
            assert refused(run()) == 0
            assert overlapping(Booking.objects.accepted())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", GUARDS)
def test_nobody_came_while_somebody_joins_the_queue(monkeypatch, guarded):
    """Without the lock on the room the one who has just asked is not seen: the room stands empty and they wait."""
    town = town_module.build()
    room = lent_room(town, needs_approval=False)
    held = ask(town, room, who=town.wang)
    monkeypatch.setattr(Booking, "may_be_no_show", True)  # whatever the hour
    told = []
    monkeypatch.setattr(messages, "became_free", lambda booking: told.append(booking.resident))
    if not guarded:
        without_row_locks(monkeypatch)
    race = Race(monkeypatch).stop_before(messages, "received")
    results = race.run(
        lambda: ask(town, room, waits=True),
        lambda: operations.mark_no_show(booking=Booking.objects.get(pk=held.pk), by=town.staff),
    )
    assert refused(results) == 0
    assert list(Booking.objects.order_by("pk").values_list("state", flat=True)) == ["no_show", "pending"]
    assert told == ([town.lin] if guarded else [])


acts = st.lists(
    st.tuples(
        st.sampled_from(["ask", "wait", "accept", "cancel", "move", "hold", "release"]),
        st.integers(0, 7),
        st.integers(8 * 4, 20 * 4),
        st.integers(1, 12),
    ),
    min_size=4,
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=acts, gap=st.integers(0, 2))
def test_no_two_ever_overlap(town, acts, gap):
    from django.db import transaction

    with transaction.atomic():
        room = lent_room(town, needs_approval=False, gap_quarters=gap)
        for number, (act, choice, first, length) in enumerate(acts):
            try:
                _do(town, room, act, choice, first, length, number)
            except DomainError:
                continue
        accepted = list(Booking.objects.accepted().filter(room=room))
        assert overlapping(accepted) == []
        owed = {(room.pk, one) for booking in accepted for one in booking.held_quarters(gap)}
        assert set(BookedQuarter.objects.values_list("room", "quarter")) == owed
        transaction.set_rollback(True)


def _do(town, room, act, choice, first, length, number):
    begin, end = (divmod(quarter, 4) for quarter in (first, first + length))
    when = {"starts_at": at(2, begin[0], begin[1] * 15), "ends_at": at(2, min(end[0], 23), end[1] * 15)}
    rows = list(Booking.objects.filter(room=room).order_by("pk"))
    row = rows[choice % len(rows)] if rows else None
    who = town.lin if choice % 2 else town.wang
    if act in ("ask", "wait"):
        operations.ask(
            room=room, what="练习", people=1, by=who.user, resident=who, waits=act == "wait", **when
        )
    elif act in ("hold", "release"):
        cause = f"session:{choice}"
        if act == "hold":
            operations.hold_for_session(cause=cause, room=room, what="活动", people=1, by=town.staff, **when)
        else:
            operations.release(causes=[cause], by=town.staff)
    elif row and act == "accept":
        seen = [one.pk for one in operations.booking.rivals(row)]
        operations.accept(booking=row, by=town.staff, seen=seen)
    elif row and act == "cancel":
        operations.cancel(booking=row, by=town.staff, reason="停电")
    elif row and act == "move":
        operations.move(booking=row, version=row.version, reason="换", by=town.staff, **when)
