"""Households at the desk: a new person, a move, who is who."""

from django.contrib import messages
from django.forms import CheckboxInput
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.access import require

from .. import operations
from ..forms import AddForm, JoinForm, MoveForm, RelationsForm
from ..identity import birth_date
from .common import attempt, household_or_404, resident_or_404, show
from .desk import community_of


def _unit(household):
    return household.dwelling.unit if household.dwelling else household.community


@require_http_methods(["GET", "HEAD", "POST"])
def add(request):
    """A person in a dwelling where no household is known yet."""
    require(request.user, "residents.edit")
    return _add(request, community_of(request))


@require_http_methods(["GET", "HEAD", "POST"])
def add_member(request, pk):
    household = household_or_404(request, pk)
    require(request.user, "residents.edit", _unit(household))
    return _add(request, household.community, household)


def _add(request, community, household=None):
    form = AddForm(request.POST or None, user=request.user, community=community, household=household)
    alike = []
    if request.method == "POST" and form.is_valid():
        data, person = form.cleaned_data, form.values()
        if not data["is_another"]:
            alike = list(operations.alike(data["name"], _born(data), community, request.user)[:5])
        if alike:
            form.fields["is_another"].widget = CheckboxInput()
            form.add_error(
                "is_another", _("Somebody with this name and day of birth is in the register already.")
            )
        else:
            made = _made(request, form, community, household, person)
            if made:
                messages.success(request, _("%(name)s is in the register now.") % {"name": made.name})
                return redirect("residents:desk_resident", made.pk)
    context = {
        "form": form,
        "household": household,
        "person": _someone(household),
        "community_name": community.name,
        "alike": alike,
    }
    return show(request, "add", context, status=422 if form.is_bound else 200)


def _born(data):
    return data.get("born_on") or birth_date(data.get("new_number") or "")


def _made(request, form, community, household, person):
    data = form.cleaned_data
    if household:
        return attempt(
            form, operations.add_resident, community=community, unit=_unit(household), household=household,
            relation=data["relation"], by=request.user, **person,
        )  # fmt: skip
    require(request.user, "residents.edit", data["unit"])
    return attempt(
        form,
        operations.settle,
        community=community,
        unit=data["unit"],
        door=data["room"],
        by=request.user,
        **person,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def move(request, pk):
    household = household_or_404(request, pk)
    require(request.user, "residents.edit", _unit(household))
    form, kept = MoveForm(request.POST or None, user=request.user, household=household), []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done = attempt(
            form, operations.move_to, household=household, unit=data["unit"], door=data["room"], why=data["why"],
            version=data["version"], by=request.user,
        )  # fmt: skip
        if form.is_stale:
            household = household_or_404(request, pk)
            form, kept = _again(form, request, household, user=request.user), _kept(household)
        if done:
            messages.success(request, _("The household has moved."))
            return _back(household)
    context = _context(household, form) | {"kept": kept}
    return show(request, "move", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def head(request, pk):
    """Who is the head, and how everybody else is related to them."""
    household = household_or_404(request, pk)
    require(request.user, "residents.edit", _unit(household))
    form, kept = RelationsForm(request.POST or None, household=household), []
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form, operations.set_relations, household=household, relations=form.relations(),
            version=form.cleaned_data["version"], by=request.user,
        )  # fmt: skip
        if form.is_stale:
            household = household_or_404(request, pk)
            form, kept = _again(form, request, household), _kept(household)
        if done:
            messages.success(request, _("Saved."))
            return _back(household)
    context = _context(household, form) | {"kept": kept}
    return show(request, "head", context, status=422 if form.is_bound else 200)


def _again(stale, request, household, **more):
    """The form as it was typed, now against the household as it is: sent once more, it is saved."""
    typed = request.POST.copy()
    typed["version"] = str(household.version)
    form = type(stale)(typed, household=household, **more)
    for refusal in stale.non_field_errors():
        form.add_error(None, refusal)
    return form


def _kept(household) -> list[tuple[str, str]]:
    """What stands in the register now: where the household lives, and who is who in it."""
    members = household.members.living().order_by("born_on", "pk")
    return [
        (_("dwelling"), str(household.dwelling or household.community)),
        *((one.name, one.get_relation_display()) for one in members),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def join(request, pk):
    """One person moves behind another door of the community."""
    row = resident_or_404(request, pk)
    require(request.user, "residents.edit", row.unit)
    form = JoinForm(request.POST or None, user=request.user, community=row.community)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        require(request.user, "residents.edit", data["unit"])
        done = attempt(
            form, operations.resettle, resident=row, unit=data["unit"], door=data["room"], relation=data["relation"],
            household=form.household, why=data["why"], by=request.user,
        )  # fmt: skip
        if done:
            messages.success(request, _("%(name)s belongs to this household now.") % {"name": row.name})
            return redirect("residents:desk_resident", pk)
    return show(request, "join", {"resident": row, "form": form}, status=422 if form.is_bound else 200)


def _context(household, form):
    return {
        "household": household,
        "form": form,
        "person": _someone(household),
        "members": household.members.living().order_by("born_on", "pk"),
    }


def _someone(household):
    """Whose card stands for the household: the head's, else that of any member."""
    return household and (household.head or household.members.living().order_by("pk").first())


def _back(household):
    household.refresh_from_db()
    person = _someone(household)
    return redirect("residents:desk_resident", person.pk) if person else redirect("residents:desk_list")
