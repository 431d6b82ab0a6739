from django import template
from django.utils.translation import gettext as _

from residents import figures
from residents.models import ResidenceState

register = template.Library()


@register.simple_tag
def register_figures(community):
    """Labels and ready numbers of the register for public pages; empty when nobody is entered."""
    found = figures.of_community(community)
    if not found["people"]:
        return []
    states = figures.hide_companion({state: found[state] for state in ResidenceState.of_the_register()})
    labels = [
        (_("people in the register"), found["people"]),
        (_("households in the register"), found["households"]),
        *((state.label, states[state]) for state in ResidenceState.of_the_register()),
        (_("aged 60 and over"), found["aged_60"]),
        (_("aged 80 and over"), found["aged_80"]),
        (_("children under 14"), found["under_14"]),
        (_("party members"), found["party_members"]),
    ]
    return [(label, figures.shown(n)) for label, n in labels]
