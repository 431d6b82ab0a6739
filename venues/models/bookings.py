"""Who has which room when. What is accepted holds its quarter hours: a row each, which no other booking can have."""

from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.access import may, organisations_of, paths, scope
from community.models import Organisation, here_and_below
from residents.models import Resident

from .hours import Booker
from .places import Room

QUARTER = timedelta(minutes=15)
LONGEST = timedelta(days=14)  # what goes on now has begun within this time
NO_SHOW_AFTER = QUARTER


def quarters(starts_at: datetime, ends_at: datetime) -> range:
    """The quarter hours, numbered since 1970, that lie at least partly in this time."""
    length = QUARTER.total_seconds()
    return range(int(starts_at.timestamp() // length), ceil(ends_at.timestamp() / length))


class SeriesQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(scope(user, "venues.view", "room__facility__unit__path"))


class Series(models.Model):
    """Bookings that were asked for together. `confirm_by`: the day by which somebody says that it goes on."""

    room = models.ForeignKey(Room, models.PROTECT, related_name="series", verbose_name=_("room"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"), editable=False
    )
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    confirm_by = models.DateField(_("to be confirmed by"), null=True, db_index=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("series of bookings")
        verbose_name_plural = _("series of bookings")

    def __str__(self):
        return f"{self.room} {date_format(timezone.localtime(self.made_at), 'DATE_FORMAT')}"


# state, act, who, next state; `holder` is whoever it was booked for, `clock` the nightly job
BOOKING_STEPS = [
    ("pending", "accept", "venues.manage", "accepted"),
    ("pending", "reject", "venues.manage", "rejected"),
    ("pending", "lapse", "clock", "rejected"),
    ("pending", "cancel", "holder", "cancelled"),
    ("pending", "cancel", "venues.manage", "cancelled"),
    ("accepted", "cancel", "holder", "cancelled"),
    ("accepted", "cancel", "venues.manage", "cancelled"),
    ("accepted", "move", "venues.manage", "accepted"),
    ("accepted", "no_show", "venues.manage", "no_show"),
]


class BookingQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(scope(user, "venues.view", "room__facility__unit__path"))

    def within(self, unit):
        return self.filter(here_and_below(unit.path, "room__facility__unit__path"))

    def of(self, user):
        """What `user` holds: asked for as a resident, or in the name of an organisation."""
        people = Resident.objects.of(user)
        teams = Booker.objects.current().filter(resident__in=people).values("organisation")
        mine = Q(resident__in=people) | Q(organisation__in=teams)
        return self.filter(mine | Q(organisation__in=organisations_of(user)), cause="")

    def pending(self):
        return self.filter(state=Booking.State.PENDING)

    def accepted(self):
        return self.filter(state=Booking.State.ACCEPTED)

    def live(self):
        return self.filter(state__in=(Booking.State.PENDING, Booking.State.ACCEPTED))

    def meeting(self, starts_at, ends_at):
        """Taking place, at least partly, in this time."""
        return self.filter(starts_at__gte=starts_at - LONGEST, starts_at__lt=ends_at, ends_at__gt=starts_at)

    def coming(self):
        """Not over yet, by the index."""
        now = timezone.now()
        return self.filter(starts_at__gte=now - LONGEST, ends_at__gt=now)

    def for_pages(self):
        return self.select_related("room__facility__unit", "resident", "organisation", "series")


class Booking(models.Model):
    """A room is asked for, given, refused or given back. With a `cause` it is another room's, such as `session:42`.

    Several may ask for the same time; only one that is accepted has it. Who `waits` stays in the queue behind it.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("asked for")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", pgettext_lazy("booking", "refused")
        CANCELLED = "cancelled", pgettext_lazy("booking", "cancelled")
        NO_SHOW = "no_show", _("nobody came")

    room = models.ForeignKey(Room, models.PROTECT, related_name="bookings", verbose_name=_("room"))
    what = models.CharField(_("what for"), max_length=80)
    people = models.PositiveIntegerField(_("people"), default=1)
    resident = models.ForeignKey(
        Resident, models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name=_("resident")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bookings",
        verbose_name=_("team or organisation"),
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    waits = models.BooleanField(_("waits if somebody else has the room"), default=False)
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("asked by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("decided by")
    )  # fmt: skip
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("ended by")
    )  # fmt: skip
    reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)
    series = models.ForeignKey(
        Series, models.PROTECT, null=True, editable=False, related_name="bookings", verbose_name=_("series")
    )
    cause = models.CharField(_("cause"), max_length=60, blank=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)  # against stale forms

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["room", "starts_at"], name="booking_of_a_room"),
            models.Index(fields=["state", "starts_at"], name="booking_by_state"),
            models.Index(fields=["resident", "starts_at"], name="booking_of_a_resident"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="booking_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=Q(people__gte=1), name="booking_for_somebody"),
            models.UniqueConstraint(
                fields=["cause"], condition=~Q(cause="") & Q(state="accepted"), name="one_hold_for_a_cause"
            ),
        ]

    def __str__(self):
        return f"{self.room} {self.when}"

    @property
    def when(self) -> str:
        """`2026年11月20日 9:00–11:00`; the day of its end too when that is another one."""
        return f"{date_format(timezone.localtime(self.starts_at), 'DATE_FORMAT')} {self._hours()}"

    @property
    def when_with_weekday(self) -> str:
        """`2026年11月20日 星期五 9:00–11:00`, for pages: no line breaks between the hours (U+2060)."""
        starts_at, hours = timezone.localtime(self.starts_at), self._hours().replace("–", "–\u2060")
        return f"{date_format(starts_at, 'DATE_FORMAT')} {date_format(starts_at, 'l')} {hours}"

    def _hours(self) -> str:
        starts_at, ends_at = timezone.localtime(self.starts_at), timezone.localtime(self.ends_at)
        end = f"{ends_at:%H:%M}"
        if ends_at.date() != starts_at.date():
            end = f"{date_format(ends_at, 'MONTH_DAY_FORMAT')} {end}"
        return f"{starts_at:%H:%M}–{end}"

    @property
    def unit(self):
        return self.room.facility.unit

    @property
    def is_live(self) -> bool:
        return self.state in (Booking.State.PENDING, Booking.State.ACCEPTED)

    @property
    def is_event(self) -> bool:
        return bool(self.cause)

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def has_started(self) -> bool:
        return self.starts_at <= timezone.now()

    def allows(self, act: str) -> bool:
        return any(state == self.state and step == act for state, step, _who, _next in BOOKING_STEPS)

    @property
    def may_be_no_show(self) -> bool:
        now = timezone.now()
        return (
            self.allows("no_show") and not self.cause and self.starts_at + NO_SHOW_AFTER <= now < self.ends_at
        )

    def held_quarters(self, gap: int = 0) -> range:
        """With the `gap` quarter hours that its room is kept free afterwards."""
        return quarters(self.starts_at, self.ends_at + gap * QUARTER)

    def holder_for(self, user) -> str:
        """Whose it is, as `user` may read it: a resident's full name only where the register is open to them."""
        if self.resident_id is None:
            return str(self.organisation or self.unit)
        seen = any(self.resident.path.startswith(top) for top in paths(user, "residents.view"))
        name = self.resident.name if seen else self.resident.masked_name
        return f"{self.organisation} · {name}" if self.organisation_id else name

    def may(self, user, act: str) -> bool:
        return may(user, act, self.unit)


class BookedQuarter(models.Model):
    """A quarter hour of a room that a booking has. The database refuses a second one: two can never overlap."""

    room = models.ForeignKey(Room, models.PROTECT, related_name="+")
    quarter = models.PositiveIntegerField()
    booking = models.ForeignKey(Booking, models.CASCADE, related_name="quarters")

    class Meta:
        verbose_name = _("booked quarter hour")
        verbose_name_plural = _("booked quarter hours")
        constraints = [
            models.UniqueConstraint(fields=["room", "quarter"], name="one_booking_in_a_quarter_hour")
        ]

    def __str__(self):
        return f"{self.room_id} {self.quarter}"
