"""Telling people: rows in the caller's transaction, nothing else. What leaves the house is the clock's (outbox)."""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import label, record
from config.errors import DomainError

from . import channels
from .kinds import GROUPS, KINDS
from .models import Channel, Choice, InboxMessage, MailAddress, Outgoing


class Place(Protocol):
    """A unit of the tree: its room is further down."""

    path: str
    name: str


@dataclass(frozen=True)
class Message:
    """What one person is told, for the reason `cause`; `key` names it once and for all.

    `to` None: somebody without an account, known by `name` and `phone`. `community` has a path and a name (a unit);
    `path` is that of the person's unit, if it lies there. Nothing is sent before `not_before` or after `not_after`.
    """

    kind: str
    to: User | None
    community: Place
    subject: str
    text: str
    cause: str
    key: str
    url: str = ""
    phone: str = ""
    name: str = ""
    path: str = ""
    about: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    urgent: bool = False

    @property
    def where(self) -> str:
        """Whose telephone list it comes to: of the person's unit, else of the community."""
        return self.path if self.path.startswith(self.community.path) else self.community.path


def tell(kind: str, **message) -> None:
    """Tell one person one thing; see Message. The same key tells nothing a second time."""
    tell_all([Message(kind=kind, **message)])


@transaction.atomic(savepoint=False)
def tell_all(messages: Iterable[Message], *, are_new: bool = False) -> int:
    """Write what people read here and what has to go out; gives how many were told something new.

    The number of queries does not grow with the list. It raises nothing for a channel that does not work.
    `are_new`: what the keys name was made in this transaction, so that nobody can have been told before.
    """
    wanted = {message.key: message for message in messages if message.to or KINDS[message.kind].must_reach}
    if not wanted:
        return 0
    # In one order, so that two that tell the same do not wait for each other.
    fresh = [wanted[key] for key in sorted(wanted.keys() - (set() if are_new else _known(wanted)))]
    if not fresh:
        return 0
    accounts = {message.to.pk: message.to for message in fresh if has_inbox(message.to)}
    ways = Ways(accounts)
    InboxMessage.objects.bulk_create(
        [_inbox(message) for message in fresh if has_inbox(message.to)],
        ignore_conflicts=True,
    )
    Outgoing.objects.bulk_create(
        [_outgoing(message, channel) for message in fresh for channel in ways.of(message)],
        ignore_conflicts=True,
    )
    return len(fresh)


def _known(wanted: dict[str, Message]) -> set[str]:
    """The keys that somebody has been told: in the inbox, or who has none by telephone."""
    found = set(InboxMessage.objects.filter(key__in=wanted).values_list("key", flat=True))
    called = [f"{key}/{Channel.PHONE}" for key, message in wanted.items() if not has_inbox(message.to)]
    rows = Outgoing.objects.filter(key__in=called).values_list("key", flat=True) if called else []
    return found | {key.rpartition("/")[0] for key in rows}


def has_inbox(account: User | None) -> bool:
    return account is not None and account.is_active


class Ways:
    """Which channels lead to whom: two questions to the database for any number of people."""

    def __init__(self, accounts: dict[int, User]):
        self.here = channels.here()
        self.choices: dict[int, dict[tuple[str, str], bool]] = defaultdict(dict)
        self.mail = set()
        # Most have never chosen: nothing is asked for them.
        choosers = [pk for pk, account in accounts.items() if account.has_chosen_channels]
        if self.here and choosers:
            chosen = Choice.objects.filter(account__in=choosers)
            for account, group, channel, wants in chosen.values_list("account", "group", "channel", "wanted"):
                self.choices[account][group, channel] = wants
        if Channel.MAIL in self.here and accounts:
            confirmed = MailAddress.objects.filter(account__in=accounts).exclude(confirmed_at=None)
            self.mail = set(confirmed.values_list("account", flat=True))

    def leads(self, channel: str, account: User) -> bool:
        if channel == Channel.SMS:
            return Channel.SMS in self.here and bool(channels.number_of(account))
        return account.pk in self.mail

    def wants(self, account: User, group: str, channel: str) -> bool:
        """As chosen; an address given for messages is for all of them, an SMS for what cannot wait."""
        usual = GROUPS[group].sms if channel == Channel.SMS else True
        return self.choices[account.pk].get((group, channel), usual)

    def of(self, message: Message) -> list[Channel]:
        kind = KINDS[message.kind]
        if not has_inbox(message.to):
            return [Channel.PHONE] if kind.must_reach else []
        account = message.to
        found = [
            channel
            for channel in (Channel.SMS, Channel.MAIL)
            if self.leads(channel, account) and self.wants(account, kind.group, channel)
        ]
        declined = not all(self.choices[account.pk].get((kind.group, channel), True) for channel in self.here)
        return found or ([Channel.PHONE] if kind.must_reach and not declined else [])


def preview(messages: Iterable[Message]) -> list[tuple[Message, bool, list[Channel]]]:
    """Of each message: whether it comes to an inbox, and the channels it would go out by. Two queries."""
    messages = list(messages)
    ways = Ways({message.to.pk: message.to for message in messages if has_inbox(message.to)})
    return [(message, has_inbox(message.to), ways.of(message)) for message in messages]


def _inbox(message: Message) -> InboxMessage:
    return InboxMessage(
        key=message.key, account=message.to, kind=message.kind, path=message.where, cause=message.cause,
        subject=message.subject[:120], text=message.text, url=message.url,
    )  # fmt: skip


def _outgoing(message: Message, channel: str) -> Outgoing:
    text = message.text
    account = message.to if has_inbox(message.to) else None
    if channel in (Channel.SMS, Channel.MAIL):  # outside the portal nothing else says who writes
        with language_of(account):
            text = _("%(text)s (%(community)s)") % {
                "text": text[:280] if channel == Channel.SMS else text,
                "community": message.community.name,
            }
    return Outgoing(
        key=f"{message.key}/{channel}", channel=channel, account=account, kind=message.kind, path=message.where,
        cause=message.cause, subject=message.subject[:120], text=text, urgent=message.urgent,
        name=message.name or (message.to.name if message.to else ""), phone="" if account else message.phone,
        about=message.about or (label(message.to) if message.to else ""),
        next_try_at=max(timezone.now(), message.not_before or timezone.now()), not_after=message.not_after,
    )  # fmt: skip


@contextmanager
def language_of(account: User | None):
    """Words inside are those the person reads."""
    with translation.override((account and account.language) or settings.LANGUAGE_CODE):
        yield


def call_off(*, cause: str, kinds: Iterable[str], about: str = "") -> int:
    """What has not gone out yet for `cause` and below is not needed any more (a reminder of what is cancelled)."""
    rows = Outgoing.objects.for_cause(cause).filter(kind__in=list(kinds), state__in=Outgoing.OPEN)
    rows = rows.filter(about=about) if about else rows
    return rows.update(state=Outgoing.State.CANCELLED, ended_at=timezone.now())


def call_off_each(causes: Iterable[str], kinds: Iterable[str]) -> int:
    """The same for several causes at once, each by its whole name."""
    if not (causes := list(causes)):
        return 0
    rows = Outgoing.objects.filter(cause__in=causes, kind__in=list(kinds), state__in=Outgoing.OPEN)
    return rows.update(state=Outgoing.State.CANCELLED, ended_at=timezone.now())


@transaction.atomic
def read(*, messages, by: User) -> int:
    """`messages` (a queryset of one's own) are read; whom the inbox has reached need not be telephoned."""
    now = timezone.now()
    keys = list(messages.of(by).unread().values_list("key", flat=True))
    InboxMessage.objects.filter(key__in=keys, read_at=None).update(read_at=now)
    Outgoing.objects.to_telephone().filter(key__in=[f"{key}/{Channel.PHONE}" for key in keys]).update(
        state=Outgoing.State.CANCELLED, ended_at=now, ended_by=by, note=_("Read in the inbox.")
    )
    return len(keys)


def follow_moved_unit(old_path: str, new_path: str) -> None:
    """Messages stay in the care of the unit they were about."""
    for model in (InboxMessage, Outgoing):
        rows = model.objects.filter(path__startswith=old_path)
        rows.update(path=Concat(Value(new_path), Substr("path", len(old_path) + 1)))


# --- by hand ---


def _step(row: Outgoing, rows, act: str, by: User, **values) -> Outgoing:
    """`rows` says in which state the step may be taken: of two at once one is refused."""
    if not rows.filter(pk=row.pk).update(**values):
        raise DomainError(_("Somebody has done this already, or it is not needed any more."))
    record(f"messages.{act}", by=by, on=row, path=row.path)
    row.refresh_from_db()
    return row


@transaction.atomic
def called(*, row: Outgoing, by: User, note: str = "") -> Outgoing:
    """Somebody telephoned and told the person."""
    values = {"state": Outgoing.State.SENT, "ended_at": timezone.now(), "ended_by": by, "note": note[:200]}
    return _step(row, Outgoing.objects.to_telephone(), "called", by, tries=F("tries") + 1, **values)


@transaction.atomic
def not_reached(*, row: Outgoing, by: User, note: str = "") -> Outgoing:
    """Nobody answered: the row stays on the list."""
    return _step(
        row, Outgoing.objects.to_telephone(), "not_reached", by, tries=F("tries") + 1, note=note[:200]
    )


@transaction.atomic
def cancel(*, row: Outgoing, by: User) -> Outgoing:
    """It shall not go out any more."""
    rows = Outgoing.objects.filter(state__in=Outgoing.OPEN)
    return _step(
        row, rows, "call_off", by, state=Outgoing.State.CANCELLED, ended_at=timezone.now(), ended_by=by
    )


NOT_GONE_OUT = [Outgoing.State.GIVEN_UP, Outgoing.State.CANCELLED, Outgoing.State.FAILED]


@transaction.atomic
def try_again(*, row: Outgoing, by: User, may_come_twice: bool = False) -> Outgoing:
    """Send once more what was given up or called off; what failed goes at once.

    `may_come_twice`: what may have gone out, too. Somebody has to have said so.
    """
    ended = [*NOT_GONE_OUT, Outgoing.State.UNCLEAR] if may_come_twice else NOT_GONE_OUT
    return _step(
        row, Outgoing.objects.filter(state__in=ended), "again", by,
        state=Outgoing.State.WAITING, tries=0, next_try_at=timezone.now(), not_after=None, last_error="", ended_at=None,
        ended_by=None,
    )  # fmt: skip


def reached_otherwise(rows: Iterable[Outgoing]) -> dict[int, str]:
    """Id → how the person has had it in the meantime, of those who have: read in the inbox, or by telephone."""
    keys = {row.pk: row.told_key for row in rows}
    inbox = InboxMessage.objects.filter(key__in=keys.values()).exclude(read_at=None)
    read = set(inbox.values_list("key", flat=True))
    calls = [f"{key}/{Channel.PHONE}" for key in keys.values()]
    ended = Outgoing.objects.filter(key__in=calls, state=Outgoing.State.SENT)
    called = {key.rpartition("/")[0] for key in ended.values_list("key", flat=True)}
    return {
        pk: _("read in the portal") if key in read else _("told by telephone")
        for pk, key in keys.items()
        if key in read | called
    }
