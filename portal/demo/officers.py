"""Accounts and posts: the street, the community, its groups, buildings and branches."""

from datetime import date, timedelta

from accounts.models import User
from community.models import Organisation, Post, Role, Unit

from . import names
from .people import Group
from .scene import Scene

STARTED = date(2021, 3, 1)


class Officers:
    """The people of one community who work for it, and their posts."""

    def __init__(self, scene: Scene, plan: dict, place: dict):
        self.scene, self.plan, self.place = scene, plan, place
        self.dice = scene.dice(plan["slug"], "officers")
        self.posts: list[Post] = []
        self.staff: list[User] = []
        self.workers: list[User] = []
        self.looks: dict[str, tuple[str, int]] = {}  # of those employed, by user name: sex and age

    def somebody(self, low: int, high: int, **fields) -> User:
        sex = self.dice.choice("ffm")
        family, age = names.surname(self.dice), self.dice.randint(low, high)
        name = names.full_name(self.dice, family, sex, self.scene.until.year - age)
        if fields.get("username"):
            self.looks[fields["username"]] = (sex, age)
        return self.scene.account(name, fields.pop("phone", None) or self.scene.phone(), **fields)

    def appoint(self, holder: User | int, role: Role, **fields) -> None:
        fields.setdefault("started_on", STARTED)
        key = "holder_id" if isinstance(holder, int) else "holder"
        fields.setdefault("public_phone", self.scene.phone())
        self.posts.append(Post(**{key: holder}, role=role, **fields))

    # --- employed people, before there are residents ---

    def hire(self) -> None:
        """Secretary, staff and full-time grid workers, with accounts."""
        unit, slug = self.place["unit"], self.plan["slug"]
        wanted = (
            (6 if slug == "yanming" else 8 if slug in ("niying", "zhongnan") else 5) if self.scene.full else 2
        )
        grids = self.grids()
        workers = max(1, len(grids) // 2) if self.scene.full else 1
        users = [self.somebody(42, 55, username=f"{slug}-secretary")]
        users += [self.somebody(24, 50, username=f"{slug}-staff{number}") for number in range(1, wanted + 1)]
        users += [self.somebody(28, 52, username=f"{slug}-grid{number}") for number in range(1, workers + 1)]
        former = [self.somebody(50, 62) for _ in range(2)]
        saved = User.objects.bulk_create(users + former)
        self.secretary, self.staff = saved[0], saved[1 : wanted + 1]
        self.workers, former = saved[wanted + 1 : -2], saved[-2:]
        party = "党委书记" if self.plan["party"] == "committee" else "党总支书记"
        self.appoint(
            self.secretary, Role.COMMUNITY_SECRETARY, unit=unit, primary=True, title=f"{party}、居委会主任"
        )
        titles = [
            "居委会副主任",
            "党务专干",
            "民政与养老专干",
            "社会工作师",
            "文体与宣传专干",
            "社保与医保专干",
            "综治与调解专干",
            "卫健专干",
        ]
        for user, title in zip(self.staff, titles, strict=False):
            title = "专业社工" if slug == "yanming" else title
            self.appoint(
                user,
                Role.STAFF,
                unit=unit,
                title=title,
                started_on=self.scene.ago(self.dice.randint(200, 2400)),
            )
        for user, role in zip(former, (Role.STAFF, Role.GRID_WORKER), strict=True):
            where = unit if role == Role.STAFF else grids[0]
            self.appoint(
                user, role, unit=where, started_on=date(2016, 5, 1), ended_on=STARTED - timedelta(days=1)
            )
        self.appoint_workers(grids)

    def grids(self) -> list[Unit]:
        return self.place["groups"] or self.place["compounds"]

    def appoint_workers(self, grids: list[Unit]) -> None:
        """One full-time worker for two grids; the last grid of the tree changes hands soon."""
        for index, grid in enumerate(grids):
            worker = self.workers[index * len(self.workers) // len(grids)]
            fields = {"unit": grid, "primary": True, "title": "专职网格员"}
            if index == len(grids) - 1 and len(self.workers) > 1:
                change = self.scene.until + timedelta(days=20)
                self.appoint(worker, Role.GRID_WORKER, **fields, ended_on=change - timedelta(days=1))
                self.appoint(self.workers[0], Role.GRID_WORKER, **fields, started_on=change)
            else:
                self.appoint(worker, Role.GRID_WORKER, **fields)

    # --- residents who also hold a post ---

    def elect(self, group: Group, branches: list[Organisation]) -> None:
        """Part-time grid workers, group leaders, building heads and branch secretaries, chosen among the residents."""
        for grid in self.grids():
            people = self.living_below(grid, group)
            leader = self.chosen(people, group, "group_leader" if grid is self.grids()[0] else "")
            self.serve(leader, Role.GROUP_LEADER, group, unit=grid, title="居民小组长", primary=True)
            helper = self.chosen([pk for pk in people if pk != leader], group)
            self.serve(helper, Role.GRID_WORKER, group, unit=grid, title="兼职网格员")
        for building in self.place["buildings"]:
            first = building is self.place["buildings"][0]
            if first or self.dice.random() < 0.86:  # some buildings look for a head
                head = self.chosen(
                    group.neighbours.get(building.pk, []), group, "building_head" if first else ""
                )
                self.serve(head, Role.BUILDING_HEAD, group, unit=building, title="楼栋长", primary=True)
        for branch in branches:
            members = [
                pk for pk in group.party.get(branch.pk, []) if pk in group.users and group.ages[pk] < 72
            ]
            secretary = self.chosen(members, group, "branch_secretary" if branch is branches[0] else "")
            self.serve(secretary, Role.BRANCH_SECRETARY, group, organisation=branch, title="党支部书记")

    def chosen(self, people: list[int], group: Group, part: str = "") -> int | None:
        if part in group.cast:
            return group.cast[part]
        people = [pk for pk in people if pk not in group.cast.values()]
        return self.dice.choice(people) if people else None

    def serve(self, resident: int | None, role: Role, group: Group, **fields) -> None:
        if resident:
            day = self.scene.ago(self.dice.randint(30, 1600))
            self.appoint(group.users[resident], role, full_time=False, started_on=day, **fields)

    def living_below(self, unit: Unit, group: Group) -> list[int]:
        return [
            resident
            for building in self.place["buildings"]
            if building.path.startswith(unit.path)
            for resident in group.neighbours.get(building.pk, [])
        ]

    def save(self) -> None:
        Post.objects.bulk_create(self.posts, batch_size=500)
