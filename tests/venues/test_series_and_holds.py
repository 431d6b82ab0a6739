"""Series of bookings, and the rooms that events hold."""

from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from config.errors import DomainError
from events.models import Event, Session
from events.operations import (
    add_sessions,
    cancel_event,
    cancel_session,
    change_session,
    create_event,
    discard_event,
    edit_event,
    slots,
)
from notifications.models import InboxMessage
from venues import operations
from venues.models import BookedQuarter, Booking, Room, Series
from venues.repeats import MONTHLY, WEEKLY, days_of

from .conftest import at, lent_room
from .test_booking import ask, quarters


@pytest.mark.parametrize(
    ("how", "first", "more", "days"),
    [
        (WEEKLY, date(2026, 11, 2), {"weekdays": [0, 3], "count": 4}, ["11-02", "11-05", "11-09", "11-12"]),
        (WEEKLY, date(2026, 11, 4), {"until": date(2026, 11, 18)}, ["11-04", "11-11", "11-18"]),
        (MONTHLY, date(2026, 8, 31), {"count": 3}, ["08-31", "10-31", "12-31"]),
        (MONTHLY, date(2026, 11, 15), {"until": date(2026, 11, 20)}, ["11-15"]),
    ],
)
def test_the_days_of_what_repeats(how, first, more, days):
    assert [f"{day:%m-%d}" for day in days_of(how, first, more.pop("weekdays", ()), **more)] == days


def weekly(town, room, count=10, **fields):
    times = [(at(1 + 7 * n, 9), at(1 + 7 * n, 11)) for n in range(count)]
    return operations.book_series(
        room=room, times=times, by=town.staff, what="练习", people=10, resident=town.lin, **fields
    )


def test_a_series_nobody_confirms_frees_itself(town):
    room = lent_room(town, confirm_weeks=4)
    made = weekly(town, room)
    series = Series.objects.get()
    due = timezone.localtime(made[0].starts_at).date() + timedelta(weeks=4)
    assert series.confirm_by == due
    operations.free_unconfirmed(due - timedelta(days=3))
    assert InboxMessage.objects.filter(account=town.lin_user, subject__contains="继续使用").count() == 1
    Series.objects.update(confirm_by=timezone.localdate() - timedelta(days=1))
    assert operations.free_unconfirmed() == 10
    assert quarters() == 0


def test_confirming_goes_on_until_the_next_time(town):
    room = lent_room(town, confirm_weeks=4)
    weekly(town, room)
    series = operations.confirm_series(series=Series.objects.get(), by=town.lin_user)
    assert series.confirm_by == timezone.localdate() + timedelta(weeks=4)
    assert operations.free_unconfirmed() == 0


def test_one_date_or_all_of_a_series_are_given_back(town, room):
    made = weekly(town, room)
    operations.cancel(booking=made[3], by=town.lin_user)
    assert Booking.objects.accepted().count() == 9
    with pytest.raises(DomainError):
        operations.cancel_series(series=made[0].series, by=town.staff)
    assert operations.cancel_series(series=made[0].series, by=town.lin_user) == 9


def test_people_are_told(town, room):
    booking = ask(town, room)
    operations.accept(booking=booking, by=town.staff)
    second = ask(town, room, who=town.wang, waits=True)
    operations.cancel(booking=booking, by=town.staff, reason="停电")
    told = list(InboxMessage.objects.order_by("pk").values_list("account__name", "subject"))
    assert [name for name, _subject in told] == ["林秀英", "林秀英", "王建国", "林秀英", "王建国"]
    assert "停电" in InboxMessage.objects.filter(account=town.lin_user).first().text  # newest first
    assert second.state == "pending"


def put_on(town, room, *hours, title="重阳演出", **fields):
    event = Event(unit=town.community, kind="culture", title=title, room=room)
    sessions = [{"starts_at": at(1, start), "ends_at": at(1, end), "places": 20} for start, end in hours]
    return create_event(event=event, by=town.staff, sessions=sessions)


def held(room=None):
    rows = Booking.objects.accepted().exclude(cause="").order_by("starts_at")
    return [
        (timezone.localtime(one.starts_at).hour, one.room_id)
        for one in (rows.filter(room=room) if room else rows)
    ]


def test_an_event_holds_its_room_from_the_draft_on(town, room):
    event = put_on(town, room, (9, 11), (14, 16))
    assert held() == [(9, room.pk), (14, room.pk)]
    with pytest.raises(DomainError, match="重阳演出"):
        put_on(town, room, (10, 12), title="讲座")
    with pytest.raises(DomainError):
        ask(town, room)
    discard_event(event=event, by=town.staff)
    assert quarters() == 0


def test_half_hours_hold_the_room_in_place_of_the_morning_of_a_draft(town, room):
    event = put_on(town, room, (9, 11))
    before = quarters()
    for _twice in range(2):
        slots.add_slots(event=event, day=at(1, 9).date(), first=time(9), last=time(10), minutes=60, places=5,
                        by=town.staff)  # fmt: skip
        assert (quarters(), held()) == (before, [(9, room.pk), (10, room.pk)])


def test_who_has_the_room_is_named_to_who_puts_on_an_event(town, room):
    operations.accept(booking=ask(town, room), by=town.staff)
    with pytest.raises(DomainError, match="林秀英"):
        put_on(town, room, (10, 12))
    assert Event.objects.filter(title="重阳演出").count() == 0


def test_the_hold_follows_the_event(town, room):
    other = Room.objects.create(facility=room.facility, name="书画室", seats=30)
    event = put_on(town, room, (9, 11), (14, 16))
    first, second = event.sessions.order_by("starts_at")
    change_session(session=first, version=0, by=town.staff, starts_at=at(1, 10), ends_at=at(1, 12))
    assert held() == [(10, room.pk), (14, room.pk)]
    cancel_session(session=second, reason="下雨", by=town.staff)
    assert held() == [(10, room.pk)]
    event.refresh_from_db()
    event.room = other
    edit_event(event=event, version=event.version, by=town.staff, changed=["room"])
    assert held() == [(10, other.pk)]
    add_sessions(event=event, sessions=[{"starts_at": at(2, 9), "ends_at": at(2, 10)}], by=town.staff)
    assert len(held(other)) == 2
    cancel_event(event=event, reason="停办", by=town.staff)
    assert (held(), quarters()) == ([], 0)


def test_sessions_of_one_event_may_share_the_room(town, room):
    event = put_on(town, room, (9, 11), (10, 12))
    assert quarters() == 12
    cancel_session(session=event.sessions.order_by("starts_at").first(), reason="合并", by=town.staff)
    assert (held(), quarters()) == ([(10, room.pk)], 8)


def test_an_event_finds_a_closed_room_closed(town, room):
    operations.close_for_a_time(
        facility=room.facility, room=None, starts_at=at(1, 0), ends_at=at(2, 0), reason="刷墙", by=town.staff
    )
    with pytest.raises(DomainError, match="刷墙"):
        put_on(town, room, (9, 11))


def test_a_room_with_an_event_is_not_closed_over_it(town, room):
    put_on(town, room, (9, 11))
    booking = Booking.objects.get()
    closing = {"facility": room.facility, "room": room, "starts_at": at(1, 0), "ends_at": at(2, 0)}
    with pytest.raises(DomainError, match="重阳演出"):
        operations.close_for_a_time(reason="刷墙", by=town.staff, seen=[booking.pk], **closing)
    with pytest.raises(DomainError):
        operations.cancel(booking=booking, reason="刷墙", by=town.staff)


def test_an_unchanged_hold_is_left_alone(town, room):
    event = put_on(town, room, (9, 11))
    (before,) = BookedQuarter.objects.values_list("booking", flat=True).distinct()
    event.title = "重阳晚会"
    edit_event(event=event, version=0, by=town.staff, changed=["title"])
    booking = Booking.objects.accepted().get()
    assert (booking.pk, booking.what) == (before, "重阳晚会")
    assert Session.objects.filter(event=event).count() == 1


def test_a_series_is_received_in_one_message(town, room):
    times = [(at(day, 9), at(day, 10)) for day in (3, 10, 17)]
    operations.book_series(room=room, times=times, what="练舞", people=5, resident=town.lin, by=town.lin_user)
    told = InboxMessage.objects.get(account=town.lin_user)
    assert "共3个日期，练舞" in told.text
