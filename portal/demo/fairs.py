"""Two fairs of one community: one held in autumn, one to come, for which numbers are given out."""

from datetime import datetime, timedelta

from points.models import Kind
from residents.models import Resident
from shop.models import Fair, FairGood, FairSlot, How, MoveKind, Order, OrderLine, Ticket

from .samples import Move
from .scene import Scene
from .writing import write

HELD_BEFORE, COMES_IN = 47, 12  # days
GOODS = {"卫生纸": 20, "洗衣粉": 16, "肥皂": 30, "毛巾": 20, "大米": 6}
SERVED, NUMBERS = 24, 14
STEP, PLACES = 30, 12  # minutes of a slot, numbers in it


class Fairs:
    """`shopping` keeps the store; what happens at the fair happens while the books are filled."""

    def __init__(self, scene: Scene, unit, shopping, by):
        self.scene, self.unit, self.shopping, self.by = scene, unit, shopping, by
        self.held = self.fair("秋季积分兑换活动", scene.moment(scene.ago(HELD_BEFORE), 9))
        self.coming = self.fair("年末爱心积分兑换活动", scene.moment(scene.ago(-COMES_IN), 9))
        self.given = dict.fromkeys(GOODS, 0)
        self.items = {item.name: item for item in shopping.items if item.name in GOODS}
        self.lines: list[OrderLine] = []
        self.pairs: list[tuple[Order, int, Move]] = []
        self.served: list[int] = []
        self.slots: list[FairSlot] = []

    def fair(self, title: str, at: datetime) -> Fair:
        return Fair(
            community=self.unit, title=title, place="居委会门前小广场", starts_at=at, ends_at=at + timedelta(hours=2), made_by=self.by,
            about="凭排队号领取，请带身份证。家人可以代领。", most_household=4, published_at=at - timedelta(days=20), published_by=self.by,
        )  # fmt: skip

    def moments(self) -> list[datetime]:
        return [self.held.starts_at + timedelta(minutes=5 * n) for n in range(SERVED)]

    def serve(self, at: datetime, ledger):
        """One person, one thing, handed over at once."""
        if at == self.held.starts_at:
            for name, item in self.items.items():
                self.shopping.stock(item, MoveKind.RECEIVED, GOODS[name], at, note="兑换活动备货")
        dice = self.shopping.dice
        able = [pk for pk, points in ledger.balances.items() if points >= 10 and pk not in self.served]
        resident = dice.choice(able) if able else None
        fitting = [
            item for name, item in self.items.items()
            if resident and item.points <= ledger.balances[resident] and self.given[name] < GOODS[name]
        ]  # fmt: skip
        if not fitting:
            return
        item, pk = dice.choice(fitting), self.shopping.next_order
        self.shopping.next_order += 1
        account = ledger.holders[resident]
        made = Order(
            community=self.unit, resident_id=resident, code=self.shopping.code(), points=item.points, how=How.FAIR, state="handed",
            token=f"demo{pk}", made_at=at, made_by=self.by, handed_at=at, handed_by=self.by, until=at + timedelta(hours=8), fair=self.held,
        )  # fmt: skip
        held = Move(
            Kind.RESERVE.value,
            resident,
            item.points,
            at.date(),
            None,
            f"order:{pk}:{account}",
            f"order:{pk}",
            self.by.pk,
        )
        yield held
        yield Move(Kind.POST.value, resident, item.points, at.date(), None, f"post:{held.number}",
                   f"points.transfer:{held.number}", self.by.pk, held.number)  # fmt: skip
        self.shopping.keep(
            made, OrderLine(order=made, item=item, count=1, points=item.points, fen=item.fen), account, held
        )
        self.shopping.stock(item, MoveKind.HANDED, -1, at, cause=f"order:{pk}")
        self.given[item.name] += 1
        self.served.append(resident)

    def write(self) -> None:
        """Before the orders: they name the fair."""
        self.held.closed_at, self.held.closed_by = self.held.ends_at, self.by
        self.held.last_number, self.coming.last_number = len(self.served), NUMBERS
        write([self.held, self.coming])
        people = [pk for pk in self.shopping.users if pk not in self.shopping.paused][:NUMBERS]
        tickets = [*self.tickets(self.held, self.served), *self.tickets(self.coming, people)]
        write(self.slots)
        for ticket in tickets:
            ticket.slot_id = ticket.slot.pk
        write(tickets)
        goods = []
        for name, item in self.items.items():
            goods.append(FairGood(fair=self.held, item=item, quota=GOODS[name], given=self.given[name]))
            quota = min(GOODS[name], item.free)
            if quota:
                goods.append(FairGood(fair=self.coming, item=item, quota=quota))
                item.reserved += quota
        write(goods)

    def tickets(self, fair: Fair, people: list[int]) -> list[Ticket]:
        slots = []
        for n in range(4):
            begin = fair.starts_at + timedelta(minutes=STEP * n)
            slots.append(
                FairSlot(fair=fair, starts_at=begin, ends_at=begin + timedelta(minutes=STEP), places=PLACES)
            )
        self.slots += slots
        homes = dict(Resident.objects.filter(pk__in=people).values_list("pk", "household"))
        made, houses = [], set()
        for number, pk in enumerate(people, 1):
            if homes[pk] in houses:
                continue  # one number for each household
            houses.add(homes[pk] or -pk)
            slot = slots[(number - 1) * len(slots) // max(1, len(people))]
            slot.taken += 1
            made.append(Ticket(fair=fair, slot=slot, resident_id=pk, household_id=homes[pk], number=number, by=self.by,
                               at=fair.starts_at - timedelta(days=14)))  # fmt: skip
        return made
