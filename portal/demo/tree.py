"""Units, organisations, facilities: what a community consists of."""

from datetime import date, timedelta

from community.models import Covering, Honour, Kind, Organisation, Profile, Unit
from venues.models import Facility, Room

from .communities import ROOT, STREETS
from .coverage import place_of
from .scene import Scene

FLATS_SEEN = 33  # people of the register in one building, about, unless a plan says otherwise


def save_units(units: list[Unit]) -> list[Unit]:
    """Save units of one level below parents already saved; the database gives them their paths."""
    made = Unit.objects.bulk_create(units, batch_size=500)
    paths = dict(Unit.objects.filter(pk__gte=made[0].pk).values_list("pk", "path"))
    for unit in made:
        unit.path = paths[unit.pk]
    return made


def upper_units(plans: list[dict]) -> dict[str, Unit]:
    """Root, districts and streets; gives the street of every key that `plans` speak of."""
    (root,) = save_units([Unit(kind=Kind.ROOT, name=ROOT, note="演示数据：人物均为虚构")])
    keys = list(dict.fromkeys(plan["street"] for plan in plans))
    districts = save_units(
        [
            Unit(kind=Kind.DISTRICT, parent=root, order=order, name=name, code=code, address=lies_in)
            for order, (name, code, lies_in) in enumerate((STREETS[key][0] for key in keys), 1)
        ]
    )
    streets = save_units(
        [
            Unit(
                kind=Kind.STREET,
                parent=district,
                order=order,
                name=STREETS[key][1][0],
                code=STREETS[key][1][1],
            )
            for order, (key, district) in enumerate(zip(keys, districts, strict=True), 1)
        ]
    )
    return {"root": root} | dict(zip(keys, streets, strict=True))


def community_units(scene: Scene, plan: dict, street: Unit) -> dict:
    """One community with everything below it: `{"unit", "groups", "compounds", "buildings"}`."""
    (unit,) = save_units(
        [
            Unit(
                kind=Kind.COMMUNITY,
                parent=street,
                name=plan["name"],
                slug=plan["slug"],
                code=plan["code"],
                order=plan.get("order", 0),
                address=f"{street.parent.address}{street.parent.name}{street.name}",
                note="社区段代码为演示编造",
            )  # fmt: skip
        ]
    )
    named = [(name, compounds) for name, compounds in plan["groups"] if name]
    groups = named and save_units(
        [
            Unit(kind=Kind.GROUP, parent=unit, order=order, name=name, code=f"{plan['code']}{order:03d}",
                 note="、".join(compound for compound, _ in compounds))
            for order, (name, compounds) in enumerate(named, 1)
        ]
    )  # fmt: skip
    parents = {group.name: group for group in groups}
    compounds, sizes = [], []
    for name, members in plan["groups"]:
        for compound, size in members:
            compounds.append(
                Unit(
                    kind=Kind.COMPOUND,
                    parent=parents.get(name, unit),
                    order=len(compounds) + 1,
                    name=compound,
                )
            )
            sizes.append(size)
    compounds = save_units(compounds)
    wanted = scene.people_wanted[plan["slug"]] / FLATS_SEEN / sum(sizes)
    buildings = save_units(
        [
            Unit(kind=Kind.BUILDING, parent=compound, order=number, name=f"{number}幢")
            for compound, size in zip(compounds, sizes, strict=True)
            for number in range(1, max(1, round(size * max(1, wanted / 2.5) if scene.full else 1)) + 1)
        ]
    )
    return {"unit": unit, "groups": groups, "compounds": compounds, "buildings": buildings}


def profile_and_honours(plan: dict, unit: Unit, duty_phone: str) -> None:
    Profile.objects.create(
        unit=unit, duty_phone=duty_phone, notices_need_second=plan["slug"] == "niying", **plan["profile"]
    )
    Honour.objects.bulk_create(
        Honour(unit=unit, name=name, level=level, year=year, grantor=grantor, holder=holder)
        for name, level, year, grantor, holder in plan["honours"]
    )


def organisations(scene: Scene, plan: dict, place: dict) -> dict[str, Organisation]:
    """Party tree, committees, owners' committees, property, partners, teams; gives them by name."""
    unit, dice = place["unit"], scene.dice(plan["slug"], "organisations")
    compounds = {compound.name: compound for compound in place["compounds"]}
    short = unit.name.removesuffix("社区")
    top = Organisation(
        unit=unit,
        kind="party_committee" if plan["party"] == "committee" else "general_branch",
        name=f"中共{unit.name}{'委员会' if plan['party'] == 'committee' else '总支部委员会'}",
        intro="统一领导社区各类组织和各项工作。",
        phone=scene.phone(),
    )
    top.save()
    rows, covers = [], []

    def add(kind, name, intro="", cover=(), **fields):
        founded = date(2012, 1, 1).toordinal() + dice.randrange(4000)
        rows.append(
            Organisation(
                unit=unit, kind=kind, name=name, intro=intro, founded_on=date.fromordinal(founded), **fields
            )
        )
        covers.append([compounds[name] for name in cover if name in compounds])

    add(
        "residents_committee",
        f"{unit.name}居民委员会",
        "居民自我管理、自我教育、自我服务的基层群众性自治组织。",
        phone=scene.phone(),
    )
    add("supervision", f"{unit.name}居务监督委员会", "监督居务公开、财务和积分发放。")
    for name, cover in plan["branches"]:
        add("party_branch", f"{short}{name}" if not name.startswith(short[:1]) else name,
            f"联系{'、'.join(cover)}的党员和居民。", cover, parent=top)  # fmt: skip
    for name in plan["owners"]:
        add("owners_committee", f"{name}业主委员会", "业主大会选举产生，已备案。", [name])
    for name, cover in plan["property"]:
        add("property", name, f"服务{'、'.join(cover)}。", cover, phone=scene.phone())
    for name, intro in plan["partners"]:
        add("partner", name, intro, contact="联络员", phone=scene.phone())
    for name, kind, intro in plan["social"]:
        add(kind, name, intro)
    made = [top, *Organisation.objects.bulk_create(rows)]
    Covering.objects.bulk_create(
        Covering(organisation=row, unit=compound, since=row.founded_on)
        for row, cover in zip(made[1:], covers, strict=True)
        for compound in cover
    )
    return {row.name: row for row in made}


def facilities(scene: Scene, plan: dict, place: dict) -> dict[str, Room]:
    """Facilities and their rooms; gives the rooms by "facility/room". A station lies in the compound it is named for."""
    unit, dice = place["unit"], scene.dice(plan["slug"], "facilities")
    places = Facility.objects.bulk_create(
        Facility(
            unit=(kind == "red_station" and place_of(name, place["compounds"])) or unit,
            kind=kind,
            opened_on=date(2018, 5, 1) + timedelta(days=dice.randrange(1900)),
            name=name,
            area_m2=area,
            intro=intro,
            opening_hours=hours,
            order=order,
            phone=scene.phone() if rooms else "",
            address=f"{unit.name}{'内' if kind == 'park' else ''}",
        )  # fmt: skip
        for order, (kind, name, area, intro, hours, rooms) in enumerate(plan["facilities"], 1)
    )
    rooms = Room.objects.bulk_create(
        Room(
            facility=place,
            order=order,
            **dict(zip(("name", "seats", "equipment", "fee"), room, strict=False)),
        )
        for place, facility in zip(places, plan["facilities"], strict=True)
        for order, room in enumerate(facility[5], 1)
    )
    return {f"{room.facility.name}/{room.name}": room for room in rooms}


def branch_of(branches: list[Organisation]) -> dict[int, Organisation]:
    """Which branch looks after which compound."""
    rows = Covering.objects.filter(organisation__in=branches).values_list("unit", "organisation")
    by_key = {branch.pk: branch for branch in branches}
    return {compound: by_key[branch] for compound, branch in rows}
