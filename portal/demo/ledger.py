"""Points for a year of taking part, as the portal itself would have given them: same rules, caps, seals."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from heapq import merge
from itertools import islice

from django.utils import timezone

from community.models import Unit
from events.models import Attendance
from events.operations import rewards
from points import books, loading
from points.models import (
    MOVEMENTS,
    Account,
    Budget,
    Kind,
    Owed,
    Period,
    RuleVersion,
    Seal,
    Terms,
    private_digest,
)
from points.operations import adopt_ready, set_budget
from points.operations.accounts import open_books
from points.operations.scheme import Consents
from points.ready import ready_rules
from residents.models import Resident

from . import samples
from .conduct import Taken
from .samples import Chance, Move, Samples, in_order
from .scene import BATCH, Scene
from .shopping import Shopping, Visit
from .texts.rules import OWN_SOURCE, SOURCE

PART = 20_000  # transfers written at once
MOVES = {kind.value: move for kind, move in MOVEMENTS.items()}


def adopt_rules(unit: Unit, since: date, by) -> None:
    source = OWN_SOURCE.get(unit.slug, SOURCE)
    adopt_ready(community=unit, codes=ready_rules(), since=since, by=by, source=source)


@dataclass
class Given:
    """One award to be."""

    at: datetime
    resident: int
    version: RuleVersion
    day: date
    hours: object
    key: str
    by: int | None


@dataclass
class Ledger:
    """The books of one community while they are filled: a stream in the order of time, written part by part."""

    scene: Scene
    unit: Unit
    shopping: Shopping
    used: Counter = field(default_factory=Counter)  # towards the caps
    balances: Counter = field(default_factory=Counter)  # what each resident has available
    reserved: Counter = field(default_factory=Counter)
    drawn: Counter = field(default_factory=Counter)
    debts: dict[int, Owed] = field(default_factory=dict)  # by resident; nobody has two
    paid: list[Owed] = field(default_factory=list)

    def __post_init__(self):
        self.dice = self.scene.dice(self.unit.slug, "ledger")
        self.versions = {
            version.rule_id: version
            for version in RuleVersion.objects.filter(rule__community=self.unit, until=None).select_related(
                "rule"
            )
        }

    def of(self, attendances: Iterable[Attendance]) -> Iterator[Given]:
        """What these attendances earn."""
        rules, attendances = rewards.Rules(), list(attendances)
        consents = Consents({one.resident_id for one in attendances}, self.unit)
        for one in attendances:
            version = self.versions.get(rules.of(one))
            day = timezone.localdate(one.session.starts_at)
            is_due = version and version.since <= day and one.withdrawn_at is None
            if is_due and consents.hold(one.resident_id, day):
                yield Given(
                    one.at,
                    one.resident_id,
                    version,
                    day,
                    rewards.hours_of(one),
                    rewards.key_of(one),
                    one.by_id,
                )

    def fill(self, awards: Iterable[Given | Taken], *, more: int = 0, by: int | None = None) -> int:
        """Write `awards` in the order they were earned, and `more` things that happen to anybody; gives how many
        transfers there are."""
        awards = sorted(awards, key=in_order)
        self.drawn[self.scene.until.year] += 0  # a budget for this year, whatever it gave so far
        first = self.scene.moment(self.scene.ago(samples.DAYS), 0)
        people = self.anybody() if more else []
        accounts = self.holders = self.accounts(awards, people, first)
        happenings = self.samples(people, by)
        begin = self.scene.moment(self.scene.first, 0)
        visits = self.shopping.visits(begin, (self.scene.until - self.scene.first).days)
        self.seals = Seals(self.unit, self.scene)
        moves = self.moves(
            merge(awards, visits, happenings.chances(more, first), key=in_order),
            happenings,
        )
        rows, count = self.rows(moves, accounts), 0
        while part := list(islice(rows, PART)):
            loading.load([row for row, _ in part], [detail for _, detail in part])
            count += len(part)
        self.close(accounts)
        self.shopping.write()
        return count

    def anybody(self) -> list[int]:
        here = Resident.objects.living().filter(community=self.unit).order_by("pk")
        if Terms.objects.filter(community=self.unit).exists():
            here = here.filter(memberships_of_points__left_at=None, memberships_of_points__isnull=False)
        return list(here.values_list("pk", flat=True))

    def samples(self, people: list[int], by: int | None) -> Samples:
        codes = {version.rule.code: version for version in self.versions.values()}
        return Samples(
            self.scene.dice(self.unit.slug, "samples"), f"sample:{self.unit.pk}:", people,
            [codes[code] for code in samples.RULES], by, self.shopping,
        )  # fmt: skip

    def accounts(self, awards: list[Given | Taken], people: list[int], since: datetime) -> dict[int, int]:
        open_books(self.unit)
        first = dict.fromkeys(people, since)
        for given in awards:
            if isinstance(given, Given):
                first.setdefault(given.resident, given.at)
        Account.objects.bulk_create(
            [Account(community=self.unit, resident_id=pk, opened_at=at) for pk, at in first.items()],
            batch_size=BATCH,
        )
        holders = Account.objects.holders().filter(community=self.unit)
        return dict(holders.values_list("resident", "pk").iterator())

    def moves(
        self, stream: Iterable[Given | Taken | Visit | Chance], happenings: Samples
    ) -> Iterator[tuple[datetime, Move]]:
        for one in stream:
            if isinstance(one, Given):
                points = self.room(one.resident, one.version, one.day, one.version.worth(one.hours))
                if not points:
                    continue
                found = [
                    Move("award", one.resident, points, one.day, one.version.pk, one.key, one.key, one.by)
                ]
            elif isinstance(one, Taken):
                one.move.points = min(one.move.points, self.balances[one.move.resident])
                found = [one.move] if one.move.points else []
            elif isinstance(one, Visit):
                found = self.shopping.visit(one, self)
            else:
                found = happenings.happen(one, one.at.date(), self)
            for move in found:
                yield one.at, move
                if move.kind == Kind.AWARD and move.resident in self.debts:
                    yield one.at, self.withhold(move)

    def rows(self, moves, accounts) -> Iterator[tuple[tuple, tuple]]:
        """Each move as the two rows it becomes; the books move on with it."""
        others = dict(
            Account.objects.filter(community=self.unit, resident=None).values_list("kind", "pk")
        )  # by what is at the other side
        number = loading.last_transfer()
        for at, move in moves:
            number += 1
            move.number = number
            effect, amount, holder = MOVES[move.kind], move.points, accounts[move.resident]
            salt, other = f"{self.dice.getrandbits(64):016x}", others[effect.other]
            private = private_digest(
                salt=salt,
                holder=holder,
                key=move.key,
                cause=move.cause,
                reason=move.reason,
                by=move.by,
                moved=(move.kind, amount, move.version, move.day, move.reserve, move.reverses),
            )
            self.balances[move.resident] += effect.available * amount
            if effect.reserved:
                self.reserved[move.resident] += effect.reserved * amount
            self.drawn[move.day.year] += effect.drawn * amount
            debit, credit = (other, holder) if effect.is_credit else (holder, other)
            left = self.balances[move.resident]
            self.seals.add(at, (number, move.kind, amount, move.version, move.day, private, self.unit.pk, debit, credit,
                                holder, move.key, move.reserve, move.reverses, left, at))  # fmt: skip
            yield (
                (number, self.unit.pk, debit, credit, holder, move.kind, amount, move.version, move.key, move.reserve,
                 move.reverses, move.day.isoformat(), loading.written(at), left, private),
                (number, move.cause, move.reason, move.by, salt),
            )  # fmt: skip

    def room(self, resident: int, version: RuleVersion, day: date, points: int) -> int:
        """`points` as far as the caps of their rule let them count; they are counted."""
        boxes = {
            (resident, version.rule_id, period, Period.around(period, day)[0]): most
            for period, most in version.caps.items()
        }
        for box, most in boxes.items():
            points = min(points, most - self.used[box])
        for box in boxes:
            self.used[box] += points
        return points

    def owe(self, award: Move, points: int) -> None:
        """What could not be taken back for `award` is withheld from later ones."""
        if award.resident not in self.debts:
            self.debts[award.resident] = Owed(award_id=award.number, amount=points, left=points)

    def withhold(self, award: Move) -> Move:
        debt = self.debts[award.resident]
        points = min(award.points, debt.left)
        debt.left -= points
        if not debt.left:
            self.paid.append(self.debts.pop(award.resident))
            self.paid[-1].resident = award.resident
        return Move("withhold", award.resident, points, award.day, award.version,
                    f"withhold:{debt.award_id}:{award.key}")  # fmt: skip

    def close(self, accounts: dict[int, int]) -> None:
        """Balances, debts, budgets and seals as the postings of the time would have left them."""
        for resident, debt in self.debts.items():
            debt.resident = resident
        debts = [*self.paid, *self.debts.values()]
        for debt in debts:
            debt.account_id = accounts[debt.resident]
        Owed.objects.bulk_create(debts, batch_size=BATCH)
        loading.settle(
            (left + self.reserved[pk], self.reserved[pk], self.debts[pk].left if pk in self.debts else 0, accounts[pk])
            for pk, left in self.balances.items()
        )  # fmt: skip
        for year, points in self.drawn.items():
            enough = -(-points * 3 // 2 // 1000) * 1000 + 1000
            budget = set_budget(community=self.unit, year=year, points=enough, by=None)
            Budget.objects.filter(pk=budget.pk).update(drawn=points)
        Seal.objects.bulk_create(self.seals.all(), batch_size=BATCH)


class Seals:
    """One for every day, made as the rows go by in the order of time."""

    def __init__(self, unit: Unit, scene: Scene):
        self.unit, self.scene, self.names = unit, scene, books.rule_names()
        self.zone = timezone.get_default_timezone()
        self.made: list[Seal] = []
        self.day: date | None = None
        self.rows: list[tuple] = []  # of that day
        self.number, self.digest = 1, books.START

    def add(self, at: datetime, row: tuple) -> None:
        day = at.astimezone(self.zone).date()
        if day != self.day:
            self.reach(day)
        self.rows.append(row)

    def reach(self, day: date) -> None:
        self.day = self.day or day
        while self.day < day:
            count, amount, self.digest, marks = books.digest_of(
                self.rows, self.number, self.digest, self.names
            )
            seal = Seal(community=self.unit, day=self.day, first_number=self.number, count=count, amount=amount,
                        digest=self.digest, marks=marks, sealed_at=self.scene.moment(self.day + timedelta(days=1), 0, 20))  # fmt: skip
            self.made.append(seal)
            self.number, self.rows, self.day = self.number + count, [], self.day + timedelta(days=1)

    def all(self) -> list[Seal]:
        if self.day:
            self.reach(self.scene.until)
        return self.made
