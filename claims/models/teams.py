"""One award for many: a whole team for the flood watch, given at once and undone at once."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.models import Unit
from points.models import Rule
from residents.models import Resident

from .people import OfACommunity


class TeamAward(models.Model):
    """`token` names the form it came from: sent twice, it is given once."""

    community = models.ForeignKey(
        Unit, models.PROTECT, related_name="team_awards", verbose_name=_("community")
    )
    rule = models.ForeignKey(Rule, models.PROTECT, related_name="team_awards", verbose_name=_("rule"))
    day = models.DateField(pgettext_lazy("claim", "done on"))
    amount = models.DecimalField(
        pgettext_lazy("measure", "hours"), max_digits=5, decimal_places=1, default=Decimal(1)
    )
    words = models.CharField(pgettext_lazy("claim", "what was done"), max_length=200)
    token = models.CharField(max_length=36, unique=True, editable=False)
    made_at = models.DateTimeField(_("given at"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("given by")
    )
    undone_at = models.DateTimeField(_("undone at"), null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("undone by")
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = OfACommunity.as_manager()

    class Meta:
        verbose_name = _("award for many")
        verbose_name_plural = _("awards for many")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None, reason="")
                | Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(reason=""),
                name="team_award_undone_says_who_and_why",
            )
        ]

    def __str__(self):
        return f"{self.rule.name} · {self.day}"


class TeamAwardLine(models.Model):
    """One person of it; what was given stands in the books under `key`."""

    award = models.ForeignKey(
        TeamAward, models.PROTECT, related_name="lines", verbose_name=_("award for many")
    )
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="+", verbose_name=_("resident"))
    points = models.PositiveIntegerField(_("points"))

    class Meta:
        verbose_name = _("line of an award for many")
        verbose_name_plural = _("lines of awards for many")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["award", "resident"], name="a_person_once_in_an_award")
        ]

    def __str__(self):
        return f"{self.award_id} · {self.resident}"

    @property
    def key(self) -> str:
        return f"team:{self.award_id}:{self.resident_id}"
