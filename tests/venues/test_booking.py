"""Asking for a room, deciding, giving it back: refusals and effects."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Activity
from config.errors import DomainError
from notifications.models import InboxMessage
from venues import operations
from venues.models import BookedQuarter, Booking, ClosedPeriod, Room

from .conftest import at, lent_room

State = Booking.State


def ask(town, room, start=(1, 9), end=(1, 11), who=None, **fields):
    who = who or town.lin
    fields = {"what": "排练", "people": 10, "by": who.user or town.staff, "resident": who} | fields
    return operations.ask(room=room, starts_at=at(*start), ends_at=at(*end), **fields)


def refusal(town, room, **fields):
    with pytest.raises(DomainError) as refused:
        ask(town, room, **fields)
    return str(refused.value)


def quarters():
    return BookedQuarter.objects.count()


def test_a_request_waits_for_staff_and_holds_nothing(town, room):
    booking = ask(town, room)
    assert (booking.state, quarters()) == (State.PENDING, 0)
    assert Activity.objects.filter(act="venues.ask", by=town.lin_user).exists()


def test_asking_twice_is_one_request(town, room):
    assert ask(town, room) == ask(town, room)
    assert Booking.objects.count() == 1


def test_an_accepted_booking_holds_its_quarters_and_the_gap(town):
    room = lent_room(town, gap_quarters=2)
    booking = operations.accept(booking=ask(town, room), by=town.staff)
    assert (booking.state, booking.decided_by, quarters()) == (State.ACCEPTED, town.staff, 8 + 2)
    again = operations.accept(booking=booking, by=town.secretary)
    assert again.decided_by == town.staff
    assert "党群服务中心 舞蹈室" in refusal(town, room, who=town.wang, start=(1, 11), end=(1, 12))
    ask(town, room, who=town.wang, start=(1, 11, 30), end=(1, 12))


def test_nobody_decides_where_the_first_has_it(town):
    room = lent_room(town, needs_approval=False)
    assert ask(town, room).state == State.ACCEPTED


def test_the_one_who_goes_without_is_named_before(town, room):
    first, second = ask(town, room), ask(town, room, who=town.wang, start=(1, 10), end=(1, 12))
    with pytest.raises(DomainError, match="先"):
        operations.accept(booking=first, by=town.staff)
    operations.accept(booking=first, by=town.staff, seen=[second.pk])
    second.refresh_from_db()
    assert (second.state, second.decided_by) == (State.REJECTED, town.staff)
    assert second.reason


def test_who_waits_stays_in_the_queue_and_is_next(town, room):
    first = operations.accept(booking=ask(town, room), by=town.staff)
    second = ask(town, room, who=town.wang, waits=True)
    assert second.state == State.PENDING
    with pytest.raises(DomainError, match="林秀英"):
        operations.accept(booking=second, by=town.staff)
    operations.cancel(booking=first, by=town.lin_user)
    assert operations.accept(booking=second, by=town.staff).state == State.ACCEPTED


def test_residents_do_not_read_who_has_the_room(town, room):
    operations.accept(booking=ask(town, room), by=town.staff)
    said = refusal(town, room, who=town.wang)
    assert "林" not in said
    assert "排练" not in said


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"people": 31}, "30"),
        ({"start": (1, 7), "end": (1, 9)}, "08:00–21:00"),
        ({"start": (1, 20), "end": (1, 22)}, "08:00–21:00"),
        ({"start": (1, 9), "end": (1, 14)}, "4"),
        ({"start": (61, 9), "end": (61, 10)}, "最远"),
        ({"start": (-1, 9), "end": (-1, 10)}, "已经过去"),
        ({"start": (1, 11), "end": (1, 9)}, "结束"),
    ],
)
def test_what_is_refused(town, room, fields, words):
    assert words in refusal(town, room, **fields)


def test_staff_are_bound_by_seats_and_hours_alone(town, room):
    booking = ask(town, room, by=town.staff, start=(61, 9), end=(61, 20))
    assert booking.state == State.ACCEPTED
    for fields in ({"people": 31}, {"start": (1, 6), "end": (1, 9)}):
        assert refusal(town, room, by=town.staff, **fields)


def test_a_hall_of_368_seats_takes_no_369(town):
    hall = lent_room(town, name="初心讲堂", seats=368)
    assert ask(town, hall, people=368).pk
    assert "368" in refusal(town, hall, people=369, start=(2, 9), end=(2, 10))


@pytest.mark.parametrize("lent_to", ["nobody", "staff", "organisations"])
def test_a_room_not_lent_to_residents(town, team, lent_to):
    room = lent_room(town, lent_to=lent_to)
    assert refusal(town, room)
    if lent_to == "organisations":
        assert ask(town, room, organisation=team).organisation == team
        assert refusal(town, room, who=town.wang, organisation=team)


def test_rooms_are_lent_to_confirmed_residents_of_the_community(town, room):
    from residents.models import Resident

    Resident.objects.filter(pk=town.lin.pk).update(state="unconfirmed")
    assert refusal(town, room)
    assert refusal(town, room, who=town.zhao, by=town.staff)
    assert refusal(town, room, resident=town.wang)  # somebody else's name


def test_the_holder_gives_it_back_and_staff_say_why(town, room):
    booking = operations.accept(booking=ask(town, room), by=town.staff)
    with pytest.raises(DomainError):
        operations.cancel(booking=booking, by=town.staff)
    operations.cancel(booking=booking, by=town.lin_user)
    booking = operations.cancel(booking=booking, by=town.lin_user)
    assert (booking.state, booking.ended_by, quarters()) == (State.CANCELLED, town.lin_user, 0)


def started(town, room, minutes):
    """Accepted, and begun so many minutes ago, for two hours."""
    booking = operations.accept(booking=ask(town, room), by=town.staff)
    shift = timezone.now() - timedelta(minutes=minutes) - booking.starts_at
    booking.quarters.all().delete()
    Booking.objects.filter(pk=booking.pk).update(
        starts_at=booking.starts_at + shift, ends_at=booking.ends_at + shift
    )
    booking.refresh_from_db()
    operations.booking.take([booking], town.staff)
    return booking


def test_nobody_came_frees_the_rest(town, room):
    booking = started(town, room, 20)
    before = quarters()
    booking = operations.mark_no_show(booking=booking, by=town.staff)
    assert booking.state == State.NO_SHOW
    assert 1 <= quarters() <= 3 < before
    assert operations.mark_no_show(booking=booking, by=town.staff).version == booking.version


@pytest.mark.parametrize("minutes", [5, 121])
def test_nobody_came_is_not_said_too_early_or_too_late(town, room, minutes):
    with pytest.raises(DomainError):
        operations.mark_no_show(booking=started(town, room, minutes), by=town.staff)


def test_what_is_under_way_is_cancelled_with_a_reason(town, room):
    booking = started(town, room, 30)
    with pytest.raises(DomainError):
        operations.cancel(booking=booking, by=town.lin_user)
    assert operations.cancel(booking=booking, by=town.lin_user, reason="停电").reason == "停电"


def test_what_is_over_is_not_cancelled(town, room):
    with pytest.raises(DomainError):
        operations.cancel(booking=started(town, room, 130), by=town.lin_user)


def test_moving_takes_the_new_time_and_frees_the_old(town, room):
    booking = operations.accept(booking=ask(town, room), by=town.staff)
    other = operations.accept(
        booking=ask(town, room, who=town.wang, start=(1, 14), end=(1, 15)), by=town.staff
    )
    moving = {"booking": booking, "reason": "检修", "by": town.staff, "version": booking.version}
    with pytest.raises(operations.Taken, match="王建国"):
        operations.move(starts_at=at(1, 14), ends_at=at(1, 16), **moving)
    moved = operations.move(starts_at=at(1, 10), ends_at=at(1, 12), **moving)
    assert (moved.starts_at, quarters()) == (at(1, 10), 8 + 4)
    with pytest.raises(DomainError, match="期间"):
        operations.move(starts_at=at(1, 16), ends_at=at(1, 18), **moving)
    assert other.quarters.count() == 4


def test_moving_into_another_room(town, room):
    small = Room.objects.create(facility=room.facility, name="书法室", seats=12, lent_to="residents")
    booking = operations.accept(booking=ask(town, room), by=town.staff)
    moving = {
        "booking": booking,
        "room": small,
        "starts_at": at(1, 9),
        "ends_at": at(1, 11),
        "reason": "漏水",
    }
    moved = operations.move(version=booking.version, by=town.staff, **moving)
    assert (moved.room, BookedQuarter.objects.filter(room=small).count(), quarters()) == (small, 8, 8)


def test_requests_nobody_decided_lapse(town, room):
    booking = ask(town, room)
    assert operations.expire() == 0
    assert operations.expire(booking.starts_at) == 1
    booking.refresh_from_db()
    assert (booking.state, booking.decided_by) == (State.REJECTED, None)


def test_closing_tells_nobody_that_it_became_free(town, room):
    accepted, waits = (
        operations.accept(booking=ask(town, room), by=town.staff),
        ask(town, room, who=town.wang, waits=True),
    )
    operations.close_for_a_time(
        facility=room.facility, room=room, starts_at=at(1, 8), ends_at=at(1, 22), reason="刷墙", by=town.staff,
        seen=[accepted.pk, waits.pk],
    )  # fmt: skip
    subjects = (
        InboxMessage.objects.filter(account=town.wang_user).order_by("pk").values_list("subject", flat=True)
    )
    assert not [subject for subject in subjects if "空出来" in subject]
    assert "取消" in list(subjects)[-1]


def test_closing_names_whom_it_puts_out(town, room):
    accepted, asked = (
        operations.accept(booking=ask(town, room), by=town.staff),
        ask(town, room, start=(2, 9), end=(2, 10)),
    )
    closing = {
        "facility": room.facility,
        "room": None,
        "starts_at": at(1, 8),
        "ends_at": at(3, 8),
        "by": town.staff,
    }
    assert set(operations.displaced_by(**{k: v for k, v in closing.items() if k != "by"})) == {
        accepted,
        asked,
    }
    with pytest.raises(DomainError):
        operations.close_for_a_time(reason="刷墙", **closing)
    closed = operations.close_for_a_time(reason="刷墙", seen=[accepted.pk, asked.pk], **closing)
    assert {b.state for b in Booking.objects.all()} == {State.CANCELLED}
    assert quarters() == 0
    assert "刷墙" in refusal(town, room)
    operations.lift(closed=closed, by=town.staff)
    assert ClosedPeriod.objects.standing().count() == 0
    assert ask(town, room).state == State.PENDING


def test_every_step_not_declared_is_refused(town, room):
    from venues.models.bookings import BOOKING_STEPS

    acts = {
        "accept": lambda b: operations.accept(booking=b, by=town.staff),
        "reject": lambda b: operations.reject(booking=b, reason="不行", by=town.staff),
        "cancel": lambda b: operations.cancel(booking=b, reason="不行", by=town.staff),
        "move": lambda b: operations.move(
            booking=b, starts_at=at(5, 9), ends_at=at(5, 10), reason="换", version=b.version, by=town.staff
        ),
        "no_show": lambda b: operations.mark_no_show(booking=b, by=town.staff),
    }
    legal = {(state, act) for state, act, _who, _next in BOOKING_STEPS}
    same = {("accepted", "accept"), ("rejected", "reject"), ("cancelled", "cancel"), ("no_show", "no_show")}
    for state in State.values:
        for act, do in acts.items():
            if (state, act) in legal | same:
                continue
            booking = ask(town, room)
            Booking.objects.filter(pk=booking.pk).update(state=state)
            booking.refresh_from_db()
            with pytest.raises(DomainError):
                do(booking)
            Booking.objects.all().delete()
