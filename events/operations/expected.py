"""Who should be there: the members of the branch that puts on a party activity, and everybody signed up."""

from collections import Counter
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.models import Organisation
from config.errors import DomainError
from residents.models import Resident

from ..models import Attendance, Event, EventKind, Excuse, Registration, Session
from .words import said


def members_expected(session: Session) -> QuerySet | None:
    """应到: the members, on that day, of the party organisation that puts it on; None when it is no such activity."""
    members = _members(session.event)
    if members is None:
        return None
    day = timezone.localdate(session.starts_at)
    return members.filter(
        Q(left_on=None) | Q(left_on__gt=day), Q(party_joined_on=None) | Q(party_joined_on__lte=day)
    )


def expected_in(event: Event, sessions: Iterable[Session]) -> dict[int, set[int]]:
    """{session: the members expected there}, of many sessions by one look; nothing when it is no party activity."""
    members = _members(event)
    if members is None:
        return {}
    rows = list(members.values_list("pk", "party_joined_on", "left_on"))
    return {session.pk: set(_on(rows, timezone.localdate(session.starts_at))) for session in sessions}


def _on(rows, day) -> Iterator[int]:
    """As `members_expected` asks the database."""
    for pk, joined_on, left_on in rows:
        if (left_on is None or left_on > day) and (joined_on is None or joined_on <= day):
            yield pk


def _members(event: Event) -> QuerySet | None:
    """Of the party organisation that puts on a party activity, whenever they joined."""
    if event.kind != EventKind.PARTY or not event.organiser_id or not event.organiser.is_party:
        return None
    below = _with_those_below(event.organiser)
    return Resident.objects.filter(is_party_member=True, party_branch__in=below)


def _with_those_below(organisation: Organisation) -> list[int]:
    """A committee expects the members of its branches, too. Two levels lie below a committee."""
    found = [organisation.pk]
    for _level in range(2):
        found += (
            Organisation.objects.filter(parent__in=found).exclude(pk__in=found).values_list("pk", flat=True)
        )
    return found


def is_expected(session: Session, resident: Resident) -> bool:
    members = members_expected(session)
    return members is not None and members.filter(pk=resident.pk).exists()


def absent(session: Session) -> QuerySet:
    """Who was signed up or expected, and is not there. After the session these are the absent ones."""
    wanted = Q(pk__in=Registration.objects.live().filter(session=session).values("resident"))
    members = members_expected(session)
    if members is not None:
        wanted |= Q(pk__in=members.values("pk"))
    there = Attendance.objects.live().filter(session=session).values("resident")
    return Resident.objects.filter(wanted).exclude(pk__in=there)


def times_absent(event: Event, residents: Iterable[Resident | int]) -> Counter:
    """Resident's id → of how many past sessions of the event they kept a place without coming or being excused."""
    missed = (
        Registration.objects.live()
        .filter(session__event=event, session__cancelled_at=None, session__ends_at__lte=timezone.now())
        .filter(resident__in=[one if isinstance(one, int) else one.pk for one in residents])
    )
    there = _pairs(Attendance, event) | _pairs(Excuse, event)
    return Counter(
        resident
        for session, resident in missed.values_list("session", "resident")
        if (session, resident) not in there
    )


def _pairs(model, event) -> set:
    return set(model.objects.live().filter(session__event=event).values_list("session", "resident"))


@transaction.atomic
def excuse(*, session: Session, resident: Resident, reason: str, by: User) -> Excuse:
    """请假: why somebody signed up or expected is not there. Said again it is the same excuse with the new words."""
    if not (reason := said(reason)):
        raise DomainError(_("Say why they are not there."))
    if not absent(session).filter(pk=resident.pk).exists():
        raise DomainError(_("%(name)s is there, or is not expected.") % {"name": resident.name})
    row, is_new = Excuse.objects.get_or_create(
        session=session,
        resident=resident,
        withdrawn_at=None,
        defaults={"reason": reason, "by": by},
    )
    if not is_new:
        Excuse.objects.filter(pk=row.pk).update(reason=reason)
        row.reason = reason
    record("events.excuse", by=by, on=row, path=session.event.unit.path)
    return row


@transaction.atomic
def withdraw_excuse(*, excuse: Excuse, by: User) -> None:
    if Excuse.objects.live().filter(pk=excuse.pk).update(withdrawn_at=timezone.now(), withdrawn_by=by):
        record("events.withdraw_excuse", by=by, on=excuse, path=excuse.session.event.unit.path)
