from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.access import scope
from community.models import Kind, Unit, here_and_below

from .places import Facility


class AmenityQuerySet(models.QuerySet):
    def there_on(self, day):
        """In use on that day; a share in a station lasts as long as the station."""
        station = Q(facility=None) | Q(facility__in=Facility.objects.there_on(day))
        return self.filter(station, Q(since=None) | Q(since__lte=day), Q(until=None) | Q(until__gte=day))

    def visible_to(self, user):
        return self.filter(scope(user, "venues.view", "unit__path"))

    def within(self, unit):
        return self.filter(here_and_below(unit.path, "unit__path"))


class Amenity(models.Model):
    """What a compound has that is not a place of its own: lamps, fitness equipment, or its share in a neighbour's
    red station. From a day (empty: since ever) to a day, both included."""

    class Kind(models.TextChoices):
        LIGHTING = "lighting", _("lighting")
        FITNESS = "fitness", _("fitness equipment")
        RED_STATION = "red_station", _("red station")

    class Condition(models.TextChoices):
        GOOD = "good", _("in order")
        REPAIR = "repair", _("partly in need of repair")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="amenities", verbose_name=_("compound"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    number = models.PositiveIntegerField(
        pgettext_lazy("how many", "number"),
        null=True,
        blank=True,
        help_text=_("Lamps, pieces of equipment …"),
    )
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    condition = models.CharField(
        _("condition"), max_length=8, choices=Condition.choices, default=Condition.GOOD
    )
    facility = models.ForeignKey(
        Facility,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="amenities",
        verbose_name=_("facility"),
        help_text=_("The station of a neighbouring compound that people here use too."),
    )
    note = models.CharField(_("remarks"), max_length=120, blank=True)

    objects = AmenityQuerySet.as_manager()

    class Meta:
        verbose_name = _("equipment of a compound")
        verbose_name_plural = _("equipment of compounds")
        ordering = ["unit__path", "kind", "since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")),
                name="amenity_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["unit", "kind"], condition=Q(until=None), name="one_amenity_of_a_kind_at_a_time"
            ),
        ]

    def __str__(self):
        return f"{self.unit} {self.get_kind_display()}"

    def clean(self):
        if self.unit_id and self.unit.kind != Kind.COMPOUND:
            raise ValidationError({"unit": _("Choose a compound.")})
        if self.facility_id and self.unit_id and self.facility.unit.community != self.unit.community:
            raise ValidationError({"facility": _("Choose a facility of the same community.")})
