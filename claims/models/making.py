"""What somebody claims points for, and how far it has come."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.access import scope
from community.models import Unit
from config.images import PictureField
from points.models import Rule
from residents.models import Resident


class State(models.TextChoices):
    SUBMITTED = "submitted", _("to be checked")
    CHECKED = "checked", _("to be decided")
    ACCEPTED = "accepted", _("agreed to, waits for the next list")
    LISTED = "listed", _("on the publicity list")
    POSTED = "posted", pgettext_lazy("claim", "points given")
    REJECTED = "rejected", pgettext_lazy("claim", "not agreed to")
    STRUCK = "struck", _("struck off after an objection")
    APPEALED = "appealed", _("before the supervision committee")
    DISMISSED = "dismissed", _("appeal turned down")
    WITHDRAWN = "withdrawn", pgettext_lazy("claim", "taken back")


# (state, act) → next state. Who may do it: claims.operations.
STEPS: dict[tuple[str, str], str] = {
    (State.SUBMITTED, "check"): State.CHECKED,
    (State.SUBMITTED, "withdraw"): State.WITHDRAWN,
    (State.CHECKED, "withdraw"): State.WITHDRAWN,
    (State.ACCEPTED, "withdraw"): State.WITHDRAWN,
    (State.LISTED, "withdraw"): State.WITHDRAWN,
    (State.APPEALED, "withdraw"): State.WITHDRAWN,
    (State.CHECKED, "accept"): State.ACCEPTED,
    (State.CHECKED, "reject"): State.REJECTED,
    (State.ACCEPTED, "publish"): State.LISTED,
    (State.LISTED, "post"): State.POSTED,
    (State.LISTED, "strike"): State.STRUCK,
    (State.REJECTED, "appeal"): State.APPEALED,
    (State.STRUCK, "appeal"): State.APPEALED,
    (State.APPEALED, "accept"): State.ACCEPTED,
    (State.APPEALED, "reject"): State.DISMISSED,
}
GIVEN_UP = [State.REJECTED, State.STRUCK, State.DISMISSED, State.WITHDRAWN]
OPEN = [State.SUBMITTED, State.CHECKED, State.ACCEPTED, State.LISTED, State.APPEALED]


class ClaimQuerySet(models.QuerySet):
    def visible_to(self, user):
        """In care of a post; a grid worker sees those of the own grid."""
        return self.filter(scope(user, "points.check", "resident__path"))

    def of(self, user):
        """Of the people `user` is."""
        return self.filter(resident__in=Resident.objects.of(user))

    def for_pages(self):
        return self.select_related("resident__unit__parent", "rule", "community", "batch", "made_by")

    def objected_to(self):
        """With an objection nobody has answered yet."""
        from .lists import Objection

        return self.filter(Exists(Objection.objects.open().filter(claim=OuterRef("pk"))))

    def undisputed(self):
        from .lists import Objection

        return self.exclude(Exists(Objection.objects.open().filter(claim=OuterRef("pk"))))

    def before(self, user):
        """To be decided by a body `user` sits in: as far as that body may; see operations.refusal_of_voice."""
        from .people import Reviewer

        seats = Reviewer.objects.current().filter(holder=user, community=OuterRef("community"))
        return self.filter(
            Q(state=State.CHECKED) & Exists(seats.filter(body=Reviewer.Body.GROUP))
            | Q(state=State.APPEALED) & Exists(seats.filter(body=Reviewer.Body.SUPERVISION))
        )


class Claim(models.Model):
    """积分申报: a resident says what they did; it is checked, decided by at least three, public for some days, posted.

    `amount` counts hours where the rule gives points by the hour. `points` is what was given in the end.
    """

    community = models.ForeignKey(Unit, models.PROTECT, related_name="claims", verbose_name=_("community"))
    resident = models.ForeignKey(
        Resident, models.PROTECT, related_name="points_claims", verbose_name=_("resident")
    )
    rule = models.ForeignKey(Rule, models.PROTECT, related_name="claims", verbose_name=_("rule"))
    day = models.DateField(pgettext_lazy("claim", "done on"))
    amount = models.DecimalField(
        pgettext_lazy("measure", "hours"),
        max_digits=5,
        decimal_places=1,
        default=1,
        validators=[MinValueValidator(Decimal("0.5"))],
    )
    words = models.CharField(pgettext_lazy("claim", "what was done"), max_length=300)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SUBMITTED)
    made_at = models.DateTimeField(pgettext_lazy("claim", "handed in at"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("claim", "handed in by")
    )  # fmt: skip
    checked_at = models.DateTimeField(_("checked at"), null=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("checked by")
    )
    found = models.BooleanField(_("found as told"), null=True)
    finding = models.CharField(_("what was found"), max_length=200, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)  # of the last refusal
    batch = models.ForeignKey(
        "claims.Batch", models.PROTECT, null=True, related_name="claims", verbose_name=_("publicity list")
    )
    closed_at = models.DateTimeField(_("closed at"), null=True)
    points = models.PositiveIntegerField(_("points"), default=0)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim of points")
        verbose_name_plural = _("claims of points")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["community", "state", "id"], name="claims_of_a_state"),
            models.Index(fields=["community", "made_at"], name="claims_of_a_month"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "rule", "day"],
                condition=~Q(state__in=["rejected", "struck", "dismissed", "withdrawn"]),
                name="one_claim_for_a_day",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="claim_of_some_amount"),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=F("made_by")), name="claim_checked_by_another"
            ),
            models.CheckConstraint(
                condition=Q(checked_at=None, checked_by=None, found=None)
                | Q(checked_at__isnull=False, checked_by__isnull=False, found__isnull=False),
                name="claim_checked_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="listed") | Q(batch__isnull=False), name="claim_listed_on_a_list"
            ),
            models.CheckConstraint(
                condition=Q(points=0) | Q(state="posted"), name="claim_gives_points_when_posted"
            ),
        ]

    def __str__(self):
        return f"{self.resident} · {self.rule.name}"

    @property
    def key(self) -> str:
        """In the books."""
        return f"claim:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def may_be_withdrawn(self) -> bool:
        return (self.state, "withdraw") in STEPS

    @property
    def version(self):
        """The version of the rule that holds for its day; None when there is none."""
        return self.rule.version_on(self.day)

    @property
    def worth(self) -> int:
        """Points before any cap."""
        version = self.version
        return version.worth(self.amount) if version else 0


class ClaimPhoto(models.Model):
    """A picture that shows it. `digest` is of the file as it was sent: the same one sent twice is found."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="photos", verbose_name=_("claim of points"))
    picture = PictureField(_("picture"), upload_to="claims")
    digest = models.CharField(max_length=64, editable=False)
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("photo of a claim")
        verbose_name_plural = _("photos of claims")
        ordering = ["pk"]
        indexes = [models.Index(fields=["digest"], name="claimphoto_digest")]
        constraints = [models.UniqueConstraint(fields=["claim", "digest"], name="a_photo_once_in_a_claim")]

    def __str__(self):
        return f"{self.claim_id} · {self.pk}"
