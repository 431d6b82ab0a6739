from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.access import scope
from community.models import Kind, Unit, end_of, here_and_below
from config.images import PictureField


class FacilityQuerySet(models.QuerySet):
    def public(self):
        return self.filter(closed_at=None)

    def visible_to(self, user):
        return self.filter(scope(user, "venues.view", "unit__path"))

    def within(self, unit):
        return self.filter(here_and_below(unit.path, "unit__path"))

    def there_on(self, day):
        """Open by that day (those of unknown age always were) and not closed at its end."""
        opened = Q(opened_on=None) | Q(opened_on__lte=day)
        return self.filter(opened, Q(closed_at=None) | Q(closed_at__gte=end_of(day)))


class Facility(models.Model):
    """A place of the community: a service centre, red station, park … with rooms in it."""

    class Kind(models.TextChoices):
        SERVICE_CENTRE = "service_centre", _("party and mass service centre")
        NEIGHBOURHOOD_CENTRE = "neighbourhood_centre", _("neighbourhood centre")
        CIVILISATION = "civilisation", _("civilisation practice station")
        RED_STATION = "red_station", _("red station")
        CHAT_POINT = "chat_point", _("chat point")
        DAY_CARE = "day_care", _("day care and elderly care")
        LIBRARY = "library", _("library or reading room")
        HALL = "hall", _("hall")
        SPORTS = "sports", _("sports hall or gym")
        PARK = "park", _("park or square")
        CANTEEN = "canteen", _("canteen")
        HOUSING = "housing", _("public housing")
        INTEGRITY = "integrity", _("integrity spot")
        OTHER = "other", _("other")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="facilities", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=24, choices=Kind.choices)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60)
    intro = models.TextField(_("introduction"), blank=True)
    address = models.CharField(_("address"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    opening_hours = models.CharField(_("opening hours"), max_length=120, blank=True)
    area_m2 = models.PositiveIntegerField(_("area in m²"), null=True, blank=True)
    picture = PictureField(_("picture"), upload_to="facilities", blank=True)
    order = models.PositiveIntegerField(_("order"), default=0)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("closed by"),
    )

    objects = FacilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("facility")
        verbose_name_plural = _("facilities")
        ordering = ["order", "pk"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("venues:facility", args=[self.unit.community.slug, self.pk])


class RoomQuerySet(models.QuerySet):
    def public(self):
        return self.filter(closed_at=None, facility__closed_at=None)

    def visible_to(self, user):
        return self.filter(scope(user, "venues.view", "facility__unit__path"))


class Room(models.Model):
    """A room, court or stage inside a facility. `seats` empty means no stated limit."""

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="rooms", verbose_name=_("facility"))
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60)
    seats = models.PositiveIntegerField(_("seats"), null=True, blank=True)
    picture = PictureField(_("picture"), upload_to="rooms", blank=True)
    equipment = models.CharField(_("equipment"), max_length=200, blank=True)
    fee = models.CharField(_("fee"), max_length=60, blank=True)
    note = models.CharField(_("remarks"), max_length=200, blank=True)
    order = models.PositiveIntegerField(_("order"), default=0)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["facility", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["facility", "name"], name="one_room_name_in_a_facility")
        ]

    def __str__(self):
        return f"{self.facility.name} {self.name}"


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
