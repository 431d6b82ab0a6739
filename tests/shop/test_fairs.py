"""Fairs: goods set aside, numbers given out, people served at the desk or from paper, leftovers put back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from config.errors import DomainError
from points.operations import account_of, freeze
from residents.models import Household, Resident
from shop import operations
from shop.figures import figures
from shop.models import Fair, Item, Order, Ticket

from ..town import resident
from .conftest import give, right, take
from .test_order import held
from .test_races import fair_of


def serve(t, fair, person, count=1, token="", item=None):
    wanted = {(item or t.rice).pk: count}
    return operations.serve(
        fair=fair, resident=person, wanted=wanted, by=t.staff, token=token or f"s{person.pk}"
    )


def test_goods_are_set_aside_and_leftovers_go_back(counter):
    give(counter, counter.lin, 9)
    fair = fair_of(counter, quota=8)
    assert held(counter.rice) == (10, 8)
    with pytest.raises(DomainError):
        take(counter, counter.lin, {counter.rice.pk: 3})
    serve(counter, fair, counter.lin, 2)
    assert held(counter.rice) == (8, 6)
    right()
    assert operations.close_fair(fair=fair, by=counter.staff) == 6
    assert operations.close_fair(fair=fair, by=counter.staff) == 0
    assert held(counter.rice) == (8, 0)
    with pytest.raises(DomainError):
        serve(counter, fair, counter.wang)
    right()


def test_a_fair_that_is_over_says_what_was_handed_over(counter, client):
    give(counter, counter.lin, 9)
    fair = fair_of(counter, quota=8)
    serve(counter, fair, counter.lin, 2)
    Fair.objects.filter(pk=fair.pk).update(published_at=timezone.now())
    page = reverse("shop:fair", args=[counter.community, fair.pk])
    assert "剩 6 件" in client.get(page).text
    operations.close_fair(fair=fair, by=counter.staff)
    over = client.get(page).text
    assert "已领2件" in over
    assert "剩 6 件" not in over


def test_more_than_there_is_is_not_set_aside(counter):
    fair = fair_of(counter, quota=4)
    with pytest.raises(DomainError):
        operations.set_goods(fair=fair, quotas={counter.rice.pk: 11}, by=counter.staff)
    give(counter, counter.lin, 5)
    serve(counter, fair, counter.lin, 3)
    with pytest.raises(DomainError):
        operations.set_goods(fair=fair, quotas={counter.rice.pk: 2}, by=counter.staff)
    operations.set_goods(fair=fair, quotas={counter.rice.pk: 3}, by=counter.staff)
    assert held(counter.rice) == (7, 0)
    right()


def test_served_is_paid_and_a_second_click_changes_nothing(counter):
    give(counter, counter.lin, 3)
    fair = fair_of(counter, quota=5)
    assert serve(counter, fair, counter.lin, 2) == serve(counter, fair, counter.lin, 2)
    account = account_of(counter.lin)
    assert (account.posted, account.reserved) == (5, 0)
    with pytest.raises(DomainError):
        serve(counter, fair, counter.wang)  # without points
    assert held(counter.rice) == (8, 3)
    found = figures(counter.community, counter.today, counter.today)
    assert (found["handed"], found["points"], found["pieces"]) == (1, 10, 2)
    right()


def test_a_household_gets_no_more_than_its_limit(counter):
    home = Household.objects.create(community=counter.community, path=counter.community.path)
    sister = resident("林小妹", counter.east_building, counter.community)
    for person, relation in ((counter.lin, "head"), (sister, "sibling")):
        Resident.objects.filter(pk=person.pk).update(household=home, relation=relation)
        person.refresh_from_db()
        give(counter, person, 5)
    fair = fair_of(counter, quota=9, most_household=3)
    serve(counter, fair, counter.lin, 2)
    with pytest.raises(DomainError):
        serve(counter, fair, sister, 2)
    serve(counter, fair, sister, 1, token="b")
    right()


def test_one_number_for_a_household_and_a_place_goes_back(counter):
    fair = fair_of(counter, places=1)
    slot = fair.slots.get()
    ticket = operations.take_number(fair=fair, slot=slot, resident=counter.lin, by=counter.lin_user)
    assert operations.take_number(fair=fair, slot=slot, resident=counter.lin, by=counter.lin_user) == ticket
    with pytest.raises(DomainError):
        operations.take_number(fair=fair, slot=slot, resident=counter.wang, by=counter.wang_user)
    for _time in range(2):
        operations.give_number_back(ticket=ticket, by=counter.lin_user)
    slot.refresh_from_db()
    assert slot.taken == 0
    assert (
        operations.take_number(fair=fair, slot=slot, resident=counter.wang, by=counter.wang_user).number == 2
    )
    with pytest.raises(DomainError):
        operations.take_number(fair=fair, slot=slot, resident=counter.zhao, by=counter.staff)


def test_a_fair_of_tomorrow_gives_numbers_but_no_goods(counter):
    give(counter, counter.lin)
    fair = fair_of(counter)
    Fair.objects.update(
        starts_at=timezone.now() + timedelta(days=1), ends_at=timezone.now() + timedelta(days=2)
    )
    fair.refresh_from_db()
    operations.take_number(fair=fair, slot=fair.slots.get(), resident=counter.lin, by=counter.lin_user)
    with pytest.raises(DomainError):
        serve(counter, fair, counter.lin)


def test_a_unit_with_an_open_fair_is_not_closed(counter):
    fair = fair_of(counter)
    with pytest.raises(DomainError):
        operations.refuse_closing(counter.community)
    operations.close_fair(fair=fair, by=counter.staff)
    assert operations.refuse_closing(counter.community) is None


# --- in the browser ---


def test_staff_plan_a_fair_from_the_first_to_the_last_page(counter, signed_in):
    client = signed_in(counter.staff)
    day = timezone.localdate() + timedelta(days=3)
    form = {
        "community": counter.community.pk, "title": "年终兑换", "day": str(day), "begins": "09:00", "ends": "11:00",
        "place": "小广场", "minutes": "30", "places": "20", "most_household": "3",
    }  # fmt: skip
    assert client.post("/desk/shop/fairs/new/", form | {"ends": "08:00"}).status_code == 422
    assert client.post("/desk/shop/fairs/new/", form | {"day": "2020-01-01"}).status_code == 422
    assert client.post("/desk/shop/fairs/new/", form | {"community": counter.neighbour.pk}).status_code == 422
    goods = client.post("/desk/shop/fairs/new/", form).headers["Location"]
    fair = Fair.objects.get()
    assert fair.slots.count() == 4
    told = {"seen": "1"}
    answer = client.post(goods, told | {f"n{counter.rice.pk}": "6", f"n{counter.scissors.pk}": "0"})
    assert answer.status_code == 302
    assert (
        client.post(
            goods, {"seen": "2", f"n{counter.rice.pk}": "60", f"n{counter.scissors.pk}": "0"}
        ).status_code
        == 422
    )
    client.post(
        goods, told | {f"n{counter.rice.pk}": "1", f"n{counter.scissors.pk}": "0"}
    )  # a page from before
    assert held(counter.rice) == (10, 6)
    assert client.get(f"/wenfeng/points/fairs/{fair.pk}/").status_code == 404
    client.post(f"/desk/shop/fairs/{fair.pk}/publish/")
    assert "大米" in client.get(f"/wenfeng/points/fairs/{fair.pk}/").content.decode()
    assert "年终兑换" in client.get("/wenfeng/points/shop/").content.decode()
    client.post(f"/desk/shop/fairs/{fair.pk}/close/")
    assert held(counter.rice) == (10, 0)


def test_a_resident_takes_a_number_and_gives_it_back(counter, signed_in):
    fair = fair_of(counter)
    client, address = signed_in(counter.lin_user), f"/wenfeng/points/fairs/{fair.pk}/number/"
    assert client.post(address, {"resident": counter.lin.pk, "slot": "0"}).status_code == 422
    assert client.post(address, {"resident": counter.wang.pk, "slot": fair.slots.get().pk}).status_code == 422
    client.post(address, {"resident": counter.lin.pk, "slot": fair.slots.get().pk})
    ticket = Ticket.objects.get()
    assert "001" in client.get(address).content.decode()
    assert signed_in(counter.wang_user).post(f"/my/numbers/{ticket.pk}/give-back/").status_code == 404
    client.post(f"/my/numbers/{ticket.pk}/give-back/")
    assert Ticket.objects.live().count() == 0


def test_whose_redeeming_is_paused_on_the_day_sees_no_button(counter, signed_in):
    fair = fair_of(counter)
    address = f"/wenfeng/points/fairs/{fair.pk}/number/"
    freeze(resident=counter.lin, months=1, cause="deduction:1", by=counter.secretary)
    page = signed_in(counter.lin_user).get(address).text
    assert "暂停至" in page
    assert 'name="slot"' not in page
    later = fair.starts_at + timedelta(days=40)  # the pause is over by then
    Fair.objects.update(starts_at=later, ends_at=later + timedelta(hours=2))
    assert 'name="slot"' in signed_in(counter.lin_user).get(address).text


def test_a_number_typed_and_a_count_serve_somebody(counter, signed_in):
    give(counter, counter.lin, 3)
    fair = fair_of(counter, quota=5)
    operations.take_number(fair=fair, slot=fair.slots.get(), resident=counter.lin, by=counter.staff)
    client = signed_in(counter.staff)
    desk = f"/desk/shop/fairs/{fair.pk}/"
    to_serve = client.post(desk, {"q": "1"}).headers["Location"]
    page = client.get(to_serve).content.decode()
    token = page.split('name="token" value="')[1].split('"')[0]
    assert client.post(to_serve, {"token": token, f"n{counter.rice.pk}": "9"}).status_code == 422
    assert client.post(to_serve, {"token": token, f"n{counter.rice.pk}": "2"}).headers["Location"] == desk
    assert Order.objects.get().lines.get().count == 2
    assert signed_in(counter.neighbour_staff).get(to_serve).status_code == 404
    assert signed_in(counter.lin_user).get(to_serve).status_code in (403, 404)
    right()


def test_a_signed_list_is_keyed_in_line_by_line(counter, signed_in):
    give(counter, counter.lin, 3)
    fair = fair_of(counter, places=5, quota=5)
    one, two = (
        operations.take_number(fair=fair, slot=fair.slots.get(), resident=person, by=counter.staff)
        for person in (counter.lin, counter.wang)
    )
    client, address = signed_in(counter.staff), f"/desk/shop/fairs/{fair.pk}/key-in/"
    assert "林秀英" in client.get(f"/desk/shop/fairs/{fair.pk}/list/").content.decode()
    said = {f"t{one.pk}i{counter.rice.pk}": "2", f"t{two.pk}i{counter.rice.pk}": "1"}
    for _time in range(2):
        assert client.post(address, said).status_code == 422  # Wang has no points
        assert Order.objects.get().resident == counter.lin
    answer = client.post(address, {f"t{two.pk}i{counter.rice.pk}": "x"})
    assert answer.status_code == 422
    assert "1 行未录入" in answer.text
    assert "没有录入任何一行" in client.post(address, {}, follow=True).text
    right()


def test_the_desk_of_a_fair_asks_as_often_for_two_as_for_thirty(
    counter, signed_in, django_assert_max_num_queries
):
    fair = fair_of(counter, places=50, quota=5)
    client = signed_in(counter.staff)
    for n in range(30):
        person = resident(f"丁{chr(0x4E00 + n)}", counter.east, counter.community)
        operations.take_number(fair=fair, slot=fair.slots.get(), resident=person, by=counter.staff)
    with django_assert_max_num_queries(18):
        client.get(f"/desk/shop/fairs/{fair.pk}/")
    assert Item.objects.count() == 2
