"""Orders: points and stock set aside for somebody until the goods are handed over."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.access import scope
from community.models import Unit
from points.models import Account, Transfer
from residents.identity import refuse_numbers
from residents.models import Resident

from .. import codes
from .fairs import Fair
from .goods import Item, OfACommunity


class OrderState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("order", "waits at the counter")
    HANDED = "handed", pgettext_lazy("order", "handed over")
    CANCELLED = "cancelled", pgettext_lazy("order", "cancelled")
    LAPSED = "lapsed", pgettext_lazy("order", "not fetched in time")


# (state, act) → next state. `cancel` is the holder's or the counter's, `lapse` the clock's, `hand_over` the counter's.
STEPS: dict[tuple[str, str], str] = {
    (OrderState.WAITING, "hand_over"): OrderState.HANDED,
    (OrderState.WAITING, "cancel"): OrderState.CANCELLED,
    (OrderState.WAITING, "lapse"): OrderState.LAPSED,
}


class How(models.TextChoices):
    SELF = "self", _("by themselves")
    MANDATE = "mandate", _("by somebody with a mandate")
    DESK = "desk", _("at the counter")
    FAIR = "fair", _("at a fair")


class OrderQuerySet(OfACommunity):
    def waiting(self):
        return self.filter(state=OrderState.WAITING)

    def of(self, user):
        """Of the people `user` may act for; who moved away still sees what waits and fetches it."""
        if not user.is_authenticated:
            return self.none()
        moved = Resident.objects.filter(user=user, left_why=Resident.Left.MOVED)
        people = Resident.objects.acted_for(user).order_by().values("pk").union(moved.order_by().values("pk"))
        return self.filter(resident__in=people)

    def counted(self):
        """Those that count towards the limits of items; what fairs give out has limits of its own."""
        return self.filter(fair=None, state__in=[OrderState.WAITING, OrderState.HANDED])


class Order(models.Model):
    """What `resident` fetches with `code` until `until`. Points and goods go back when nobody comes."""

    community = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("community"))
    resident = models.ForeignKey(
        Resident, models.PROTECT, related_name="orders", verbose_name=pgettext_lazy("shop order", "for whom")
    )
    code = models.CharField(_("pick-up code"), max_length=6, unique=True, default=codes.new_code)
    state = models.CharField(
        _("state"), max_length=10, choices=OrderState.choices, default=OrderState.WAITING
    )
    points = models.PositiveIntegerField(_("points"))
    how = models.CharField(_("ordered"), max_length=8, choices=How.choices, default=How.SELF)
    token = models.CharField(max_length=32, unique=True)  # of the form: a second click finds the first order
    fair = models.ForeignKey(
        Fair, models.PROTECT, null=True, blank=True, related_name="orders", verbose_name=_("redemption fair")
    )
    made_at = models.DateTimeField(_("ordered at"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("ordered by")
    )
    until = models.DateTimeField(_("to be fetched by"))
    handed_at = models.DateTimeField(_("handed over at"), null=True, blank=True)
    handed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("handed over by"),
    )  # fmt: skip
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)  # cancelled or lapsed
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ended by"),
    )
    reason = models.CharField(_("reason"), max_length=120, blank=True, validators=[refuse_numbers])

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("shop", "order")
        verbose_name_plural = pgettext_lazy("shop", "orders")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["community", "made_at", "id"], condition=Q(state="waiting"), name="order_waiting"
            ),
            models.Index(fields=["until"], condition=Q(state="waiting"), name="order_running_out"),
            models.Index(fields=["resident", "made_at"], name="order_of_somebody"),
            models.Index(fields=["community", "made_at"], name="order_of_a_month"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="handed", handed_at__isnull=False)
                | (~Q(state="handed") & Q(handed_at=None, handed_by=None)),
                name="handed_over_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["cancelled", "lapsed"], ended_at__isnull=False)
                | (Q(state__in=["waiting", "handed"]) & Q(ended_at=None, ended_by=None)),
                name="an_order_ended_says_when",
            ),
        ]

    def __str__(self):
        return self.spoken

    @property
    def spoken(self) -> str:
        """The code as it is read out."""
        return f"{self.code[:3]} {self.code[3:]}"

    @property
    def is_waiting(self) -> bool:
        return self.state == OrderState.WAITING

    @property
    def is_late(self) -> bool:
        return self.is_waiting and self.until < timezone.now()


class OrderLine(models.Model):
    """So many of an item, at the points and cost of that day."""

    order = models.ForeignKey(
        Order, models.PROTECT, related_name="lines", verbose_name=pgettext_lazy("shop", "order")
    )
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", verbose_name=_("item of the shop"))
    count = models.PositiveSmallIntegerField(pgettext_lazy("goods", "number"))
    points = models.PositiveIntegerField(_("points for one"))
    fen = models.PositiveIntegerField(_("cost of one in fen"), default=0)

    class Meta:
        verbose_name = _("line of an order")
        verbose_name_plural = _("lines of orders")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "item"], name="an_item_once_in_an_order"),
            models.CheckConstraint(condition=Q(count__gte=1), name="a_line_has_a_number"),
        ]

    def __str__(self):
        return f"{self.item} × {self.count}"

    @property
    def total(self) -> int:
        return self.count * self.points


class OrderShare(models.Model):
    """Whose points pay how much of an order: the person's own, and those of family members who agreed."""

    order = models.ForeignKey(
        Order, models.PROTECT, related_name="shares", verbose_name=pgettext_lazy("shop", "order")
    )
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("points account"))
    points = models.PositiveIntegerField(_("points"))
    reservation = models.OneToOneField(
        Transfer, models.PROTECT, related_name="+", verbose_name=_("reservation")
    )

    class Meta:
        verbose_name = _("share of an order")
        verbose_name_plural = _("shares of orders")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "account"], name="an_account_once_in_an_order"),
            models.CheckConstraint(condition=Q(points__gte=1), name="a_share_has_points"),
        ]

    def __str__(self):
        return f"{self.account}: {self.points}"


class ConsentQuerySet(models.QuerySet):
    def living(self):
        return self.filter(withdrawn_at=None)

    def visible_to(self, user):
        return self.filter(scope(user, "residents.view", "resident__path"))


class Consent(models.Model):
    """`resident` lets the members of the household spend these points too. May be taken back on any day."""

    class Given(models.TextChoices):
        SELF = "self", _("on the own page")
        PAPER = "paper", _("on paper")

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="+", verbose_name=_("resident"))
    given = models.CharField(_("given"), max_length=6, choices=Given.choices, default=Given.SELF)
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken back by"),
    )  # fmt: skip

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent to spend together")
        verbose_name_plural = _("consents to spend together")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["resident"], condition=Q(withdrawn_at=None), name="one_living_consent_to_spend"
            )
        ]

    def __str__(self):
        return str(self.resident)
