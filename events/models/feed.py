"""The private calendar somebody reads with other software."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.crypto import fingerprints


class CalendarFeedQuerySet(models.QuerySet):
    def with_token(self, token: str):
        return self.filter(token_print__in=fingerprints(token))


class CalendarFeed(models.Model):
    """Whoever knows the address reads the calendar; of its secret part only the fingerprint is kept."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="calendar_feed",
        verbose_name=_("account"),
    )
    token_print = models.CharField(max_length=32, unique=True, editable=False)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("private calendar")
        verbose_name_plural = _("private calendars")

    def __str__(self):
        return f"{self.account_id}"
