"""What happens to logs and counts of SMS as they grow old, and when a unit moves."""

from datetime import timedelta

from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import ActivationCode, Activity, Look, SmsMessage, User
from .triggers import KEEP_DAYS

AT_ONCE = 5000
SMS_DAYS = 185  # long enough for the provider's bill


def forget_old_lines() -> str:
    """Let the lines go that are past their retention period (LOG_MONTHS): the database lets no younger ones go."""
    # A day later than the database demands, so that no rounding of clocks stands in the way.
    ends = timezone.now() - timedelta(days=KEEP_DAYS + 1)
    gone = _forget(Activity, ends) + _forget(Look, ends)
    sms = _forget(SmsMessage, timezone.now() - timedelta(days=SMS_DAYS))
    return _("%(lines)s log lines and %(sms)s SMS entries let go") % {"lines": gone, "sms": sms}


def _forget(model, ends) -> int:
    """In pieces, so that no delete holds the database for long."""
    gone = 0
    while pks := list(
        model.objects.filter(at__lt=ends).order_by("at").values_list("pk", flat=True)[:AT_ONCE]
    ):
        model.objects.filter(pk__in=pks).delete()
        gone += len(pks)
    return gone


def follow_moved_unit(old_path: str, new_path: str) -> None:
    """Accounts that began in a unit stay in its care when it moves. Log lines keep the path of their time."""
    for model, field in ((ActivationCode, "path"), (User, "home")):
        rows = model.objects.filter(**{f"{field}__startswith": old_path})
        rows.update(**{field: Concat(Value(new_path), Substr(field, len(old_path) + 1))})
