"""What the monthly statement says of the shop."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from community.models import Unit

from .models import MoveKind, Order, Return, StockMove


def figures(community: Unit, first: date, last: date) -> dict:
    """Of the days `first` to `last`: orders made and handed over, times goods were brought back, `points` redeemed less
    those given back (`points_back`), what the goods cost.

    `pieces`, `cost_fen` and `by_donor` (name, empty for what the community bought → (pieces, fen)) go by the movements of stock, what came
    back taken off.
    """
    begin = timezone.make_aware(datetime.combine(first, time.min))
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
    orders = Order.objects.filter(community=community)
    handed = orders.filter(handed_at__gte=begin, handed_at__lt=end).aggregate(
        n=Count("pk"), points=Sum("points")
    )
    back = Return.objects.between(begin, end).filter(order__community=community)
    back = back.aggregate(n=Count("pk"), points=Coalesce(Sum("points"), 0))
    by_donor = _by_donor(community, begin, end)
    return {
        "ordered": orders.filter(made_at__gte=begin, made_at__lt=end).count(),
        "handed": handed["n"],
        "returned": back["n"],
        "points": (handed["points"] or 0) - back["points"],
        "points_back": back["points"],
        "people": orders.filter(handed_at__gte=begin, handed_at__lt=end)
        .values("resident")
        .distinct()
        .count(),
        "pieces": sum(pieces for pieces, _fen in by_donor.values()),
        "cost_fen": sum(fen for _pieces, fen in by_donor.values()),
        "by_donor": by_donor,
    }


def _by_donor(community: Unit, begin, end) -> dict[str, tuple[int, int]]:
    kinds = [MoveKind.HANDED, MoveKind.RETURNED]
    moves = StockMove.objects.between(begin, end).filter(item__community=community, kind__in=kinds)
    rows = (
        moves.order_by("donor")
        .values_list("donor")
        .annotate(n=Sum("change"), fen=Sum(F("change") * F("fen")))
    )
    found = defaultdict(tuple)
    for donor, pieces, fen in rows:
        found[donor] = (-pieces, -fen)
    return dict(found)
