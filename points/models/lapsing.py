"""Points that will lapse, and who was told of it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.access import scope

from .ledger import Account


class LapseNoticeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(scope(user, "points.view", "account__community__path"))


class LapseNotice(models.Model):
    """A holder's points that lapse after the day `on`, as they stood when they were counted.

    `told` says that a message reached an account; the others are told at the door or the counter.
    """

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="lapse_notices", verbose_name=pgettext_lazy("points", "account")
    )
    on = models.DateField(_("last day"))
    points = models.PositiveIntegerField(_("points"))
    told = models.BooleanField(_("told by message"), default=False)
    at = models.DateTimeField(_("counted at"), default=timezone.now)

    objects = LapseNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("points about to lapse")
        verbose_name_plural = _("points about to lapse")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "on"], name="one_lapse_notice_a_year"),
            models.CheckConstraint(condition=Q(points__gt=0), name="lapse_notice_has_points"),
        ]

    def __str__(self):
        return f"{self.account}: {self.points}"
