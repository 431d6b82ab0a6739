"""Coverage: which compound has a party branch, an owners' committee, property management, lighting, fitness
equipment, a red station; on any day, from what is recorded of organisations, facilities and amenities."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.models import WIDTH, Covering, Kind, Organisation, OrganisationKind, Unit, here_and_below

from .models import Amenity, Facility


@dataclass(frozen=True)
class Indicator:
    """One column: a compound has it when a row of one of these kinds stands behind it."""

    key: str
    label: str
    organisations: tuple[str, ...] = ()
    facilities: tuple[str, ...] = ()
    amenities: tuple[str, ...] = ()


INDICATORS = [
    Indicator(
        "party", pgettext_lazy("coverage", "party branch"), organisations=tuple(OrganisationKind.party())
    ),
    Indicator(
        "owners",
        pgettext_lazy("coverage", "owners' committee"),
        organisations=(OrganisationKind.OWNERS_COMMITTEE,),
    ),
    Indicator(
        "property",
        pgettext_lazy("coverage", "property management"),
        organisations=(OrganisationKind.PROPERTY,),
    ),
    Indicator("lighting", _("lighting"), amenities=(Amenity.Kind.LIGHTING,)),
    Indicator("fitness", _("fitness equipment"), amenities=(Amenity.Kind.FITNESS,)),
    Indicator(
        "red_station",
        _("red station"),
        facilities=(Facility.Kind.RED_STATION,),
        amenities=(Amenity.Kind.RED_STATION,),
    ),
]
BY_KEY = {one.key: one for one in INDICATORS}
# A compound's parent is a group or the community: what covers those covers it.
_ITSELF_AND_ABOVE = ["pk", "parent_id", "parent__parent_id"]


@dataclass(frozen=True)
class Source:
    """Rows that may stand behind a compound: `near` is the row's unit, `of` the compound or what lies above it."""

    rows: QuerySet
    kind: str  # field that says which indicator
    kinds: str  # attribute of the indicator
    pairs: tuple[tuple[str, str], ...]


def _sources(day: date) -> list[Source]:
    """Where it is recorded that a compound has something on `day`: the one home of that rule."""
    own = Organisation.objects.there_on(day).filter(unit__kind__gt=Kind.COMMUNITY)
    covering = Covering.objects.there_on(day).filter(unit__kind__gte=Kind.COMMUNITY)
    return [
        Source(
            covering.select_related("organisation__unit"),
            "organisation__kind",
            "organisations",
            tuple(("unit_id", above) for above in _ITSELF_AND_ABOVE),
        ),
        Source(
            own.select_related("unit"), "kind", "organisations", (("unit_id", "pk"), ("unit_id", "parent_id"))
        ),
        Source(
            Facility.objects.there_on(day).select_related("unit"),
            "kind",
            "facilities",
            (("unit_id", "pk"), ("unit__parent_id", "pk")),
        ),
        Source(
            Amenity.objects.there_on(day).select_related("facility", "unit"),
            "kind",
            "amenities",
            (("unit_id", "pk"),),
        ),
    ]


def has(key: str, day: date) -> Q:
    """The condition on compounds: on `day` this one has what the indicator `key` asks for."""
    found = Q()
    for source in _sources(day):
        if kinds := getattr(BY_KEY[key], source.kinds):
            here = reduce(or_, (Q(**{near: OuterRef(of)}) for near, of in source.pairs))
            found |= Q(Exists(source.rows.filter(here, **{f"{source.kind}__in": kinds})))
    return found


def compounds(communities: Iterable[Unit], day: date) -> QuerySet:
    return (
        Unit.objects.there_on(day)
        .filter(_within(communities, "path"), kind=Kind.COMPOUND)
        .select_related("parent")
        .order_by("path")
    )


def _within(communities: Iterable[Unit], path: str) -> Q:
    return reduce(or_, (here_and_below(unit.path, path) for unit in communities), Q(pk__in=[]))


@dataclass(frozen=True)
class Behind:
    """An organisation, facility or amenity, and since when it has stood behind the compound, if that is known."""

    thing: Organisation | Facility | Amenity
    since: date | None

    @property
    def kind(self) -> str:
        return self.thing.kind


@dataclass
class Row:
    """A compound and what stands behind each indicator there."""

    unit: Unit
    behind: dict[str, list[Behind]]
    people: int = 0
    households: int = 0

    @property
    def cells(self) -> list[tuple[Indicator, list[Behind]]]:
        return [(one, self.behind[one.key]) for one in INDICATORS]

    @property
    def total(self) -> int:
        return sum(1 for one in INDICATORS if self.behind[one.key])


@dataclass
class Matrix:
    rows: list[Row] = field(default_factory=list)

    def shares(self, weight: str = "") -> list[str | None]:
        """In percent, by indicator: of the compounds, or of the `people` or `households` in them."""
        return [self._share(one.key, weight) for one in INDICATORS]

    def counts(self) -> list[int]:
        return [sum(1 for row in self.rows if row.behind[one.key]) for one in INDICATORS]

    def _share(self, key: str, weight: str) -> str | None:
        weights = [(getattr(row, weight) if weight else 1, bool(row.behind[key])) for row in self.rows]
        return percent(sum(n for n, there in weights if there), sum(n for n, _there in weights))


def percent(part: int, whole: int) -> str | None:
    """`part` of `whole` in percent with one decimal; None when there is no whole.

    Only a full part is 100.0 and only none is 0.0: "all compounds" is never a matter of rounding.
    """
    if not whole:
        return None
    found = round(Decimal(part) * 100 / whole, 1)
    if 0 < part < whole:
        found = min(max(found, Decimal("0.1")), Decimal("99.9"))
    return f"{found:.1f}"


def matrices(communities: list[Unit], day: date) -> dict[int, Matrix]:
    """The matrix of each community by its id: five queries, however many compounds."""
    found = {unit.pk: Matrix() for unit in communities}
    rows = {unit.pk: Row(unit, defaultdict(list)) for unit in compounds(communities, day)}
    above: dict[str, dict[int, list[Row]]] = {name: defaultdict(list) for name in _ITSELF_AND_ABOVE}
    for row in rows.values():
        parent = row.unit.parent
        for name, pk in zip(_ITSELF_AND_ABOVE, (row.unit.pk, parent.pk, parent.parent_id), strict=True):
            above[name][pk].append(row)
        home = next(unit for unit in communities if row.unit.path.startswith(unit.path))
        found[home.pk].rows.append(row)
    for source in _sources(day):
        _place(source, communities, above)
    return found


def matrix(community: Unit, day: date) -> Matrix:
    return matrices([community], day)[community.pk]


def add_people(matrix: Matrix, by_place: dict[str, tuple[int, int]]) -> None:
    """Let each compound know how many people and households are entered at and below it."""
    rows = {row.unit.path: row for row in matrix.rows}
    for path, (people, households) in by_place.items():
        ends = range(len(path), 0, -WIDTH)
        row = next((rows[path[:end]] for end in ends if path[:end] in rows), None)
        if row:
            row.people += people
            row.households += households


def _place(source: Source, communities: list[Unit], above) -> None:
    """Put the rows of one source behind the compounds they stand for."""
    columns = {kind: one.key for one in INDICATORS for kind in getattr(one, source.kinds)}
    near = source.rows.filter(_within(communities, "unit__path"), **{f"{source.kind}__in": list(columns)})
    for found in near.order_by("pk"):
        behind = _behind(found)
        for unit_field, of in source.pairs:
            unit = found.unit.parent_id if unit_field == "unit__parent_id" else found.unit_id
            for row in above[of].get(unit, ()):
                here = row.behind[columns[behind.kind]]
                if all(behind.thing != other.thing for other in here):
                    here.append(behind)


def _behind(found) -> Behind:
    if isinstance(found, Covering):
        return Behind(found.organisation, found.since or found.organisation.founded_on)
    dated = {Organisation: "founded_on", Facility: "opened_on", Amenity: "since"}
    return Behind(found, getattr(found, dated[type(found)]))
