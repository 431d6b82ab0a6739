"""Who helps, and for how long. Hours are no points: spending points never makes an hour less."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.access import paths, scope
from community.models import Kind, Unit, here_and_below
from community.models.tree import WIDTH
from residents.identity import refuse_numbers
from residents.models import Resident

MOST_A_DAY = Decimal(24)
MUCH_A_DAY = Decimal(8)  # more is possible, and worth a second look
STEP = timedelta(minutes=30)


def served(starts_at: datetime, ends_at: datetime) -> Decimal:
    """Hours between two moments in full half hours (what is short of one is cut), never less than half an hour.

    Only the time served counts, without the way there (民政部令第67号); breaks are left out by giving fewer hours.
    """
    return Decimal(max((ends_at - starts_at) // STEP, 1)) / 2


def stars(hours: Decimal) -> int:
    """How many stars: reached is "at least", and withdrawn hours take a star with them."""
    return sum(hours >= needed for needed in settings.VOLUNTEER_STARS)


def in_care(rows, user, path: str):
    """Those of `rows` of people in the care of `user`, whose place is `path`. The index of their community is the way in
    when there is one, the order of the list when there are several; the place is looked at row by row."""
    tops = paths(user, "volunteers.view")
    above = {top[:end] for top in tops for end in range(WIDTH, len(top) + 1, WIDTH)}
    homes = Unit.objects.filter(
        Q(kind=Kind.COMMUNITY), Q(path__in=above) | scope(user, "volunteers.view", "path")
    )
    ids = list(homes.order_by().values_list("pk", flat=True))
    if len(ids) == 1:
        rows = rows.filter(community=ids[0])
    else:
        rows = rows.alias(of=F("community") + 0).filter(of__in=ids)
    return rows.alias(where=Concat(path, Value(""))).filter(scope(user, "volunteers.view", "where"))


class VolunteerQuerySet(models.QuerySet):
    def public(self):
        """Nobody: a volunteer's name is shown with consent only, which comes with its own issue."""
        return self.none()

    def visible_to(self, user):
        return in_care(self, user, "resident__path")

    def active(self):
        return self.filter(ended_at=None)

    def of(self, user):
        """Of the people `user` may act for."""
        return self.filter(resident__in=Resident.objects.of(user))

    def with_hours(self):
        """`hours_served`: what counts, of each."""
        counted = ServiceRecord.objects.counted().filter(volunteer=models.OuterRef("pk")).order_by()
        total = counted.values("volunteer").annotate(total=models.Sum("hours")).values("total")
        return self.annotate(hours_served=models.Subquery(total))


class Volunteer(models.Model):
    """A resident who has helped, or offered to. Who comes back keeps the number."""

    resident = models.OneToOneField(
        Resident, models.PROTECT, related_name="volunteer", verbose_name=_("resident")
    )
    community = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", db_index=False, verbose_name=_("community")
    )
    sequence = models.PositiveIntegerField(editable=False)
    number = models.CharField(_("volunteer number"), max_length=40, unique=True, editable=False)
    since = models.DateField(_("since"), default=timezone.localdate)
    skills = models.CharField(_("skills"), max_length=200, blank=True, validators=[refuse_numbers])
    guardian_consent = models.CharField(
        _("consent of the guardian"),
        max_length=120,
        blank=True,
        validators=[refuse_numbers],
        help_text=_("For those under 18: who consented, when, and on which paper."),
    )
    ended_at = models.DateTimeField(
        pgettext_lazy("service", "ended at"), null=True, blank=True, editable=False
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("ended by"),
        editable=False,
    )

    objects = VolunteerQuerySet.as_manager()

    class Meta:
        verbose_name = _("volunteer")
        verbose_name_plural = _("volunteers")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["community", "id"], name="volunteer_of_a_community")]
        constraints = [
            models.UniqueConstraint(fields=["community", "sequence"], name="one_volunteer_of_a_number"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="volunteer_ended_by_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.resident} {self.number}"

    def is_minor(self, on: date | None = None) -> bool:
        age = self.resident.age(on)
        return age is not None and age < 18


class ServiceRecordQuerySet(models.QuerySet):
    def public(self):
        return self.none()

    def visible_to(self, user):
        return in_care(self, user, "volunteer__resident__path")

    def of(self, user):
        """Of the people `user` may act for."""
        return self.filter(volunteer__in=Volunteer.objects.of(user))

    def living(self):
        return self.filter(withdrawn_at=None)

    def counted(self):
        """What is an hour for the person, the report and the certificate."""
        return self.filter(withdrawn_at=None, verified_at__isnull=False)

    def unverified(self):
        return self.filter(withdrawn_at=None, verified_at=None)

    def held_in(self, first: date, last: date, unit: Unit | None = None):
        """From the day `first` to the day `last`, in the communities at or below `unit`."""
        rows = self.filter(day__gte=first, day__lte=last)
        return rows.filter(here_and_below(unit.path, "community__path")) if unit else rows

    def meeting(self, starts_at: datetime, ends_at: datetime):
        """Whose time overlaps this time; one that ends when the other starts does not."""
        return self.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)

    def with_overlap(self):
        """`overlaps`: whether another living record of the same person has part of the same time."""
        others = ServiceRecord.objects.living().filter(
            volunteer=models.OuterRef("volunteer"),
            starts_at__lt=models.OuterRef("ends_at"),
            ends_at__gt=models.OuterRef("starts_at"),
        )
        return self.annotate(overlaps=models.Exists(others.exclude(pk=models.OuterRef("pk"))))

    def hours(self) -> Decimal:
        total = self.aggregate(total=models.Sum("hours"))["total"] or Decimal(0)
        return total.quantize(Decimal("0.1"))


class ServiceRecord(models.Model):
    """Somebody helped. Written by what happened (a roll-call) or, from paper, by two people; never changed.

    A mistake is withdrawn with a reason and recorded anew.
    """

    class Source(models.TextChoices):
        SYSTEM = "system", _("roll-call")
        PAPER = "paper", _("paper")

    volunteer = models.ForeignKey(
        Volunteer, models.PROTECT, related_name="records", db_index=False, verbose_name=_("volunteer")
    )
    community = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", db_index=False, verbose_name=_("community")
    )
    day = models.DateField(_("day"))  # of the start
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    hours = models.DecimalField(pgettext_lazy("service", "hours"), max_digits=3, decimal_places=1)
    what = models.CharField(_("what was done"), max_length=120)
    place = models.CharField(_("place"), max_length=120, blank=True)
    cause = models.CharField(max_length=60, blank=True)  # `attendance:42`; empty for paper
    source = models.CharField(_("source"), max_length=6, choices=Source.choices, default=Source.SYSTEM)
    reason = models.CharField(_("why it is entered by hand"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("recorded by"),
    )
    verified_at = models.DateTimeField(_("verified at"), null=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("verified by"),
    )
    withdrawn_at = models.DateTimeField(pgettext_lazy("service", "withdrawn at"), null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=pgettext_lazy("service", "withdrawn by"),
    )
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=200, blank=True)

    objects = ServiceRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("service record")
        verbose_name_plural = _("service records")
        ordering = ["-day", "-pk"]
        indexes = [
            models.Index(fields=["volunteer", "day", "id"], name="service_of_a_volunteer"),
            models.Index(fields=["community", "day", "id"], name="service_of_a_day"),
            models.Index(fields=["day", "id"], name="service_by_day"),
            models.Index(
                fields=["community", "id"],
                condition=Q(withdrawn_at=None, verified_at=None),
                name="service_unverified",
            ),
            models.Index(
                fields=["volunteer", "ends_at", "starts_at"],
                condition=Q(withdrawn_at=None),
                name="service_at_a_time",  # whose times overlap
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["cause"], condition=Q(withdrawn_at=None) & ~Q(cause=""), name="one_service_of_a_cause"
            ),
            models.CheckConstraint(condition=Q(hours__gt=0, hours__lte=24), name="service_of_at_most_a_day"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="service_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(source="system", reason="") | (Q(source="paper", cause="") & ~Q(reason="")),
                name="service_by_hand_says_why",
            ),
            models.CheckConstraint(
                condition=Q(verified_at=None, verified_by=None, source="paper")
                | Q(verified_at__isnull=False, verified_by__isnull=False),
                name="service_verified_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(source="system") | Q(verified_by=None) | ~Q(verified_by=F("recorded_by")),
                name="paper_service_needs_two_people",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="service_withdrawn_by_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.volunteer} · {self.day} · {self.what}"
