"""Where people live: dwellings, and the households in them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.access import scope
from community.models import Kind, Unit, here_and_below


def building_name(unit) -> str:
    """`东苑 1幢`: a building goes by its number, so its compound stands before it."""
    return f"{unit.parent} {unit}" if unit.kind == Kind.BUILDING else str(unit)


class ScopedQuerySet(models.QuerySet):
    """Rows that carry the path of the unit they lie in."""

    def visible_to(self, user):
        return self.filter(scope(user, "residents.view", "path"))

    def where(self, user, act):
        return self.filter(scope(user, act, "path"))

    def within(self, unit):
        return self.filter(here_and_below(unit.path))


class Dwelling(models.Model):
    """A flat or house: building, staircase (单元, may be missing) and room number."""

    class Use(models.TextChoices):
        OWNER = "owner", _("lived in by the owner")
        LET = "let", _("let")
        EMPTY = "empty", _("empty")
        BUSINESS = "business", _("business")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="dwellings", verbose_name=_("building"))
    path = models.CharField(max_length=64, editable=False)
    staircase = models.CharField(_("staircase"), max_length=10, blank=True)
    number = models.CharField(_("room number"), max_length=10)
    floor = models.SmallIntegerField(_("floor"), null=True, blank=True)
    area_m2 = models.DecimalField(_("area in m²"), max_digits=7, decimal_places=2, null=True, blank=True)
    use = models.CharField(_("use"), max_length=12, default=Use.OWNER, choices=Use.choices)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("dwelling")
        verbose_name_plural = _("dwellings")
        ordering = ["path", "staircase", "number"]
        indexes = [
            models.Index(fields=["path", "staircase", "number"], name="dwelling_list"),
            models.Index(fields=["use", "path", "staircase", "number"], name="dwelling_use"),
            models.Index(fields=["number", "staircase", "path"], name="dwelling_number"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["unit", "staircase", "number"], name="one_dwelling_of_a_number"),
            models.CheckConstraint(
                condition=Q(area_m2=None) | Q(area_m2__gt=0), name="dwelling_area_is_positive"
            ),
        ]

    def __str__(self):
        return f"{building_name(self.unit)} {self.door}"

    @property
    def door(self) -> str:
        """`2-501`, or `501` in a building without staircases."""
        return f"{self.staircase}-{self.number}" if self.staircase else self.number


class HouseholdQuerySet(ScopedQuerySet):
    def living(self):
        return self.filter(closed_at=None)


class Household(models.Model):
    """People registered or living together; several may share one dwelling."""

    community = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("community"))
    dwelling = models.ForeignKey(
        Dwelling, models.PROTECT, null=True, blank=True, related_name="households", verbose_name=_("dwelling")
    )
    path = models.CharField(max_length=64, editable=False)  # the dwelling's, else the community's
    number = models.CharField(_("household number"), max_length=20, blank=True)
    is_collective = models.BooleanField(_("collective household"), default=False)
    head = models.ForeignKey(
        "Resident", models.SET_NULL, null=True, blank=True, related_name="heads", verbose_name=_("head")
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    closed_at = models.DateTimeField(_("household closed at"), null=True, blank=True, editable=False)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        ordering = ["path", "pk"]
        indexes = [
            models.Index(fields=["path"], name="household_path"),
            models.Index(fields=["path"], condition=Q(is_collective=True), name="household_collective"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["head"], name="head_of_one_household"),
            models.UniqueConstraint(
                fields=["community", "number"],
                condition=~Q(number="") & Q(closed_at=None),
                name="one_household_of_a_number",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(head=None), name="a_closed_household_has_no_head"
            ),
        ]

    def __str__(self):
        # Only staff in whose care the household lies read this.
        where = str(self.dwelling) if self.dwelling else str(self.community)
        return f"{where} {self.head or self.number or self.pk}"
