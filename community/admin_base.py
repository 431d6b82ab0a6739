"""The back office's common ground: what a person may not see does not exist there either."""

from datetime import date, datetime

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import quote, unquote
from django.contrib.admin.views.main import ORDER_VAR, SEARCH_VAR, ChangeList
from django.contrib.admin.widgets import AutocompleteMixin, AutocompleteSelect, RelatedFieldWidgetWrapper
from django.core.paginator import Paginator
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.operations import record
from config import leftovers, typed
from config.errors import DomainError, StaleError

from . import uploads
from .access import may
from .models import Unit


class CappedPaginator(Paginator):
    """Counts to a cap and no further: a million rows are not worth counting for a page number."""

    CAP = 1000

    @cached_property
    def count(self):
        return min(self.object_list.order_by().values("pk")[: self.CAP + 1].count(), self.CAP)


class KeysFirst(CappedPaginator):
    """Finds which rows stand on a page before it reads them with all that belongs to them: for lists that are sorted,
    and for what was sought. The same keys tell how many there are."""

    @cached_property
    def keys(self):
        return list(self.object_list.values_list("pk", flat=True)[: self.CAP])

    @cached_property
    def count(self):
        return len(self.keys)

    def page(self, number):
        number = self.validate_number(number)
        end = number * self.per_page
        keys = self.keys[end - self.per_page : end]
        return self._get_page(self.object_list.filter(pk__in=keys), number, self)


def in_sight(queryset, user):
    """The rows of `queryset` that `user` may see, when their model knows scope."""
    return queryset.visible_to(user) if hasattr(queryset, "visible_to") else queryset


MOST_LISTED = 60


def short_or_sought(field, db_field, admin_site):
    """A plain list to choose from while it is short; the box that seeks where it would be long."""
    if len(field.queryset.values("pk")[: MOST_LISTED + 1]) > MOST_LISTED:
        seek = AutocompleteSelect(db_field, admin_site)
        if isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.widget = seek
        else:
            field.widget = seek
        field.widget.choices = seek.choices = field.choices
    return field


class ScopedChoices:
    """For admins and inlines: another row can only be chosen when the person may see it."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        rows = kwargs.get("queryset", db_field.remote_field.model._default_manager.all())
        kwargs["queryset"] = in_sight(rows, request.user)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if isinstance(field.widget, AutocompleteMixin) and issubclass(field.queryset.model, Unit):
            field.label_from_instance = lambda unit: unit.full_name  # of the one chosen
        return field

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Beside a choice stands no shortcut to add or change what is chosen from."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and hasattr(field.widget, "can_add_related"):
            field.widget.can_add_related = field.widget.can_change_related = False
            field.widget.can_view_related = field.widget.can_delete_related = False
        return field

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        rows = kwargs.get("queryset", db_field.remote_field.model._default_manager.all())
        kwargs["queryset"] = in_sight(rows, request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


def _may_be_ids(value) -> bool:
    ids = value if isinstance(value, list) else [value]
    return all(one.isdecimal() and len(one) < 19 for one in ids)


class FoundList(ChangeList):
    """The number behind the mark in the address is looked for; the address keeps the mark.

    What is the same in the links of all rows is worked out once: Django reads and writes each address several times.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._kept, self.preserved_filters = self.preserved_filters, ""

    def get_results(self, request):
        """A list of one page is read by its keys too: they are known."""
        super().get_results(request)
        if isinstance(self.paginator, KeysFirst) and not self.multi_page:
            self.result_list = self.paginator.page(1).object_list

    @cached_property
    def _around(self):
        """The address of a row, before and after its number."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        before, _zero, after = reverse(name, args=("0",)).rpartition("0")
        return before, f"{after}?{self._kept}" if self._kept else after

    def url_for_result(self, result):
        before, after = self._around
        return f"{before}{quote(getattr(result, self.pk_attname))}{after}"

    def get_queryset(self, request, **kwargs):
        shown, self.query = self.query, typed.read(request, SEARCH_VAR)
        try:
            return super().get_queryset(request, **kwargs)
        finally:
            self.query = shown


class ScopedAdmin(ScopedChoices, admin.ModelAdmin):
    """A model admin whose rows come from `visible_to(user)` and whose rights come from the roles matrix.

    `view_act` and `change_act` name acts of `community.roles`; `unit_of(row)` says where the row lies (a unit or an
    organisation). A DomainError raised while saving comes back as a sentence above the form, a refused form with
    status 422. Choices of another row come from what the person may see.
    """

    view_act = ""
    change_act = ""
    add_act = ""
    delete_act = ""  # nothing is deleted unless a room says so
    version_field = ""  # the hidden field of the form that says which version of the row was opened
    records = True  # False where the operations it calls leave their own line in the log
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # they count every row
    paginator = CappedPaginator
    list_per_page = 50
    list_max_show_all = 0

    def unit_of(self, row):
        return row.unit

    def get_changelist(self, request, **kwargs):
        return FoundList

    def get_paginator(self, request, queryset, per_page, *args, **kwargs):
        """What is sought or sorted: the rows are read once it is known which of them stand on the page."""
        if {SEARCH_VAR, ORDER_VAR} & request.GET.keys() and self.paginator is CappedPaginator:
            return KeysFirst(queryset, per_page, *args, **kwargs)
        return super().get_paginator(request, queryset, per_page, *args, **kwargs)

    def action_checkbox(self, obj):
        """As Django's own, without the three templates that a row would take there."""
        words = format_html(_("Select this object for an action - {}"), str(obj))
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">',
            ACTION_CHECKBOX_NAME, obj.pk, words,
        )  # fmt: skip

    def changelist_view(self, request, extra_context=None):
        """The search box is posted, so that no number of a person stands in an address."""
        if request.method == "POST" and SEARCH_VAR in request.POST:
            return typed.to_address(request, SEARCH_VAR)
        return super().changelist_view(request, extra_context)

    def get_queryset(self, request):
        rows = self.model._default_manager.visible_to(request.user)
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        raise Http404  # what is out of sight does not exist

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return refused(form, request.refusal) if hasattr(request, "refusal") else form

    def changeform_view(self, request, object_id=None, *args, **kwargs):
        try:
            response = super().changeform_view(request, object_id, *args, **kwargs)
        except DomainError as refusal:
            # Outside the transaction by now: once more, to show the form with the sentence.
            request.refusal = str(refusal)
            is_stale = isinstance(refusal, StaleError) and self.version_field
            if is_stale:
                request.POST = self._against_what_is_kept(request, object_id)
            response = super().changeform_view(request, object_id, *args, **kwargs)
            if is_stale and getattr(response, "context_data", None):
                response.context_data["kept"] = differences(response.context_data["adminform"].form)
        if request.method == "POST" and "adminform" in (getattr(response, "context_data", None) or {}):
            response.status_code = 422
            uploads.ask_again(request)
        return response

    def _against_what_is_kept(self, request, object_id):
        """What was typed, on top of the version that is kept now: sent once more, it is saved."""
        typed = request.POST.copy()
        row = self.get_object(request, unquote(object_id))
        typed[self.version_field] = str(row.version)
        return typed

    def save_model(self, request, obj, form, change):
        """Also where the row lies now it has to be theirs to change."""
        act = self.change_act if change else self.add_act or self.change_act
        if not self._may(request, act, obj):
            raise DomainError(_("You may not do this at the place you chose."))
        before = leftovers.names_of(obj) if change else []
        super().save_model(request, obj, form, change)
        leftovers.let_go(*before)

    def _may(self, request, act, row=None):
        return bool(act) and may(request.user, act, self.unit_of(row) if row is not None else None)

    def get_changeform_initial_data(self, request):
        """What an address proposes for a new row: only ids that could be ids."""
        named = {field.name for field in self.model._meta.get_fields() if field.is_relation}
        proposed = super().get_changeform_initial_data(request)
        return {name: value for name, value in proposed.items() if name not in named or _may_be_ids(value)}

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
        if self.records:
            record(act, by=request.user, on=row, path=self.unit_of(row).path)

    # Django's own log would hold names for ever; the activity log takes its place.
    def log_addition(self, request, obj, message):
        self.log(request, f"{obj._meta.label_lower}.add", obj)

    def log_change(self, request, obj, message):
        self.log(request, f"{obj._meta.label_lower}.change", obj)

    def log_deletions(self, request, queryset):
        for row in queryset:
            self.log(request, f"{row._meta.label_lower}.delete", row)


def differences(form) -> list[tuple[str, str]]:
    """Of each column where what was typed is not what is kept: its name, and what is kept, in words."""
    columns = {field.name for field in (*form._meta.model._meta.fields, *form._meta.model._meta.many_to_many)}
    fields = [(name, form.fields[name]) for name in form.changed_data if name in columns]
    return [(str(field.label), _in_words(field, form.initial.get(name))) for name, field in fields]


def _in_words(field, value) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in (None, "", []):
        return "–"
    if hasattr(field, "queryset"):
        pks = [getattr(one, "pk", one) for one in (value if isinstance(value, list) else [value])]
        return _(", ").join(str(one) for one in field.queryset.filter(pk__in=pks))
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    return str(dict(getattr(field, "choices", ())).get(value, value))


def refused(form, sentence: str):
    """The form, with `sentence` as the reason why it was not saved."""

    class Refused(form):
        def clean(self):
            cleaned = super().clean()
            self.add_error(None, sentence)
            return cleaned

    return Refused


class ReadOnlyAdmin(ScopedAdmin):
    def has_change_permission(self, request, obj=None):
        return False

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
