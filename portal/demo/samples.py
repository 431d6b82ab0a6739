"""More transfers than taking part gives: for showing what lists and searches do when the books are long."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from points.models import Kind, RuleVersion

DAYS = 730
RULES = ("M02", "S01", "G02", "E04")  # none of them is given by the hour
OPENS, CLOSES = 8 * 3600, 20 * 3600


@dataclass(slots=True)
class Move:
    """One transfer to be; `number` is its id once it is written."""

    kind: str
    resident: int
    points: int
    day: date
    version: int | None
    key: str
    cause: str = ""
    by: int | None = None
    reserve: int | None = None
    reverses: int | None = None
    number: int = 0
    reason: str = ""


@dataclass(slots=True)
class Chance:
    """A moment at which something happens to somebody; what it is shows when the books stand there."""

    at: datetime
    key: str
    resident: int
    lot: float


def in_order(one) -> tuple:
    """Sorts what happens by its moment, then by its key: `attendance:99` before `attendance:100`."""
    return one.at, one.key.partition(":")[0], len(one.key), one.key


class Samples:
    """A stream of `wanted` chances over the days before `until`; holds a few dozen open matters and nothing else."""

    def __init__(
        self,
        dice: Random,
        prefix: str,
        residents: list[int],
        versions: list[RuleVersion],
        by: int | None,
        shopping=None,
    ):
        self.dice, self.prefix, self.by = dice, prefix, by
        self.residents = dice.sample(residents, len(residents))
        self.versions, self.shopping = versions, shopping
        self.recent: deque[Move] = deque(maxlen=60)  # awards that may yet be taken back

    def chances(self, wanted: int, first: datetime, days: int = DAYS) -> Iterator[Chance]:
        number, dice, people = 0, self.dice, self.residents
        for day in range(days):
            midnight = first + timedelta(days=day)
            count = wanted * (day + 1) // days - wanted * day // days
            for second in sorted(dice.randrange(OPENS, CLOSES) for _ in range(count)):
                number += 1
                # some come often, most now and then
                resident = people[int(len(people) * dice.random() ** 1.5)]
                yield Chance(
                    midnight + timedelta(seconds=second),
                    f"{self.prefix}{number:07d}",
                    resident,
                    dice.random(),
                )

    def happen(self, chance: Chance, day: date, ledger) -> Iterator[Move]:
        """What becomes of `chance`, as the balances are now."""
        lot, available = chance.lot, ledger.balances[chance.resident]
        if lot < 0.11 and self.shopping:
            yield from self.shopping.pass_by(chance.resident, available, chance.at, ledger)
        elif lot < 0.115 and self.recent:
            poorest = min(self.recent, key=lambda award: ledger.balances[award.resident])
            self.recent.remove(poorest)
            yield from self.take_back(poorest, chance.key, ledger)
        elif lot < 0.118 and available >= 10:
            yield self.move(Kind.EXPIRE, chance, available // 2, day)
        else:
            yield from self.award(chance, day, ledger)

    def move(self, kind: Kind, chance: Chance, points: int, day: date) -> Move:
        return Move(kind.value, chance.resident, points, day, None, chance.key, "", self.by)

    def award(self, chance: Chance, day: date, ledger) -> Iterator[Move]:
        start = self.dice.randrange(len(self.versions))
        for version in self.versions[start:] + self.versions[:start]:
            if points := ledger.room(chance.resident, version, day, version.points):
                won = Move("award", chance.resident, points, day, version.pk, chance.key, chance.key, self.by)
                yield won
                if chance.lot > 0.98:
                    self.recent.append(won)
                return

    def take_back(self, award: Move, key: str, ledger) -> Iterator[Move]:
        points = min(award.points, ledger.balances[award.resident])
        if points:
            yield Move("reverse", award.resident, points, award.day, award.version, key, award.key, self.by,
                       reverses=award.number)  # fmt: skip
        if points < award.points:
            ledger.owe(award, award.points - points)
