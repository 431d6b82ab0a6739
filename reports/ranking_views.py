"""/<community>/points/ranking/: who was given most, with masked names; and thanks on paper for those who were."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from community.access import require
from community.models import Kind, Unit
from community.pages import public_page
from points.models import communities_of
from residents.identity import mask_name

from .models import Ranking
from .ranking import SHOWN, shown

TO_THANK = (3, 10, 30)
AT_ONCE = 20  # places; those after them are folded


def _chosen(rankings: list[Ranking], asked: str) -> Ranking | None:
    if not asked:
        return rankings[0] if rankings else None
    found = next((one for one in rankings if one.slug == asked), None)
    if found is None:
        raise Http404
    return found


def _compounds(community: Unit):
    return Unit.objects.filter(path__startswith=community.path, kind=Kind.COMPOUND)


def _compound(community: Unit, asked: str) -> Unit | None:
    if not asked:
        return None
    if not asked.isdecimal() or len(asked) > 18:
        raise Http404
    return get_object_or_404(_compounds(community), pk=asked)


def _of(community: Unit, request) -> dict:
    """The rankings of the community, the newest months first, and the rows of the one asked for."""
    rankings = list(Ranking.objects.filter(community=community).order_by("-first", "span"))
    rankings.sort(key=lambda one: one.span != Ranking.Span.MONTH)
    ranking = _chosen(rankings, request.GET.get("time", ""))
    compound = _compound(community, request.GET.get("compound", ""))
    rows = list(shown(ranking, compound)[:SHOWN]) if ranking else []
    for row in rows:
        row.masked = mask_name(row.resident.name)
    return {
        "community": community,
        "spans": [(span, [one for one in rankings if one.span == span][:12]) for span in Ranking.Span],
        "ranking": ranking,
        "compound": compound,
        "rows": rows,
    }


@public_page
def ranking(request, community):
    compounds = _compounds(community).order_by("path")
    context = {"nav": "guide", "compounds": compounds, **_of(community, request)}
    rows = context["rows"]
    context["first"] = [row for row in rows if row.rank <= AT_ONCE]
    context["rest"] = rows[len(context["first"]) :]
    return render(request, "reports/ranking.html", context)


def _mine(request, slug: str) -> Unit:
    require(request.user, "points.claims")
    mine = communities_of(request.user).where(request.user, "points.claims")
    return get_object_or_404(mine.select_related("profile"), slug=slug)


@require_safe
def thanks(request, slug):
    """Certificates of thanks for the first of a ranking, one a page; `?top=` says how many."""
    community = _mine(request, slug)
    context = _of(community, request)
    top = request.GET.get("top", "")
    top = int(top) if top in map(str, TO_THANK) else TO_THANK[1]
    rows = [row for row in context["rows"] if row.rank <= top]
    context |= {"rows": rows, "top": top, "tops": TO_THANK, "today": timezone.localdate()}
    return render(request, "reports/thanks.html", context)
