from django import forms
from django.contrib import admin, messages
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.admin_base import ReadOnlyAdmin, ScopedAdmin, ScopedChoices
from config.errors import DomainError
from points.models import Rule
from residents.search import Search

from . import admin_more, messages_series, operations  # noqa: F401
from .admin_paging import BySession, PagedByParent
from .models import Attendance, DoorCode, Event, Excuse, Registration, Session, SheetLine

MOST_FOUND = 500


class StateFilter(admin.SimpleListFilter):
    title, parameter_name = _("state"), "state"

    def lookups(self, request, model_admin):
        return [
            ("draft", _("draft")),
            ("published", _("published")),
            ("cancelled", pgettext_lazy("event", "cancelled")),
        ]

    def queryset(self, request, queryset):
        return {
            "draft": queryset.in_draft,
            "published": lambda: queryset.filter(published_at__isnull=False, cancelled_at=None),
            "cancelled": lambda: queryset.filter(cancelled_at__isnull=False),
        }.get(self.value(), lambda: queryset)()


class SessionInline(ScopedChoices, admin.TabularInline):
    """Sessions are added here; one that exists is moved or cancelled at the desk, where a reason is asked for."""

    model = Session
    extra = 0
    fields = ["starts_at", "ends_at", "places", "registration_opens_at", "registration_closes_at", "note", "taken", "at_the_desk"]  # fmt: skip
    readonly_fields = ["taken", "at_the_desk"]
    ordering = ["starts_at", "pk"]
    can_delete = False

    def get_queryset(self, request):
        return super().get_queryset(request).from_now_on().select_related("event__unit")

    def has_view_permission(self, request, obj=None):
        return True  # as the event itself

    def has_add_permission(self, request, obj=None):
        return obj is None or (obj.may(request.user, "events.manage") and obj.allows("edit"))

    def has_change_permission(self, request, obj=None):
        return False

    @admin.display(description=_("places taken"))
    def taken(self, row):
        return row.places_taken

    @admin.display(description=_("at the desk"))
    def at_the_desk(self, row):
        if not row.pk:
            return ""
        links = [("events:roll", _("Roll-call")), ("events:change_session", _("Change")), ("events:cancel_session", _("Cancel"))]  # fmt: skip
        if row.cancelled_at:
            links = links[:1]
        parts = [
            format_html('<a href="{}">{}</a>', reverse(name, args=[row.pk]), words) for name, words in links
        ]
        return format_html(" · ".join(["{}"] * len(parts)), *parts)


class EventAdminForm(forms.ModelForm):
    read_version = forms.IntegerField(widget=forms.HiddenInput, required=False)  # against stale forms

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["read_version"].initial = self.instance.version
        if self.instance.pk and "rule" in self.fields:  # also for who may not see the ledger
            self.fields["rule"].queryset = Rule.objects.giving().filter(
                community=self.instance.unit.community
            )


@admin.register(Event)
class EventAdmin(ScopedAdmin):
    view_act, change_act = "events.view", "events.manage"
    records = False  # the operations do
    form = EventAdminForm
    inlines = [SessionInline]
    list_display = ["title", "kind", "unit", "organiser", "published_at", "cancelled_at"]
    list_filter = [StateFilter, "kind", "audience"]
    list_select_related = ["unit", "organiser"]
    search_fields = ["title", "title_pinyin"]
    autocomplete_fields = ["unit", "organiser", "room"]
    actions = ["publish"]
    fieldsets = [
        (None, {"fields": ["read_version", "title", "kind", "summary", "body", "poster", "poster_alt"]}),
        (_("Where and for whom"), {"fields": ["unit", "organiser", "room", "place", "audience", "bring", "contact", "contact_phone"]}),
        (_("Sign-up"), {"fields": ["needs_registration", "open_to_unconfirmed", "is_internal"]}),
        (_("Points"), {"fields": ["gives_points", "rule"]}),
    ]  # fmt: skip

    def _may(self, request, act, row=None):
        """Also what an organisation puts on, by a post there."""
        if row is None:
            return super()._may(request, act)
        return bool(act) and row.may(request.user, act)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.allows("edit"))

    def save_model(self, request, obj, form, change):
        if not obj.may(request.user, self.change_act):
            super().save_model(request, obj, form, change)  # says the refusal
        elif change:
            version = form.cleaned_data["read_version"]
            changed = [name for name in form.changed_data if name != "read_version"]
            operations.edit_event(
                event=obj, version=-1 if version is None else version, by=request.user, changed=changed
            )
        else:
            operations.create_event(event=obj, by=request.user)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context["may_discard"] = (
            obj is not None and obj.allows("discard") and obj.may(request.user, self.change_act)
        )
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def save_formset(self, request, form, formset, change):
        new = [part.cleaned_data for part in formset.extra_forms if part.has_changed()]
        names = ["starts_at", "ends_at", "places", "registration_opens_at", "registration_closes_at", "note"]
        sessions = [{name: fields.get(name) for name in names} for fields in new]
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        if sessions:
            made = operations.add_sessions(event=form.instance, sessions=sessions, by=request.user)
            messages_series.tell_added(form.instance, made)

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish(self, request, queryset):
        for event in queryset.select_related("unit", "organiser"):
            if not event.may(request.user, "events.manage"):
                continue
            try:
                operations.publish_event(event=event, by=request.user)
            except DomainError as refusal:
                self.message_user(request, f"{event}: {refusal}", messages.ERROR)


class LiveFilter(admin.SimpleListFilter):
    title, parameter_name = _("state"), "state"
    ended = "cancelled_at"

    def lookups(self, request, model_admin):
        return [("live", _("in force")), ("ended", pgettext_lazy("registration", "withdrawn"))]

    def queryset(self, request, queryset):
        if self.value() not in ("live", "ended"):
            return queryset
        return queryset.filter(**{f"{self.ended}__isnull": self.value() == "live"})


class TakenBackFilter(LiveFilter):
    ended = "withdrawn_at"


class LateFilter(admin.SimpleListFilter):
    title, parameter_name = _("entered"), "late"

    def lookups(self, request, model_admin):
        return [("late", _("late, with a reason")), ("corrected", _("hours corrected"))]

    def queryset(self, request, queryset):
        if self.value() == "late":
            return queryset.exclude(late_reason="")
        return queryset.exclude(hours_reason="") if self.value() == "corrected" else queryset


class OfASessionAdmin(PagedByParent, ReadOnlyAdmin):
    by = BySession
    view_act = "events.check_in"
    list_select_related = ["session__event__unit", "resident", "by"]
    ordering = ["-session__starts_at", "-session", "-pk"]
    search_fields = ["pk"]  # switches the box on; get_search_results answers
    search_help_text = _("A resident as in the register, or the title of an event.")

    def get_search_results(self, request, queryset, search_term):
        """People and events are looked for first: no list of a million names is read through."""
        if not (term := search_term.strip()):
            return queryset, False
        people = [pk for _sort, pk in Search(request.user, term).keys(size=MOST_FOUND)]
        events = Event.objects.visible_to(request.user).filter(title__icontains=term[:100]).order_by("-pk")
        sessions = Session.objects.filter(event__in=list(events.values_list("pk", flat=True)[:MOST_FOUND]))
        named = list(sessions.order_by("-pk").values_list("pk", flat=True)[:MOST_FOUND])
        return queryset.filter(Q(resident__in=people) | Q(session__in=named)), False

    def unit_of(self, row):
        event = row.session.event
        return event.unit

    def _may(self, request, act, row=None):
        if row is None:
            return super()._may(request, act)
        return bool(act) and row.session.event.may(request.user, act)

    @admin.display(description=_("event"), ordering="session__event")
    def event(self, row):
        return row.session.event.title

    @admin.display(description=_("starts at"), ordering="session__starts_at")
    def starts_at(self, row):
        return timezone.localtime(row.session.starts_at)


@admin.register(Registration)
class RegistrationAdmin(OfASessionAdmin):
    list_display = ["event", "starts_at", "resident", "at", "by", "cancelled_at"]
    list_filter = [LiveFilter]


@admin.register(Attendance)
class AttendanceAdmin(OfASessionAdmin):
    list_display = [
        "event",
        "starts_at",
        "resident",
        "as_helper",
        "how",
        "at",
        "left_at",
        "by",
        "withdrawn_at",
    ]
    list_filter = [TakenBackFilter, "as_helper", "how", LateFilter]


@admin.register(Excuse)
class ExcuseAdmin(OfASessionAdmin):
    """Who asked for leave; entered and taken back at the desk, beside those who are not there."""

    list_display = ["event", "starts_at", "resident", "reason", "at", "by", "withdrawn_at"]
    list_filter = [TakenBackFilter]


@admin.register(SheetLine)
class SheetLineAdmin(OfASessionAdmin):
    """Which line of which paper is whose: a number once given never changes."""

    list_display = ["event", "starts_at", "number", "resident"]
    list_select_related = ["session__event__unit", "resident"]


@admin.register(DoorCode)
class DoorCodeAdmin(ReadOnlyAdmin):
    """Who has a code, and since when; the number itself is shown to its owner alone. Made anew on the person's card."""

    view_act = "residents.view"
    list_display = ["resident", "version", "changed_at", "changed_by", "card"]
    list_select_related = ["resident__unit", "changed_by"]
    fields = ["resident", "version", "changed_at", "changed_by"]
    ordering = ["-pk"]
    search_fields = ["pk"]  # switches the box on
    search_help_text = _("A resident as in the register.")

    def unit_of(self, row):
        return row.resident.unit

    def get_search_results(self, request, queryset, search_term):
        if not (term := search_term.strip()):
            return queryset, False
        people = [pk for _sort, pk in Search(request.user, term).keys(size=MOST_FOUND)]
        return queryset.filter(resident__in=people), False

    @admin.display(description=_("card"))
    def card(self, row):
        return format_html(
            '<a href="{}">{}</a>', reverse("events:card", args=[row.resident_id]), _("Open the card")
        )
