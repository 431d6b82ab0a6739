from django import template

from residents.models import Household, Resident

register = template.Library()


@register.simple_tag
def register_figures(community):
    """How many people and households the register counts in a community today."""
    return {
        "people": Resident.objects.population().within(community).count(),
        "households": Household.objects.within(community).filter(closed_at=None).count(),
    }
