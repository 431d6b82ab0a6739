from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .access import may, scope
from .admin_base import ScopedAdmin, ScopedChoices
from .models import Covering, Organisation, Unit
from .unit_admin import LivingFilter


class OrganisationForm(forms.ModelForm):
    def clean(self):
        cleaned = super().clean()
        unit = cleaned.get("unit") or getattr(self.instance, "unit", None)
        parent = cleaned.get("parent")
        if unit and parent:
            self._check_parent(parent, unit)
        return cleaned

    def _check_parent(self, parent, unit):
        if not unit.path.startswith(parent.unit.path):
            self.add_error("parent", _("It belongs to an organisation of the same place or above."))
        seen = {self.instance.pk}
        while parent:
            if parent.pk in seen:
                raise ValidationError({"parent": _("An organisation cannot belong to itself.")})
            seen.add(parent.pk)
            parent = parent.parent


class CoveringInline(ScopedChoices, admin.TabularInline):
    """Which places it looks after, from when to when; who may change the organisation may change these."""

    model = Covering
    extra = 0
    fields = ["unit", "since", "until"]
    autocomplete_fields = ["unit"]

    def has_view_permission(self, request, obj=None):
        return True

    def _may(self, request, obj=None):
        return may(request.user, "organisations.manage", obj)

    def has_add_permission(self, request, obj=None):
        return self._may(request, obj)

    def has_change_permission(self, request, obj=None):
        return self._may(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self._may(request, obj)


@admin.register(Organisation)
class OrganisationAdmin(ScopedAdmin):
    view_act, change_act = "organisations.view", "organisations.manage"
    form = OrganisationForm
    list_display = ["name", "kind", "unit", "parent", "phone", "is_public"]
    list_filter = ["kind", "is_public", LivingFilter]
    list_select_related = ["unit", "parent"]
    search_fields = ["name"]
    ordering = ["unit__path", "kind", "name"]
    autocomplete_fields = ["unit", "parent"]
    inlines = [CoveringInline]

    def unit_of(self, row):
        return row

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "unit":
            kwargs["queryset"] = Unit.objects.living().filter(
                scope(request.user, "organisations.manage", "path")
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
