from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .access import scope
from .admin_base import ScopedAdmin
from .models import Organisation, Unit
from .unit_admin import LivingFilter


class OrganisationForm(forms.ModelForm):
    def clean(self):
        cleaned = super().clean()
        unit = cleaned.get("unit") or getattr(self.instance, "unit", None)
        parent, covers = cleaned.get("parent"), cleaned.get("covers") or []
        if unit and parent:
            self._check_parent(parent, unit)
        if unit and any(not covered.is_at_or_below(unit) for covered in covers):
            self.add_error("covers", _("It covers what lies in %(unit)s only.") % {"unit": unit})
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


@admin.register(Organisation)
class OrganisationAdmin(ScopedAdmin):
    view_act, change_act = "organisations.view", "organisations.manage"
    form = OrganisationForm
    list_display = ["name", "kind", "unit", "parent", "phone", "is_public"]
    list_filter = ["kind", "is_public", LivingFilter]
    list_select_related = ["unit", "parent"]
    search_fields = ["name"]
    ordering = ["unit__path", "kind", "name"]
    autocomplete_fields = ["unit", "parent", "covers"]

    def unit_of(self, row):
        return row

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "unit":
            kwargs["queryset"] = Unit.objects.living().filter(
                scope(request.user, "organisations.manage", "path")
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
