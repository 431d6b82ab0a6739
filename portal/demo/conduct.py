"""Two deduction cases of the year: one dropped after the answer, one decided and taken."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from claims.models import CaseState, CaseVoice, DeductionCase
from claims.operations.appeals import WITHIN
from community.models import Unit
from community.working_days import add_working_days
from points.models import Kind, Member, RuleVersion, Transfer
from residents.models import Resident

from .claiming import FULL, Claiming
from .samples import Move
from .scene import Scene
from .texts.conduct import ABSENT, EXCUSED

CODE = "N01"
DAY = timedelta(days=1)


@dataclass(slots=True)
class Taken:
    """One deduction to be, as far as points are there."""

    at: datetime
    key: str
    move: Move


class Conduct:
    def __init__(self, scene: Scene, unit: Unit, claiming: Claiming, opener, users: dict[int, int]):
        self.scene, self.unit, self.judges = scene, unit, getattr(claiming, "judges", [])
        self.opener, self.users = opener, users
        self.earners = list(dict.fromkeys(one.resident_id for one in claiming.posted))
        self.effective: DeductionCase | None = None
        self.version = RuleVersion.objects.filter(rule__community=unit, rule__code=CODE, until=None).first()

    def run(self) -> None:
        """Only where the whole year is told, and of members who are on the portal and earned something."""
        if self.unit.slug != FULL or self.version is None or len(self.judges) < 3:
            return
        own = set(Resident.objects.filter(user=self.opener).values_list("pk", flat=True))
        members = set(
            Member.objects.living().filter(resident__in=self.earners).values_list("resident", flat=True)
        )
        people = [pk for pk in self.earners if pk in self.users and pk in members - own]
        if len(people) < 2:
            return
        self.case(people[1], self.scene.ago(40), EXCUSED, deducts=False)
        self.effective = self.case(people[0], self.scene.ago(75), ABSENT, deducts=True)

    def case(self, resident: int, day: date, texts: dict, *, deducts: bool) -> DeductionCase:
        """Told two days after, answered on the next but one, decided within ten days."""
        told, decided_on = day + 2 * DAY, day + 11 * DAY
        case = DeductionCase.objects.create(
            community=self.unit, resident_id=resident, rule=self.version.rule, day=day, words=texts["words"],
            opened_at=self.scene.moment(told, 10, 20), opened_by=self.opener, answer_until=add_working_days(told, 5),
        )  # fmt: skip
        step(
            case, CaseState.ANSWERED, answer=texts["answer"], answered_by_id=self.users[resident],
            answered_at=self.scene.moment(told + 2 * DAY, 19, 42),
        )  # fmt: skip
        CaseVoice.objects.bulk_create(
            CaseVoice(case=case, body="group", by_id=judge, agrees=deducts, reason=reason,
                      at=self.scene.moment(decided_on, 8 + number))
            for number, (judge, reason) in enumerate(zip(self.judges[:3], texts["reasons"], strict=True))
        )  # fmt: skip
        decision = {"decided_at": self.scene.moment(decided_on, 10), "reason": texts["reasons"][0]}
        if not deducts:
            step(case, CaseState.DROPPED, closed_at=decision["decided_at"], **decision)
            return case
        until = decided_on + timedelta(days=WITHIN)
        step(case, CaseState.DECIDED, appeal_until=until, **decision)
        at = self.scene.moment(until + DAY, 0, 45)
        step(case, CaseState.EFFECTIVE, effective_on=until + DAY, closed_at=at)
        return case

    def taken(self) -> list[Taken]:
        """What the books have to take for it."""
        if (case := self.effective) is None:
            return []
        move = Move(
            Kind.DEDUCT, case.resident_id, case.worth, case.day, self.version.pk, case.key, case.key, self.judges[2],
            reason=case.reason,
        )  # fmt: skip
        return [Taken(case.closed_at, case.key, move)]

    def settle(self) -> None:
        """What the books took in the end."""
        if case := self.effective:
            case.taken = Transfer.objects.filter(key=case.key).values_list("amount", flat=True).first() or 0
            case.save(update_fields=["taken"])


def step(case: DeductionCase, state: CaseState, **values) -> None:
    """One at a time: the database takes no other."""
    for field, value in {"state": state, **values}.items():
        setattr(case, field, value)
    case.save(update_fields=["state", *(field.removesuffix("_id") for field in values)])
