"""What the door keeps besides who was there: codes of persons, lines of paper sheets, and who is excused."""

from django.conf import settings
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access import scope
from residents.models import Resident

from .people import OfASession
from .sessions import Session


class DoorCodeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(scope(user, "residents.view", "resident__path"))


class DoorCode(models.Model):
    """A person's own code. `number` is typed where nothing can be scanned; codes of an older `version` are void."""

    resident = models.OneToOneField(
        Resident, models.PROTECT, related_name="door_code", verbose_name=_("resident")
    )
    number = models.CharField(_("number"), max_length=8, unique=True, validators=[MinLengthValidator(8)])
    version = models.PositiveIntegerField(_("version"), default=1)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("changed by")
    )

    objects = DoorCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("check-in code")
        verbose_name_plural = _("check-in codes")

    def __str__(self):
        return f"{self.resident}"

    @property
    def spoken(self) -> str:
        """As it is read out and typed: 1234 5678."""
        return f"{self.number[:4]} {self.number[4:]}"


class SheetLine(models.Model):
    """A numbered line of a session's sign-in sheet. Numbers are given once: the paper lies on the table already."""

    session = models.ForeignKey(
        Session, models.PROTECT, related_name="sheet_lines", verbose_name=_("session")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    resident = models.ForeignKey(
        Resident, models.PROTECT, null=True, related_name="+", verbose_name=_("resident")
    )  # nobody yet: an empty line

    objects = OfASession.as_manager()

    class Meta:
        verbose_name = _("line of a sign-in sheet")
        verbose_name_plural = _("lines of sign-in sheets")
        ordering = ["session", "number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="one_line_of_a_number"),
            models.UniqueConstraint(
                fields=["session", "resident"], condition=Q(resident__isnull=False), name="one_line_each"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="sheet_lines_from_one"),
        ]

    def __str__(self):
        return f"{self.number}"


class ExcuseQuerySet(OfASession):
    def live(self):
        return self.filter(withdrawn_at=None)


class Excuse(models.Model):
    """Somebody who was expected is on leave, said before or after: no absence without an excuse."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="excuses", verbose_name=_("session"))
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="excuses", verbose_name=_("resident"))
    reason = models.CharField(_("reason"), max_length=200)
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken back by")
    )

    objects = ExcuseQuerySet.as_manager()

    class Meta:
        verbose_name = _("excuse")
        verbose_name_plural = _("excuses")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "resident"], condition=Q(withdrawn_at=None), name="one_live_excuse"
            )
        ]

    def __str__(self):
        return f"{self.resident} · {self.session}"
