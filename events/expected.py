"""Who should come: 应到 of a party activity."""

from django.db.models import Q
from django.utils import timezone

from community.models import OrganisationKind
from residents.models import Resident

from .models import Event, Session


def expected_of(session: Session):
    """The members of the party branch that puts it on, as of the day: neither gone by then nor joined later.

    None when nobody in particular is expected.
    """
    event, day = session.event, timezone.localdate(session.starts_at)
    branch = event.organiser
    if (
        branch is None
        or branch.kind != OrganisationKind.PARTY_BRANCH
        or event.audience != Event.Audience.PARTY
    ):
        return None
    there = Q(left_on=None) | Q(left_on__gt=day)
    joined = Q(party_joined_on=None) | Q(party_joined_on__lte=day)
    return Resident.objects.filter(there, joined, party_branch=branch, is_party_member=True)
