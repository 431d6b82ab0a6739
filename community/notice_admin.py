"""Writing, checking, publishing and recalling notices in the back office."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.errors import DomainError, StaleError

from . import content_operations as operations
from .access import may
from .admin_base import ScopedAdmin, short_or_sought
from .forms import NoticeForm, StepForm
from .models import Notice, Unit
from .models.content import NOTICE_STATES

STATES = {
    "draft": _("draft"),
    "submitted": _("waiting for the check"),
    "published": pgettext_lazy("state", "published"),
    "recalled": _("recalled"),
}


def state_words(notice) -> str:
    """The state, and of a published one whether anybody can read it at this moment."""
    now = timezone.now()
    if notice.state == "published" and notice.publish_from > now:
        return _("public later")
    if notice.state == "published" and notice.publish_until and notice.publish_until <= now:
        return _("no longer shown")
    return STATES[notice.state]


DISPLAY = ["pinned", "urgent_until", "publish_until"]  # what may still change when a notice is public


FIELDSETS = [
    (None, {"fields": ["seen", "unit", "title", "category", "body"]}),
    (_("Picture and files"), {"fields": ["picture", "picture_alt", "attach", "detach"]}),
    (_("For whom and how long"), {"fields": ["targets", "pinned", "urgent_until", "publish_from", "publish_until"]}),
]  # fmt: skip
WITHOUT_FILES = [
    (title, {"fields": [name for name in part["fields"] if name != "detach"]}) for title, part in FIELDSETS
]


class StateFilter(admin.SimpleListFilter):
    title, parameter_name = _("state"), "state"

    def lookups(self, request, model_admin):
        return list(STATES.items())

    def queryset(self, request, queryset):
        return queryset.in_state(self.value()) if self.value() in NOTICE_STATES else queryset


class CommunityChoice:
    """The unit of a row is one of the few communities the person writes for; there is nothing to add or edit beside it."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "unit" and field is not None:
            field.queryset = Unit.objects.communities().where(request.user, "content.write").order_by("path")
            field.initial = field.queryset.first() if field.queryset.count() == 1 else None
            for what in ("add", "change", "view", "delete"):
                setattr(field.widget, f"can_{what}_related", False)
            short_or_sought(field, db_field, self.admin_site)
        return field


@admin.register(Notice)
class NoticeAdmin(CommunityChoice, ScopedAdmin):
    view_act, change_act, records = "content.view", "content.write", False
    form, version_field = NoticeForm, "seen"
    change_form_template = "admin/community/notice/change_form.html"
    list_display = ["title", "unit", "category", "state_name", "publish_from", "pinned", "written_by"]
    list_filter = [StateFilter, "category", "pinned"]
    list_select_related = ["unit", "written_by"]
    search_fields = ["title"]
    date_hierarchy = "publish_from"
    ordering = ["-publish_from", "-pk"]
    autocomplete_fields = ["targets"]
    fieldsets = FIELDSETS

    @admin.display(description=_("state"))
    def state_name(self, row):
        return state_words(row)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.state != "recalled")

    def get_readonly_fields(self, request, obj=None):
        if obj is None or obj.state in ("draft", "submitted"):
            return []
        return [name for name in NoticeForm.Meta.fields if name not in DISPLAY]

    def get_view_on_site_url(self, obj=None):
        return super().get_view_on_site_url(obj) if obj is not None and obj.published_at else None

    def get_fieldsets(self, request, obj=None):
        if obj is None or obj.state in ("draft", "submitted"):
            return self.fieldsets if obj and obj.attachments.exists() else WITHOUT_FILES
        return [
            (_("How it is shown"), {"fields": DISPLAY}),
            (_("What it says"), {"fields": [name for name in NoticeForm.Meta.fields if name not in DISPLAY]}),
        ]

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is not None and obj.state not in ("draft", "submitted"):
            kwargs["fields"] = DISPLAY
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request, obj, form, change):
        if obj.state == "published":
            shown = {name: form.cleaned_data[name] for name in DISPLAY}
            operations.display(notice=obj, by=request.user, **shown)
            return
        if change and form.cleaned_data.get("seen") != obj.version:
            raise StaleError(operations.STALE)
        chosen = form.cleaned_data
        operations.write(
            notice=obj,
            by=request.user,
            targets=chosen["targets"],
            attach=chosen["attach"],
            detach=chosen["detach"],
        )

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        obj = self.get_object(request, object_id) if object_id else None
        if obj is not None:
            steps = operations.steps_for(obj, request.user)
            extra_context = {
                **(extra_context or {}),
                "steps": steps,
                "state": state_words(obj),
                "may_write": may(request.user, "content.write", obj.unit),
            }
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_urls(self):
        def named(view, name):
            return self.admin_site.admin_view(view), {}, f"community_notice_{name}"

        return [
            path("<int:pk>/preview/", *named(self.preview, "preview")),
            path("<int:pk>/anew/", *named(self.write_anew, "anew")),
            path("<int:pk>/step/<slug:step>/", *named(self.step, "step")),
            *super().get_urls(),
        ]

    def _in_sight(self, request, pk):
        return get_object_or_404(
            self.get_queryset(request).select_related("unit__profile", "published_by"), pk=pk
        )

    def preview(self, request, pk):
        """The notice as readers will see it."""
        notice = self._in_sight(request, pk)
        request.community = notice.unit
        context = {"notice": notice, "targets": notice.targets.all(), "attachments": notice.attachments.all()}
        return render(
            request, "community/notice_preview.html", {"nav": "notices", "community": notice.unit} | context
        )

    def write_anew(self, request, pk):
        notice = self._in_sight(request, pk)
        if not may(request.user, "content.write", notice.unit):
            raise PermissionDenied
        if request.method != "POST":
            return self._ask(request, notice, _("Write anew with this text"))
        draft = operations.write_anew(notice=notice, by=request.user)
        self.message_user(request, _t("A new draft with the same text."), messages.SUCCESS)
        return redirect("admin:community_notice_change", draft.pk)

    def _ask(self, request, notice, title, form=None):
        context = {
            "title": title,
            "opts": self.opts,
            "notice": notice,
            "state": state_words(notice),
            "form": form,
        }
        return TemplateResponse(
            request,
            "admin/community/notice/step.html",
            self.admin_site.each_context(request) | context,
            status=422 if request.method == "POST" else 200,
        )

    def step(self, request, pk, step):
        """A page that asks, then takes one step."""
        step = operations.STEPS.get(step)
        if step is None:
            raise Http404
        notice = self._in_sight(request, pk)
        if not may(request.user, step.act, notice.unit):
            raise PermissionDenied
        form = StepForm(request.POST or None, step=step, initial={"version": notice.version})
        if form.is_valid() and self._took(request, notice, step, form):
            if not step.after:
                return redirect("admin:community_notice_changelist")
            return redirect("admin:community_notice_change", pk)
        return self._ask(request, notice, step.title, form)

    def _took(self, request, notice, step, form):
        words = {"recall": "reason", "give_back": "remark"}.get(step.name)
        said = {words: form.cleaned_data["words"]} if words else {}
        take = getattr(operations, step.name)
        try:
            take(notice=notice, version=form.cleaned_data["version"], by=request.user, **said)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return False
        if not step.after:
            self.message_user(
                request, _t("The draft “%(title)s” is discarded.") % {"title": notice}, messages.SUCCESS
            )
            return True
        notice.refresh_from_db()
        said = state_words(notice)
        if said == STATES["published"]:
            address = reverse("community:notice", args=[notice.unit, notice.pk])
        else:
            address = reverse("admin:community_notice_preview", args=[notice.pk])
        self.message_user(
            request,
            format_html('{} <a href="{}">{}</a>', said, address, notice.title),
            messages.SUCCESS,
        )
        return True
