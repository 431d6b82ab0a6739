"""The people to sign in as: one of each role, with numbers that are easy to type, in 泥营社区."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from residents.models import Claim

from .households import Person
from .scene import Scene


@dataclass(frozen=True)
class Part:
    key: str  # the role in demo.json
    name: str
    sex: str
    age: int
    phone: str
    party: bool = False


# The first lives alone; each of the others has a household of their own, in the first building of the community.
PARTS = (
    Part("elder_resident", "李桂芬", "f", 76, "15400000031"),
    Part("young_resident", "陈雨桐", "f", 27, "15400000032"),
    Part("party_member", "赵志强", "m", 58, "15400000033", party=True),
    Part("branch_secretary", "孙玉梅", "f", 61, "15400000034", party=True),
    Part("group_leader", "吴建华", "m", 63, "15400000035"),
    Part("building_head", "何丽萍", "f", 55, "15400000036"),
)
UNCONFIRMED = Part("unconfirmed", "周晓雯", "f", 33, "15400000037")
HOME = "niying"
LABELS = {  # of the parts that are no post
    "elder_resident": _("elderly resident"),
    "young_resident": _("young resident"),
    "party_member": _("party member"),
    "unconfirmed": _("account not yet confirmed"),
}


def household(part: Part) -> Person:
    return Person(part.name, part.sex, part.age, "head", "汉族", part=part)


def unconfirmed(scene: Scene, place: dict) -> dict:
    """An account that says it lives here and waits for staff to decide."""
    made = scene.moment(scene.ago(2), 19, 40)
    user = scene.account(UNCONFIRMED.name, UNCONFIRMED.phone, created_at=made)
    user.save()
    unit = place["unit"]
    home = place["compounds"][0]
    Claim.objects.create(
        user=user, community=unit, path=home.path, name=user.name, place=f"{home.name}2幢1单元501", standing="tenant", made_at=made,
        note="今年秋天租住在这里。",
    )  # fmt: skip
    return line(user, UNCONFIRMED.key, unit)


def line(user: User, role: str, place) -> dict:
    """One row of demo.json."""
    login = user.username or user.phone.removeprefix("+86")
    return {"role": str(role), "login": login, "name": user.name, "community": place.name}
