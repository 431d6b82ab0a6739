"""Redemption fairs (兑换活动): one day, one place, goods set aside for it, and who comes when."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.access import scope
from community.models import Unit
from residents.identity import refuse_numbers
from residents.models import Household, Resident

from .goods import Item, OfACommunity


class FairQuerySet(OfACommunity):
    def public(self):
        return self.filter(published_at__isnull=False)

    def coming(self):
        return self.filter(closed_at=None, ends_at__gte=timezone.now())


class Fair(models.Model):
    community = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("community"))
    title = models.CharField(_("title"), max_length=60, validators=[refuse_numbers])
    place = models.CharField(_("place"), max_length=80, validators=[refuse_numbers])
    about = models.CharField(_("description"), max_length=300, blank=True, validators=[refuse_numbers])
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    most_household = models.PositiveSmallIntegerField(
        _("pieces for one household at most"), null=True, blank=True
    )
    last_number = models.PositiveIntegerField(default=0, editable=False)  # of the queue
    called = models.PositiveIntegerField(default=0, editable=False)  # the number that was called up last
    version = models.PositiveIntegerField(default=1, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = FairQuerySet.as_manager()

    class Meta:
        verbose_name = _("redemption fair")
        verbose_name_plural = _("redemption fairs")
        ordering = ["-starts_at", "-pk"]
        indexes = [models.Index(fields=["community", "starts_at"], name="fair_of_a_community")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="fair_ends_after_it_starts")
        ]

    def __str__(self):
        return self.title

    @property
    def is_open(self) -> bool:
        """Goods may be handed over: not closed, and its day has come."""
        return self.closed_at is None and timezone.localdate(self.starts_at) <= timezone.localdate()

    @property
    def may_change(self) -> bool:
        """Day, place and times may: nobody has come yet."""
        return self.closed_at is None and timezone.localdate(self.starts_at) > timezone.localdate()

    @property
    def called_number(self) -> str:
        """As it stands on the ticket; empty before the first is called up."""
        return f"{self.called:03d}" if self.called and self.is_open else ""

    @property
    def gives_numbers(self) -> bool:
        return bool(self.published_at) and self.closed_at is None and self.ends_at > timezone.now()


class FairSlot(models.Model):
    """So many are asked to come between two times."""

    fair = models.ForeignKey(Fair, models.PROTECT, related_name="slots", verbose_name=_("redemption fair"))
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    places = models.PositiveIntegerField(_("places"))
    taken = models.PositiveIntegerField(_("places taken"), default=0)

    class Meta:
        verbose_name = _("slot of a fair")
        verbose_name_plural = _("slots of fairs")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["fair", "starts_at"], name="one_slot_at_a_time"),
            models.CheckConstraint(condition=Q(taken__lte=F("places")), name="slot_never_overfull"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_ends_after_it_starts"),
        ]

    def __str__(self):
        return f"{timezone.localtime(self.starts_at):%H:%M}–{timezone.localtime(self.ends_at):%H:%M}"

    @property
    def left(self) -> int:
        return self.places - self.taken


class FairGood(models.Model):
    """`quota` pieces of an item are set aside for the fair, `given` of them are handed over."""

    fair = models.ForeignKey(Fair, models.PROTECT, related_name="goods", verbose_name=_("redemption fair"))
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", verbose_name=_("item of the shop"))
    quota = models.PositiveIntegerField(_("set aside"))
    given = models.PositiveIntegerField(_("handed over"), default=0)

    class Meta:
        verbose_name = _("goods of a fair")
        verbose_name_plural = _("goods of fairs")
        ordering = ["item"]
        constraints = [
            models.UniqueConstraint(fields=["fair", "item"], name="an_item_once_at_a_fair"),
            models.CheckConstraint(condition=Q(given__lte=F("quota")), name="a_fair_gives_what_it_has"),
        ]

    def __str__(self):
        return f"{self.item} {self.given}/{self.quota}"

    @property
    def left(self) -> int:
        return self.quota - self.given


class TicketQuerySet(models.QuerySet):
    def live(self):
        return self.filter(given_back_at=None)

    def of(self, user):
        return self.filter(resident__in=Resident.objects.acted_for(user))

    def visible_to(self, user):
        return self.filter(scope(user, "shop.view", "fair__community__path"))


class Ticket(models.Model):
    """A number in the queue of a fair; one for each household."""

    fair = models.ForeignKey(Fair, models.PROTECT, related_name="tickets", verbose_name=_("redemption fair"))
    slot = models.ForeignKey(
        FairSlot, models.PROTECT, related_name="tickets", verbose_name=pgettext_lazy("fair", "time")
    )
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="+", verbose_name=_("resident"))
    household = models.ForeignKey(
        Household, models.SET_NULL, null=True, related_name="+", verbose_name=_("household")
    )
    number = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    given_back_at = models.DateTimeField(_("given back at"), null=True, blank=True)
    given_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("given back by")
    )

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("queue number")
        verbose_name_plural = _("queue numbers")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["fair", "number"], name="one_number_of_a_fair"),
            models.UniqueConstraint(
                fields=["fair", "resident"], condition=Q(given_back_at=None), name="one_number_for_a_person"
            ),
            models.UniqueConstraint(
                fields=["fair", "household"],
                condition=Q(given_back_at=None),
                name="one_number_for_a_household",
            ),
        ]

    def __str__(self):
        return f"{self.number:03d}"
