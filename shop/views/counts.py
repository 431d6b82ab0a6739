"""Stock-taking at the desk: a sheet to print, its lines keyed in."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.access import require, scope
from community.models import Unit
from config.errors import DomainError

from .. import operations
from ..models import Sheet

SHOWN, MOST_TYPED = 30, 40


def sheet_or_404(request, pk) -> Sheet:
    found = get_object_or_404(
        Sheet.objects.visible_to(request.user).select_related("community__profile", "made_by"), pk=pk
    )
    require(request.user, "shop.manage", found.community)
    request.community = found.community
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def sheets(request):
    require(request.user, "shop.manage")
    places = Unit.objects.communities().filter(scope(request.user, "shop.manage", "path"))
    if request.method == "POST":
        said = request.POST.get("community", "")
        community = get_object_or_404(places, pk=int(said) if said.isdecimal() and len(said) < 19 else 0)
        try:
            made = operations.make_sheet(community=community, by=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect("shop:sheets")
        return redirect("shop:sheet", made.pk)
    rows = Sheet.objects.visible_to(request.user).select_related("community", "made_by")[:SHOWN]
    return render(request, "shop/sheets.html", {"nav": "my", "sheets": rows, "places": places})


@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request, pk):
    """Each line for itself: those refused stay, with the reason."""
    found = sheet_or_404(request, pk)
    lines = list(found.lines.select_related("item"))
    done = refused = 0
    if request.method == "POST":
        for line in lines:
            typed = request.POST.get(f"n{line.pk}", "").strip()
            if line.counted is not None or not typed:
                continue
            try:
                line.counted = operations.key_in_count(
                    line=line, counted=number(typed), by=request.user
                ).counted
                done += 1
            except DomainError as refusal:
                line.refusal, line.typed, refused = str(refusal), typed[:MOST_TYPED], refused + 1
        if done:
            words = ngettext("%(n)d line is keyed in.", "%(n)d lines are keyed in.", done)
            messages.success(request, words % {"n": done})
        if not refused:
            return redirect("shop:sheet", pk)
    context = {
        "nav": "my",
        "sheet": found,
        "lines": lines,
        "open": sum(1 for one in lines if one.counted is None),
    }
    return render(request, "shop/sheet.html", context, status=422 if refused else 200)


def number(typed: str) -> int:
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 7):
        raise DomainError(_("Please type whole numbers."))
    return int(typed)


@require_safe
def sheet_print(request, pk):
    found = sheet_or_404(request, pk)
    return render(
        request, "shop/sheet_print.html", {"sheet": found, "lines": found.lines.select_related("item")}
    )


@require_POST
def sheet_close(request, pk):
    operations.close_sheet(sheet=sheet_or_404(request, pk), by=request.user)
    messages.success(request, _("Noted."))
    return redirect("shop:sheet", pk)
