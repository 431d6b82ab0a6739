"""Several sessions of an event change at once: everybody hears of it once, however many of them are theirs."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.operations import Message, call_off_each, tell_all
from residents.models import Resident

from . import messages
from .models import Event, Session, SignUp, SignUpState

MOVED, LED, CANCELLED = "moved", "led", "cancelled"


@dataclass(frozen=True)
class Note:
    """`how` one session changed: it began at `was`, or with the same moment it is elsewhere now."""

    how: str
    session: Session
    was: datetime | None = None
    reason: str = ""

    @property
    def begins(self) -> datetime:
        return min(self.was or self.session.starts_at, self.session.starts_at)

    def words(self) -> tuple[str, str]:
        if self.how == MOVED:
            return messages.moved_words(self.session, self.was, self.reason)
        return (messages.led_words if self.how == LED else messages.cancelled_words)(self.session)


# What has not gone out by now is not needed any more: reminders of what was, earlier changes that wait for the
# clock or the telephone, offers of what is cancelled.
NEEDLESS = {MOVED: [*messages.REMINDERS, "moved"], CANCELLED: [*messages.REMINDERS, "moved", "offer"]}


def tell_once(
    event: Event, notes: Iterable[Note], people: dict[int, dict[int, Resident]] | None = None
) -> int:
    """One message for each person and way of change; how many were told. `people` of each session as
    `messages.everybody_by_session` gave them before those who wait were let go; otherwise they are read now.
    """
    notes = sorted(notes, key=lambda one: (one.begins, one.session.pk))
    if not notes:
        return 0
    for how, kinds in NEEDLESS.items():
        call_off_each([messages.cause_of(event, one.session) for one in notes if one.how == how], kinds)
    if people is None:
        people = messages.everybody_by_session(event, [one.session for one in notes])
    theirs: dict[tuple[str, int], list[Note]] = defaultdict(list)
    known: dict[int, Resident] = {}
    for one in notes:
        known |= people[one.session.pk]
        for pk in people[one.session.pk]:
            theirs[one.how, pk].append(one)
    return tell_all(_message(event, known[pk], how, found) for (how, pk), found in theirs.items())


def goes_on_for(event: Event) -> list[Resident]:
    """Who has a place in the course `event`, and hears of further dates; nobody before it is published."""
    if not event.is_course or not event.published_at:
        return []
    rows = SignUp.objects.of_pool(event).filter(state=SignUpState.PLACED, resident__left_on=None)
    rows = rows.select_related("resident__user", "guardian__user").order_by("pk")
    return messages.once(person for _sign_up, person in messages.heard(rows))


def tell_added(event: Event, made: list[Session]) -> int:
    """A course has the further sessions `made`: one message for whoever has a place in it."""
    made = sorted(made, key=lambda one: one.starts_at)

    def words():
        said = {"title": event.title, "count": len(made), "now": messages.when(made[0].starts_at)}
        text = ngettext(
            "“%(title)s” has one more session, on %(now)s. You need not sign up again.",
            "“%(title)s” has %(count)d more sessions, the first on %(now)s. You need not sign up again; the page has all dates.",
            len(made),
        )
        return _("More dates: %(title)s") % said, text % said

    return tell_all(
        messages.message("moved", person, event, None, f"added:{made[0].pk}:{person.pk}", words,
                         urgent=made[0].starts_at - timezone.now() < messages.SOON, not_after=made[-1].ends_at)
        for person in goes_on_for(event)
    )  # fmt: skip


def _message(event: Event, person: Resident, how: str, notes: list[Note]) -> Message:
    first, session = notes[0], notes[0].session
    words = first.words if len(notes) == 1 else lambda: _all_in_one(notes)
    return messages.message(
        "cancelled" if how == CANCELLED else "moved", person, event, session if len(notes) == 1 else None,
        f"{how}:{session.pk}:{session.version}:{person.pk}", words,
        urgent=how != LED and first.begins - timezone.now() < messages.SOON,
        not_after=max(one.session.ends_at for one in notes),
    )  # fmt: skip


def _all_in_one(notes: list[Note]) -> tuple[str, str]:
    session, how = notes[0].session, notes[0].how
    said = {
        "title": session.event.title, "count": len(notes), "was": messages.when(notes[0].begins),
        "now": messages.when(session.starts_at), "who": session.led_by() or _("somebody else"),
        "reason": messages.why(session.cancel_reason or notes[0].reason),
    }  # fmt: skip
    if how == CANCELLED:
        text = _("%(count)d sessions of “%(title)s” do not take place, the first on %(now)s. Reason: %(reason)s. The page says which.")  # fmt: skip
        return _("Cancelled: %(title)s") % said, text % said
    if how == LED:
        text = _(
            "%(count)d sessions of “%(title)s” are led by %(who)s, the first on %(now)s. Time and place stay."
        )
        return _("Another teacher: %(title)s") % said, text % said
    said["was"], said["place"] = messages.when(notes[0].was), session.where()
    if all(one.was == one.session.starts_at for one in notes):
        text = _("%(count)d sessions of “%(title)s” take place elsewhere, the first on %(now)s: %(place)s. The page has all dates.")  # fmt: skip
        text += _(" Reason: %(reason)s.") if notes[0].reason else ""
        return _("Moved: %(title)s") % said, text % said
    text = _("%(count)d sessions of “%(title)s” are moved: that of %(was)s is on %(now)s now, at %(place)s. Reason: %(reason)s. The page has all dates.")  # fmt: skip
    return _("Moved: %(title)s") % said, text % said
