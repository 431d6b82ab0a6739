"""What was done to the register: changes, and claims to live here."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access import scope
from community.models import Unit
from config.crypto import EncryptedField

from .. import identity
from .people import Resident
from .places import Household, ScopedQuerySet


class Change(models.Model):
    """One field of a resident or household went from old to new: who, why, in which batch.

    Written by operations. Rows of other tables are named by id. The values are as personal as the field itself,
    so they are encrypted.
    """

    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    resident = models.ForeignKey(
        Resident, models.CASCADE, null=True, related_name="changes", verbose_name=_("resident")
    )
    household = models.ForeignKey(
        Household, models.CASCADE, null=True, related_name="changes", verbose_name=_("household")
    )
    path = models.CharField(_("unit at that time"), max_length=64)
    field = models.CharField(_("field"), max_length=30)
    old = EncryptedField(_("old value"), blank=True, default="")
    new = EncryptedField(_("new value"), blank=True, default="")
    why = models.CharField(_("why"), max_length=200, blank=True)
    batch = models.CharField(_("batch"), max_length=40, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["batch"], condition=~Q(batch=""), name="change_batch")]
        constraints = [
            models.CheckConstraint(
                condition=Q(resident__isnull=False, household=None)
                | Q(resident=None, household__isnull=False),
                name="a_change_of_one_row",
            )
        ]


class ClaimState(models.TextChoices):
    OPEN = "open", _("waiting")
    CONFIRMED = "confirmed", _("confirmed")
    REFUSED = "refused", _("not confirmed")
    WITHDRAWN = "withdrawn", _("taken back")


# (state, act) → next state; `withdraw` is the claimant's own, the others are staff's.
CLAIM_STEPS: dict[tuple[str, str], str] = {
    (ClaimState.OPEN, "confirm"): ClaimState.CONFIRMED,
    (ClaimState.OPEN, "refuse"): ClaimState.REFUSED,
    (ClaimState.OPEN, "withdraw"): ClaimState.WITHDRAWN,
}


class ClaimQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        return self.filter(scope(user, "claims.review", "path"))

    def open(self):
        return self.filter(state=ClaimState.OPEN)


class Claim(models.Model):
    """Somebody with an account says: I live here (我住在这里). Staff decide."""

    class Standing(models.TextChoices):
        OWNER = "owner", _("I own the home")
        FAMILY = "family", _("I live with my family")
        TENANT = "tenant", _("I rent")
        OTHER = "other", _("other")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="claims", verbose_name=_("account")
    )
    community = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("community"))
    path = models.CharField(max_length=64, editable=False)  # of the lowest unit the claim names
    name = models.CharField(_("name"), max_length=60)
    place = models.CharField(_("building and room"), max_length=80, validators=[identity.refuse_numbers])
    standing = models.CharField(
        _("how you live here"), max_length=10, choices=Standing.choices, default=Standing.OWNER
    )
    note = models.CharField(_("remarks"), max_length=200, blank=True, validators=[identity.refuse_numbers])
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=ClaimState.choices, default=ClaimState.OPEN)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    resident = models.ForeignKey(
        Resident, models.PROTECT, null=True, blank=True, related_name="claims", verbose_name=_("resident")
    )

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim to live here")
        verbose_name_plural = _("claims to live here")
        ordering = ["made_at", "pk"]
        indexes = [models.Index(fields=["path", "made_at"], condition=Q(state="open"), name="claim_open")]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(state="open"), name="one_open_claim"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None)
                | (~Q(state="open") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="a_decided_claim_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(resident__isnull=False),
                name="a_confirmed_claim_has_a_row",
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.place}"
