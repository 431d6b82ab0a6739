"""People whose account has another mobile number than the register: shown to staff, who decide."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.phones import masked
from community.access import require, scope
from config.errors import DomainError

from .. import operations
from ..models import Resident
from .common import place, resident_or_404, show

MOST = 100


@require_safe
def numbers(request):
    """The latest first."""
    require(request.user, "residents.edit")
    found = Resident.objects.with_another_account_number().filter(
        scope(request.user, "residents.edit", "path")
    )
    rows = found.select_related("unit__parent", "user").order_by("-user__phone_verified_at", "pk")[:MOST]
    people = [
        {"row": row, "place": place(row), "new": masked(row.user.phone), "at": row.user.phone_verified_at}
        for row in rows
    ]
    return show(request, "numbers", {"people": people})


@require_POST
def take(request, pk):
    row = resident_or_404(request, pk)
    require(request.user, "residents.edit", row.unit)
    version = request.POST.get("version", "")
    if not version.isdecimal() or len(version) > 9:
        raise BadRequest("version")
    try:
        operations.take_account_number(resident=row, version=int(version), by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The number of the register is the account's now."))
    return redirect("residents:desk_resident", pk)
