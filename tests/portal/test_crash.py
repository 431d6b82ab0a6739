"""Workers at the counter of the shop and over publicity lists are killed at any moment: everything stays whole."""

import pytest
from django.db.models import F, Sum

from claims.models import Batch, Claim, State
from points.models import Transfer
from points.operations import set_budget
from points.recount import check_ledger
from portal.wiring import CHECKS
from shop.models import MoveKind, Order, Return, StockMove
from tests import town as town_module
from tests.claims.conftest import seat_people
from tests.crash import crashes
from tests.shop.conftest import give, open_shop, stocked

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(transactional_db):
    """A shop with plenty, five people with thirty points each, and a review group."""
    t = seat_people(open_shop(town_module.build()))
    set_budget(community=t.community, year=t.today.year, points=10**6, by=None)
    people = [t.lin, t.wang]
    people += [town_module.resident(f"甲{chr(0x4E00 + number)}", t.east, t.community) for number in range(3)]
    for person in people:
        give(t, person, 6)
    stocked(t, "毛巾", 2, 300)
    return t


def torn():
    """Claims whose points are not given, and points for claims that are not posted; goods that moved for no order."""
    given = set(Transfer.objects.filter(key__startswith="claim:").values_list("key", flat=True))
    posted = {f"claim:{pk}" for pk in Claim.objects.filter(state=State.POSTED).values_list("pk", flat=True)}
    half = Batch.objects.filter(claims__state=State.POSTED).filter(claims__state=State.LISTED).distinct()
    out = dict(
        StockMove.objects.filter(kind=MoveKind.HANDED).order_by().values("cause").annotate(n=Sum("change")).values_list("cause", "n")
    )  # fmt: skip
    handed = Order.objects.filter(state="handed").annotate(n=Sum(F("lines__count"))).values_list("pk", "n")
    wrong = set(out.items()) ^ {(f"order:{pk}", -n) for pk, n in handed}
    return [*(given ^ posted), *half, *wrong]


def test_whoever_dies_leaves_orders_and_lists_whole(town):
    lives = crashes("tests.portal.load:work", seed=5, rounds=4, steps=8)
    assert sum(life.was_killed for life in lives) >= 3
    assert {life.code for life in lives if not life.was_killed} <= {0}
    assert check_ledger(CHECKS).findings == []
    assert torn() == []
    said = [word.split(":") for life in lives for word in life.said if word != "no"]
    assert len({what for what, _which in said}) > 2
    orders = dict(Order.objects.values_list("pk", "state"))
    claims = dict(Claim.objects.values_list("pk", "state"))
    tokens = set(Return.objects.values_list("token", flat=True))
    open_lists = set(Claim.objects.filter(state=State.LISTED).values_list("batch", flat=True))
    lists = set(Batch.objects.values_list("pk", flat=True))
    kept = {
        "order": lambda pk: int(pk) in orders,
        "hand_over": lambda pk: orders[int(pk)] == "handed",
        "cancel": lambda pk: orders[int(pk)] == "cancelled",
        "bring_back": tokens.__contains__,
        "agreed": lambda pk: claims[int(pk)] in {State.ACCEPTED, State.LISTED, State.POSTED},
        "listed": lambda pk: int(pk) in lists,
        "posted": lambda pk: int(pk) not in open_lists,
    }
    assert [(what, which) for what, which in said if not kept[what](which)] == []


def test_without_transactions_an_order_is_torn(town):
    """Killed before each of its first statements in turn: some lie between the points and the goods."""
    deaths = [("statement", number) for number in range(9, 25, 5)]
    crashes("tests.portal.load:work_in_pieces", seed=3, workers=1, steps=1, deaths=deaths)
    assert check_ledger(CHECKS).findings
