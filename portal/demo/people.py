"""Dwellings, households and residents of one community, written batch by batch."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import OuterRef, Subquery

from accounts.models import User
from community.models import Organisation
from residents.models import Dwelling, Household, Resident
from residents.pinyin import given, initials, pinyin

from . import cast, names
from .households import Families, Person
from .scene import BATCH, Scene, years_before
from .tags import Tags
from .writing import write

STATES = (("together", 63), ("elsewhere", 18), ("away", 9), ("migrant", 10))
AREAS = (62, 68, 75, 83, 89, 96, 105, 118, 128)


@dataclass(slots=True)
class Group:
    """The people who can be asked to come, by what events and posts look for; a bounded sample of a large community."""

    ages: dict[int, int] = field(default_factory=dict)  # resident → age
    users: dict[int, int] = field(default_factory=dict)  # resident → account
    party: dict[int, list[int]] = field(default_factory=dict)  # branch → residents
    cast: dict[str, int] = field(default_factory=dict)  # part → resident
    neighbours: dict[int, list[int]] = field(
        default_factory=dict
    )  # building → residents with an account, 25 to 78
    most: int = 5000

    def add(self, row: Resident, age: int) -> None:
        if row.left_on or row.state == "away" or len(self.ages) >= self.most:
            return
        self.ages[row.pk] = age
        if row.user_id:
            self.users[row.pk] = row.user_id
            if 25 <= age <= 78:
                self.neighbours.setdefault(row.unit_id, []).append(row.pk)
        if row.party_branch_id:
            self.party.setdefault(row.party_branch_id, []).append(row.pk)


class Census:
    def __init__(self, scene: Scene, plan: dict, place: dict, branches: dict[int, Organisation], by: User):
        self.scene, self.plan, self.place = scene, plan, place
        self.branches = branches  # compound → party branch
        self.dice = scene.dice(plan["slug"], "people")
        self.families = Families(self.dice, scene.until.year)
        self.tags = Tags(scene, self.dice, by)
        self.unusual = list(names.UNUSUAL)
        self.number = 0
        self.group = Group()

    def run(self, wanted: int) -> Group:
        batch = self.cast_flats() if self.plan["slug"] == cast.HOME else []
        for flat in self.flats(wanted):
            batch.append(flat)
            if len(batch) >= BATCH:
                self.save(batch)
                batch = []
        self.save(batch)
        return self.group

    def cast_flats(self):
        """The homes of the people to sign in as: a staircase of their own in the first building."""
        building = self.place["buildings"][0]
        return [
            (Dwelling(unit=building, path=building.path, staircase="4", number=f"{floor}01", floor=floor, area_m2=89),
             [[cast.household(part)]])
            for floor, part in enumerate(cast.PARTS, 1)
        ]  # fmt: skip

    def flats(self, wanted: int):
        """Yield (dwelling, households as lists of Person) until about `wanted` people live here."""
        buildings = self.place["buildings"]
        floors = 6 if wanted / len(buildings) < 80 else 18
        people = 0
        for index, building in enumerate(buildings, 1):
            share = wanted * index // len(buildings)
            places = [
                (stair, floor, side)
                for stair in (1, 2, 3)
                for floor in range(1, floors + 1)
                for side in (1, 2)
            ]
            likely = min(0.95, (share - people) / 2.45 / len(places))
            for stair, floor, side in places:
                lot = self.dice.random()
                if lot > likely + 0.03:
                    continue
                dwelling = Dwelling(
                    unit=building, path=building.path, staircase=str(stair), number=f"{floor}{side:02d}", floor=floor,
                    area_m2=self.dice.choice(AREAS), use="let" if lot < likely / 7 else "owner",
                )  # fmt: skip
                if lot > likely or people >= wanted:
                    dwelling.use = "business" if floor == 1 else "empty"
                    yield dwelling, []
                    continue
                households = [self.families.household() for _ in range(2 if self.dice.random() < 0.05 else 1)]
                people += sum(map(len, households))
                yield dwelling, households

    def save(self, batch) -> None:
        Dwelling.objects.bulk_create([dwelling for dwelling, _ in batch], batch_size=BATCH)
        rows = [(dwelling, people) for dwelling, households in batch for people in households]
        households = Household.objects.bulk_create(
            [self.household_row(dwelling) for dwelling, _ in rows], batch_size=BATCH
        )
        found: list[Person] = []
        for household, (dwelling, people) in zip(households, rows, strict=True):
            self.fill(household, dwelling, people)
            found += people
        self.save_people(found)
        # in one statement: a list of so many cases takes longer than the people themselves
        head = Resident.objects.filter(household=OuterRef("pk"), relation="head").values("pk")[:1]
        Household.objects.filter(head=None, pk__in=[row.pk for row in households]).update(head=Subquery(head))
        closed = [household for household in households if household.closed_at]
        Household.objects.bulk_update(closed, ["closed_at"], batch_size=BATCH // 2)
        self.tags.save(found)
        for person in found:
            self.group.add(person.row, person.age)
            if person.part:
                self.group.cast[person.part.key] = person.row.pk

    def household_row(self, dwelling: Dwelling) -> Household:
        self.number += 1
        return Household(
            community=self.place["unit"],
            dwelling=dwelling,
            path=dwelling.path,
            number=f"{self.plan['code'][-3:]}{self.number:06d}",
        )

    def fill(self, household: Household, dwelling: Dwelling, people: list[Person]) -> None:
        """Give every person of a household their row."""
        states, weights = zip(*STATES, strict=True)
        state = self.dice.choices(states, weights)[0]
        if dwelling.use == "let" or people[-1].relation == "other":
            state = self.dice.choice(("migrant", "elsewhere"))
        moved_in, gone = self.scene.ago(self.dice.randint(60, 9000)), None
        lot = self.dice.random()
        if people[0].part:
            state = "together"
        elif lot < 0.045:  # newcomers of the time the reports look back on
            moved_in = self.scene.ago(self.dice.randint(1, 420))
        elif lot < 0.057:  # and those who moved away with everything
            gone = max(moved_in, self.scene.ago(self.dice.randint(3, 420)))
            household.closed_at = self.scene.moment(gone, 16)
        for person in people:
            if not person.part and self.unusual and person.age > 18 and self.dice.random() < 0.02:
                person.name, person.sex, person.nation = self.unusual.pop(0)
            person.row = self.row(person, state, moved_in)
            person.row.unit, person.row.path = dwelling.unit, dwelling.path
            if gone:
                person.row.left_why, person.row.left_on = "moved", max(gone, person.row.moved_in_on)
            elif person.relation != "head" and self.dice.random() < 0.025:
                person.row.left_why = "died" if person.age > 70 else "moved"
                person.row.left_on = max(
                    moved_in, self.scene.ago(self.dice.randint(3, 420)), person.row.born_on
                )
            else:
                person.row.household, person.row.relation = household, person.relation

    def row(self, person: Person, state: str, moved_in: date) -> Resident:
        born = years_before(self.scene.until, person.age) - timedelta(days=self.dice.randrange(365))
        row = Resident(
            community=self.place["unit"], name=person.name, sex=person.sex, born_on=born,
            name_pinyin=pinyin(person.name), name_initials=initials(person.name), given_pinyin=given(person.name), nation=person.nation,
            id_number=self.scene.identity(self.plan["ids"], born, person.sex), state=state, moved_in_on=max(moved_in, born),
            created_at=self.scene.moment(max(moved_in, born, self.scene.ago(self.dice.randint(40, 700))), 10),
        )  # fmt: skip
        if state in ("elsewhere", "migrant"):
            row.registered_address = self.dice.choice(names.ELSEWHERE)
        if person.age >= 14 and self.dice.random() < (0.7 if person.age > 75 else 0.93):
            row.phone = f"+86{self.scene.phone()}"
        if person.age >= 21 and self.dice.random() < (0.16 if person.age >= 50 else 0.07):
            row.is_party_member = True
            row.party_joined_on = years_before(
                self.scene.until, self.dice.randint(0, person.age - 19)
            ) - timedelta(days=40)
        return row

    def save_people(self, found: list[Person]) -> None:
        for person in found:
            if person.part:
                row = person.row
                row.phone, row.is_party_member = f"+86{person.part.phone}", person.part.party
                row.party_joined_on = years_before(self.scene.until, 20) if person.part.party else None
            if person.row.is_party_member:
                person.row.party_branch = self.branches.get(person.row.unit.parent_id)
        owners = [person.row for person in found if self.has_account(person)]
        users = [
            self.scene.account(row.name, row.phone.removeprefix("+86"), elder=person_age(row, self.scene.until) >= 70,
                               created_at=max(row.created_at, self.scene.moment(self.scene.ago(self.dice.randint(20, 360)), 20)))
            for row in owners
        ]  # fmt: skip
        for row, user in zip(owners, User.objects.bulk_create(users, batch_size=BATCH), strict=True):
            row.user = user
        write([person.row for person in found])

    def has_account(self, person: Person) -> bool:
        row = person.row
        if person.part:
            return True
        if not row.phone or row.left_on or person.age < 16:
            return False
        return self.dice.random() < (0.2 if person.age > 75 else 0.34 if person.age < 60 else 0.4)


def person_age(row: Resident, on: date) -> int:
    return on.year - row.born_on.year - ((on.month, on.day) < (row.born_on.month, row.born_on.day))
