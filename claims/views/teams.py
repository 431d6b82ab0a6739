"""The desk: one award for many, shown before it is given, and undone at once."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.views import sent
from community.access import require
from config.errors import DomainError
from points.models import Rule

from .. import operations
from ..forms import ReasonForm, TeamForm
from ..models import TeamAward
from ..people import chosen_before, people_on
from ..sources import Source, source_of
from .common import acted, done_or_refused, form_page
from .lists import communities

SHOWN = 60


@require_safe
def teams(request):
    require(request.user, "points.claims")
    rows = TeamAward.objects.visible_to(request.user).select_related("rule", "community", "made_by")
    context = {
        "nav": "my",
        "teams": rows.prefetch_related("lines").order_by("-pk")[:SHOWN],
        "units": communities(request.user)[:SHOWN],
    }
    return render(request, "claims/teams.html", context)


@form_page
def new(request, unit):
    """Whom and what for; then what each would get and why some get nothing; then it is given.

    `?from=session:12` fills in the people of that list.
    """
    community = get_object_or_404(communities(request.user), pk=unit)
    named = (request.POST.get("source") if request.method == "POST" else request.GET.get("from")) or ""
    source = named_source(named, community, request.user)
    form = TeamForm(sent(request), community=community, initial=filled_in(named, source))
    context = {"nav": "my", "unit": community, "form": form, "source": source}
    if not form.is_bound:
        return render(request, "claims/team_new.html", context)
    if not form.is_valid():
        return render(request, "claims/team_new.html", context, status=422)
    if request.POST.get("act") == "change":
        return render(request, "claims/team_new.html", context)
    if request.POST.get("act") == "give":
        return given(request, community, form, context)
    return planned(request, community, form, context)


def named_source(named: str, community, user) -> Source | None:
    """404 when the list that is named is not in sight."""
    source = source_of(named, community=community, user=user) if named else None
    if named and source is None:
        raise Http404
    return source


def filled_in(named: str, source: Source | None) -> dict:
    if source is None:
        return {"day": timezone.localdate()}
    names = dict.fromkeys(one.name for one in source.people)
    return {"source": named, "day": source.day, "words": source.words, "names": "\n".join(names)}


def asked(request, community, data, residents) -> dict:
    rule = get_object_or_404(Rule, community=community, pk=data["rule"])
    return {
        "community": community, "rule": rule, "day": data["day"], "amount": data["amount"], "residents": residents,
        "by": request.user,
    }  # fmt: skip


def planned(request, community, form, context, refusal=""):
    data = form.cleaned_data
    source = context["source"]
    among = source.people if source else []
    found = people_on(data["names"], community=community, user=request.user, tag=data["tag"], among=among)
    try:
        plan = operations.plan_team(**asked(request, community, data, found.people))
    except DomainError as error:
        form.add_error(None, str(error))
        return render(request, "claims/team_new.html", context | {"unclear": found.unclear}, status=422)
    context |= {
        "plan": plan,
        "lines": [(line, source.marks.get(line.resident.pk, "") if source else "") for line in plan.lines],
        "unclear": found.unclear,
        "rule": Rule.objects.get(pk=data["rule"]),
        "refusal": refusal,
    }
    return render(request, "claims/team_plan.html", context, status=422 if refusal else 200)


def given(request, community, form, context):
    data = form.cleaned_data
    residents = chosen_before(request.POST.getlist("residents"), community=community, user=request.user)
    fields = asked(request, community, data, residents)
    seen = request.POST.get("seen", "-")
    try:
        team = operations.award_team(**fields, words=data["words"], token=data["token"], seen=seen)
    except DomainError as refusal:
        return planned(request, community, form, context, str(refusal))
    n = team.lines.count()
    words = ngettext("%(n)d person has the points.", "%(n)d people have the points.", n) % {"n": n}
    return acted(request, lambda: None, words, "claims:team", team.pk)


@form_page
def team(request, pk):
    """Who got what; the form that undoes all of it."""
    rows = TeamAward.objects.visible_to(request.user).select_related(
        "rule", "community", "made_by", "undone_by"
    )
    row = get_object_or_404(rows, pk=pk)
    lines = row.lines.select_related("resident__unit__parent")
    context = {"nav": "my", "team": row, "lines": lines, "points": sum(line.points for line in lines)}
    return done_or_refused(
        request,
        ReasonForm(sent(request)),
        "claims/team.html",
        context,
        lambda data: operations.undo_team(team=row, by=request.user, reason=data["reason"]),
        ("claims:team", row.pk),
        _("All of it is taken back."),
    )
