"""Rooms and bookings in the browser: what each may see and do, the next community finds nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from events.models import Event
from events.operations import create_event, publish_event
from notifications.models import InboxMessage
from venues import operations
from venues.models import Booking, ClosedPeriod, OpeningHours, Room
from venues.week import week_of

from .conftest import at, lent_room
from .test_booking import ask, started


def form(days=1, start="09:00", end="11:00", **fields):
    day = timezone.localdate() + timedelta(days=days)
    return {"on": day.isoformat(), "start": start, "end": end, "people": "10", "what": "排练", **fields}


def this(name, *args):
    return reverse(f"venues:{name}", args=args)


def whose(town):
    return {"whose": f"r{town.lin.pk}"}


def test_a_room_shows_its_week_without_names(client, town, room):
    operations.accept(booking=ask(town, room), by=town.staff)
    times = {"starts_at": at(1, 14), "ends_at": at(1, 16), "places": 20}
    event = Event(unit=town.community, kind="culture", title="重阳演出", room=room)
    publish_event(event=create_event(event=event, by=town.staff, sessions=[times]), by=town.staff)
    inner = Event(unit=town.community, kind="meeting", title="内部会议", room=room, is_internal=True)
    create_event(
        event=inner, by=town.staff, sessions=[times | {"starts_at": at(1, 16), "ends_at": at(1, 17)}]
    )
    week = at(1, 9).strftime("%G-W%V")
    for address in (this("room", "wenfeng", room.pk), this("facility_week", "wenfeng", room.facility_id)):
        text = client.get(f"{address}?week={week}").text
        for shown in ("09:00–11:00 已约", "重阳演出", "16:00–17:00 已约", "11:00–14:00 空闲"):
            assert shown in text, shown
        for hidden in ("林", "排练", "内部会议"):
            assert hidden not in text, hidden
    assert client.get(this("room", "shunjing", room.pk)).status_code == 404
    assert client.get(this("facility_week", "shunjing", room.facility_id)).status_code == 404


def test_a_week_of_several_rooms_leads_to_each(client, town, room):
    other = Room.objects.create(facility=room.facility, name="书画室", seats=30)
    address = this("facility_week", "wenfeng", room.facility_id)
    text = client.get(address).text
    for one in (room, other):
        assert f'href="#room{one.pk}"' in text
        assert f'id="room{one.pk}"' in text
    assert "党群服务中心 一周场地安排</h1>" in text  # on paper, too
    other.delete()
    assert "#room" not in client.get(f"{address}?week=").text


@pytest.mark.parametrize("week", ["x", "2026-W99", "9999-W01", "0000-W00", "%00", "2026-W531111"])
def test_an_odd_week_is_this_week(client, town, room, week):
    assert client.get(f"{this('room', 'wenfeng', room.pk)}?week={week}").status_code in (200, 400)


def queries(client, address):
    client.get(address)  # a session is written once in a while
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_the_number_of_queries_is_constant(client, town, room, signed_in):
    staff, lin = signed_in(town.staff), signed_in(town.lin_user)
    pages = [
        (client, this("room", "wenfeng", room.pk)),
        (client, this("facility_week", "wenfeng", room.facility_id)),
        (staff, this("desk_bookings")),
        (staff, this("desk_week", room.facility_id)),
        (staff, this("desk_usage")),
        (lin, this("my_bookings")),
    ]
    ask(town, room, start=(1, 8), end=(1, 9))
    operations.accept(booking=ask(town, room, start=(1, 9), end=(1, 10)), by=town.staff)
    before = [queries(*page) for page in pages]
    for hour in range(10, 18):
        booking = ask(town, room, start=(1, hour), end=(1, hour + 1))
        if hour % 2:
            operations.accept(booking=booking, by=town.staff)
    more = lent_room(town, name="书画室").facility
    more.rooms.update(facility=room.facility)
    assert [queries(*page) for page in pages] == before
    assert max(before[:2]) <= 12


def test_a_resident_asks_and_cancels_in_one_tap(town, room, signed_in):
    lin = signed_in(town.lin_user)
    address = this("book", "wenfeng", room.pk)
    assert lin.get(address).status_code == 200
    answer = lin.post(address, form(**whose(town)), follow=True)
    assert "申请已提交" in answer.text
    booking = Booking.objects.get()
    assert (booking.resident, booking.state) == (town.lin, "pending")
    assert lin.post(address, form(**whose(town))).status_code == 302
    assert Booking.objects.count() == 1
    lin.post(this("my_cancel", booking.pk))
    booking.refresh_from_db()
    assert booking.state == "cancelled"
    wang = signed_in(town.wang_user)
    assert wang.post(this("my_cancel", booking.pk)).status_code == 404
    assert wang.get("/my/bookings/").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"people": "31"},
        {"people": "x"},
        {"end": "09:00"},
        {"start": "07:00"},
        {"on": "2026-13-45"},
        {"on": "0001-01-01"},
        {"what": ""},
        {"what": "电话13812345678"},
        {"whose": "r999"},
        {"repeat": "weekly"},
        {"repeat": "weekly", "count": "0"},
        {"repeat": "x"},
        {"repeat": "weekly", "weekdays": ["9"], "count": "2"},
    ],
)
def test_bad_input_comes_back_with_a_sentence(town, room, signed_in, wrong):
    answer = signed_in(town.lin_user).post(this("book", "wenfeng", room.pk), form(**whose(town)) | wrong)
    assert answer.status_code == 422
    assert Booking.objects.count() == 0


def test_a_wrong_count_is_named_once(town, room, signed_in):
    data = form(repeat="weekly", count="99", **whose(town))
    answer = signed_in(town.lin_user).post(this("book", "wenfeng", room.pk), data)
    assert list(answer.context["form"].errors) == ["count"]


def test_staff_read_that_one_booking_is_made(town, room, signed_in):
    data = form(whose="staff")
    page = signed_in(town.staff).post(f"/desk/bookings/rooms/{room.pk}/book/", data, follow=True)
    assert "预约成功。" in page.text


def test_the_weekday_stands_between_day_and_hours(town, room, signed_in):
    booking = ask(town, room)
    day, hours = booking.when.split(" ")
    weekday = date_format(timezone.localtime(booking.starts_at), "l")
    page = (
        signed_in(town.lin_user).get("/my/bookings/").text.replace("\u2060", "")
    )  # which keeps the hours together
    assert f"{day} {weekday} {hours}" in page


def test_a_cancelled_booking_reads_as_over(town, room, signed_in):
    operations.cancel(booking=ask(town, room), by=town.lin_user)
    assert '<span class="badge info">已取消</span>' in signed_in(town.lin_user).get("/my/bookings/").text


def test_what_is_taken_says_so_and_offers_to_wait(town, room, signed_in):
    operations.accept(booking=ask(town, room, who=town.wang), by=town.staff)
    lin, address = signed_in(town.lin_user), this("book", "wenfeng", room.pk)
    answer = lin.post(address, form(**whose(town)))
    assert answer.status_code == 422
    assert "已被预约" in answer.text
    assert "王" not in answer.text.split("<main")[1]
    assert lin.post(address, form(waits="on", **whose(town))).status_code == 302
    assert "候补中" in lin.get("/my/bookings/").text


def test_days_that_clash_are_shown_before(town, room, signed_in):
    operations.accept(booking=ask(town, room, who=town.wang, start=(8, 10), end=(8, 12)), by=town.staff)
    OpeningHours.objects.filter(room=room, weekday=at(2, 9).weekday()).delete()
    days = [str(at(1, 9).weekday()), str(at(2, 9).weekday())]
    data = form(repeat="weekly", weekdays=days, count="6", **whose(town))
    lin, address = signed_in(town.lin_user), this("book", "wenfeng", room.pk)
    shown = lin.post(address, data)
    assert shown.status_code == 200
    assert "2天能约上" in shown.text
    assert "已有预约" in shown.text
    assert "这段时间不开放" in shown.text
    assert Booking.objects.filter(resident=town.lin).count() == 0
    sent = lin.post(address, data | {"seen": shown.context["form"].data["seen"]})
    assert sent.status_code == 302
    made = Booking.objects.filter(resident=town.lin).order_by("starts_at")
    assert [one.starts_at for one in made] == [at(1, 9), at(15, 9)]
    assert len({one.series_id for one in made}) == 1


def test_staff_decide_with_the_displaced_named(town, room, signed_in):
    first, second = ask(town, room), ask(town, room, who=town.wang)
    staff = signed_in(town.staff)
    assert "还有别人申请" in staff.get("/desk/bookings/").text
    page = staff.get(this("desk_booking", first.pk))
    assert "王建国" in page.text
    staff.post(this("desk_accept", first.pk))
    first.refresh_from_db()
    assert first.state == "pending"
    staff.post(this("desk_accept", first.pk), {"seen": page.context["seen"]})
    assert [one.state for one in Booking.objects.order_by("pk")] == ["accepted", "rejected"]
    assert staff.post(this("desk_accept", first.pk), {"seen": "x"}).status_code == 400
    assert staff.post(this("desk_reject", second.pk), {"reason": ""}).status_code == 422


def test_staff_move_and_cancel_with_a_reason(town, room, signed_in):
    booking = operations.accept(booking=ask(town, room), by=town.staff)
    staff, address = signed_in(town.staff), this("desk_move", booking.pk)
    assert staff.get(address).status_code == 200
    data = form(2, "14:00", "15:00") | {"to": str(room.pk), "reason": "检修", "version": str(booking.version)}
    assert staff.post(address, data | {"reason": ""}).status_code == 422
    assert staff.post(address, data).status_code == 302
    assert staff.post(address, data).status_code == 422  # the version is an old one now
    booking.refresh_from_db()
    assert booking.starts_at == at(2, 14)
    staff.post(this("desk_cancel", booking.pk), {"reason": "停电"})
    booking.refresh_from_db()
    assert (booking.state, booking.reason) == ("cancelled", "停电")


def test_staff_say_that_nobody_came(town, room, signed_in):
    booking = started(town, room, 20)
    staff = signed_in(town.staff)
    assert "无人到场，释放场地" in staff.get(this("desk_booking", booking.pk)).text
    staff.post(this("desk_no_show", booking.pk))
    booking.refresh_from_db()
    assert booking.state == "no_show"


def test_staff_book_for_somebody_they_look_up(town, room, signed_in):
    staff, address = signed_in(town.staff), this("desk_book", room.pk)
    found = staff.post(address, {"q": "林秀英"}, follow=True)
    assert f"resident={town.lin.pk}" in found.text
    staff.post(f"{address}?resident={town.lin.pk}", form(**whose(town)))
    booking = Booking.objects.get()
    assert (booking.resident, booking.state) == (town.lin, "accepted")
    staff.post(address, form(whose="staff", start="12:00", end="13:00"))
    assert Booking.objects.filter(resident=None, organisation=None, state="accepted").exists()
    assert staff.get(f"{address}?resident={town.zhao.pk}").status_code == 404


def test_closing_shows_whom_it_puts_out(town, room, signed_in):
    booking = operations.accept(booking=ask(town, room), by=town.staff)
    staff = signed_in(town.staff)
    day = at(1, 0).date().isoformat()
    data = {"place": f"f{room.facility_id}", "first": day, "last": day, "reason": "刷墙"}
    shown = staff.post("/desk/bookings/close/", data)
    assert "林秀英" in shown.text
    assert staff.post("/desk/bookings/close/", data | {"seen": "x"}).status_code == 422
    staff.post("/desk/bookings/close/", data | {"seen": str(booking.pk)})
    booking.refresh_from_db()
    assert booking.state == "cancelled"
    assert "刷墙" in staff.get("/desk/bookings/").text
    assert " – " not in ClosedPeriod.objects.get().days, "one day is one day"


def test_opening_again_asks_first(town, room, signed_in):
    day = {"starts_at": at(1, 0), "ends_at": at(2, 0)}
    closed = operations.close_for_a_time(
        facility=room.facility, room=room, reason="刷墙", by=town.staff, **day
    )
    staff, address = signed_in(town.staff), this("desk_lift", closed.pk)
    assert address in staff.get(this("desk_bookings")).text
    asked = staff.get(address).text
    assert "确定恢复开放吗" in asked
    assert "刷墙" in asked
    assert ClosedPeriod.objects.standing().count() == 1
    staff.post(address)
    staff.post(address)
    assert ClosedPeriod.objects.standing().count() == 0
    assert "已经恢复开放" in staff.get(address).text
    assert signed_in(town.neighbour_staff).get(address).status_code == 404


def test_closing_names_the_events_in_the_way(town, room, signed_in):
    event = Event(unit=town.community, kind="culture", title="重阳演出", room=room)
    create_event(event=event, by=town.staff, sessions=[{"starts_at": at(1, 14), "ends_at": at(1, 16)}])
    day = at(1, 0).date().isoformat()
    data = {"place": f"r{room.pk}", "first": day, "last": day, "reason": "刷墙"}
    answer = signed_in(town.staff).post("/desk/bookings/close/", data)
    assert answer.status_code == 422
    assert "重阳演出" in answer.text
    assert not ClosedPeriod.objects.exists()


def test_the_free_time_of_today_begins_now(town, room, monkeypatch):
    now = at(0, 14, 20)
    monkeypatch.setattr(timezone, "now", lambda: now)
    today = at(0, 0).date()
    days = week_of([room], today - timedelta(days=today.weekday())).lines[0].days
    assert [span.hours for day in days if day.day == today for span in day.spans] == ["14:30–21:00"]


def test_grid_workers_look_but_do_not_decide(town, room, signed_in):
    booking = ask(town, room)
    worker = signed_in(town.west_worker)
    text = worker.get(this("desk_booking", booking.pk)).text
    assert "林秀英" not in text  # lives in the other grid
    assert worker.post(this("desk_accept", booking.pk)).status_code == 403
    assert signed_in(town.neighbour_staff).get(this("desk_booking", booking.pk)).status_code == 404


def test_the_share_of_open_time_used(town, room, signed_in):
    from venues import usage_figures

    booking = operations.accept(booking=ask(town, room), by=town.staff)
    first = timezone.localtime(booking.starts_at).date().replace(day=1)
    (line,) = usage_figures.of_rooms([room], first)
    assert (line.used, line.bookings, line.open % (13 * 4)) == (8, 1, 0)
    assert "使用率" in signed_in(town.staff).get(f"/desk/bookings/usage/?month={first:%Y-%m}").text
    assert signed_in(town.staff).get("/desk/bookings/usage/?month=0000-99").status_code == 200


def test_a_room_for_teams_says_who_may_book_it(client, town, signed_in, team):
    """Whoever belongs to no team is not led to a form that would refuse them."""
    room = lent_room(town, lent_to="organisations")
    page, form_page = this("room", "wenfeng", room.pk), this("book", "wenfeng", room.pk)
    assert "预约这个场地" not in client.get(page).text
    assert form_page in client.get(page).text  # a team's booker signs in there
    assert form_page not in signed_in(town.wang_user).get(page).text
    assert "请到社区登记" in signed_in(town.wang_user).get(page).text
    next_week = {
        "week": timezone.localdate() + timedelta(days=7)
    }  # on a Sunday evening nothing of this one is free
    for booker in (town.lin_user, town.staff):
        assert f"{form_page}?day=" in signed_in(booker).get(page, next_week).text
        whole = this("facility_week", "wenfeng", room.facility_id)
        assert f"{form_page}?day=" in signed_in(booker).get(whole, next_week).text


def test_repeating_is_folded_away_until_it_is_used(town, room, signed_in):
    lin, address = signed_in(town.lin_user), this("book", "wenfeng", room.pk)
    assert '<details class="fold">' in lin.get(address).text
    wrong = lin.post(address, form(repeat="weekly", **whose(town)))
    assert '<details class="fold" open>' in wrong.text


def test_from_the_days_shown_back_to_what_was_typed(town, room, signed_in):
    lin, address = signed_in(town.lin_user), this("book", "wenfeng", room.pk)
    data = form(repeat="weekly", count="3", what="合唱排练", **whose(town))
    assert "合唱排练" in lin.post(address, data).text
    back = lin.post(address, data | {"act": "change"})
    assert back.status_code == 200
    assert 'value="合唱排练"' in back.text
    assert '<details class="fold" open>' in back.text
    assert Booking.objects.count() == 0


def test_where_the_key_is_reads_who_has_the_room(town, signed_in, client):
    place = "前台领取"
    room = lent_room(town, key_place=place)
    booking = ask(town, room)
    lin = signed_in(town.lin_user)
    mine = reverse("venues:my_bookings")
    assert place not in lin.get(mine).text  # asked for only
    operations.accept(booking=booking, by=town.staff)
    assert f"钥匙：{place}" in lin.get(mine).text
    assert place in InboxMessage.objects.filter(account=town.lin_user).latest("pk").text
    assert place in signed_in(town.staff).get(reverse("venues:desk_booking", args=[booking.pk])).text
    client.logout()
    assert place not in client.get(reverse("venues:room", args=[town.community, room.pk])).text
