"""Who may act for whom: an elder lets somebody sign up for events or exchange points in their name, on paper, from a day to a day."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access import scope

from .. import identity
from .people import Resident


class MandateQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(scope(user, "residents.view", "principal__path"))

    def current(self, on=None):
        """In force on the day `on` (today), of people who are still there."""
        on = on or timezone.localdate()
        return self.filter(
            withdrawn_at=None,
            starts_on__lte=on,
            ends_on__gte=on,
            principal__left_on=None,
            holder__deactivated_at=None,
        )

    def not_over(self):
        """In force, or yet to begin."""
        return self.filter(withdrawn_at=None, ends_on__gte=timezone.localdate(), principal__left_on=None)


class Mandate(models.Model):
    """代办授权: `holder` may sign `principal` up for events and order from the shop for them, answer when they
    may lose points, see this and give it back; nothing else.

    The paper with the signature lies at the community under `paper`. It ends by itself, and the principal may take it
    back on any day. Both names are kept.
    """

    principal = models.ForeignKey(
        Resident, models.PROTECT, related_name="mandates", verbose_name=_("who is acted for")
    )
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="mandates", verbose_name=_("who acts")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    paper = models.CharField(_("number of the paper"), max_length=40, validators=[identity.refuse_numbers])
    made_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken back by"),
    )  # fmt: skip
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="mandate_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="mandate_taken_back_says_who_and_when",
            ),
        ]

    def __str__(self):
        return f"{self.principal} → {self.holder}"

    @property
    def state(self) -> str:
        """`current`, `coming`, `over` or `withdrawn`."""
        today = timezone.localdate()
        if self.withdrawn_at:
            return "withdrawn"
        if self.ends_on < today or not self.principal.is_living:
            return "over"
        return "coming" if self.starts_on > today else "current"
