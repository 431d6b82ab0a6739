from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.operations import record
from config.errors import DomainError

from . import calendar_import
from .access import may
from .admin_base import ScopedAdmin
from .models import CalendarDay
from .working_days import missing_year

LARGEST = 100_000


class DayForm(forms.ModelForm):
    def clean(self):
        cleaned = super().clean()
        day = cleaned.get("day") or self.instance.day
        if day and not 2000 <= day.year <= 2100:
            self.add_error("day", _("The year lies between 2000 and 2100."))
        if day and cleaned.get("kind") == CalendarDay.Kind.WORKDAY and day.weekday() < 5:
            self.add_error("kind", _("Monday to Friday are worked anyway."))
        return cleaned


class TableForm(forms.Form):
    file = forms.FileField(
        label=_("CSV file"), required=False, help_text=_("Three columns: day, kind, name.")
    )
    text = forms.CharField(
        label=_("or paste the table"),
        required=False,
        max_length=LARGEST,
        widget=forms.Textarea(attrs={"rows": 14}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file is None:
            return ""
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is too large for one year."))
        raw = file.read()
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
        raise forms.ValidationError(_("The file is not a table in text form. Save it as CSV (UTF-8)."))

    def clean(self):
        cleaned = super().clean()
        cleaned["table"] = cleaned.get("file") or cleaned.get("text") or ""
        if not cleaned["table"].strip() and not self.errors:
            raise forms.ValidationError(_("Choose a file or paste a table."))
        return cleaned


class YearFilter(admin.SimpleListFilter):
    title, parameter_name = _("year"), "year"

    def lookups(self, request, model_admin):
        return [(day.year, day.year) for day in CalendarDay.objects.dates("day", "year", order="DESC")]

    def queryset(self, request, queryset):
        return queryset.of_year(int(self.value())) if (self.value() or "").isdecimal() else queryset


@admin.register(CalendarDay)
class CalendarDayAdmin(ScopedAdmin):
    """One calendar for the whole installation, kept by those with `calendar.manage`."""

    view_act = change_act = delete_act = "calendar.manage"
    form = DayForm
    list_display = ["day", "kind", "name"]
    list_filter = [YearFilter, "kind"]
    search_fields = ["name"]
    ordering = ["-day"]
    change_list_template = "admin/community/calendarday/change_list.html"

    def _may(self, request, act, row=None):
        return may(request.user, act)

    def get_readonly_fields(self, request, obj=None):
        return ["day"] if obj else []

    def log(self, request, act, row):
        record(act, by=request.user, day=row.pk.isoformat())

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"missing_year": missing_year(), **(extra_context or {})})

    def get_urls(self):
        view = self.admin_site.admin_view(self.import_view)
        return [path("import/", view, name="community_calendarday_import"), *super().get_urls()]

    def import_view(self, request):
        """Upload or paste, see what would change, enter all or nothing."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = TableForm(request.POST, request.FILES) if request.method == "POST" else TableForm()
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": _("Enter a year")}
        status = 200
        if request.method == "POST":
            if form.is_valid():
                table = form.cleaned_data["table"]
                if "enter" in request.POST and (done := self._enter(request, form, table)):
                    return done
                context["lines"], context["problems"] = calendar_import.read(table)
                context["table"] = table
            status = 422 if form.errors or context.get("problems") else 200
        context["form"] = form
        return TemplateResponse(request, "admin/community/calendarday/import.html", context, status=status)

    def _enter(self, request, form, table):
        try:
            rows = calendar_import.enter(text=table, by=request.user)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            return None
        messages.success(request, ngettext("%(n)s day entered.", "%(n)s days entered.", rows) % {"n": rows})
        return redirect("admin:community_calendarday_changelist")
