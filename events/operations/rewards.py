"""What follows from being there: hours for helpers, points for everybody, once per attendance."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

from django.db.models import CharField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from community.models import Unit
from config.errors import DomainError
from points.models import Budget, Rule, Transfer
from points.operations import Award, BudgetSpent, award, take_back
from volunteers.models import ServiceRecord, served
from volunteers.operations import record_service, withdraw_service

from ..models import Attendance, EventKind
from ..models.sessions import WHOLE_DAY

# The codes of the rules that usually hold, where a community has them; china.md §5.3.
USUAL: dict[str, str] = {
    EventKind.VOLUNTEER: "E01",
    EventKind.LECTURE: "S03",
    EventKind.MEETING: "G01",
}
TAKING_PART = "A01"
HELPING = "V01"
LOOK_BACK = timedelta(days=60)
AT_ONCE = 200
DUE = ~Q(session__event__needs_check_out=True, left_at=None, hours=None)  # `is_due`, in SQL
CAUSE = Concat(Value("attendance:"), Cast("pk", CharField()))  # `key_of`, in SQL


def key_of(attendance: Attendance) -> str:
    """The cause of everything that follows from this attendance."""
    return f"attendance:{attendance.pk}"


class Rules:
    """The rules of communities, asked once each."""

    def __init__(self):
        self._found: dict[int, dict[str, int]] = {}

    def of(self, attendance: Attendance) -> int | None:
        """The id of the rule that rewards `attendance`, None when nothing does."""
        event = attendance.session.event
        if not event.gives_points:
            return None
        if event.rule_id and not attendance.as_helper:
            return event.rule_id
        code = HELPING if attendance.as_helper else USUAL.get(event.kind, TAKING_PART)
        return self._codes(attendance.session.community_id).get(code)

    def _codes(self, community: int) -> dict[str, int]:
        if community not in self._found:
            rows = Rule.objects.filter(community=community).values_list("code", "pk")
            self._found[community] = dict(rows)
        return self._found[community]


def awards_for(attendances: Iterable[Attendance]) -> list[Award]:
    """What each one's community gives for it; nothing for guests from other communities."""
    rules, found = Rules(), []
    for one in attendances:
        rule = rules.of(one)
        if rule and one.resident.community_id == one.session.community_id:
            day = timezone.localdate(one.session.starts_at)
            found.append(Award(one.resident_id, rule, day, key_of(one), hours_of(one)))
    return found


def is_due(attendance: Attendance) -> bool:
    """Where people check out, nothing follows before it is known how long they stayed."""
    known = attendance.left_at is not None or attendance.hours is not None
    return known or not attendance.session.event.needs_check_out


def time_of(attendance: Attendance) -> tuple:
    """From when to when somebody was there: of the session, or where people check out by their own clock.

    What was written down on another day (paper) says nothing about when they came; then the session does.
    """
    session = attendance.session
    starts_at, ends_at = session.starts_at, session.ends_at
    if session.event.needs_check_out:
        came, left = attendance.at, attendance.left_at or ends_at
        starts_at = came if session.check_in_opens_at <= came < ends_at else starts_at
        ends_at = left if left > starts_at else ends_at
    return starts_at, ends_at


def hours_of(attendance: Attendance) -> Decimal:
    """By hand, by the clock where people check out, else those of the session."""
    session = attendance.session
    if attendance.hours is not None:
        return attendance.hours
    if not session.hours or not session.event.needs_check_out:
        return session.hours
    return served(*time_of(attendance))


def follow_check_in(attendance: Attendance, by: User) -> None:
    """Hours and points. A budget used up keeps nobody out: what is due is given as soon as there is one again."""
    if not is_due(attendance):
        return
    session = attendance.session
    _record_hours(attendance, by)
    with suppress(BudgetSpent):
        award(awards_for([attendance]), community=session.community, by=by)


follow_check_out = follow_check_in  # what was not due yet


def _record_hours(attendance: Attendance, by: User) -> None:
    session, hours = attendance.session, hours_of(attendance)
    if attendance.as_helper and hours and attendance.resident.community_id == session.community_id:
        starts_at, ends_at = time_of(attendance)
        if hours > served(starts_at, ends_at) or ends_at - starts_at > WHOLE_DAY:  # by hand
            ends_at = starts_at + timedelta(hours=float(hours))
        record_service(
            resident=attendance.resident, community=session.community, starts_at=starts_at,
            ends_at=ends_at, hours=hours, what=session.event.title, place=session.where(),
            cause=key_of(attendance), by=by,
        )  # fmt: skip


def undo(attendances: Sequence[Attendance], *, community: Unit, by: User | None, reason: str = "") -> None:
    """The opposite, when they were not there after all."""
    for one in attendances:
        withdraw_service(cause=key_of(one), by=by, reason=reason)
    take_back([key_of(one) for one in attendances], community=community, by=by, reason=reason)


def outstanding(since):
    """Attendances of sessions since the day `since` that have had no points yet, oldest first."""
    return (
        Attendance.objects.live()
        .filter(DUE, session__starts_at__gte=since, session__event__gives_points=True)
        .filter(resident__community=F("session__community"))
        .annotate(cause=CAUSE)
        .filter(~Exists(Transfer.objects.filter(key=OuterRef("cause"))))
        .select_related("session__event", "session__community", "resident")
        .order_by("session__starts_at", "pk")
    )


def record_outstanding(since=None) -> str:
    """Record the hours of helpers that nobody has recorded yet, of days before hours were kept. For the clock."""
    since = since or timezone.now() - LOOK_BACK
    helpers = (
        Attendance.objects.live()
        .helpers()
        .filter(DUE, session__starts_at__gte=since, resident__left_on=None)
        .filter(resident__community=F("session__community"))
        .annotate(cause=CAUSE)
        .filter(~Exists(ServiceRecord.objects.filter(cause=OuterRef("cause"))))
        .select_related("session__event__room", "session__community", "resident__community", "by")
    )
    recorded = 0
    for attendance in helpers.order_by("pk"):
        with suppress(DomainError):  # more than a day's hours: for a person to look at
            _record_hours(attendance, attendance.by)
            recorded += 1
    return _("%(count)d records of hours") % {"count": recorded}


def award_outstanding(since=None) -> str:
    """Give what could not be given when it was due (no budget, a rule adopted later for days before). For the clock."""
    since = since or timezone.now() - LOOK_BACK
    funded = Budget.objects.filter(drawn__lt=F("points")).values_list("community", flat=True).distinct()
    given = 0
    for community in Unit.objects.filter(pk__in=funded):
        waiting = list(outstanding(since).filter(session__community=community))
        for part in range(0, len(waiting), AT_ONCE):
            given += _give(waiting[part : part + AT_ONCE], community)
    return _("%(count)d awards of points") % {"count": given}


def _give(attendances: list[Attendance], community: Unit) -> int:
    """A list, all or nothing; when the budget is too small for it, one by one until it is used up."""
    wanted = awards_for(attendances)
    try:
        return len(award(wanted, community=community, by=None).written)
    except BudgetSpent:
        given = 0
        for one in wanted:
            try:
                given += len(award([one], community=community, by=None).written)
            except BudgetSpent:
                break
        return given
