"""The back office's view of sign-ups, programmes, sports meets, wishes and spending: what is done with them is done at the desk."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from community.admin_base import ReadOnlyAdmin

from .admin_paging import ByEvent, PagedByParent
from .models import Discipline, Draw, Entry, ProgrammeItem, QueueMove, Result, SignUp, Spending, Wish


class OfAnEventAdmin(ReadOnlyAdmin):
    view_act = "events.view"

    def event_of(self, row):
        return row.event

    def unit_of(self, row):
        return self.event_of(row).unit

    def _may(self, request, act, row=None):
        """Also what an organisation puts on, by a post there."""
        if row is None:
            return super()._may(request, act)
        return bool(act) and self.event_of(row).may(request.user, act)


@admin.register(SignUp)
class SignUpAdmin(PagedByParent, OfAnEventAdmin):
    """Those of the newest event first."""

    by = ByEvent
    view_act = "events.check_in"
    ordering = ["-event_id", "-pk"]
    list_display = ["event", "of_session", "resident", "seats", "state", "end", "at", "by"]
    list_filter = ["state", "end"]
    list_select_related = ["event__unit", "session", "resident", "by"]

    @admin.display(description=_("session"), ordering="session", empty_value="-")
    def of_session(self, row):
        if row.session:
            row.session.event = row.event  # read once
        return row.session


@admin.register(QueueMove)
class QueueMoveAdmin(OfAnEventAdmin):
    view_act = "events.check_in"
    list_display = ["event", "resident", "was", "now", "reason", "at", "by"]
    list_select_related = ["event__unit", "sign_up__resident", "by"]

    @admin.display(description=_("resident"))
    def resident(self, row):
        return row.sign_up.resident


@admin.register(Draw)
class DrawAdmin(OfAnEventAdmin):
    """The seed is nobody's to see before it is public."""

    list_display = ["event", "session", "seed_digest", "made_at", "frozen_at", "drawn_at"]
    list_select_related = ["event__unit", "session__event"]
    fields = [
        "event",
        "session",
        "seed_digest",
        "made_at",
        "entrants",
        "entrants_digest",
        "frozen_at",
        "drawn_at",
    ]


@admin.register(ProgrammeItem)
class ProgrammeItemAdmin(OfAnEventAdmin):
    list_display = ["title", "session", "order", "kind", "performers", "team", "minutes"]
    list_select_related = ["session__event__unit", "team"]
    ordering = ["-pk"]

    def event_of(self, row):
        return row.session.event


@admin.register(Discipline)
class DisciplineAdmin(OfAnEventAdmin):
    list_display = ["name", "event", "age_from", "age_to", "sex", "places", "places_taken", "team_size"]
    list_select_related = ["event__unit"]
    ordering = ["-pk"]


@admin.register(Entry)
class EntryAdmin(OfAnEventAdmin):
    view_act = "events.check_in"
    list_display = ["discipline", "event", "resident", "team", "at", "by", "cancelled_at"]
    list_select_related = ["discipline__event__unit", "resident", "by"]

    def event_of(self, row):
        return row.discipline.event

    @admin.display(description=_("event"))
    def event(self, row):
        return row.discipline.event


@admin.register(Result)
class ResultAdmin(OfAnEventAdmin):
    view_act = "events.check_in"
    list_display = ["entry", "rank", "mark", "at", "by"]
    list_select_related = ["entry__discipline__event__unit", "entry__resident", "by"]
    ordering = ["-pk"]

    def event_of(self, row):
        return row.entry.discipline.event


@admin.register(Spending)
class SpendingAdmin(OfAnEventAdmin):
    list_display = ["what", "event", "yuan", "donor", "donor_name", "spent_on", "by", "withdrawn_at"]
    list_select_related = ["event__unit", "donor", "by"]
    ordering = ["-pk"]

    @admin.display(description=_("amount in yuan"))
    def yuan(self, row):
        return f"{row.fen / 100:,.2f}"


@admin.register(Wish)
class WishAdmin(ReadOnlyAdmin):
    view_act = "events.view"
    list_display = ["title", "kind", "community", "at", "supporters", "state", "hidden_at"]
    list_filter = ["state", "kind"]
    list_select_related = ["community"]
    search_fields = ["title"]

    def unit_of(self, row):
        return row.community
