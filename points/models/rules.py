"""For what points are given, and how many. A rule is what people know by its code; its versions say what held when."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from community.access import scope
from community.models import Unit


class Period(models.TextChoices):
    DAY = "day", _("a day")
    WEEK = "week", _("a week")
    MONTH = "month", _("a month")
    YEAR = "year", _("a year")

    @staticmethod
    def around(period: str, day: date) -> tuple[date, date]:
        """First and last day of the `period` that `day` lies in; weeks begin on Monday."""
        if period == Period.WEEK:
            monday = day - timedelta(days=day.weekday())
            return monday, monday + timedelta(days=6)
        if period == Period.MONTH:
            first = day.replace(day=1)
            return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        if period == Period.YEAR:
            return day.replace(month=1, day=1), day.replace(month=12, day=31)
        return day, day


class RuleQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(scope(user, "points.view", "community__path"))

    def living(self):
        return self.filter(ended_at=None)


class Rule(models.Model):
    """One line of a community's scoring standard (评分标准), known by its code."""

    class Category(models.TextChoices):
        VOLUNTEER = "volunteer", _("volunteer service")
        ENVIRONMENT = "environment", pgettext_lazy("category of rules", "environment")
        DELIBERATION = "deliberation", _("taking part in public affairs")
        SAFETY = "safety", pgettext_lazy("category of rules", "safety")
        MORALITY = "morality", _("good conduct")
        CULTURE = "culture", _("culture and learning")

    community = models.ForeignKey(Unit, models.PROTECT, related_name="rules", verbose_name=_("community"))
    code = models.CharField(_("code"), max_length=8)
    category = models.CharField(_("category"), max_length=12, choices=Category.choices)
    name = models.CharField(_("for what"), max_length=60)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, editable=False)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("points rule")
        verbose_name_plural = _("points rules")
        ordering = ["community", "code"]
        constraints = [models.UniqueConstraint(fields=["community", "code"], name="one_rule_of_a_code")]

    def __str__(self):
        return f"{self.code} {self.name}"

    def version_on(self, day: date):
        """The version in force on `day`, None when there is none."""
        return self.versions.in_force(day).first()


class RuleVersionQuerySet(models.QuerySet):
    def standing(self):
        """Without what was to begin after its rule had ended."""
        return self.filter(Q(rule__ended_at=None) | Q(rule__ended_at__date__gte=F("since")))

    def in_force(self, day: date):
        return self.standing().filter(Q(until=None) | Q(until__gte=day), since__lte=day).order_by("-number")

    def visible_to(self, user):
        return self.filter(scope(user, "points.view", "rule__community__path"))


class RuleVersion(models.Model):
    """What a rule gives from one day to another. An award keeps the version it was made under."""

    class Per(models.TextChoices):
        TIME = "time", _("a time")
        HOUR = "hour", _("an hour")

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="versions", verbose_name=_("rule"))
    number = models.PositiveSmallIntegerField(_("version"))
    points = models.PositiveSmallIntegerField(_("points"))
    per = models.CharField(_("per"), max_length=6, choices=Per.choices, default=Per.TIME)
    cap = models.PositiveIntegerField(_("at most"), null=True, blank=True)
    cap_period = models.CharField(_("within"), max_length=6, choices=Period.choices, blank=True)
    since = models.DateField(_("in force from"))
    until = models.DateField(_("in force until"), null=True, blank=True)
    source = models.CharField(pgettext_lazy("points rule", "decided by"), max_length=120, blank=True)
    made_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("points rule", "made by"),
    )

    objects = RuleVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a rule")
        verbose_name_plural = _("versions of rules")
        ordering = ["rule", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "number"], name="one_version_of_a_number"),
            models.UniqueConstraint(fields=["rule"], condition=Q(until=None), name="one_open_version"),
            models.CheckConstraint(condition=Q(points__gt=0), name="rule_gives_points"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="rule_version_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(cap=None, cap_period="") | Q(cap__gt=0, cap_period__in=Period.values),
                name="rule_cap_has_a_period",
            ),
        ]

    def __str__(self):
        return f"{self.rule} · {self.number}"

    def worth(self, hours) -> int:
        """Points before any cap: for one time, or for `hours` of it, cut to whole points."""
        return self.points if self.per == self.Per.TIME else int(self.points * hours)

    @property
    def gives(self) -> str:
        """What it gives, in words: 2 points an hour."""
        if self.per == self.Per.HOUR:
            words = ngettext("%(n)d point an hour", "%(n)d points an hour", self.points)
        else:
            words = ngettext("%(n)d point a time", "%(n)d points a time", self.points)
        return words % {"n": self.points}

    @property
    def limit(self) -> str:
        """The cap in words, empty without one."""
        if not self.cap:
            return ""
        words = {
            Period.DAY: ngettext("at most %(n)d point a day", "at most %(n)d points a day", self.cap),
            Period.WEEK: ngettext("at most %(n)d point a week", "at most %(n)d points a week", self.cap),
            Period.MONTH: ngettext("at most %(n)d point a month", "at most %(n)d points a month", self.cap),
            Period.YEAR: ngettext("at most %(n)d point a year", "at most %(n)d points a year", self.cap),
        }
        return words[Period(self.cap_period)] % {"n": self.cap}
