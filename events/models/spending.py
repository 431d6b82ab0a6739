"""What an event cost, and who gave."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access import organisations_of, scope
from community.models import Organisation

from .programme import Event


class SpendingQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(
            scope(user, "events.view", "event__unit__path")
            | Q(event__organiser__in=organisations_of(user, "events.view"))
        )

    def live(self):
        return self.filter(withdrawn_at=None)

    def total(self) -> int:
        """Fen."""
        return self.live().aggregate(fen=models.Sum("fen"))["fen"] or 0


class Spending(models.Model):
    """One sum of money an event took, in fen. What was entered wrongly is taken back, never changed."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="spendings", verbose_name=_("event"))
    what = models.CharField(_("for what"), max_length=80)
    fen = models.PositiveBigIntegerField(_("amount in fen"))
    donor = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("given by")
    )
    donor_name = models.CharField(_("given by somebody else"), max_length=60, blank=True)
    spent_on = models.DateField(_("day"))
    token = models.CharField(
        max_length=16, null=True, unique=True, editable=False
    )  # of the form that sent it
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name=_("by")
    )
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name=_("taken back by"),
    )  # fmt: skip

    objects = SpendingQuerySet.as_manager()

    class Meta:
        verbose_name = _("spending")
        verbose_name_plural = _("spendings")
        ordering = ["-spent_on", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(fen__gte=1), name="spending_of_something")]
        indexes = [
            models.Index(fields=["spent_on", "event"], condition=Q(withdrawn_at=None), name="spending_by_day")
        ]

    def __str__(self):
        return f"{self.what} {self.fen / 100:.2f}"

    def from_whom(self) -> str:
        return self.donor.name if self.donor_id else self.donor_name
