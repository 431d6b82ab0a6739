"""Many at the counter at once. On PostgreSQL each guard has a twin without it; SQLite queues writers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from config.errors import DomainError
from points.models import Account
from points.operations import account_of, freeze, reserves
from shop import operations
from shop.models import Item, Order, Shop, Ticket
from shop.operations import fairs, orders
from shop.recount import check_stock

from .. import town as town_module
from ..races import GUARDS, Race, at_once, refused, without_row_locks
from .conftest import give, open_shop, right, take

PEOPLE, HANDS = 200, 12


@pytest.fixture
def rush(transactional_db):
    return open_shop(town_module.build())


def crowd(t, count):
    people = [town_module.resident(f"丙{chr(0x4E00 + n)}", t.east, t.community) for n in range(count)]
    for person in people:
        give(t, person)
    return people


def test_two_hundred_for_the_last_one(rush):
    """One gets it, and nobody's points are lost."""
    people = crowd(rush, PEOPLE)

    def ask(person):
        try:
            return take(rush, person, {rush.scissors.pk: 1})
        except DomainError:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(HANDS) as pool:
        made = [order for order in pool.map(ask, people) if order]
    assert len(made) == 1
    assert Order.objects.count() == 1
    held = Account.objects.holders().values_list("resident", "posted", "reserved")
    assert {row for row in held if row[2]} == {(made[0].resident_id, 5, 3)}
    assert len([row for row in held if row[1] == 5]) == PEOPLE
    right()


@pytest.mark.parametrize("guarded", GUARDS)
def test_the_last_one_is_promised_once(rush, monkeypatch, guarded):
    give(rush, rush.lin)
    give(rush, rush.wang)
    race = Race(monkeypatch).stop_before(orders, "_set_aside")
    if not guarded:
        without_row_locks(monkeypatch)
    results = race.run(*[lambda p=p: take(rush, p, {rush.scissors.pk: 1}) for p in (rush.lin, rush.wang)])
    if guarded:
        assert refused(results) == 1
        assert sorted(account_of(p).available for p in (rush.lin, rush.wang)) == [2, 5]
        right()
    else:
        assert race.met == 2
        assert Order.objects.waiting().count() == 2
        assert ("stock", rush.scissors.pk) in [(one["what"], one["row"]) for one in check_stock()]


@pytest.mark.parametrize("guarded", GUARDS)
def test_handing_over_and_cancelling_at_once_end_in_one_of_both(rush, monkeypatch, guarded):
    give(rush, rush.lin)
    made = take(rush, rush.lin, {rush.scissors.pk: 1})
    race = Race(monkeypatch).stop_before(orders, "locked_items")
    if not guarded:
        without_row_locks(monkeypatch)
    acts = [
        lambda: operations.hand_over(order=made, by=rush.staff),
        lambda: operations.cancel(order=made, by=rush.lin_user),
    ]
    results = race.run(*acts)
    if guarded:
        assert refused(results) == 1
        right()
    else:
        assert race.met == 2  # both thought it was waiting


@pytest.mark.parametrize("guarded", GUARDS)
def test_a_pause_waits_for_the_order_under_way(rush, monkeypatch, guarded):
    """Once somebody is paused, no order comes after."""
    give(rush, rush.lin)
    race = Race(monkeypatch).stop_after(reserves, "refuse_frozen")
    if not guarded:
        without_row_locks(monkeypatch)

    def pause():
        freeze(resident=rush.lin, months=1, cause="deduction:1", by=rush.secretary)
        return Order.objects.count()

    _order, when_paused = race.run(lambda: take(rush, rush.lin, {rush.scissors.pk: 1}), pause)
    assert when_paused == (1 if guarded else 0)
    assert Order.objects.count() == 1


@pytest.mark.parametrize("guarded", GUARDS)
def test_one_form_sent_twice_at_once_is_one_order(rush, monkeypatch, guarded):
    give(rush, rush.lin, 3)
    race = Race(monkeypatch).stop_before(orders, "_check_items")
    if not guarded:
        without_row_locks(monkeypatch)
    results = race.run(*[lambda: take(rush, rush.lin, {rush.rice.pk: 1}, token="once")] * 2)
    assert Order.objects.count() == 1
    if guarded:
        assert refused(results) == 0
        right()
    else:
        assert race.met == 2
        assert refused(results) == 1  # only the unique token stopped the second


@pytest.mark.parametrize("guarded", GUARDS)
def test_a_limit_for_one_person_holds_at_two_counters(rush, monkeypatch, guarded):
    give(rush, rush.lin, 3)
    Item.objects.filter(pk=rush.rice.pk).update(most_each=1)
    race = Race(monkeypatch).stop_before(orders, "_create")
    if not guarded:
        without_row_locks(monkeypatch)
    results = race.run(*[lambda: take(rush, rush.lin, {rush.rice.pk: 1})] * 2)
    if guarded:
        assert refused(results) == 1
        right()
    else:
        assert race.met == 2
        assert Order.objects.waiting().count() == 2


def fair_of(t, places=1, quota=1, **more):
    now = timezone.now()
    fair = operations.plan_fair(
        community=t.community, title="年终兑换", place="小广场", starts_at=now, ends_at=now + timedelta(hours=2),
        minutes=120, places=places, by=t.staff, **more,
    )  # fmt: skip
    operations.set_goods(fair=fair, quotas={t.rice.pk: quota}, by=t.staff)
    operations.publish_fair(fair=fair, by=t.staff)
    fair.refresh_from_db()
    return fair


@pytest.mark.parametrize("guarded", GUARDS)
def test_the_last_bag_of_a_fair_goes_to_one(rush, monkeypatch, guarded):
    give(rush, rush.lin)
    give(rush, rush.wang)
    fair = fair_of(rush)
    race = Race(monkeypatch).stop_before(fairs, "_split")
    if not guarded:
        without_row_locks(monkeypatch)
    acts = [
        lambda p=p: operations.serve(
            fair=fair, resident=p, wanted={rush.rice.pk: 1}, by=rush.staff, token=f"f{p.pk}"
        )
        for p in (rush.lin, rush.wang)
    ]
    results = race.run(*acts)
    if guarded:
        assert refused(results) == 1
        right()
    else:
        assert race.met == 2  # both saw it; the constraint refuses the second without a sentence
        assert sum(isinstance(one, Exception) and not isinstance(one, DomainError) for one in results) == 1


def test_numbers_of_a_fair_are_given_once(rush):
    fair = fair_of(rush, places=3)
    slot = fair.slots.get()
    people = crowd(rush, 6)
    results = at_once(
        *[lambda p=p: operations.take_number(fair=fair, slot=slot, resident=p, by=rush.staff) for p in people]
    )
    assert refused(results) == 3
    assert sorted(Ticket.objects.values_list("number", flat=True)) == [1, 2, 3]
    slot.refresh_from_db()
    assert slot.taken == 3


def test_the_clock_and_the_counter_end_an_order_once(rush):
    give(rush, rush.lin)
    made = take(rush, rush.lin, {rush.scissors.pk: 1})
    Order.objects.filter(pk=made.pk).update(until=timezone.now() - timedelta(minutes=1))
    at_once(
        operations.lapse_due, lambda: operations.hand_over(order=made, by=rush.staff), operations.lapse_due
    )
    assert Order.objects.get().state in ("handed", "lapsed")
    assert Shop.objects.count() == 1
    right()
