"""The one outbox, run by the clock: each message leaves once, a failure is tried again, and people are not woken."""

import logging
from datetime import datetime, time, timedelta
from smtplib import SMTPException
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.sms import SmsFailed

from . import channels
from .models import Channel, InboxMessage, Outgoing

logger = logging.getLogger(__name__)
PAUSES = [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6)]  # fmt: skip
LEASE = timedelta(minutes=10)  # far longer than a gateway may take
SECONDS = 40  # of one run: the clock has other work
AT_ONCE = 500
QUIET_FROM, QUIET_UNTIL = time(21, 30), time(7, 30)
State = Outgoing.State


def is_quiet(now: datetime) -> bool:
    """At night no SMS is sent unless it is urgent."""
    at = timezone.localtime(now).time()
    return at >= QUIET_FROM or at < QUIET_UNTIL


def next_at(row: Outgoing) -> datetime:
    """When it is tried next: an SMS that is not urgent waits for the end of the night."""
    at = timezone.localtime(max(row.next_try_at, timezone.now()))
    if row.channel != Channel.SMS or row.urgent or not is_quiet(at):
        return timezone.localtime(row.next_try_at)
    day = at.date() + timedelta(days=1 if at.time() >= QUIET_FROM else 0)
    return timezone.make_aware(datetime.combine(day, QUIET_UNTIL))


def send_due() -> str:
    """Send what is due, the longest waiting first. Several clocks at once send each message once."""
    now, until = timezone.now(), monotonic() + SECONDS
    unclear = notice_crashes(now)
    counts = {State.SENT: 0, State.FAILED: 0, State.GIVEN_UP: 0, State.CANCELLED: 0}
    for pk in due(now):
        if monotonic() > until:
            break
        if row := claim(pk, now):
            counts[deliver(row)] += 1
    return _("%(sent)s sent, %(failed)s to be tried again, %(given_up)s given up, %(unclear)s unclear") % {
        "sent": counts[State.SENT],
        "failed": counts[State.FAILED],
        "given_up": counts[State.GIVEN_UP],
        "unclear": unclear,
    }


def due(now: datetime) -> list[int]:
    rows = Outgoing.objects.due(now)
    if is_quiet(now):
        rows = rows.exclude(Q(channel=Channel.SMS) & Q(urgent=False))
    return list(rows.order_by("next_try_at", "pk").values_list("pk", flat=True)[:AT_ONCE])


def claim(pk: int, now: datetime) -> Outgoing | None:
    """The row if it is ours to send: one statement tests and takes, so of two clocks one gets it.

    It is written before anything is sent: whoever crashes in between leaves a row that says so (see notice_crashes).
    """
    taken = {"state": State.SENDING, "claimed_at": now, "tries": F("tries") + 1}
    if not Outgoing.objects.due(now).filter(pk=pk).update(**taken):
        return None
    return Outgoing.objects.select_related("account").get(pk=pk)


def deliver(row: Outgoing) -> str:
    """Send one claimed message and write down what became of it; gives its new state."""
    now = timezone.now()
    if row.not_after and now >= row.not_after:
        return _finish(row, State.CANCELLED, _("It was too late."))
    try:
        channels.send(row)
    except channels.Unreachable:
        return give_up(row, _("No number or address to send it to."))
    except SmsFailed as failure:
        return _failed(row, failure.reason)
    except (SMTPException, OSError) as failure:
        # Its name only: the sentence of a server may hold the address.
        return _failed(row, type(failure).__name__)
    except Exception as failure:  # one bad row does not hold up the others
        logger.exception("Message %s could not be sent.", row.pk)
        return _failed(row, type(failure).__name__)
    return _finish(row, State.SENT, "")


def _failed(row: Outgoing, why: str) -> str:
    """Tried again after ever longer pauses. When it was the answer that was lost, the second try may double it."""
    if row.tries > len(PAUSES):
        return give_up(row, why)
    pause = PAUSES[row.tries - 1]
    _change(row, state=State.FAILED, last_error=why[:200], next_try_at=timezone.now() + pause)
    return State.FAILED


def _finish(row: Outgoing, state: str, why: str) -> str:
    _change(row, state=state, last_error=why[:200], ended_at=timezone.now())
    return state


def _change(row: Outgoing, **values) -> None:
    # Only what this run claimed: after a lapsed lease the row is somebody else's.
    Outgoing.objects.filter(pk=row.pk, state=State.SENDING, claimed_at=row.claimed_at).update(**values)


@transaction.atomic
def give_up(row: Outgoing, why: str) -> str:
    """No more tries. Somebody telephones, unless it was read in the inbox or is worthless by now."""
    _finish(row, State.GIVEN_UP, why)
    _to_the_telephone(row, _("By %(channel)s it did not arrive.") % {"channel": row.get_channel_display()})
    return State.GIVEN_UP


def _to_the_telephone(row: Outgoing, note: str) -> None:
    if InboxMessage.objects.filter(key=row.told_key).exclude(read_at=None).exists():
        return
    if row.not_after and timezone.now() >= row.not_after:
        return
    written = InboxMessage.objects.filter(key=row.told_key).values_list("text", flat=True).first()
    Outgoing.objects.bulk_create(
        [
            Outgoing(
                key=f"{row.told_key}/{Channel.PHONE}", channel=Channel.PHONE, account=row.account, kind=row.kind,
                path=row.path, cause=row.cause, subject=row.subject, text=written or row.text, name=row.name,
                about=row.about, not_after=row.not_after, note=note,
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def notice_crashes(now: datetime) -> int:
    """Rows whose sender has said nothing for a long time: it may have gone out or not, so it is not sent again.

    Staff see it and decide; the person is put on the list of those to be telephoned.
    """
    lost = list(
        Outgoing.objects.filter(state=State.SENDING, claimed_at__lt=now - LEASE).select_related("account")
    )
    for row in lost:
        with transaction.atomic():
            mine = Outgoing.objects.filter(pk=row.pk, state=State.SENDING, claimed_at=row.claimed_at)
            if mine.update(
                state=State.UNCLEAR, ended_at=now, last_error=_("The server stopped while sending.")
            ):
                _to_the_telephone(row, _("It is not known whether it arrived."))
    return len(lost)


def forget_old() -> str:
    """Let go what is past its retention (MESSAGE_MONTHS); what still waits stays."""
    ends = timezone.now() - timedelta(days=settings.MESSAGE_MONTHS * 31)
    read, _models = InboxMessage.objects.filter(at__lt=ends).delete()
    rows = Outgoing.objects.filter(at__lt=ends).exclude(state__in=[*Outgoing.OPEN, State.SENDING])
    sent, _models = rows.delete()
    return _("%(read)s messages and %(sent)s outgoing ones let go") % {"read": read, "sent": sent}
