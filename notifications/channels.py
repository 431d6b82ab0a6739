"""The ways out of the house: which of them exist here, and whether one leads to a person."""

from django.conf import settings
from django.core.mail import EmailMessage

from accounts import sms
from accounts.models import User

from .models import Channel, MailAddress, Outgoing


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
        EmailMessage(row.subject, row.text, to=[found.address]).send()
