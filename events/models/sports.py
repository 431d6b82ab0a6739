"""Sports meets: disciplines to enter for, entries and results."""

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.access import organisations_of, scope
from residents.models import Resident

from .programme import Event
from .queue import answered_for
from .sessions import Session


class OfAnEvent(models.QuerySet):
    event, act = "event", "events.view"

    def visible_to(self, user):
        return self.filter(
            scope(user, self.act, f"{self.event}__unit__path")
            | Q(**{f"{self.event}__organiser__in": organisations_of(user, self.act)})
        )


class DisciplineQuerySet(OfAnEvent):
    def with_a_free_place(self):
        return self.filter(Q(places=None) | Q(places_taken__lt=F("places")))


class Discipline(models.Model):
    """Something to enter for at a sports meet: one entry is one person or, with a team size, one team."""

    class Best(models.TextChoices):
        PLACE = "place", _("by the place that was reached")
        LOW = "low", _("the smaller mark wins (seconds)")
        HIGH = "high", _("the greater mark wins (metres, points)")

    event = models.ForeignKey(Event, models.PROTECT, related_name="disciplines", verbose_name=_("event"))
    order = models.PositiveSmallIntegerField(_("order"), default=0, editable=False)
    name = models.CharField(_("discipline"), max_length=40)
    age_from = models.PositiveSmallIntegerField(_("from the age of"), null=True, blank=True)
    age_to = models.PositiveSmallIntegerField(_("up to the age of"), null=True, blank=True)
    sex = models.CharField(_("for"), max_length=1, blank=True, choices=Resident.Sex.choices)
    places = models.PositiveIntegerField(_("places"), null=True, blank=True)
    places_taken = models.PositiveIntegerField(_("places taken"), default=0, editable=False)
    team_size = models.PositiveSmallIntegerField(
        _("people of a team"), default=1, help_text=_("1: everybody for themselves.")
    )
    best = models.CharField(_("who wins"), max_length=8, choices=Best.choices, default=Best.PLACE)

    objects = DisciplineQuerySet.as_manager()

    class Meta:
        verbose_name = _("discipline")
        verbose_name_plural = _("disciplines")
        ordering = ["event", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(places=None) | Q(places_taken__lte=F("places")), name="discipline_never_oversold"
            ),
            models.CheckConstraint(condition=Q(team_size__gte=1), name="discipline_team_from_one"),
            models.CheckConstraint(
                condition=Q(age_from=None) | Q(age_to=None) | Q(age_from__lte=F("age_to")),
                name="discipline_ages_in_order",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def places_left(self) -> int | None:
        return None if self.places is None else self.places - self.places_taken


class EntryQuerySet(OfAnEvent):
    event, act = "discipline__event", "events.check_in"  # names, as those of registrations

    def live(self):
        return self.filter(cancelled_at=None)

    def of(self, user):
        return self.filter(pk__in=answered_for(Entry, user))

    def upcoming(self):
        """Of meets that are not over, cancelled ones too: people have to see that. `starts_at` and `off_at` are those of
        the next session that takes place, else of the next."""
        of_the_meet = Session.objects.filter(event=OuterRef("discipline__event"), ends_at__gt=timezone.now())
        first = of_the_meet.order_by(F("cancelled_at").asc(nulls_first=True), "starts_at", "pk")
        return (
            self.live()
            .annotate(
                starts_at=Subquery(first.values("starts_at")[:1]),
                off_at=Subquery(first.values("cancelled_at")[:1]),
            )
            .filter(starts_at__isnull=False, discipline__event__published_at__isnull=False)
            .select_related("resident", "discipline__event__unit")
            .order_by("starts_at", "pk")
        )

    def of_events(self, events):
        """Those that stand, of people still here. `hears`: who is told of changes, for a child without an account the
        guardian."""
        guardian = models.When(resident__user=None, guardian__isnull=False, then="guardian")
        rows = self.live().filter(discipline__event__in=events, resident__left_on=None)
        return rows.annotate(hears=models.Case(guardian, default="resident"))

    def who_hear(self, event) -> list[Resident]:
        hears = self.of_events([event]).order_by().values("hears")
        return list(Resident.objects.filter(pk__in=hears).select_related("user").order_by("pk"))


class Entry(models.Model):
    """A resident enters for a discipline, alone or as the head of a team."""

    discipline = models.ForeignKey(
        Discipline, models.PROTECT, related_name="entries", verbose_name=_("discipline")
    )
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="entries", verbose_name=_("resident"))
    team = models.CharField(_("name of the team"), max_length=40, blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    guardian = models.ForeignKey(
        Resident, models.PROTECT, null=True, related_name="+", verbose_name=_("guardian who agreed")
    )
    consent_at = models.DateTimeField(_("agreed at"), null=True)
    cancelled_at = models.DateTimeField(_("withdrew at"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("withdrew by")
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry for a discipline")
        verbose_name_plural = _("entries for disciplines")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["discipline", "resident"], condition=Q(cancelled_at=None), name="one_live_entry"
            )
        ]

    def __str__(self):
        return f"{self.team or self.resident} · {self.discipline}"

    def public_name(self) -> str:
        return self.team or self.resident.masked_name


class ResultQuerySet(OfAnEvent):
    event, act = "entry__discipline__event", "events.check_in"


class Result(models.Model):
    """What an entry achieved: a place, a mark (`12.8`, `2:1`), or both."""

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="result", verbose_name=_("entry"))
    rank = models.PositiveSmallIntegerField(_("place reached"), null=True, blank=True)
    mark = models.CharField(pgettext_lazy("sport", "mark"), max_length=20, blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering = ["entry__discipline", "rank", "pk"]

    def __str__(self):
        return f"{self.entry} {self.rank or ''} {self.mark}".strip()
