"""For what points are given, and how many. A rule is what people know by its code; its versions say what held when."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import reduce
from operator import and_
from pathlib import PurePath
from uuid import uuid4

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

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


# The column of a version that holds the cap of a period.
CAPS = {period.value: f"cap_{period.value}" for period in Period}
MOST_FREEZE = 12  # months


class RuleQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(scope(user, "points.view", "community__path"))

    def living(self):
        return self.filter(ended_at=None)

    def giving(self):
        """Those that give points; a rule of conduct takes them."""
        return self.exclude(category=Rule.Category.CONDUCT)


class Rule(models.Model):
    """One line of a community's scoring standard (评分标准), known by its code."""

    class Category(models.TextChoices):
        VOLUNTEER = "volunteer", _("volunteer service")
        ENVIRONMENT = "environment", pgettext_lazy("category of rules", "environment")
        DELIBERATION = "deliberation", _("taking part in public affairs")
        SAFETY = "safety", pgettext_lazy("category of rules", "safety")
        MORALITY = "morality", _("good conduct")
        CULTURE = "culture", _("culture and learning")
        CONDUCT = "conduct", _("conduct inside the scheme (deductions)")

    class Ground(models.TextChoices):
        """What points may be deducted for, and nothing else: conduct inside the scheme itself."""

        NO_SHOW = "no_show", _("signed up and stayed away without excuse")
        FALSE_CLAIM = "false_claim", _("a claim proven false")
        MISUSE = "misuse", _("goods of the scheme misused or sold on")

    community = models.ForeignKey(Unit, models.PROTECT, related_name="rules", verbose_name=_("community"))
    code = models.CharField(_("code"), max_length=8)
    category = models.CharField(_("category"), max_length=12, choices=Category.choices)
    name = models.CharField(_("for what"), max_length=60)
    ground = models.CharField(
        _("ground of a deduction"), max_length=12, choices=Ground.choices, blank=True, default=""
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, editable=False)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("points rule")
        verbose_name_plural = _("points rules")
        ordering = ["community", "code"]
        constraints = [
            models.UniqueConstraint(fields=["community", "code"], name="one_rule_of_a_code"),
            models.CheckConstraint(
                condition=Q(category="conduct", ground__in=["no_show", "false_claim", "misuse"])
                | ~Q(category="conduct") & Q(ground=""),
                name="deductions_are_for_conduct_in_the_scheme",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.name}"

    def get_absolute_url(self):
        return reverse("points:rule", args=[self.community, self.pk])

    @property
    def deducts(self) -> bool:
        return self.category == self.Category.CONDUCT

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


def decision_name(version, filename):
    """A name nobody guesses: the file is reached through its rule alone."""
    return f"rules/{uuid4().hex}{PurePath(filename).suffix.lower()}"


class RuleVersion(models.Model):
    """What a rule gives, or takes by a rule of conduct, from one day to another. An award keeps the version it was
    made under. Its caps hold together, for a person or, `for_household`, for all members of a household."""

    class Per(models.TextChoices):
        TIME = "time", _("a time")
        HOUR = "hour", _("an hour")
        VISIT = "visit", _("a visit")
        HALF_DAY = "half_day", _("half a day")
        MONTH = "month", pgettext_lazy("points for", "a month")
        QUARTER = "quarter", pgettext_lazy("points for", "a quarter")
        YEAR = "year", pgettext_lazy("points for", "a year")
        ITEM = "item", _("an item")
        CASE = "case", _("a case")
        CLAIMED = "claimed", _("a point wrongly claimed")

    class Evidence(models.TextChoices):
        NONE = "none", pgettext_lazy("evidence", "none")
        SIGN_IN = "sign_in", _("sign-in record")
        PHOTO = "photo", pgettext_lazy("evidence", "photo")
        FORM = "form", _("form filled in")
        CERTIFICATE = "certificate", pgettext_lazy("evidence", "certificate")
        RECORD = "record", _("minutes or decision")

    class Approver(models.TextChoices):
        SYSTEM = "system", _("the portal, by itself")
        LEADER = "leader", _("the leader of the activity")
        GRID_WORKER = "grid_worker", _("the grid worker")
        COMMUNITY = "community", pgettext_lazy("approver", "the community")
        COMMITTEE = "committee", _("the review group")

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="versions", verbose_name=_("rule"))
    number = models.PositiveSmallIntegerField(_("version"))
    points = models.PositiveSmallIntegerField(_("points"))
    per = models.CharField(_("per"), max_length=8, choices=Per.choices, default=Per.TIME)
    cap_day = models.PositiveIntegerField(_("at most in a day"), null=True, blank=True)
    cap_week = models.PositiveIntegerField(_("at most in a week"), null=True, blank=True)
    cap_month = models.PositiveIntegerField(_("at most in a month"), null=True, blank=True)
    cap_year = models.PositiveIntegerField(_("at most in a year"), null=True, blank=True)
    freeze_months = models.PositiveSmallIntegerField(
        _("pauses redeeming for so many months"), default=0, validators=[MaxValueValidator(MOST_FREEZE)]
    )
    for_household = models.BooleanField(_("for the household as a whole"), default=False)
    evidence = models.CharField(_("evidence"), max_length=12, choices=Evidence.choices, default=Evidence.NONE)
    approver = models.CharField(
        _("who approves"), max_length=12, choices=Approver.choices, default=Approver.COMMUNITY
    )
    since = models.DateField(_("in force from"))
    until = models.DateField(_("in force until"), null=True, blank=True)
    source = models.CharField(pgettext_lazy("points rule", "decided by"), max_length=120, blank=True)
    decision_url = models.URLField(_("address of the decision"), blank=True)
    decision = models.FileField(_("file of the decision"), upload_to=decision_name, blank=True)
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
                condition=reduce(and_, (Q(**{cap: None}) | Q(**{f"{cap}__gt": 0}) for cap in CAPS.values())),
                name="rule_caps_allow_something",
            ),
            models.CheckConstraint(
                condition=Q(freeze_months__lte=MOST_FREEZE), name="rule_pauses_a_year_at_most"
            ),
        ]

    def __str__(self):
        return f"{self.rule} · {self.number}"

    def is_in_force(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)

    @property
    def caps(self) -> dict[str, int]:
        """The caps there are, by `Period`."""
        found = {period: getattr(self, cap) for period, cap in CAPS.items()}
        return {period: most for period, most in found.items() if most}

    def worth(self, hours=0, times: int = 1) -> int:
        """Points before any cap: for `hours`, cut to whole points, or for so many `times` of another unit."""
        return int(self.points * hours) if self.per == self.Per.HOUR else self.points * times

    @property
    def gives(self) -> str:
        """What it gives, in words: 2 points an hour."""
        n, per = self.points, self.Per
        words = {
            per.TIME: ngettext("%(n)d point a time", "%(n)d points a time", n),
            per.HOUR: ngettext("%(n)d point an hour", "%(n)d points an hour", n),
            per.VISIT: ngettext("%(n)d point a visit", "%(n)d points a visit", n),
            per.HALF_DAY: ngettext("%(n)d point for half a day", "%(n)d points for half a day", n),
            per.MONTH: ngettext("%(n)d point a month", "%(n)d points a month", n),
            per.QUARTER: ngettext("%(n)d point a quarter", "%(n)d points a quarter", n),
            per.YEAR: ngettext("%(n)d point a year", "%(n)d points a year", n),
            per.ITEM: ngettext("%(n)d point an item", "%(n)d points an item", n),
            per.CASE: ngettext("%(n)d point a case", "%(n)d points a case", n),
            per.CLAIMED: ngettext(
                "%(n)d point for each point wrongly claimed", "%(n)d points for each point wrongly claimed", n
            ),
        }[self.Per(self.per)] % {"n": n}
        if self.for_household:
            words = _now("%(gives)s for the household") % {"gives": words}
        return _now("%(gives)s taken off") % {"gives": words} if self.rule.deducts else words

    @property
    def pauses(self) -> str:
        """For how long it also pauses redeeming, in words; empty when it does not."""
        n = self.freeze_months
        words = ngettext("redeeming paused for %(n)d month", "redeeming paused for %(n)d months", n)
        return words % {"n": n} if n else ""

    @property
    def limit(self) -> str:
        """The caps in words, empty without one."""
        words = {
            Period.DAY: lambda n: ngettext("at most %(n)d point a day", "at most %(n)d points a day", n),
            Period.WEEK: lambda n: ngettext("at most %(n)d point a week", "at most %(n)d points a week", n),
            Period.MONTH: lambda n: ngettext(
                "at most %(n)d point a month", "at most %(n)d points a month", n
            ),
            Period.YEAR: lambda n: ngettext("at most %(n)d point a year", "at most %(n)d points a year", n),
        }
        return pgettext("between caps", ", ").join(
            words[Period(period)](most) % {"n": most} for period, most in self.caps.items()
        )


def by_category(versions: Iterable[RuleVersion]) -> list[tuple[str, list[RuleVersion]]]:
    """`[(name of the category, its versions), …]` in the order of the categories, empty ones left out."""
    groups = {category: [] for category in Rule.Category}
    for version in versions:
        groups[Rule.Category(version.rule.category)].append(version)
    return [(category.label, rows) for category, rows in groups.items() if rows]
