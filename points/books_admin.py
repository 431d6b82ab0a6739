"""The books in the back office: read, never written. Every list reads one stretch of an index."""

from django.conf import settings
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from community.access import may
from community.admin_base import ReadOnlyAdmin
from community.models import Unit
from residents.models import building_name
from residents.search import Search

from .admin_filters import CommunityFilter, HolderFilter, KindFilter, MonthFilter, is_id
from .findings import in_words
from .models import Account, Freeze, LapseNotice, LedgerCheck, Owed, Seal, Transfer
from .operations import good_until, lapsing
from .operations.expiry import last_received

MOST_FOUND = 1000


def link(row, words=None) -> str:
    """To the page of `row` in the back office."""
    meta = row._meta
    return format_html(
        '<a href="{}">{}</a>',
        reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk]),
        words or row,
    )


class BooksAdmin(ReadOnlyAdmin):
    view_act = "points.view"
    sortable_by = []

    def unit_of(self, row):
        return row.community


@admin.register(Account)
class AccountAdmin(BooksAdmin):
    list_display = ["__str__", "who", "place", "available_points", "posted", "reserved", "owed"]
    list_display_links = ["__str__", "who"]
    list_filter = [CommunityFilter]
    list_select_related = ["resident__unit__parent"]
    ordering = ["-pk"]
    search_fields = ["pk"]  # switches the box on; get_search_results answers
    search_help_text = _("Account number, or the resident's name, pinyin, initials, whole number or address.")
    fields = ["__str__", "community", "kind", "who", "place", "available_points", "posted", "reserved", "owed",
              "good_for", "opened_at", "statement"]  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request):
        """The community's own accounts store no balance; they are opened from a transfer."""
        rows = super().get_queryset(request).select_related("community", *self.list_select_related)
        match = request.resolver_match
        return rows.holders() if match and match.url_name == "points_account_changelist" else rows

    def get_search_results(self, request, queryset, search_term):
        term = search_term.strip().removeprefix("№")
        if not term:
            return queryset, False
        if is_id(term) and len(term) < 11:  # a telephone number has eleven digits
            return queryset.filter(pk=term), False
        people = [pk for _sort, pk in Search(request.user, term).keys(size=MOST_FOUND)]
        rows = Account.objects.holders().checked_for(request.user).filter(resident__in=people)
        if is_id(chosen := request.GET.get("community")):
            rows = rows.filter(of=chosen)
        return rows.select_related("community", *self.list_select_related).order_by(*self.ordering), False

    @admin.display(description=_("resident"))
    def who(self, row):
        return row.resident or row.get_kind_display()

    @admin.display(description=_("building"))
    def place(self, row):
        return building_name(row.resident.unit) if row.resident else "–"

    @admin.display(description=pgettext_lazy("points", "available"))
    def available_points(self, row):
        return row.available

    @admin.display(description=_("good until"))
    def good_for(self, row):
        """Until when what is there may be redeemed: of somebody gone for a while, of others by the year."""
        if row.resident is None or not row.available:
            return "–"
        if until := good_until(row.resident):
            return date_format(until)
        day = timezone.localdate().replace(month=12, day=31)
        received = last_received(day)
        points = lapsing([row], received).get(row.pk) if received else None
        if not points:
            return "–"
        return ngettext("%(n)d point until %(day)s", "%(n)d points until %(day)s", points) % {
            "n": points,
            "day": date_format(day),
        }

    @admin.display(description=_("transfers"))
    def statement(self, row):
        url = reverse("admin:points_transfer_changelist")
        return format_html(
            '<a href="{}?holder={}">{}</a>', url, row.pk, _("Show the transfers of this account")
        )


@admin.register(Transfer)
class TransferAdmin(BooksAdmin):
    list_display = ["__str__", "posted_at", "account", "kind", "moved", "version", "balance_after"]
    list_filter = [HolderFilter, CommunityFilter, MonthFilter, ("kind", KindFilter)]
    list_select_related = ["holder__resident", "rule__rule"]
    search_fields = ["key"]
    search_help_text = _("Number of the transfer, or its whole key such as attendance:42.")
    fields = ["__str__", "community", "kind", "account", "moved", "version", "terms", "value_date", "posted_at",
              "balance_after", "cause", "reason", "by", "both_sides", "goes_with", "key", "private_hash"]  # fmt: skip
    readonly_fields = fields

    def get_ordering(self, request):
        """Along the index of the community's days, or that of the account."""
        return ["-pk"] if "holder" in request.GET else ["-posted_at", "-pk"]

    def get_queryset(self, request):
        match = request.resolver_match
        if match and match.url_name == "points_transfer_changelist" and is_id(request.GET.get("holder")):
            return Transfer.objects.checked_for(request.user).order_by("-pk")
        rows = super().get_queryset(request)
        if match and match.url_name == "points_transfer_changelist":
            return rows
        return rows.select_related(
            "community", "debit__resident", "credit__resident", "holder__resident", "rule__rule", "detail__by",
            "reserve", "reverses",
        )  # fmt: skip

    def get_search_results(self, request, queryset, search_term):
        term = search_term.strip().removeprefix("№")
        if not term:
            return queryset, False
        return queryset.filter(pk=term) if is_id(term) else queryset.filter(key=term), False

    @admin.display(description=pgettext_lazy("points", "account"))
    def account(self, row):
        return format_html("{} {}", link(row.holder), row.holder.resident or "")

    @admin.display(description=pgettext_lazy("transfer", "points"))
    def moved(self, row):
        """With sign as the holder sees it; what was reserved before moves nothing any more."""
        return f"+{row.amount}" if row.change > 0 else f"−{row.amount}" if row.change else f"({row.amount})"

    @admin.display(description=_("rule"))
    def version(self, row):
        if row.rule is None:
            return "–"
        return link(row.rule.rule, f"{row.rule.rule} · {_('version')} {row.rule.number}")

    @admin.display(description=_("terms"))
    def terms(self, row):
        return " · ".join(filter(None, [row.rule.gives, row.rule.limit])) if row.rule else "–"

    @admin.display(description=_("cause"))
    def cause(self, row):
        detail = getattr(row, "detail", None)
        if detail is None:
            return _("erased")
        found = import_string(settings.CAUSES_IN_WORDS)([detail.cause]).get(detail.cause)
        if found is None:
            return detail.cause or "–"
        return format_html('<a href="{}">{}</a> ({})', found.desk_url, found.words, detail.cause)

    @admin.display(description=_("reason"))
    def reason(self, row):
        detail = getattr(row, "detail", None)
        return (detail.reason or "–") if detail else _("erased")

    @admin.display(description=_("by"))
    def by(self, row):
        detail = getattr(row, "detail", None)
        return (detail.by or "–") if detail else _("erased")

    @admin.display(description=_("from account to account"))
    def both_sides(self, row):
        sides = [(link(side), side.resident or side.get_kind_display()) for side in (row.debit, row.credit)]
        return format_html_join(" → ", "{} {}", sides)

    @admin.display(description=_("goes with"))
    def goes_with(self, row):
        others = [row.reserve, row.reverses, row.ended_by.first(), *row.reversed_by.order_by("pk")]
        found = [(link(other), other.get_kind_display()) for other in others if other]
        return format_html_join(", ", "{} {}", found) or "–"


@admin.register(Owed)
class OwedAdmin(BooksAdmin):
    list_display = ["account_link", "who", "award_link", "amount", "left", "at"]
    list_select_related = ["account__resident", "account__community", "award", "rule__rule"]
    list_display_links = ["amount"]
    ordering = ["-pk"]
    fields = ["account_link", "who", "award_link", "amount", "left", "forgiven", "at"]
    readonly_fields = fields

    def unit_of(self, row):
        return row.account.community

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.list_select_related)

    @admin.display(description=pgettext_lazy("points", "account"))
    def account_link(self, row):
        return link(row.account)

    @admin.display(description=_("resident"))
    def who(self, row):
        return row.account.resident

    @admin.display(description=_("award or deduction"))
    def award_link(self, row):
        return link(row.award) if row.award else f"{row.rule} ({row.key})"


class OfThisYearFilter(admin.SimpleListFilter):
    """The year whose end is told of; the last one counted unless another is chosen."""

    title, parameter_name = _("year"), "year"

    def lookups(self, request, model_admin):
        years = (
            LapseNotice.objects.visible_to(request.user).order_by("-on").values_list("on__year", flat=True)
        )
        return [(str(year), str(year)) for year in years.distinct()]

    def queryset(self, request, queryset):
        return queryset.filter(on__year=self.value()) if is_id(self.value()) else queryset


@admin.register(LapseNotice)
class LapseNoticeAdmin(OwedAdmin):
    """Whose points lapse at the end of the year; who was not told by message is told at the door."""

    list_display = ["account_link", "who", "place", "points", "on", "told", "at"]
    list_filter = ["told", OfThisYearFilter]
    list_select_related = ["account__resident__unit__parent", "account__community"]
    list_display_links = ["points"]
    ordering = ["-on", "account__resident__path", "pk"]  # as one walks from door to door
    fields = list_display
    readonly_fields = fields

    @admin.display(description=_("building"))
    def place(self, row):
        return building_name(row.account.resident.unit)


@admin.register(Freeze)
class FreezeAdmin(BooksAdmin):
    """Who redeems nothing for a while, by which deduction."""

    list_display = ["resident", "place", "since", "until", "made_by", "lifted_at"]
    list_filter = [CommunityFilter]
    list_select_related = ["resident__unit__parent", "community", "made_by"]
    ordering = ["-until", "-pk"]
    fields = [
        "resident",
        "community",
        "since",
        "until",
        "about",
        "made_by",
        "made_at",
        "lifted_at",
        "lifted_by",
        "reason",
    ]
    readonly_fields = ["about"]

    @admin.display(description=_("building"))
    def place(self, row):
        return building_name(row.resident.unit)

    @admin.display(description=_("cause"))
    def about(self, row):
        found = import_string(settings.CAUSES_IN_WORDS)([row.cause]).get(row.cause)
        return format_html('<a href="{}">{}</a>', found.desk_url, found.words) if found else row.cause


@admin.register(Seal)
class SealAdmin(BooksAdmin):
    list_display = ["day", "community", "first_number", "count", "amount", "start_of_digest", "sealed_at"]
    list_filter = [CommunityFilter]
    list_select_related = ["community"]
    ordering = ["-day", "-pk"]
    fields = ["community", "day", "first_number", "count", "amount", "digest", "sealed_at"]

    @admin.display(description=_("digest"))
    def start_of_digest(self, row):
        return f"{row.digest[:12]}…"


@admin.register(LedgerCheck)
class LedgerCheckAdmin(ReadOnlyAdmin):
    """It reads the books of all communities: for whoever runs the installation."""

    view_act = "log.view"
    list_display = ["started_at", "transfers", "found", "seconds"]
    sortable_by = []
    fields = ["started_at", "seconds", "transfers", "found", "what_was_found"]
    readonly_fields = ["what_was_found"]

    def unit_of(self, row):
        return Unit.objects.get(parent=None)

    def get_queryset(self, request):
        rows = LedgerCheck.objects.order_by("-pk")
        root = Unit.objects.filter(parent=None).first()
        return rows if root and may(request.user, self.view_act, root) else rows.none()

    @admin.display(description=_("findings"))
    def what_was_found(self, row):
        return format_html_join("", "<div>{} №{} {}</div>", in_words(row.findings)) or "–"
