"""Terms and consents in the back office: new terms are added, consents on paper entered, nothing is overwritten."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from community.admin_base import ScopedAdmin
from config.errors import DomainError

from . import operations
from .admin_filters import CommunityFilter
from .forms import LeaveForm, PaperForm, TermsForm
from .models import Member, Terms
from .rules_admin import OfACommunityAdmin


@admin.register(Terms)
class TermsAdmin(OfACommunityAdmin):
    form = TermsForm
    change_act, add_act = "", "points.manage"
    list_display = ["number", "community", "since", "old_until", "made_by", "made_at"]
    list_select_related = ["community", "made_by"]
    ordering = ["-since", "-pk"]
    sortable_by = []
    fields = ["community", "text", "since", "old_until"]

    def save_model(self, request, obj, form, change):
        self.refuse_elsewhere(request, obj)
        made = operations.publish_terms(
            community=obj.community, text=obj.text, since=obj.since, old_until=obj.old_until, by=request.user
        )
        obj.__dict__.update(made.__dict__)


class LivingFilter(admin.SimpleListFilter):
    title, parameter_name = _("state"), "left"

    def lookups(self, request, model_admin):
        return [("no", _("joined")), ("yes", _("ended"))]

    def queryset(self, request, queryset):
        return {"no": queryset.living(), "yes": queryset.exclude(left_at=None)}.get(self.value(), queryset)


class PlaceFilter(CommunityFilter):
    field = "resident__community"


@admin.register(Member)
class MemberAdmin(ScopedAdmin):
    form = PaperForm
    view_act, change_act, add_act, records = "points.view", "", "points.enrol", False
    list_display = ["resident", "terms", "how", "in_ranking", "joined_at", "left_at", "left_why"]
    list_filter = [LivingFilter, PlaceFilter, "how", "in_ranking"]
    list_select_related = ["resident", "terms__community"]
    ordering = ["-pk"]
    sortable_by = []
    autocomplete_fields = ["resident"]
    change_form_template = "admin/points/member/change_form.html"

    def unit_of(self, row):
        return row.resident.community

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .select_related("resident__community", "terms__community", "by", "left_by")
        )

    def get_fields(self, request, obj=None):
        if obj is None:
            return ["resident", "in_ranking", "signed"]
        return ["resident", "terms", "how", "in_ranking", "joined_at", "by", "left_at", "left_why", "left_by"]

    def save_model(self, request, obj, form, change):
        if not self._may(request, self.add_act, obj):
            raise DomainError(_("You may not do this at the place you chose."))
        terms = Terms.objects.of(obj.resident.community_id).first()
        made = operations.join(
            resident=obj.resident,
            terms=terms,
            by=request.user,
            how=Member.How.PAPER,
            in_ranking=obj.in_ranking,
        )
        obj.__dict__.update(made.__dict__)

    def get_urls(self):
        own = path("<int:pk>/leave/", self.admin_site.admin_view(self.leave), name="points_member_leave")
        return [own, *super().get_urls()]

    def leave(self, request, pk):
        """Somebody leaves at the counter."""
        member = self.get_queryset(request).filter(pk=pk).first()
        if member is None:
            raise Http404
        if not self._may(request, self.add_act, member):
            raise PermissionDenied
        form = LeaveForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            if member.left_at is None:
                give_up = form.cleaned_data["points"] == "give_up"
                operations.leave(resident=member.resident, by=request.user, give_up=give_up)
            messages.success(request, _("%(name)s has left the points scheme.") % {"name": member.resident})
            return redirect("admin:points_member_change", member.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Leave the points scheme"),
            "member": member,
            "form": form,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/points/member/leave.html", context, status=status)
