from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access import organisations_of, scope
from community.models import Organisation, Unit, here_and_below
from config.images import PictureField
from residents.models import Resident
from venues.models import Room


class EventKind(models.TextChoices):
    COURSE = "course", _("course")
    CULTURE = "culture", _("culture and performances")
    SPORT = "sport", _("sport and health")
    SERVICE = "service", _("convenience services")
    VOLUNTEER = "volunteer", _("volunteer work")
    PARTY = "party", _("party activity")
    LECTURE = "lecture", _("lecture and training")
    CHILDREN = "children", _("children and families")
    FESTIVAL = "festival", _("festival")
    MEETING = "meeting", _("meeting")
    OTHER = "other", _("other")


class EventQuerySet(models.QuerySet):
    def public(self):
        return self.filter(published_at__lte=timezone.now(), is_internal=False)

    def visible_to(self, user):
        return self.filter(
            scope(user, "events.view", "unit__path") | Q(organiser__in=organisations_of(user, "events.view"))
        )

    def within(self, unit):
        return self.filter(here_and_below(unit.path, "unit__path"))


class Event(models.Model):
    """Something a community puts on: one or more sessions people may sign up for."""

    class Audience(models.TextChoices):
        EVERYONE = "everyone", _("everyone")
        RESIDENTS = "residents", _("residents of the community")
        ELDERLY = "elderly", _("people aged 60 and over")
        CHILDREN = "children", _("children and parents")
        YOUTH = "youth", _("young people")
        PARTY = "party", _("party members")
        VOLUNTEERS = "volunteers", _("volunteers")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="events", verbose_name=_("unit"))
    organiser = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("organiser"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=EventKind.choices)
    title = models.CharField(_("title"), max_length=80)
    summary = models.CharField(_("in one sentence"), max_length=120, blank=True)
    body = models.TextField(_("description"), blank=True, help_text=_("Markdown."))
    audience = models.CharField(
        _("audience"), max_length=12, choices=Audience.choices, default=Audience.EVERYONE
    )
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="events", verbose_name=_("room")
    )
    place = models.CharField(
        _("place"), max_length=80, blank=True, help_text=_("When it is in no room of ours.")
    )
    contact = models.CharField(_("contact"), max_length=40, blank=True)
    contact_phone = models.CharField(_("contact phone"), max_length=20, blank=True)
    poster = PictureField(_("poster"), upload_to="posters", blank=True)
    poster_alt = models.CharField(_("what the poster shows"), max_length=120, blank=True)
    needs_registration = models.BooleanField(_("people sign up"), default=True)
    open_to_unconfirmed = models.BooleanField(_("open to accounts not yet confirmed"), default=True)
    is_internal = models.BooleanField(_("internal, not on public pages"), default=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("created by"),
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("published by"),
    )
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

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-pk"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("events:event", args=[self.unit.community.slug, self.pk])


class SessionQuerySet(models.QuerySet):
    def public(self):
        return self.filter(event__published_at__lte=timezone.now(), event__is_internal=False)

    def visible_to(self, user):
        return self.filter(
            scope(user, "events.view", "event__unit__path")
            | Q(event__organiser__in=organisations_of(user, "events.view"))
        )

    def upcoming(self):
        return self.filter(ends_at__gt=timezone.now(), cancelled_at=None, event__cancelled_at=None).order_by(
            "starts_at", "pk"
        )

    def with_a_free_place(self):
        return self.filter(Q(places=None) | Q(places_taken__lt=F("places")))


class Session(models.Model):
    """One date of an event. `places` empty: no limit."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="sessions", verbose_name=_("event"))
    community = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", editable=False, verbose_name=_("community")
    )
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    places = models.PositiveIntegerField(_("places"), null=True, blank=True)
    places_taken = models.PositiveIntegerField(
        _("places taken"), default=0, editable=False
    )  # recounted nightly
    registration_opens_at = models.DateTimeField(_("sign-up opens"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(_("sign-up closes"), null=True, blank=True)
    note = models.CharField(_("remarks"), max_length=120, blank=True)
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


class Registration(models.Model):
    """A resident's place in a session."""

    session = models.ForeignKey(
        Session, models.PROTECT, related_name="registrations", verbose_name=_("session")
    )
    resident = models.ForeignKey(
        Resident, models.PROTECT, related_name="registrations", verbose_name=_("resident")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    cancelled_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("withdrawn by")
    )

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "resident"], condition=Q(cancelled_at=None), name="one_live_registration"
            )
        ]


class Attendance(models.Model):
    """Somebody was there. Points, hours and the report read this row; it is made once, by a check-in."""

    session = models.ForeignKey(
        Session, models.PROTECT, related_name="attendances", verbose_name=_("session")
    )
    resident = models.ForeignKey(
        Resident, models.PROTECT, related_name="attendances", verbose_name=_("resident")
    )
    registration = models.ForeignKey(
        Registration,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="attendances",
        verbose_name=_("registration"),
    )
    as_helper = models.BooleanField(_("as a helper"), default=False)
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken back by")
    )

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "resident"], condition=Q(withdrawn_at=None), name="one_live_attendance"
            )
        ]
