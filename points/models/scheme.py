"""The scheme's terms in versions, and who has agreed to which. Joining is free, and so is leaving."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.access import scope
from community.models import Unit
from residents.models import Resident


class TermsQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(scope(user, "points.view", "community__path"))

    def of(self, community):
        return self.filter(community=community).order_by("-number")


class Terms(models.Model):
    """What a community's scheme asks and promises from the day `since` on. An earlier consent still counts up to and
    including `old_until`; the first terms have none before them."""

    community = models.ForeignKey(
        Unit, models.PROTECT, related_name="scheme_terms", verbose_name=_("community")
    )
    number = models.PositiveSmallIntegerField(_("version"))
    text = models.TextField(_("text of the terms"), max_length=10_000)
    since = models.DateField(_("in force from"))
    old_until = models.DateField(_("earlier consents count until"), null=True, blank=True)
    made_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("points rule", "made by"),
    )

    objects = TermsQuerySet.as_manager()

    class Meta:
        verbose_name = _("terms of the points scheme")
        verbose_name_plural = _("terms of the points scheme")
        ordering = ["community", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["community", "number"], name="one_terms_of_a_number"),
            models.CheckConstraint(
                condition=Q(number=1, old_until=None) | Q(number__gt=1, old_until__gte=F("since")),
                name="new_terms_say_how_long_the_old_count",
            ),
        ]

    def __str__(self):
        return f"{self.community} · {self.number}"


class MemberQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(scope(user, "points.view", "resident__path"))

    def living(self):
        return self.filter(left_at=None)


class Member(models.Model):
    """A consent to terms, from the day it was given to the day it was withdrawn or renewed."""

    class How(models.TextChoices):
        SELF = "self", _("in the portal")
        PAPER = "paper", _("on paper")

    class Why(models.TextChoices):
        LEFT = "left", pgettext_lazy("points scheme", "left")
        RENEWED = "renewed", _("agreed to newer terms")

    resident = models.ForeignKey(
        Resident, models.PROTECT, related_name="memberships_of_points", verbose_name=_("resident")
    )
    terms = models.ForeignKey(
        Terms, models.PROTECT, related_name="members", verbose_name=_("terms of the points scheme")
    )
    how = models.CharField(_("how"), max_length=8, choices=How.choices, default=How.SELF)
    in_ranking = models.BooleanField(_("may stand in public rankings, with a masked name"), default=False)
    joined_at = models.DateTimeField(_("joined at"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    left_why = models.CharField(_("ended because"), max_length=8, choices=Why.choices, blank=True)
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ended by"),
    )

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of the points scheme")
        verbose_name_plural = _("members of the points scheme")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["resident"], condition=Q(left_at=None), name="one_consent_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(left_at=None, left_why="")
                | Q(left_at__isnull=False, left_why__in=["left", "renewed"]),
                name="a_consent_ends_for_a_reason",
            ),
        ]

    def __str__(self):
        return str(self.resident)

    def was_there(self, day: date) -> bool:
        """From the day of joining to the one before leaving; who renews the same day stays in."""
        joined = timezone.localdate(self.joined_at)
        if joined > day:
            return False
        return self.left_at is None or timezone.localdate(self.left_at) > day


def still_to_join():
    """For `annotate` on residents: their community has terms in force, and they have agreed to none."""
    terms = Terms.objects.filter(community=OuterRef("community"), since__lte=timezone.localdate())
    return Exists(terms) & ~Exists(Member.objects.living().filter(resident=OuterRef("pk")))


def asked_again_until():
    """For `annotate` on residents: the day until which a consent to earlier terms counts, None where it is the newest."""
    theirs = Member.objects.living().filter(resident=OuterRef(OuterRef("pk"))).values("terms__number")[:1]
    newer = Terms.objects.filter(community=OuterRef("community"), number__gt=Subquery(theirs))
    return Subquery(newer.order_by("old_until").values("old_until")[:1])
