"""Redemption paused for a while by a rule of conduct. What is reserved stays, and earning goes on."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access import scope
from community.models import Unit
from residents.models import Resident


class FreezeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(scope(user, "points.view", "community__path"))

    def standing(self, day: date | None = None):
        """Those that hold on `day` (today)."""
        day = day or timezone.localdate()
        return self.filter(lifted_at=None, since__lte=day, until__gte=day)


class Freeze(models.Model):
    """暂停兑换: somebody redeems nothing from `since` up to and including `until`. Lifted, it is kept."""

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="freezes", verbose_name=_("resident"))
    community = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("community"))
    since = models.DateField(_("paused from"))
    until = models.DateField(_("paused until"))
    cause = models.CharField(_("cause"), max_length=60, unique=True)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lifted by"),
    )
    reason = models.CharField(_("why it was lifted"), max_length=200, blank=True)

    objects = FreezeQuerySet.as_manager()

    class Meta:
        verbose_name = _("pause of redeeming")
        verbose_name_plural = _("pauses of redeeming")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="freeze_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None, reason="")
                | Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(reason=""),
                name="freeze_lifted_by_somebody_for_a_reason",
            ),
        ]

    def __str__(self):
        return f"{self.resident} · {self.until}"
