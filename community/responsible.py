"""Who is responsible for a place: people by their posts, bodies by what they cover."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext as _

from .models import Covering, Kind, Organisation, OrganisationKind, Post, Role, Unit

# Whom a resident looks for, nearest first; the community's own people close the list.
LADDER = [Role.BUILDING_HEAD, Role.GRID_WORKER, Role.GROUP_LEADER]
BODIES = [
    ("property", [OrganisationKind.PROPERTY]),
    ("owners", [OrganisationKind.OWNERS_COMMITTEE]),
    ("party", OrganisationKind.party()),
]


WANTED = {
    Role.GRID_WORKER: Kind.GROUP,
    Role.BUILDING_HEAD: Kind.BUILDING,
}  # whom each unit of a kind should have


def without(role: Role, units):
    """The living units of the kind that should have somebody in `role`, and have nobody."""
    holders = Post.objects.current().filter(role=role, unit=OuterRef("pk"))
    return units.living().filter(kind=WANTED[role]).exclude(Exists(holders))


@dataclass
class Line:
    """One role and who holds it nearest to the place; without people, a sentence says whom to ask."""

    role: Role
    people: list
    missing: str = ""

    @property
    def label(self):
        return self.role.label


@dataclass
class Responsible:
    unit: Unit
    above: list  # from the community down, the unit itself last
    lines: list = field(default_factory=list)
    community_people: list = field(default_factory=list)
    bodies: dict = field(default_factory=dict)


def people_order(post):
    """Secretary before staff, the primary holder first."""
    return (list(Role).index(post.role), not post.primary, post.pk)


def responsible(unit: Unit, community: Unit) -> Responsible:
    """Everybody who answers for `unit`, in three queries whatever its depth."""
    above = list(
        Unit.objects.above(unit).filter(kind__gte=Kind.COMMUNITY).order_by("path").select_related("parent")
    )
    found = Responsible(unit, above)
    posts = sorted(
        Post.objects.public().filter(unit__in=above).select_related("holder", "unit"), key=people_order
    )
    found.community_people = [
        post for post in posts if post.unit_id == community.pk and post.role not in LADDER
    ]
    found.lines = [line for role in LADDER if (line := _line(role, posts, unit))]
    _say_whom_to_ask(found.lines, community)
    found.bodies = _bodies(above, community)
    return found


def _line(role, posts, unit):
    """The holders of `role` nearest to `unit`. Above buildings nobody looks for a building head."""
    if role == Role.BUILDING_HEAD and unit.kind < Kind.BUILDING:
        return None
    holders = [post for post in posts if post.role == role]
    if role == Role.GROUP_LEADER and not holders and unit.kind < Kind.GROUP:
        return None
    deepest = max((len(post.unit.path) for post in holders), default=0)
    return Line(role, [post for post in holders if len(post.unit.path) == deepest])


def _say_whom_to_ask(lines, community):
    by_role = {line.role: line for line in lines}
    worker = by_role[Role.GRID_WORKER].people
    phone = community.profile.duty_phone if hasattr(community, "profile") else ""
    for line in lines:
        if line.people:
            continue
        if worker:
            line.missing = _(
                "There is nobody for this at the moment. Please ask the grid worker %(name)s."
            ) % {"name": worker[0].holder.name}
        elif phone:
            line.missing = _(
                "There is nobody for this at the moment. Please call the community: %(phone)s."
            ) % {"phone": phone}
        else:
            line.missing = _("There is nobody for this at the moment. Please come to the service centre.")


def _bodies(above, community):
    """Organisations that cover the place or a place above it, by what one asks them for; the community's own party
    body stands in when no branch covers the place."""
    here = [unit for unit in above if unit.pk != community.pk]
    covered = Covering.objects.current().filter(unit__in=above)
    rows = (
        Organisation.objects.public()
        .filter(
            Q(pk__in=covered.values("organisation"))
            | Q(unit__in=here)
            | Q(unit=community, kind__in=OrganisationKind.party()[:2])
        )
        .prefetch_related(
            Prefetch("coverings", covered, to_attr="covers_here"),
            Prefetch("posts", Post.objects.current().select_related("holder"), to_attr="people"),
        )
        .distinct()
    )
    places = {unit.pk for unit in here}
    covering = [row for row in rows if row.covers_here or row.unit_id in places]
    found = {name: [row for row in covering if row.kind in kinds] for name, kinds in BODIES}
    found["party"] = found["party"] or [row for row in rows if row.kind in OrganisationKind.party()]
    return found
