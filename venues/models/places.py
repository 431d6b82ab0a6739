from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.access import scope
from community.models import Unit, end_of, here_and_below
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

    def within(self, unit):
        return self.filter(here_and_below(unit.path, "facility__unit__path"))


class Room(models.Model):
    """A room, court or stage inside a facility. `seats` empty means no stated limit.

    Lent to those whom `lent_to` names, under the limits below; staff are bound by seats and hours alone.
    """

    class LentTo(models.TextChoices):
        NOBODY = "nobody", _("not lent")
        RESIDENTS = "residents", _("residents, teams and organisations")
        ORGANISATIONS = "organisations", _("teams and organisations")
        STAFF = "staff", _("the community's staff only")

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="rooms", verbose_name=_("facility"))
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60)
    seats = models.PositiveIntegerField(_("seats"), null=True, blank=True)
    picture = PictureField(_("picture"), upload_to="rooms", blank=True)
    equipment = models.CharField(_("equipment"), max_length=200, blank=True)
    fee = models.CharField(_("fee"), max_length=60, blank=True)
    note = models.CharField(_("remarks"), max_length=200, blank=True)
    key_place = models.CharField(
        _("where the key is"),
        max_length=120,
        blank=True,
        help_text=_("Only staff and whoever has the room read it."),
    )
    order = models.PositiveIntegerField(_("order"), default=0)
    lent_to = models.CharField(_("lent to"), max_length=16, choices=LentTo.choices, default=LentTo.NOBODY)
    needs_approval = models.BooleanField(
        _("staff decide on requests"), default=True, help_text=_("No: whoever asks first has the room.")
    )
    longest_quarters = models.PositiveSmallIntegerField(
        _("longest booking in quarter hours"),
        default=16,
        validators=[MinValueValidator(1), MaxValueValidator(96)],
    )
    days_ahead = models.PositiveSmallIntegerField(
        _("days ahead it can be booked"), default=60, validators=[MaxValueValidator(730)]
    )
    gap_quarters = models.PositiveSmallIntegerField(
        _("quarter hours kept free after a booking"),
        default=0,
        validators=[MaxValueValidator(16)],
        help_text=_("For cleaning and airing."),
    )
    confirm_weeks = models.PositiveSmallIntegerField(
        _("weekly bookings are confirmed every so many weeks"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: never. Not confirmed, they free themselves."),
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["facility", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["facility", "name"], name="one_room_name_in_a_facility"),
            models.CheckConstraint(
                condition=Q(longest_quarters__range=(1, 96)), name="room_is_booked_for_a_day_at_most"
            ),
        ]

    def __str__(self):
        return f"{self.facility.name} {self.name}"

    def get_absolute_url(self):
        return reverse("venues:room", args=[self.facility.unit.community.slug, self.pk])

    @property
    def is_lent(self) -> bool:
        return self.lent_to != Room.LentTo.NOBODY and self.closed_at is None
