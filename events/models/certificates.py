"""Certificates of attendance."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.models import Unit
from residents.models import Resident

from .programme import Event


class CertificateQuerySet(models.QuerySet):
    def of(self, user):
        """One's own and those of the small children of the own household."""
        return self.filter(resident__in=Resident.objects.with_children(user).order_by().values("pk"))


class Certificate(models.Model):
    """Somebody attended at least half of a finished course. Numbered by community and year, as printed."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="certificates", verbose_name=_("event"))
    resident = models.ForeignKey(
        Resident, models.PROTECT, related_name="certificates", verbose_name=_("resident")
    )
    community = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", editable=False, verbose_name=_("community")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    attended = models.PositiveSmallIntegerField(_("sessions attended"))
    held = models.PositiveSmallIntegerField(_("sessions held"))
    hours = models.DecimalField(pgettext_lazy("measure", "hours"), max_digits=6, decimal_places=1)
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["year", "number"]
        constraints = [
            models.UniqueConstraint(fields=["event", "resident"], name="one_certificate_of_a_course"),
            models.UniqueConstraint(
                fields=["community", "year", "number"], name="one_number_for_one_certificate"
            ),
        ]

    def __str__(self):
        return f"{self.year}-{self.number:04d}"
