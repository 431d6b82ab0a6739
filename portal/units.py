"""Moving, closing and reopening a unit: all rooms take part, so the pages are here."""

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.access import require, scope
from community.models import Kind, Organisation, Post, Unit, here_and_below
from community.operations import close_unit, move_unit, reasons_against_closing, refuse_move, reopen_unit
from config.errors import DomainError
from events.models import Session
from residents.models import Dwelling, Resident
from venues.models import Facility

from . import wiring

CHOICES = 20


class MoveForm(forms.Form):
    """`was`: where the unit lay when the page was shown; another move in between makes it stale."""

    parent = forms.ModelChoiceField(Unit.objects.none(), widget=forms.HiddenInput)
    was = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args, unit, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.unit = unit
        self.fields["parent"].queryset = possible_parents(unit, user)

    def clean_was(self):
        if self.cleaned_data["was"] != self.unit.parent_id:
            raise forms.ValidationError(_("The unit has been moved meanwhile. Look at the page again."))
        return self.cleaned_data["was"]


def possible_parents(unit, user):
    """What lies in a community stays in one, and in its own while it carries that one's codes."""
    rows = Unit.objects.living().filter(scope(user, "units.manage", "path"), kind__lt=unit.kind)
    if unit.kind > Kind.COMMUNITY:
        rows = rows.filter(kind__gte=Kind.COMMUNITY)
        if is_coded(unit):
            rows = rows.below(unit.community)
    return rows.exclude(here_and_below(unit.path)).exclude(pk=unit.parent_id).order_by("path")


def is_coded(unit) -> bool:
    return Unit.objects.below(unit).exclude(code=None).exists()


def _unit(request, pk):
    unit = get_object_or_404(Unit.objects.visible_to(request.user).select_related("parent"), pk=pk)
    require(request.user, "units.manage", unit)
    return unit


def what_moves(unit) -> list[tuple[str, int]]:
    """What lies at and below `unit`, in numbers."""
    below = here_and_below(unit.path, "unit__path")
    counts = [
        (_("units below"), Unit.objects.below(unit, itself=False).count()),
        (_("dwellings"), Dwelling.objects.within(unit).count()),
        (_("people living there"), Resident.objects.living().within(unit).count()),
        (_("posts"), Post.objects.current_or_future().within(unit).count()),
        (_("organisations"), Organisation.objects.living().filter(below).count()),
        (_("facilities"), Facility.objects.public().filter(below).count()),
        (
            _("sessions to come"),
            Session.objects.upcoming().filter(here_and_below(unit.path, "event__unit__path")).count(),
        ),
    ]
    return [(label, count) for label, count in counts if count]


def who_sees(unit, parent) -> tuple[list[Post], list[Post]]:
    """Whose posts lose sight of the unit by the move, and whose gain it."""
    before = set(Unit.objects.above(unit, itself=False).values_list("pk", flat=True))
    after = set(Unit.objects.above(parent).values_list("pk", flat=True))
    posts = Post.objects.current().select_related("holder", "unit").order_by("unit__path", "pk")
    return list(posts.filter(unit__in=before - after)), list(posts.filter(unit__in=after - before))


def _back(unit):
    return redirect("admin:community_unit_change", unit.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def move(request, pk):
    """Choose where to (`?q=`), see what moves and who is affected (`?parent=`), move (POST)."""
    unit = _unit(request, pk)
    if request.method == "POST":
        form = MoveForm(request.POST, unit=unit, user=request.user)
        if form.is_valid():
            parent = form.cleaned_data["parent"]
            try:
                move_unit(unit=unit, parent=parent, by=request.user, follow=wiring.FOLLOW_MOVED_UNIT)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(
                    request, _("%(unit)s now belongs to %(parent)s.") % {"unit": unit, "parent": parent}
                )
                return _back(unit)
        errors = [str(sentence) for errors in form.errors.values() for sentence in errors]
        return _choose(request, unit, errors=errors, status=422)
    chosen = request.GET.get("parent", "")
    if chosen.isascii() and chosen.isdecimal() and len(chosen) < 12:
        return _preview(request, unit, get_object_or_404(possible_parents(unit, request.user), pk=chosen))
    return _choose(request, unit)


def _choose(request, unit, errors=(), status=200):
    query = request.GET.get("q", "").strip()[:60]
    found = possible_parents(unit, request.user).filter(name__contains=query).select_related("parent")
    context = {
        "unit": unit,
        "query": query,
        "choices": found[:CHOICES],
        "more": found[CHOICES : CHOICES + 1].exists(),
        "errors": errors,
        "is_coded": unit.kind > Kind.COMMUNITY and is_coded(unit),
    }
    return render(request, "portal/unit_move.html", context, status=status)


def _preview(request, unit, parent):
    refusal = None
    try:
        refuse_move(unit, parent)
    except DomainError as error:
        refusal = str(error)
    losing, gaining = who_sees(unit, parent)
    context = {
        "unit": unit,
        "parent": parent,
        "refusal": refusal,
        "form": MoveForm(initial={"parent": parent.pk, "was": unit.parent_id}, unit=unit, user=request.user),
        "counts": what_moves(unit),
        "losing": losing,
        "gaining": gaining,
    }
    return render(request, "portal/unit_move_preview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request, pk):
    unit = _unit(request, pk)
    status = 200
    if request.method == "POST":
        try:
            close_unit(unit=unit, by=request.user, checks=wiring.REFUSE_CLOSING)
        except DomainError:
            status = 422  # the page lists the reasons
        else:
            messages.success(request, _("%(unit)s is closed.") % {"unit": unit})
            return _back(unit)
    context = {"unit": unit, "reasons": reasons_against_closing(unit, wiring.REFUSE_CLOSING)}
    return render(request, "portal/unit_close.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request, pk):
    unit = _unit(request, pk)
    status, refusal = 200, None
    if request.method == "POST":
        try:
            reopen_unit(unit=unit, by=request.user)
        except DomainError as error:
            status, refusal = 422, str(error)
        else:
            messages.success(request, _("%(unit)s is open again.") % {"unit": unit})
            return _back(unit)
    return render(request, "portal/unit_reopen.html", {"unit": unit, "refusal": refusal}, status=status)
