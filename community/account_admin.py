"""Accounts and the two logs in the back office: to read. What may be done with an account is done at the desk."""

import re
from datetime import datetime, time, timedelta

from django.apps import apps
from django.contrib import admin
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from accounts.acts import THINGS, acts_called, name_of
from accounts.models import Activity, Look, SmsMessage, User
from accounts.operations import label
from accounts.sms import in_words

from .access import paths, scope
from .account_care import accounts_in_care, find_accounts
from .admin_base import ReadOnlyAdmin
from .models import WIDTH, Kind, Unit

FEW = 1000
PEOPLE = 200  # how many people one name may mean in a search of the logs


def readable(object_label: str) -> str:
    """`events.event:42` as people say it: the kind of thing and its number."""
    model, _colon, number = object_label.partition(":")
    try:
        return f"{apps.get_model(model)._meta.verbose_name} {number}" if model else "–"
    except (LookupError, ValueError):
        return object_label


def of_acts(rows, start: str):
    """Lines of the acts that begin with `start`."""
    acts = {"act__gte": start, "act__lt": f"{start}\U0010ffff"}
    return _few_or_along(rows, acts, {"said__startswith": start})


def _few_or_along(rows, acts: dict, said: dict):
    """Few lines are named by their numbers, many are met along the list."""
    found = list(rows.model.objects.filter(**acts).order_by().values_list("pk", flat=True)[: FEW + 1])
    if len(found) <= FEW:
        return rows.filter(pk__in=found)
    return rows.alias(said=Concat("act", Value(""))).filter(**said)


# Year, month, day, with whatever people write between them: 2026-11-22, 2026.11.22, or words
DAY = re.compile(r"(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})\D?")


def day_in(words: str) -> str:
    """A day as people write it, as `2026-11-02`; empty when it is none."""
    match = DAY.fullmatch(words)
    return "{}-{:0>2}-{:0>2}".format(*match.groups()) if match else ""


class LogAdmin(ReadOnlyAdmin):
    view_act = "log.view"
    list_select_related = ["by"]
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    search_fields = ["by__name"]  # shows the box; `get_search_results` does the work
    search_help_text = _(
        "A person's name, phone or user name; an act by its name; a day (2026-11-02); an object (events.event:42)."
    )
    thing = "object"

    def unit_of(self, row):
        return None  # the rows in sight are the right's own

    def get_queryset(self, request):
        rows = self.model._default_manager.order_by("-at", "-pk")
        if not any(len(path) == WIDTH for path in paths(request.user, self.view_act)):
            rows = rows.filter(scope(request.user, self.view_act, "path"))
        there = Unit.objects.filter(path=OuterRef("path"))
        in_a_building = there.filter(kind=Kind.BUILDING)  # which is nothing without its compound
        return rows.annotate(
            unit_name=Subquery(there.values("name")[:1]),
            compound_name=Subquery(in_a_building.values("parent__name")[:1]),
        )

    def get_search_results(self, request, queryset, search_term):
        term = search_term.strip()
        if not term:
            return queryset, False
        if day := day_in(term):
            first, end = _start_of(day, 0), _start_of(day, 1)
            return (queryset.filter(at__gte=first, at__lt=end) if first else queryset.none()), False
        if ":" in term:
            return queryset.filter(**{self.thing: term}), False
        if "." in term and self.thing == "object":
            return of_acts(queryset, term), False
        people = list(find_accounts(User.objects.all(), term)[:PEOPLE])
        if not people and self.thing == "object" and (acts := acts_called(term)):
            return _few_or_along(queryset, {"act__in": acts}, {"said__in": acts}), False
        about = [label(user) for user in people]
        return queryset.filter(Q(by__in=people) | Q(**{f"{self.thing}__in": about})), False

    @admin.display(description=_("unit at that time"))
    def unit(self, row):
        return f"{row.compound_name or ''}{row.unit_name or ''}" or "–"


class PeriodFilter(admin.ListFilter):
    """From one day to another, both included."""

    title = _("period")
    template = "community/accounts/period_filter.html"

    def __init__(self, request, params, model, model_admin):
        super().__init__(request, params, model, model_admin)
        for name in self.expected_parameters():
            if name in params:
                self.used_parameters[name] = params.pop(name)[-1]

    def expected_parameters(self):
        return ["from", "to"]

    def has_output(self):
        return True

    def choices(self, changelist):
        others = {
            name: value for name, value in changelist.params.items() if name not in self.expected_parameters()
        }
        if changelist.query:
            others["q"] = changelist.query
        yield {
            "others": others,
            "from": self.used_parameters.get("from"),
            "to": self.used_parameters.get("to"),
        }

    def queryset(self, request, queryset):
        for name, lookup, days in (("from", "at__gte", 0), ("to", "at__lt", 1)):
            moment = _start_of(self.used_parameters.get(name), days)
            if moment:
                queryset = queryset.filter(**{lookup: moment})
        return queryset


def _start_of(text, days):
    """The first moment of the day written in `text`, or None; years no log can hold are none."""
    try:
        day = parse_date(text or "")
    except ValueError:
        return None
    if day is None or not 1970 <= day.year <= 2999:
        return None
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), time.min))


class RoomFilter(admin.SimpleListFilter):
    title = _("part of the portal")
    parameter_name = "room"

    def lookups(self, request, model_admin):
        return [("accounts", _("accounts")), *THINGS.items()]

    def queryset(self, request, queryset):
        return of_acts(queryset, f"{self.value()}.") if self.value() else queryset


@admin.register(Activity)
class ActivityAdmin(LogAdmin):
    list_display = ["at", "by", "act_name", "about", "unit", "result"]
    list_display_links = ["at"]
    list_filter = [PeriodFilter, RoomFilter, "result"]
    fields = ["at", "by", "act_name", "act", "object", "unit", "result", "detail"]
    readonly_fields = ["act_name", "unit"]

    @admin.display(description=_("what"))
    def act_name(self, row):
        return name_of(row.act)

    @admin.display(description=_("object"))
    def about(self, row):
        return readable(row.object)


@admin.register(Look)
class LookAdmin(LogAdmin):
    thing = "subject"
    list_display = ["at", "by", "whose", "what", "purpose", "rows", "unit"]
    list_display_links = ["at"]
    list_filter = [PeriodFilter]
    fields = ["at", "by", "subject", "what", "purpose", "rows", "unit"]
    readonly_fields = ["what", "unit"]

    @admin.display(description=_("whose"))
    def whose(self, row):
        return readable(row.subject)

    @admin.display(description=_("what"))
    def what(self, row):
        return row.what


KINDS = {
    "code": _("code sent"),
    "unknown": _("no account under this number"),
    "exists": _("has an account already"),
    "notice": _("message"),
}


class KindFilter(admin.SimpleListFilter):
    title, parameter_name = _("kind"), "kind"

    def lookups(self, request, model_admin):
        return list(KINDS.items())

    def queryset(self, request, queryset):
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(SmsMessage)
class SmsAdmin(ReadOnlyAdmin):
    """For the bill and for finding out why none came: seen by whoever runs the installation."""

    view_act = "log.view"
    list_display = ["at", "what", "sent_at", "why_not"]
    list_filter = [PeriodFilter, KindFilter]
    show_facets = admin.ShowFacets.NEVER
    fields = readonly_fields = ["at", "what", "sent_at", "why_not"]

    @admin.display(description=_("kind"), ordering="kind")
    def what(self, row):
        return KINDS.get(row.kind, row.kind)

    @admin.display(description=_("error"), ordering="error")
    def why_not(self, row):
        return in_words(row.error)

    def unit_of(self, row):
        return None

    def get_queryset(self, request):
        rows = SmsMessage.objects.order_by("-at", "-pk")
        at_the_root = any(len(path) == WIDTH for path in paths(request.user, self.view_act))
        return rows if at_the_root else rows.none()


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    view_act = "accounts.view"
    list_display = ["name", "username", "masked_phone", "last_login", "is_active"]
    sortable_by = ()
    search_fields = ["name"]
    search_help_text = _("The beginning of a name, a whole mobile number or a user name.")
    fields = [
        "name",
        "username",
        "masked_phone",
        "phone_verified_at",
        "phone_lost_at",
        "created_at",
        "last_login",
        "deactivated_at",
        "deactivated_by",
    ]
    readonly_fields = ["masked_phone"]

    def unit_of(self, row):
        return None

    def get_queryset(self, request):
        return accounts_in_care(request.user).order_by("name", "pk")

    def get_search_results(self, request, queryset, search_term):
        return (find_accounts(queryset, search_term) if search_term.strip() else queryset), False

    def view_on_site(self, row):
        return reverse("community:account", args=[row.pk])

    @admin.display(description=_("mobile number"))
    def masked_phone(self, row):
        return row.masked_phone or "–"

    @admin.display(description=_("active"), boolean=True)
    def is_active(self, row):
        return row.is_active
