"""What goes out, in the back office: to read, to send again, to call off."""

from datetime import timedelta

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.sms import in_words
from config.errors import DomainError
from notifications import operations, outbox
from notifications.kinds import KINDS
from notifications.models import Channel, Outgoing

from .access import may, scope
from .account_admin import PeriodFilter
from .admin_base import ReadOnlyAdmin
from .models import Unit


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return [(code, kind.words) for code, kind in KINDS.items()]

    def queryset(self, request, queryset):
        return queryset.filter(kind=self.value()) if self.value() else queryset


class LostFilter(admin.SimpleListFilter):
    """What the desk's line of today counts."""

    title = _("did not go out")
    parameter_name = "lost"

    def lookups(self, request, model_admin):
        return [("week", _("in the last week"))]

    def queryset(self, request, queryset):
        if self.value() != "week":
            return queryset
        lost = [Outgoing.State.GIVEN_UP, Outgoing.State.UNCLEAR]
        return queryset.filter(state__in=lost, at__gt=timezone.now() - timedelta(days=7))


@admin.register(Outgoing)
class OutgoingAdmin(ReadOnlyAdmin):
    view_act = "messages.view"
    list_display = ["at", "name", "channel", "subject", "standing", "why_not"]
    list_display_links = ["at"]
    list_filter = [LostFilter, "state", "channel", KindFilter, PeriodFilter]
    sortable_by = ()
    actions = ["try_again", "call_off"]
    fields = [
        "at", "name", "channel", "kind_words", "subject", "text", "state", "tries", "next_try_at", "not_after",
        "why_not", "note", "ended_at", "ended_by",
    ]  # fmt: skip
    readonly_fields = ["kind_words", "why_not"]

    def unit_of(self, row):
        return Unit.objects.filter(path=row.path).first()

    def get_queryset(self, request):
        return Outgoing.objects.filter(scope(request.user, self.view_act, "path")).order_by("-pk")

    def get_actions(self, request):
        return super().get_actions(request) if may(request.user, "messages.manage") else {}

    @admin.display(description=_("kind"))
    def kind_words(self, row):
        return row.kind_words

    @admin.display(description=_("state"))
    def standing(self, row):
        """With how often it was tried and when it is tried next, as long as it is: the list fits a screen."""
        parts = [row.get_state_display()]
        if row.tries > 1:
            parts.append(ngettext("%(n)d try", "%(n)d tries", row.tries) % {"n": row.tries})
        if row.is_open and row.channel != Channel.PHONE:
            at = outbox.next_at(row)
            parts.append(_("next %(when)s") % {"when": f"{date_format(at, 'MONTH_DAY_FORMAT')} {at:%H:%M}"})
        return format_html_join(mark_safe("<br>"), "{}", ((part,) for part in parts))

    @admin.display(description=_("what went wrong"))
    def why_not(self, row):
        return in_words(row.last_error)

    @admin.action(description=_("Send again"))
    def try_again(self, request, queryset):
        """Asks first when somebody may get the same a second time."""
        mine = queryset.filter(scope(request.user, "messages.manage", "path"))
        known = [
            pk for pk in request.POST.getlist("known") if pk.isascii() and pk.isdecimal() and len(pk) < 19
        ]
        if doubtful := list(mine.filter(state=Outgoing.State.UNCLEAR).exclude(pk__in=known)):
            return self._ask_whether_twice(request, mine, doubtful, known)

        def again(row, by):
            return operations.try_again(row=row, by=by, may_come_twice=str(row.pk) in known)

        return self._each(request, queryset, again)

    def _ask_whether_twice(self, request, mine, doubtful, known):
        reached = operations.reached_otherwise(doubtful)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Send again?"),
            "rows": [(row, reached.get(row.pk, "")) for row in doubtful],
            "others": mine.filter(state__in=operations.NOT_GONE_OUT).count(),
            "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "known": [*known, *(str(row.pk) for row in doubtful)],
            "across": request.POST.get("select_across", "0"),
            "back": request.get_full_path(),
        }
        return TemplateResponse(request, "admin/notifications/outgoing/again.html", context)

    @admin.action(description=_("Call off"))
    def call_off(self, request, queryset):
        self._each(request, queryset, operations.cancel)

    def _each(self, request, queryset, act):
        """Only what lies where the person may do it; what is past changing is counted and said."""
        done = refused = 0
        for row in queryset.filter(scope(request.user, "messages.manage", "path")):
            try:
                act(row=row, by=request.user)
                done += 1
            except DomainError:
                refused += 1
        self.message_user(
            request, ngettext("%(n)s message changed.", "%(n)s messages changed.", done) % {"n": done}
        )
        if refused:
            text = ngettext(
                "%(n)s could not be changed any more.", "%(n)s could not be changed any more.", refused
            )
            self.message_user(request, text % {"n": refused}, messages.WARNING)
