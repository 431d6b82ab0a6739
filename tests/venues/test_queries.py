"""Pages and screens of rooms cost the same number of queries for three bookings as for thirty."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from venues.models import BookedQuarter, Booker, Booking, ClosedPeriod, Series

from .conftest import at

State = Booking.State
PUBLIC = ("venues:list", "venues:facility")
DESK = ("admin:venues_booking_changelist", "admin:venues_closedperiod_changelist")


def bookings(town, room, team, first, last):
    """In every state; of residents and of a team; each in a room of its own hour."""
    for n in range(first, last):
        start = at(1 + n // 12, 8 + n % 12)
        state = [
            State.ACCEPTED,
            State.ACCEPTED,
            State.PENDING,
            State.REJECTED,
            State.CANCELLED,
            State.NO_SHOW,
        ][n % 6]
        row = Booking.objects.create(
            room=room, what=f"排练{n}", starts_at=start, ends_at=start + timedelta(hours=1), state=state, asked_by=town.lin_user,
            resident=town.lin, organisation=team if n % 2 else None, series=Series.objects.create(room=room, by=town.lin_user),
        )  # fmt: skip
        if state == State.ACCEPTED:
            BookedQuarter.objects.bulk_create(
                BookedQuarter(room=room, quarter=one, booking=row) for one in row.held_quarters()
            )
        ClosedPeriod.objects.create(
            facility=room.facility, room=room, reason="检修", by=town.staff, starts_at=start + timedelta(days=30),
            ends_at=start + timedelta(days=30, hours=1),
        )  # fmt: skip


def address_of(name, room):
    args = {
        "venues:facility": ["wenfeng", room.facility_id],
        "venues:list": ["wenfeng"],
    }
    return reverse(name, args=args.get(name, []))


def cost(client, address, assert_max, most):
    with assert_max(most) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("name", [*PUBLIC, *DESK, "venues:my_bookings"])
def test_the_same_for_many(signed_in, town, room, team, django_assert_max_num_queries, name):
    Booker.objects.get_or_create(
        organisation=team, resident=town.lin, defaults={"since": timezone.localdate()}
    )
    reader = signed_in(town.lin_user if name in (*PUBLIC, "venues:my_bookings") else town.staff)
    address, most = address_of(name, room), 30 if name.startswith("admin:") else 20
    bookings(town, room, team, 0, 6)
    cost(reader, address, django_assert_max_num_queries, most)
    few = cost(reader, address, django_assert_max_num_queries, most)
    bookings(town, room, team, 6, 36)
    assert cost(reader, address, django_assert_max_num_queries, most) == few
