from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, render

from config.errors import DomainError, StaleError

from ..models import Household, Resident, ResidentTag

SHOWN = ("unit__parent", "community", "household__dwelling__unit__parent", "household__head", "user")


def people():
    """Residents with what a row or card shows of them."""
    tags = Prefetch("tags", ResidentTag.objects.current(), to_attr="current_tags")
    return Resident.objects.select_related(*SHOWN).prefetch_related(tags)


def resident_or_404(request, pk) -> Resident:
    rows = people().filter(pk__in=Resident.objects.visible_to(request.user).filter(pk=pk).values("pk"))
    return get_object_or_404(rows, pk=pk)


def household_or_404(request, pk) -> Household:
    rows = Household.objects.visible_to(request.user).living()
    return get_object_or_404(rows.select_related("community", "dwelling__unit__parent", "head"), pk=pk)


def place(resident, *, door=False) -> str:
    """Where somebody lives, to the building; with the door where it is needed."""
    unit = resident.unit
    words = [str(unit)]
    if unit.parent_id and unit.pk != resident.community_id and unit.parent_id != resident.community_id:
        words.insert(0, str(unit.parent))
    if door and resident.household and resident.household.dwelling:
        words.append(resident.household.dwelling.door)
    return " ".join(words)


def attempt(form, operation, **arguments):
    """The operation's result, or None with its refusal written on the form; `form.is_stale` where that was why."""
    form.is_stale = False
    try:
        return operation(**arguments)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        form.is_stale = isinstance(refusal, StaleError)
        return None


def show(request, template, context, status=200):
    """A page with personal data: no browser or proxy keeps it."""
    response = render(request, f"residents/{template}.html", context, status=status)
    response.headers["Cache-Control"] = "no-store, private"
    return response
