"""Stock-taking (盘点): a sheet is printed, somebody counts, the numbers are keyed in, differences become movements."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.models import Unit

from .goods import Item, OfACommunity


class Sheet(models.Model):
    """What lay in the store by the books when the sheet was made."""

    community = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("community"))
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closed by"),
    )

    objects = OfACommunity.as_manager()

    class Meta:
        verbose_name = _("stock-taking sheet")
        verbose_name_plural = _("stock-taking sheets")
        ordering = ["-pk"]

    def __str__(self):
        return f"{timezone.localtime(self.made_at):%Y-%m-%d} №{self.pk}"


class SheetLine(models.Model):
    """`expected` by the books when the sheet was made; `counted` is keyed in once, empty while nobody did."""

    sheet = models.ForeignKey(
        Sheet, models.PROTECT, related_name="lines", verbose_name=_("stock-taking sheet")
    )
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", verbose_name=_("item of the shop"))
    number = models.PositiveSmallIntegerField(_("line"))
    expected = models.PositiveIntegerField(_("by the books"))
    counted = models.PositiveIntegerField(_("counted"), null=True, blank=True)

    class Meta:
        verbose_name = _("line of a stock-taking sheet")
        verbose_name_plural = _("lines of stock-taking sheets")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "item"], name="an_item_once_on_a_stock_sheet"),
            models.UniqueConstraint(fields=["sheet", "number"], name="a_stock_sheet_numbers_its_lines"),
        ]

    def __str__(self):
        return f"{self.number} {self.item}"

    @property
    def difference(self) -> int:
        return (self.counted or 0) - self.expected if self.counted is not None else 0
