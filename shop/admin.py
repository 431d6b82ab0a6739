"""The shop in the back office: its terms and items are kept here; stock and orders are only looked at."""

from decimal import Decimal

from django import forms
from django.contrib import admin, messages
from django.db.models import F, Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.access import scope
from community.admin_base import KeysFirst, ReadOnlyAdmin, ScopedAdmin
from community.models import Kind, Organisation, Unit
from config.errors import StaleError
from points.admin_filters import CommunityFilter, is_id
from residents.search import Search

from . import codes, operations
from .models import Category, Item, Order, OrderLine, Return, Shop, StockMove

MOST_FOUND = 500
MOST_NAMED = 1000


class OfACommunityAdmin(ScopedAdmin):
    view_act = change_act = "shop.manage"

    def unit_of(self, row):
        return row.community

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "community":
            kwargs["queryset"] = Unit.objects.communities().filter(
                scope(request.user, self.change_act, "path")
            )
        if db_field.name == "donor":
            kwargs["queryset"] = Organisation.objects.living().filter(
                scope(request.user, self.change_act, "unit__path")
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), *(["community"] if obj else [])]


@admin.register(Shop)
class ShopAdmin(OfACommunityAdmin):
    list_display = ["community", "place", "hours", "cycle", "keep_days"]
    list_select_related = ["community"]
    fields = ["community", "place", "hours", "cycle", ("first_day", "last_day"), "keep_days"]


@admin.register(Category)
class CategoryAdmin(OfACommunityAdmin):
    list_display = ["name", "community", "order"]
    list_select_related = ["community"]
    search_fields = ["name"]


class ShelfFilter(admin.SimpleListFilter):
    title, parameter_name = pgettext_lazy("shop", "shelf"), "shelf"

    def lookups(self, request, model_admin):
        return [("on", _("on the shelf")), ("off", _("not on the shelf")), ("few", _("nothing left"))]

    def queryset(self, request, queryset):
        if self.value() == "few":
            return queryset.filter(on_hand__lte=F("reserved"))
        return {"on": queryset.public(), "off": queryset.filter(shelved_at=None)}.get(self.value(), queryset)


class ItemForm(forms.ModelForm):
    """The cost is typed in yuan and kept in fen."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    yuan = forms.DecimalField(
        label=_("cost (yuan)"), min_value=0, max_digits=9, decimal_places=2, initial=0,
        help_text=_("What one piece cost, or is worth when it was given."),
    )  # fmt: skip

    class Meta:
        model = Item
        fields = [
            "community", "category", "kind", "name", "unit_word", "about", "picture", "points", "donor",
            "donor_words", "most_each", "most_all",
        ]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.instance.version
        if self.instance.pk:
            self.fields["yuan"].initial = Decimal(self.instance.fen) / 100

    def clean(self):
        data = super().clean()
        if data.get("yuan") is not None:
            self.instance.fen = int(data["yuan"] * 100)
        home = data.get("community") or (self.instance.community if self.instance.pk else None)
        for name, row in (("category", data.get("category")), ("donor", data.get("donor"))):
            place = getattr(row, "community", None) or getattr(row, "unit", None)
            if row and home and place != home:
                self.add_error(name, _("This is of another community."))
        return data


@admin.register(Item)
class ItemAdmin(OfACommunityAdmin):
    form = ItemForm
    version_field = "seen"
    list_display = ["name", "category", "kind", "points", "on_hand", "reserved", "shelved_at", "community"]
    list_filter = [ShelfFilter, "kind"]
    list_select_related = ["category", "community"]
    search_fields = ["name"]
    actions = ["put_on", "take_off"]
    readonly_fields = ["shown", "on_hand", "reserved", "shelved_at"]

    def get_fields(self, request, obj=None):
        fields = [*ItemForm.Meta.fields, "seen"]
        fields.insert(fields.index("donor"), "yuan")
        return [*fields, "shown", "on_hand", "reserved", "shelved_at"] if obj else fields

    @admin.display(description=_("picture"))
    def shown(self, row):
        return (
            format_html('<img src="{}" width="200" alt="">', row.picture.small["url"]) if row.picture else "–"
        )

    def save_model(self, request, obj, form, change):
        """A form opened before somebody else saved the item is refused."""
        if change:
            rows = Item.objects.filter(pk=obj.pk, version=form.cleaned_data["seen"] or 0)
            if not rows.update(version=F("version") + 1):
                raise StaleError(_("Somebody else has changed this meanwhile. Please look again."))
            obj.refresh_from_db(fields=["version", "on_hand", "reserved", "shelved_at", "shelved_by"])
        super().save_model(request, obj, form, change)

    def _each(self, request, queryset, act):
        for item in queryset.select_related("community"):
            if self.has_change_permission(request, item):
                act(item=item, by=request.user)

    @admin.action(description=_("Put on the shelf"), permissions=["change"])
    def put_on(self, request, queryset):
        self._each(request, queryset, operations.put_on_shelf)
        messages.success(request, _("Everybody can order this now."))

    @admin.action(description=_("Take off the shelf"), permissions=["change"])
    def take_off(self, request, queryset):
        self._each(request, queryset, operations.take_off_shelf)


class ItemsFilter(CommunityFilter):
    """By naming the few items of the community: their movements are found by them."""

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        items = Item.objects.filter(community=self.value()) if is_id(self.value()) else Item.objects.none()
        return queryset.filter(item__in=list(items.values_list("pk", flat=True)))


@admin.register(StockMove)
class StockMoveAdmin(ReadOnlyAdmin):
    view_act = "shop.manage"
    paginator = KeysFirst
    list_display = ["at", "item", "kind", "change", "after", "donor", "cause", "note", "by"]
    list_filter = [ItemsFilter, "kind"]
    list_select_related = ["item", "by"]
    search_fields = ["item__name"]
    date_hierarchy = None

    def get_queryset(self, request):
        """In sight are those of the items in sight, which are few: planners are not asked to find that out."""
        items = Item.objects.visible_to(request.user).order_by().values_list("pk", flat=True)
        items = list(items[: MOST_NAMED + 1])
        if len(items) > MOST_NAMED:
            return super().get_queryset(request)
        return StockMove.objects.filter(item__in=items).order_by(*self.get_ordering(request))

    def unit_of(self, row):
        return row.item.community


class LineInline(admin.TabularInline):
    model = OrderLine
    extra = 0
    fields = readonly_fields = ["item", "count", "points"]

    def has_view_permission(self, request, obj=None):
        return True  # as the order itself

    def has_add_permission(self, request, obj=None):
        return False

    has_change_permission = has_delete_permission = has_add_permission


class ReturnInline(LineInline):
    model = Return
    fields = readonly_fields = ["at", "points", "reason", "by"]


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    view_act = "shop.manage"
    list_display = ["code", "resident", "points", "state", "how", "made_at", "until", "handed_at"]
    list_filter = [CommunityFilter, "state", "how"]
    list_select_related = ["resident"]
    search_fields = ["code"]
    search_help_text = _("A pick-up code, or a resident as in the register.")
    inlines = [LineInline, ReturnInline]
    exclude = ["token"]
    paginator = KeysFirst

    def get_queryset(self, request):
        """By the ids of the communities, so that the index of each is the way in."""
        here = Unit.objects.filter(scope(request.user, "shop.view", "path"), kind=Kind.COMMUNITY)
        here = list(here.order_by().values_list("pk", flat=True))
        return Order.objects.filter(community__in=here).order_by(*self.get_ordering(request))

    def get_search_results(self, request, queryset, search_term):
        """Whole codes, and people by the register: no list of a million codes is read through."""
        if not (term := search_term.strip()):
            return queryset, False
        people = [pk for _sort, pk in Search(request.user, term).keys(size=MOST_FOUND)]
        found = Order.objects.filter(Q(code=codes.read(term) or "-") | Q(resident__in=people)).order_by("-pk")
        return queryset.filter(pk__in=list(found.values_list("pk", flat=True)[:MOST_NAMED])), False

    def unit_of(self, row):
        return row.community
