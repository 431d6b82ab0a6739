from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import SEARCH_VAR
from django.utils.translation import gettext_lazy as _

from community.access import may, paths, require
from community.admin_base import ReadOnlyAdmin, ScopedAdmin
from config.errors import DomainError

from . import operations
from .admin_filters import AgeFilter, AreaFilter, LeftFilter, TagFilter
from .forms import PersonForm
from .models import Claim, Dwelling, Household, Mandate, Resident, ResidentTag, building_name
from .operations.people import EDITABLE
from .search import Search, stopped_early

MOST_FOUND = 500


class RoomInline(admin.TabularInline):
    """Rows of a person or household: seen and changed by whoever may see and change that."""

    extra = 0

    def has_view_permission(self, request, obj=None):
        return may(request.user, "residents.view")

    def has_add_permission(self, request, obj=None):
        return False

    has_change_permission = has_delete_permission = has_add_permission


class TagInlineForm(forms.ModelForm):
    """A tag is set, later it is ended; what was written stays."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in ("tag", "since", "evidence"):
                self.fields[name].disabled = True


class TagInline(RoomInline):
    model, form = ResidentTag, TagInlineForm
    fields = ["tag", "since", "until", "evidence"]

    def has_add_permission(self, request, obj=None):
        return may(request.user, "residents.edit", obj.unit if obj else None)

    has_change_permission = has_add_permission


class MemberInline(RoomInline):
    model = Resident
    fk_name = "household"
    fields = readonly_fields = ["name", "relation", "sex", "born_on", "number", "mobile"]
    show_change_link = True

    @admin.display(description=_("document number"), empty_value="–")
    def number(self, row):
        return row.masked_number

    @admin.display(description=_("phone"), empty_value="–")
    def mobile(self, row):
        return row.masked_phone

    def get_queryset(self, request):
        return super().get_queryset(request).living()


class FoundBySearch(ScopedAdmin):
    """The search box understands names, pinyin, initials, whole numbers and addresses."""

    search_fields = ["pk"]  # switches the box on; get_search_results answers
    search_help_text = _(
        "Name, pinyin or initials, a whole identity or phone number, or an address such as 3-2-501."
    )
    records = False

    def found(self, request, queryset, people):
        raise NotImplementedError

    def get_queryset(self, request):
        """With what the name of a row is made of: the boxes that seek show it too."""
        are_few = any(request.GET.get(name) for name in (SEARCH_VAR, "term"))
        rows = Search(request.user).along_paths(self.model._default_manager.all(), are_few=are_few)
        return rows.order_by(*self.ordering).select_related(*self.list_select_related)

    def get_search_results(self, request, queryset, search_term):
        if not search_term.strip():
            return queryset, False
        search = Search(request.user, search_term)
        people = [pk for _sort, pk in search.keys(size=MOST_FOUND)]
        if search.stopped_early:
            messages.warning(request, stopped_early())
        return self.found(request, queryset, people), False


class ResidentAdminForm(PersonForm):
    why = forms.CharField(label=_("reason of the change"), max_length=200, required=False)
    opened = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta(PersonForm.Meta):
        fields = ["community", "unit", "household", "relation", *PersonForm.Meta.fields]

    field_order = None

    def __init__(self, *args, **kwargs):
        row = kwargs.get("instance")
        super().__init__(*args, community=None, **kwargs)
        if row and row.pk:
            self.fields["why"].required = True
            self.fields["opened"].initial = row.version
            self.fields["new_number"].help_text = row.masked_number
            self.fields["new_phone"].help_text = row.masked_phone


@admin.register(Resident)
class ResidentAdmin(FoundBySearch):
    view_act, change_act = "residents.view", "residents.edit"
    form, version_field = ResidentAdminForm, "opened"
    list_display = ["name", "sex", "years", "place", "state", "tag_words", "masked_number", "masked_phone"]
    list_filter = [AreaFilter, "state", "sex", AgeFilter, TagFilter, "is_party_member", LeftFilter]
    list_select_related = ["unit__parent"]
    ordering = ["name_pinyin", "pk"]
    sortable_by = []  # by pinyin, the order an index gives
    autocomplete_fields = ["community", "unit", "household", "party_branch"]
    inlines = [TagInline]
    fieldsets = [
        (None, {"fields": ["community", "unit", "household", "relation", "state"]}),
        (_("person"), {"fields": ["name", "name_pinyin", "sex", "born_on", "id_kind", "new_number", "new_phone", "nation",
                                  "registered_address", "moved_in_on"]}),
        (_("party"), {"fields": ["is_party_member", "party_branch", "party_joined_on"]}),
        (None, {"fields": ["why", "opened"]}),
    ]  # fmt: skip

    @admin.display(description=_("building"))
    def place(self, row):
        return building_name(row.unit)

    @admin.display(description=_("age"))
    def years(self, row):
        return row.age()

    @admin.display(description=_("document number"))
    def masked_number(self, row):
        return row.masked_number or "–"

    @admin.display(description=_("phone"))
    def masked_phone(self, row):
        return row.masked_phone or "–"

    @admin.display(description=_("tags"))
    def tag_words(self, row):
        return " ".join(tag.get_tag_display() for tag in row.tags.all() if tag.until is None)

    def get_list_display_links(self, request, list_display):
        """Whoever sees the members of a branch alone reads their cards at the desk: no page opens here."""
        links = super().get_list_display_links(request, list_display)
        return links if paths(request.user, self.view_act) else None

    def get_queryset(self, request):
        if request.resolver_match and request.resolver_match.url_name == "residents_resident_changelist":
            return Search(request.user).everybody().order_by(*self.ordering).prefetch_related("tags")
        return Resident.objects.visible_to(request.user).order_by(*self.ordering)

    def found(self, request, queryset, people):
        return queryset.filter(pk__in=people)

    def get_readonly_fields(self, request, obj=None):
        return ["community", "household", "relation", "left_on", "left_why"] if obj else []

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return self.fieldsets
        return [
            (
                None,
                {"fields": ["community", "unit", "household", "relation", "state", "left_on", "left_why"]},
            ),
            *self.fieldsets[1:],
        ]

    def save_model(self, request, obj, form, change):
        data = form.cleaned_data
        values = form.values()
        if change:
            require(request.user, "residents.edit", Resident.objects.get(pk=obj.pk).unit)
        if not self._may(request, self.change_act, obj):
            raise DomainError(_("You may not do this at the place you chose."))
        if change:
            made = operations.change_resident(
                resident=obj, by=request.user, why=data["why"], version=data["opened"],
                **{field: value for field, value in values.items() if field in EDITABLE},
            )  # fmt: skip
        else:
            made = operations.add_resident(by=request.user, **self._whole(data, values))
        obj.__dict__.update(made.__dict__)

    def _whole(self, data, values):
        kept = {field: value for field, value in values.items() if field in EDITABLE}
        return kept | {
            field: data[field] for field in ("community", "unit", "household", "relation", "name", "state")
        }

    def save_formset(self, request, form, formset, change):
        for row in formset.forms:
            if not row.has_changed() or not row.cleaned_data:
                continue
            said = row.cleaned_data
            tag = row.instance if row.instance.pk else None
            if tag is None:
                tag = operations.set_tag(
                    resident=form.instance,
                    tag=said["tag"],
                    since=said["since"],
                    evidence=said["evidence"],
                    by=request.user,
                )
            if said["until"]:
                operations.end_tag(tag=tag, until=said["until"], by=request.user)
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []


class HouseholdAdminForm(forms.ModelForm):
    opened = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["opened"].initial = self.instance.version


@admin.register(Household)
class HouseholdAdmin(FoundBySearch):
    view_act, change_act = "residents.view", "residents.edit"
    form, version_field = HouseholdAdminForm, "opened"
    list_display = ["place", "number", "head", "is_collective"]
    list_filter = [AreaFilter, "is_collective"]
    list_select_related = ["dwelling__unit__parent", "community", "head"]
    ordering = ["path", "pk"]
    sortable_by = []
    fields = ["community", "dwelling", "number", "is_collective", "head", "opened"]
    autocomplete_fields = ["community", "dwelling"]
    inlines = [MemberInline]

    @admin.display(description=_("dwelling"))
    def place(self, row):
        return row.dwelling or row.community

    def unit_of(self, row):
        return row.dwelling.unit if row.dwelling_id else row.community

    def get_queryset(self, request):
        return super().get_queryset(request).living()

    def found(self, request, queryset, people):
        homes = Resident.objects.filter(pk__in=people, household__isnull=False).order_by()
        return queryset.filter(pk__in=set(homes.values_list("household", flat=True)))

    def get_readonly_fields(self, request, obj=None):
        return ["community", "dwelling", "head"] if obj else ["head"]

    def save_model(self, request, obj, form, change):
        if not self._may(request, self.change_act, obj):
            raise DomainError(_("You may not do this at the place you chose."))
        data = form.cleaned_data
        if change:
            operations.change_household(
                household=obj,
                by=request.user,
                number=data["number"],
                is_collective=data["is_collective"],
                version=data["opened"],
            )
            return
        made = operations.add_household(
            by=request.user,
            **{name: data[name] for name in ("community", "dwelling", "number", "is_collective")},
        )
        obj.__dict__.update(made.__dict__)


@admin.register(Dwelling)
class DwellingAdmin(FoundBySearch):
    view_act, change_act = "residents.view", "residents.edit"
    list_display = ["place", "staircase", "number", "floor", "area_m2", "use"]
    list_filter = [AreaFilter, "use"]
    list_select_related = ["unit__parent"]
    ordering = ["path", "staircase", "number"]
    sortable_by = []
    fields = ["unit", "staircase", "number", "floor", "area_m2", "use"]
    autocomplete_fields = ["unit"]
    search_help_text = _("An address such as 3-2-501.")

    @admin.display(description=_("building"))
    def place(self, row):
        return building_name(row.unit)

    def get_readonly_fields(self, request, obj=None):
        return ["unit", "staircase", "number"] if obj else []

    def get_search_results(self, request, queryset, search_term):
        if not search_term.strip():
            return queryset, False
        found = Search(request.user, search_term).dwellings(Dwelling.objects.order_by())
        return queryset.filter(pk__in=list(found.values_list("pk", flat=True)[:MOST_FOUND])), False

    def save_model(self, request, obj, form, change):
        if change:
            return super().save_model(request, obj, form, change)
        if not self._may(request, self.change_act, obj):
            raise DomainError(_("You may not do this at the place you chose."))
        made = operations.add_dwelling(by=request.user, **form.cleaned_data)
        return obj.__dict__.update(made.__dict__)


@admin.register(Claim)
class ClaimAdmin(ReadOnlyAdmin):
    """Claims are decided at the desk."""

    view_act = "claims.review"
    list_display = ["made_at", "name", "place", "community", "state", "decided_by"]
    list_filter = ["state"]
    list_select_related = ["community", "decided_by"]
    ordering = ["-pk"]
    fields = [
        "user",
        "community",
        "name",
        "place",
        "standing",
        "note",
        "made_at",
        "state",
        "decided_at",
        "decided_by",
        "reason",
        "resident",
    ]

    def unit_of(self, row):
        return row.community

    def has_view_permission(self, request, obj=None):
        return may(request.user, self.view_act)  # which rows: get_queryset


@admin.register(Mandate)
class MandateAdmin(ReadOnlyAdmin):
    """Recorded and ended at the desk, on the person's card."""

    view_act = "residents.view"
    list_display = ["principal", "holder", "starts_on", "ends_on", "paper", "made_by", "withdrawn_at"]
    list_select_related = ["principal", "holder", "made_by"]
    ordering = ["-pk"]

    def unit_of(self, row):
        return row.principal.unit
