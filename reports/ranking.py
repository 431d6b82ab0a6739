"""Rankings of closed months, quarters and years: made once the books of the time are sealed, then frozen."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Sum
from django.db.models.expressions import Window
from django.db.models.functions import Rank

from accounts.operations import record
from community.models import Kind as UnitKind
from community.models import Unit
from points import books
from points.models import Kind, Member, Seal, Terms, Transfer
from points.models.movements import effect
from residents.models import Resident

from .models import Ranking, RankingRow
from .periods import month_before

SHOWN = 100


def spans_of(day: date) -> list[tuple[str, date, date]]:
    """(span, first day, last day) of the month, quarter and year that `day` lies in."""
    month = day.replace(day=1)
    quarter = month.replace(month=(month.month - 1) // 3 * 3 + 1)
    firsts = {
        Ranking.Span.MONTH: month,
        Ranking.Span.QUARTER: quarter,
        Ranking.Span.YEAR: date(day.year, 1, 1),
    }
    return [
        (span.value, first, month_before(first, -Ranking.MONTHS[span]) - timedelta(days=1))
        for span, first in firsts.items()
    ]


def make_rankings(community: Unit) -> list[Ranking]:
    """Those still missing of times that are sealed to their last day and in which the scheme had terms."""
    terms = Terms.objects.filter(community=community).order_by("number").first()
    last = Seal.objects.filter(community=community).order_by("-day").first()
    if terms is None or last is None:
        return []
    there = set(Ranking.objects.filter(community=community).values_list("span", "first"))
    made, month = [], terms.since.replace(day=1)
    while month <= last.day:
        for span, first, end in spans_of(month):
            if end <= last.day and (span, first) not in there:
                there.add((span, first))
                made.append(_make(community, span, first, end))
        month = month_before(month, -1)
    return made


@transaction.atomic
def _make(community: Unit, span: str, first: date, last: date) -> Ranking:
    made, is_new = Ranking.objects.get_or_create(community=community, span=span, first=first)
    if is_new:
        RankingRow.objects.bulk_create(_rows(made, last), batch_size=500)
        record("points.publish_ranking", by=None, on=made, path=community.path, span=made.slug)
    return made


def agreeing():
    """Living consents to stand in rankings."""
    return Member.objects.living().filter(in_ranking=True)


def _rows(ranking: Ranking, last: date) -> list[RankingRow]:
    """What was awarded in the time without what was taken back in it; who has the same has the same place."""
    start, end = books.bounds(ranking.first)[0], books.bounds(last)[1]
    earned = (
        Transfer.objects.filter(
            community=ranking.community_id, kind__in=[Kind.AWARD, Kind.REVERSE, Kind.WITHHOLD]
        )
        .posted_between(start, end)
        .filter(holder__resident__in=agreeing().values("resident"), holder__resident__left_on=None)
        .order_by()
        .values("holder__resident")
        .annotate(points=Sum(effect("posted")))
        .filter(points__gt=0)
        .annotate(place=Window(Rank(), order_by=F("points").desc()))
        .values_list("holder__resident", "points", "place")
    )
    found = sorted(earned, key=lambda row: (row[2], row[0]))
    people = Resident.objects.filter(community=ranking.community_id, pk__in=agreeing().values("resident"))
    paths = dict(people.values_list("pk", "path"))
    compounds = list(Unit.objects.filter(path__startswith=ranking.community.path, kind=UnitKind.COMPOUND))

    def home(pk: int) -> Unit | None:
        return next((one for one in compounds if paths[pk].startswith(one.path)), None)

    return [
        RankingRow(ranking=ranking, resident_id=pk, points=points, place=place, compound=home(pk))
        for pk, points, place in found
    ]


def shown(ranking: Ranking, compound: Unit | None = None):
    """The rows that may be shown today; places within `compound` when it is given."""
    rows = ranking.rows.filter(Exists(agreeing().filter(resident=OuterRef("resident"))))
    if compound:
        rows = rows.filter(compound=compound).annotate(rank=Window(Rank(), order_by=F("points").desc()))
    else:
        rows = rows.annotate(rank=F("place"))
    return rows.select_related("resident", "compound").order_by("place", "pk")
