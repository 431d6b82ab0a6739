"""What leaves the desk: spreadsheets, the door list and name badges."""

from django import forms
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.operations import look, record
from config.fields import TidyMixin
from config.sheets import xlsx
from config.wechat import in_wechat
from residents.forms import PURPOSES, reason_field

from .. import lists
from ..models import SignUp
from .desk import event_or_404, require_on, session_or_404

A_PAGE = 10  # badges: two abreast, five below each other


class PurposeForm(TidyMixin, forms.Form):
    purpose = forms.ChoiceField(label=gettext_lazy("purpose"), choices=PURPOSES)
    words = reason_field(gettext_lazy("in your words"))

    def stated(self) -> str:
        purpose = dict(PURPOSES)[self.cleaned_data["purpose"]]
        return str(_("%(purpose)s: %(words)s") % {"purpose": purpose, "words": self.cleaned_data["words"]})


@require_http_methods(["GET", "HEAD", "POST"])
def spreadsheets(request, pk):
    """Which there are; posted with a purpose, the one with full phone numbers."""
    event = event_or_404(request, pk)
    require_on(request.user, "events.manage", event)
    form = PurposeForm(request.POST or None)
    may_reveal = event.may(request.user, "residents.reveal")
    if request.method == "POST":
        require_on(request.user, "residents.reveal", event)
        if form.is_valid():
            count = SignUp.objects.live().filter(event=event).count()
            look(by=request.user, on=event, field="phone", purpose=form.stated(), path=event.unit.path, rows=count)  # fmt: skip
            return file_of(request, event, "registrations", *lists.registrations(event, request.user, in_full=True))  # fmt: skip
    context = {"event": event, "form": form, "may_reveal": may_reveal}
    return render(request, "events/spreadsheets.html", context, status=422 if request.method == "POST" else 200)  # fmt: skip


@require_POST
def registrations(request, pk):
    event = event_or_404(request, pk)
    require_on(request.user, "events.manage", event)
    return file_of(request, event, "registrations", *lists.registrations(event, request.user))


@require_POST
def attendance(request, pk):
    event = event_or_404(request, pk)
    require_on(request.user, "events.manage", event)
    return file_of(request, event, "attendance", *lists.attendance(event))


def file_of(request, event, what: str, heads, rows):
    rows = list(rows)
    record("events.export", by=request.user, on=event, path=event.unit.path, what=what, rows=len(rows))
    title = {"registrations": _("Registrations"), "attendance": _("Attendance")}[what]
    if in_wechat(request):  # its browser drops files: the same as a page
        context = {"event": event, "title": title, "heads": heads, "rows": rows}
        response = render(request, "events/spreadsheet.html", context)
        response.headers["Cache-Control"] = "no-store, private"
        return response
    return xlsx(f"{event.title}-{title}", title, heads, rows)


@require_safe
def door_list(request, pk):
    session = session_or_404(request, pk)
    require_on(request.user, "events.check_in", session.event)
    people = lists.door_list(session)
    context = paper(session) | {"people": people, "seats": sum(row["seats"] for row in people)}
    return render(request, "events/door_list.html", context)


@require_safe
def badges(request, pk):
    session = session_or_404(request, pk)
    require_on(request.user, "events.check_in", session.event)
    found = lists.badges(session)
    pages = [found[start : start + A_PAGE] for start in range(0, len(found), A_PAGE)]
    return render(request, "events/badges.html", paper(session) | {"pages": pages})


def paper(session) -> dict:
    return {"session": session, "event": session.event, "when": lists.when(session), "day": session.starts_at}  # fmt: skip
