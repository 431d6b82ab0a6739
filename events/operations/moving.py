"""What staff do for many at a time: put sign-ups into another session, and tell people something in their own words."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError
from notifications.operations import Message, tell_all

from .. import messages
from ..models import Event, Registration, Session, SignUp, SignUpState
from . import seats
from .leaving import cancel_rows
from .places import overtakes, standing_sign_up
from .queue import fill

LONGEST_WORD = 200


@transaction.atomic
def move_to(*, sign_up: SignUp, session: Session, by: User) -> SignUp:
    """The sign-up with its answers belongs to another session of its event now, and has its place there.

    Twice changes nothing. Raises DomainError when that session is full, over or cancelled, others wait for it,
    somebody of the group is signed up there already, or checked in here.
    """
    if sign_up.session_id is None or sign_up.event_id != session.event_id:
        raise DomainError(_("People move between the sessions of one event only."))
    pools = {pk: Session(pk=pk).held() for pk in sorted({sign_up.session_id, session.pk})}
    old, new, sign_up = pools[sign_up.session_id], pools[session.pk], seats.locked(sign_up)
    if sign_up.session_id == new.pk:
        return sign_up
    if sign_up.session_id != old.pk:
        raise DomainError(_("The places have changed in the meantime. Please try again."))
    people = sign_up.people()
    _check_may_join(sign_up, new, people)
    had_a_place = sign_up.state == SignUpState.PLACED
    count = _give_back(sign_up, old, by)
    if not seats.take(new, sign_up.seats):
        raise DomainError(_("All places of that session are taken."))
    sign_up.session, sign_up.rank = new, 0
    sign_up.save(update_fields=["session", "rank"])
    seats.give_place(sign_up, new, people, by=by)
    seats.free(old, count)
    record("events.move_sign_up", by=by, on=sign_up, path=sign_up.event.unit.path, was=old.pk, now=new.pk)
    messages.tell_moved_over(sign_up, old, had_a_place=had_a_place)
    fill(old, by=by)
    return sign_up


def _check_may_join(sign_up: SignUp, new: Session, people) -> None:
    if sign_up.state == SignUpState.ENDED:
        raise DomainError(_("This sign-up has ended."))
    if new.cancelled_at or new.starts_at <= timezone.now():
        raise DomainError(_("This session has begun or is cancelled."))
    if standing_sign_up(new, people):
        raise DomainError(_("%(name)s is signed up already.") % {"name": people[0].name})
    if overtakes(sign_up, new):
        raise DomainError(_("Others wait for this session; they come first."))


def _give_back(sign_up: SignUp, old: Session, by: User) -> int:
    """The rows of the roll-call there end; how many seats that frees."""
    if sign_up.state == SignUpState.OFFERED:
        return sign_up.offered_seats
    if sign_up.state != SignUpState.PLACED:
        return 0
    rows = Registration.objects.live().filter(sign_up=sign_up).values_list("pk", flat=True)
    cancel_rows(list(rows), [old], by, True)
    return sign_up.seats


def words_to(event: Event, sign_ups: Iterable[SignUp], text: str, token: str) -> list[Message]:
    """What each of them would be told: one message a person, however often they signed up."""
    people = {person.pk: (person, one.session) for one in sign_ups for person in [messages.told(one)]}

    def words():
        return _("From the community: %(title)s") % {"title": event.title}, text

    return [
        messages.message("word", person, event, session, f"{token}:{person.pk}", words)
        for person, session in people.values()
    ]


@transaction.atomic
def send_word(*, event: Event, sign_ups: Iterable[SignUp], text: str, token: str, by: User) -> int:
    """Tell them `text`; how many were told. The same `token` tells nobody twice. Raises DomainError without words."""
    if not (text := text.strip()) or len(text) > LONGEST_WORD:
        raise DomainError(_("Write up to %(most)d characters.") % {"most": LONGEST_WORD})
    count = tell_all(words_to(event, sign_ups, text, token))
    if count:
        record("events.word", by=by, on=event, path=event.unit.path, people=count)
    return count
