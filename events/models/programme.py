from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from community.access import may, organisations_of, scope
from community.models import Organisation, Unit, here_and_below
from config.images import PictureField
from points.models import Rule
from residents.models import Tag
from surveys.models import Survey
from venues.models import Room

from .pool import Pool, PoolQuerySet, has_read, standing, take_over


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


# state, act, the right it takes, next state
EVENT_STEPS = [
    ("draft", "edit", "events.manage", "draft"),
    ("draft", "publish", "events.manage", "published"),
    ("draft", "cancel", "events.manage", "cancelled"),
    ("draft", "discard", "events.manage", ""),  # then there is no event any more
    ("published", "edit", "events.manage", "published"),
    ("published", "cancel", "events.manage", "cancelled"),
]


class EventQuerySet(PoolQuerySet):
    def public(self):
        return self.filter(published_at__lte=timezone.now(), is_internal=False)

    def visible_to(self, user):
        return self.filter(
            scope(user, "events.view", "unit__path") | Q(organiser__in=organisations_of(user, "events.view"))
        )

    def within(self, unit):
        return self.filter(here_and_below(unit.path, "unit__path"))

    def in_draft(self):
        return self.filter(published_at=None, cancelled_at=None, is_template=False)

    def templates(self):
        return self.filter(is_template=True, cancelled_at=None)


class Event(Pool):
    """Something a community puts on: one or more sessions people may sign up for.

    `is_course`: one sign-up covers all its sessions, and the places are the event's; otherwise each session's own.
    """

    class Policy(models.TextChoices):
        """Who gets a place when there are more people than places."""

        FIRST = "first", _("first come, first served")
        DRAW = "draw", _("a draw when sign-up closes")
        MISSED = "missed", _("first those who missed out last time")

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
    title_pinyin = models.CharField(max_length=500, blank=True, editable=False)  # to be found by
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
    bring = models.CharField(_("what to bring along"), max_length=120, blank=True)
    contact = models.CharField(_("contact"), max_length=40, blank=True)
    contact_phone = models.CharField(_("contact phone"), max_length=20, blank=True)
    poster = PictureField(_("poster"), upload_to="posters", blank=True)
    poster_alt = models.CharField(_("what the poster shows"), max_length=120, blank=True)
    needs_registration = models.BooleanField(_("people sign up"), default=True)
    open_to_unconfirmed = models.BooleanField(_("open to accounts not yet confirmed"), default=True)
    is_internal = models.BooleanField(_("internal, not on public pages"), default=False)
    gives_points = models.BooleanField(_("gives points"), default=True)
    is_course = models.BooleanField(_("one sign-up covers all sessions"), default=False)
    policy = models.CharField(
        _("who gets a place"), max_length=8, choices=Policy.choices, default=Policy.FIRST
    )
    has_waiting_list = models.BooleanField(_("keeps a waiting list"), default=True)
    offer_hours = models.PositiveSmallIntegerField(
        _("hours an offered place is kept"), default=24, help_text=_("Shorter when it starts sooner.")
    )
    most_seats = models.PositiveSmallIntegerField(
        _("most people in one sign-up"),
        default=1,
        help_text=_("More than 1: families and groups sign up together."),
    )
    one_session_each = models.BooleanField(
        _("everybody has one session only"),
        default=False,
        help_text=_("As with half hours of a health check."),
    )
    age_from = models.PositiveSmallIntegerField(_("from the age of"), null=True, blank=True)
    age_to = models.PositiveSmallIntegerField(_("up to the age of"), null=True, blank=True)
    only_this_unit = models.BooleanField(_("only for who lives in the unit"), default=False)
    tag = models.CharField(_("for the people tagged"), max_length=16, choices=Tag.choices, blank=True)
    after_course = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("for who completed the course"),
    )
    minimum = models.PositiveSmallIntegerField(_("takes place from this many people"), null=True, blank=True)
    decide_days = models.PositiveSmallIntegerField(
        _("decided how many days before"), default=2, help_text=_("Only with a least number of people.")
    )
    needs_check_out = models.BooleanField(_("people check out when they leave"), default=False)
    copied_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="copies",
        verbose_name=_("copied from"),
    )
    questions = models.ForeignKey(
        Survey,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("questions at sign-up"),
    )
    feedback = models.ForeignKey(
        Survey,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("survey afterwards"),
    )
    teacher = models.CharField(_("teacher or leader"), max_length=60, blank=True)
    repeats = models.JSONField(null=True, editable=False)  # how its sessions repeat: `recurrence.Rule`
    is_template = models.BooleanField(_("a template, never public"), default=False, editable=False)
    rule = models.ForeignKey(
        Rule,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("points by rule"),
        help_text=_("Empty: the usual rule for this kind of event."),
    )
    version = models.PositiveIntegerField(default=0, editable=False)  # against stale forms
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, editable=False)
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

    READ_WITH = ("unit",)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(places=None) | Q(places_taken__lte=F("places")), name="event_never_oversold"
            ),
            models.CheckConstraint(condition=Q(most_seats__gte=1), name="event_seats_from_one"),
            models.CheckConstraint(
                condition=Q(age_from=None) | Q(age_to=None) | Q(age_from__lte=F("age_to")),
                name="event_ages_in_order",
            ),
            models.CheckConstraint(
                condition=Q(is_template=False) | Q(published_at=None), name="template_is_never_public"
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("events:event", args=[self.unit.community.slug, self.pk])

    @property
    def state(self) -> str:
        if self.cancelled_at:
            return "cancelled"
        return "published" if self.published_at else "draft"

    def allows(self, act: str) -> bool:
        return any(state == self.state and step == act for state, step, _right, _next in EVENT_STEPS)

    def acts(self) -> list[str]:
        return [step for state, step, _right, _next in EVENT_STEPS if state == self.state]

    def may(self, user, act: str) -> bool:
        """By a post at or above the unit, or at the organisation that puts it on."""
        return may(user, act, self.unit) or bool(
            self.organiser_id and self.organiser_id in organisations_of(user, act)
        )

    def held(self) -> "Event":
        rows = self.to_hold() if has_read(self, "unit") else self.to_hold().select_related("unit")
        found = rows.get(pk=self.pk)
        take_over(found, self, "unit", "room")
        return found

    @property
    def programme(self) -> "Event":
        return self

    @cached_property
    def community(self):
        return self.unit.community

    @property
    def community_id(self) -> int:
        return self.community.pk

    @cached_property
    def dates(self) -> list[tuple]:
        """When the sessions that take place start and end, in order."""
        rows = self.sessions.filter(cancelled_at=None).order_by("starts_at", "pk")
        return list(rows.values_list("starts_at", "ends_at"))

    @property
    def starts_at(self):
        """Of a course: when its first session starts; None without one."""
        return self.dates[0][0] if self.dates else None

    @property
    def line_ends_at(self):
        """Of a course: whoever comes later joins the rest, until its last session starts."""
        return self.dates[-1][0] if self.dates else None

    def standing(self, now=None) -> str:
        """Of a course as a whole: the words of `pool.STANDINGS`."""
        now = now or timezone.now()
        if not self.dates:
            return "cancelled" if self.cancelled_at else "closed"
        return standing(
            now,
            cancelled=bool(self.cancelled_at),
            starts_at=self.line_ends_at,
            ends_at=self.dates[-1][1],
            opens_at=self.registration_opens_at,
            closes_at=self.registration_closes_at,
            needed=self.needs_registration,
            left=self.places_left,
        )

    @property
    def collects(self) -> bool:
        """Places are not given as people come, but all at once when sign-up has closed."""
        return self.policy != self.Policy.FIRST

    @property
    def has_a_stage(self) -> bool:
        """Whether its sessions may have a programme of items; courses and service days have none."""
        kinds = EventKind.COURSE, EventKind.SPORT, EventKind.SERVICE, EventKind.VOLUNTEER
        return self.kind not in kinds

    def rhythm(self) -> str:
        """How its sessions repeat, in words; empty when they do not."""
        from ..recurrence import words

        return words(self.repeats)

    def where(self) -> str:
        if self.room_id:
            return f"{self.room}"
        return self.place
