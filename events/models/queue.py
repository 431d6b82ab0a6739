"""Signing up as one unit of seats: who has a place, who waits, who is offered a place, and who was moved up."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access import organisations_of, scope
from config.crypto import EncryptedField
from residents.models import Mandate, Resident

from .programme import Event
from .sessions import Session


class SignUpState(models.TextChoices):
    ENTERED = "entered", _("in the draw")
    WAITING = "waiting", _("on the waiting list")
    OFFERED = "offered", _("a place is offered")
    PLACED = "placed", _("has a place")
    ENDED = "ended", _("ended")


def answered_for(model, user) -> models.QuerySet:
    """The keys of what `user` answers for: of oneself, the child one stands for, and whoever gave a mandate."""
    own, acted_for = Resident.objects.of(user), Resident.objects.acted_for(user)
    rows = model.objects.order_by().values("pk")
    return rows.filter(resident__in=acted_for).union(rows.filter(guardian__in=own))


class SignUpQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(
            scope(user, "events.check_in", "event__unit__path")
            | Q(event__organiser__in=organisations_of(user, "events.check_in"))
        )

    def live(self):
        return self.exclude(state=SignUpState.ENDED)

    def of(self, user):
        """What `user` answers for; of oneself with one's group."""
        return self.filter(pk__in=answered_for(SignUp, user))

    def naming(self, residents):
        """Those that name one of `residents`, as the first or as one of the group."""
        named = SignUpMember.objects.filter(resident__in=residents)
        return self.filter(Q(resident__in=residents) | Q(pk__in=named.values("sign_up")))

    def of_pool(self, pool):
        """Of a session, or of a course as a whole."""
        if isinstance(pool, Session):
            return self.filter(session=pool)
        return self.filter(event=pool, session=None)

    def in_line(self):
        """Those who wait, the next one first."""
        return self.filter(state=SignUpState.WAITING).order_by("rank", "pk")

    def wanting_seats(self):
        """Those who wait, and groups that are offered a part of what they want; in the order of the line."""
        part = Q(state=SignUpState.OFFERED, offered_seats__lt=F("seats"))
        rows = self.filter(Q(state=SignUpState.WAITING) | part, resident__left_on=None)
        return rows.order_by("rank", "pk")


class SignUp(models.Model):
    """One person or group asks for `seats` seats of a session or, with no session, of a whole course.

    A group waits as one; it is never split unless it agreed (`may_split`).
    """

    class End(models.TextChoices):
        WITHDREW = "withdrew", _("gave the place back")
        LEFT = "left", _("left the waiting list")
        DECLINED = "declined", _("declined the offer")
        EXPIRED = "expired", _("let the offer pass")
        CLOSED = "closed", _("no place became free")
        CANCELLED = "cancelled", _("the event was cancelled")
        MERGED = "merged", _("signed up twice")

    event = models.ForeignKey(Event, models.PROTECT, related_name="sign_ups", verbose_name=_("event"))
    session = models.ForeignKey(
        Session, models.PROTECT, null=True, related_name="sign_ups", verbose_name=_("session")
    )
    resident = models.ForeignKey(
        Resident, models.PROTECT, related_name="sign_ups", verbose_name=_("resident")
    )
    seats = models.PositiveSmallIntegerField(_("seats"), default=1)
    companions = models.PositiveSmallIntegerField(_("companions without a name"), default=0)
    may_split = models.BooleanField(_("may be split"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=SignUpState.choices)
    rank = models.BigIntegerField(_("place in the line"), default=0)
    number = models.PositiveIntegerField(_("number in the draw"), null=True)
    passed_over = models.PositiveSmallIntegerField(_("times passed over"), default=0)
    missed = models.PositiveSmallIntegerField(_("times missed out before"), default=0)
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    guardian = models.ForeignKey(
        Resident, models.PROTECT, null=True, related_name="+", verbose_name=_("guardian who agreed")
    )
    mandate = models.ForeignKey(
        Mandate, models.PROTECT, null=True, related_name="+", verbose_name=_("by the mandate")
    )
    consent_at = models.DateTimeField(_("agreed at"), null=True)
    offered_at = models.DateTimeField(_("offered at"), null=True)
    offer_until = models.DateTimeField(_("offer stands until"), null=True)
    offered_seats = models.PositiveSmallIntegerField(_("seats offered"), default=0)
    placed_at = models.DateTimeField(_("got a place at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by")
    )
    end = models.CharField(_("how it ended"), max_length=10, choices=End.choices, blank=True)
    end_reason = models.CharField(
        _("why staff ended it"), max_length=200, blank=True, default="", db_default=""
    )

    objects = SignUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "resident"],
                condition=Q(session__isnull=False) & ~Q(state=SignUpState.ENDED),
                name="one_live_sign_up_of_a_session",
            ),
            models.UniqueConstraint(
                fields=["event", "resident"],
                condition=Q(session=None) & ~Q(state=SignUpState.ENDED),
                name="one_live_sign_up_of_a_course",
            ),
            models.CheckConstraint(
                condition=Q(seats__gte=1, companions__lt=F("seats")), name="sign_up_counts_its_people"
            ),
            models.CheckConstraint(
                condition=Q(
                    state=SignUpState.OFFERED,
                    offer_until__isnull=False,
                    offered_seats__gte=1,
                    offered_seats__lte=F("seats"),
                )
                | (~Q(state=SignUpState.OFFERED) & Q(offer_until=None, offered_seats=0)),
                name="sign_up_offer_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(state=SignUpState.ENDED, ended_at__isnull=False)
                | (~Q(state=SignUpState.ENDED) & Q(ended_at=None)),
                name="sign_up_ends_with_a_day",
            ),
        ]
        indexes = [
            models.Index(
                fields=["session", "rank", "id"],
                condition=Q(state__in=["entered", "waiting", "offered"]),
                name="line_of_a_session",
            ),
            models.Index(
                fields=["event", "rank", "id"],
                condition=Q(state__in=["entered", "waiting", "offered"]),
                name="line_of_an_event",
            ),
            models.Index(fields=["offer_until"], condition=Q(state="offered"), name="open_offers"),
        ]

    def __str__(self):
        return f"{self.resident} · {self.session or self.event}"

    @property
    def pool(self) -> Session | Event:
        return self.session if self.session_id else self.event

    def people(self) -> list[Resident]:
        """Everybody it names, the one who signed up first."""
        return [self.resident, *(one.resident for one in self.members.all())]

    def position(self) -> int:
        """The place in the line, from 1."""
        before = Q(rank__lt=self.rank) | Q(rank=self.rank, pk__lt=self.pk)
        return SignUp.objects.of_pool(self.pool).in_line().filter(before).count() + 1


class SignUpMemberManager(models.Manager):
    def get_queryset(self):
        return super().get_queryset().select_related("resident")


class SignUpMember(models.Model):
    """Somebody named in another's sign-up: of the household, or of the group."""

    sign_up = models.ForeignKey(SignUp, models.PROTECT, related_name="members", verbose_name=_("sign-up"))
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="+", verbose_name=_("resident"))

    objects = SignUpMemberManager()

    class Meta:
        verbose_name = _("member of a sign-up")
        verbose_name_plural = _("members of sign-ups")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["sign_up", "resident"], name="one_member_once_in_a_sign_up")
        ]

    def __str__(self):
        return f"{self.resident}"


class MoveQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Names stand there: for those who check people in."""
        return self.filter(sign_up__in=SignUp.objects.visible_to(user))


class DrawQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(event__in=Event.objects.visible_to(user))


class QueueMove(models.Model):
    """Staff moved somebody up, and why. Never changed: the number of such moves is public."""

    sign_up = models.ForeignKey(SignUp, models.PROTECT, related_name="moves", verbose_name=_("sign-up"))
    event = models.ForeignKey(Event, models.PROTECT, related_name="queue_moves", verbose_name=_("event"))
    was = models.PositiveIntegerField(_("stood at"))
    now = models.PositiveIntegerField(_("stands at"))
    reason = models.CharField(_("reason"), max_length=200)
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))

    objects = MoveQuerySet.as_manager()

    class Meta:
        verbose_name = _("move up the waiting list")
        verbose_name_plural = _("moves up the waiting list")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.sign_up_id}: {self.was} → {self.now}"


class Draw(models.Model):
    """Who comes first when places are given by lot or by who missed out.

    The digest of the seed is public before anybody signs up; the entrants are frozen and public when sign-up closes,
    and then the seed: the order is that of the digests of seed and number, so anyone can compute it again.
    """

    event = models.ForeignKey(Event, models.PROTECT, related_name="draws", verbose_name=_("event"))
    session = models.OneToOneField(
        Session, models.PROTECT, null=True, related_name="draw", verbose_name=_("session")
    )
    seed = EncryptedField(_("seed"))
    seed_digest = models.CharField(_("digest of the seed"), max_length=64)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    entrants = models.JSONField(_("entrants"), null=True)  # [[number, seats, missed], …] as they came
    entrants_digest = models.CharField(_("digest of the entrants"), max_length=64, blank=True)
    frozen_at = models.DateTimeField(_("entrants frozen at"), null=True)
    drawn_at = models.DateTimeField(_("drawn at"), null=True)

    objects = DrawQuerySet.as_manager()

    class Meta:
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["event"], condition=Q(session=None), name="one_draw_of_a_course")
        ]

    def __str__(self):
        return f"{self.session or self.event}"
