"""What each person wants to be told, and the e-mail address it may go to: nothing goes there before a code proves it."""

import secrets
from datetime import timedelta
from smtplib import SMTPException

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record_own
from config.errors import DomainError

from . import channels
from .kinds import GROUPS
from .models import Choice, MailAddress
from .operations import Ways

CODES_A_DAY, TRIES = 5, 5
CODE_COUNTS_FOR = timedelta(minutes=30)


def groups_for(user: User) -> list[str]:
    """What concerns work is for those who have any."""
    return [code for code in GROUPS if code != "work" or user.has_post()]


def wanted(user: User) -> dict[tuple[str, str], bool]:
    """(group, channel) → what holds now, for the channels that lead to the person."""
    ways = Ways({user.pk: user})
    return {
        (group, channel): ways.wants(user, group, channel)
        for group in groups_for(user)
        for channel in ways.here
        if ways.leads(channel, user)
    }


@transaction.atomic
def choose(*, user: User, chosen: dict[tuple[str, str], bool]) -> None:
    """Keep what the person chose; the same again changes nothing."""
    Choice.objects.bulk_create(
        [
            Choice(account=user, group=group, channel=channel, wanted=wants)
            for (group, channel), wants in chosen.items()
        ],
        update_conflicts=True,
        update_fields=["wanted"],
        unique_fields=["account", "group", "channel"],
    )
    user.has_chosen_channels = True
    user.save(update_fields=["has_chosen_channels"])
    record_own("messages.choose", user)


def ask_address(*, user: User, address: str) -> None:
    """Send a code to `address`. Raises DomainError after several a day, or when the mail server refuses."""
    code = "".join(secrets.choice("0123456789") for _place in range(6))
    _keep_code(user, address, code)
    text = _(
        "%(name)s, your code is %(code)s. It is valid for 30 minutes; type it in the community portal under “What I am told”. "
        "Give it to nobody. If you did not ask for it, you need do nothing."
    ) % {"code": code, "name": user.name}
    try:
        channels.mail(_("Community portal: confirm your e-mail address"), text, address).send()
    except (SMTPException, OSError) as error:
        raise DomainError(
            _("The e-mail could not be sent just now. Check the address, or try again later.")
        ) from error


@transaction.atomic
def _keep_code(user: User, address: str, code: str) -> None:
    now = timezone.now()
    User.objects.select_for_update().get(pk=user.pk)
    row = MailAddress.objects.filter(account=user).first() or MailAddress(account=user)
    if now - row.counted_from > timedelta(days=1):
        row.counted_from, row.codes_sent = now, 0
    if row.codes_sent >= CODES_A_DAY:
        raise DomainError(_("That was enough codes for today. Please try again tomorrow."))
    row.address, row.confirmed_at, row.tries = address, None, 0
    row.code_digest, row.code_sent_at, row.codes_sent = make_password(code), now, row.codes_sent + 1
    row.save()


def confirm_address(*, user: User, code: str) -> None:
    """Raises DomainError for a wrong code, one too old, or after too many tries; a try is counted before it is looked at."""
    rows = MailAddress.objects.filter(
        account=user, confirmed_at=None, tries__lt=TRIES, code_sent_at__gt=timezone.now() - CODE_COUNTS_FOR
    )
    tried = rows.update(tries=F("tries") + 1)
    row = MailAddress.objects.filter(account=user).first()
    if not tried or not check_password(code, row.code_digest):
        raise DomainError(_("This code does not fit or is too old. Please check it, or ask for a new one."))
    MailAddress.objects.filter(pk=row.pk).update(confirmed_at=timezone.now(), code_digest="")
    record_own("messages.mail", user)


def drop_address(*, user: User) -> None:
    """Nothing is sent there any more."""
    MailAddress.objects.filter(account=user).delete()
