"""How the lists of the register are narrowed."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from community.models import Kind, Unit, here_and_below

from .models import Tag
from .search import Search
from .views.desk import years_ago


class AreaFilter(admin.ListFilter):
    """Communities and groups in one's care: all of them while they are few, else those whose name is typed.

    A building is found by typing it in the search box of the list.
    """

    title, template = _("unit"), "residents/area_filter.html"
    MOST = 60

    def __init__(self, request, params, model, model_admin):
        super().__init__(request, params, model, model_admin)
        said = {name: params.pop(name)[-1] for name in self.expected_parameters() if name in params}
        self.used_parameters.update(said)
        self.typed, self.chosen = said.get("area", "").strip()[:60], said.get("unit", "")
        mine = Unit.objects.living().where(request.user, "residents.view")
        self.all = mine.filter(kind__in=[Kind.COMMUNITY, Kind.GROUP]).order_by("path")
        first = list(self.all[: self.MOST + 1])
        self.are_many = len(first) > self.MOST
        self.units = first
        if self.are_many:
            self.units = list(self.all.filter(name__contains=self.typed)[: self.MOST]) if self.typed else []

    def expected_parameters(self):
        return ["unit", "area"]

    def has_output(self):
        return bool(self.are_many or self.units or self.chosen)  # without output it would not be asked at all

    def choices(self, changelist):
        if self.are_many:
            others = {
                name: value
                for name, value in changelist.params.items()
                if name not in self.expected_parameters()
            }
            if changelist.query:
                others["q"] = changelist.query
            yield {"form": True, "others": others, "typed": self.typed, "none": self.typed and not self.units}
        yield {
            "selected": not self.chosen,
            "query_string": changelist.get_query_string(remove=self.expected_parameters()),
            "display": _("All"),
        }
        for unit in self.units:
            yield {
                "selected": self.chosen == str(unit.pk),
                "query_string": changelist.get_query_string({"unit": unit.pk}),
                "display": str(unit),
            }

    def queryset(self, request, queryset):
        if not self.chosen:
            return queryset
        may_be = self.chosen.isdecimal() and len(self.chosen) < 19
        unit = self.all.filter(pk=self.chosen).first() if may_be else None
        return queryset.filter(here_and_below(unit.path)) if unit else queryset.none()


class LeftFilter(admin.SimpleListFilter):
    title, parameter_name = _("in the register"), "left"

    def lookups(self, request, model_admin):
        return [("yes", _("has left"))]

    def queryset(self, request, queryset):
        return (
            queryset.filter(left_on__isnull=False) if self.value() == "yes" else queryset.filter(left_on=None)
        )


class AgeFilter(admin.SimpleListFilter):
    title, parameter_name = _("age"), "age"
    GROUPS = [("0", 0, 13), ("14", 14, 17), ("18", 18, 59), ("60", 60, 79), ("80", 80, None)]

    def lookups(self, request, model_admin):
        return [(key, f"{first}–{last}" if last else f"{first}+") for key, first, last in self.GROUPS]

    def queryset(self, request, queryset):
        for key, first, last in self.GROUPS:
            if key == self.value():
                queryset = queryset.filter(born_on__lte=years_ago(first))
                return queryset.filter(born_on__gt=years_ago(last + 1)) if last else queryset
        return queryset


class TagFilter(admin.SimpleListFilter):
    title, parameter_name = _("tag"), "tag"

    def lookups(self, request, model_admin):
        return Tag.choices

    def queryset(self, request, queryset):
        """Few bearers are named one by one: a rare tag is not looked for along the whole list."""
        if not self.value():
            return queryset
        bearers = Search(request.user).bearers(self.value())
        if bearers is None:
            return queryset.filter(tags__tag=self.value(), tags__until=None)
        return queryset.filter(pk__in=bearers)
