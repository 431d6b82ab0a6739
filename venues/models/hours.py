"""When a room is open, when it is not, what it looks like, and who asks for it in whose name."""

from datetime import time, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from community.access import scope
from community.models import Organisation
from config.images import PictureField
from residents.models import Resident

from .places import Facility, Room


class OpeningHours(models.Model):
    """A room is open on `weekday` (0: Monday) from `opens` to `closes`; several rows a day leave a break."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="hours", verbose_name=_("room"))
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=list(WEEKDAYS.items()))
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("until"))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="hours_close_after_they_open"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="hours_of_a_weekday"),
            models.UniqueConstraint(fields=["room", "weekday", "opens"], name="hours_open_once"),
        ]

    def clean(self):
        if self.opens and self.closes and self.closes <= self.opens:
            raise ValidationError({"closes": _("It has to close later than it opens.")})

    def __str__(self):
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class ClosedPeriodQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(scope(user, "venues.view", "facility__unit__path"))

    def standing(self):
        return self.filter(lifted_at=None)

    def of_room(self, room):
        return self.filter(Q(room=room) | Q(room=None, facility=room.facility_id))

    def meeting(self, starts_at, ends_at):
        return self.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)


class ClosedPeriod(models.Model):
    """A room, or with none named the whole facility, is closed for a time. Everybody may read why."""

    facility = models.ForeignKey(
        Facility, models.PROTECT, related_name="closed_periods", verbose_name=_("facility")
    )
    room = models.ForeignKey(
        Room,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="closed_periods",
        verbose_name=_("room"),
        help_text=_("Empty: all rooms."),
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=120)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("by")
    )
    at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("lifted by")
    )  # fmt: skip
    lifted_at = models.DateTimeField(_("lifted at"), null=True, editable=False)

    objects = ClosedPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("closed period")
        verbose_name_plural = _("closed periods")
        ordering = ["-starts_at", "-pk"]
        indexes = [models.Index(fields=["facility", "starts_at"], name="closed_period_of_a_place")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="closed_until_after_from")
        ]

    def __str__(self):
        return f"{self.room or self.facility} {self.days}"

    @property
    def days(self) -> str:
        """The first and the last day, as people say it: to the midnight after the last is that day still."""
        start, end = timezone.localtime(self.starts_at), timezone.localtime(self.ends_at)
        last = end - timedelta(microseconds=1)
        if start.time() != time.min or end.time() != time.min:
            form = "TIME_FORMAT" if last.date() == start.date() else "DATETIME_FORMAT"
            return f"{date_format(start, 'DATETIME_FORMAT')}–{date_format(end, form)}"
        words = date_format(start, "DATE_FORMAT")
        return words if last.date() == start.date() else f"{words} – {date_format(last, 'DATE_FORMAT')}"


class RoomPhoto(models.Model):
    """One of several photos, beside the room's own picture."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="photos", verbose_name=_("room"))
    picture = PictureField(_("picture"), upload_to="rooms")
    caption = models.CharField(_("what it shows"), max_length=80, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["order", "pk"]

    def __str__(self):
        return self.caption or str(self.room)


class BookerQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(scope(user, "venues.manage", "organisation__unit__path"))

    def current(self):
        return self.filter(until=None)


class Booker(models.Model):
    """A resident who asks for rooms in the name of a team or organisation."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="bookers", verbose_name=_("organisation")
    )
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="+", verbose_name=_("resident"))
    since = models.DateField(_("since"), default=timezone.localdate)
    until = models.DateField(_("until"), null=True, blank=True)

    objects = BookerQuerySet.as_manager()

    class Meta:
        verbose_name = _("who books for an organisation")
        verbose_name_plural = _("who books for organisations")
        ordering = ["organisation", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "resident"], condition=Q(until=None), name="one_booker_at_a_time"
            )
        ]

    def __str__(self):
        return f"{self.organisation} {self.resident.masked_name}"

    def clean(self):
        named = self.organisation_id and self.resident_id
        if named and self.organisation.unit.community != self.resident.community:
            raise ValidationError({"resident": _("Choose somebody of the same community.")})
