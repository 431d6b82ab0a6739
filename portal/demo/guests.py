"""People a community knows without having them in its register: helpers from outside, and accounts not yet confirmed."""

from datetime import timedelta

from accounts.models import User
from residents.models import Claim, Resident
from residents.pinyin import given, initials, pinyin

from . import names
from .officers import Officers
from .people import Group
from .scene import Scene, years_before

# (how many, ages, where they come from, party members)
OUTSIDE = (
    (
        6,
        (19, 22),
        ("南阳师范学院学生", "随州职业技术学院学生", "湖南师范大学学生", "郑州轻工业大学学生"),
        False,
    ),
    (5, (28, 55), ("区直机关下沉党员", "区税务局下沉党员", "市第二医院下沉党员", "区教体局下沉党员"), True),
    (3, (30, 66), ("共建单位联络员", "邻近社区居民", "巡回讲师"), False),
)
# (standing, note, state of the claim, days ago it was made, reason)
CLAIMS = (
    ("tenant", "上个月刚租下，合同在手上。", "open", 1, ""),
    ("family", "和女儿女婿一起住，帮着带孩子。", "open", 4, ""),
    ("owner", "", "confirmed", 23, ""),
    ("owner", "房子在装修，年底入住。", "refused", 31, "登记的房号不在本社区，请向所在社区申请。"),
    ("other", "", "withdrawn", 46, ""),
)


class Guests:
    def __init__(self, scene: Scene, plan: dict, place: dict, officers: Officers):
        self.scene, self.plan, self.place, self.officers = scene, plan, place, officers
        self.unit = place["unit"]
        self.dice = scene.dice(plan["slug"], "guests")

    def row(self, low: int, high: int, **fields) -> Resident:
        sex, age = self.dice.choice("mf"), self.dice.randint(low, high)
        name = names.full_name(self.dice, names.surname(self.dice), sex, self.scene.until.year - age)
        fields.setdefault("phone", f"+86{self.scene.phone()}")
        return Resident(
            community=self.unit, unit=self.unit, path=self.unit.path, name=name, name_pinyin=pinyin(name),
            name_initials=initials(name), given_pinyin=given(name), sex=sex, nation="汉族",
            born_on=years_before(self.scene.until, age) - timedelta(days=self.dice.randrange(365)),
            created_at=self.scene.moment(self.scene.ago(self.dice.randint(20, 300)), 10), **fields,
        )  # fmt: skip

    def helpers(self, group: Group) -> None:
        """Students, seconded party members, visitors: known by name, left out of every figure of the population."""
        rows = [
            (self.row(*ages, state="outside", registered_address=self.dice.choice(origins), is_party_member=party), ages[0])
            for count, ages, origins, party in OUTSIDE
            for _ in range(count)
        ]  # fmt: skip
        Resident.objects.bulk_create([row for row, _age in rows])
        for row, age in rows:
            group.add(row, max(age, 20))

    def claims(self) -> None:
        """Accounts that say they live here: some wait, some have their answer."""
        for number, (standing, note, state, days, reason) in enumerate(CLAIMS):
            row = self.row(24, 62, state="unconfirmed")
            made = self.scene.moment(self.scene.ago(days), self.dice.randint(8, 21), self.dice.randint(0, 59))
            row.created_at = made
            user = self.scene.account(
                row.name, row.phone.removeprefix("+86"), created_at=made - timedelta(minutes=9)
            )
            user.save()
            row.user = user
            home = self.dice.choice(self.place["buildings"])
            claim = Claim(
                user=user, community=self.unit, path=home.path, name=row.name, standing=standing, note=note, made_at=made,
                place=f"{home.parent.name}{home.name}{1 + number % 3}单元{self.dice.randint(2, 6)}0{1 + number % 2}",
            )  # fmt: skip
            if state != "open":
                self.decide(claim, row, user, state, reason, home)
            row.save()
            claim.resident = row if state == "confirmed" else None
            claim.save()

    def decide(self, claim: Claim, row: Resident, user: User, state: str, reason: str, home) -> None:
        claim.state, claim.reason = state, reason
        claim.decided_at = claim.made_at + timedelta(hours=self.dice.randint(3, 40))
        claim.decided_by = user if state == "withdrawn" else self.dice.choice(self.officers.staff)
        if state == "confirmed":
            row.state, row.unit, row.path = "elsewhere", home, home.path
            row.moved_in_on = claim.made_at.date()
