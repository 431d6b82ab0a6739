"""Whatever is done in whatever order: points and goods agree with a small model, and both recounts find nothing."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from config.errors import DomainError
from points.models import Account
from points.operations import account_of
from points.recount import check_ledger
from shop import operations
from shop.models import STEPS, MoveKind, Order
from shop.operations import orders
from shop.recount import check_stock

from .. import town as town_module
from .conftest import give, open_shop, take
from .test_races import fair_of


class Counter(RuleBasedStateMachine):
    """Two people, two things, one fair; orders of one or two pieces in every state."""

    @initialize()
    def open(self):
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.t = open_shop(town_module.build())
        self.people = [self.t.lin, self.t.wang]
        for person in self.people:
            give(self.t, person, 6)
        self.fair = fair_of(self.t, quota=3)
        self.points = {person.pk: [30, 0] for person in self.people}
        self.goods = {self.t.rice.pk: [10, 3], self.t.scissors.pk: [1, 0]}
        self.price = {self.t.rice.pk: 5, self.t.scissors.pk: 3}
        self.orders, self.serial, self.left = {}, 0, 3

    def teardown(self):
        if hasattr(self, "outer"):
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    @rule(who=st.integers(0, 1), what=st.sampled_from(["rice", "scissors"]), count=st.integers(1, 2))
    def order(self, who, what, count):
        person, item = self.people[who], getattr(self.t, what).pk
        posted, reserved = self.points[person.pk]
        on_hand, set_aside = self.goods[item]
        fits = count <= on_hand - set_aside and count * self.price[item] <= posted - reserved
        self.serial += 1
        try:
            made = take(self.t, person, {item: count}, token=f"m{self.serial}")
        except DomainError:
            assert not fits
            return
        assert fits
        self.orders[made.pk] = [person.pk, item, count, "waiting"]
        self.points[person.pk][1] += count * self.price[item]
        self.goods[item][1] += count

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), act=st.sampled_from(["hand_over", "cancel", "lapse"]))
    def step(self, data, act):
        pk = data.draw(st.sampled_from(sorted(self.orders)))
        person, item, count, state = self.orders[pk]
        after = STEPS.get((state, act))
        try:
            self.act_on(pk, act)
        except DomainError:
            assert after is None
            assert Order.objects.get(pk=pk).state == state
            return
        if after is None:  # asked again for what it is already, or the clock passed it by
            assert Order.objects.get(pk=pk).state == state
            return
        cost = count * self.price[item]
        self.orders[pk][3] = str(after)
        self.points[person][1] -= cost
        self.goods[item][1] -= count
        if after == "handed":
            self.points[person][0] -= cost
            self.goods[item][0] -= count

    def act_on(self, pk, act):
        if act == "lapse":
            Order.objects.filter(pk=pk).update(until=timezone.now() - timedelta(seconds=1))
            orders.lapse(pk)
        else:
            getattr(operations, act)(order=Order.objects.get(pk=pk), by=self.t.staff)

    @rule(kind=st.sampled_from([MoveKind.RECEIVED, MoveKind.DAMAGED]), count=st.integers(1, 3))
    def move(self, kind, count):
        mine = self.goods[self.t.rice.pk]
        change = count if kind == MoveKind.RECEIVED else -count
        try:
            operations.move_stock(item=self.t.rice, kind=kind, count=count, by=self.t.staff)
        except DomainError:
            assert mine[0] + change < mine[1]
            return
        mine[0] += change

    @rule(who=st.integers(0, 1))
    def serve(self, who):
        person, item = self.people[who], self.t.rice.pk
        posted, reserved = self.points[person.pk]
        self.serial += 1
        try:
            operations.serve(
                fair=self.fair, resident=person, wanted={item: 1}, by=self.t.staff, token=f"f{self.serial}"
            )
        except DomainError:
            assert self.left < 1 or posted - reserved < 5
            return
        self.left -= 1
        self.points[person.pk][0] -= 5
        self.goods[item][0] -= 1
        self.goods[item][1] -= 1

    @rule()
    def close_the_fair(self):
        self.goods[self.t.rice.pk][1] -= operations.close_fair(fair=self.fair, by=self.t.staff)
        self.left = 0

    @invariant()
    def as_the_model_says(self):
        if not hasattr(self, "orders"):
            return
        for person in self.people:
            account = account_of(person)
            assert [account.posted, account.reserved] == self.points[person.pk]
        for name in ("rice", "scissors"):
            item = getattr(self.t, name)
            item.refresh_from_db()
            assert [item.on_hand, item.reserved] == self.goods[item.pk]
        states = dict(Order.objects.filter(pk__in=self.orders).values_list("pk", "state"))
        assert states == {pk: order[3] for pk, order in self.orders.items()}
        assert check_stock() == []
        assert check_ledger().findings == []
        assert Account.objects.holders().count() == 2


@pytest.mark.django_db
def test_points_and_goods_hold_through_whatever_is_done():
    run_state_machine_as_test(
        Counter,
        settings=settings(
            max_examples=6,
            stateful_step_count=16,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
