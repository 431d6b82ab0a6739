"""A new date for a cancelled session: who has a place there at once, and who hears of it."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError
from residents.models import Resident

from .. import messages
from ..models import Registration, Session, SignUp, SignUpMember, SignUpState
from . import asking, programme, seats


@transaction.atomic
def make_up(*, session: Session, fields: dict, by: User, carry: bool = False) -> Session:
    """A new date for a cancelled `session`; both say so. With `carry` whoever had a place has one there, too.

    Everybody who had a place or waited is told. Raises DomainError when there is one already, or too few places for
    those who are carried over.
    """
    session = (
        Session.objects.select_for_update(of=("self",), no_key=True)
        .select_related("event__unit", "community")
        .get(pk=session.pk)
    )
    if not session.cancelled_at:
        raise DomainError(_("This session is not cancelled: move it instead."))
    if session.made_up_by.filter(cancelled_at=None).exists():
        raise DomainError(_("There is a make-up session already."))
    own = {name: getattr(session, name) for name in ("unit", "teacher")}
    made = programme.add_sessions(
        event=session.event, sessions=[own | fields | {"makes_up": session}], by=by
    )[0]
    carried = _carry_over(session, made, by) if carry else set()
    had_a_place, waited = who_missed(session)
    if session.event.is_course:
        messages.tell_made_up(made, session, had_a_place, keeps_place=True)
    else:
        waited |= {pk: person for pk, person in had_a_place.items() if pk not in carried}
    messages.tell_made_up(made, session, waited, keeps_place=False)
    return made


def who_missed(session: Session) -> tuple[dict[int, Resident], dict[int, Resident]]:
    """Of a cancelled session those who had a place, and those who only waited for one."""
    rows = Registration.objects.filter(session=session)
    had_a_place = {person.pk: person for person in messages.placed(rows)}
    waits = Q(session=session, end=SignUp.End.CANCELLED)
    if session.event.is_course:
        waits = Q(session=None, event=session.event) & ~Q(state__in=[SignUpState.PLACED, SignUpState.ENDED])
    line = SignUp.objects.filter(waits, resident__left_on=None)
    line = line.select_related("resident__user", "guardian__user", "mandate__holder").order_by("pk")
    waited = (person for _sign_up, person in messages.heard(line))
    everybody = messages.once([*had_a_place.values(), *waited])
    return had_a_place, {person.pk: person for person in everybody[len(had_a_place) :]}


def may_be_carried(session: Session):
    """The sign-ups with a place in a cancelled session; those of a course are good for every date anyway."""
    rows = SignUp.objects.filter(session=session, state=SignUpState.PLACED, resident__left_on=None)
    return rows.order_by("placed_at", "pk")


def _carry_over(old: Session, new: Session, by: User) -> set[int]:
    """Each keeps what was signed up with: people, companions, consent, answers. Both rows stay. Who was told of it."""
    new, carried, told = new.held(), {}, set()
    for row in may_be_carried(old).select_related("resident", "guardian", "mandate", "event__unit"):
        people = row.people()
        if not seats.take(new, row.seats):
            raise DomainError(_("There are too few places for everybody who was signed up."))
        now, answers = timezone.now(), asking.answers_of(row)
        row.pk, row._state.adding = None, True
        row.session, row.state, row.rank, row.number = new, SignUpState.PLACED, 0, None
        row.at = row.placed_at = now
        row.by, row.offered_at, row.passed_over = by, None, 0
        row.save(force_insert=True)
        SignUpMember.objects.bulk_create(SignUpMember(sign_up=row, resident=one) for one in people[1:])
        seats.list_people([(row, people)], [new], by=by)
        record("events.register", by=by, on=row, path=row.event.unit.path, makes_up=old.pk)
        messages.tell_moved_over(row, old)
        carried[answers] = row
        told |= {person.pk for _sign_up, person in messages.heard([row])}
    asking.take_along(old.event, carried)
    return told


def next_week(session: Session) -> dict:
    """When a cancelled session could be made up: a week later at the same time."""
    return {name: getattr(session, name) + timedelta(days=7) for name in ("starts_at", "ends_at")}
