"""Whose header, footer and telephone a page shows that lies below no community's address."""

import re

from django.db.models import Q
from django.utils.functional import SimpleLazyObject

from community.access import grants, organisations_of
from community.models import WIDTH, Organisation, Unit
from notifications.models import InboxMessage
from residents.models import Resident

OWN_PAGES = ("/my/", "/desk/", "/reports/", "/accounts/")


def community(request):
    """The community of the address, or on a person's own pages that of the person; asked only where it is shown."""
    known = getattr(request, "community", None)
    if known is None and request.path.startswith(OWN_PAGES):
        known = SimpleLazyObject(lambda: own_community(request))
    return {"community": known, "unread": _unread(request)}


def _unread(request) -> int:
    """How many messages are new: said on one's own pages alone, for no other page knows who is signed in."""
    if not request.path.startswith("/my/") or not request.user.is_authenticated:
        return 0
    if not hasattr(request, "unread"):
        request.unread = InboxMessage.objects.of(request.user).unread().count()
    return request.unread


def own_community(request) -> Unit | None:
    """Where the visitor lives or holds a post, or else began; before the sign-in, the community they came from."""
    user = getattr(request, "user", None)
    communities = Unit.objects.communities().select_related("profile")
    if user is None or not user.is_authenticated:
        address = request.GET.get("next") or getattr(request, "session", {}).get("signup_next", "")
        came_from = re.match(r"/([-a-z0-9_]+)/", address)
        return communities.filter(slug=came_from[1]).first() if came_from else None
    ends = {
        grant.path[:end]
        for grant in grants(user)
        if grant.path
        for end in range(WIDTH, len(grant.path) + 1, WIDTH)
    }
    homes = Resident.objects.filter(user=user).values("community")
    own = communities.filter(Q(path__in=ends) | Q(pk__in=homes)).order_by("order", "pk").first()
    return own or communities.filter(path=user.home).first()


def own_communities(user, communities: list[Unit]) -> list[Unit]:
    """Those of `communities` that `user` lives in or has to do with by a post; without either where they began."""
    if not user.is_authenticated:
        return []
    homes = set(Resident.objects.of(user).values_list("community", flat=True))
    places = [grant.path for grant in grants(user) if grant.path]
    if organisations := organisations_of(user):
        places += Organisation.objects.filter(pk__in=organisations).values_list("unit__path", flat=True)
    found = [
        one
        for one in communities
        if one.pk in homes or any(path.startswith(one.path) or one.path.startswith(path) for path in places)
    ]
    return found or [one for one in communities if one.path == user.home]
