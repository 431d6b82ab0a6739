from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Installation(models.Model):
    """One row, written once: whether the data here are invented. Demo data can never become real."""

    DEMO, REAL = "demo", "real"

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    kind = models.CharField(_("kind"), max_length=4, choices=[(DEMO, _("demo")), (REAL, _("real"))])
    made_at = models.DateTimeField(_("made at"), default=timezone.now)

    class Meta:
        verbose_name = _("installation")
        verbose_name_plural = _("installation")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="one_installation"),
            models.CheckConstraint(condition=Q(kind__in=["demo", "real"]), name="installation_demo_or_real"),
        ]

    def __str__(self):
        return self.get_kind_display()


class DueRun(models.Model):
    """The last run of one job of the clock; claimed with a conditional update, so two runners never share a slot."""

    RUNNING, DONE, FAILED = "running", "done", "failed"

    job = models.CharField(_("job"), max_length=60, unique=True)
    slot = models.DateTimeField(_("due at"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    result = models.CharField(
        _("result"),
        max_length=10,
        blank=True,
        choices=[(RUNNING, _("running")), (DONE, _("done")), (FAILED, _("failed"))],
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("job of the clock")
        verbose_name_plural = _("jobs of the clock")
        ordering = ["job"]

    def __str__(self):
        return self.job
