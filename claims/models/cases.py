"""What somebody may lose points for: told to them first, heard, decided by people, open to one appeal."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.access import scope
from community.models import Unit
from config.images import PictureField
from points.models import Freeze, Rule
from residents.models import Resident

from .people import Reviewer


class CaseState(models.TextChoices):
    NOTICED = "noticed", _("waits for the answer")
    ANSWERED = "answered", pgettext_lazy("deduction case", "answered")
    SILENT = "silent", _("no answer in time")
    HEARD = "heard", _("heard in person")
    DECIDED = "decided", _("to be deducted, open to appeal")
    DROPPED = "dropped", pgettext_lazy("deduction case", "dropped")
    APPEALED = "appealed", _("before the supervision committee")
    CONFIRMED = "confirmed", _("confirmed on appeal")
    ANNULLED = "annulled", _("annulled on appeal")
    EFFECTIVE = "effective", pgettext_lazy("deduction case", "deducted")
    LIFTED = "lifted", pgettext_lazy("deduction case", "given back")
    ENDED = "ended", _("taken back by the community")


BEFORE_THE_GROUP = [CaseState.ANSWERED, CaseState.SILENT, CaseState.HEARD]
# (state, act) → next state. Who may do it: claims.operations.cases and .verdicts.
CASE_STEPS: dict[tuple[str, str], str] = {
    (CaseState.NOTICED, "answer"): CaseState.ANSWERED,
    (CaseState.NOTICED, "time_up"): CaseState.SILENT,
    (CaseState.SILENT, "answer"): CaseState.ANSWERED,
    (CaseState.ANSWERED, "hear"): CaseState.HEARD,
    **{(state, "decide"): CaseState.DECIDED for state in BEFORE_THE_GROUP},
    **{(state, "drop"): CaseState.DROPPED for state in BEFORE_THE_GROUP},
    (CaseState.DECIDED, "appeal"): CaseState.APPEALED,
    (CaseState.APPEALED, "uphold"): CaseState.CONFIRMED,
    (CaseState.APPEALED, "annul"): CaseState.ANNULLED,
    (CaseState.DECIDED, "take_effect"): CaseState.EFFECTIVE,
    (CaseState.CONFIRMED, "take_effect"): CaseState.EFFECTIVE,
    (CaseState.EFFECTIVE, "lift"): CaseState.LIFTED,
    (CaseState.NOTICED, "end"): CaseState.ENDED,
    **{(state, "end"): CaseState.ENDED for state in BEFORE_THE_GROUP},
    (CaseState.DECIDED, "end"): CaseState.ENDED,
    (CaseState.APPEALED, "end"): CaseState.ENDED,
    (CaseState.CONFIRMED, "end"): CaseState.ENDED,
}
WITHOUT_EFFECT = [CaseState.DROPPED, CaseState.ANNULLED, CaseState.LIFTED, CaseState.ENDED]
CASE_OPEN = [
    CaseState.NOTICED, *BEFORE_THE_GROUP, CaseState.DECIDED, CaseState.APPEALED, CaseState.CONFIRMED
]  # fmt: skip


class CaseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """In care of a post; a grid worker sees those of the own grid."""
        return self.filter(scope(user, "points.check", "resident__path"))

    def of(self, user):
        """Of the people `user` may speak for: themselves, their small children, who gave them a mandate."""
        people = Resident.objects.acted_for(user).order_by().values("pk")
        children = Resident.objects.with_children(user).order_by().values("pk")
        return self.filter(Q(resident__in=people) | Q(resident__in=children))

    def for_pages(self):
        return self.select_related(
            "resident__unit__parent", "resident__user", "rule", "community", "opened_by"
        )

    def to_be_decided(self):
        """Whoever asked to be heard in person is heard before the group decides."""
        return self.filter(state__in=BEFORE_THE_GROUP).exclude(state=CaseState.ANSWERED, asks_hearing=True)

    def open(self):
        return self.filter(state__in=CASE_OPEN)

    def to_be_heard(self):
        return self.filter(state=CaseState.ANSWERED, asks_hearing=True)

    def before(self, user):
        """To be decided by a body `user` sits in: as far as that body may; see operations.refusal_of_case_voice."""
        seats = Reviewer.objects.current().filter(holder=user, community=OuterRef("community"))
        group = self.to_be_decided().filter(Exists(seats.filter(body=Reviewer.Body.GROUP)))
        others = self.filter(state=CaseState.APPEALED).filter(
            Exists(seats.filter(body=Reviewer.Body.SUPERVISION))
        )
        return group | others


class DeductionCase(models.Model):
    """扣分事项: somebody is said to have broken a rule of conduct. Nothing is deducted before they were told, could
    answer, people decided and the time for an appeal is over (personal information protection law, Art. 24).

    `wrongly` counts the points wrongly claimed where the rule takes them by the point.
    """

    community = models.ForeignKey(
        Unit, models.PROTECT, related_name="deduction_cases", verbose_name=_("community")
    )
    resident = models.ForeignKey(
        Resident, models.PROTECT, related_name="deduction_cases", verbose_name=_("resident")
    )
    rule = models.ForeignKey(Rule, models.PROTECT, related_name="deduction_cases", verbose_name=_("rule"))
    day = models.DateField(pgettext_lazy("deduction case", "happened on"))
    wrongly = models.PositiveSmallIntegerField(
        _("points wrongly claimed"), default=1, validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    words = models.CharField(pgettext_lazy("deduction case", "what happened"), max_length=300)
    state = models.CharField(_("state"), max_length=10, choices=CaseState, default=CaseState.NOTICED)
    opened_at = models.DateTimeField(_("told at"), default=timezone.now)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    answer_until = models.DateField(_("to be answered until"))
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    asks_hearing = models.BooleanField(_("asks to be heard in person"), default=False)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    time_up_on = models.DateField(_("time was up on"), null=True)
    decided_at = models.DateTimeField(_("decided at"), null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)  # of the last decision
    appeal_until = models.DateField(_("open to appeal until"), null=True)
    effective_on = models.DateField(_("deducted on"), null=True)
    taken = models.PositiveIntegerField(_("points taken"), default=0)
    owed = models.PositiveIntegerField(_("points to be withheld"), default=0)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    ended_why = models.CharField(_("why it was ended or given back"), max_length=200, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("deduction case")
        verbose_name_plural = _("deduction cases")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["community", "state", "id"], name="cases_of_a_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "rule", "day"],
                condition=~Q(state__in=["dropped", "annulled", "lifted", "ended"]),
                name="one_case_for_a_day",
            ),
            models.CheckConstraint(condition=Q(wrongly__gte=1, wrongly__lte=500), name="case_of_some_points"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, answer="", asks_hearing=False)
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer=""),
                name="case_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") & ~Q(state="heard") | Q(answered_at__isnull=False),
                name="case_answered_before_heard",
            ),
            models.CheckConstraint(
                condition=~Q(state="silent") | Q(time_up_on__gt=F("answer_until")),
                name="case_silent_after_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(
                    state__in=["decided", "appealed", "confirmed", "annulled", "effective", "lifted"]
                )
                | Q(decided_at__isnull=False, appeal_until__isnull=False) & ~Q(reason=""),
                name="case_decided_says_why_and_until_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["effective", "lifted"], effective_on__isnull=False)
                | ~Q(state__in=["effective", "lifted"]) & Q(effective_on=None, taken=0, owed=0),
                name="case_takes_points_when_effective",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["ended", "lifted"]) | ~Q(ended_why=""), name="case_ended_for_a_reason"
            ),
        ]

    def __str__(self):
        return f"{self.resident} · {self.rule.name}"

    @property
    def key(self) -> str:
        """In the books."""
        return f"deduction:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in CASE_OPEN

    @property
    def waits_for_hearing(self) -> bool:
        return self.state == CaseState.ANSWERED and self.asks_hearing

    @property
    def version(self):
        """The version of the rule that holds for its day."""
        return self.rule.version_on(self.day)

    @property
    def pauses(self) -> str:
        """For how long it would also pause redeeming, in words; empty when it does not."""
        version = self.version
        return version.pauses if version else ""

    @property
    def freeze(self) -> Freeze | None:
        """What pauses redeeming since it took effect."""
        return Freeze.objects.filter(cause=self.key).first()

    @property
    def worth(self) -> int:
        """Points before any cap."""
        version = self.version
        return version.worth(times=self.wrongly) if version else 0


class CasePhoto(models.Model):
    """A picture that shows what happened, or one the resident answers with."""

    class Side(models.TextChoices):
        NOTICE = "notice", _("of the notice")
        ANSWER = "answer", _("of the answer")

    case = models.ForeignKey(
        DeductionCase, models.CASCADE, related_name="photos", verbose_name=_("deduction case")
    )
    side = models.CharField(_("side"), max_length=6, choices=Side)
    picture = PictureField(_("picture"), upload_to="cases")
    digest = models.CharField(max_length=64, editable=False)
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("photo of a deduction case")
        verbose_name_plural = _("photos of deduction cases")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["case", "digest"], name="a_photo_once_in_a_case")]

    def __str__(self):
        return f"{self.case_id} · {self.pk}"
