"""What points buy: a community's shop, its items, and the ledger of their stock."""

import hashlib
from calendar import monthrange
from datetime import UTC, date, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.access import scope
from community.models import Organisation, Unit
from config.images import PictureField
from residents.identity import refuse_numbers


class OfACommunity(models.QuerySet):
    def visible_to(self, user):
        return self.filter(scope(user, "shop.view", "community__path"))


class Cycle(models.TextChoices):
    ALWAYS = "always", _("always open")
    MONTHLY = "monthly", _("on certain days of each month")
    QUARTERLY = "quarterly", _("on certain days of the last month of each quarter")


class Shop(models.Model):
    """爱心超市: where a community hands over what points buy, and when. Limits of items count within one cycle."""

    community = models.OneToOneField(Unit, models.PROTECT, related_name="shop", verbose_name=_("community"))
    place = models.CharField(_("place"), max_length=80)
    hours = models.CharField(_("opening hours"), max_length=80, blank=True)
    cycle = models.CharField(
        _("orders are taken"), max_length=10, choices=Cycle.choices, default=Cycle.ALWAYS
    )
    first_day = models.PositiveSmallIntegerField(
        _("from day of the month"), default=1, validators=[MinValueValidator(1), MaxValueValidator(28)]
    )
    last_day = models.PositiveSmallIntegerField(
        _("until day of the month"), default=31, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    keep_days = models.PositiveSmallIntegerField(
        _("days an order waits"), default=7, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )

    objects = OfACommunity.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("points", "shop")
        verbose_name_plural = pgettext_lazy("points", "shops")
        ordering = ["community"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__gte=1, last_day__lte=31, first_day__lte=F("last_day")),
                name="shop_opens_before_it_closes",
            )
        ]

    def __str__(self):
        return str(self.community)

    def cycle_around(self, day: date) -> tuple[date, date]:
        """First and last day of the cycle that `day` lies in: a month, or a quarter."""
        month = day.month - (day.month - 1) % 3 if self.cycle == Cycle.QUARTERLY else day.month
        last = month + 2 if self.cycle == Cycle.QUARTERLY else month
        return date(day.year, month, 1), date(day.year, last, monthrange(day.year, last)[1])

    def opening_of(self, day: date) -> tuple[date, date]:
        """The days on which orders are taken in the cycle around `day`."""
        first, last = self.cycle_around(day)
        if self.cycle == Cycle.ALWAYS:
            return first, last
        return last.replace(day=self.first_day), last.replace(day=min(self.last_day, last.day))

    def is_open(self, day: date) -> bool:
        first, last = self.opening_of(day)
        return first <= day <= last

    def next_opening(self, day: date) -> date:
        """The first day from `day` on when orders are taken."""
        first, last = self.opening_of(day)
        if day > last:
            return self.next_opening(self.cycle_around(day)[1] + timedelta(days=1))
        return max(first, day)


class Category(models.Model):
    community = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("community"))
    name = models.CharField(pgettext_lazy("goods", "name"), max_length=20)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = OfACommunity.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("shop", "category")
        verbose_name_plural = pgettext_lazy("shop", "categories")
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["community", "name"], name="one_category_of_a_name")]

    def __str__(self):
        return self.name


class ItemQuerySet(OfACommunity):
    def public(self):
        return self.filter(shelved_at__isnull=False)

    def in_order(self):
        return self.order_by("category__order", "category", "points", "pk")


class Item(models.Model):
    """Goods, or a service somebody offers so many times. `reserved` of what is `on_hand` waits for orders and fairs."""

    class Kind(models.TextChoices):
        GOOD = "good", _("goods")
        SERVICE = "service", pgettext_lazy("shop", "service")

    community = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("community"))
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="items", verbose_name=pgettext_lazy("shop", "category")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.GOOD)
    name = models.CharField(pgettext_lazy("goods", "name"), max_length=40)
    unit_word = models.CharField(
        _("counted in"), max_length=6, help_text=_("The word after the number: bag, box, time.")
    )
    about = models.CharField(_("description"), max_length=300, blank=True, validators=[refuse_numbers])
    picture = PictureField(_("picture"), upload_to="goods", blank=True)
    points = models.PositiveIntegerField(
        _("points"), validators=[MinValueValidator(1), MaxValueValidator(100_000)]
    )
    fen = models.PositiveIntegerField(_("cost in fen"), default=0)
    donor = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("donated by")
    )
    donor_words = models.CharField(
        _("donated by somebody else"), max_length=40, blank=True, validators=[refuse_numbers],
        help_text=_("Who is not among the organisations. Residents read it."),
    )  # fmt: skip
    most_each = models.PositiveSmallIntegerField(
        _("at most for one person"), null=True, blank=True, help_text=_("In one cycle: a month or a quarter.")
    )
    most_all = models.PositiveIntegerField(
        _("at most for all together"),
        null=True,
        blank=True,
        help_text=_("In one cycle: a month or a quarter."),
    )
    on_hand = models.PositiveIntegerField(_("on hand"), default=0, editable=False)
    reserved = models.PositiveIntegerField(_("set aside"), default=0, editable=False)
    shelved_at = models.DateTimeField(_("on the shelf since"), null=True, blank=True, editable=False)
    shelved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False,
        verbose_name=_("put on the shelf by"),
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of the shop")
        verbose_name_plural = _("items of the shop")
        ordering = ["category__order", "points", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["community", "name"], name="one_item_of_a_name"),
            models.CheckConstraint(condition=Q(points__gte=1), name="an_item_costs_points"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, on_hand__gte=F("reserved")), name="nothing_is_promised_twice"
            ),
            models.CheckConstraint(
                condition=Q(shelved_at=None, shelved_by=None) | Q(shelved_at__isnull=False),
                name="an_item_on_the_shelf_says_since_when",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def free(self) -> int:
        """What may still be ordered."""
        return self.on_hand - self.reserved

    @property
    def given_by(self) -> str:
        return self.donor.name if self.donor else self.donor_words


class MoveKind(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("stock", "received")
    COUNTED = "counted", pgettext_lazy("stock", "counted: difference")
    DAMAGED = "damaged", pgettext_lazy("stock", "damaged or out of date")
    HANDED = "handed", pgettext_lazy("stock", "handed over")
    RETURNED = "returned", pgettext_lazy("stock", "brought back")


class StockMoveQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(scope(user, "shop.view", "item__community__path"))

    def between(self, first, last):
        """By the moment they were written: `first` included, `last` not."""
        return self.filter(at__gte=first, at__lt=last)


class StockMove(models.Model):
    """One change of what is on hand. Only added to; each row's digest is made from its own values and the row before."""

    item = models.ForeignKey(
        Item, models.PROTECT, related_name="moves", db_index=False, verbose_name=_("item of the shop")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=MoveKind.choices)
    change = models.IntegerField(_("change"))
    after = models.PositiveIntegerField(_("on hand after"))
    fen = models.PositiveIntegerField(_("cost of one in fen"), default=0)
    donor = models.CharField(_("donated by"), max_length=120, blank=True)
    cause = models.CharField(_("cause"), max_length=40, blank=True)  # `order:12`
    note = models.CharField(_("remarks"), max_length=120, blank=True, validators=[refuse_numbers])
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("by"),
    )
    digest = models.CharField(_("digest"), max_length=64)

    objects = StockMoveQuerySet.as_manager()

    class Meta:
        verbose_name = _("movement of stock")
        verbose_name_plural = _("movements of stock")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["item", "id"], name="stock_of_an_item"),
            models.Index(fields=["at"], name="stock_of_a_day"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(change=0), name="a_movement_changes_something"),
            models.CheckConstraint(
                condition=Q(kind__in=["received", "returned"], change__gt=0)
                | Q(kind__in=["damaged", "handed"], change__lt=0)
                | Q(kind="counted"),
                name="a_movement_goes_its_way",
            ),
        ]

    def __str__(self):
        return f"{self.item} {self.change:+d}"

    def digest_after(self, before: str) -> str:
        """Chained to the digest of the item's movement before; anybody who alters a row breaks the chain."""
        said = [
            before, self.item_id, self.kind, self.change, self.after, self.fen, self.donor, self.cause, self.note,
            self.at.astimezone(UTC).isoformat(timespec="microseconds"), self.by_id or "",
        ]  # fmt: skip
        return hashlib.sha256("\x1f".join(map(str, said)).encode()).hexdigest()
