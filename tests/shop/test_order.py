"""Orders: points and goods are set aside together, spent together, given back together."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from community.models import Organisation
from config.errors import DomainError, StaleError
from config.triggers import lifted
from points.operations import account_of
from points.recount import check_ledger, findings_in_sight
from residents.models import Household, Resident
from shop import codes, operations
from shop.figures import figures
from shop.models import Item, MoveKind, Order, Shop, StockMove
from shop.recount import CHECKS, check_stock

from ..town import resident
from .conftest import give, right, stocked, take


def held(item):
    item.refresh_from_db()
    return item.on_hand, item.reserved


def test_an_order_sets_points_and_goods_aside(counter):
    give(counter, counter.lin, 3)
    made = take(counter, counter.lin, {counter.rice.pk: 2})
    account = account_of(counter.lin)
    assert (account.posted, account.reserved, made.points) == (15, 10, 10)
    assert held(counter.rice) == (10, 2)
    assert codes.read(made.spoken.lower()) == made.code
    assert codes.read(f"https://x.example/desk/shop/code/{made.code}/") == made.code
    right()


def test_handing_over_spends_both_and_again_changes_nothing(counter):
    give(counter, counter.lin, 3)
    made = take(counter, counter.lin, {counter.rice.pk: 2})
    for _time in range(2):
        assert operations.hand_over(order=made, by=counter.staff).state == "handed"
    account = account_of(counter.lin)
    assert (account.posted, account.reserved) == (5, 0)
    assert held(counter.rice) == (8, 0)
    assert list(StockMove.objects.filter(cause=f"order:{made.pk}").values_list("change", flat=True)) == [-2]
    right()


def test_cancelling_gives_both_back_and_again_changes_nothing(counter):
    give(counter, counter.lin, 3)
    made = take(counter, counter.lin, {counter.rice.pk: 2})
    for _time in range(2):
        operations.cancel(order=made, by=counter.lin_user)
    assert account_of(counter.lin).available == 15
    assert held(counter.rice) == (10, 0)
    with pytest.raises(DomainError):
        operations.hand_over(order=made, by=counter.staff)
    right()


def test_what_nobody_fetches_goes_back(counter):
    give(counter, counter.lin)
    made = take(counter, counter.lin, {counter.rice.pk: 1})
    operations.lapse_due()
    assert Order.objects.get().state == "waiting"
    Order.objects.filter(pk=made.pk).update(until=timezone.now() - timedelta(minutes=1))
    operations.lapse_due()
    assert Order.objects.get().state == "lapsed"
    assert account_of(counter.lin).available == 5
    assert held(counter.rice) == (10, 0)
    right()


def test_a_form_sent_twice_is_one_order(counter):
    give(counter, counter.lin, 3)
    first = take(counter, counter.lin, {counter.rice.pk: 1}, token="a")
    assert take(counter, counter.lin, {counter.rice.pk: 1}, token="a") == first
    assert account_of(counter.lin).available == 10
    give(counter, counter.wang)
    with pytest.raises(DomainError):
        take(counter, counter.wang, {counter.rice.pk: 1}, token="a")
    right()


@pytest.mark.parametrize("count", [0, -1, 11])
def test_only_what_is_there_is_ordered(counter, count):
    give(counter, counter.lin, 20)
    with pytest.raises(DomainError):
        take(counter, counter.lin, {counter.rice.pk: count})
    assert account_of(counter.lin).reserved == 0
    right()


def test_points_that_do_not_suffice_are_a_sentence(counter):
    give(counter, counter.lin)
    with pytest.raises(DomainError, match="10.*5"):
        take(counter, counter.lin, {counter.rice.pk: 2})
    assert held(counter.rice) == (10, 0)


def test_what_is_off_the_shelf_or_of_another_community_is_not_ordered(counter):
    give(counter, counter.lin, 3)
    operations.take_off_shelf(item=counter.rice, by=counter.staff)
    with pytest.raises(DomainError):
        take(counter, counter.lin, {counter.rice.pk: 1})
    with pytest.raises(DomainError):  # the neighbour has no shop
        take(counter, counter.zhao, {counter.scissors.pk: 1})
    Shop.objects.create(community=counter.neighbour, place="大厅")
    with pytest.raises(DomainError):
        take(counter, counter.zhao, {counter.scissors.pk: 1})


def test_limits_count_within_the_cycle_and_what_was_cancelled_does_not(counter):
    give(counter, counter.lin, 5)
    give(counter, counter.wang, 5)
    Item.objects.filter(pk=counter.rice.pk).update(most_each=2, most_all=3)
    first = take(counter, counter.lin, {counter.rice.pk: 2})
    with pytest.raises(DomainError):
        take(counter, counter.lin, {counter.rice.pk: 1})
    with pytest.raises(DomainError):
        take(counter, counter.wang, {counter.rice.pk: 2})
    take(counter, counter.wang, {counter.rice.pk: 1})
    operations.cancel(order=first, by=counter.staff)
    take(counter, counter.lin, {counter.rice.pk: 1})
    right()


def test_the_shop_opens_on_certain_days():
    shop = Shop(cycle="monthly", first_day=25, last_day=31)
    assert not shop.is_open(date(2026, 2, 24))
    assert shop.is_open(date(2026, 2, 28))
    assert shop.next_opening(date(2026, 2, 1)) == date(2026, 2, 25)
    shop.cycle = "quarterly"
    assert shop.next_opening(date(2026, 11, 22)) == date(2026, 12, 25)
    assert shop.cycle_around(date(2026, 11, 22)) == (date(2026, 10, 1), date(2026, 12, 31))
    shop.last_day = 28
    assert shop.next_opening(date(2026, 12, 29)) == date(2027, 3, 25)
    assert Shop().is_open(date(2026, 11, 22))


def test_on_other_days_nothing_is_ordered(counter):
    give(counter, counter.lin)
    day = 28 if timezone.localdate().day < 15 else 1
    Shop.objects.update(cycle="monthly", first_day=day, last_day=day)
    with pytest.raises(DomainError, match="20"):
        take(counter, counter.lin, {counter.rice.pk: 1})


def family(t):
    household = Household.objects.create(community=t.community, path=t.community.path)
    Resident.objects.filter(pk=t.lin.pk).update(household=household, relation="head")
    t.lin.refresh_from_db()
    return resident("林小妹", t.east_building, t.community), household


def test_family_members_who_agreed_pay_what_is_lacking(counter):
    sister, household = family(counter)
    give(counter, counter.lin)
    give(counter, sister, 2)
    Resident.objects.filter(pk=sister.pk).update(household=household, relation="sibling")
    sister.refresh_from_db()
    with pytest.raises(DomainError):
        take(counter, counter.lin, {counter.rice.pk: 2}, with_family=True)
    operations.agree(resident=sister, by=counter.staff, given="paper")
    with pytest.raises(DomainError):
        take(counter, counter.lin, {counter.rice.pk: 2})
    made = take(counter, counter.lin, {counter.rice.pk: 2}, with_family=True)
    assert [(share.account.resident, share.points) for share in made.shares.order_by("pk")] == [
        (counter.lin, 5), (sister, 5),
    ]  # fmt: skip
    operations.withdraw_consent(resident=sister, by=counter.staff)
    with pytest.raises(DomainError):
        take(counter, counter.lin, {counter.scissors.pk: 1}, with_family=True)
    operations.cancel(order=made, by=counter.staff)
    assert account_of(sister).available == 10
    right()


def test_another_household_never_pays(counter):
    family(counter)
    give(counter, counter.wang, 3)
    operations.agree(resident=counter.wang, by=counter.wang_user)
    with pytest.raises(DomainError):
        take(counter, counter.lin, {counter.rice.pk: 1}, with_family=True)


def test_stock_is_a_ledger_of_its_own(counter):
    operations.move_stock(item=counter.rice, kind=MoveKind.DAMAGED, count=3, by=counter.staff, note="受潮")
    assert held(counter.rice) == (7, 0)
    give(counter, counter.lin, 3)
    take(counter, counter.lin, {counter.rice.pk: 3})
    with pytest.raises(DomainError):
        operations.move_stock(item=counter.rice, kind=MoveKind.DAMAGED, count=5, by=counter.staff)
    with pytest.raises(StaleError):
        operations.move_stock(item=counter.rice, kind=MoveKind.RECEIVED, count=5, by=counter.staff, seen=10)
    right()


@pytest.mark.parametrize(
    "act", [lambda rows: rows.update(change=1), lambda rows: rows._raw_delete("default")]
)
def test_a_movement_is_never_changed(counter, act):
    with pytest.raises(IntegrityError), transaction.atomic():
        act(StockMove.objects.all())
    assert StockMove.objects.count() == 2


@pytest.mark.parametrize(
    "column",
    [
        "change = 11",
        "after = 12",
        "fen = 1",
        "kind = 'counted'",
        "note = 'x'",
        "cause = 'x'",
        "donor = 'x'",
        "at = '2020-01-01'",
    ],
)
def test_the_recount_names_the_movement_somebody_altered(counter, column):
    row = counter.rice.moves.get()
    with lifted(connection, "shop"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE shop_stockmove SET {column} WHERE id = {row.pk}")  # noqa: S608
    found = check_ledger(CHECKS)
    assert ("stock movement", row.pk) in [(one["what"], one["row"]) for one in found.findings]
    assert findings_in_sight(found, counter.staff) == found.found
    assert findings_in_sight(found, counter.neighbour_staff) == 0


@pytest.mark.parametrize("column", ["on_hand", "reserved"])
def test_the_recount_names_the_item_somebody_altered(counter, column):
    Item.objects.filter(pk=counter.rice.pk).update(**{column: 9})
    assert [(one["what"], one["row"]) for one in check_stock()] == [("stock", counter.rice.pk)]


def test_the_figures_of_a_month(counter):
    branch = Organisation.objects.filter(unit=counter.community).first()
    oil = stocked(counter, "食用油", 10, 5, donor=branch)
    give(counter, counter.lin, 5)
    made = take(counter, counter.lin, {counter.rice.pk: 1, oil.pk: 2})
    operations.hand_over(order=made, by=counter.staff)
    found = figures(counter.community, counter.today.replace(day=1), counter.today)
    assert (found["ordered"], found["handed"], found["points"], found["pieces"]) == (1, 1, 25, 3)
    assert found["cost_fen"] == 2500
    assert found["by_donor"] == {"": (1, 500), branch.name: (2, 2000)}


def test_a_unit_with_waiting_orders_is_not_closed(counter):
    give(counter, counter.lin)
    made = take(counter, counter.lin, {counter.rice.pk: 1})
    with pytest.raises(DomainError):
        operations.refuse_closing(counter.community)
    operations.cancel(order=made, by=counter.staff)
    assert operations.refuse_closing(counter.community) is None


def test_orders_follow_a_merge(counter):
    give(counter, counter.lin)
    made = take(counter, counter.lin, {counter.rice.pk: 1})
    operations.hand_over(order=made, by=counter.staff)
    operations.follow_merge(source=counter.lin, target=counter.wang, by=counter.staff)
    assert Order.objects.get().resident == counter.wang
