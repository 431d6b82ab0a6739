from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from community.access import nearest, organisations_of, scope
from community.models import Organisation, Profile, Unit
from residents.models import Resident

from .periods import CutOffs, Period, with_cutoff


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(
            scope(user, "reports.view", "unit__path")
            | Q(organisation__in=organisations_of(user, "reports.view"))
        )


class CutOffQuerySet(models.QuerySet):
    def of(self, unit: Unit) -> CutOffs:
        """Those of the unit's community, the last as its profile wishes it now."""
        community = unit.community or unit
        wish = Profile.objects.filter(unit=community).values_list("report_cutoff", flat=True).first()
        kept = tuple(self.filter(unit=community).order_by("since").values_list("since", "day"))
        return with_cutoff(kept, wish, timezone.localdate())


class CutOff(models.Model):
    """From which month on the reports of a community count up to which day; kept, so that past months stay as they were."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("community"))
    since = models.DateField(_("month"))  # its first day
    day = models.PositiveSmallIntegerField(_("cut-off day"), null=True)

    objects = CutOffQuerySet.as_manager()

    class Meta:
        verbose_name = _("cut-off day")
        verbose_name_plural = _("cut-off days")
        constraints = [models.UniqueConstraint(fields=["unit", "since"], name="one_cut_off_a_month")]

    def __str__(self):
        return f"{self.unit} {self.since:%Y-%m}: {self.day or '–'}"


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
    remark = models.CharField(_("remark when sent back"), max_length=200, blank=True, editable=False)
    frozen = models.JSONField(_("figures and tables as sealed"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+")
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name=_("submitted by"),
    )  # fmt: skip
    sealed_at = models.DateTimeField(_("sealed at"), null=True, blank=True, editable=False)
    sealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name=_("sealed by"),
    )  # fmt: skip

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
            models.CheckConstraint(
                condition=~Q(state="sealed")
                | Q(frozen__isnull=False, sealed_at__isnull=False, sealed_by__isnull=False),
                name="a_sealed_report_keeps_its_figures",
            ),
        ]

    def __str__(self):
        return f"{self.body} {self.month:%Y-%m}"

    def get_absolute_url(self):
        return reverse("reports:report", args=[self.pk])

    @property
    def body(self):
        """Whose report it is; rights are asked here."""
        return self.organisation or self.unit

    def is_signed_by(self, user) -> bool:
        """A body's own secretary signs; of a branch without one the community's does."""
        return user in nearest("reports.seal", self.body)

    @property
    def tone(self):
        """The badge's tone."""
        return {"draft": "info", "submitted": "few", "sealed": "ok"}[self.state]

    @cached_property
    def period(self) -> Period:
        return Period(self.unit, self.organisation, self.month, CutOff.objects.of(self.unit))


class PointsStatement(models.Model):
    """What a community's points did in a calendar month, for everybody to read. Made once its days are sealed, never again.

    `figures`: see `reports.statements.figures_of`.
    """

    community = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("community"))
    month = models.DateField(_("month"))  # its first day
    figures = models.JSONField(_("figures"))
    made_at = models.DateTimeField(_("made at"), default=timezone.now)

    class Meta:
        verbose_name = _("monthly statement of points")
        verbose_name_plural = _("monthly statements of points")
        ordering = ["-month", "community"]
        constraints = [models.UniqueConstraint(fields=["community", "month"], name="one_statement_a_month")]

    def __str__(self):
        return f"{self.community} {self.month:%Y-%m}"

    def get_absolute_url(self):
        return reverse("statements:statement", args=[self.community, f"{self.month:%Y-%m}"])


class Ranking(models.Model):
    """Who was given most points in a closed month, quarter or year, among those who agreed to stand in rankings."""

    class Span(models.TextChoices):
        MONTH = "month", _("month")
        QUARTER = "quarter", _("quarter")
        YEAR = "year", _("year")

    MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}

    community = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("community"))
    span = models.CharField(_("span"), max_length=7, choices=Span.choices)
    first = models.DateField(_("first day"))
    made_at = models.DateTimeField(_("made at"), default=timezone.now)

    class Meta:
        verbose_name = _("ranking of points")
        verbose_name_plural = _("rankings of points")
        ordering = ["-first", "span"]
        constraints = [
            models.UniqueConstraint(fields=["community", "span", "first"], name="one_ranking_of_a_span")
        ]

    def __str__(self):
        return f"{self.community} {self.words}"

    @property
    def slug(self) -> str:
        """In addresses: 2026-10, 2026-q3, 2026."""
        if self.span == self.Span.MONTH:
            return f"{self.first:%Y-%m}"
        return str(self.first.year) + (f"-q{self.quarter}" if self.span == self.Span.QUARTER else "")

    @property
    def quarter(self) -> int:
        return (self.first.month + 2) // 3

    @property
    def words(self) -> str:
        if self.span == self.Span.MONTH:
            return date_format(self.first, "YEAR_MONTH_FORMAT")
        if self.span == self.Span.QUARTER:
            return _("quarter %(n)d of %(year)d") % {"n": self.quarter, "year": self.first.year}
        return _("the year %(year)d") % {"year": self.first.year}


class RankingRow(models.Model):
    """A person's place. It is shown while the person agrees to stand in rankings, and never changed."""

    ranking = models.ForeignKey(Ranking, models.PROTECT, related_name="rows")
    place = models.PositiveIntegerField(_("place"))
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="+", verbose_name=_("resident"))
    compound = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("compound")
    )
    points = models.PositiveIntegerField(_("points"))

    class Meta:
        verbose_name = _("place in a ranking")
        verbose_name_plural = _("places in rankings")
        ordering = ["ranking", "place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["ranking", "resident"], name="one_place_in_a_ranking"),
        ]

    def __str__(self):
        return f"{self.place}. {self.points}"
