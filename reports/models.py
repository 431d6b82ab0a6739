from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access import organisations_of, scope
from community.models import Organisation, Unit


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(
            scope(user, "reports.view", "unit__path")
            | Q(organisation__in=organisations_of(user, "reports.view"))
        )


class Report(models.Model):
    """The monthly report of a community, or of a party branch in it. Draft, submitted, sealed."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        SEALED = "sealed", _("sealed")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reports", verbose_name=_("community"))
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("party branch"),
    )
    month = models.DateField(_("month"))  # its first day
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    sections = models.JSONField(_("text by section"), default=dict, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)  # of the text, against stale forms
    figures = models.JSONField(_("figures as sealed"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+")
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    sealed_at = models.DateTimeField(_("sealed at"), null=True, blank=True, editable=False)
    sealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("monthly report")
        verbose_name_plural = _("monthly reports")
        ordering = ["-month", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "month"], condition=Q(organisation=None), name="one_report_of_a_community"
            ),
            models.UniqueConstraint(fields=["organisation", "month"], name="one_report_of_a_branch"),
        ]
