from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CalendarDayQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One calendar for the whole installation; who may open it is asked before."""
        return self.all()

    def of_year(self, year: int):
        return self.filter(day__year=year)


class CalendarDay(models.Model):
    """A day that is not what its weekday says: a holiday, or a weekend day that is worked (调休)."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("holiday")
        WORKDAY = "workday", _("worked weekend day")

    day = models.DateField(_("day"), primary_key=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=30)

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("working-day calendar")
        ordering = ["day"]

    def __str__(self):
        return f"{self.day} {self.name}"
