"""Goods brought back: pieces to the store, points to those who paid, never more than was paid."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from config.errors import DomainError
from points.models import Account, Kind, Transfer
from points.operations import account_of, expire, give_back
from points.operations import follow_merge as points_follow_merge
from points.operations.expiry import lapsed_until
from residents.models import Household, Resident
from shop import operations
from shop.figures import figures
from shop.models import OrderState, Return, ReturnLine
from shop.operations import returns

from .. import town as town_module
from ..races import GUARDS, Race, refused, without_row_locks
from ..town import resident
from .conftest import give, open_shop, right, take
from .test_pages import sent


def handed(t, wanted=None, points=4, **more):
    """林 has been given 20 points and has fetched two bags of rice and the scissors, for 13."""
    give(t, t.lin, points)
    made = take(t, t.lin, wanted or {t.rice.pk: 2, t.scissors.pk: 1}, **more)
    return operations.hand_over(order=made, by=t.staff)


def back(t, order, wanted, token="r1", **more):  # noqa: S107
    lines = {line.item_id: line.pk for line in order.lines.all()}
    counts = {lines[item.pk]: n for item, n in wanted.items()}
    more["unusable"] = frozenset(lines[item.pk] for item in more.get("unusable", ()))
    return operations.bring_back(
        order=order, counts=counts, by=t.staff, reason="包装破损", token=token, **more
    )


def on_hand(item):
    item.refresh_from_db()
    return item.on_hand


def test_a_line_at_a_time_comes_back_with_its_points(counter):
    order = handed(counter)
    assert account_of(counter.lin).posted == 7
    first = back(counter, order, {counter.rice: 1})
    assert (first.points, account_of(counter.lin).posted, on_hand(counter.rice)) == (5, 12, 9)
    assert back(counter, order, {counter.rice: 1}) == first
    back(counter, order, {counter.rice: 1, counter.scissors: 1}, "r2", unusable=[counter.scissors])
    assert (account_of(counter.lin).posted, on_hand(counter.rice), on_hand(counter.scissors)) == (20, 10, 0)
    assert set(operations.left_with(order).values()) == {0}
    with pytest.raises(DomainError):
        back(counter, order, {counter.rice: 1}, "r3")
    found = figures(counter.community, counter.today.replace(day=1), counter.today)
    assert (found["returned"], found["points"], found["points_back"], found["pieces"]) == (2, 0, 13, 0)
    right()


def test_only_what_was_handed_over_comes_back(counter):
    give(counter, counter.lin)
    made = take(counter, counter.lin, {counter.rice.pk: 1})
    with pytest.raises(DomainError):
        back(counter, made, {counter.rice: 1})
    order = operations.hand_over(order=made, by=counter.staff)
    with pytest.raises(DomainError):
        back(counter, order, {counter.rice: 2})
    with pytest.raises(DomainError):
        operations.bring_back(order=order, counts={}, by=counter.staff, reason="x", token="t")  # noqa: S106
    assert order.state == OrderState.HANDED
    assert Return.objects.count() == 0


def test_whoever_helped_out_gets_theirs_back_first(counter):
    home = Household.objects.create(community=counter.community, path=counter.community.path)
    sister = resident("林小妹", counter.east_building, counter.community)
    Resident.objects.filter(pk__in=[counter.lin.pk, sister.pk]).update(household=home, relation="other")
    counter.lin.refresh_from_db()
    sister.refresh_from_db()
    give(counter, sister)
    operations.agree(resident=sister, by=counter.staff)
    order = handed(counter, {counter.rice.pk: 2}, points=1, with_family=True)
    back(counter, order, {counter.rice: 1})
    assert (account_of(sister).posted, account_of(counter.lin).posted) == (5, 0)
    back(counter, order, {counter.rice: 1}, "r2")
    assert (account_of(sister).posted, account_of(counter.lin).posted) == (5, 5)
    right()


def test_the_points_are_good_as_long_as_those_received_today(counter):
    """They were spent in time; what they were made of is long past when the goods come back."""
    order = handed(counter)
    back(counter, order, {counter.rice: 2})
    community, today = counter.community, counter.today
    assert expire(community=community, received_until=today - timedelta(days=1), on=today, by=None) == 0
    two_years = date(today.year + 2, 1, 1)
    assert expire(community=community, received_until=lapsed_until(two_years), on=two_years, by=None) == 17
    right()


def test_the_account_that_is_left_after_a_merge_gets_them(counter):
    give(counter, counter.wang)
    order = handed(counter)
    points_follow_merge(source=counter.lin, target=counter.wang, by=counter.staff)
    operations.follow_merge(source=counter.lin, target=counter.wang, by=counter.staff)
    now = timezone.localdate()
    Resident.objects.filter(pk=counter.lin.pk).update(
        left_on=now, left_why="merged", merged_into=counter.wang
    )
    back(counter, order, {counter.rice: 1})
    assert Account.objects.get(resident=counter.lin).posted == 0
    assert account_of(counter.wang).posted == 5 + 7 + 5
    right()


@pytest.mark.parametrize("fields", [{"amount": 14}, {"holder": "wang", "credit": "wang"}, {"reverses": None}])
def test_the_database_gives_back_no_more_than_was_paid(counter, fields):
    give(counter, counter.wang)
    order = handed(counter)
    back(counter, order, {counter.rice: 1})
    row = Transfer.objects.get(kind=Kind.REFUND)
    row.pk, row.key = None, "refund:again"
    for name, value in ({"amount": 9} | fields).items():
        setattr(row, name, account_of(counter.wang) if value == "wang" else value)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
    redeemed = Transfer.objects.get(kind=Kind.POST)
    with pytest.raises(DomainError):
        give_back([(redeemed, 9)], key="x", by=counter.staff, cause="order:1")
    line = order.lines.get(item=counter.rice)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReturnLine.objects.create(back=Return.objects.get(), line=line, count=2, is_usable=True)


def test_limits_count_what_people_kept(counter):
    counter.rice.most_each = 2
    counter.rice.save(update_fields=["most_each"])
    order = handed(counter, points=6)
    with pytest.raises(DomainError):
        take(counter, counter.lin, {counter.rice.pk: 1})
    back(counter, order, {counter.rice: 1})
    assert take(counter, counter.lin, {counter.rice.pk: 1}).points == 5


def test_at_the_counter_it_is_two_numbers_and_a_reason(counter, signed_in):
    order = handed(counter)
    url = reverse("shop:bring_back", args=[order.pk])
    keeper = signed_in(counter.secretary)
    line = order.lines.get(item=counter.rice)
    page = keeper.get(url)
    assert keeper.post(url, sent(page, **{f"n{line.pk}": 1})).status_code == 422  # no reason
    assert keeper.post(url, sent(page, **{f"n{line.pk}": 3, "reason": "破损"})).status_code == 422
    assert keeper.post(url, sent(page, reason="破损")).status_code == 422
    assert Return.objects.count() == 0
    done = keeper.post(url, sent(page, **{f"n{line.pk}": 1, "reason": "包装破损"}), follow=True)
    for words in ("已退还5分", "包装破损"):
        assert words in done.text, words
    keeper.post(url, sent(page, **{f"n{line.pk}": 1, "reason": "包装破损"}))
    assert Return.objects.count() == 1
    for address in ("/my/points/", f"/my/points/print/?year={counter.today.year}"):
        said = signed_in(counter.lin_user).get(address).text
        assert "退回：兑换物品已退" in said, address
        assert "包装破损" in said
    assert "包装破损" in signed_in(counter.lin_user).get(f"/my/orders/{order.pk}/").text


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", GUARDS)
def test_two_clerks_take_the_same_bag_back_once(transactional_db, monkeypatch, guarded):
    """Without row locks the second counts what is left as long as it does not see the first: only the database stops it."""
    t = open_shop(town_module.build())
    order = handed(t, {t.rice.pk: 1})
    if not guarded:
        without_row_locks(monkeypatch)
    race = Race(monkeypatch).stop_before(returns, "_into_the_store")
    said = race.run(*[lambda n=n: back(t, order, {t.rice: 1}, f"r{n}") for n in range(2)])
    assert race.met == 1  # the second is held up: with the locks before it looks, without after
    if guarded:
        assert refused(said) == 1
    else:
        assert [type(one) for one in said if isinstance(one, Exception)] == [IntegrityError]
    assert account_of(t.lin).posted == 20
    right()
