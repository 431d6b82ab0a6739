"""Care tags: who needs looking after, since when, and how the community knows."""

import random
from datetime import date, timedelta

from accounts.models import User
from residents.models import ResidentTag

from .households import Person
from .scene import BATCH, Scene

EVIDENCE = {
    "alone": "入户走访核实",
    "empty_nest": "入户走访核实",
    "aged": "身份信息自动计算",
    "disabled_elder": "失能等级评估表",
    "disability": "残疾人证（一级或二级）",
    "minimum": "最低生活保障证",
    "destitute": "特困人员救助供养认定书",
    "borderline": "低保边缘家庭认定书",
    "hardship": "刚性支出困难家庭认定书",
    "left_child": "学校与社区核对名单",
    "child_in_need": "困境儿童信息表",
    "lost_child": "计划生育特殊家庭扶助证",
    "honoured": "优抚对象证明",
    "no_family": "入户走访核实",
    "veteran": "退役军人登记表",
}


class Tags:
    def __init__(self, scene: Scene, dice: random.Random, by: User):
        self.scene, self.dice, self.by = scene, dice, by

    def save(self, people: list[Person]) -> None:
        households: dict[int, list[Person]] = {}
        for person in people:
            if person.row.household_id:
                households.setdefault(person.row.household_id, []).append(person)
        rows = [
            self.row(person, tag)
            for members in households.values()
            for person in members
            for tag in self.of(person, members)
        ]
        ResidentTag.objects.bulk_create(rows, batch_size=BATCH)

    def of(self, person: Person, members: list[Person]) -> list[str]:
        """Tags of one person; those of the household come from the number and ages of its members."""
        found = []
        chance = self.dice.random
        if len(members) == 1 and person.age >= 60:
            found.append("alone" if person.part or chance() < 0.9 else "no_family")
        elif len(members) == 2 and all(member.age >= 60 for member in members) and chance() < 0.8:
            found.append("empty_nest")
        if person.age >= 80:
            found.append("aged")
        if person.age >= 75 and chance() < 0.08:
            found.append("disabled_elder")
        if chance() < 0.012:
            found.append("disability")
        if person.relation == "head" and chance() < 0.03:
            found.append(
                self.dice.choices(("minimum", "borderline", "hardship", "destitute"), (50, 25, 15, 10))[0]
            )
        if 3 <= person.age <= 15 and chance() < 0.02:
            found.append(self.dice.choice(("left_child", "child_in_need")))
        if person.sex == "m" and person.age >= 24 and chance() < 0.05:
            found.append("veteran")
        if person.age >= 50 and chance() < 0.006:
            found.append(self.dice.choice(("lost_child", "honoured")))
        return found

    def row(self, person: Person, tag: str) -> ResidentTag:
        born = person.row.born_on
        since = max(born, self.scene.ago(self.dice.randint(30, 1500)))
        until: date | None = None
        if tag == "aged":
            since = date(born.year + 80, born.month, min(born.day, 28))
        elif self.dice.random() < 0.04 and since < self.scene.ago(30):
            until = since + timedelta(days=29)
        return ResidentTag(
            resident=person.row,
            path=person.row.path,
            tag=tag,
            since=since,
            until=until,
            evidence=EVIDENCE[tag],
            by=self.by,
        )
