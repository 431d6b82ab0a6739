"""Dates that were asked for together are decided in one act."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Activity
from config.errors import DomainError
from notifications.models import InboxMessage
from venues import messages, operations
from venues.models import BookedQuarter, Booking, Series
from venues.operations.deciding import digest, wishes

from .. import town as town_module
from ..races import GUARDS, Race, refused, without_constraint, without_row_locks
from .conftest import at, lent_room
from .test_booking import ask, quarters

DAYS = (3, 10, 17)


def asked_for(town, room, days=DAYS, who=None, hours=(9, 11), **fields):
    """A series of requests, one on each of these days."""
    who = who or town.lin
    times = [(at(day, hours[0]), at(day, hours[1])) for day in days]
    fields = {"what": "合唱排练", "people": 10, "by": who.user, "resident": who} | fields
    return operations.book_series(room=room, times=times, **fields)


def decide(town, made, *chosen, reason="", **fields):
    series = Series.objects.get(pk=made[0].series_id)
    fields = {"seen": digest(wishes(series)), "by": town.staff} | fields
    return operations.decide_series(series=series, chosen=[one.pk for one in chosen], reason=reason, **fields)


def states(made):
    rows = Booking.objects.filter(pk__in=[one.pk for one in made]).order_by("starts_at")
    return list(rows.values_list("state", flat=True))


def told(account, subject):
    rows = InboxMessage.objects.filter(account=account, subject=f"党群服务中心 舞蹈室{subject}")
    return list(rows.values_list("text", flat=True))


def an_event_takes(town, room, day, hours=(10, 12)):
    operations.hold_for_session(
        cause=f"session:{day}", room=room, starts_at=at(day, hours[0]), ends_at=at(day, hours[1]),
        what="讲座", people=5, by=town.staff,
    )  # fmt: skip


def address(name, made):
    return reverse(f"venues:{name}", args=[made[0].series_id])


def test_all_dates_are_given_in_one_act_and_one_message(town, room):
    made = asked_for(town, room)
    given, others = decide(town, made, *made)
    assert (len(given), others, quarters()) == (3, [], 3 * 8)
    assert states(made) == ["accepted"] * 3
    (text,) = told(town.lin_user, "约上了")
    assert f"已约上3个日期：{messages.in_words(made)}" in text
    assert Activity.objects.filter(act="venues.decide_series", by=town.staff).count() == 1


def test_the_rest_is_refused_for_one_reason_in_the_same_message(town, room):
    made = asked_for(town, room)
    an_event_takes(town, room, 10)
    with pytest.raises(DomainError, match="原因"):
        decide(town, made, made[0])
    assert states(made) == ["pending"] * 3
    before = InboxMessage.objects.filter(account=town.lin_user).count()
    decide(town, made, made[0], reason="当天有社区活动")
    assert states(made) == ["accepted", "rejected", "rejected"]
    assert InboxMessage.objects.filter(account=town.lin_user).count() == before + 1
    (text,) = told(town.lin_user, "：部分日期已预约成功")
    assert messages.in_words(made[:1]) in text
    assert f"未约上2个日期：{messages.in_words(made[1:])}。原因：当天有社区活动" in text


def test_a_date_that_waits_waits_on(town, room):
    made = asked_for(town, room, waits=True)
    an_event_takes(town, room, 10)
    decide(town, made, made[0], made[2])
    assert states(made) == ["accepted", "pending", "accepted"]
    assert operations.reject_series(series=made[0].series, reason="活动占用", by=town.staff) == 1
    assert states(made) == ["accepted", "rejected", "accepted"]


def test_again_changes_nothing(town, room):
    made = asked_for(town, room)
    decide(town, made, *made)
    before = InboxMessage.objects.count()
    assert decide(town, made, *made) == ([], [])
    assert operations.reject_series(series=made[0].series, reason="晚了", by=town.staff) == 0
    assert (states(made), InboxMessage.objects.count()) == (["accepted"] * 3, before)


def test_a_date_taken_meanwhile_is_named_and_nothing_half_done(town, room):
    made = asked_for(town, room)
    seen = digest(wishes(made[0].series))
    an_event_takes(town, room, 10)
    with pytest.raises(DomainError) as refusal:
        decide(town, made, *made, seen=seen)
    assert messages.in_words(made[1:2]) in str(refusal.value)
    assert (states(made), quarters()) == (["pending"] * 3, 8)


def test_who_has_asked_meanwhile_is_shown_first(town, room):
    made = asked_for(town, room)
    seen = digest(wishes(made[0].series))
    rival = ask(town, room, who=town.wang, start=(10, 10), end=(10, 12))
    with pytest.raises(DomainError, match="有变化"):
        decide(town, made, *made, seen=seen)
    decide(town, made, *made)
    assert states([rival]) == ["rejected"]
    assert len(told(town.wang_user, "没有约上")) == 1


def test_whoever_loses_several_dates_reads_it_once(town, room):
    made = asked_for(town, room)
    others = asked_for(town, room, who=town.wang, hours=(10, 12))
    decide(town, made, *made)
    assert states(others) == ["rejected"] * 3
    (text,) = told(town.wang_user, "没有约上")
    assert f"未约上3个日期：{messages.in_words(others)}" in text


def test_nothing_ticked_is_not_a_refusal(town, room):
    made = asked_for(town, room)
    with pytest.raises(DomainError, match="全部不同意"):
        decide(town, made, reason="没有空")
    assert states(made) == ["pending"] * 3


def test_a_series_nobody_decides_on_is_told_in_one_message(town):
    made = asked_for(town, lent_room(town, needs_approval=False))
    assert states(made) == ["accepted"] * 3
    assert len(told(town.lin_user, "约上了")) == 1


def test_the_hours_stand_once_and_the_year_where_it_begins():
    def booking(*day, hour=1):
        start = datetime(*day, hour, tzinfo=UTC)
        return Booking(starts_at=start, ends_at=start.replace(hour=hour + 2))

    rows = [booking(2026, 12, 24), booking(2026, 12, 31), booking(2027, 1, 7), booking(2027, 1, 14, hour=2)]
    expected = "2026年12月24日、12月31日、2027年1月7日 09:00–11:00；1月14日 10:00–12:00"
    assert messages.in_words(rows) == expected


def test_staff_see_what_is_free_what_clashes_and_decide(town, room, signed_in):
    made = asked_for(town, room)
    an_event_takes(town, room, 10)
    rival = ask(town, room, who=town.wang, start=(17, 10), end=(17, 12))
    staff = signed_in(town.staff)
    assert address("desk_series", made) in staff.get(reverse("venues:desk_bookings")).text
    page = staff.get(address("desk_series", made))
    for shown in ("2个日期可以安排", "1个日期无法安排", "讲座", "王建国"):
        assert shown in page.text, shown
    data = {"dates": [made[0].pk, made[2].pk], "seen": page.context["seen"]}
    wanting = staff.post(address("desk_series_decide", made), data)
    assert (wanting.status_code, states(made)) == (422, ["pending"] * 3)
    assert f'value="{made[2].pk}" checked' in wanting.text
    done = staff.post(address("desk_series_decide", made), data | {"reason": "有讲座"}, follow=True)
    assert "已同意2个日期" in done.text
    assert "1个日期不同意" in done.text
    assert (states(made), states([rival])) == (["accepted", "rejected", "accepted"], ["rejected"])
    again = staff.post(address("desk_series_decide", made), data | {"reason": "有讲座"}, follow=True)
    assert "没有任何改动" in again.text


def test_who_asked_later_is_not_ticked_beforehand(town, room, signed_in):
    ask(town, room, who=town.wang, start=(10, 10), end=(10, 12))
    made = asked_for(town, room)
    text = signed_in(town.staff).get(address("desk_series", made)).text
    ticked = [f'value="{one.pk}" checked' in text for one in made]
    assert ticked == [True, False, True]
    assert "有人申请在先" in text


def test_all_are_refused_on_a_page_of_their_own(town, room, signed_in):
    made = asked_for(town, room)
    staff, there = signed_in(town.staff), address("desk_series_reject", made)
    assert staff.get(there).status_code == 200
    assert staff.post(there, {"reason": ""}).status_code == 422
    staff.post(there, {"reason": "装修"})
    assert states(made) == ["rejected"] * 3
    (text,) = told(town.lin_user, "没有约上")
    assert "原因：装修" in text


def test_giving_back_all_dates_asks_first(town, room, signed_in):
    made = asked_for(town, room)
    lin, there = signed_in(town.lin_user), address("my_cancel_all", made)
    assert there in lin.get(reverse("venues:my_bookings")).text
    asked = lin.get(there).text
    assert "取消“合唱排练”的全部3个日期吗" in asked
    assert all(one.when_with_weekday in asked for one in made)
    assert states(made) == ["pending"] * 3
    lin.post(there)
    assert states(made) == ["cancelled"] * 3
    assert "没有可取消的日期" in lin.get(there).text
    assert signed_in(town.wang_user).get(there).status_code == 404


@pytest.mark.parametrize("data", [{"dates": ["x"]}, {"dates": ["0"]}, {"seen": "x" * 65}, {}])
def test_odd_dates_decide_nothing(town, room, signed_in, data):
    made = asked_for(town, room)
    assert signed_in(town.staff).post(address("desk_series_decide", made), data).status_code == 422
    assert states(made) == ["pending"] * 3


def test_grid_workers_look_but_do_not_decide(town, room, signed_in):
    made = asked_for(town, room)
    worker = signed_in(town.west_worker)
    text = worker.get(address("desk_series", made)).text
    assert "林秀英" not in text  # lives in the other grid
    assert 'name="dates"' not in text
    assert worker.post(address("desk_series_decide", made)).status_code == 403
    assert worker.get(address("desk_series_reject", made)).status_code == 403
    assert signed_in(town.neighbour_staff).get(address("desk_series", made)).status_code == 404


def test_one_date_alone_leads_to_all_and_the_list_shows_one_row(town, room, signed_in):
    made = asked_for(town, room)
    staff = signed_in(town.staff)
    assert address("desk_series", made) in staff.get(reverse("venues:desk_booking", args=[made[1].pk])).text
    desk = staff.get(reverse("venues:desk_bookings"))
    assert [(one.pk, one.dates) for one in desk.context["pending"]] == [(made[0].pk, 3)]
    for one in made[:2]:
        operations.accept(booking=one, by=town.staff)
    desk = staff.get(reverse("venues:desk_bookings"))
    assert [(one.pk, one.dates) for one in desk.context["pending"]] == [(made[2].pk, 1)]


def test_as_many_queries_for_two_dates_as_for_twenty(town, room, signed_in):
    staff, counts = signed_in(town.staff), []
    for days, hours in (((3, 10), (9, 10)), (range(3, 23), (14, 15))):
        made = asked_for(town, room, days=days, hours=hours)
        asked_for(town, room, days=days, hours=hours, who=town.wang)
        staff.get(address("desk_series", made))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            staff.get(address("desk_series", made))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", GUARDS)
def test_two_series_are_given_at_once(monkeypatch, guarded):
    """Row locks are taken away in both runs: the unique quarter hours alone have to hold."""
    town = town_module.build()
    room = lent_room(town)
    first = asked_for(town, room, waits=True)
    second = asked_for(town, room, who=town.wang, hours=(10, 12), waits=True)
    without_row_locks(monkeypatch)

    def giving(made):
        return lambda: decide(town, made, *made)

    def run():
        race = Race(monkeypatch).stop_before(operations.booking, "take")
        return race.run(giving(first), giving(second))

    if guarded:
        assert refused(run()) == 1
        assert sorted([states(first), states(second)]) == [["accepted"] * 3, ["pending"] * 3]
        assert quarters() == 3 * 8
    else:
        with without_constraint(BookedQuarter, "one_booking_in_a_quarter_hour"):
            assert refused(run()) == 0
            assert quarters() == 2 * 3 * 8  # the same quarter hours are given twice


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", GUARDS)
def test_two_staff_decide_on_one_series_at_once(monkeypatch, guarded):
    """Without the locks the dates are refused and given at once; with them the second changes nothing."""
    town = town_module.build()
    made = asked_for(town, lent_room(town))
    if not guarded:
        without_row_locks(monkeypatch)
    race = Race(monkeypatch).stop_before(operations.deciding, "give")
    race.stop_before(operations.deciding, "refuse")
    results = race.run(
        lambda: decide(town, made, *made),
        lambda: operations.reject_series(series=made[0].series, reason="装修", by=town.staff),
    )
    assert refused(results) == 0
    if guarded:
        assert states(made) == ["accepted"] * 3
        assert len(InboxMessage.objects.filter(account=town.lin_user, subject__contains="没有约上")) == 0
    else:
        assert Activity.objects.filter(act__in=["venues.accept", "venues.reject"]).count() == 6
