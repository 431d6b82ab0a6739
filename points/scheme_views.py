"""The scheme's terms, joining and leaving. One acts for oneself and for the small children of one's household."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.pages import public_page
from config.errors import DomainError
from residents.models import Resident

from . import operations
from .forms import JoinForm, LeaveForm
from .models import Account, Member, Terms


@public_page
def terms(request, community):
    """The terms in force, those to come, and what joining and leaving mean."""
    today = timezone.localdate()
    rows = list(Terms.objects.of(community))
    now = next((one for one in rows if one.since <= today), None)
    context = {
        "nav": "guide",
        "now": now,
        "coming": [one for one in rows if one.since > today],
        "earlier": [one for one in rows if one.since <= today and one != now],
    }
    return render(request, "points/terms.html", context)


def _people(user):
    people = Resident.objects.with_children(user).select_related("community__profile")
    return people.defer("id_number", "phone", "registered_address").order_by("pk")


@require_http_methods(["GET", "POST"])
def scheme(request):
    """Who has joined, and the newest terms to agree to."""
    people = list(_people(request.user))
    newest = {}
    for one in Terms.objects.filter(community__in={row.community_id for row in people}).order_by("number"):
        newest[one.community_id] = one
    living = {
        m.resident_id: m for m in Member.objects.living().filter(resident__in=people).select_related("terms")
    }
    sent = request.POST if request.method == "POST" else None
    cards, status = [], 200
    for person in people:
        if (last := newest.get(person.community_id)) is None:
            continue
        member = living.get(person.pk)
        is_sent = sent is not None and sent.get("person") == str(person.pk)
        form = JoinForm(sent if is_sent else None, person=person, terms=last, member=member)
        if is_sent and form.is_valid():
            return _join(request, person, form, member)
        status = 422 if is_sent else status
        cards.append({"person": person, "member": member, "terms": last, "form": form})
    if sent is not None and status == 200:
        status = 422  # nobody one may act for
    request.community = people[0].community if people else None
    return private(render(request, "points/scheme.html", {"nav": "my", "cards": cards}, status=status))


def _join(request, person, form, before: Member | None):
    data = form.cleaned_data
    asked = get_object_or_404(Terms, pk=data["terms"], community=person.community_id)
    try:
        operations.join(resident=person, terms=asked, by=request.user, in_ranking=data["in_ranking"])
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _joined(before, asked))
    return redirect("points:scheme")


def _joined(before: Member | None, asked: Terms) -> str:
    if before is None:
        return _("Saved. Points are given from today on for what is done from today on.")
    return _("Saved.") if before.terms == asked else _("Saved. You stay in the points scheme.")


@require_http_methods(["GET", "POST"])
def leave(request, pk):
    """What leaving means is said before it is done."""
    person = get_object_or_404(_people(request.user), pk=pk)
    member = get_object_or_404(Member.objects.living(), resident=person)
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        operations.leave(resident=person, by=request.user, give_up=form.cleaned_data["points"] == "give_up")
        messages.success(request, _("%(name)s has left the points scheme.") % {"name": person.name})
        return redirect("points:scheme")
    request.community = person.community
    context = {
        "nav": "my", "person": person, "member": member, "form": form,
        "account": Account.objects.filter(resident=person).first(),
    }  # fmt: skip
    return private(render(request, "points/leave.html", context, status=422 if form.errors else 200))


def private(response):
    response.headers["Cache-Control"] = "no-store, private"
    return response
