"""The year's budget of a community, the nightly seals, and what the recount found."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.access import scope
from community.models import Unit

PACE_DAYS = 30


class OfACommunity(models.QuerySet):
    def visible_to(self, user):
        return self.filter(scope(user, "points.view", "community__path"))


class Budget(models.Model):
    """How many points a community may issue for a year; one row guards them all, drawn once per list."""

    community = models.ForeignKey(Unit, models.PROTECT, related_name="budgets", verbose_name=_("community"))
    year = models.PositiveSmallIntegerField(_("year"))
    points = models.PositiveIntegerField(_("points"))
    drawn = models.PositiveIntegerField(_("issued"), default=0, editable=False)

    objects = OfACommunity.as_manager()

    class Meta:
        verbose_name = _("points budget")
        verbose_name_plural = _("points budgets")
        ordering = ["-year", "community"]
        constraints = [
            models.UniqueConstraint(fields=["community", "year"], name="one_budget_a_year"),
            models.CheckConstraint(
                condition=Q(drawn__gte=0, drawn__lte=F("points")), name="budget_not_overdrawn"
            ),
        ]

    def __str__(self):
        return f"{self.community} {self.year}"

    @property
    def left(self) -> int:
        return self.points - self.drawn

    def lasts_until(self, today: date) -> date | None:
        """When nothing will be left if it goes on as so far this year; None while it lasts to the end of the year.

        A month has to have passed to tell.
        """
        first = date(self.year, 1, 1)
        passed = (min(today, date(self.year, 12, 31)) - first).days + 1
        if passed <= PACE_DAYS or not self.drawn:
            return None
        days = self.points * passed // self.drawn  # of a budget hardly touched: more than a calendar has
        if days > (date(self.year, 12, 30) - first).days + 1:
            return None
        return max(first + timedelta(days=days - 1), today)


class Seal(models.Model):
    """A day of a community's books, closed: how many transfers, from which number on, their sum and their digest.

    The digest is SHA-256 over the digest of the day before and one line per transfer; `points.books.line` says how.
    """

    community = models.ForeignKey(
        Unit, models.PROTECT, related_name="seals", db_index=False, verbose_name=_("community")
    )
    day = models.DateField(_("day"))
    first_number = models.PositiveBigIntegerField(_("first number"))
    count = models.PositiveIntegerField(_("transfers"))
    amount = models.PositiveBigIntegerField(_("sum of points"))
    digest = models.CharField(_("digest"), max_length=64)
    marks = models.TextField(
        _("marks of the transfers"), default="", editable=False
    )  # so that a recount names the very row
    sealed_at = models.DateTimeField(pgettext_lazy("books", "sealed at"), default=timezone.now)

    objects = OfACommunity.as_manager()

    class Meta:
        verbose_name = _("seal of a day")
        verbose_name_plural = _("seals of days")
        ordering = ["-day", "community"]
        constraints = [models.UniqueConstraint(fields=["community", "day"], name="one_seal_a_day")]

    def __str__(self):
        return f"{self.community} {self.day}"

    @property
    def last_number(self) -> int:
        """How many transfers the books hold up to the end of that day."""
        return self.first_number + self.count - 1


class LedgerCheck(models.Model):
    """One recount of all books and what it found; `findings` hold ids and figures, never names."""

    started_at = models.DateTimeField(_("started at"), default=timezone.now)
    seconds = models.FloatField(_("seconds"))
    transfers = models.PositiveBigIntegerField(_("transfers"))
    found = models.PositiveIntegerField(_("mistakes found"))
    findings = models.JSONField(_("findings"), default=list)

    class Meta:
        verbose_name = _("recount of the ledger")
        verbose_name_plural = _("recounts of the ledger")
        ordering = ["-pk"]

    def __str__(self):
        return date_format(timezone.localtime(self.started_at), "DATETIME_FORMAT")
