"""Who lives together: forms of households and the names in them. An old quarter, where every fourth person is over sixty."""

import random
from dataclasses import dataclass

from residents.models import Resident

from . import names

# (weight, form): each is a method of Families
FORMS = (
    (13, "elder"), (19, "elders"), (9, "couple"), (22, "one_child"), (16, "two_children"), (9, "three_generations"),
    (8, "single"), (4, "single_parent"), (7, "sharers"),
)  # fmt: skip


@dataclass(slots=True)
class Person:
    name: str
    sex: str
    age: int
    relation: str
    nation: str
    row: Resident | None = None
    part: object = None  # of the cast


class Families:
    def __init__(self, dice: random.Random, year: int):
        self.dice, self.year = dice, year

    def household(self) -> list[Person]:
        form = self.dice.choices([form for _, form in FORMS], [weight for weight, _ in FORMS])[0]
        family, nation = names.surname(self.dice), names.nation(self.dice)
        return getattr(self, f"_{form}")(family, nation)

    def _person(self, family, sex, age, relation, nation) -> Person:
        return Person(names.full_name(self.dice, family, sex, self.year - age), sex, age, relation, nation)

    def _pair(self, family, nation, low, high) -> list[Person]:
        age = self.dice.randint(low, high)
        wife = max(20, age - self.dice.choice((-1, 0, 1, 1, 2, 2, 3, 5)))
        return [
            self._person(family, "m", age, "head", nation),
            self._person(names.surname(self.dice), "f", wife, "spouse", nation),
        ]

    def _elder(self, family, nation):
        sex = self.dice.choice("fffmm")
        return [self._person(family, sex, min(98, 64 + int(self.dice.expovariate(1 / 9))), "head", nation)]

    def _elders(self, family, nation):
        return self._pair(family, nation, 60, 84)

    def _couple(self, family, nation):
        return self._pair(family, nation, 25, 59)

    def _child(self, family, nation, mother) -> Person:
        sex = self.dice.choice("mf")
        age = max(0, mother.age - self.dice.randint(22, 33))
        return self._person(family, sex, age, "child", nation)

    def _one_child(self, family, nation):
        pair = self._pair(family, nation, 26, 56)
        return [*pair, self._child(family, nation, pair[1])]

    def _two_children(self, family, nation):
        pair = self._pair(family, nation, 30, 50)
        return [*pair, self._child(family, nation, pair[1]), self._child(family, nation, pair[1])]

    def _three_generations(self, family, nation):
        old = self._pair(family, nation, 58, 76)
        age = max(24, old[1].age - self.dice.randint(23, 29))
        son = self._person(family, "m", age, "child", nation)
        wife = self._person(names.surname(self.dice), "f", max(23, age - 1), "child_in_law", nation)
        child = self._child(family, nation, wife)
        child.relation = "grandchild"
        return [*old, son, wife, child]

    def _single(self, family, nation):
        return [self._person(family, self.dice.choice("mf"), self.dice.randint(22, 57), "head", nation)]

    def _single_parent(self, family, nation):
        parent = self._person(family, self.dice.choice("ffm"), self.dice.randint(30, 52), "head", nation)
        return [parent, self._child(family, nation, parent)]

    def _sharers(self, family, nation):
        first = self._person(family, self.dice.choice("mf"), self.dice.randint(20, 38), "head", nation)
        return [first] + [
            self._person(names.surname(self.dice), first.sex, self.dice.randint(20, 38), "other", nation)
            for _ in range(self.dice.randint(0, 2))
        ]
