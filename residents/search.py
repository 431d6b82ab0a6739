"""Finding people in one's care by name, pinyin, initials, number or address, in the order of their pinyin.

Two ways, chosen by how many people lie in scope (and bear the tag that is asked for). Few: they are read and sorted
here. Many: an index that is in the right order already (that of the community, when the scope lies in one) is read
until the page is full, and the scope is checked on the way; its columns hold all that is asked, so no row is opened
for somebody out of scope. Either stays quick at a million residents, and no planner has to guess.
"""

import re
from dataclasses import dataclass
from datetime import date
from heapq import merge
from itertools import islice

from django.core.exceptions import ValidationError
from django.db.models import Q, Value
from django.db.models.functions import Concat, Replace
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from community.access import organisations_of, paths
from community.models import Kind, Organisation, Unit, here_and_below
from community.models.tree import DEEPEST, WIDTH
from config.crypto import tails

from . import addresses, identity, pinyin
from .models import Dwelling, NameGram, Resident, ResidentTag

FEW = 5000
NAMED = 500  # ids named in a question
MOST_OPENED = 3000  # people decrypted for the last four digits
ACT = "residents.view"
LAST = "\U0010ffff"
MOST_DWELLINGS = 300


@dataclass(frozen=True)
class Wanted:
    """What was typed, understood: exactly one of the fields below `kind` matters."""

    kind: str  # all · number · address · han · latin · nothing
    text: str = ""
    address: addresses.Address | None = None
    last_four: str = ""  # ends an identity or phone number


def read(text: str) -> Wanted:
    text = " ".join(str(text).translate(identity.WIDE).replace("\x00", "").split())[:100]
    if numbers := _numbers(text):
        return Wanted("number", text=" ".join(numbers))
    last_four = ""
    if match := re.fullmatch(r"(?:(.*\S) )?([0-9]{3}[0-9Xx])", text):
        text, last_four = match[1] or "", match[2].upper()
    if not text:
        return Wanted("all", last_four=last_four)
    if address := addresses.parse(text):
        return Wanted("address", address=address, last_four=last_four)
    letters = "".join(letter for letter in text if letter.isalpha())
    if letters and not letters.isascii() and not re.search(r"[a-zA-Z]", pinyin.typed(text)):
        return Wanted("han", text=letters, last_four=last_four)
    typed = pinyin.typed(text)
    return Wanted("latin", text=typed, last_four=last_four) if typed else Wanted("nothing")


def _numbers(text: str) -> list[str]:
    """The normal forms a whole document or phone number may have; nothing for anything shorter."""
    found = []
    for kind in Resident.Document.values:
        try:
            found.append(identity.clean_document(kind, text, timezone.localdate()))
        except ValidationError:
            continue
    return list(
        dict.fromkeys(filter(None, [*found, identity.normal_mobile(text), identity.normal_landline(text)]))
    )


def stopped_early() -> str:
    """What a list says when it may lack somebody."""
    words = _(
        "Only the first %(n)d people found were looked through for the four digits. Please type more of the name."
    )
    return words % {"n": MOST_OPENED}


class Search:
    """One search of one user. `within`: of the scope, what lies in this unit; `tag`: who bears it now; `only`: further
    conditions.
    """

    def __init__(
        self, user, text: str = "", *, within: Unit | None = None, tag: str = "", only: Q | None = None
    ):
        self.user, self.wanted, self.tag, self.only = user, read(text), tag, only
        self.stopped_early = False  # more people bear the name than are opened for the last four digits
        self.paths = paths(user, ACT)
        self.branches = organisations_of(user, ACT)
        if within is not None:
            self._stay_within(within)

    def _stay_within(self, unit: Unit) -> None:
        if any(unit.path.startswith(top) for top in self.paths):
            self.paths, self.branches = [unit.path], []
            return
        self.paths = [path for path in self.paths if path.startswith(unit.path)]
        if self.branches:
            here = Organisation.objects.filter(here_and_below(unit.path, "unit__path"), pk__in=self.branches)
            self.branches = list(here.values_list("pk", flat=True))

    def in_sight(self):
        """Living people in scope, in no order."""
        where = self._here()
        if self.branches:
            where |= Q(party_branch__in=self.branches)
        return self._narrowed(Resident.objects.living().filter(where).order_by())

    def _here(self) -> Q:
        where = Q(pk__in=[])
        for path in self.paths:
            where |= here_and_below(path)
        return where

    def _narrowed(self, rows):
        if self.tag:
            rows = rows.filter(tags__tag=self.tag, tags__until=None)
        return rows.filter(self.only) if self.only else rows

    def everybody(self):
        """In scope, whether living here or not, for a list in the order of pinyin: see above for the two ways."""
        if self.are_few() or not self.paths:
            return Resident.objects.visible_to(self.user)
        if self.branches:
            rows = Resident.objects.alias(where=Concat("path", Value("")))
            return rows.filter(Q(party_branch__in=self.branches) | self._spread())
        return self._spread_over(Resident.objects.all())

    def _spread(self) -> Q:
        where = Q(pk__in=[])
        for path in self.paths:
            where |= Q(where__gte=path, where__lte=path + DEEPEST)
        return where

    def _spread_over(self, rows, *, by_community: bool = True):
        """Those of `rows` in scope, in a way that leaves the index in the order of the list the best way in."""
        if self._home and by_community:
            rows = rows.filter(community=self._home[0])
            if self._home[1] in self.paths:
                return rows
        # The scope is asked of an expression: no index is a way in, so the one in the order of the list is taken.
        return rows.alias(where=Concat("path", Value(""))).filter(self._spread())

    @cached_property
    def _home(self) -> tuple[int, str] | None:
        """Id and path of the one community that the whole scope lies in."""
        ends = {path[:end] for path in self.paths for end in range(WIDTH, len(path) + 1, WIDTH)}
        homes = list(Unit.objects.filter(kind=Kind.COMMUNITY, path__in=ends).values_list("pk", "path")[:2])
        if len(homes) == 1 and all(path.startswith(homes[0][1]) for path in self.paths):
            return homes[0]
        return None

    def are_few(self) -> bool:
        """How many people lie in scope, whoever left and whatever else is asked: told by one index alone."""
        here = Resident.objects.filter(self._here()).order_by()
        if self.branches:
            here = self.in_sight()
        return here.values("pk")[: FEW + 1].count() <= FEW

    def along_paths(self, rows, *, are_few: bool = False):
        """Those of `rows` in scope, for a list in the order of paths; several scopes are one stretch of the index.

        `are_few`: the rows will be named by their ids, so the index of paths is no way in.
        """
        if are_few:
            return rows.alias(where=Concat("path", Value(""))).filter(self._spread())
        if len(self.paths) < 2:
            return rows.filter(self._here())
        stretch = {"path__gte": self.paths[0], "path__lte": self.paths[-1] + DEEPEST}
        return rows.alias(where=Concat("path", Value(""))).filter(self._spread(), **stretch)

    def bearers(self, tag: str) -> list[int] | None:
        """Ids of the people in scope who bear `tag`; None when there are many."""
        rows, found = ResidentTag.objects.current().filter(tag=tag).order_by(), []
        for where in self._parts():
            found += rows.filter(where).values_list("resident", flat=True)[: FEW + 1 - len(found)]
        return list(dict.fromkeys(found)) if len(found) <= FEW else None

    def _parts(self, way: str = "") -> list[Q]:
        """The scope, part by part: each is one stretch of the index of tags, all of them together would be none.

        `way` leads from people to their tags.
        """
        parts = [here_and_below(path, f"{way}path") for path in self.paths]
        if self.branches:
            branch = "party_branch__in" if way else "resident__party_branch__in"
            parts.append(Q(**{branch: self.branches}))
        return parts

    def _few(self):
        """Living people in scope, narrowed by tag and conditions, when they are few; None when they are many."""
        if self.tag and (bearers := self.bearers(self.tag)) is not None:
            rows = Resident.objects.living().order_by()
            if (
                self.only and len(bearers) > NAMED
            ):  # a planner takes longer to read so many ids than to find them again
                rows, bearers = rows.filter(self.only), []
                for where in self._parts("tags__"):
                    borne = rows.filter(where, tags__tag=self.tag, tags__until=None)
                    bearers += borne.values_list("pk", flat=True)
            rows = rows.filter(pk__in=bearers)
            return rows.filter(self.only) if self.only else rows
        return self.in_sight() if self.are_few() else None

    def keys(self, *, after: tuple[str, int] | None = None, size: int = 50) -> list[tuple[str, int]]:
        """(pinyin, id) of the next `size` people."""
        kind = self.wanted.kind
        if kind == "nothing" or not (self.paths or self.branches):
            return []
        if kind == "number":
            found = self._of(self._with_number(self.in_sight()), after)
        elif kind == "address":
            found = self._of(self._at_address(self.in_sight()), after)
        elif self.wanted.last_four:
            found = self._of(self._by_name(self._ending_so()), after)
        elif (few := self._few()) is not None:
            found = self._of(self._by_name(few), after)
        else:
            found = merge(*self._streams(after, size), self._of_branches(after))
        if self.wanted.last_four:
            found = self._with_last_four(found)
        return list(islice(dict.fromkeys(found), size))

    def page(
        self, people=None, *, after: int | None = None, size: int = 50
    ) -> tuple[list[Resident], int | None]:
        """The next people after the person `after`, and from whom to go on (None at the end).

        `people`: the queryset rows are fetched from, with what the page shows of them.
        """
        start = None
        if after:
            start = (
                Resident.objects.visible_to(self.user)
                .filter(pk=after)
                .values_list("name_pinyin", "pk")
                .first()
            )
        keys = self.keys(after=start, size=size + 1)
        people = Resident.objects.all() if people is None else people
        found = people.in_bulk([pk for _sort, pk in keys[:size]])
        rows = [found[pk] for _sort, pk in keys[:size] if pk in found]
        return rows, keys[size - 1][1] if len(keys) > size else None

    # --- few: sorted here ---

    def _of(self, rows, after):
        keys = sorted(rows.values_list("name_pinyin", "pk"))
        return [key for key in keys if key > after] if after else keys

    def _by_name(self, rows):
        wanted = self.wanted
        if wanted.kind == "han":
            return rows.alias(bare=_bare("name")).filter(bare__contains=wanted.text)
        if wanted.kind == "latin":
            where = Q(pk__in=[])
            for reading in self._readings():
                where |= _from("name_pinyin", reading) | _given(reading)
            if self._may_be_initials():
                where |= _from("name_initials", wanted.text)
            return rows.filter(where)
        return rows

    def _ending_so(self):
        """Living people in scope a number of whom may end in the four digits: some hundred of a million, by name."""
        where, found = self._spread(), set()
        if self.branches:
            where |= Q(party_branch__in=self.branches)
        for column in ("id_tail", "phone_tail"):
            rows = Resident.objects.living().filter(**{f"{column}__in": tails(self.wanted.last_four)})
            rows = rows.alias(where=Concat("path", Value(""))).filter(where).order_by()
            found |= set(rows.values_list("pk", flat=True)[: MOST_OPENED + 1])
        return self._narrowed(Resident.objects.living().filter(pk__in=found).order_by())

    def _with_number(self, rows):
        numbers = self.wanted.text.split(" ")
        where = Q(pk__in=[])
        for number in numbers:
            people = (
                Resident.objects.with_number(number).order_by()
                | Resident.objects.with_phone(number).order_by()
            )
            where |= Q(pk__in=list(people.living().values_list("pk", flat=True)[:MOST_OPENED]))
        return rows.filter(where)

    def _at_address(self, rows):
        address = self.wanted.address
        if address.number:
            found = self.dwellings(Dwelling.objects.all()).order_by().values_list("pk", flat=True)
            return rows.filter(household__dwelling__in=list(found[:MOST_DWELLINGS]))
        units = self._units().filter(kind=Kind.BUILDING, name__in=address.building_names())
        if address.compound:
            units = units.filter(parent__name__contains=address.compound)
        return rows.filter(unit__in=list(units.values_list("pk", flat=True)[:MOST_DWELLINGS]))

    def _units(self):
        return Unit.objects.filter(self._here())

    def dwellings(self, rows):
        """Those of `rows` in scope at the address that was typed; none when it was no address."""
        address = self.wanted.address
        if address is None:
            return rows.none()
        rows = rows.filter(self._here(), unit__name__in=address.building_names())
        if address.number:
            rows = rows.filter(number=address.number)
        if address.staircase:
            rows = rows.filter(staircase=address.staircase)
        if address.compound:
            rows = rows.filter(unit__parent__name__contains=address.compound)
        return rows

    # --- many: read off an index in order ---

    def _streams(self, after, size):
        wanted, people = self.wanted, self._narrowed(Resident.objects.living())
        if wanted.kind == "han":
            grams = NameGram.objects.filter(gram=wanted.text[-2:])
            if len(wanted.text) > 2:  # the last two tell most; the few people left are opened
                grams = grams.alias(bare=_bare("resident__name")).filter(bare__contains=wanted.text)
            if self.only or self.tag:
                grams = grams.filter(resident__in=people)
            yield self._stream(grams, "sort", "resident_id", after, size, by_community=False)
            return
        if wanted.kind == "all":
            yield self._stream(people, "name_pinyin", "pk", after, size)
            return
        for reading in self._readings():
            yield self._stream(people.filter(_from("name_pinyin", reading)), "name_pinyin", "pk", after, size)
            if len(reading) > 1:
                named = people.filter(_given(reading))
                yield self._stream(named, "name_pinyin", "pk", after, size, by_community=False)
        if self._may_be_initials():
            yield self._stream(
                people.filter(_from("name_initials", wanted.text)),
                "name_pinyin", "pk", after, size, by_community=False,
            )  # fmt: skip

    def _stream(self, rows, sort, pk, after, size, *, by_community=True):
        rows = self._spread_over(rows, by_community=by_community)
        if after:
            rows = rows.filter(
                Q(**{f"{sort}__gte": after[0]})
                & (Q(**{f"{sort}__gt": after[0]}) | Q(**{f"{pk}__gt": after[1]}))
            )
        return list(rows.order_by(sort, pk).values_list(sort, pk)[:size])

    def _of_branches(self, after):
        if not self.branches:
            return []
        rows = self._narrowed(Resident.objects.living().filter(party_branch__in=self.branches))
        return self._of(self._by_name(rows), after)

    def _readings(self):
        return list(dict.fromkeys([self.wanted.text, *pinyin.readings(self.wanted.text)]))

    def _may_be_initials(self):
        return len(self.wanted.text) > 1 and " " not in self.wanted.text

    def _with_last_four(self, keys):
        keys = list(islice(keys, MOST_OPENED + 1))
        self.stopped_early = len(keys) > MOST_OPENED
        rows = Resident.objects.filter(pk__in=[pk for _sort, pk in keys[:MOST_OPENED]]).order_by()
        found = {
            pk
            for pk, *numbers in rows.values_list("pk", "id_number", "phone")
            if any(number.endswith(self.wanted.last_four) for number in numbers)
        }
        return [key for key in keys if key[1] in found]


def _bare(name: str):
    return Replace(Replace(name, Value("·"), Value("")), Value(" "), Value(""))


def _from(field: str, start: str) -> Q:
    return Q(**{f"{field}__gte": start, f"{field}__lt": start + LAST})


def _given(reading: str) -> Q:
    """A given name alone: two syllables and more as a beginning, one as the whole of it."""
    if " " in reading:
        return _from("given_pinyin", reading)
    return Q(given_pinyin=reading)


def years_ago(years: int) -> date:
    """Who was born on this day is so many years old today."""
    return identity.years_before(timezone.localdate(), years)
