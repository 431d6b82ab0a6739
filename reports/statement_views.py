"""/<community>/points/statements/: what the points did, month by month, for everybody."""

from datetime import date

from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.access import require
from community.pages import public_page
from config.money import yuan
from points.models import Rule, communities_of

from . import statements
from .models import PointsStatement
from .unusual import DAYS, unusual

A_DAY = 24 * 60 * 60


@public_page
def statement_list(request, community):
    """The months, the newest first, by year."""
    rows = PointsStatement.objects.filter(community=community).order_by("-month")[:240]
    years: dict[int, list] = {}
    for row in rows:
        years.setdefault(row.month.year, []).append(row)
    return render(request, "reports/statements.html", {"nav": "guide", "years": years.items()})


def _find(community, month: str) -> PointsStatement:
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise Http404 from error
    row = get_object_or_404(PointsStatement, community=community, month=first)
    row.community = community
    return row


def _file(row: PointsStatement) -> str:
    return f"points-{row.community.slug}-{row.month:%Y-%m}.txt"


@public_page
def statement(request, community, month):
    row = _find(community, month)
    said = row.figures
    near = PointsStatement.objects.filter(community=community)
    context = {
        "nav": "guide",
        "statement": row,
        "said": said,
        "left": said["budget"] - said["drawn"],
        "last": said["first"] + said["transfers"] - 1,
        "categories": [
            (Rule.Category(code).label, points, times) for code, points, times in said["by_category"]
        ],
        "cost": _("%(yuan)s yuan") % {"yuan": yuan(said["shop"]["cost_fen"])},
        "donors": [(name, pieces, yuan(fen)) for name, pieces, fen in said["shop"]["by_donor"]],
        "program": statements.check_program(row, _file(row)),
        "title": _("Points in %(month)s") % {"month": date_format(row.month, "YEAR_MONTH_FORMAT")},
        "earlier": near.filter(month__lt=row.month).order_by("-month").first(),
        "later": near.filter(month__gt=row.month).order_by("month").first(),
    }
    return render(request, "reports/statement.html", context)


@public_page
def transfers(request, community, month):
    """The rows of the month without names; sealed rows stay the same for ever."""
    row = _find(community, month)
    response = StreamingHttpResponse(
        statements.rows_to_check(community, row.month), content_type="text/plain; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{_file(row)}"'
    response.headers["Cache-Control"] = f"public, max-age={A_DAY}"
    return response


@require_safe
def unusual_points(request):
    """What staff should look into, of one community; `?community=` chooses among several."""
    require(request.user, "points.claims")
    mine = list(communities_of(request.user).where(request.user, "points.claims").order_by("path"))
    asked = request.GET.get("community", "")
    community = next((one for one in mine if one.slug == asked), None if asked else next(iter(mine), None))
    if community is None:
        raise Http404
    found = unusual(community, timezone.localdate())
    context = {"nav": "my", "communities": mine, "chosen": community, "found": found, "days": DAYS}
    return render(request, "reports/unusual.html", context)
