"""The back office's common ground: what a person may not see does not exist there either."""

from django.contrib import admin
from django.core.paginator import Paginator
from django.utils.functional import cached_property

from accounts.operations import record

from .access import may


class CappedPaginator(Paginator):
    """Counts to a cap and no further: a million rows are not worth counting for a page number."""

    CAP = 1000

    @cached_property
    def count(self):
        return min(self.object_list.order_by()[: self.CAP + 1].count(), self.CAP)


class ScopedAdmin(admin.ModelAdmin):
    """A model admin whose rows come from `visible_to(user)` and whose rights come from the roles matrix.

    `view_act` and `change_act` name acts of `community.roles`; `unit_of(row)` says where the row lies.
    """

    view_act = ""
    change_act = ""
    add_act = ""
    delete_act = ""  # nothing is deleted unless a room says so
    show_full_result_count = False
    paginator = CappedPaginator
    list_per_page = 50
    list_max_show_all = 0

    def unit_of(self, row):
        return row.unit

    def get_queryset(self, request):
        rows = self.model._default_manager.visible_to(request.user)
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def _may(self, request, act, row=None):
        return bool(act) and may(request.user, act, self.unit_of(row) if row is not None else None)

    def has_module_permission(self, request):
        return self._may(request, self.view_act)

    def has_view_permission(self, request, obj=None):
        return self._may(request, self.view_act, obj)

    def has_change_permission(self, request, obj=None):
        return self._may(request, self.change_act, obj)

    def has_add_permission(self, request):
        return self._may(request, self.add_act or self.change_act)

    def has_delete_permission(self, request, obj=None):
        return self._may(request, self.delete_act, obj)

    def log(self, request, act, row):
        record(act, by=request.user, on=row, path=self.unit_of(row).path)

    # Django's own log would hold names for ever; the activity log takes its place.
    def log_addition(self, request, obj, message):
        self.log(request, f"{obj._meta.label_lower}.add", obj)

    def log_change(self, request, obj, message):
        self.log(request, f"{obj._meta.label_lower}.change", obj)

    def log_deletions(self, request, queryset):
        for row in queryset:
            self.log(request, f"{row._meta.label_lower}.delete", row)


class ReadOnlyAdmin(ScopedAdmin):
    def has_change_permission(self, request, obj=None):
        return False

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
