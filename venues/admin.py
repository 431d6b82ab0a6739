from datetime import timedelta

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.operations import record
from community.admin_base import ReadOnlyAdmin, ScopedAdmin
from community.models import Kind, Unit
from config import leftovers

from . import operations
from .models import Amenity, Booker, Booking, ClosedPeriod, Facility, OpeningHours, Room, RoomPhoto

MOST_NAMED = 50


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

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("facility")

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


class PartOfARoom(admin.TabularInline):
    """Comes and goes with the room, whose admin asks who may."""

    extra = 0

    def has_view_permission(self, request, obj=None):
        return True

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


class HoursFormSet(forms.BaseInlineFormSet):
    """Before hours are changed, whose bookings would lie outside them is named. Those stay until staff act on them."""

    user = None

    def clean(self):
        super().clean()
        if any(self.errors) or not self.has_changed():
            return
        kept = [one for one in self.forms if one.cleaned_data and not one.cleaned_data.get("DELETE")]
        outside = operations.left_outside(self.instance, [one.instance for one in kept])
        seen = ",".join(str(one.pk) for one in outside)
        if outside and self.data.get("seen_outside") != seen:
            raise ValidationError(self._named(outside, seen))

    def _named(self, outside, seen):
        lines = (
            (reverse("venues:desk_booking", args=[one.pk]), one.when, one.what, one.holder_for(self.user))
            for one in outside[:MOST_NAMED]
        )
        return format_html(
            '{} <ul>{}</ul> <label><input type="checkbox" name="seen_outside" value="{}"> {}</label>',
            ngettext(
                "%(n)d booking lies outside these hours. It stays valid: move or cancel it at the booking desk.",
                "%(n)d bookings lie outside these hours. They stay valid: move or cancel them at the booking desk.",
                len(outside),
            )
            % {"n": len(outside)},
            format_html_join("", '<li><a href="{}">{} · {} · {}</a></li>', lines),
            seen,
            _("I have seen this; save the hours all the same."),
        )


class HoursInline(PartOfARoom):
    model = OpeningHours
    formset = HoursFormSet

    def get_formset(self, request, obj=None, **kwargs):
        made = super().get_formset(request, obj, **kwargs)
        made.user = request.user
        return made


class PhotoInline(PartOfARoom):
    model = RoomPhoto


@admin.register(Room)
class RoomAdmin(ScopedAdmin):
    """Added with their facility; here are hours, photos and who may book them under which limits."""

    view_act, change_act = "venues.view", "venues.manage"
    list_display = ["name", "facility", "seats", "lent_to", "needs_approval", "closed_at"]
    list_filter = ["lent_to"]
    list_select_related = ["facility__unit"]
    search_fields = ["name", "facility__name"]
    readonly_fields = ["facility"]
    fieldsets = [
        (None, {"fields": ["facility", "name", "seats", "picture", "equipment", "fee", "note", "key_place", "order"]}),
        (_("who may book it, and how"), {
            "fields": ["lent_to", "needs_approval", "longest_quarters", "days_ahead", "gap_quarters", "confirm_weeks"],
            "description": _("Four quarters of an hour are one hour: 12 lets people have the room for three hours at a time."),
        }),
    ]  # fmt: skip
    inlines = [HoursInline, PhotoInline]

    def unit_of(self, row):
        return row.facility.unit

    def has_add_permission(self, request):
        return False

    def get_inline_instances(self, request, obj=None):
        if obj is None or not self.has_change_permission(request, obj):
            return []
        return super().get_inline_instances(request, obj)

    def save_formset(self, request, form, formset, change):
        before = [name for part in formset.initial_forms for name in leftovers.names_of(part.instance)]
        super().save_formset(request, form, formset, change)
        leftovers.let_go(*before)


class WhenFilter(admin.SimpleListFilter):
    title, parameter_name = _("when"), "when"

    def lookups(self, request, model_admin):
        return [("coming", _("coming or under way")), ("week", _("the next seven days")), ("over", _("over"))]

    def queryset(self, request, queryset):
        now = timezone.now()
        if self.value() == "over":
            return queryset.filter(ends_at__lte=now)
        if self.value() not in ("coming", "week"):
            return queryset
        coming = queryset.coming()
        return coming.filter(starts_at__lt=now + timedelta(days=7)) if self.value() == "week" else coming


class WhoseFilter(admin.SimpleListFilter):
    title, parameter_name = _("for whom"), "whose"

    def lookups(self, request, model_admin):
        return [
            ("resident", _("residents")),
            ("organisation", _("teams and organisations")),
            ("event", _("events")),
        ]

    def queryset(self, request, queryset):
        return {
            "resident": lambda: queryset.filter(cause="", organisation=None),
            "organisation": lambda: queryset.filter(cause="", organisation__isnull=False),
            "event": lambda: queryset.exclude(cause=""),
        }.get(self.value(), lambda: queryset)()


@admin.register(Booking)
class BookingAdmin(ReadOnlyAdmin):
    """Asked for, decided and cancelled on the booking desk."""

    view_act = "venues.view"
    list_display = ["place", "when", "state", "at_the_desk", "what", "people", "holder"]
    list_filter = ["state", WhenFilter, WhoseFilter]
    list_select_related = ["room__facility__unit", "organisation", "resident"]
    search_fields = ["what", "room__name", "room__facility__name", "organisation__name"]
    search_help_text = _("What for, room, facility or organisation.")
    ordering = ["-starts_at", "-pk"]
    readonly_fields = ["holder", "at_the_desk"]
    fields = [
        "at_the_desk", "room", "what", "people", "holder", "starts_at", "ends_at", "state", "waits", "asked_at", "asked_by",
        "decided_at", "decided_by", "ended_at", "ended_by", "reason", "series", "cause",
    ]  # fmt: skip

    def unit_of(self, row):
        return row.unit

    @admin.display(description=_("room"), ordering="room")
    def place(self, row):
        """In two lines, so that the list is not wider than a screen."""
        return format_html("{}<br>{}", row.room.facility.name, row.room.name)

    @admin.display(description=_("for whom"))
    def holder(self, row):
        if row.cause:
            return _("an event")
        return row.organisation or (row.resident.masked_name if row.resident else row.unit)

    @admin.display(description=_("when"), ordering="starts_at")
    def when(self, row):
        return row.when

    @admin.display(description=_("at the desk"))
    def at_the_desk(self, row):
        """Where it is accepted, refused, moved or cancelled."""
        return format_html(
            '<a href="{}">{}</a>',
            reverse("venues:desk_booking", args=[row.pk]),
            _("To the booking desk"),
        )


@admin.register(ClosedPeriod)
class ClosedPeriodAdmin(ReadOnlyAdmin):
    """Entered on the booking desk, where the bookings it puts out are named."""

    view_act = "venues.view"
    list_display = ["facility", "room", "starts_at", "ends_at", "reason", "lifted_at"]
    list_select_related = ["facility__unit", "room__facility"]
    search_fields = ["facility__name", "reason"]

    def unit_of(self, row):
        return row.facility.unit


@admin.register(Booker)
class BookerAdmin(ScopedAdmin):
    view_act, change_act = "venues.manage", "venues.manage"
    list_display = ["organisation", "masked", "since", "until"]
    list_select_related = ["organisation__unit", "resident"]
    search_fields = ["organisation__name"]
    autocomplete_fields = ["organisation", "resident"]

    def unit_of(self, row):
        return row.organisation.unit

    @admin.display(description=_("resident"))
    def masked(self, row):
        return row.resident.masked_name


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
