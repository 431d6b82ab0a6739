"""Claims in the back office: read; who decides is appointed here."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from community.admin_base import ReadOnlyAdmin, ScopedAdmin
from config.errors import DomainError
from points.admin_filters import OneCommunityFilter

from . import operations
from .models import Batch, Claim, DeductionCase, Objection, Reviewer, TeamAward


class OfCommunity:
    def unit_of(self, row):
        return row.community


@admin.register(Reviewer)
class ReviewerAdmin(OfCommunity, ScopedAdmin):
    """Appointed and ended by operations; a row is not changed."""

    view_act, change_act, add_act = "points.claims", "points.manage", "points.manage"
    records = False
    list_display = ["holder", "body", "community", "since", "until"]
    list_filter = ["body"]
    list_select_related = ["holder", "community"]
    autocomplete_fields = ["holder"]
    fields = ["community", "holder", "body", "since"]
    actions = ["end"]

    def has_change_permission(self, request, obj=None):
        return obj is None and super().has_change_permission(request)

    def save_model(self, request, obj, form, change):
        if not self._may(request, self.add_act, obj):
            raise DomainError(_("You may not do this at the place you chose."))
        made = operations.appoint_reviewer(
            community=obj.community, holder=obj.holder, body=obj.body, since=obj.since, by=request.user
        )
        obj.pk = made.pk

    @admin.action(description=_("End the membership"), permissions=["change"])
    def end(self, request, queryset):
        for row in queryset.select_related("community"):
            if self._may(request, self.change_act, row):
                operations.end_reviewer(reviewer=row, by=request.user)


@admin.register(Claim)
class ClaimAdmin(OfCommunity, ReadOnlyAdmin):
    view_act = "points.claims"
    list_display = ["resident", "rule", "day", "state", "made_at", "points"]
    list_filter = [OneCommunityFilter, "state"]
    list_select_related = ["resident", "rule", "community"]
    sortable_by = []


@admin.register(DeductionCase)
class DeductionCaseAdmin(OfCommunity, ReadOnlyAdmin):
    view_act = "points.claims"
    list_display = ["resident", "rule", "day", "state", "answer_until", "taken"]
    list_filter = ["state"]
    list_select_related = ["resident", "rule", "community", "opened_by", "answered_by"]
    sortable_by = []


@admin.register(Batch)
class BatchAdmin(OfCommunity, ReadOnlyAdmin):
    view_act = "points.claims"
    list_display = ["number", "community", "published_at", "until"]
    list_select_related = ["community"]
    sortable_by = []


@admin.register(Objection)
class ObjectionAdmin(ReadOnlyAdmin):
    view_act = "points.claims"
    list_display = ["claim", "made_at", "due_on", "answered_at", "upheld"]
    list_select_related = ["claim__resident", "claim__rule", "claim__community"]
    sortable_by = []

    def unit_of(self, row):
        return row.claim.community


@admin.register(TeamAward)
class TeamAwardAdmin(OfCommunity, ReadOnlyAdmin):
    view_act = "points.claims"
    list_display = ["rule", "day", "community", "made_by", "made_at", "undone_at"]
    list_select_related = ["rule", "community", "made_by"]
    sortable_by = []
