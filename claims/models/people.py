"""How a community goes about claims, and who decides about them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access import scope
from community.models import Unit


class OfACommunity(models.QuerySet):
    def visible_to(self, user):
        return self.filter(scope(user, "points.claims", "community__path"))


class Procedure(models.Model):
    """How long lists are public and how often there is one. A community without a row goes by the defaults.

    The row is also what is held while lists are made: one after the other.
    """

    class Every(models.TextChoices):
        WEEK = "week", _("every week")
        MONTH = "month", _("every month")

    class Days(models.IntegerChoices):
        THREE = 3, _("3 working days")
        FIVE = 5, _("5 working days")
        SEVEN = 7, _("7 working days")

    class AnswerDays(models.IntegerChoices):
        """For the answer to a deduction: never less than the five days of the law on administrative penalties, Art. 64."""

        FIVE = 5, _("5 working days")
        SEVEN = 7, _("7 working days")
        TEN = 10, _("10 working days")

    community = models.OneToOneField(
        Unit, models.CASCADE, related_name="claims_procedure", verbose_name=_("community")
    )
    every = models.CharField(_("a list is published"), max_length=5, choices=Every, default=Every.WEEK)
    days = models.PositiveSmallIntegerField(_("and is public for"), choices=Days, default=Days.FIVE)
    answer_days = models.PositiveSmallIntegerField(
        _("a deduction can be answered for"), choices=AnswerDays, default=AnswerDays.FIVE
    )
    last_batch = models.PositiveIntegerField(default=0, editable=False)  # the number given out last

    objects = OfACommunity.as_manager()

    class Meta:
        verbose_name = _("procedure of claims")
        verbose_name_plural = _("procedures of claims")
        constraints = [
            models.CheckConstraint(condition=Q(days__in=[3, 5, 7]), name="publicity_of_3_5_or_7_days"),
            models.CheckConstraint(condition=Q(answer_days__gte=5), name="answered_within_5_days_or_more"),
        ]

    def __str__(self):
        return str(self.community)


class ReviewerQuerySet(OfACommunity):
    def current(self, on=None):
        on = on or timezone.localdate()
        return self.filter(Q(until=None) | Q(until__gte=on), since__lte=on, holder__deactivated_at=None)

    def not_over(self, on=None):
        return self.filter(Q(until=None) | Q(until__gte=on or timezone.localdate()))


class Reviewer(models.Model):
    """Somebody decides about claims from a day to a day: in the review group, or on appeal in the supervision committee.

    Nobody sits in both at a time: who has decided before does not decide again on appeal.
    """

    class Body(models.TextChoices):
        GROUP = "group", _("review group")  # 评议小组
        SUPERVISION = "supervision", _("supervision committee")  # 居务监督委员会

    FEWEST = 3

    community = models.ForeignKey(
        Unit, models.PROTECT, related_name="claims_reviewers", verbose_name=_("community")
    )
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews", verbose_name=_("who")
    )
    body = models.CharField(_("body"), max_length=12, choices=Body, default=Body.GROUP)
    since = models.DateField(_("from"), default=timezone.localdate)
    until = models.DateField(_("until"), null=True, blank=True)
    appointed_at = models.DateTimeField(_("appointed at"), default=timezone.now, editable=False)
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("appointed by"),
    )

    objects = ReviewerQuerySet.as_manager()

    class Meta:
        verbose_name = _("member who decides about claims")
        verbose_name_plural = _("members who decide about claims")
        ordering = ["community", "body", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="reviewer_ends_after_the_start"
            ),
            models.UniqueConstraint(
                fields=["community", "holder"], condition=Q(until=None), name="reviewer_of_one_body"
            ),
        ]

    def __str__(self):
        return f"{self.get_body_display()} · {self.holder}"
