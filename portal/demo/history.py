"""What became of the register in the time the demo tells of: changes, who looked at what, and the lines of the log."""

from datetime import date, datetime, timedelta
from uuid import UUID

from accounts.models import Activity, Look, User
from accounts.operations import label
from community.models import Notice
from events.models import Event
from residents.models import Change, Claim, Household, ResidenceState, Resident

from .officers import Officers
from .people import Group
from .scene import Scene
from .writing import write

MOST = 2000  # rows of one kind; a city's history is a sample
ARRIVED = {
    "together": "户口迁入，随迁登记。",
    "elsewhere": "入住登记，户口仍在外地。",
    "away": "落户登记，人在外地。",
    "migrant": "租住登记，核对了租赁合同。",
}
PHONES = ("本人到窗口更正。", "入户走访时核对，号码已停用。", "家属来电更正。", "“敲门行动”核对后更新。")
PURPOSES = (
    ("phone", "电话通知高龄津贴资格认证"), ("phone", "停水改期，逐户告知"), ("phone", "独居老人每周电话问候"), ("phone", "活动改期，通知已报名的居民"),
    ("phone", "回访入户走访中提出的问题"), ("phone", "通知来领取老年优待证"), ("phone", "核对疫苗接种预约"), ("id_number", "代办城乡居民医保参保登记"),
    ("id_number", "核对养老待遇资格认证信息"), ("id_number", "临时救助申请材料录入"), ("id_number", "协助办理居住证"), ("id_number", "残疾人证换证代办"),
)  # fmt: skip


class History:
    def __init__(self, scene: Scene, plan: dict, place: dict, officers: Officers, group: Group):
        self.scene, self.unit, self.group = scene, place["unit"], group
        self.dice = scene.dice(plan["slug"], "history")
        self.clerks = [*officers.staff, *officers.workers]
        self.first: date = scene.first
        self.changes: list[Change] = []
        self.lines: list[Activity] = []

    def run(self) -> None:
        people = (
            Resident.objects.within(self.unit)
            .order_by("pk")
            .filter(state__in=ResidenceState.of_the_register())
        )
        for row in people.filter(moved_in_on__gte=self.first)[:MOST]:
            self.arrived(row)
        for row in people.filter(left_on__gte=self.first)[:MOST]:
            self.left(row)
        self.corrections()
        self.heads()
        self.work()
        write(sorted(self.changes, key=lambda row: row.at))
        write(sorted(self.lines, key=lambda row: row.at))
        self.looks()

    def soon(self, day: date) -> datetime:
        """In office hours within four days of `day`, and not after the demo's today."""
        day = min(day + timedelta(days=self.dice.randint(0, 4)), self.scene.ago(1))
        return self.scene.moment(day, self.dice.randint(9, 17), self.dice.randint(0, 59))

    def some_day(self) -> datetime:
        return self.soon(
            self.first + timedelta(days=self.dice.randrange((self.scene.until - self.first).days - 5))
        )

    def changed(self, row, at: datetime, by: User, why: str, act: str, **fields) -> None:
        """Keep one Change for each field (old, new) and one line in the log."""
        batch = UUID(int=self.dice.getrandbits(128)).hex if len(fields) > 1 else ""
        whose = "resident" if isinstance(row, Resident) else "household"
        self.changes += [
            Change(
                at=at,
                by=by,
                path=row.path,
                field=field,
                old=old,
                new=new,
                why=why,
                batch=batch,
                **{whose: row},
            )
            for field, (old, new) in fields.items()
        ]
        self.line(act, at, by, row, row.path)

    def line(self, act: str, at: datetime, by: User | None, row, path: str, **detail) -> None:
        self.lines.append(
            Activity(act=act, at=at, by=by, object=label(row), path=path, result=Activity.DONE, detail=detail)
        )

    def arrived(self, row: Resident) -> None:
        born = row.moved_in_on == row.born_on
        why = "出生登记。" if born else ARRIVED[row.state]
        at, by = self.soon(row.moved_in_on), self.dice.choice(self.clerks)
        self.changed(row, at, by, why, "residents.add", state=("", row.state))

    def left(self, row: Resident) -> None:
        died = row.left_why == "died"
        why = (
            "家属报告，已核对死亡证明。"
            if died
            else self.dice.choice(("搬往外地工作。", "随子女居住。", "房屋出售，全家迁出。", "租约到期。"))
        )
        self.changed(row, self.soon(row.left_on), self.dice.choice(self.clerks), why, f"residents.{row.left_why}",
                     left_on=("", row.left_on.isoformat()), left_why=("", row.left_why))  # fmt: skip

    def some(self, share: float, **conditions) -> list[Resident]:
        """A sample of the people who come into question."""
        known = sorted(self.group.ages)
        chosen = self.dice.sample(known, min(len(known), MOST, max(4, round(len(known) * share))))
        return list(Resident.objects.filter(pk__in=chosen, **conditions).order_by("pk"))

    def corrections(self) -> None:
        for row in self.some(0.05):
            if row.phone:
                self.changed(row, self.some_day(), self.dice.choice(self.clerks), self.dice.choice(PHONES), "residents.change",
                             phone=(f"+86{self.scene.phone()}", row.phone))  # fmt: skip
        for row in self.some(0.02, state="together"):
            self.changed(row, self.some_day(), self.dice.choice(self.clerks), "户口已迁入现住址。", "residents.change",
                         state=("elsewhere", "together"), registered_address=("河南省社旗县赊店镇", ""))  # fmt: skip
        for row in self.some(0.08, is_party_member=True, party_branch__isnull=False):
            self.changed(row, self.some_day(), self.dice.choice(self.clerks), "组织关系转入。", "residents.change",
                         is_party_member=("0", "1"), party_branch=("", str(row.party_branch_id)))  # fmt: skip

    def heads(self) -> None:
        """Heads of households that changed: mostly a couple that exchanged it."""
        households = (
            Household.objects.within(self.unit).living().filter(members__relation="spouse").order_by("pk")
        )
        rows = list(households.select_related("head")[:MOST])
        for household in self.dice.sample(rows, min(len(rows), max(2, len(rows) // 60))):
            spouse = household.members.filter(relation="spouse").first()
            at, by, why = self.some_day(), self.dice.choice(self.clerks), "换发户口簿，户主变更。"
            self.changed(
                household, at, by, why, "households.make_head", head=(str(spouse.pk), str(household.head_id))
            )
            self.changed(household.head, at, by, why, "residents.change", relation=("spouse", "head"))
            self.changed(spouse, at, by, why, "residents.change", relation=("head", "spouse"))

    def work(self) -> None:
        """The lines that writing notices, putting on events and deciding claims left."""
        path = self.unit.path
        for notice in Notice.objects.of(self.unit).select_related("written_by", "published_by"):
            self.line("notices.write", notice.written_at, notice.written_by, notice, path)
            if notice.published_at:
                self.line("notices.publish", notice.published_at, notice.published_by, notice, path)
        for event in (
            Event.objects.within(self.unit)
            .filter(published_at__isnull=False)
            .select_related("created_by", "unit")[:MOST]
        ):
            self.line("events.create", event.created_at, event.created_by, event, event.unit.path)
            self.line("events.publish", event.published_at, event.published_by, event, event.unit.path)
        for claim in Claim.objects.filter(community=self.unit).select_related("user", "decided_by"):
            self.line("claims.make", claim.made_at, claim.user, claim, claim.path)
            if claim.decided_at:
                act = {"confirmed": "confirm", "refused": "refuse", "withdrawn": "withdraw"}[claim.state]
                self.line(f"claims.{act}", claim.decided_at, claim.decided_by, claim, claim.path)

    def looks(self) -> None:
        """Who saw a full number and what for; the people to sign in as find some about themselves."""
        people = self.some(0.03)
        people += list(Resident.objects.filter(pk__in=self.group.cast.values()).order_by("pk")) * 2
        rows = []
        for row in people:
            field, purpose = self.dice.choice(PURPOSES)
            by, at = self.dice.choice(self.clerks), self.some_day()
            rows.append(Look(at=at, by=by, subject=label(row), field=field, purpose=purpose, path=row.path))
        write(sorted(rows, key=lambda look: look.at))
