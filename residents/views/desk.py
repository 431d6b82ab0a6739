"""The register on a phone: list, card, edit, tags, and the full number when there is a purpose."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.phones import masked
from accounts.views import sent
from community.access import may, require
from community.models import Kind, Unit
from config import typed
from config.errors import DomainError

from .. import operations
from ..forms import EditForm, LeaveForm, ListForm, RevealForm, TagForm
from ..history import history
from ..models import ResidenceState, Resident, ResidentTag, Tag
from ..search import Search, stopped_early, years_ago
from .common import attempt, place, resident_or_404, show

SIZE = 30


def listed():
    """Residents with what a row of the list shows of them: no number, no dwelling."""
    tags = Prefetch("tags", ResidentTag.objects.current(), to_attr="current_tags")
    return Resident.objects.select_related("unit__parent").defer("id_number", "phone").prefetch_related(tags)


def in_rows(residents) -> list[dict]:
    """What the list shows of people: the address ends at the building."""
    sexes, states, tags = (dict(choices.choices) for choices in (Resident.Sex, ResidenceState, Tag))
    today = timezone.localdate()
    return [
        {
            "url": reverse("residents:desk_resident", args=[resident.pk]),
            "name": resident.name,
            "place": place(resident),
            "age": resident.age(today),
            "sex": sexes.get(resident.sex, ""),
            "tags": [tags.get(tag.tag, tag.tag) for tag in resident.current_tags],
            "state": "" if resident.state == "together" else states.get(resident.state, ""),
        }
        for resident in residents
    ]


def _only(wanted) -> Q | None:
    found = Q()
    if wanted.get("age") in {"60", "80"}:
        found &= Q(born_on__lte=years_ago(int(wanted["age"])))
    elif wanted.get("age"):
        found &= Q(born_on__gt=years_ago(14))
    return found or None


@require_http_methods(["GET", "HEAD", "POST"])
def residents(request):
    """The list; its search form is posted, so that no number stands in an address."""
    require(request.user, "residents.view")
    if request.method == "POST":
        return typed.to_address(request)
    form = ListForm({**request.GET.dict(), "q": typed.read(request)})
    wanted = form.cleaned_data if form.is_valid() else {}
    unit = None
    if wanted.get("unit"):
        unit = get_object_or_404(Unit.objects.where(request.user, "residents.view"), pk=wanted["unit"])
    search = Search(
        request.user, wanted.get("q", ""), within=unit, tag=wanted.get("tag", ""), only=_only(wanted)
    )
    rows, last = search.page(listed(), after=wanted.get("after"), size=SIZE)
    kept = {name: value for name, value in wanted.items() if value and name != "after"}
    if "q" in kept:
        kept["q"] = typed.mark(request, kept["q"])
    context = {
        "rows": in_rows(rows),
        "form": form,
        "unit": unit,
        "refused": not form.is_valid(),
        "is_narrowed": bool(kept),
        "stopped_early": stopped_early() if search.stopped_early else "",
        "may_add": may(request.user, "residents.edit"),
        "older_url": "?" + urlencode(kept | {"after": last}) if last else "",
        "newer_url": ("?" + urlencode(kept) if kept else request.path) if wanted.get("after") else "",
    }
    return show(request, "list", context, status=200 if form.is_valid() else 422)


@require_safe
def resident(request, pk):
    """The page of one person."""
    row = resident_or_404(request, pk)
    user, unit = request.user, row.unit
    may_edit = may(user, "residents.edit", unit)
    household = row.household
    members = (
        household.members.living().order_by("born_on", "pk")
        if household and may(user, "residents.view", unit)
        else []
    )
    context = {
        "resident": row,
        "place": place(row, door=may_edit),
        "age": row.age(),
        "household": household,
        "members": members,
        "may_edit": may_edit and row.is_living,
        "account_number": masked(operations.number_of_account(row)) if may_edit and row.is_living else "",
        "may_reveal": may(user, "residents.reveal", unit) and (row.phone or row.id_number),
        "mandates": row.mandates.not_over().select_related("holder", "principal") if may_edit else [],
        "history": history(row) if may_edit else [],
    }
    return show(request, "card", context)


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


def _act(request, resident, form, title, button):
    """One form about one person."""
    context = {"resident": resident, "form": form, "title": title, "button": button}
    return show(request, "act", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def reveal(request, pk):
    """The purpose is asked for; sent, the full number is shown once."""
    row = resident_or_404(request, pk)
    require(request.user, "residents.reveal", row.unit)
    form, value = RevealForm(sent(request), resident=row), None
    if form.is_valid():
        field = form.cleaned_data["field"]
        value = attempt(
            form, operations.reveal, resident=row, field=field, purpose=form.stated(), by=request.user
        )
    if value is None:
        return _act(request, row, form, _("See a full number"), _("Show it once"))
    shown = {"resident": row, "field": dict(form.fields["field"].choices)[field], "value": value}
    return show(request, "reveal", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def add_tag(request, pk):
    row = resident_or_404(request, pk)
    require(request.user, "residents.edit", row.unit)
    form = TagForm(sent(request))
    if form.is_valid() and attempt(
        form, operations.set_tag, resident=row, by=request.user, **form.cleaned_data
    ):
        messages.success(request, _("Saved."))
        return redirect("residents:desk_resident", pk)
    return _act(request, row, form, _("Set a care tag"), _("Set"))


@require_POST
def end_tag(request, pk, tag):
    row = resident_or_404(request, pk)
    require(request.user, "residents.edit", row.unit)
    operations.end_tag(tag=get_object_or_404(ResidentTag, pk=tag, resident=row), by=request.user)
    return redirect("residents:desk_resident", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request, pk):
    row = resident_or_404(request, pk)
    require(request.user, "residents.edit", row.unit)
    form = LeaveForm(sent(request))
    if form.is_valid() and (left := _left(form, row, request.user)) is not None:
        messages.success(request, _("Noted. The history is kept."))
        for person in left if isinstance(left, list) else [left]:
            for said in operations.said_after_leaving(person):
                messages.info(
                    request,
                    pgettext("after leaving", "%(name)s: %(said)s") % {"name": person.name, "said": said},
                )
        return redirect("residents:desk_resident", pk)
    return _act(request, row, form, _("Moved away or died"), _("Note it"))


def _left(form, row, by):
    said = {"left_on": form.cleaned_data["left_on"], "why": form.cleaned_data["why"], "by": by}
    reason = form.cleaned_data["reason"]
    if form.cleaned_data["whole_household"] and row.household and reason == "moved":
        return attempt(form, operations.move_household_out, household=row.household, **said)
    return attempt(form, operations.leave, resident=row, reason=reason, **said)


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
