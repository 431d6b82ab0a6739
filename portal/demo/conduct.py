"""Three deduction cases of the year: one dropped after the answer, one decided and taken, one that pauses redeeming."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from claims.models import CaseState, CaseVoice, DeductionCase
from claims.operations.appeals import WITHIN
from community.models import Unit
from community.working_days import add_working_days
from points.models import Freeze, Kind, Member, RuleVersion, Transfer
from points.operations.freezes import months_after
from residents.models import Resident

from .claiming import FULL, Claiming
from .samples import Move
from .scene import Scene
from .texts.conduct import ABSENT, EXCUSED, FALSE

AWAY, UNTRUE = "N01", "N02"
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
        self.effective: list[tuple[DeductionCase, RuleVersion]] = []
        self.pauses: list[Freeze] = []
        versions = RuleVersion.objects.filter(rule__community=unit, until=None).select_related("rule")
        self.versions = {one.rule.code: one for one in versions.filter(rule__code__in=[AWAY, UNTRUE])}

    def run(self) -> None:
        """Only where the whole year is told, and of members who are on the portal and earned something."""
        if self.unit.slug != FULL or len(self.versions) < 2 or len(self.judges) < 3:
            return
        own = set(Resident.objects.filter(user=self.opener).values_list("pk", flat=True))
        members = set(
            Member.objects.living().filter(resident__in=self.earners).values_list("resident", flat=True)
        )
        people = [pk for pk in self.earners if pk in self.users and pk in members - own]
        if len(people) < 3:
            return
        self.case(AWAY, people[1], self.scene.ago(40), EXCUSED, deducts=False)
        self.case(AWAY, people[0], self.scene.ago(75), ABSENT, deducts=True)
        self.case(UNTRUE, people[2], self.scene.ago(61), FALSE, deducts=True, wrongly=3)

    def case(
        self, code: str, resident: int, day: date, texts: dict, *, deducts: bool, wrongly: int = 1
    ) -> None:
        """Told two days after, answered on the next but one, decided within ten days."""
        told, decided_on, version = day + 2 * DAY, day + 11 * DAY, self.versions[code]
        case = DeductionCase.objects.create(
            community=self.unit, resident_id=resident, rule=version.rule, day=day, words=texts["words"], wrongly=wrongly,
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
            return
        until = decided_on + timedelta(days=WITHIN)
        step(case, CaseState.DECIDED, appeal_until=until, **decision)
        at = self.scene.moment(until + DAY, 0, 45)
        step(case, CaseState.EFFECTIVE, effective_on=until + DAY, closed_at=at)
        self.effective.append((case, version))
        if version.freeze_months:
            self.pauses.append(Freeze.objects.create(
                resident_id=resident, community=self.unit, since=until + DAY, cause=case.key, made_at=at,
                until=months_after(until + DAY, version.freeze_months), made_by_id=self.judges[2],
            ))  # fmt: skip

    def paused(self) -> dict[int, datetime]:
        """From when on somebody redeems nothing."""
        return {one.resident_id: one.made_at for one in self.pauses}

    def taken(self) -> list[Taken]:
        """What the books have to take for it."""
        return [
            Taken(case.closed_at, case.key, Move(
                Kind.DEDUCT, case.resident_id, case.worth, case.day, version.pk, case.key, case.key, self.judges[2],
                reason=case.reason,
            ))
            for case, version in self.effective
        ]  # fmt: skip

    def settle(self) -> None:
        """What the books took in the end."""
        for case, _version in self.effective:
            case.taken = Transfer.objects.filter(key=case.key).values_list("amount", flat=True).first() or 0
            case.save(update_fields=["taken"])


def step(case: DeductionCase, state: CaseState, **values) -> None:
    """One at a time: the database takes no other."""
    for field, value in {"state": state, **values}.items():
        setattr(case, field, value)
    case.save(update_fields=["state", *(field.removesuffix("_id") for field in values)])
