"""One's private calendar: opened with a new secret address, switched off."""

import secrets

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.operations import record_own
from config.crypto import fingerprint

from ..models import CalendarFeed


@transaction.atomic
def open_feed(*, by: User) -> str:
    """The secret part of a new address; the one before leads nowhere from now on."""
    token = secrets.token_urlsafe(24)
    fields = {"token_print": fingerprint(token), "made_at": timezone.now()}
    CalendarFeed.objects.update_or_create(account=by, defaults=fields)
    record_own("events.open_feed", by)
    return token


@transaction.atomic
def close_feed(*, by: User) -> None:
    """Nobody reads it any more; twice changes nothing."""
    if CalendarFeed.objects.filter(account=by).delete()[0]:
        record_own("events.close_feed", by)
