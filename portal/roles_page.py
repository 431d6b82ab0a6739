"""The roles matrix as a page of the back office."""

from django.contrib import admin
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from community.models import Role
from community.roles import ACTS, BELOW, COMMUNITY, MATRIX, OWN, PLACES


def roles(request):
    """Role × act × where, as declared; whoever may enter the back office may read it."""
    where = {
        BELOW: _("own unit and below"),
        COMMUNITY: _("the whole own community"),
        OWN: _("own organisation only"),
        None: "",
    }
    rows = [
        (label, act, [where[MATRIX[role].get(act)] for role in Role.values]) for act, label in ACTS.items()
    ]
    places = [
        (role.label, _(", ").join(str(kind.label) for kind in PLACES[role]) or _("party organisation"))
        for role in Role
    ]
    context = admin.site.each_context(request) | {
        "title": _("Who may do what"),
        "roles": [role.label for role in Role],
        "rows": rows,
        "places": places,
    }
    return TemplateResponse(request, "admin/roles.html", context)
