"""What the register says of a community in numbers, for public pages: sums alone, small ones hidden."""

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from config.kept import kept

from .identity import years_before
from .models import Household, ResidenceState, Resident

FEW = 3  # fewer than this could name a person
HIDDEN = -1
A_MINUTE = 30  # × the two seconds for which pages are kept


def of_community(community) -> dict:
    """`people`, `households`, by residence state, age and party; counted at most once a minute, in two queries."""
    return kept(("register", community.pk, timezone.localdate()), lambda: _count(community), times=A_MINUTE)


def _count(community) -> dict:
    today = timezone.localdate()
    wanted = {
        "people": Q(),
        **{state.value: Q(state=state) for state in ResidenceState.of_the_register()},
        "aged_60": Q(born_on__lte=years_before(today, 60)),
        "aged_80": Q(born_on__lte=years_before(today, 80)),
        "under_14": Q(born_on__gt=years_before(today, 14)),
        "party_members": Q(is_party_member=True),
    }
    found = Resident.objects.population().filter(community=community)
    return found.aggregate(**{key: Count("pk", filter=condition) for key, condition in wanted.items()}) | {
        "households": Household.objects.living().within(community).count()
    }


def by_place(community) -> dict[str, tuple[int, int]]:
    """People and households by the path of the unit they are entered at; counted at most once a minute."""
    return kept(("places", community.pk), lambda: _count_by_place(community), times=A_MINUTE)


def _count_by_place(community) -> dict[str, tuple[int, int]]:
    def counted(rows):
        return dict(rows.order_by().values_list("path").annotate(n=Count("pk")))

    people = counted(Resident.objects.population().filter(community=community))
    households = counted(Household.objects.living().within(community))
    return {
        path: (people.get(path, 0), households.get(path, 0)) for path in people.keys() | households.keys()
    }


def hide_companion(parts: dict[str, int]) -> dict[str, int]:
    """`parts` of a published sum: beside a single small one another is HIDDEN, or the rest would give it away."""
    small = [key for key, n in parts.items() if 0 < n < FEW]
    others = [key for key, n in parts.items() if n >= FEW]
    hidden = min(others, key=parts.get) if len(small) == 1 and others else None
    return {key: HIDDEN if key == hidden else n for key, n in parts.items()}


def shown(n: int) -> str:
    """A number for a public page."""
    if n == HIDDEN:
        return _("not shown")
    return _("fewer than %(n)s") % {"n": FEW} if 0 < n < FEW else f"{n:,}"
