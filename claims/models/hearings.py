"""The hearing of a deduction case, the voices about it, and the one appeal."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .cases import DeductionCase
from .voices import MemberVoice, OneAppeal


class Hearing(models.Model):
    """When and where somebody is heard in person; afterwards who was there and what was said."""

    case = models.OneToOneField(
        DeductionCase, models.PROTECT, related_name="hearing", verbose_name=_("deduction case")
    )
    at = models.DateTimeField(pgettext_lazy("hearing", "when"))
    place = models.CharField(_("place"), max_length=60)
    called_at = models.DateTimeField(pgettext_lazy("hearing", "called at"), default=timezone.now)
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("hearing", "called by")
    )  # fmt: skip
    present = models.CharField(_("who was there"), max_length=200, blank=True)
    minutes = models.CharField(_("what was said"), max_length=500, blank=True)
    written_at = models.DateTimeField(_("minutes written at"), null=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("minutes written by")
    )  # fmt: skip

    class Meta:
        verbose_name = pgettext_lazy("deduction case", "hearing")
        verbose_name_plural = pgettext_lazy("deduction case", "hearings")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(written_at=None, written_by=None, present="", minutes="")
                | Q(written_at__isnull=False, written_by__isnull=False) & ~Q(present="") & ~Q(minutes=""),
                name="minutes_say_who_was_there",
            )
        ]

    def __str__(self):
        return str(self.case)


class CaseVoice(MemberVoice):
    """About a deduction case; it always says why. `agrees`: in the group that points are deducted, on appeal that the
    appeal is right."""

    case = models.ForeignKey(
        DeductionCase, models.PROTECT, related_name="voices", verbose_name=_("deduction case")
    )
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("voice about a deduction case")
        verbose_name_plural = _("voices about deduction cases")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "by"], name="one_voice_about_a_case"),
            models.CheckConstraint(condition=~Q(reason=""), name="a_voice_about_a_case_says_why"),
        ]

    def __str__(self):
        return f"{self.case_id} · {self.by}"


class CaseAppeal(OneAppeal):
    """The resident's."""

    case = models.OneToOneField(
        DeductionCase, models.PROTECT, related_name="appeal", verbose_name=_("deduction case")
    )
    against = models.CharField(_("reason of the first decision"), max_length=200)

    class Meta:
        verbose_name = _("appeal in a deduction case")
        verbose_name_plural = _("appeals in deduction cases")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, granted=None)
                | Q(decided_at__isnull=False, granted__isnull=False) & ~Q(reason=""),
                name="case_appeal_decided_one_way",
            )
        ]

    def __str__(self):
        return str(self.case)
