"""The shop in the browser: shelf, order, counter, store."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from config.errors import DomainError
from notifications.models import InboxMessage
from points.operations import account_of, freeze, lift_freeze
from residents.models import Household, Mandate, Resident
from residents.operations import move_out
from shop import operations
from shop.models import Item, Order, Shop

from ..town import resident
from .conftest import give, right, stocked, take


@pytest.fixture
def ordered(counter):
    give(counter, counter.lin, 3)
    counter.order = take(counter, counter.lin, {counter.rice.pk: 1})
    return counter


def sent(page, **counts):
    """What the page's form would send, with some numbers typed."""
    html = page.content.decode()
    form = re.search(r'(?s)<form method="post" class="form".*?</form>', html)[0]
    data = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    return data | {name: str(count) for name, count in counts.items()}


def test_anybody_sees_the_shelf(counter, client):
    page = client.get("/wenfeng/points/shop/").content.decode()
    assert "大米" in page
    assert "便民服务大厅" in page
    assert "csrf" not in page
    assert client.get(f"/wenfeng/points/shop/{counter.rice.pk}/").status_code == 200
    assert client.get(f"/shunjing/points/shop/{counter.rice.pk}/").status_code == 404


def test_an_empty_shelf_says_what_to_do(town, client):
    assert 'class="empty"' in client.get("/shunjing/points/shop/").content.decode()


def test_the_shelf_asks_as_often_for_one_thing_as_for_forty(counter, client):
    def asked(query: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/wenfeng/points/shop/" + query).status_code == 200
        return len(queries)

    asked("")
    few = asked("?x=1")
    for n in range(40):
        stocked(counter, f"物品{n}", 5, 1)
    assert asked("?x=2") == few <= 6


def test_a_resident_orders_and_shows_the_code(counter, signed_in):
    give(counter, counter.lin, 3)
    client = signed_in(counter.lin_user)
    address = f"/wenfeng/points/shop/order/?item={counter.rice.pk}"
    data = sent(client.get(address), **{f"n{counter.rice.pk}": 2})
    answers = [client.post(address, data) for _time in range(2)]
    order = Order.objects.get()
    assert [answer.headers["Location"] for answer in answers] == [f"/my/orders/{order.pk}/"] * 2
    page = client.get(f"/my/orders/{order.pk}/").content.decode()
    assert order.spoken in page
    assert "<svg" in page
    assert "大米" in client.get("/my/orders/").content.decode()
    client.post(f"/my/orders/{order.pk}/cancel/")
    assert account_of(counter.lin).available == 15
    right()


@pytest.mark.parametrize(("count", "status"), [(99, 422), (0, 422), (-3, 422), ("x", 422), (1, 302)])
def test_a_bad_number_comes_back_with_a_sentence(counter, signed_in, count, status):
    give(counter, counter.lin, 3)
    client = signed_in(counter.lin_user)
    data = sent(client.get("/wenfeng/points/shop/order/"), **{f"n{counter.rice.pk}": count})
    assert client.post("/wenfeng/points/shop/order/", data).status_code == status


def test_nobody_pays_a_price_they_have_not_seen(counter, signed_in):
    give(counter, counter.lin, 3)
    client = signed_in(counter.lin_user)
    data = sent(client.get("/wenfeng/points/shop/order/"), **{f"n{counter.rice.pk}": 1})
    Item.objects.filter(pk=counter.rice.pk).update(points=9)
    assert client.post("/wenfeng/points/shop/order/", data).status_code == 422
    assert Order.objects.count() == 0


def test_somebody_with_a_mandate_orders_for_an_elder(counter, signed_in):
    give(counter, counter.lin, 3)
    Mandate.objects.create(
        principal=counter.lin, holder=counter.wang_user, starts_on=counter.today, ends_on=counter.today, paper="授-1",
        made_by=counter.staff,
    )  # fmt: skip
    client = signed_in(counter.wang_user)
    address = f"/wenfeng/points/shop/order/?for={counter.lin.pk}"
    data = sent(client.get(address), **{f"n{counter.rice.pk}": 1})
    client.post(address, data)
    order = Order.objects.get()
    assert (order.resident, order.made_by, order.how) == (counter.lin, counter.wang_user, "mandate")
    told = InboxMessage.objects.get(account=counter.lin_user, subject="已为您下兑换单")
    assert f"{counter.rice}×1" in told.text
    assert order.spoken in told.text


def test_a_mandate_that_has_ended_meanwhile_orders_nothing_for_oneself(counter, signed_in):
    for person in (counter.lin, counter.wang):
        give(counter, person, 3)
    mandate = Mandate.objects.create(
        principal=counter.lin, holder=counter.wang_user, starts_on=counter.today, ends_on=counter.today, paper="授-1",
        made_by=counter.staff,
    )  # fmt: skip
    client, address = signed_in(counter.wang_user), f"/wenfeng/points/shop/order/?for={counter.lin.pk}"
    data = sent(client.get(address), **{f"n{counter.rice.pk}": 1})
    Mandate.objects.filter(pk=mandate.pk).update(withdrawn_at=timezone.now(), withdrawn_by=counter.staff)
    answer = client.post(address, data, follow=True)
    assert "本次没有下单" in answer.text
    assert not Order.objects.exists()


def test_a_stranger_is_told_where_to_go(counter, signed_in):
    client = signed_in(counter.stranger)
    assert client.get("/wenfeng/points/shop/order/").status_code == 200
    assert client.post("/wenfeng/points/shop/order/").status_code == 403


def test_an_order_is_its_holder_s_alone(ordered, signed_in):
    client = signed_in(ordered.wang_user)
    assert client.get(f"/my/orders/{ordered.order.pk}/").status_code == 404
    assert client.post(f"/my/orders/{ordered.order.pk}/cancel/").status_code == 404


def test_points_that_come_back_name_the_order_they_were_for(ordered, signed_in):
    operations.cancel(order=ordered.order, by=ordered.staff)
    text = signed_in(ordered.lin_user).get("/my/points/").text
    line = next(one for one in text.split("<li>") if "取消预留" in one)
    assert f"/my/orders/{ordered.order.pk}/" in line
    assert str(ordered.rice) in line


def test_code_and_one_tap_hand_over(ordered, signed_in):
    client = signed_in(ordered.staff)
    scanned = f"http://testserver{reverse('shop:code', args=[ordered.order.code])}"
    for typed in (scanned, ordered.order.spoken.lower()):
        answer = client.post("/desk/shop/", {"q": typed}, follow=True)
        assert answer.redirect_chain[-1][0] == f"/desk/shop/orders/{ordered.order.pk}/"
    client.post(f"/desk/shop/orders/{ordered.order.pk}/hand-over/")
    ordered.order.refresh_from_db()
    assert ordered.order.state == "handed"
    assert client.post(f"/desk/shop/orders/{ordered.order.pk}/cancel/", follow=True).status_code == 200
    right()


def test_a_name_finds_order_and_person(ordered, signed_in):
    client = signed_in(ordered.staff)
    page = client.post("/desk/shop/", {"q": "林秀英"}, follow=True).content.decode()
    assert ordered.order.spoken in page
    assert f"/desk/shop/for/{ordered.lin.pk}/" in page


def test_whoever_ordered_reads_their_own_page_when_scanning(ordered, signed_in):
    own = signed_in(ordered.lin_user).get(f"/desk/shop/code/{ordered.order.code}/")
    assert own.headers["Location"] == f"/my/orders/{ordered.order.pk}/"
    assert signed_in(ordered.wang_user).get(f"/desk/shop/code/{ordered.order.code}/").status_code == 403
    assert signed_in(ordered.neighbour_staff).get(f"/desk/shop/code/{ordered.order.code}/").status_code == 404
    assert signed_in(ordered.staff).get("/desk/shop/code/ACEFHJ/").status_code == 404


def test_staff_order_for_somebody_without_a_phone(counter, signed_in):
    wu = resident("吴桂兰", counter.east, counter.community)
    give(counter, wu, 2)
    client = signed_in(counter.staff)
    address = f"/desk/shop/for/{wu.pk}/"
    client.post(address, sent(client.get(address), **{f"n{counter.rice.pk}": 1}))
    order = Order.objects.get()
    assert order.how == "desk"
    slip = client.get(f"/desk/shop/orders/{order.pk}/slip/").content.decode()
    assert order.spoken in slip
    assert client.get(f"/desk/shop/for/{counter.zhao.pk}/").status_code == 404
    assert signed_in(counter.head).get(address).status_code in (403, 404)


def test_the_store_takes_in_and_throws_away(counter, signed_in):
    client = signed_in(counter.staff)
    address = f"/desk/shop/store/{counter.rice.pk}/"
    client.post(address, {"kind": "received", "count": "5", "note": "端午慰问", "seen": "10"})
    assert Item.objects.get(pk=counter.rice.pk).on_hand == 15
    assert client.post(address, {"kind": "received", "count": "5", "seen": "10"}).status_code == 422
    assert client.post(address, {"kind": "handed", "count": "5", "seen": "15"}).status_code == 422
    refused = client.post(address, {"kind": "damaged", "count": "16", "note": "", "seen": "15"})
    assert refused.status_code == 422
    assert refused.context["form"]["note"].value() == ""
    assert "端午慰问" in client.get(address).content.decode()
    assert signed_in(counter.east_worker).post(address, {}).status_code == 403
    assert signed_in(counter.neighbour_staff).get(address).status_code == 404
    right()


def test_my_consent_is_mine(counter, signed_in):
    client = signed_in(counter.lin_user)
    client.post(f"/my/orders/family/{counter.lin.pk}/", {"act": "agree"})
    client.post(f"/my/orders/family/{counter.lin.pk}/", {"act": "withdraw"})
    assert client.post(f"/my/orders/family/{counter.wang.pk}/", {"act": "agree"}).status_code == 404


def test_items_are_kept_in_the_back_office(counter, signed_in):
    client = signed_in(counter.staff)
    page = f"/admin/shop/item/{counter.rice.pk}/change/"
    data = {
        "category": counter.daily.pk,
        "kind": "good",
        "name": "东北大米",
        "unit_word": "袋",
        "points": "6",
        "yuan": "6.50",
    }
    assert client.post(page, data | {"seen": "0"}).status_code == 422
    assert client.post(page, data | {"seen": "1"}).status_code == 302
    row = Item.objects.get(pk=counter.rice.pk)
    assert (row.points, row.fen) == (6, 650)
    assert client.post(page, data | {"seen": "2", "yuan": "6.505"}).status_code == 422
    assert client.post(page, data | {"seen": "1"}).status_code == 422
    client.post("/admin/shop/item/", {"action": "take_off", "_selected_action": [counter.rice.pk]})
    assert Item.objects.get(pk=counter.rice.pk).shelved_at is None
    assert Item.objects.get(pk=counter.rice.pk).on_hand == 10


def test_the_shop_says_when_it_opens_again(counter, client):
    day = 28 if counter.today.day < 15 else 1
    Shop.objects.update(cycle="monthly", first_day=day, last_day=day)
    assert 'class="note warn"' in client.get("/wenfeng/points/shop/").content.decode()
    operations.take_off_shelf(item=counter.rice, by=counter.staff)
    assert client.get(f"/wenfeng/points/shop/{counter.rice.pk}/").status_code == 404


def test_who_moved_away_has_the_points_redeemed_at_the_counter_for_a_while(counter, signed_in, settings):
    give(counter, counter.wang, 3)
    move_out(resident=counter.wang, left_on=counter.today, by=counter.staff)
    counter.wang.refresh_from_db()
    client = signed_in(counter.staff)
    assert f"/desk/shop/for/{counter.wang.pk}/" in client.get("/desk/shop/").text
    assert counter.wang.name not in signed_in(counter.neighbour_staff).get("/desk/shop/").text
    address = f"/desk/shop/for/{counter.wang.pk}/"
    client.post(address, sent(client.get(address), **{f"n{counter.rice.pk}": 1}))
    assert Order.objects.get().resident == counter.wang
    with pytest.raises(DomainError):
        take(counter, counter.wang, {counter.rice.pk: 1}, token="by themselves")
    settings.POINTS_AFTER_LEAVING = -1
    assert f"/desk/shop/for/{counter.wang.pk}/" not in client.get("/desk/shop/").text
    with pytest.raises(DomainError):
        take(counter, counter.wang, {counter.rice.pk: 1}, by=counter.staff, token="late", how="desk")


def test_whose_redeeming_is_paused_is_told_so_and_pays_for_nobody(counter, signed_in):
    """Neither in the portal nor at the counter, and not by the family's points either."""
    give(counter, counter.lin, 3)
    freeze(resident=counter.lin, months=3, cause="deduction:1", by=counter.secretary)
    order = "/wenfeng/points/shop/order/"
    for client, url in (
        (signed_in(counter.lin_user), order),
        (signed_in(counter.staff), f"/desk/shop/for/{counter.lin.pk}/"),
    ):
        page = client.get(url).text
        assert "暂停至" in page
        assert 'name="token"' not in page
    with pytest.raises(DomainError, match="暂停"):
        take(counter, counter.lin, {counter.rice.pk: 1})
    home = Household.objects.create(community=counter.community, path=counter.lin.path)
    Resident.objects.filter(pk__in=[counter.lin.pk, counter.wang.pk]).update(household=home, relation="other")
    operations.agree(resident=counter.lin, by=counter.lin_user)
    counter.wang.refresh_from_db()
    assert not operations.family_of(counter.wang).exists()
    lift_freeze(cause="deduction:1", reason="查无此事", by=counter.secretary)
    assert operations.family_of(counter.wang).get() == counter.lin
