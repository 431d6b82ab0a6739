"""Pages below a community's address: `/<community>/…`. Pages need a sign-in unless they are public pages."""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404
from django.urls import register_converter

from .models import Notice, Unit
from .validators import RESERVED_SLUGS


class CommunityConverter:
    regex = rf"(?!(?:{'|'.join(sorted(RESERVED_SLUGS))})/)[-a-z0-9_]+"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value.slug if isinstance(value, Unit) else value


register_converter(CommunityConverter, "community")


def _with_urgency():
    """Communities that know without a further query whether something urgent has to be said on every page."""
    urgent = Notice.objects.urgent().filter(unit=OuterRef("pk"))
    return Unit.objects.communities().select_related("profile").annotate(has_urgent_notices=Exists(urgent))


def community_page(view):
    """Give the view the community its address names (404 when there is none): `view(request, community, …)`."""

    @wraps(view)
    def page(request, community, *args, **kwargs):
        request.community = get_object_or_404(_with_urgency(), slug=community)
        return view(request, request.community, *args, **kwargs)

    return page


def public_page(view):
    """A community page that anybody may read. It may be kept for two seconds: no form, no trace of who asks."""
    page = login_not_required(community_page(view))
    page.may_be_kept = True
    return page
