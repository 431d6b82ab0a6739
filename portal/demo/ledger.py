"""Points for a year of taking part, as the portal itself would have given them: same rules, caps, seals."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from community.models import Unit
from events.models import Attendance
from events.operations import rewards
from points import books, sql
from points.models import Account, Budget, Period, RuleVersion, Seal, private_digest
from points.operations import adopt_rule, set_budget
from points.operations.accounts import open_books

from .scene import BATCH, Scene
from .texts.rules import OWN_SOURCE, RULES, SOURCE


def adopt_rules(unit: Unit, since: date, by) -> None:
    source = OWN_SOURCE.get(unit.slug, SOURCE)
    for code, category, name, points, per, cap in RULES:
        most, period = cap or (None, "")
        adopt_rule(community=unit, code=code, category=category, name=name, by=by, since=since, points=points, per=per,
                   cap=most, cap_period=period, source=source)  # fmt: skip


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
    """The books of one community while they are filled."""

    scene: Scene
    unit: Unit
    used: Counter = field(default_factory=Counter)  # towards the caps
    balances: Counter = field(default_factory=Counter)
    drawn: Counter = field(default_factory=Counter)
    days: dict = field(default_factory=lambda: defaultdict(list))  # the public part, for the seals

    def __post_init__(self):
        self.dice = self.scene.dice(self.unit.slug, "ledger")
        self.names = books.rule_names()
        self.versions = {
            version.rule_id: version
            for version in RuleVersion.objects.filter(rule__community=self.unit, until=None).select_related(
                "rule"
            )
        }

    def of(self, attendances: Iterable[Attendance]) -> Iterator[Given]:
        """What these attendances earn."""
        rules = rewards.Rules()
        for one in attendances:
            version = self.versions.get(rules.of(one))
            day = timezone.localdate(one.session.starts_at)
            if version and version.since <= day and one.withdrawn_at is None:
                yield Given(
                    one.at, one.resident_id, version, day, one.session.hours, rewards.key_of(one), one.by_id
                )

    def fill(self, awards: Iterable[Given]) -> int:
        """Write `awards` in the order they were earned; gives how many there were."""
        awards = sorted(awards, key=lambda given: (given.at, given.key))
        self.drawn[self.scene.until.year] += 0  # a budget for this year, whatever it gave so far
        accounts = self.accounts(awards)
        transfers, details = [], []
        for row, detail in self.rows(awards, accounts):
            transfers.append(row)
            details.append(detail)
        sql.load(transfers, details)
        self.close(accounts)
        return len(transfers)

    def accounts(self, awards: list[Given]) -> dict[int, int]:
        open_books(self.unit)
        first = {}
        for given in awards:
            first.setdefault(given.resident, given.at)
        Account.objects.bulk_create(
            [Account(community=self.unit, resident_id=pk, opened_at=at) for pk, at in first.items()],
            batch_size=BATCH,
        )
        holders = Account.objects.holders().filter(community=self.unit)
        return dict(holders.values_list("resident", "pk").iterator())

    def rows(self, awards, accounts) -> Iterator[tuple[tuple, tuple]]:
        budget = Account.objects.get(community=self.unit, kind=Account.Kind.BUDGET).pk
        number = sql.last_transfer()
        for given in awards:
            points = self.worth(given)
            if not points:
                continue
            number += 1
            holder, salt = accounts[given.resident], f"{self.dice.getrandbits(64):016x}"
            private = private_digest(
                salt=salt, holder=holder, key=given.key, cause=given.key, reason="", by=given.by
            )
            self.balances[given.resident] += points
            self.drawn[given.day.year] += points
            self.days[timezone.localdate(given.at)].append(
                (number, "award", points, given.version.pk, given.day, private)
            )
            yield (
                (number, self.unit.pk, budget, holder, holder, "award", points, given.version.pk, given.key, None, None,
                 given.day.isoformat(), sql.written(given.at), self.balances[given.resident], private),
                (number, given.key, "", given.by, salt),
            )  # fmt: skip

    def worth(self, given: Given) -> int:
        version, points = given.version, given.version.worth(given.hours)
        if version.cap:
            box = (given.resident, version.rule_id, Period.around(version.cap_period, given.day))
            points = min(points, version.cap - self.used[box])
            self.used[box] += points
        return points

    def close(self, accounts: dict[int, int]) -> None:
        """Balances, budgets and seals as the postings of the year would have left them."""
        holders = Account.objects.in_bulk(accounts[pk] for pk in self.balances)
        for resident, points in self.balances.items():
            holders[accounts[resident]].posted = points
        Account.objects.bulk_update(holders.values(), ["posted"], batch_size=BATCH // 2)
        for year, points in self.drawn.items():
            enough = -(-points * 3 // 2 // 1000) * 1000 + 1000
            budget = set_budget(community=self.unit, year=year, points=enough, by=None)
            Budget.objects.filter(pk=budget.pk).update(drawn=points)
        if self.days:
            Seal.objects.bulk_create(self.seals(), batch_size=BATCH)

    def seals(self) -> Iterator[Seal]:
        day, number, digest = min(self.days), 1, books.START
        while day < self.scene.until:
            rows = self.days.get(day, [])
            count, amount, digest = books.digest_of(rows, number, digest, self.names)
            yield Seal(community=self.unit, day=day, first_number=number, count=count, amount=amount, digest=digest,
                       sealed_at=self.scene.moment(day + timedelta(days=1), 0, 20))  # fmt: skip
            number, day = number + count, day + timedelta(days=1)
