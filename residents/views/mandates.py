"""Mandates: staff keep them at the desk, people see on their own pages who acts for them and for whom they act."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views import sent
from community.access import require

from .. import operations
from ..forms import EndMandateForm, MandateForm
from ..models import Mandate, Resident
from .common import attempt, resident_or_404, show

SHOWN = 50


def _given(user):
    return Q(principal__in=Resident.objects.of(user))


def _mandates():
    return Mandate.objects.select_related("principal__community", "holder").order_by("-pk")


@require_safe
def mine(request):
    context = {
        "nav": "my",
        "given": _mandates().filter(_given(request.user))[:SHOWN],
        "held": _mandates().filter(holder=request.user)[:SHOWN],
    }
    return show(request, "my_mandates", context)


@require_POST
def withdraw(request, pk):
    """Whoever gave it takes it back; whoever holds it gives it up."""
    row = get_object_or_404(_mandates().filter(_given(request.user) | Q(holder=request.user)), pk=pk)
    operations.withdraw_mandate(mandate=row, by=request.user)
    messages.success(request, _("The mandate has ended."))
    return redirect("residents:my_mandates")


@require_http_methods(["GET", "HEAD", "POST"])
def add(request, pk):
    row = resident_or_404(request, pk)
    require(request.user, "residents.edit", row.unit)
    form = MandateForm(sent(request))
    if form.is_valid():
        made = attempt(form, operations.record_mandate, principal=row, by=request.user, **form.values())
        if made:
            messages.success(request, _("%(holder)s may act now.") % {"holder": made.holder.name})
            return redirect("residents:desk_resident", pk)
    return _act(request, row, form, _("Record a mandate"), _("Record"))


@require_http_methods(["GET", "HEAD", "POST"])
def end(request, pk, mandate):
    row = resident_or_404(request, pk)
    require(request.user, "residents.edit", row.unit)
    found = get_object_or_404(_mandates(), pk=mandate, principal=row)
    form = EndMandateForm(sent(request))
    if form.is_valid() and attempt(
        form, operations.withdraw_mandate, mandate=found, by=request.user, **form.cleaned_data
    ):
        messages.success(request, _("The mandate has ended."))
        return redirect("residents:desk_resident", pk)
    return _act(
        request, row, form, _("End the mandate of %(holder)s") % {"holder": found.holder.name}, _("End it")
    )


def _act(request, resident, form, title, button):
    context = {"resident": resident, "form": form, "title": title, "button": button}
    return show(request, "act", context, status=422 if form.is_bound else 200)
