"""The dates of events."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from community.access import organisations_of, scope
from community.models import Unit, here_and_below
from venues.models import Room
from volunteers.models import served

from .pool import Pool, PoolQuerySet, has_read, standing, take_over
from .programme import Event

WHOLE_DAY = timedelta(hours=24)
LONGEST_SESSION = timedelta(days=14)  # what is open now has begun within this time
CHECK_IN_BEFORE = timedelta(hours=2)
CHECK_IN_AFTER = timedelta(days=7)  # later a reason is asked for


class SessionQuerySet(PoolQuerySet):
    def public(self):
        return self.filter(event__published_at__lte=timezone.now(), event__is_internal=False)

    def visible_to(self, user):
        return self.filter(
            scope(user, "events.view", "event__unit__path")
            | Q(event__organiser__in=organisations_of(user, "events.view"))
        )

    def from_now_on(self):
        """Not over yet, cancelled ones too, by the index."""
        now = timezone.now()
        return self.filter(starts_at__gte=now - LONGEST_SESSION, ends_at__gt=now).order_by("starts_at", "pk")

    def upcoming(self):
        return self.from_now_on().filter(cancelled_at=None)

    def still_to_join(self):
        """As the badges say: sign-up is not over and has a place left (of a course the course's), or nobody signs up."""
        now = timezone.now()

        def with_a_place(of: str):
            left = Q(**{f"{of}places": None}) | Q(**{f"{of}places_taken__lt": F(f"{of}places")})
            until = Q(**{f"{of}registration_closes_at": None}, starts_at__gt=now)
            return left & (until | Q(**{f"{of}registration_closes_at__gt": now}))

        alone = Q(event__is_course=False) & with_a_place("")
        of_a_course = Q(event__is_course=True) & with_a_place("event__")
        return self.filter(
            Q(event__needs_registration=False) | alone | of_a_course, cancelled_at=None, ends_at__gt=now
        )

    def on_days(self, first, last):
        """Starting from the day `first` to the day `last`, both included."""
        return self.filter(starts_at__gte=start_of(first), starts_at__lt=start_of(last + timedelta(days=1)))

    def held_in(self, first, last, unit=None):
        """Took place from `first` to `last` (days): over by now and not cancelled."""
        rows = self.on_days(first, last).filter(
            cancelled_at=None, event__published_at__isnull=False, ends_at__lte=timezone.now()
        )
        return rows.below(unit.path) if unit else rows

    def of_organisation(self, organisation):
        return self.filter(event__organiser=organisation)

    def by_kind(self) -> dict[str, int]:
        """Sessions by the kind of their event."""
        rows = self.order_by().values_list("event__kind").annotate(count=models.Count("pk"))
        return dict(rows)

    def below(self, path):
        return self.filter(here_and_below(path, "event__unit__path"))

    def at(self, path):
        """In the unit with this path or below it, those that tour the compounds each by its own."""
        own = Q(unit=None) & here_and_below(path, "event__unit__path")
        return self.filter(own | here_and_below(path, "unit__path"))

    def after(self, key: str):
        """What comes after the session with this `key` in the order of lists."""
        at, pk = key.split("-")
        starts_at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(at))
        return self.filter(starts_at__gte=starts_at).exclude(starts_at=starts_at, pk__lte=int(pk))


class Session(Pool):
    """One date of an event."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="sessions", verbose_name=_("event"))
    community = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", editable=False, verbose_name=_("community")
    )
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    note = models.CharField(_("remarks"), max_length=120, blank=True)
    # where it differs from the event
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("room")
    )
    place = models.CharField(_("place"), max_length=80, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("compound it is in")
    )
    teacher = models.CharField(_("teacher or leader"), max_length=60, blank=True)
    makes_up = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="made_up_by",
        verbose_name=_("makes up for"),
    )
    counted = models.PositiveIntegerField(_("counted at the door"), null=True, editable=False)
    counted_at = models.DateTimeField(_("counted at"), null=True, editable=False)
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name=_("counted by"),
    )  # fmt: skip
    move_reason = models.CharField(_("why it was moved"), max_length=200, blank=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)  # also the calendars' SEQUENCE
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True, editable=False)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("cancelled by"),
    )
    cancel_reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)

    READ_WITH = ("event__unit", "community")
    PLACE = ("room__facility", "unit")  # with its event's room, what `where()` reads

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["community", "starts_at"], name="session_list")]
        constraints = [
            models.CheckConstraint(
                condition=Q(places=None) | Q(places_taken__lte=F("places")), name="session_never_oversold"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_it_starts"
            ),
        ]

    def __str__(self):
        return f"{self.event} {date_format(timezone.localtime(self.starts_at), 'DATETIME_FORMAT')}"

    def get_absolute_url(self):
        return reverse("events:roll", args=[self.pk])

    def standing(self, now=None) -> str:
        """One word for whether somebody can sign up now; the words of `pool.STANDINGS`."""
        now = now or timezone.now()
        return standing(
            now,
            cancelled=bool(self.cancelled_at),
            ends_at=self.ends_at,
            starts_at=self.starts_at,
            opens_at=self.registration_opens_at,
            closes_at=self.registration_closes_at,
            needed=self.event.needs_registration,
            left=self.places_left,
        )

    def held(self) -> "Session":
        if not (has_read(self, "event", "community") and has_read(self.event, "unit")):
            return self.to_hold().select_related(*self.READ_WITH).get(pk=self.pk)
        # Every change of an event raises its version: that tells whether its many columns have to be read anew.
        found = self.to_hold().annotate(event_version=F("event__version")).get(pk=self.pk)
        if found.event_version == self.event.version:
            found.event = self.event
        take_over(found, self, "community", "room")
        return found

    @property
    def programme(self) -> Event:
        return self.event

    @property
    def line_ends_at(self):
        """From then on nobody gets a place any more."""
        return self.starts_at

    @property
    def hours(self) -> Decimal:
        """What a helper serves in it, by half hours; 0 for one of several days: nobody is there all the time."""
        return (
            served(self.starts_at, self.ends_at) if self.ends_at - self.starts_at <= WHOLE_DAY else Decimal(0)
        )

    @property
    def held_room(self) -> Room | None:
        """The room it takes place in: its own place, elsewhere, frees the event's room."""
        return self.room or (None if self.place or self.unit_id else self.event.room)

    def where(self) -> str:
        if self.room_id:
            return f"{self.room}"
        if self.unit_id:
            return f"{self.unit} {self.place}".strip()
        return self.place or self.event.where()

    def led_by(self) -> str:
        return self.teacher or self.event.teacher

    def has_started(self, now=None) -> bool:
        return self.starts_at <= (now or timezone.now())

    @property
    def check_in_opens_at(self):
        return self.starts_at - CHECK_IN_BEFORE

    def check_in_window(self, now=None) -> str:
        """`early`, `open`, or `late` (a reason is asked for)."""
        now = now or timezone.now()
        if now < self.check_in_opens_at:
            return "early"
        return "open" if now <= self.ends_at + CHECK_IN_AFTER else "late"


def key_of(pk: int, starts_at: datetime) -> str:
    """Where a session stands in lists; `SessionQuerySet.after` reads it."""
    return f"{(starts_at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)}-{pk}"


def start_of(day: date) -> datetime:
    """The first moment of a day here; the calendar's two ends have no neighbours in other zones."""
    return timezone.make_aware(datetime.combine(min(max(day, date(1900, 1, 1)), date(9000, 1, 1)), time.min))
