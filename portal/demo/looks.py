"""Who and what of a community has a picture: its profile, facilities and rooms, some organisations, those employed."""

from community.models import Organisation, OrganisationKind, Post, Profile, Unit, here_and_below
from venues.models import Facility, Room, RoomPhoto

from .officers import Officers

CAPTIONS = ("进门看到的样子", "靠里的一侧")
# by what stands in the name; the first that fits
ROOMS = (
    ("电吹管", "posters", "music"), ("器乐", "posters", "music"), ("舞蹈", "posters", "dance"), ("排练", "posters", "dance"),
    ("书", "facilities", "library"), ("阅览", "facilities", "library"), ("大舞台", "posters", "stage"), ("讲堂", "facilities", "hall"),
    ("会议厅", "facilities", "hall"), ("议事", "posters", "meeting"), ("会议室", "posters", "meeting"), ("棋", "posters", "chess"),
    ("太极", "posters", "tai"), ("球", "facilities", "sports"), ("儿童", "posters", "craft"), ("日间", "facilities", "day_care"),
    ("食堂", "facilities", "canteen"), ("实训", "posters", "skill"), ("超市", "posters", "points"),
)  # fmt: skip
# places with a picture of their own before that of their kind
PLACES = (
    ("党建公园", "posters", "party"), ("楼院", "facilities", "housing"), ("健康广场", "posters", "dance"), ("小广场", "posters", "points"),
    ("雁鸣湖", "posters", "lake"), ("培训", "posters", "skill"), ("青少年", "posters", "craft"), ("学雷锋", "posters", "volunteer"),
    ("健身房", "posters", "sport"),
)  # fmt: skip
BODIES = {
    OrganisationKind.PARTY_COMMITTEE: ("posters", "party"),
    OrganisationKind.GENERAL_BRANCH: ("posters", "party"),
    OrganisationKind.RESIDENTS_COMMITTEE: ("facilities", "service_centre"),
    OrganisationKind.OWNERS_COMMITTEE: ("facilities", "housing"),
    OrganisationKind.PROPERTY: ("posters", "clean"),
    OrganisationKind.SOCIAL: ("posters", "volunteer"),
}
TEAMS = (
    ("电吹管", "music"), ("合唱", "music"), ("腰鼓", "dance"), ("舞", "dance"), ("锣鼓", "dance"), ("模特", "stage"), ("戏", "stage"), ("八段锦", "tai"),
    ("太极", "tai"), ("书", "book"), ("球", "sport"), ("棋", "chess"), ("清洁", "clean"), ("理发", "service"), ("诊", "health"), ("卫生", "health"),
    ("小学", "craft"), ("湿地", "lake"), ("消防", "lecture"), ("超市", "points"),
)  # fmt: skip


def dress(plan: dict, unit: Unit, drawn: dict[str, dict[str, str]], officers: Officers) -> None:
    like = plan.get("like", plan["slug"])
    Profile.objects.filter(unit=unit).update(picture=drawn["profiles"][like])
    facilities(unit, drawn)
    organisations(unit, drawn)
    posts(unit, drawn["posts"], officers)


def facilities(unit: Unit, drawn) -> None:
    places, rooms, photos = [], [], []
    for place in Facility.objects.within(unit):
        found = named(PLACES, place.name) or ("facilities", place.kind)
        if found[1] in drawn[found[0]]:
            place.picture = drawn[found[0]][found[1]]
            places.append(place)
    for room in Room.objects.filter(here_and_below(unit.path, "facility__unit__path")):
        if found := named(ROOMS, room.name):
            room.picture = drawn[found[0]][found[1]]
            rooms.append(room)
            if piece := drawn["photos"].get(found[1]):
                photos += [
                    RoomPhoto(room=room, picture=name, caption=caption, order=order)
                    for order, (name, caption) in enumerate(zip(piece, CAPTIONS, strict=True), 1)
                ]
    Facility.objects.bulk_update(places, ["picture"])
    Room.objects.bulk_update(rooms, ["picture"])
    RoomPhoto.objects.bulk_create(photos)


def organisations(unit: Unit, drawn) -> None:
    shown = []
    for body in Organisation.objects.filter(unit=unit):
        team = named(TEAMS, body.name) if body.kind not in BODIES or body.kind == "social" else None
        folder, key = ("posters", team[0]) if team else BODIES.get(body.kind, ("", ""))
        if folder:
            body.picture = drawn[folder][key]
            shown.append(body)
    Organisation.objects.bulk_update(shown, ["picture"])


def posts(unit: Unit, portraits: dict[str, str], officers: Officers) -> None:
    """Portraits of those employed; residents who serve are asked first, so they have none here."""
    greys = {"m": ["m4"], "f": ["f4"]}
    given: dict[str, int] = {}
    chosen = {}
    for username, (sex, age) in officers.looks.items():
        fitting = (
            greys[sex] if age >= 50 else sorted(k for k in portraits if k[0] == sex and k not in greys[sex])
        )
        given[sex] = given.get(sex, -1) + 1
        chosen[username] = portraits[fitting[given[sex] % len(fitting)]]
    rows = list(Post.objects.within(unit).filter(holder__username__in=chosen).select_related("holder"))
    for row in rows:
        row.picture = chosen[row.holder.username]
    Post.objects.bulk_update(rows, ["picture"], batch_size=200)


def named(table, name: str):
    return next((tuple(found) for word, *found in table if word in name), None)
