from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.operations import record
from community.admin_base import ReadOnlyAdmin, ScopedAdmin
from community.models import Kind, Unit
from config import leftovers

from .models import Amenity, Facility, Room


class ClosedFilter(admin.SimpleListFilter):
    title, parameter_name = _("state"), "state"

    def lookups(self, request, model_admin):
        return [("open", _("open")), ("closed", _("closed"))]

    def queryset(self, request, queryset):
        if self.value() not in ("open", "closed"):
            return queryset
        return queryset.filter(closed_at__isnull=self.value() == "open")


class RoomInline(admin.TabularInline):
    model = Room
    extra = 0
    fields = ["name", "seats", "equipment", "fee", "note", "picture", "order"]
    can_delete = False  # events point at rooms

    def has_view_permission(self, request, obj=None):
        return True

    def has_add_permission(self, request, obj=None):
        return True

    def has_change_permission(self, request, obj=None):
        return True


@admin.register(Facility)
class FacilityAdmin(ScopedAdmin):
    view_act, change_act = "venues.view", "venues.manage"
    inlines = [RoomInline]
    list_display = ["name", "kind", "unit", "opening_hours", "phone", "closed_at"]
    list_filter = ["kind", ClosedFilter]
    list_select_related = ["unit"]
    search_fields = ["name"]
    autocomplete_fields = ["unit"]
    actions = ["close", "reopen"]

    def get_inline_instances(self, request, obj=None):
        if obj is not None and not self.has_change_permission(request, obj):
            return []
        return super().get_inline_instances(request, obj)

    def save_formset(self, request, form, formset, change):
        before = [name for part in formset.initial_forms for name in leftovers.names_of(part.instance)]
        super().save_formset(request, form, formset, change)
        leftovers.let_go(*before)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "unit":
            kwargs["queryset"] = Unit.objects.public().where(request.user, "venues.manage")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _close(self, request, queryset, at):
        for row in queryset.select_related("unit"):
            if self.has_change_permission(request, row):
                row.closed_at, row.closed_by = at, request.user if at else None
                row.save(update_fields=["closed_at", "closed_by"])
                record("venues.close" if at else "venues.reopen", by=request.user, on=row, path=row.unit.path)

    @admin.action(description=_("Close: no longer on public pages"), permissions=["change"])
    def close(self, request, queryset):
        self._close(request, queryset.filter(closed_at=None), timezone.now())

    @admin.action(description=_("Open again"), permissions=["change"])
    def reopen(self, request, queryset):
        self._close(request, queryset, None)


@admin.register(Room)
class RoomAdmin(ReadOnlyAdmin):
    """Rooms are kept with their facility; here they are only found, by other forms too."""

    view_act = "venues.view"
    list_display = ["name", "facility", "seats", "closed_at"]
    list_select_related = ["facility"]
    search_fields = ["name", "facility__name"]

    def unit_of(self, row):
        return row.facility.unit


class UnderWayFilter(admin.SimpleListFilter):
    title, parameter_name = _("state"), "state"

    def lookups(self, request, model_admin):
        return [("current", _("at present")), ("ended", _("ended"))]

    def queryset(self, request, queryset):
        if self.value() not in ("current", "ended"):
            return queryset
        today = timezone.localdate()
        if self.value() == "current":
            return queryset.there_on(today)
        return queryset.filter(until__lt=today)


@admin.register(Amenity)
class AmenityAdmin(ScopedAdmin):
    """Which compound has what, from when to when: what has gone is given an end, so that past months stay true."""

    view_act, change_act = "venues.view", "venues.manage"
    list_display = ["unit", "kind", "number", "since", "until", "condition", "facility"]
    list_filter = ["kind", "condition", UnderWayFilter]
    list_select_related = ["unit", "facility"]
    search_fields = ["unit__name", "note"]
    autocomplete_fields = ["unit", "facility"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "unit":
            compounds = Unit.objects.living().filter(kind=Kind.COMPOUND)
            kwargs["queryset"] = compounds.where(request.user, "venues.manage")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
