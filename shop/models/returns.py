"""Goods brought back (退货): pieces return to the store, the points that were paid for them to whoever paid."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.access import scope
from residents.identity import refuse_numbers

from .orders import Order, OrderLine


class ReturnQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(scope(user, "shop.view", "order__community__path"))

    def between(self, first, last):
        """By the moment they were written: `first` included, `last` not."""
        return self.filter(at__gte=first, at__lt=last)


class Return(models.Model):
    """Something of an order was brought back, and `points` were given back for it. Only added to."""

    order = models.ForeignKey(
        Order, models.PROTECT, related_name="returns", verbose_name=pgettext_lazy("shop", "order")
    )
    points = models.PositiveIntegerField(_("points given back"))
    reason = models.CharField(
        pgettext_lazy("goods brought back", "reason"), max_length=120, validators=[refuse_numbers]
    )
    token = models.CharField(max_length=32, unique=True)  # of the form: a second click finds the first return
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))

    objects = ReturnQuerySet.as_manager()

    class Meta:
        verbose_name = _("goods brought back")
        verbose_name_plural = _("goods brought back")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["at"], name="return_of_a_day")]
        constraints = [models.CheckConstraint(condition=Q(points__gte=1), name="a_return_has_points")]

    def __str__(self):
        return f"{self.order} · {timezone.localtime(self.at):%Y-%m-%d}"


class ReturnLine(models.Model):
    """So many pieces of a line of the order. `is_usable`: they lie in the store again."""

    back = models.ForeignKey(
        Return, models.PROTECT, related_name="lines", verbose_name=_("goods brought back")
    )
    line = models.ForeignKey(
        OrderLine, models.PROTECT, related_name="returned", verbose_name=_("line of an order")
    )
    count = models.PositiveSmallIntegerField(pgettext_lazy("goods", "number"))
    is_usable = models.BooleanField(_("can be given out again"))

    class Meta:
        verbose_name = _("line of goods brought back")
        verbose_name_plural = _("lines of goods brought back")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["back", "line"], name="a_line_once_in_a_return"),
            models.CheckConstraint(condition=Q(count__gte=1), name="a_returned_line_has_a_number"),
        ]

    def __str__(self):
        return f"{self.line.item} × {self.count}"
