"""Who signed up, and who was there."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access import organisations_of, scope
from community.models import here_and_below
from residents.models import Resident

from .queue import SignUp
from .sessions import Session


class OfASession(models.QuerySet):
    def visible_to(self, user):
        """Who came is for those who check people in; an operator or officer sees events, not names."""
        return self.filter(
            scope(user, "events.check_in", "session__event__unit__path")
            | Q(session__event__organiser__in=organisations_of(user, "events.check_in"))
        )

    def held_in(self, first, last, unit=None):
        """Of sessions from the day `first` to the day `last` that took place."""
        return self.filter(session__in=Session.objects.held_in(first, last, unit))


class RegistrationQuerySet(OfASession):
    def live(self):
        return self.filter(cancelled_at=None)

    def of(self, user):
        """Of the people `user` may act for."""
        return self.filter(resident__in=Resident.objects.of(user))

    def by_hand_of(self, user):
        """Those `user` may give back: of the people one acts for, and of whom one signed up with oneself."""
        rows = Registration.objects.order_by().values("pk")
        own = rows.filter(resident__in=Resident.objects.of(user))
        return self.filter(pk__in=own.union(rows.filter(sign_up__in=SignUp.objects.of(user).values("pk"))))

    def upcoming(self):
        """Live ones of sessions not over yet, cancelled sessions too: people have to see that."""
        return self.live().filter(session__ends_at__gt=timezone.now()).order_by("session__starts_at", "pk")

    def past(self):
        return self.live().filter(session__ends_at__lte=timezone.now()).order_by("-session__starts_at", "pk")

    def for_pages(self):
        """With what a page says of each, in four queries: PostgreSQL takes longer to plan all these joins in one."""
        return self.select_related("resident", "session__community", "session__event").prefetch_related(
            "session__event__room__facility",
            "session__event__unit",
            "session__room__facility",
            "session__unit",
        )


class Registration(models.Model):
    """A resident's place in a session; `seats` more than 1: with companions whose names nobody asked for."""

    sign_up = models.ForeignKey(
        SignUp,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="registrations",
        verbose_name=_("sign-up"),
    )
    seats = models.PositiveSmallIntegerField(_("seats"), default=1, editable=False)

    session = models.ForeignKey(
        Session, models.PROTECT, related_name="registrations", verbose_name=_("session")
    )
    resident = models.ForeignKey(
        Resident, models.PROTECT, related_name="registrations", verbose_name=_("resident")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    cancelled_at = models.DateTimeField(_("withdrew at"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("withdrew by")
    )

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "resident"], condition=Q(cancelled_at=None), name="one_live_registration"
            )
        ]
        indexes = [
            models.Index(
                fields=["id", "session"],
                condition=Q(cancelled_at__isnull=False),
                name="registration_ended",
            )
        ]

    def __str__(self):
        return f"{self.resident} · {self.session}"


class AttendanceQuerySet(OfASession):
    def live(self):
        return self.filter(withdrawn_at=None)

    def of(self, user):
        return self.filter(resident__in=Resident.objects.of(user))

    def of_organisation(self, organisation):
        return self.filter(session__event__organiser=organisation)

    def still_in(self):
        """There, and where people check out they have not."""
        return self.live().filter(left_at=None)

    def by_members_of(self, branch):
        """Of the members of a party branch."""
        return self.filter(resident__party_branch=branch)

    def helpers(self):
        return self.filter(as_helper=True)

    def participants(self):
        return self.filter(as_helper=False)

    def person_times(self) -> int:
        """人次: one for each time somebody was there."""
        return self.live().count()

    def persons(self) -> int:
        """人数: one for each somebody, however often they came."""
        return self.live().aggregate(n=models.Count("resident", distinct=True))["n"]

    def by_kind(self) -> dict[str, int]:
        """Person-times by the kind of the event."""
        rows = self.live().order_by().values_list("session__event__kind").annotate(count=models.Count("pk"))
        return dict(rows)

    def from_below(self, unit):
        """Of people who live in `unit`."""
        return self.filter(here_and_below(unit.path, "resident__path"))


class Attendance(models.Model):
    """Somebody was there. Points, hours and the report read this row; it is made once, by a check-in."""

    class How(models.TextChoices):
        ROLL = "roll", _("roll-call")
        CODE = "code", _("the resident's code")
        WALL = "wall", _("the code on the wall")
        PAPER = "paper", _("the sheet on paper")

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
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    how = models.CharField(_("how"), max_length=8, choices=How.choices, default=How.ROLL)
    companions = models.PositiveSmallIntegerField(_("companions who came"), default=0)
    hours = models.DecimalField(
        _("hours by hand"), max_digits=3, decimal_places=1, null=True, blank=True
    )  # empty: by the clock
    hours_reason = models.CharField(_("why the hours are others"), max_length=200, blank=True)
    late_reason = models.CharField(_("why it was entered late"), max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken back by")
    )
    withdrawn_reason = models.CharField(_("why it was taken back"), max_length=200, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance records")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "resident"], condition=Q(withdrawn_at=None), name="one_live_attendance"
            ),
            models.CheckConstraint(
                condition=Q(hours=None) | ~Q(hours_reason=""), name="hours_by_hand_say_why"
            ),
        ]
        indexes = [  # few are, and they are asked for by themselves
            models.Index(
                fields=["session"], condition=Q(withdrawn_at__isnull=False), name="attendance_withdrawn"
            )
        ]

    def __str__(self):
        return f"{self.resident} · {self.session}"
