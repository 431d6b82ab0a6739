"""The monthly public statement of a community's points, and the rows from which anybody can recompute its seal."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

import claims.figures
import shop.figures
from accounts.operations import record
from claims.models import TeamAward
from community.models import Unit
from points import books
from points.models import Budget, Kind, Rule, Seal, Transfer
from points.models.movements import effect

from .models import PointsStatement
from .periods import month_before, month_of
from .ranking import make_rankings

AT_ONCE = 2000


def bounds(month: date):
    """The moments between which a calendar month lies, the second one excluded."""
    return books.bounds(month)[0], books.bounds(month_before(month, -1))[0]


def figures_of(community: Unit, month: date) -> dict:
    """What happened in the sealed `month`, in points, times and people:

    `awarded` points in `awards` transfers to `people`, of them `by_category`; `redeemed` in `redemptions`, of
    what was ever redeemed `refunded` in `refunds` because goods were brought back, `expired`,
    `reversed`, `withheld`, `deducted` (without what was lifted again); `held` by all together at the month's end; `budget` of the year and what of it is `drawn`;
    `claims`: those `made`, `posted` and `rejected`, `objections`, `appeals`; `cases` of deduction: `opened`, `decided`, `lifted`
    (months published before these were counted have none); `by_hand`: what staff gave to many in one go
    (`lists`), and how many were taken back (`undone`);
    `shop`: orders `handed` over, `pieces` of goods, `cost_fen`, `by_donor` ([name, pieces, fen], no name
    for what the community bought); the seal: `days`, `transfers`, `first` number, `digest`, and `before`, the digest of the day before.
    """
    last_day = month_before(month, -1) - timedelta(days=1)
    rows = Transfer.objects.filter(community=community).posted_between(*bounds(month))
    seals = list(
        Seal.objects.filter(community=community, day__year=month.year, day__month=month.month).order_by("day")
    )
    last = Seal.objects.filter(community=community, day__lt=month).order_by("-day").first()
    return {
        **_moved(rows),
        "by_category": _by_category(rows),
        "held": _held(community, month),
        **_budget(community, month),
        "claims": claims.figures.figures(community, month, last_day),
        "cases": claims.figures.cases(community, month, last_day),
        "by_hand": _by_hand(community, month),
        "shop": _shop(community, month),
        "days": len(seals),
        "transfers": sum(seal.count for seal in seals),
        "first": seals[0].first_number,
        "digest": seals[-1].digest,
        "before": last.digest if last else books.START,
    }


def _moved(rows) -> dict:
    def points(*kinds):
        return Coalesce(Sum("amount", filter=Q(kind__in=kinds)), 0)

    return rows.aggregate(
        awarded=points(Kind.AWARD),
        awards=Count("pk", filter=Q(kind=Kind.AWARD)),
        people=Count("holder", filter=Q(kind=Kind.AWARD), distinct=True),
        redeemed=points(Kind.POST),
        redemptions=Count("pk", filter=Q(kind=Kind.POST)),
        refunded=points(Kind.REFUND),
        refunds=Count("pk", filter=Q(kind=Kind.REFUND)),
        expired=points(Kind.EXPIRE),
        reversed=points(Kind.REVERSE),
        withheld=points(Kind.WITHHOLD),
        deducted=points(Kind.DEDUCT) - points(Kind.RESTORE),
    )


def _by_category(rows) -> list[list]:
    """`[[category, points, times], …]` in the order of the categories."""
    found = (
        rows.filter(kind=Kind.AWARD)
        .order_by()
        .values_list("rule__rule__category")
        .annotate(points=Sum("amount"), times=Count("pk"))
    )
    given = {category: [points, times] for category, points, times in found}
    return [[category, *given[category]] for category in Rule.Category.values if category in given]


def _held(community: Unit, month: date) -> int:
    """What all holders had at the end of `month`: what they had at the end of the one before, and what has moved since."""
    before = PointsStatement.objects.filter(community=community, month__lt=month).order_by("-month").first()
    start = bounds(before.month)[1] if before else None
    rows = Transfer.objects.filter(community=community, posted_at__lt=bounds(month)[1])
    rows = rows.filter(posted_at__gte=start) if start else rows
    moved = rows.aggregate(n=Coalesce(Sum(effect("posted")), 0))["n"]
    return (before.figures["held"] if before else 0) + int(moved)


def _budget(community: Unit, month: date) -> dict:
    """The year's budget as it is now, and what of it was drawn up to the month's end."""
    budget = Budget.objects.filter(community=community, year=month.year).first()
    rows = Transfer.objects.filter(community=community, value_date__year=month.year)
    # Nobody awards for a day to come: what draws on a year is posted from its first day on.
    rows = rows.posted_between(books.bounds(date(month.year, 1, 1))[0], bounds(month)[1])
    drawn = rows.aggregate(n=Coalesce(Sum(effect("drawn")), 0))["n"]
    return {"budget": budget.points if budget else 0, "drawn": int(drawn)}


def _by_hand(community: Unit, month: date) -> dict:
    start, end = bounds(month)
    lists = TeamAward.objects.filter(community=community)
    return {
        "lists": lists.filter(made_at__gte=start, made_at__lt=end).count(),
        "undone": lists.filter(undone_at__gte=start, undone_at__lt=end).count(),
    }


def _shop(community: Unit, month: date) -> dict:
    found = shop.figures.figures(community, month, month_before(month, -1) - timedelta(days=1))
    donors = [[name, pieces, fen] for name, (pieces, fen) in sorted(found["by_donor"].items())]
    return {key: found[key] for key in ("handed", "pieces", "cost_fen")} | {"by_donor": donors}


def make_due() -> str:
    """For the clock: a statement of every month whose last day is sealed and that has none."""
    made = 0
    for community in Unit.objects.filter(pk__in=Seal.objects.order_by().values("community")).order_by("path"):
        made += len(make_statements(community))
        make_rankings(community)
    return _("%(n)d statements made") % {"n": made}


def make_statements(community: Unit) -> list[PointsStatement]:
    """Those still missing, oldest first; none for months before the books or not yet sealed to their last day."""
    seals = Seal.objects.filter(community=community).order_by("day")
    first, last = seals.first(), seals.last()
    if first is None:
        return []
    there = set(PointsStatement.objects.filter(community=community).values_list("month", flat=True))
    months, month = [], month_of(first.day)
    while month_before(month, -1) - timedelta(days=1) <= last.day:
        months.append(month)
        month = month_before(month, -1)
    return [_make(community, month) for month in months if month not in there]


@transaction.atomic
def _make(community: Unit, month: date) -> PointsStatement:
    made, is_new = PointsStatement.objects.get_or_create(
        community=community, month=month, defaults={"figures": figures_of(community, month)}
    )
    if is_new:
        record("points.publish_statement", by=None, on=made, path=community.path, month=f"{month:%Y-%m}")
    return made


def rows_to_check(community: Unit, month: date) -> Iterator[str]:
    """The anonymised transfers of a sealed month, day by day: a line `# day digest`, then `points.books.line` of each."""
    seals = {
        seal.day: seal
        for seal in Seal.objects.filter(
            community=community, day__year=month.year, day__month=month.month
        ).order_by("day")
    }
    names, zone = books.rule_names(), timezone.get_default_timezone()
    rows = (
        Transfer.objects.filter(community=community)
        .posted_between(*bounds(month))
        .order_by("posted_at", "pk")
        .annotate(booked=TruncDate("posted_at", tzinfo=zone))
        .values_list("booked", *books.FIELDS)
        .iterator(chunk_size=AT_ONCE)
    )
    by_day = groupby(rows, key=lambda row: row[0])
    waiting = next(by_day, None)
    for day, seal in seals.items():
        yield f"# {day.isoformat()} {seal.digest}\n"
        if waiting is None or waiting[0] != day:
            continue
        for number, (_day, _pk, kind, points, rule, value_date, private) in enumerate(
            waiting[1], seal.first_number
        ):
            yield books.line(number, kind, points, names.get(rule, ""), value_date, private)
        waiting = next(by_day, None)


CHECK = """import hashlib
digest = "{before}"
for block in open("{file}", encoding="utf-8", newline="").read().split("# ")[1:]:
    head, _, rows = block.partition("\\n")
    digest = hashlib.sha256((digest + rows).encode()).hexdigest()
    print(head[:10], "OK" if digest == head[11:] else "!!!")
"""


def check_program(statement: PointsStatement, file: str) -> str:
    """Python that recomputes the digests of `file` (as `rows_to_check` gives it) without asking us."""
    return CHECK.format(before=statement.figures["before"], file=file)
