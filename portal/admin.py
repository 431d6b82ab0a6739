from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from community.access import may
from community.admin_base import ReadOnlyAdmin
from config.models import DueRun

from .setup import root
from .wiring import DUE

WORDS = {job.name: job.words for job in DUE}


@admin.register(DueRun)
class DueRunAdmin(ReadOnlyAdmin):
    """When each job of the clock last ran and how it ended: for whoever reads the log of the whole installation."""

    view_act = "log.view"
    list_display = ["what", "slot", "started_at", "finished_at", "result", "tries", "note"]
    list_filter = ["result"]

    @admin.display(description=_("job"), ordering="job")
    def what(self, row):
        return WORDS.get(row.job) or row.job

    def get_queryset(self, request):
        rows = DueRun.objects.order_by("job")
        return rows if may(request.user, self.view_act, root()) else rows.none()

    def unit_of(self, row):
        return root()
