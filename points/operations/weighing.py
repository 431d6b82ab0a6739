"""What awards are worth: the rule of the day, the household it counts for, and every cap there is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from community.models import Unit
from residents.models import Resident

from ..models import Account, Period, RuleVersion, Transfer
from .scheme import Consents


@dataclass(frozen=True)
class Award:
    """`rule` gives points to `resident` (ids) for `day`: for `hours` where it gives them by the hour, else for so
    many `times` of its unit. A rule for households credits the head of the resident's household."""

    resident: int
    rule: int
    day: date
    key: str
    hours: Decimal = Decimal(0)
    cause: str = ""
    times: int = 1


class Why(TextChoices):
    """Why an award gives nothing."""

    ELSEWHERE = "elsewhere", _("not in the register of this community")
    NO_RULE = "no_rule", _("the rule was not in force that day")
    NOT_MEMBER = "not_member", _("not a member of the points scheme that day")
    CONDUCT = "conduct", _("a rule of conduct gives no points")
    CAP = "cap", _("the limit of the rule is reached")
    NOTHING = "nothing", _("less than a whole point")


@dataclass(frozen=True)
class Weighed:
    """`receiver` is the resident credited; `full` what it would be without caps; `why` says why `points` is 0."""

    award: Award
    receiver: int
    version: RuleVersion | None
    full: int
    points: int
    why: str = ""


@dataclass(frozen=True)
class Circle:
    """Whose caps count together, and who of them is credited."""

    residents: frozenset[int]
    receiver: int


def preview(awards: Sequence[Award], *, community: Unit) -> list[Weighed]:
    """What `award` would give now, in the order of `awards`; nothing is written. Keys already given count again."""
    scales = Scales(awards, community)
    scales.look_up()
    return scales.weigh(awards)


class Scales:
    """Rules and households of `awards`, asked once. `accounts` by resident: `look_up` finds them."""

    def __init__(self, awards: Sequence[Award], community: Unit):
        self.awards = awards
        self.versions = _versions(awards)
        here = Resident.objects.filter(pk__in={one.resident for one in awards}, community=community)
        self.circles = {pk: Circle(frozenset([pk]), pk) for pk in here.values_list("pk", flat=True)}
        self.households = self._households(awards)
        self.consents = Consents(self.receivers, community)
        self.accounts: dict[int, int] = {}

    def _households(self, awards) -> dict[int, Circle]:
        """By resident, where a rule counts for the household; without a head they stand for themselves."""
        asked = {one.resident for one in awards if (v := self.version(one)) and v.for_household}
        if not asked:
            return {}
        living = Resident.objects.living()
        at_home = dict(
            living.filter(pk__in=asked, household__head__isnull=False).values_list("pk", "household")
        )
        members, heads = defaultdict(set), {}
        rows = living.filter(household__in=set(at_home.values())).values_list(
            "pk", "household", "household__head"
        )
        for pk, household, head in rows:
            members[household].add(pk)
            heads[household] = head
        return {
            pk: Circle(frozenset(members[household]), heads[household]) for pk, household in at_home.items()
        }

    def version(self, one: Award) -> RuleVersion | None:
        return self.versions.get((one.rule, one.day))

    def circle(self, one: Award) -> Circle:
        version, alone = self.version(one), self.circles[one.resident]
        return self.households.get(one.resident, alone) if version and version.for_household else alone

    @property
    def receivers(self) -> set[int]:
        return {self.circle(one).receiver for one in self.awards if one.resident in self.circles}

    def look_up(self, opened: dict[int, int] | None = None) -> None:
        """Find the accounts whose points count; `opened` are those of the receivers, where they are known."""
        others = {pk for circle in self.households.values() for pk in circle.residents}
        others |= self.receivers if opened is None else set()
        found = Account.objects.filter(resident__in=others) if others else Account.objects.none()
        self.accounts = dict(found.values_list("resident", "pk")) | (opened or {})

    def accounts_around(self, one: Award) -> set[int]:
        return {self.accounts[pk] for pk in self.circle(one).residents if pk in self.accounts}

    def weigh(self, awards: Sequence[Award]) -> list[Weighed]:
        """Each within what its caps leave free after those before it."""
        used = self._used(awards)
        return [self._weigh(one, used) for one in awards]

    def _weigh(self, one: Award, used: dict) -> Weighed:
        version = self.version(one)
        if one.resident not in self.circles:
            return Weighed(one, one.resident, version, 0, 0, Why.ELSEWHERE)
        receiver = self.circle(one).receiver
        if version is None:
            return Weighed(one, receiver, None, 0, 0, Why.NO_RULE)
        if version.rule.deducts:
            return Weighed(one, receiver, version, 0, 0, Why.CONDUCT)
        if not self.consents.hold(receiver, one.day):
            return Weighed(one, receiver, version, 0, 0, Why.NOT_MEMBER)
        full = points = max(version.worth(one.hours, one.times), 0)
        boxes = self._boxes(one)
        for box, most in boxes.items():
            points = min(points, max(most - used[box], 0))
        for box in boxes:
            used[box] += points
        why = "" if points else Why.CAP if full else Why.NOTHING
        return Weighed(one, receiver, version, full, points, why)

    def _boxes(self, one: Award) -> dict[tuple, int]:
        """(circle, rule, (first day, last day)) → the most points in it, for each cap."""
        version = self.version(one)
        if one.resident not in self.circles or version is None:
            return {}
        circle = self.circle(one)
        return {
            (circle, one.rule, Period.around(period, one.day)): most for period, most in version.caps.items()
        }

    def _used(self, awards) -> dict[tuple, int]:
        """Points standing for a rule in a time, by box."""
        boxes = {box for one in awards for box in self._boxes(one)}
        given = self._standing(boxes) if boxes else {}
        used: defaultdict[tuple, int] = defaultdict(int)
        for box in boxes:
            circle, rule, (first, last) = box
            accounts = (self.accounts.get(pk) for pk in circle.residents)
            rows = (row for account in accounts for row in given.get((account, rule), ()))
            used[box] = sum(amount for day, amount in rows if first <= day <= last)
        return used

    def _standing(self, boxes) -> dict[tuple[int, int], list[tuple[date, int]]]:
        """(account, rule) → (day, points) of what stands in any of `boxes`."""
        days = [day for _circle, _rule, days in boxes for day in days]
        rows = Transfer.objects.standing().filter(
            holder__in={self.accounts[pk] for box in boxes for pk in box[0].residents if pk in self.accounts},
            rule__rule__in={rule for _circle, rule, _days in boxes},
            value_date__range=(min(days), max(days)),
        )
        found = defaultdict(list)
        for account, rule, day, amount in rows.values_list("holder", "rule__rule", "value_date", "amount"):
            found[account, rule].append((day, amount))
        return found


def _versions(awards: Sequence[Award]) -> dict[tuple[int, date], RuleVersion]:
    """The version of each rule in force on each day."""
    rows = defaultdict(list)
    standing = RuleVersion.objects.standing().filter(rule__in={one.rule for one in awards})
    for version in standing.select_related("rule").order_by("number"):
        rows[version.rule_id].append(version)
    found = {}
    for one in awards:
        for version in rows[one.rule]:
            if version.since <= one.day and (version.until is None or one.day <= version.until):
                found[one.rule, one.day] = version
    return found
