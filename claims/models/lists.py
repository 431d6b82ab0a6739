"""Publicity lists (公示), and objections to what stands on them."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.access import scope
from community.models import Unit

from .making import Claim
from .people import OfACommunity


class BatchQuerySet(OfACommunity):
    def over(self, on: date):
        """Their time was up before the day `on`."""
        return self.filter(until__lt=on)


class Batch(models.Model):
    """A list of claims that is public from the moment it is made to the end of the day `until`; numbered in its
    community."""

    community = models.ForeignKey(
        Unit, models.PROTECT, related_name="claims_batches", verbose_name=_("community")
    )
    number = models.PositiveIntegerField(_("number"))
    published_at = models.DateTimeField(_("published at"), default=timezone.now)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("published by")
    )  # None: by the clock
    until = models.DateField(_("public until"))

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("publicity list")
        verbose_name_plural = _("publicity lists")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["community", "number"], name="one_list_of_a_number")]

    def __str__(self):
        return _("List No. %(number)s") % {"number": self.number}

    @property
    def is_over(self) -> bool:
        return self.until < timezone.localdate()


class ObjectionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Asked of an expression, so that nobody begins with all the people in care: objections are few."""
        rows = self.alias(where=Concat("claim__resident__path", Value("")))
        return rows.filter(scope(user, "points.check", "where"))

    def open(self):
        return self.filter(answered_at=None)


class Objection(models.Model):
    """Somebody says that a claim on the list is not right. Until it is answered the claim waits.

    `by` is whoever has an account; `name` is told to staff at the counter. Neither is ever shown to the claimant.
    """

    claim = models.ForeignKey(
        Claim, models.PROTECT, related_name="objections", verbose_name=_("claim of points")
    )
    words = models.CharField(_("what is not right"), max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("objection", "from"),
    )
    name = models.CharField(pgettext_lazy("objection", "from"), max_length=40, blank=True)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    taken_down_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken down by")
    )
    due_on = models.DateField(_("to be answered by"))
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answer = models.CharField(_("answer"), max_length=200, blank=True)
    upheld = models.BooleanField(_("upheld"), null=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "by"], condition=Q(answered_at=None), name="one_open_objection_each"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, upheld=None, answer="")
                | Q(answered_at__isnull=False, answered_by__isnull=False, upheld__isnull=False)
                & ~Q(answer=""),
                name="objection_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(by__isnull=False, taken_down_by=None) | Q(by=None, taken_down_by__isnull=False),
                name="objection_of_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.claim_id} · {timezone.localdate(self.made_at):%Y-%m-%d}"
