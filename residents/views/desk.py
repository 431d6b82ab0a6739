"""The register on a phone: list, card, edit, tags, and the full number when there is a purpose."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access import may, require
from community.models import Kind, Unit
from config.errors import DomainError

from .. import operations
from ..forms import EditForm, LeaveForm, ListForm, RevealForm, TagForm
from ..history import history
from ..models import ResidentTag
from ..search import Search, years_ago
from .common import attempt, people, place, resident_or_404, show

SIZE = 30


def row(resident) -> dict:
    """What a list shows of a person: the address ends at the building, no number at all."""
    return {
        "pk": resident.pk,
        "name": resident.name,
        "place": place(resident),
        "age": resident.age(),
        "sex": resident.get_sex_display(),
        "tags": [tag.get_tag_display() for tag in resident.current_tags],
        "state": "" if resident.state == "together" else resident.get_state_display(),
    }


def _only(wanted) -> Q | None:
    found = Q()
    if wanted.get("age") in {"60", "80"}:
        found &= Q(born_on__lte=years_ago(int(wanted["age"])))
    elif wanted.get("age"):
        found &= Q(born_on__gt=years_ago(14))
    return found or None


@require_safe
def residents(request):
    require(request.user, "residents.view")
    form = ListForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    unit = None
    if wanted.get("unit"):
        unit = get_object_or_404(Unit.objects.where(request.user, "residents.view"), pk=wanted["unit"])
    search = Search(
        request.user, wanted.get("q", ""), within=unit, tag=wanted.get("tag", ""), only=_only(wanted)
    )
    rows, last = search.page(people(), after=wanted.get("after"), size=SIZE)
    kept = {name: value for name, value in wanted.items() if value and name != "after"}
    context = {
        "rows": [row(resident) for resident in rows],
        "form": form,
        "unit": unit,
        "refused": not form.is_valid(),
        "is_narrowed": bool(kept),
        "last_four_alone": search.wanted.last_four and search.wanted.kind == "all" and not rows,
        "may_add": may(request.user, "residents.edit"),
        "older_url": "?" + urlencode(kept | {"after": last}) if last else "",
        "newer_url": ("?" + urlencode(kept) if kept else request.path) if wanted.get("after") else "",
    }
    return show(request, "list", context, status=200 if form.is_valid() else 422)


def card(request, resident, status=200, **forms):
    """The page of one person; `forms` are those that came back with errors."""
    user, unit = request.user, resident.unit
    may_edit, living = may(user, "residents.edit", unit), resident.is_living
    household = resident.household
    members = (
        household.members.living().order_by("born_on", "pk")
        if household and may(user, "residents.view", unit)
        else []
    )
    context = {
        "resident": resident,
        "place": place(resident, door=may_edit),
        "age": resident.age(),
        "household": household,
        "members": members,
        "may_edit": may_edit and living,
        "may_reveal": may(user, "residents.reveal", unit) and (resident.phone or resident.id_number),
        "tag_form": TagForm(),
        "reveal_form": RevealForm(),
        "leave_form": LeaveForm(),
        "history": history(resident) if may_edit else [],
        **forms,
    }
    return show(request, "card", context, status)


@require_safe
def resident(request, pk):
    return card(request, resident_or_404(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk):
    row = resident_or_404(request, pk)
    require(request.user, "residents.edit", row.unit)
    form = EditForm(request.POST or None, instance=row)
    meanwhile = []
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_resident(
                resident=row, by=request.user, why=form.cleaned_data["why"], version=form.cleaned_data["version"],
                **form.values(),
            )  # fmt: skip
        except operations.StaleError as refusal:
            form, meanwhile = _again(request, pk), history(row)[:3]
            form.add_error(None, str(refusal))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("residents:desk_resident", pk)
    context = {"resident": resident_or_404(request, pk), "form": form, "meanwhile": meanwhile}
    return show(request, "edit", context, status=422 if form.is_bound else 200)


def _again(request, pk) -> EditForm:
    """The form as it was typed, now against the row as it is: sent once more, it is saved."""
    fresh = resident_or_404(request, pk)
    typed = request.POST.copy()
    typed["version"] = str(fresh.version)
    form = EditForm(typed, instance=fresh)
    form.is_valid()
    return form


@require_POST
def reveal(request, pk):
    row = resident_or_404(request, pk)
    require(request.user, "residents.reveal", row.unit)
    form = RevealForm(request.POST)
    if not form.is_valid():
        return card(request, row, 422, reveal_form=form)
    field = form.cleaned_data["field"]
    value = attempt(
        form, operations.reveal, resident=row, field=field, purpose=form.stated(), by=request.user
    )
    if value is None:
        return card(request, row, 422, reveal_form=form)
    return show(
        request,
        "reveal",
        {"resident": row, "field": dict(form.fields["field"].choices)[field], "value": value},
    )


@require_POST
def add_tag(request, pk):
    row = resident_or_404(request, pk)
    require(request.user, "residents.edit", row.unit)
    form = TagForm(request.POST)
    if form.is_valid() and attempt(
        form, operations.set_tag, resident=row, by=request.user, **form.cleaned_data
    ):
        return redirect("residents:desk_resident", pk)
    return card(request, row, 422, tag_form=form)


@require_POST
def end_tag(request, pk, tag):
    row = resident_or_404(request, pk)
    require(request.user, "residents.edit", row.unit)
    operations.end_tag(tag=get_object_or_404(ResidentTag, pk=tag, resident=row), by=request.user)
    return redirect("residents:desk_resident", pk)


@require_POST
def leave(request, pk):
    row = resident_or_404(request, pk)
    require(request.user, "residents.edit", row.unit)
    form = LeaveForm(request.POST)
    if not form.is_valid():
        return card(request, row, 422, leave_form=form)
    said = {"left_on": form.cleaned_data["left_on"], "why": form.cleaned_data["why"], "by": request.user}
    if form.cleaned_data["whole_household"] and row.household and form.cleaned_data["reason"] == "moved":
        done = attempt(form, operations.move_household_out, household=row.household, **said)
    else:
        done = attempt(form, operations.leave, resident=row, reason=form.cleaned_data["reason"], **said)
    if done is None:
        return card(request, row, 422, leave_form=form)
    messages.success(request, _("Noted. The history is kept."))
    return redirect("residents:desk_resident", pk)


def community_of(request) -> Unit:
    """The community a new person goes to: that of the first post that lets one keep the register."""
    unit = (
        Unit.objects.where(request.user, "residents.edit")
        .filter(kind__gte=Kind.COMMUNITY)
        .order_by("path")
        .first()
    )
    if unit is None:
        raise PermissionDenied
    return unit.community
