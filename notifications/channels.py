"""The ways out of the house: which of them exist here, and whether one leads to a person."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import sms
from accounts.models import User

from .models import Channel, InboxMessage, MailAddress, Outgoing


class Unreachable(Exception):
    """The person has no number or address any more: trying again is of no use."""


def sms_is_here() -> bool:
    return sms.sends_notices()


def mail_is_here() -> bool:
    return bool(settings.EMAIL_HOST)


def here() -> list[Channel]:
    """The channels of this site that people may choose."""
    there = [(Channel.SMS, sms_is_here()), (Channel.MAIL, mail_is_here())]
    return [channel for channel, is_here in there if is_here]


def number_of(account: User) -> str:
    """The mobile number messages may go to: proven, and not reported lost."""
    return account.phone if account.phone_verified_at and not account.phone_lost_at else ""


def link_of(row: Outgoing) -> str:
    """The whole address of the page it is about, else of the message itself; empty while SITE_ADDRESS is.

    An SMS has none: people are warned of links in SMS, and each costs a second one.
    """
    read = (
        InboxMessage.objects.filter(key=row.told_key).only("url").first() if settings.SITE_ADDRESS else None
    )
    if read is None:
        return ""
    return settings.SITE_ADDRESS + (read.url or reverse("notifications:message", args=[read.pk]))


def letter(row: Outgoing) -> str:
    """The text of an e-mail, with its link on a line of its own, and how to have no more of them."""
    choose = _("You get this e-mail because you chose so. To change that: %(where)s") % {
        "where": settings.SITE_ADDRESS + reverse("notifications:told")
        if settings.SITE_ADDRESS
        else _("“My” – “What I am told”")
    }
    return "\n\n".join(part for part in (row.text, link_of(row), f"-- \n{choose}") if part)


def mail(subject: str, text: str, address: str) -> EmailMessage:
    """No holiday notice answers what a machine sent (RFC 3834)."""
    return EmailMessage(subject, text, to=[address], headers={"Auto-Submitted": "auto-generated"})


def send(row: Outgoing) -> None:
    """Raises Unreachable, or what the channel raises: SmsFailed, an SMTPException or an OSError."""
    if row.channel == Channel.SMS:
        number = number_of(row.account)
        if not number or not row.account.is_active:
            raise Unreachable
        sms.send(number, sms.NOTICE, text=row.text)
    else:
        found = MailAddress.objects.filter(account=row.account).exclude(confirmed_at=None).first()
        if found is None or not row.account.is_active:
            raise Unreachable
        with translation.override(row.account.language or settings.LANGUAGE_CODE):
            text = letter(row)
        mail(row.subject, text, found.address).send()
