"""The back office of the guide, honours and the duty roster."""

from django.contrib import admin, messages
from django.db.models import Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User

from . import content_operations as operations
from .admin_base import ScopedAdmin, short_or_sought
from .forms import DutyForm, ServiceItemForm
from .models import Duty, Honour, Kind, Post, ServiceItem
from .notice_admin import CommunityChoice


class ContentAdmin(CommunityChoice, ScopedAdmin):
    """Rows of a community that staff write."""

    view_act, change_act = "content.view", "content.write"
    list_select_related = ["unit"]


class WithdrawnFilter(admin.SimpleListFilter):
    title, parameter_name = _("state"), "state"

    def lookups(self, request, model_admin):
        return [("public", _("public")), ("withdrawn", _("withdrawn"))]

    def queryset(self, request, queryset):
        if self.value() not in ("public", "withdrawn"):
            return queryset
        return queryset.filter(withdrawn_at__isnull=self.value() == "public")


@admin.register(ServiceItem)
class ServiceItemAdmin(ContentAdmin):
    form = ServiceItemForm
    records = False
    list_display = ["name", "unit", "category", "window", "time_limit", "withdrawn_at"]
    list_filter = ["category", WithdrawnFilter]
    search_fields = ["name"]
    actions = ["withdraw", "restore"]

    def save_model(self, request, obj, form, change):
        operations.save_item(item=obj, by=request.user)

    def _each(self, request, queryset, back):
        rows = [row for row in queryset.select_related("unit") if self.has_change_permission(request, row)]
        for row in rows:
            operations.withdraw_item(item=row, back=back, by=request.user)
        said = ngettext("%(n)s item changed.", "%(n)s items changed.", len(rows)) % {"n": len(rows)}
        self.message_user(request, said, messages.SUCCESS)

    @admin.action(description=_("Take off the public guide"), permissions=["change"])
    def withdraw(self, request, queryset):
        self._each(request, queryset, back=False)

    @admin.action(description=_("Put back on the public guide"), permissions=["change"])
    def restore(self, request, queryset):
        self._each(request, queryset, back=True)


@admin.register(Honour)
class HonourAdmin(ContentAdmin):
    delete_act = "content.write"  # an honour is an entry, nothing hangs on it
    list_display = ["name", "unit", "level", "year", "grantor", "holder"]
    list_filter = ["level", "year"]
    search_fields = ["name", "holder"]


@admin.register(Duty)
class DutyAdmin(ContentAdmin):
    form = DutyForm
    delete_act = "content.write"
    list_display = ["starts_at", "ends_at", "holder", "phone", "place", "unit"]
    list_select_related = ["unit", "holder"]
    search_fields = ["holder__name"]
    date_hierarchy = "starts_at"
    ordering = ["-starts_at"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "holder":
            # Whoever holds a post at the community or a grid of it; building heads keep no office hours.
            posts = Post.objects.current().filter(
                Q(unit__kind__lt=Kind.BUILDING), unit__in=Post.objects.visible_to(request.user).values("unit")
            )
            field.queryset = (
                User.objects.active().filter(pk__in=posts.values("holder")).order_by("name", "pk")
            )
            short_or_sought(field, db_field, self.admin_site)
        return field

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if until := form.cleaned_data.get("repeat_until"):
            made = operations.repeat_weekly(duty=obj, until=until, by=request.user)
            self.message_user(request, _t("Repeated in %(n)s weeks.") % {"n": len(made)}, messages.SUCCESS)
