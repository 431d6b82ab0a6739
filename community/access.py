"""From posts to rights: one grant serves both the row and the list."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone

from .models import WIDTH, Kind, Organisation, Post, Profile, Unit, here_and_below
from .roles import ACTS, BELOW, COMMUNITY, MATRIX, OWN, RANK

NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Grant:
    post: int
    role: str
    path: str | None  # a post at a unit
    organisation: int | None  # a post at an organisation
    community: str | None = None  # the path of the community that unit lies in

    def reach(self, act: str | None) -> str | None:
        """The path at and below which the post gives `act` (None: anything); None when nowhere."""
        where = BELOW if act is None else MATRIX[self.role].get(act)
        if where == COMMUNITY:
            return self.community or self.path
        return self.path if where == BELOW else None

    def is_own(self, act: str | None) -> bool:
        """Whether it gives `act` for the rows of its own organisation."""
        return self.organisation is not None and (act is None or MATRIX[self.role].get(act) == OWN)


def grants(user) -> list[Grant]:
    """What the current posts of `user` give; asked once per user object and day.

    A page asks hundreds of times: what is kept says until when it holds, so that no day has to be worked out again.
    """
    if not user.is_authenticated or not user.is_active:
        return []
    now = timezone.now()
    kept = getattr(user, "_grants", None)
    if kept is None or not kept[0] <= now < kept[1]:
        today = timezone.localdate(now)
        posts = (
            Post.objects.current(today)
            .filter(holder=user)
            .values_list("pk", "role", "unit__path", "organisation")
        )
        posts = list(posts)
        homes = _communities([path for _pk, role, path, _organisation in posts if path and role in _WIDER])
        begins, ends = (
            timezone.make_aware(datetime.combine(today + timedelta(days=days), time.min)) for days in (0, 1)
        )
        kept = user._grants = (begins, ends, [Grant(*row, homes.get(row[2])) for row in posts])
    return kept[2]


_WIDER = {role for role, acts in MATRIX.items() if COMMUNITY in acts.values()}


def _communities(paths: list[str]) -> dict[str, str]:
    """Of each unit path, the path of the community it lies in."""
    above = {path[:end] for path in paths for end in range(WIDTH, len(path) + 1, WIDTH)}
    if not above:
        return {}
    homes = Unit.objects.filter(kind=Kind.COMMUNITY, path__in=above).values_list("path", flat=True)
    return {path: home for home in homes for path in paths if path.startswith(home)}


def forget(user) -> None:
    """Ask the posts of this user object again."""
    user.__dict__.pop("_grants", None)


def paths(user, act: str | None) -> list[str]:
    """The topmost unit paths where `user` may do `act` (None: has any post)."""
    found = sorted({path for grant in grants(user) if (path := grant.reach(act))})
    return [path for path in found if not any(path != other and path.startswith(other) for other in found)]


def scope(user, act: str | None, field: str) -> Q:
    """The rows whose unit path `field` (`unit__path`) lies where `user` may do `act`."""
    found = NOTHING
    for path in paths(user, act):
        found = here_and_below(path, field) if found is NOTHING else found | here_and_below(path, field)
    return found


def organisations_of(user, act: str | None = None) -> list[int]:
    """Ids of the organisations where `user` holds a post that gives `act`."""
    return [grant.organisation for grant in grants(user) if grant.is_own(act)]


def rank_at(user, act: str, where: Unit | Organisation) -> int | None:
    """The rank of the highest post by which `user` may do `act` at `where`; None when there is none."""
    path = where.unit.path if isinstance(where, Organisation) else where.path
    ranks = [RANK[grant.role] for grant in grants(user) if (top := grant.reach(act)) and path.startswith(top)]
    return min(ranks, default=None)


def may(user, act: str, where: Unit | Organisation | None = None) -> bool:
    """Whether a post of `user` gives `act` at `where` (None: anywhere). An unknown act is a mistake of ours."""
    if act not in ACTS:
        raise KeyError(act)
    if where is None:
        return any(grant.reach(act) or grant.is_own(act) for grant in grants(user))
    if isinstance(where, Organisation) and where.pk in organisations_of(user, act):
        return True
    path = where.unit.path if isinstance(where, Organisation) else where.path
    return any(path.startswith(top) for top in paths(user, act))


def require(user, act: str, where: Unit | Organisation | None = None) -> None:
    """Raise PermissionDenied (403) unless `may`. What is out of sight is a 404 before this is asked."""
    if not may(user, act, where):
        raise PermissionDenied(ACTS[act])


def nearest(act: str, where: Unit | Organisation) -> list:
    """Who may do `act` at `where`, of the posts nearest to it: the community's own people before the street's."""
    unit = where.unit if isinstance(where, Organisation) else where
    above = [unit.path[:end] for end in range(WIDTH, len(unit.path) + 1, WIDTH)]
    at = Q(unit__path__in=above)
    if isinstance(where, Organisation):
        at |= Q(organisation=where)
    roles = [role for role, acts in MATRIX.items() if act in acts]
    posts = Post.objects.current().filter(at, role__in=roles, holder__deactivated_at=None)
    near: dict[int, list] = {}
    for post in posts.select_related("holder", "unit").order_by("holder"):
        if may(post.holder, act, where):
            near.setdefault(len(post.unit.path) if post.unit_id else len(unit.path) + 1, []).append(
                post.holder
            )
    return list(dict.fromkeys(near[max(near)])) if near else []


class PostBackend:
    """Lets Django's `has_perm` and `is_staff` follow from posts; signs nobody in.

    What posts do not give is denied at once: the next backend would look for groups and permissions of users.
    """

    def authenticate(self, request, **credentials):
        return None

    def get_user(self, user_id):
        return None

    def has_perm(self, user, perm, obj=None):
        if perm in ACTS and may(user, perm, obj):
            return True
        raise PermissionDenied

    def has_module_perms(self, user, app_label):
        if may(user, "admin.enter"):
            return True
        raise PermissionDenied


PERSONAL_DATA = {"residents.view", "residents.reveal", "accounts.help"}


def needs_second_factor(user) -> bool:
    """Whether a post of `user` that sees personal data lies where a second factor is asked for."""
    tops = [grant for grant in grants(user) if PERSONAL_DATA & MATRIX[grant.role].keys()]
    if not tops or settings.REQUIRE_MFA:
        return bool(tops)
    asking = list(Profile.objects.filter(posts_need_mfa=True).values_list("unit__path", flat=True))
    if not asking:
        return False
    houses = [grant.organisation for grant in tops if grant.organisation]
    paths = [grant.path for grant in tops if grant.path]
    paths += Organisation.objects.filter(pk__in=houses).values_list("unit__path", flat=True) if houses else []
    return any(path.startswith(unit) or unit.startswith(path) for path in paths for unit in asking)
