"""Closing and reopening an organisation: all rooms take part, so the page is here."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.access import require
from community.models import Organisation
from community.organisation_operations import close_organisation, reopen_organisation
from config.errors import DomainError

from . import wiring


@require_http_methods(["GET", "HEAD", "POST"])
def close(request, pk):
    """Close a living organisation, reopen a closed one; `to` in the form says which, so a second click does not undo."""
    rows = Organisation.objects.visible_to(request.user).select_related("unit")
    organisation = get_object_or_404(rows, pk=pk)
    require(request.user, "organisations.manage", organisation.unit)
    refusal = ""
    if request.method == "POST":
        try:
            if request.POST.get("to") == "open":
                reopen_organisation(organisation=organisation, by=request.user)
                said = _("%(organisation)s is open again.")
            else:
                close_organisation(
                    organisation=organisation, by=request.user, checks=wiring.REFUSE_CLOSING_ORGANISATION
                )
                said = _("%(organisation)s is closed.")
        except DomainError as error:
            refusal = str(error)
        else:
            messages.success(request, said % {"organisation": organisation})
            return redirect("admin:community_organisation_change", organisation.pk)
    context = {"organisation": organisation, "refusal": refusal}
    return render(request, "portal/organisation_close.html", context, status=422 if refusal else 200)
