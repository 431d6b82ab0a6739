from datetime import date

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.access import may, scope
from community.admin_base import KeysFirst, ScopedAdmin
from community.models import Unit
from config.errors import DomainError
from residents.models import Resident
from residents.search import Search

from . import operations
from .forms import ByHandForm, EnrolForm, WithdrawForm
from .models import MUCH_A_DAY, ServiceRecord, Volunteer

MOST_FOUND = 500
MONTHS = 12


class OfferedFilter(admin.SimpleListFilter):
    """Narrows by what it offers; anything else in the address narrows nothing."""

    def value(self):
        said = super().value()
        return said if said in {str(key) for key, _words in self.lookup_choices} else None


class CommunityFilter(OfferedFilter):
    title, parameter_name = _("community"), "community"
    MOST = 60

    def lookups(self, request, model_admin):
        mine = Unit.objects.communities().where(request.user, "volunteers.view").order_by("path")[: self.MOST]
        return [(str(unit.pk), str(unit)) for unit in mine]

    def queryset(self, request, queryset):
        return queryset.filter(community=self.value()) if self.value() else queryset


class ActiveFilter(OfferedFilter):
    title, parameter_name = _("state"), "state"

    def lookups(self, request, model_admin):
        return [
            ("active", pgettext_lazy("volunteer", "active")),
            ("ended", pgettext_lazy("volunteer", "ended")),
        ]

    def queryset(self, request, queryset):
        return queryset.filter(ended_at__isnull=self.value() == "active") if self.value() else queryset


class PeriodFilter(OfferedFilter):
    """The last months one by one, then whole years: known without looking at a row."""

    title, parameter_name = _("month or year"), "period"

    def lookups(self, request, model_admin):
        today = timezone.localdate()
        count = today.year * 12 + today.month - 1
        months = [date(n // 12, n % 12 + 1, 1) for n in range(count, count - MONTHS, -1)]
        return [(f"{month:%Y-%m}", date_format(month, "YEAR_MONTH_FORMAT")) for month in months] + [
            (str(year), _("the whole of %(year)s") % {"year": year})
            for year in range(today.year, today.year - 5, -1)
        ]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        year, _dash, month = self.value().partition("-")
        first = date(int(year), int(month or 1), 1)
        after = date(first.year + (first.month == 12 or not month), first.month % 12 + 1 if month else 1, 1)
        return queryset.filter(day__gte=first, day__lt=after)


class StandingFilter(OfferedFilter):
    title, parameter_name = _("state"), "state"

    def lookups(self, request, model_admin):
        return [
            ("counted", pgettext_lazy("service", "counted")),
            ("unverified", _("waiting to be verified")),
            ("overlap", _("overlapping times")),
            ("withdrawn", pgettext_lazy("service", "withdrawn")),
        ]

    def queryset(self, request, queryset):
        if self.value() == "overlap":
            return queryset.living().with_overlap().filter(overlaps=True)
        if self.value() == "withdrawn":
            return queryset.filter(withdrawn_at__isnull=False)
        return getattr(queryset, self.value())() if self.value() else queryset


class SoughtSelect(AutocompleteSelect):
    """An id that cannot be one is shown as nothing chosen."""

    def optgroups(self, name, value, attrs=None):
        return super().optgroups(
            name, [one for one in value if str(one).isdecimal() and len(str(one)) < 19], attrs
        )


class OfAPersonAdmin(ScopedAdmin):
    view_act, change_act, records = "volunteers.view", "volunteers.manage", False
    search_fields = ["pk"]  # switches the box on; get_search_results answers
    search_help_text = _("A resident as in the register, or a volunteer number.")

    def _found(self, request, term):
        """Ids of volunteers: by their number, or the people found in the register."""
        if term.upper().startswith("V-"):
            found = Volunteer.objects.filter(number=f"V-{term[2:]}")
        else:
            people = [pk for _sort, pk in Search(request.user, term).keys(size=MOST_FOUND)]
            found = Volunteer.objects.filter(resident__in=people)
        return list(found.values_list("pk", flat=True))

    def choose_resident(self, form, request):
        """People for whom the user may keep hours; sought, never listed."""
        field = form.base_fields["resident"]
        field.queryset = Resident.objects.living().filter(scope(request.user, self.change_act, "path"))
        field.widget = SoughtSelect(Volunteer._meta.get_field("resident"), self.admin_site)
        field.widget.choices = field.choices
        return form


@admin.register(Volunteer)
class VolunteerAdmin(OfAPersonAdmin):
    list_display = ["number", "resident", "community", "since", "hours", "skills", "ended_at"]
    list_display_links = ["number", "resident"]
    list_filter = [ActiveFilter, CommunityFilter]
    change_form_template = "admin/volunteers/volunteer/change_form.html"
    fields = ["number", "resident", "community", "since", "hours", "skills", "guardian_consent", "ended_at", "ended_by"]  # fmt: skip

    def unit_of(self, row):
        return row.resident.unit

    def get_queryset(self, request):
        return super().get_queryset(request).with_hours().select_related("resident__unit", "community")

    def get_search_results(self, request, queryset, search_term):
        if not (term := search_term.strip()):
            return queryset, False
        return queryset.filter(pk__in=self._found(request, term)), False

    def get_fields(self, request, obj=None):
        return self.fields if obj else EnrolForm.Meta.fields

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return []
        return [name for name in self.fields if name not in ("skills", "guardian_consent")]

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is not None:
            return super().get_form(request, obj, change=change, **kwargs)
        return self.choose_resident(
            super().get_form(request, obj, change=change, form=EnrolForm, **kwargs), request
        )

    def save_model(self, request, obj, form, change):
        data = form.cleaned_data
        words = {"skills": data["skills"], "guardian_consent": data["guardian_consent"], "by": request.user}
        if change:
            operations.describe(volunteer=obj, **words)
        else:
            made = operations.enrol(resident=data["resident"], **words)
            obj.pk, obj.number = made.pk, made.number

    @admin.display(description=pgettext_lazy("service", "hours"))
    def hours(self, row):
        return row.hours_served or 0

    def get_urls(self):
        view = self.admin_site.admin_view(self.end)
        return [path("<int:pk>/end/", view, name="volunteers_volunteer_end"), *super().get_urls()]

    def end(self, request, pk):
        def act(volunteer, data):
            operations.end_volunteer(volunteer=volunteer, by=request.user)
            return _("%(volunteer)s no longer serves. Number and hours stay.") % {"volunteer": volunteer}

        return act_page(self, request, pk, _("End the service"), act, forms.Form)


@admin.register(ServiceRecord)
class ServiceRecordAdmin(OfAPersonAdmin):
    """Nothing is changed here: what is on paper is entered, verified by another person, and withdrawn when wrong."""

    paginator = KeysFirst
    list_display = ["day", "person", "what", "hours", "standing", "source", "recorded_by"]
    list_filter = [StandingFilter, PeriodFilter, "source", CommunityFilter]
    change_form_template = "admin/volunteers/servicerecord/change_form.html"
    fields = [
        "volunteer", "day", "starts_at", "ends_at", "hours", "what", "place", "source", "behind", "reason", "standing",
        "recorded_at", "recorded_by", "verified_at", "verified_by", "withdrawn_at", "withdrawn_by", "withdrawn_reason",
    ]  # fmt: skip
    actions = ["verify_all"]

    def unit_of(self, row):
        return row.volunteer.resident.unit

    def get_queryset(self, request):
        rows = super().get_queryset(request).with_overlap()
        return rows.select_related("volunteer__resident__unit", "recorded_by")

    def get_search_results(self, request, queryset, search_term):
        if not (term := search_term.strip()):
            return queryset, False
        return queryset.filter(volunteer__in=self._found(request, term)), False

    def get_fields(self, request, obj=None):
        return self.fields if obj else ["resident", "day", "start", "end", "hours", *ByHandForm.Meta.fields]

    def get_readonly_fields(self, request, obj=None):
        return self.fields if obj else []

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is not None:
            return super().get_form(request, obj, change=change, **kwargs)
        kwargs |= {"form": ByHandForm, "fields": ByHandForm.Meta.fields}
        return self.choose_resident(super().get_form(request, obj, change=change, **kwargs), request)

    def save_model(self, request, obj, form, change):
        if change:
            return  # there is nothing to change
        names = ["resident", "starts_at", "ends_at", "hours", "what", "place", "reason"]
        made = operations.record_by_hand(**{name: form.cleaned_data[name] for name in names}, by=request.user)
        obj.pk, obj.volunteer, obj.day = made.pk, made.volunteer, made.day
        messages.info(request, _("It counts once another person has verified it."))
        total = operations.hours_of_a_day(made.volunteer, made.day)
        if total > MUCH_A_DAY:
            words = {"day": date_format(made.day, "DATE_FORMAT"), "hours": total}
            messages.warning(request, _("That makes %(hours)s hours on %(day)s. Please look twice.") % words)

    @admin.display(description=_("volunteer"))
    def person(self, row):
        return str(row.volunteer.resident)

    @admin.display(description=_("what it follows from"))
    def behind(self, row):
        return row.cause or "—"

    @admin.display(description=_("state"))
    def standing(self, row):
        if row.withdrawn_at:
            return pgettext_lazy("service", "withdrawn")
        if row.verified_at is None:
            return _("waiting to be verified")
        return _("overlapping times") if row.overlaps else pgettext_lazy("service", "counted")

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj and not obj.withdrawn_at and may(request.user, self.change_act, self.unit_of(obj)):
            context["may_withdraw"] = True
            context["may_verify"] = obj.verified_at is None and obj.recorded_by_id != request.user.pk
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @admin.action(description=_("Verify: I have compared them with the paper"), permissions=["change"])
    def verify_all(self, request, queryset):
        for service in queryset.filter(verified_at=None, withdrawn_at=None):
            if not self.has_change_permission(request, service):
                continue
            try:
                operations.verify(service=service, by=request.user)
            except DomainError as refusal:
                self.message_user(request, f"{service}: {refusal}", messages.ERROR)

    def get_urls(self):
        acts = [("verify", self.verify), ("withdraw", self.withdraw)]
        own = [
            path(
                f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"volunteers_servicerecord_{name}"
            )
            for name, view in acts
        ]
        return own + super().get_urls()

    def verify(self, request, pk):
        def act(service, data):
            operations.verify(service=service, by=request.user)
            return _("Verified: %(service)s.") % {"service": service}

        return act_page(self, request, pk, _("Verify"), act, forms.Form)

    def withdraw(self, request, pk):
        def act(service, data):
            operations.withdraw(service=service, by=request.user, **data)
            return _("Withdrawn: %(service)s.") % {"service": service}

        return act_page(self, request, pk, _("Withdraw the record"), act, WithdrawForm)


def act_page(shown, request, pk, title, act, form_class):
    """A page for one act on one row: asks first, then does it."""
    row = shown.get_queryset(request).filter(pk=pk).first()
    if row is None:
        raise Http404
    if not shown.has_change_permission(request, row):
        raise PermissionDenied
    name = f"admin:volunteers_{shown.opts.model_name}"
    form = form_class(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            sentence = act(row, form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, sentence)
            return redirect(f"{name}_changelist")
    back = reverse(f"{name}_change", args=[row.pk])
    context = {**shown.admin_site.each_context(request), "opts": shown.opts, "title": title, "row": row, "form": form,
               "list": reverse(f"{name}_changelist"), "back": back}  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return TemplateResponse(request, "admin/volunteers/act.html", context, status=status)
