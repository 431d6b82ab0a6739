"""Who came to a session, as a list to give points by (claims.sources)."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from claims.sources import Source
from community.access import may
from community.models import Unit
from points.models import Transfer
from residents.models import Resident

from .models import Attendance, Session
from .operations.rewards import key_of

MOST_TITLE = 120


def may_award(session: Session, user) -> bool:
    """Over, its roll is for `user` to see, and so is giving points in its community."""
    is_over = session.ends_at <= timezone.now() and not session.cancelled_at
    return (
        is_over
        and session.event.may(user, "events.check_in")
        and may(user, "points.claims", session.community)
    )


def find(number: int, community: Unit, user) -> Source | None:
    """None for a session of another community, not over, or whose roll is not for `user`."""
    rows = Session.objects.visible_to(user).filter(community=community)
    session = rows.select_related("event__unit", "event__organiser", "community").filter(pk=number).first()
    if session is None or not may_award(session, user):
        return None
    there = {one.resident_id: one for one in Attendance.objects.live().filter(session=session)}
    here = Resident.objects.visible_to(user).population().filter(community=community, pk__in=there)
    people = list(here.order_by("name_pinyin", "pk"))
    day = timezone.localdate(session.starts_at)
    words = _("Came to “%(title)s” on %(day)s") % {
        "title": session.event.title[:MOST_TITLE],
        "day": date_format(day, "MONTH_DAY_FORMAT"),
    }
    return Source(words, day, people, _marks(there), len(there) - len(people))


def _marks(there: dict[int, Attendance]) -> dict[int, str]:
    """Who has the points of a rule for having been there."""
    keys = {key_of(one): pk for pk, one in there.items()}
    given = Transfer.objects.standing().filter(key__in=list(keys)).values_list("key", flat=True)
    return {keys[key]: _("has points for checking in already") for key in given}
