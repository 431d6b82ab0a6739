"""/desk/telephone/: whom no message reaches. Somebody calls, and says whether they were reached."""

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.operations import look
from accounts.phones import national
from config.errors import DomainError
from notifications import operations
from notifications.models import Channel, Outgoing

from .access import require, scope
from .models import Unit

SIZE = 30


def calls_of(user):
    """What is on somebody's telephone list, done or not."""
    return Outgoing.objects.filter(scope(user, "messages.view", "path"), channel=Channel.PHONE)


class CallForm(forms.Form):
    note = forms.CharField(label=gettext_lazy("remarks"), max_length=200, required=False)


class PurposeForm(forms.Form):
    purpose = forms.CharField(
        label=gettext_lazy("what for"),
        max_length=120,
        help_text=gettext_lazy("The person can read who looked and what for."),
    )


def _show(request, template, context, status=200):
    """A page with personal data: no browser or proxy keeps it."""
    response = render(request, f"community/{template}.html", context, status=status)
    response.headers["Cache-Control"] = "no-store, private"
    return response


@require_safe
def telephone(request):
    require(request.user, "messages.view")
    done = request.GET.get("done") == "1"
    rows = calls_of(request.user)
    rows = rows.exclude(state="waiting").order_by("-pk") if done else rows.to_telephone().order_by("pk")
    after = request.GET.get("after", "")
    if after.isascii() and after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__lt=after) if done else rows.filter(pk__gt=after)
    rows = list(rows.select_related("ended_by")[: SIZE + 1])
    context = {
        "rows": rows[:SIZE],
        "done": done,
        "older_url": f"?done={int(done)}&after={rows[SIZE - 1].pk}" if len(rows) > SIZE else "",
        "newer_url": f"?done={int(done)}" if after else "",
    }
    return _show(request, "telephone", context)


@require_http_methods(["GET", "HEAD", "POST"])
def call(request, pk):
    """One call: what to say, and how it went."""
    row = get_object_or_404(calls_of(request.user), pk=pk)
    form = CallForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        act = operations.called if "reached" in request.POST else operations.not_reached
        try:
            act(row=row, by=request.user, note=form.cleaned_data["note"])
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Noted."))
            return redirect("community:telephone")
    context = {"row": row, "form": form, "is_open": row.state == "waiting"}
    return _show(request, "call", context, 422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def number(request, pk):
    """The number in full, shown once and noted with its purpose."""
    row = get_object_or_404(calls_of(request.user).select_related("account"), pk=pk)
    require(request.user, "residents.reveal", Unit.objects.filter(path=row.path).first())
    usual = {"purpose": _("Telephoning: %(subject)s") % {"subject": row.subject}}
    form = PurposeForm(request.POST if request.method == "POST" else None, initial=usual)
    context = {"row": row, "form": form}
    if not form.is_valid():
        return _show(request, "call_number", context, 422 if form.is_bound else 200)
    look(by=request.user, on=row.about, field="phone", purpose=form.cleaned_data["purpose"], path=row.path)
    phone = row.account.phone if row.account else row.phone
    return _show(request, "call_number", {"row": row, "number": national(phone), "shown": True})
