"""What this room does when the tree of units changes; read by portal/wiring.py."""

from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.models import Kind, Organisation, Unit, here_and_below
from config.errors import DomainError

from ..models import Claim, Dwelling, Household, NameGram, Resident, ResidentTag


def _community_of(path: str) -> int | None:
    ends = range(8, len(path) + 1, 8)
    units = Unit.objects.filter(kind=Kind.COMMUNITY, path__in=[path[:end] for end in ends])
    return units.values_list("pk", flat=True).first()


def follow_moved_unit(old_path: str, new_path: str) -> None:
    """A unit moved with everything below it: the rows here go along. The unit itself has its new path already.

    Raises DomainError when a household would be torn between two communities.
    """
    new = Concat(Value(new_path), Substr("path", len(old_path) + 1))
    below = here_and_below(old_path)
    community = _community_of(new_path)
    along = {"community": community} if community else {}
    moved = Household.objects.filter(below).exclude(community=community)
    if community and (
        Resident.objects.living().filter(below, household__isnull=False).exclude(community=community).exists()
        or moved.filter(closed_at=None).exists()
    ):
        raise DomainError(_("Households lie there; a unit with households cannot go to another community."))
    Dwelling.objects.filter(below).update(path=new)
    Household.objects.filter(below).update(path=new, **along)
    Resident.objects.filter(below).update(path=new, **along)
    Claim.objects.filter(below).update(path=new, **along)
    NameGram.objects.filter(below).update(path=new)
    ResidentTag.objects.filter(below).update(path=new)


def refuse_closing(unit: Unit) -> None:
    """Raises DomainError while people or open claims are at or below the unit."""
    if Resident.objects.living().within(unit).exists():
        raise DomainError(_("People live there. Move them first."))
    if Household.objects.living().within(unit).exists():
        raise DomainError(_("Households are still there. Move or close them first."))
    if Claim.objects.open().within(unit).exists():
        raise DomainError(_("Somebody claims to live there. Decide that first."))


def refuse_closing_organisation(organisation: Organisation) -> None:
    """Raises DomainError while living people are members of the party branch."""
    n = Resident.objects.living().filter(party_branch=organisation).count()
    if n:
        words = ngettext("%(n)s party member belongs to it.", "%(n)s party members belong to it.", n)
        raise DomainError(words % {"n": n})
