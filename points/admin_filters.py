"""How the lists of the books are narrowed, so that they read one stretch of an index however long the books are."""

from datetime import date

from django.contrib import admin
from django.db.models import Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .books import bounds
from .models import Account, Period, Transfer, communities_of

MOST_MONTHS = 36


def is_id(text: str | None) -> bool:
    return bool(text) and text.isascii() and text.isdecimal() and len(text) < 19


class CommunityFilter(admin.SimpleListFilter):
    """Shown to who sees the books of several; then one community at a time."""

    title, parameter_name = _("community"), "community"
    field = "community"  # of the rows

    def lookups(self, request, model_admin):
        self.asks_for_one = "holder" in request.GET or request.GET.get("q")
        mine = communities_of(request.user).order_by("path")
        return [(str(pk), name) for pk, name in mine.values_list("pk", "name")[:200]]

    def has_output(self):
        return len(self.lookup_choices) > 1

    def value(self):
        return super().value() or (None if self.asks_for_one else self.lookup_choices[0][0])

    def choices(self, changelist):
        """Without “All”."""
        for value, name in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": self.value() == value, "query_string": query, "display": name}

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        return queryset.filter(**{self.field: self.value()}) if is_id(self.value()) else queryset.none()


class OneCommunityFilter(CommunityFilter):
    """For rows of people or goods that lie in a community: who has one alone sees all that is in sight."""

    def queryset(self, request, queryset):
        return super().queryset(request, queryset) if self.has_output() else queryset


class MonthFilter(admin.SimpleListFilter):
    """By posting moment. A kind is looked for within a month: no index leads along the kinds."""

    title, parameter_name = _("month"), "month"

    def lookups(self, request, model_admin):
        self.needs_one = (
            "kind__exact" in request.GET and "holder" not in request.GET and not request.GET.get("q")
        )
        today = timezone.localdate()
        first = _first_month(request)
        count = (today.year - first.year) * 12 + today.month - first.month
        months = [_month_before(today, back) for back in range(min(count, MOST_MONTHS) + 1)]
        return [(f"{month:%Y-%m}", date_format(month, "YEAR_MONTH_FORMAT")) for month in months]

    def value(self):
        return super().value() or (self.lookup_choices[0][0] if self.needs_one else None)

    def choices(self, changelist):
        everything, *months = super().choices(changelist)
        if not self.needs_one:
            yield everything | {"selected": self.value() is None}
        yield from months

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        if self.value() not in dict(self.lookup_choices):
            return queryset.none()
        first, last = Period.around(Period.MONTH, date.fromisoformat(f"{self.value()}-01"))
        return queryset.posted_between(bounds(first)[0], bounds(last)[1])


def _first_month(request) -> date:
    wanted = request.GET.get("community", "")
    mine = communities_of(request.user)
    community = mine.filter(pk=wanted).first() if is_id(wanted) else mine.order_by("path").first()
    first = (
        Transfer.objects.filter(community=community).order_by("posted_at", "pk").first()
        if community
        else None
    )
    return timezone.localdate(first.posted_at) if first else timezone.localdate()


def _month_before(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


class KindFilter(admin.ChoicesFieldListFilter):
    """Asked of an expression: the index that keeps an award from being taken back twice is no way in to a month."""

    def queryset(self, request, queryset):
        kinds = self.used_parameters.get(self.lookup_kwarg)
        if not kinds:
            return super().queryset(request, queryset)
        return queryset.alias(sort=Concat("kind", Value(""))).filter(sort__in=kinds)


class HolderFilter(admin.SimpleListFilter):
    """The transfers of one account; led to from there, never chosen from a list."""

    title, parameter_name = pgettext_lazy("points", "account"), "holder"

    def lookups(self, request, model_admin):
        wanted = request.GET.get("holder", "")
        return [(wanted, str(Account(pk=wanted)))] if is_id(wanted) else [("0", "–")] if wanted else []

    def queryset(self, request, queryset):
        return queryset.filter(holder=self.value()) if is_id(self.value()) else queryset
