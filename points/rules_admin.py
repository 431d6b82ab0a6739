"""Rules and budgets in the back office: a rule is adopted, changed by a new version and ended, never overwritten."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from community.access import scope
from community.admin_base import ScopedAdmin
from community.models import Unit
from config.errors import DomainError

from . import operations
from .admin_filters import CommunityFilter
from .forms import TERM_SETS, ReadyForm, RuleForm
from .models import Budget, Rule, RuleVersion
from .ready import as_version, ready_rules

OWN = ["community", "code", "category", "ground", "name"]


class VersionInline(admin.TabularInline):
    """What held when. Never changed here."""

    model = RuleVersion
    extra = 0
    fields = readonly_fields = ["number", "gives", "pauses", "limit", "evidence", "approver", "since", "until", "source",
                                "made_by", "made_at"]  # fmt: skip
    ordering = ["-number"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("made_by")

    @admin.display(description=_("points"))
    def gives(self, row):
        return row.gives

    @admin.display(description=_("also"))
    def pauses(self, row):
        return row.pauses or "–"

    @admin.display(description=_("limit"))
    def limit(self, row):
        return row.limit or "–"

    def has_view_permission(self, request, obj=None):
        return True  # as the rule itself

    def has_add_permission(self, request, obj=None):
        return False

    has_change_permission = has_delete_permission = has_add_permission


class OfACommunityAdmin(ScopedAdmin):
    view_act, change_act, records = "points.view", "points.manage", False

    def unit_of(self, row):
        return row.community

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "community":
            places = Unit.objects.communities().filter(
                scope(request.user, self.add_act or self.change_act, "path")
            )
            few = list(places[:2])
            kwargs |= {"queryset": places, "initial": few[0] if len(few) == 1 else None}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def refuse_elsewhere(self, request, row):
        if not self._may(request, self.add_act or self.change_act, row):
            raise DomainError(_("You may not do this at the place you chose."))


class InForceFilter(admin.SimpleListFilter):
    title, parameter_name = _("in force"), "ended"

    def lookups(self, request, model_admin):
        return [("no", _("in force")), ("yes", pgettext_lazy("points rule", "ended"))]

    def queryset(self, request, queryset):
        return {"no": queryset.living(), "yes": queryset.exclude(ended_at=None)}.get(self.value(), queryset)


@admin.register(Rule)
class RuleAdmin(OfACommunityAdmin):
    form = RuleForm
    list_display = ["code", "name", "category", "gives_now", "limit_now", "community", "ended_at"]
    list_display_links = ["code", "name"]
    list_filter = [InForceFilter, CommunityFilter, "category"]
    list_select_related = ["community"]
    search_fields = ["code", "name"]
    ordering = ["code", "pk"]
    sortable_by = []
    inlines = [VersionInline]
    change_form_template = "admin/points/rule/change_form.html"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("community").prefetch_related("versions")

    def _now(self, row) -> RuleVersion | None:
        """Among the versions fetched: in force today, else the next one."""
        today = timezone.localdate()
        standing = [one for one in row.versions.all() if one.until is None or one.until >= today]
        return min(standing, key=lambda one: one.since, default=None)

    @admin.display(description=_("points"))
    def gives_now(self, row):
        return version.gives if (version := self._now(row)) else "–"

    @admin.display(description=_("limit"))
    def limit_now(self, row):
        return (version.limit if (version := self._now(row)) else "") or "–"

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.ended_at is None)

    def get_inlines(self, request, obj):
        return self.inlines if obj else []  # a new rule has no versions to show

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return [(None, {"fields": OWN}), *TERM_SETS]
        if not self.has_change_permission(request, obj):
            return [(None, {"fields": [*OWN, "ended_at"]})]
        (_title, first), *others = TERM_SETS
        return [(None, {"fields": OWN}), (_("Other terms from a day on"), first), *others]

    def get_readonly_fields(self, request, obj=None):
        return [*OWN, "ended_at"] if obj else []

    def save_model(self, request, obj, form, change):
        self.refuse_elsewhere(request, obj)
        if change:
            operations.change_rule(rule=obj, by=request.user, **form.chosen())
            return
        made = operations.adopt_rule(
            community=obj.community, code=obj.code, category=obj.category, name=obj.name, ground=obj.ground,
            by=request.user, **form.chosen(),
        )  # fmt: skip
        obj.__dict__.update(made.__dict__)

    def get_urls(self):
        own = [
            path("<int:pk>/end/", self.admin_site.admin_view(self.end), name="points_rule_end"),
            path("ready/", self.admin_site.admin_view(self.ready), name="points_rule_ready"),
        ]
        return [*own, *super().get_urls()]

    def ready(self, request):
        """Choose from the ready set what the community has decided to hold."""
        places = Unit.objects.communities().filter(scope(request.user, self.change_act, "path"))
        if not places.exists():
            raise PermissionDenied
        form = ReadyForm(request.POST or None, request.FILES or None, places=places)
        if form.is_valid():
            made = operations.adopt_ready(by=request.user, **form.chosen())
            words = ngettext("%(n)d rule was taken over.", "%(n)d rules were taken over.", len(made))
            messages.success(request, words % {"n": len(made)})
            return redirect("admin:points_rule_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Take rules from the ready set"),
            "form": form,
            "groups": ready_lines(form, places),
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/points/rule/ready.html", context, status=status)

    def end(self, request, pk):
        """No points by this rule after today."""
        rule = self.get_queryset(request).filter(pk=pk).first()
        if rule is None:
            raise Http404
        if not super().has_change_permission(request, rule):
            raise PermissionDenied
        if request.method == "POST":
            operations.end_rule(rule=rule, by=request.user)
            messages.success(request, _("%(rule)s gives no points after today.") % {"rule": rule})
            return redirect("admin:points_rule_change", rule.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("End the rule"),
            "rule": rule,
        }
        return TemplateResponse(request, "admin/points/rule/end.html", context)


def ready_lines(form, places) -> list[tuple]:
    """`[(category, [(tick, version as it would be, whether it is in use), …]), …]`; with several communities nobody
    knows yet which one is meant."""
    taken = set()
    if len(places[:2]) == 1:
        taken = set(Rule.objects.filter(community=places[0]).values_list("code", flat=True))
    groups = {category: [] for category in Rule.Category}
    for tick, line in zip(form["codes"], ready_rules().values(), strict=True):
        groups[Rule.Category(line["category"])].append((tick, as_version(line), line["code"] in taken))
    return [(category.label, lines) for category, lines in groups.items()]


MOST_OF_A_YEAR = 100_000_000


class BudgetForm(forms.ModelForm):
    was = forms.IntegerField(widget=forms.HiddenInput, required=False)  # against stale forms

    class Meta:
        model = Budget
        fields = ["community", "year", "points"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.stored = self.instance.points if self.instance.pk else 0
        self.fields["was"].initial = self.stored
        if "points" in self.fields:  # who may only look has no fields
            self.fields["points"].validators.append(MaxValueValidator(MOST_OF_A_YEAR))

    def full_clean(self):
        super().full_clean()
        if self.errors and self.instance.pk:
            self.instance.points = self.stored  # what stands beside is of the budget as it is

    def clean_was(self):
        """None yet is 0; a form that does not say what it saw is stale."""
        if not self.instance.pk:
            return 0
        seen = self.cleaned_data["was"]
        return -1 if seen is None else seen

    def clean_year(self):
        year = self.cleaned_data["year"]
        if not 2000 <= year <= timezone.localdate().year + 1:
            raise forms.ValidationError(_("A year from 2000 up to the next one."))
        return year


@admin.register(Budget)
class BudgetAdmin(OfACommunityAdmin):
    form = BudgetForm
    list_display = ["year", "community", "points", "drawn", "remaining", "used", "pace"]
    list_filter = ["year"]
    list_select_related = ["community"]
    ordering = ["-year", "community"]
    sortable_by = []

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("community")

    def get_fields(self, request, obj=None):
        return ["community", "year", "points", *(["drawn", "remaining", "pace", "was"] if obj else [])]

    def get_readonly_fields(self, request, obj=None):
        return ["community", "year", "drawn", "remaining", "pace"] if obj else []

    @admin.display(description=pgettext_lazy("points", "left"))
    def remaining(self, row):
        return row.left

    @admin.display(description=_("used up at the pace so far"))
    def pace(self, row):
        day = row.lasts_until(timezone.localdate())
        return date_format(day) if day else _("not this year")

    @admin.display(description=_("used"))
    def used(self, row):
        return f"{row.drawn * 100 // row.points}%" if row.points else "–"

    def save_model(self, request, obj, form, change):
        self.refuse_elsewhere(request, obj)
        made = operations.set_budget(
            community=obj.community, year=obj.year, points=form.cleaned_data["points"], by=request.user,
            was=form.cleaned_data.get("was", 0),
        )  # fmt: skip
        obj.__dict__.update(made.__dict__)
