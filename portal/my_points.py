"""/my/points/: what a person has in points, how it came about, and the same on paper as a passbook."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db.models import Case, Exists, OuterRef, Subquery, When
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from claims.models import DeductionCase
from config.sheets import xlsx
from points.models import Account, Kind, Owed, Rule, Terms, Transfer, asked_again_until, still_to_join
from points.operations import after_leaving, lapsing
from points.operations.expiry import last_received
from residents.models import Resident
from shop.operations import family_of

from . import causes

SIZE, SIZE_ELDER = 15, 8
AT_ONCE = 500  # lines of a spreadsheet told together
ON_PAPER = 5000  # lines of a year's passbook


@dataclass
class Person:
    """Somebody the visitor may act for; without an account there have been no points yet."""

    row: Resident
    account: Account | None

    @property
    def available(self) -> int:
        return self.account.available if self.account else 0


def people_with_points(people: Iterable[Resident]) -> list[Person]:
    """`people` with their accounts, in one query."""
    ids = [row.pk for row in people]
    accounts = {account.resident_id: account for account in _accounts(ids)} if ids else {}
    return [Person(row, accounts.get(row.pk)) for row in people]


def _accounts(residents: list[int]):
    """With `since`, the moment of the first transfer."""
    first = Transfer.objects.filter(holder=OuterRef("pk")).order_by("pk").values("posted_at")[:1]
    return Account.objects.filter(resident__in=residents).annotate(since=Subquery(first))


def _people(user):
    """Oneself first, then the children one cares for, and oneself where one moved away from: points stay good for a while. With
    `has_standard` and `has_terms`; what is encrypted stays so, no page shows it."""
    here = Resident.objects.with_children(user).order_by().values("pk")
    gone = Resident.objects.filter(user=user, left_why=Resident.Left.MOVED, points_accounts__isnull=False)
    gone = gone.order_by().values("pk")
    return (
        Resident.objects.filter(pk__in=here.union(gone))
        .select_related("community__profile")
        .defer("id_number", "phone", "registered_address")
        .annotate(
            has_standard=Exists(Rule.objects.living().filter(community=OuterRef("community"))),
            has_terms=Exists(Terms.objects.filter(community=OuterRef("community"))),
            outside=still_to_join(),
            again_until=asked_again_until(),
        )
        .order_by(Case(When(left_on__isnull=False, then=2), When(user=user, then=0), default=1), "pk")
    )


def _wanted(request) -> tuple[list[Person], Person | None]:
    people = people_with_points(_people(request.user))
    asked = request.GET.get("person", "")
    if not asked:
        chosen = next((one for one in people if one.account), people[0] if people else None)
    else:
        chosen = next((one for one in people if str(one.row.pk) == asked), None)
        if chosen is None:
            raise Http404
    request.community = chosen.row.community if chosen else None
    return people, chosen


def household_of(person: Person | None, people: list[Person]) -> dict | None:
    """The household as the sum of its members: those one acts for, and those who agreed to spend together. What the
    others have is their own affair."""
    if person is None or person.row.household_id is None:
        return None
    rows = [one for one in people if one.row.household_id == person.row.household_id]
    rows += people_with_points(family_of(person.row).exclude(pk__in=[one.row.pk for one in rows]))
    return {"rows": rows, "sum": sum(one.available for one in rows)} if len(rows) > 1 else None


def number(text: str, most: int) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and 0 < int(text[:20]) <= most else None


def year_asked(request) -> int:
    """The year of a print; one that no calendar of the database holds is this one."""
    year = number(request.GET.get("year", ""), 9998) or 0
    return year if year >= 1900 else timezone.localdate().year


def _years(account: Account | None) -> list[int]:
    """From this year back to the first transfer."""
    if account is None or account.since is None:
        return []
    return list(range(timezone.localdate().year, timezone.localtime(account.since).year - 1, -1))


def _rows(account: Account, year: int | None):
    rows = Transfer.objects.filter(holder=account)
    return rows.of_year(year) if year else rows


def _told(rows):
    """As `Line` tells them, and no more: the planner reads every column that is asked for."""
    return rows.select_related("rule__rule", "detail", "reserve__detail").only(
        "kind", "amount", "posted_at", "balance_after", "rule__rule__name", "reserve__posted_at", "detail__cause",
        "detail__reason", "reserve__detail__cause",
    )  # fmt: skip


@require_safe
def statement(request):
    people, person = _wanted(request)
    size = SIZE_ELDER if request.elder else SIZE
    account = person.account if person else None
    years = _years(account)
    year = number(request.GET.get("year", ""), 9999)
    year = year if year in years else None
    before = number(request.GET.get("before", ""), 2**63 - 1)
    rows = []
    if account:
        found = _rows(account, year).order_by("-pk")
        found = found.filter(pk__lt=before) if before else found
        # First which they are: a planner that expects few of an account would join all of them and sort.
        keys = list(found.values_list("pk", flat=True)[: size + 1])
        rows = list(_told(Transfer.objects.filter(pk__in=keys)).order_by("-pk")) if keys else []
    debts = _debts(account)
    kept = {"person": person.row.pk} if person and len(people) > 1 else {}
    narrowed = kept | ({"year": year} if year else {})
    context = {
        "nav": "my", "people": people, "person": person, "account": account, "years": years, "year": year,
        "kept": urlencode(kept), "narrowed": urlencode(narrowed), "lines": lines(rows[:size], debts), "debts": _owed_in_words(debts),
        "has_standard": person is not None and person.row.has_standard,
        "older_url": "?" + urlencode(narrowed | {"before": rows[size - 1].pk}) if len(rows) > size else "",
        "newer_url": "?" + urlencode(narrowed) if before else "",
        "has_cases": DeductionCase.objects.of(request.user).exists(),
        "household": household_of(person, people),
        "left": after_leaving(person.row) if person and person.row.left_on else "",
        "lapsing": lapsing_of(account, person), "today": timezone.localdate(),
        "print_query": urlencode(kept | {"year": year or timezone.localdate().year}),
    }  # fmt: skip
    return private(render(request, "portal/my_points.html", context))


@require_safe
def passbook(request):
    """A year on paper, oldest first."""
    _people, person = _wanted(request)
    if person is None or person.account is None:
        raise Http404
    year = year_asked(request)
    rows = list(_told(_rows(person.account, year)).order_by("pk")[: ON_PAPER + 1])
    shown = lines(rows[:ON_PAPER], [])
    context = {
        "person": person,
        "account": person.account,
        "year": year,
        "lines": shown,
        "brought": shown[0].after - shown[0].change if shown else None,
        "cut": len(rows) > ON_PAPER,
        "lapsing": lapsing_of(person.account, person),
        "now": timezone.now(),
    }
    return private(render(request, "portal/my_points_print.html", context))


HEADS = [
    _l("date"),
    _l("for what"),
    _l("about"),
    pgettext_lazy("points", "points"),
    pgettext_lazy("passbook", "available"),
]


@require_safe
def sheet(request):
    """The whole statement, or that of a year, to take away as a spreadsheet; oldest first."""
    _everybody, person = _wanted(request)
    if person is None or person.account is None:
        raise Http404
    year = number(request.GET.get("year", ""), 9999)
    year = year if year in _years(person.account) else None
    rows = _told(_rows(person.account, year)).order_by("pk")
    name = _("Points statement") + (f" {year}" if year else "")
    return private(xlsx(f"{name} {timezone.localdate()}", name, [str(head) for head in HEADS], _cells(rows)))


def _cells(rows):
    found = rows.iterator(chunk_size=AT_ONCE)
    while part := list(islice(found, AT_ONCE)):
        for line in lines(part, []):
            about = " · ".join(filter(None, [line.said, line.reason]))
            yield [line.day.isoformat(), line.what, about, line.change, line.after]


@dataclass(frozen=True)
class Lapsing:
    """Points that are good until the end of `day` only."""

    points: int
    day: date


def lapsing_of(account: Account | None, person) -> Lapsing | None:
    """What lapses with this year; nothing for who has left: they keep it until a day of their own."""
    day = timezone.localdate().replace(month=12, day=31)
    until = last_received(day)
    if account is None or until is None or not account.available or person.row.left_on:
        return None
    points = lapsing([account], until).get(account.pk, 0)
    return Lapsing(points, day) if points else None


def private(response):
    response.headers["Cache-Control"] = "no-store, private"
    return response


@dataclass(frozen=True)
class Line:
    """A transfer as its holder reads it."""

    day: object
    what: str
    about: causes.Cause | None
    reason: str
    change: int
    after: int

    @property
    def said(self) -> str:
        """What it was about, with its day where that is another one."""
        if self.about is None:
            return ""
        return self.about.title if self.about.day == self.day else self.about.words

    @property
    def out(self) -> int:
        return -self.change

    @property
    def sign(self) -> str:
        """With a real minus, for the page."""
        return f"+{self.change}" if self.change > 0 else f"−{-self.change}" if self.change else "0"


def _cause(transfer: Transfer) -> str:
    detail = getattr(transfer, "detail", None)  # it may have been erased
    return detail.cause if detail else ""


def _owed_behind(rows: list[Transfer]) -> dict[str, Owed]:
    """What was owed for which points are withheld, by cause."""
    ids = [_cause(row).partition(":")[2] for row in rows if row.kind == Kind.WITHHOLD]
    ids = [pk for pk in ids if pk.isdecimal()]
    found = Owed.objects.filter(pk__in=ids).select_related("award__detail") if ids else []
    return {f"points.owed:{owed.pk}": owed for owed in found}


def _origin(debt: Owed) -> str:
    """The cause of what a debt is for."""
    return _cause(debt.award) if debt.award else debt.key


def _behind(row: Transfer) -> str:
    """The cause; of points that are free again, what they had been reserved for."""
    return _cause(row.reserve) if row.kind == Kind.VOID and row.reserve else _cause(row)


def lines(rows: list[Transfer], debts: list[Owed]) -> list[Line]:
    behind = _owed_behind(rows)
    origin = {row.pk: _origin(behind[_cause(row)]) if _cause(row) in behind else _behind(row) for row in rows}
    said = causes.in_words(origin.values())
    return [_line(row, said.get(origin[row.pk])) for row in rows]


def _line(row: Transfer, about: causes.Cause | None) -> Line:
    detail = getattr(row, "detail", None)
    return Line(
        timezone.localdate(row.posted_at), _what(row), about, detail.reason if detail else "", row.change,
        row.balance_after,
    )  # fmt: skip


def _what(row: Transfer) -> str:
    """In the words of somebody who does not keep books."""
    rule = row.rule.rule.name if row.rule else ""
    if row.kind == Kind.POST:
        reserved = date_format(timezone.localtime(row.reserve.posted_at), "MONTH_DAY_FORMAT")
        return _("Redeemed: the %(n)d points reserved on %(day)s") % {"n": row.amount, "day": reserved}
    if row.kind == Kind.EXPIRE and _cause(row).startswith("points.member:"):
        return _("Given up on leaving the points scheme")
    words = {
        Kind.AWARD: "%(rule)s",
        Kind.REVERSE: _("Taken back: %(rule)s"),
        Kind.WITHHOLD: _("Kept back for points that were to be taken back earlier"),
        Kind.RESERVE: _("Reserved for an exchange"),
        Kind.VOID: _("Reservation lifted, the points are free again"),
        Kind.EXPIRE: _("Expired"),
        Kind.DEDUCT: _("Deducted: %(rule)s"),
        Kind.RESTORE: _("Deduction lifted: %(rule)s"),
        Kind.REFUND: _("Given back: goods were brought back"),
        Kind.CARRY_OUT: _("Moved to the account the two were merged into"),
        Kind.CARRY_IN: _("Moved here from an account that was merged"),
    }
    return words[Kind(row.kind)] % {"rule": rule}


def _debts(account: Account | None) -> list[Owed]:
    if not account or not account.owed:
        return []
    return list(
        Owed.objects.open()
        .filter(account=account)
        .select_related("award__rule__rule", "award__detail", "rule__rule")
    )


def _owed_in_words(debts: list[Owed]) -> list[str]:
    said = causes.in_words(_origin(debt) for debt in debts)
    return [_owed_sentence(debt, said.get(_origin(debt))) for debt in debts]


def _owed_sentence(debt: Owed, about: causes.Cause | None) -> str:
    what = debt.version.rule.name + (f" · {about.words}" if about else "")
    if debt.award is None:
        return _(
            "%(given)d points were to be deducted for “%(what)s” and were not there. %(left)d of them are still open: "
            "they are kept back from the next points you receive."
        ) % {"what": what, "given": debt.amount, "left": debt.left}
    return _(
        "“%(what)s” had given %(given)d points and was withdrawn. %(left)d of them had been spent already and are "
        "still to be taken back: they are kept back from the next points you receive."
    ) % {"what": what, "given": debt.award.amount, "left": debt.left}
