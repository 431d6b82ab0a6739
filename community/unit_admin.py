from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .access import may, scope
from .admin_base import ScopedAdmin
from .models import Kind, Profile, Role, Unit
from .operations import add_unit, change_unit
from .responsible import WANTED, without

STEP = "\u3000"  # an ideographic space: the list shows the tree by indentation


class LivingFilter(admin.SimpleListFilter):
    title, parameter_name = _("state"), "closed"

    def lookups(self, request, model_admin):
        return [("no", pgettext_lazy("unit", "living")), ("yes", pgettext_lazy("unit", "closed"))]

    def queryset(self, request, queryset):
        return queryset if self.value() is None else queryset.filter(closed_at__isnull=self.value() == "no")


class VacantFilter(admin.SimpleListFilter):
    title, parameter_name = _("nobody there"), "without"

    def lookups(self, request, model_admin):
        return [(role.value, role.label) for role in WANTED]

    def queryset(self, request, queryset):
        return without(Role(self.value()), queryset) if self.value() in WANTED else queryset


class UnitForm(forms.ModelForm):
    def clean_kind(self):
        if int(self.cleaned_data["kind"]) == Kind.ROOT and self.instance.kind != Kind.ROOT:
            raise ValidationError(_("There is one installation already."))
        return self.cleaned_data["kind"]


@admin.register(Unit)
class UnitAdmin(ScopedAdmin):
    """The tree. Moving, closing and reopening have pages of their own, because other rooms take part."""

    view_act, change_act, records = "units.view", "units.manage", False
    form = UnitForm
    list_display = ["indented", "kind", "code", "belongs_to", "is_living"]
    list_filter = ["kind", LivingFilter, VacantFilter]
    list_select_related = ["parent"]
    search_fields = ["name", "code"]
    search_help_text = _("Name, or the beginning of an official code.")
    ordering = ["path"]
    sortable_by = []
    autocomplete_fields = ["parent"]
    fields = ["kind", "name", "parent", "code", "slug", "order", "address", "note"]

    def unit_of(self, row):
        return row

    def get_readonly_fields(self, request, obj=None):
        return ["parent"] if obj else []

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "parent":
            kwargs["queryset"] = Unit.objects.living().filter(scope(request.user, "units.manage", "path"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_search_results(self, request, queryset, search_term):
        """Digits are the beginning of a code; a code is never looked for in the middle."""
        term = search_term.strip()
        if not term:
            return queryset, False
        found = Q(code__startswith=term) if term.isdecimal() and len(term) > 3 else Q(name__contains=term)
        return queryset.filter(found), False

    def save_model(self, request, obj, form, change):
        fields = {name: form.cleaned_data[name] for name in form.changed_data if name != "parent"}
        if change:
            change_unit(unit=obj, by=request.user, **fields)
            return
        given = {name: form.cleaned_data[name] for name in ("code", "slug", "order", "address", "note")}
        unit = add_unit(kind=obj.kind, name=obj.name, parent=obj.parent, by=request.user, **given)
        obj.pk, obj.path = unit.pk, unit.path

    def render_change_form(self, request, context, *args, **kwargs):
        unit = kwargs.get("obj")
        context["may_manage"] = unit is not None and may(request.user, "units.manage", unit)
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=pgettext_lazy("of a thing", "name"))
    def indented(self, row):
        return STEP * row.depth + row.name

    @admin.display(description=_("belongs to"), empty_value="")
    def belongs_to(self, row):
        return row.parent

    @admin.display(description=pgettext_lazy("unit", "living"), boolean=True)
    def is_living(self, row):
        return row.closed_at is None


@admin.register(Profile)
class ProfileAdmin(ScopedAdmin):
    view_act, change_act = "content.view", "content.write"
    list_display = ["unit", "motto", "duty_phone"]
    list_select_related = ["unit"]
    search_fields = ["unit__name"]
    autocomplete_fields = ["unit"]
    ordering = ["unit__path"]
    RULES = ["is_village", "notices_need_second", "posts_need_mfa"]  # decided by whoever keeps the tree

    HINTS = {
        "is_village": _("The page about the community says so."),
        "posts_need_mfa": _("At once, and for the posts above this community too."),
    }

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name in self.HINTS:
            field.help_text = self.HINTS[db_field.name]
        return field

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return []
        return ["unit"] if may(request.user, "units.manage", obj.unit) else ["unit", *self.RULES]

    def get_exclude(self, request, obj=None):
        return [] if obj or may(request.user, "units.manage") else self.RULES

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "unit":
            kwargs["queryset"] = Unit.objects.communities()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
