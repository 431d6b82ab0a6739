"""A community's shop through a year: what came in, who ordered what, what was handed over and what nobody fetched.

Orders happen while the books of points are filled (`ledger.py`), so that nobody spends what they have not got.
"""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max

from community.models import Organisation
from points.models import Kind
from shop import codes
from shop.models import (
    Category,
    Cycle,
    How,
    Item,
    MoveKind,
    Order,
    OrderLine,
    OrderShare,
    Return,
    ReturnLine,
    Shop,
    StockMove,
)

from .fairs import Fairs
from .samples import DAYS, Move, in_order
from .scene import Scene
from .texts.shop import BROUGHT_BACK, FAIRS_AT, GOODS, LIMITS, MONTHLY, ORDERS, OTHERS, REASONS
from .writing import write

KEPT = 7  # days an order waits
FEW, MANY = 8, 30  # so many are left when as many are bought
WAITS = 5  # days after which an order is seen to at the next visit


@dataclass(slots=True)
class Visit:
    """A moment at which somebody stands at the counter, or orders on the phone."""

    at: datetime
    key: str
    is_fair: bool = False


@dataclass(slots=True)
class Waiting:
    order: Order
    line: OrderLine
    reserve: Move


class Shopping:
    """The shop of one community; its rows are written when the books are."""

    def __init__(
        self, scene: Scene, plan: dict, unit, place: str, clerks: list, users: dict[int, int], pictures: dict
    ):
        self.scene, self.unit, self.clerks, self.users = scene, unit, clerks, users
        self.dice = scene.dice(plan["slug"], "shop")
        self.wanted = ORDERS.get(plan["slug"], OTHERS) if scene.full else 6
        monthly = {"cycle": Cycle.MONTHLY, "first_day": 15} if plan["slug"] in MONTHLY else {}
        self.shop = Shop.objects.create(
            community=unit, place=place, hours="周一至周五 9:00–11:30，15:00–17:00", keep_days=KEPT, **monthly
        )
        self.orders: list[Waiting] = []
        self.waiting: deque[Waiting] = deque()
        self.moves: list[StockMove] = []
        self.digests: dict[int, str] = {}
        self.shares: list[tuple[Order, int, Move]] = []
        self.taken: Counter = Counter()  # (month, item, resident) and (month, item): for limits
        self.items = self.fill_the_shelf(pictures)
        self.fairs = Fairs(scene, unit, self, clerks[0]) if scene.full and plan["slug"] == FAIRS_AT else None
        self.handed: tuple[Waiting, Move] | None = None  # the last that may still be brought back
        self.returns: list[tuple[Return, ReturnLine]] = []
        self.turn = scene.dice(plan["slug"], "returns").randrange(40)
        self.next_return = (Return.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
        self.paused: dict[int, datetime] = {}  # from when on somebody redeems nothing
        self.next_order = (Order.objects.aggregate(last=Max("pk"))["last"] or 0) + 1

    def fill_the_shelf(self, pictures: dict) -> list[Item]:
        partner = Organisation.objects.living().filter(unit=self.unit, kind="partner").order_by("pk").first()
        since = self.scene.ago(DAYS) if self.scene.transfers_wanted else self.scene.first
        opened = self.scene.moment(since, 0)
        names = list(dict.fromkeys(good.category for good in GOODS))
        categories = {
            name: Category(community=self.unit, name=name, order=order) for order, name in enumerate(names, 1)
        }
        write(list(categories.values()))
        items = []
        for good in GOODS:
            each, together = LIMITS.get(good.name, (None, None))
            items.append(Item(
                community=self.unit, category=categories[good.category], kind=good.kind, name=good.name, unit_word=good.unit,
                about=good.about, points=good.points, fen=good.yuan * 100, picture=pictures.get(good.picture, ""),
                donor=partner if good.donor == "partner" else None,
                donor_words="" if good.donor == "partner" else good.donor, most_each=each, most_all=together,
                shelved_at=opened, shelved_by=self.clerks[0],
            ))  # fmt: skip
        write(items)
        for item in items:
            self.stock(item, MoveKind.RECEIVED, MANY, opened, note="首批入库")
        return items

    def stock(self, item: Item, kind: str, change: int, at: datetime, *, cause="", note="") -> None:
        item.on_hand += change
        move = StockMove(item=item, kind=kind, change=change, after=item.on_hand, fen=item.fen, donor=item.given_by, cause=cause,
                         note=note, at=at, by=self.clerks[0])  # fmt: skip
        move.digest = self.digests[item.pk] = move.digest_after(self.digests.get(item.pk, ""))
        self.moves.append(move)

    def visits(self, first: datetime, days: int) -> list[Visit]:
        """Two for each order that is wanted: one to order, one to fetch; and those of the fair."""
        count, made = 2 * self.wanted, []
        for number in range(count):
            day = days * (2 * number + 1) // (2 * count)
            at = first + timedelta(days=day, minutes=self.dice.randrange(9 * 60, 17 * 60))
            made.append(Visit(at, f"shop:{self.unit.pk}:{number:06d}"))
        if self.fairs:
            made += [Visit(at, f"shop:{self.unit.pk}:fair", True) for at in self.fairs.moments()]
        return sorted(made, key=in_order)

    def visit(self, visit: Visit, ledger) -> Iterator[Move]:
        """Old orders are seen to; then somebody fetches the oldest, or orders."""
        at = visit.at
        if visit.is_fair:
            yield from self.fairs.serve(at, ledger)
            return
        yield from self.bring_back(at)
        while self.waiting and at - self.waiting[0].order.made_at > timedelta(days=WAITS):
            yield self.end(self.waiting.popleft(), at)
        if self.waiting and self.dice.random() < 0.4 and at < self.scene.now - timedelta(days=4):
            yield self.end(self.waiting.popleft(), at)
        elif resident := self.somebody(ledger):
            yield from self.order(resident, ledger.balances[resident], at, ledger)

    def pass_by(self, resident: int, available: int, at: datetime, ledger) -> Iterator[Move]:
        """Somebody comes along who fetches the oldest order, or orders."""
        if self.waiting and self.dice.random() < 0.5:
            yield self.end(self.waiting.popleft(), at)
        else:
            yield from self.order(resident, available, at, ledger)

    def somebody(self, ledger) -> int | None:
        able = [pk for pk, points in ledger.balances.items() if points >= 12]
        return self.dice.choice(able) if able else None

    def order(self, resident: int, available: int, at: datetime, ledger) -> Iterator[Move]:
        if not self.shop.is_open(at.date()) or at >= self.paused.get(
            resident, datetime.max.replace(tzinfo=at.tzinfo)
        ):
            return
        month = (at.year, at.month)
        able = [
            item for item in self.items
            if item.points <= available and item.free > 0
            and self.taken[month, item.pk, resident] < (item.most_each or 99)
            and self.taken[month, item.pk] < (item.most_all or 9999)
        ]  # fmt: skip
        if not able:
            return
        item = self.dice.choice(sorted(able, key=lambda one: -one.points)[:5])
        most = min(
            2,
            available // item.points,
            item.free,
            (item.most_each or 99) - self.taken[month, item.pk, resident],
        )
        count = self.dice.randint(1, most)
        pk, user = self.next_order, self.users.get(resident)
        self.next_order += 1
        made = Order(
            community=self.unit, resident_id=resident, code=self.code(), points=item.points * count,
            how=How.SELF if user else How.DESK, token=f"demo{pk}", made_at=at, made_by_id=user or self.clerks[0].pk,
            until=(at + timedelta(days=KEPT)).replace(hour=23, minute=59, second=59),
        )  # fmt: skip
        line = OrderLine(order=made, item=item, count=count, points=item.points, fen=item.fen)
        account = ledger.holders[resident]
        move = Move(
            Kind.RESERVE.value,
            resident,
            made.points,
            at.date(),
            None,
            f"order:{pk}:{account}",
            f"order:{pk}",
            made.made_by_id,
        )
        self.waiting.append(self.keep(made, line, account, move))
        item.reserved += count
        self.taken[month, item.pk, resident] += count
        self.taken[month, item.pk] += count
        yield move

    def keep(self, made: Order, line: OrderLine, account: int, move: Move) -> Waiting:
        kept = Waiting(made, line, move)
        self.orders.append(kept)
        self.shares.append((made, account, move))
        return kept

    def code(self) -> str:
        return self.scene.once(
            lambda: "".join(self.dice.choice(codes.LETTERS) for _place in range(codes.LONG))
        )

    def bring_back(self, at: datetime) -> Iterator[Move]:
        """Every fortieth order or so: one piece of what was handed over last returns, and its points."""
        if (
            self.handed is None
            or (len(self.orders) + self.turn) % 40
            or self.handed[0].line.item.kind != "good"
        ):
            return
        (kept, post), self.handed = self.handed, None
        item, clerk, number = kept.line.item, self.clerks[0], self.next_return
        self.next_return += 1
        words = BROUGHT_BACK[number % len(BROUGHT_BACK)]
        made = Return(
            order=kept.order, points=item.points, reason=words, token=f"demo{number}", at=at, by=clerk
        )
        self.returns.append((made, ReturnLine(back=made, line=kept.line, count=1, is_usable=False)))
        for kind, change in ((MoveKind.RETURNED, 1), (MoveKind.DAMAGED, -1)):
            self.stock(item, kind, change, at, cause=kept.reserve.cause, note=words)
        yield Move(
            Kind.REFUND.value, post.resident, item.points, at.date(), None, f"refund:{number}:{post.number}",
            kept.reserve.cause, clerk.pk, reverses=post.number, reason=words,
        )  # fmt: skip

    def end(self, kept: Waiting, at: datetime) -> Move:
        order, item, clerk = kept.order, kept.line.item, self.dice.choice(self.clerks)
        item.reserved -= kept.line.count
        held, by = kept.reserve, clerk.pk
        if self.dice.random() < 0.9:
            kind, order.state, order.handed_at, order.handed_by = Kind.POST.value, "handed", at, clerk
            cause = held.cause
            self.stock(item, MoveKind.HANDED, -kept.line.count, at, cause=cause)
            if item.free < FEW:
                self.stock(item, MoveKind.RECEIVED, MANY, at, note="补货")
        else:
            kind, order.state, order.ended_at, order.ended_by = Kind.VOID.value, "cancelled", at, clerk
            order.reason = self.dice.choice(REASONS)
        ended = Move(kind, held.resident, held.points, held.day, None, f"{kind}:{held.number}",
                     f"points.transfer:{held.number}", by, held.number)  # fmt: skip
        if order.state == "handed":
            self.handed = kept, ended
        return ended

    def write(self) -> None:
        """Rows of orders name transfers, so these are in the books by now."""
        if self.fairs:
            self.fairs.write()
            for kept in self.orders:
                kept.order.fair_id = kept.order.fair.pk if kept.order.fair else None
        write([kept.order for kept in self.orders])
        for kept in self.orders:
            kept.line.order_id = kept.order.pk
        write([kept.line for kept in self.orders])
        write([
            OrderShare(order=order, account_id=account, points=order.points, reservation_id=move.number)
            for order, account, move in self.shares
        ])  # fmt: skip
        for made, line in self.returns:
            made.order_id, line.line_id = made.order.pk, line.line.pk
        write([made for made, _line in self.returns])
        for made, line in self.returns:
            line.back_id = made.pk
        write([line for _made, line in self.returns])
        write(self.moves)
        Item.objects.bulk_update(self.items, ["on_hand", "reserved"])
