"""居民点单: what residents ask for or offer, and what becomes of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.access import scope
from community.models import Unit
from residents.models import Resident

from .programme import Event

# state, act, next state
WISH_STEPS = [
    ("open", "answer", "answered"),
    ("open", "plan", "planned"),
    ("open", "decline", "declined"),
    ("answered", "answer", "answered"),
    ("answered", "plan", "planned"),
    ("answered", "decline", "declined"),
    ("declined", "answer", "answered"),
    ("declined", "plan", "planned"),
]


class WishQuerySet(models.QuerySet):
    def public(self):
        return self.filter(hidden_at=None)

    def visible_to(self, user):
        return self.filter(scope(user, "events.view", "community__path"))


class Wish(models.Model):
    """A resident asks for a programme or offers to perform; staff answer in public."""

    class Kind(models.TextChoices):
        ASK = "ask", _("asks for a programme")
        OFFER = "offer", _("offers to perform or teach")

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        ANSWERED = "answered", pgettext_lazy("wish", "answered")
        PLANNED = "planned", _("takes place")
        DECLINED = "declined", _("not possible now")

    community = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("community"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    title = models.CharField(_("wish"), max_length=60)
    words = models.TextField(_("in more words"), max_length=500, blank=True)
    resident = models.ForeignKey(
        Resident, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("resident")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    supporters = models.PositiveIntegerField(_("supporters"), default=0, editable=False)
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.OPEN, editable=False
    )
    answer = models.TextField(pgettext_lazy("to a wish", "answer"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name=_("answered by"),
    )  # fmt: skip
    answered_as = models.CharField(_("answered as"), max_length=60, blank=True, editable=False)
    event = models.ForeignKey(
        Event, models.PROTECT, null=True, editable=False, related_name="wishes", verbose_name=_("event")
    )
    hidden_at = models.DateTimeField(_("hidden at"), null=True, editable=False)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name=_("hidden by"),
    )  # fmt: skip
    hide_reason = models.CharField(_("why it is hidden"), max_length=200, blank=True, editable=False)

    objects = WishQuerySet.as_manager()

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None)
                | (~Q(state="open") & Q(answered_at__isnull=False)),
                name="wish_answered_with_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="planned") | Q(event__isnull=False), name="wish_planned_with_an_event"
            ),
        ]
        indexes = [
            models.Index(
                fields=["community", "-supporters", "-id"],
                condition=Q(hidden_at=None),
                name="wishes_by_support",
            ),
            models.Index(
                fields=["community", "-at", "-id"], condition=Q(hidden_at=None), name="wishes_newest"
            ),
        ]

    def __str__(self):
        return self.title

    def allows(self, act: str) -> bool:
        return not self.hidden_at and any(
            state == self.state and step == act for state, step, _n in WISH_STEPS
        )

    def acts(self) -> list[str]:
        return [] if self.hidden_at else [step for state, step, _n in WISH_STEPS if state == self.state]

    def public_name(self) -> str:
        return self.resident.masked_name if self.resident_id else ""


class WishSupport(models.Model):
    """One account supports a wish; taking it back takes the row away."""

    wish = models.ForeignKey(Wish, models.PROTECT, related_name="supports", verbose_name=_("wish"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("support of a wish")
        verbose_name_plural = _("supports of wishes")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["wish", "by"], name="one_support_of_an_account")]

    def __str__(self):
        return f"{self.wish_id}: {self.by_id}"
