"""One community with two grids, its people known by name, and a neighbouring community that must see nothing.

root ─ 曾都区 ─ 东城街道 ─┬─ 文峰塔社区 (wenfeng) ─┬─ 东组 (east) ─ 东苑 ─ 1幢 (east_building)
                         │                        └─ 西组 (west) ─ 西苑 ─ 1幢 (west_building)
                         └─ 舜井道社区 (shunjing)
"""

from datetime import date, timedelta
from types import SimpleNamespace

from django.utils import timezone

from accounts.models import User
from community.models import Kind, Organisation, Post, Profile, Role
from community.operations import add_unit
from events.models import Event, Session
from residents.operations import add_resident

from .kept import Kept

PASSWORD = "correct horse battery"


def person(name, number, **fields):
    """A user who signs in with phone `154…{number}` and PASSWORD."""
    user = User(
        name=name,
        username=fields.pop("username", None),
        phone=f"+86154{number:08d}",
        phone_verified_at=timezone.now(),
        **fields,
    )
    user.set_password(PASSWORD)
    user.save()
    return user


def appoint(user, role, *, unit=None, organisation=None, **dates):
    dates.setdefault("started_on", date(2020, 1, 1))
    Post.objects.create(
        holder=user,
        role=role,
        unit=unit,
        organisation=organisation,
        primary=not Post.objects.filter(role=role, unit=unit, organisation=organisation).exists(),
        public_phone="0722-3000000",
        **dates,
    )
    return user


def resident(name, unit, community, **fields):
    return add_resident(
        name=name, unit=unit, community=community, state=fields.pop("state", "together"), by=None, **fields
    )


def _build():
    t = SimpleNamespace()
    t.root = add_unit(kind=Kind.ROOT, name="全部", parent=None, by=None)
    t.district = add_unit(kind=Kind.DISTRICT, name="曾都区", parent=t.root, by=None)
    t.street = add_unit(kind=Kind.STREET, name="东城街道", parent=t.district, by=None, code="421303002000")
    t.community = add_unit(
        kind=Kind.COMMUNITY, name="文峰塔社区", parent=t.street, by=None, slug="wenfeng", code="421303002099"
    )
    t.neighbour = add_unit(
        kind=Kind.COMMUNITY, name="舜井道社区", parent=t.street, by=None, slug="shunjing", code="421303002098"
    )
    Profile.objects.create(unit=t.community, duty_phone="0722-3000001")
    Profile.objects.create(unit=t.neighbour, duty_phone="0722-3000002")
    for side, label in (("east", "东"), ("west", "西")):
        group = add_unit(kind=Kind.GROUP, name=f"{label}组", parent=t.community, by=None)
        compound = add_unit(kind=Kind.COMPOUND, name=f"{label}苑", parent=group, by=None)
        building = add_unit(kind=Kind.BUILDING, name="1幢", parent=compound, by=None)
        setattr(t, side, group)
        setattr(t, f"{side}_compound", compound)
        setattr(t, f"{side}_building", building)
    t.branch = Organisation.objects.create(unit=t.community, kind="party_branch", name="东苑党支部")
    t.other_branch = Organisation.objects.create(unit=t.neighbour, kind="party_branch", name="楚湘党支部")

    t.operator = appoint(person("操作员", 1, username="operator"), Role.OPERATOR, unit=t.root)
    t.officer = appoint(person("街道员", 2), Role.STREET_OFFICER, unit=t.street)
    t.secretary = appoint(person("书记", 3, username="secretary"), Role.COMMUNITY_SECRETARY, unit=t.community)
    t.branch_secretary = appoint(person("支书", 4), Role.BRANCH_SECRETARY, organisation=t.branch)
    t.staff = appoint(person("社工", 5, username="staff"), Role.STAFF, unit=t.community)
    t.east_worker = appoint(person("东格员", 6), Role.GRID_WORKER, unit=t.east)
    t.west_worker = appoint(person("西格员", 7), Role.GRID_WORKER, unit=t.west)
    t.leader = appoint(person("组长", 8), Role.GROUP_LEADER, unit=t.east)
    t.head = appoint(person("楼长", 9), Role.BUILDING_HEAD, unit=t.east_building)
    t.neighbour_staff = appoint(person("邻社工", 10), Role.STAFF, unit=t.neighbour)
    t.neighbour_secretary = appoint(person("邻书记", 11), Role.COMMUNITY_SECRETARY, unit=t.neighbour)

    t.lin_user = person("林秀英", 21)
    t.wang_user = person("王建国", 22)
    t.stranger = person("路人", 23)  # an account without a row in the register
    t.lin = resident("林秀英", t.east_building, t.community, user=t.lin_user, phone="+8615400000021", sex="f",
                     born_on=date(1949, 1, 1))  # fmt: skip
    t.wang = resident("王建国", t.west_building, t.community, user=t.wang_user, phone="+8615400000022", sex="m",
                      born_on=date(1958, 3, 15), is_party_member=True, party_branch=t.branch)  # fmt: skip
    t.zhao = resident("赵小明", t.neighbour, t.neighbour, sex="m")

    tomorrow = timezone.now() + timedelta(days=1)
    t.choir = Event.objects.create(unit=t.community, kind="culture", title="社区合唱", place="文化广场", created_by=t.staff,
                                   published_at=timezone.now(), published_by=t.staff)  # fmt: skip
    t.choir_monday = Session.objects.create(event=t.choir, community=t.community, places=2, starts_at=tomorrow,
                                            ends_at=tomorrow + timedelta(hours=2))  # fmt: skip
    return t


build = Kept(_build)
