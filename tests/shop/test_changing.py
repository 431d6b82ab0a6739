"""A planned fair is changed and its people told; numbers are called up; orders that run out are told of, once."""

from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from config.errors import DomainError, StaleError
from notifications.models import InboxMessage, Outgoing
from residents.models import Resident
from residents.operations import died, move_out
from shop import operations
from shop.messages import remind_due
from shop.models import Fair, Order

from ..town import resident
from .conftest import give, take
from .test_fairs import serve
from .test_pages import sent
from .test_races import fair_of


def at(t, hour, days=3):
    return timezone.make_aware(datetime.combine(t.today + timedelta(days=days), time(hour)))


@pytest.fixture
def planned(counter):
    """In three days from nine to eleven, four times of half an hour; 林 comes first, 王 last."""
    t = counter
    t.fair = operations.plan_fair(
        community=t.community, title="年终兑换", place="小广场", starts_at=at(t, 9), ends_at=at(t, 11), minutes=30, places=2,
        by=t.staff,
    )  # fmt: skip
    operations.publish_fair(fair=t.fair, by=t.staff)
    slots = list(t.fair.slots.all())
    t.numbers = [operations.take_number(fair=t.fair, slot=slot, resident=one, by=t.staff)
                 for slot, one in ((slots[0], t.lin), (slots[3], t.wang))]  # fmt: skip
    t.fair.refresh_from_db()
    return t


def change(t, **more):
    fields = {
        "title": "年终兑换",
        "place": "小广场",
        "starts_at": at(t, 9),
        "ends_at": at(t, 11),
        "minutes": 30,
        "places": 2,
    }
    return operations.change_fair(fair=t.fair, by=t.staff, **({"seen": t.fair.version} | fields | more))


def times(t):
    found = []
    for ticket in t.numbers:
        ticket.refresh_from_db()
        found.append(str(ticket.slot))
    return found


def test_numbers_stay_and_their_people_are_told(planned):
    change(planned, starts_at=at(planned, 10, 4), ends_at=at(planned, 11, 4), place="礼堂")
    assert times(planned) == ["10:00–10:30", "10:30–11:00"]
    assert list(planned.fair.slots.values_list("places", "taken")) == [(2, 1), (2, 1)]
    said = InboxMessage.objects.get(account=planned.lin_user)
    assert "礼堂" in said.text
    assert "10:00–10:30" in said.text
    assert "001" in said.text


def test_other_words_tell_nobody(planned):
    change(planned, title="新年兑换", places=5, about="带好取货袋。")
    assert InboxMessage.objects.count() == Outgoing.objects.count() == 0
    planned.fair.refresh_from_db()
    assert (planned.fair.title, planned.fair.version) == ("新年兑换", 2)


def test_a_fair_is_not_changed_behind_somebodys_back_or_on_its_day(planned):
    change(planned, minutes=60)
    with pytest.raises(StaleError):
        change(planned, place="礼堂")
    planned.fair.refresh_from_db()
    with pytest.raises(DomainError):
        change(planned, minutes=120, places=1)
    assert times(planned) == ["09:00–10:00", "10:00–11:00"]
    Fair.objects.update(starts_at=timezone.now(), ends_at=timezone.now() + timedelta(hours=1))
    with pytest.raises(DomainError):
        change(planned)


def test_the_form_shows_what_is_planned_and_refuses_a_stale_one(planned, signed_in):
    url, keeper = reverse("shop:fair_edit", args=[planned.fair.pk]), signed_in(planned.secretary)
    page = keeper.get(url)
    data = sent(page) | {
        "title": "年终兑换", "place": "礼堂", "day": at(planned, 9).date().isoformat(), "begins": "09:00", "ends": "11:00",
        "minutes": "30", "places": "2",
    }  # fmt: skip
    assert keeper.post(url, data | {"ends": "08:00"}).status_code == 422
    assert keeper.post(url, data).status_code == 302
    assert keeper.post(url, data | {"place": "小广场"}).status_code == 422
    assert Fair.objects.get().place == "礼堂"


def test_the_next_one_is_called_once_and_who_is_missing_comes_again(counter, signed_in, client):
    t = counter
    fair = fair_of(t, places=9, quota=5)
    people = [t.lin, t.wang, resident("孙小满", t.east_building, t.community)]
    slot = fair.slots.get()
    for person in people:
        give(t, person)
        operations.take_number(fair=fair, slot=slot, resident=person, by=t.staff)
    assert operations.call_next(fair=fair, seen=0, by=t.staff) == 1
    assert operations.call_next(fair=fair, seen=0, by=t.staff) == 1
    assert operations.call_next(fair=fair, seen=1, by=t.staff) == 2
    serve(t, fair, t.wang)
    desk = reverse("shop:fair_desk", args=[fair.pk])
    assert "003号 孙小满" in signed_in(t.staff).get(desk).text
    signed_in(t.staff).post(reverse("shop:fair_next", args=[fair.pk]), {"seen": "2"})
    assert "现在办到003号" in client.get(f"/wenfeng/points/fairs/{fair.pk}/").text
    serve(t, fair, people[2])
    assert operations.call_next(fair=fair, seen=3, by=t.staff) == 1
    with pytest.raises(DomainError):
        operations.call_next(fair=fair, seen=1, by=t.staff)


def test_nobody_reminds_the_dead_and_who_moved_still_sees_the_order(counter, signed_in):
    for person in (counter.lin, counter.wang):
        give(counter, person, 2)
    orders = [take(counter, person, {counter.rice.pk: 1}) for person in (counter.lin, counter.wang)]
    earlier = timezone.now() - timedelta(days=6)
    Order.objects.update(until=timezone.now() + timedelta(hours=1))
    for one in orders:
        by_hand(one, earlier)
    died(resident=counter.lin, left_on=timezone.localdate(), by=counter.staff)
    move_out(resident=counter.wang, left_on=timezone.localdate(), by=counter.staff)
    remind_due()
    assert [one.account for one in InboxMessage.objects.all()] == [counter.wang_user]
    page = reverse("shop:my_order", args=[orders[1].pk])
    mover = signed_in(counter.wang_user)
    assert page in mover.get(reverse("shop:my_orders")).text
    assert orders[1].spoken in mover.get(page).text
    assert signed_in(counter.lin_user).get(page).status_code == 404


def test_whoever_lets_an_order_lie_is_told_once(counter):
    give(counter, counter.lin, 2)
    made = take(counter, counter.lin, {counter.rice.pk: 1})
    Resident.objects.filter(pk=counter.lin.pk).update(user=counter.lin_user)
    remind_due()
    assert InboxMessage.objects.count() == 0
    earlier = timezone.now() - timedelta(days=6)
    Order.objects.filter(pk=made.pk).update(until=timezone.now() + timedelta(hours=1))
    remind_due()
    assert InboxMessage.objects.count() == 0  # ordered today
    by_hand(made, earlier)
    remind_due()
    remind_due()
    said = InboxMessage.objects.get()
    assert said.account == counter.lin_user
    assert made.spoken in said.text


def by_hand(order, made_at):
    from django.db import connection

    from config.triggers import lifted

    with lifted(connection, "shop"):
        Order.objects.filter(pk=order.pk).update(made_at=made_at)
