"""Who said what about a claim, and the one appeal; what they share with those of deduction cases."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .making import Claim
from .people import Reviewer


class MemberVoice(models.Model):
    """One member's voice; never changed. Whoever had one in the group has none on appeal."""

    body = models.CharField(_("body"), max_length=12, choices=Reviewer.Body)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    agrees = models.BooleanField(_("agrees"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        abstract = True


class OneAppeal(models.Model):
    """Whom it concerns asks the supervision committee once."""

    words = models.CharField(_("why it should be looked at again"), max_length=300)
    against = models.CharField(_("reason of the first decision"), max_length=200, blank=True)
    made_at = models.DateTimeField(pgettext_lazy("claim", "handed in at"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("claim", "handed in by")
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided at"), null=True)
    granted = models.BooleanField(_("granted"), null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        abstract = True

    def answer(self, granted: bool, reason: str) -> None:
        """Write down what was decided."""
        self.decided_at, self.granted, self.reason = timezone.now(), granted, reason
        self.save(update_fields=["decided_at", "granted", "reason"])


class Voice(MemberVoice):
    """About a claim."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="voices", verbose_name=_("claim of points"))

    class Meta:
        verbose_name = pgettext_lazy("claims", "voice")
        verbose_name_plural = pgettext_lazy("claims", "voices")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "by"], name="one_voice_about_a_claim"),
            models.CheckConstraint(condition=Q(agrees=True) | ~Q(reason=""), name="who_disagrees_says_why"),
        ]

    def __str__(self):
        return f"{self.claim_id} · {self.by}"


class Appeal(OneAppeal):
    """The claimant's."""

    claim = models.OneToOneField(
        Claim, models.PROTECT, related_name="appeal", verbose_name=_("claim of points")
    )

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, granted=None)
                | Q(decided_at__isnull=False, granted__isnull=False),
                name="appeal_decided_one_way",
            )
        ]

    def __str__(self):
        return str(self.claim)
