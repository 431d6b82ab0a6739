import itertools

import pytest

from points.operations import Award, award
from shop import operations
from shop.models import Category, Item, MoveKind, Shop

from ..points.conftest import give_points

_tokens = itertools.count(1)


def open_shop(t):
    """A shop with rice (5 points, ten bags) and one pair of scissors (3 points); whoever has been given points can order."""
    give_points(t)
    t.shop = Shop.objects.create(community=t.community, place="便民服务大厅", hours="周一至周五 9:00—17:00")
    t.daily = Category.objects.create(community=t.community, name="日用品", order=1)
    t.rice = stocked(t, "大米", 5, 10)
    t.scissors = stocked(t, "剪刀", 3, 1)
    return t


def stocked(t, name, points, count, **fields):
    item = Item.objects.create(
        community=t.community,
        category=t.daily,
        name=name,
        unit_word="件",
        points=points,
        fen=points * 100,
        **fields,
    )
    if count:
        operations.move_stock(item=item, kind=MoveKind.RECEIVED, count=count, by=t.staff)
    operations.put_on_shelf(item=item, by=t.staff)
    item.refresh_from_db()
    return item


def give(t, person, times=1):
    """Five points each time."""
    keys = [f"gift:{person.pk}:{next(_tokens)}" for _time in range(times)]
    award([Award(person.pk, t.open.pk, t.today, key) for key in keys], community=t.community, by=t.staff)


def take(t, person, wanted, by=None, token="", **more):
    token = token or f"t{next(_tokens)}"
    return operations.order(resident=person, wanted=wanted, by=by or t.staff, token=token, **more)


def right():
    """Points and goods are all where the rows say."""
    from points.recount import check_ledger
    from shop.recount import check_stock

    assert check_ledger().findings == []
    assert check_stock() == []


@pytest.fixture
def counter(town):
    return open_shop(town)
