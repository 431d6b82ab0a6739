from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from community.admin_base import ReadOnlyAdmin

from .models import Report


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """The list of months; a report itself is read, written and printed on its own pages."""

    view_act = "reports.view"
    list_display = ["month", "unit", "organisation", "state", "submitted_by", "sealed_by", "open"]
    list_filter = ["state"]
    list_select_related = ["unit", "organisation", "submitted_by", "sealed_by"]
    date_hierarchy = "month"

    def unit_of(self, row):
        return row.body

    @admin.display(description=_("page"))
    def open(self, row):
        return format_html('<a href="{}">{}</a>', row.get_absolute_url(), _("open"))
