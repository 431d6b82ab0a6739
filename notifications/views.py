"""/my/inbox/: what one was told."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.errors import DomainError

from . import channels, operations, preferences
from .forms import AddressForm, CodeForm
from .kinds import GROUPS
from .models import Channel, InboxMessage, MailAddress

SIZE = 20


def page(request, template, context, status=200):
    """A page of one's own: no browser or proxy keeps it."""
    context = {"nav": "my", **context}
    response = render(request, f"notifications/{template}.html", context, status=status)
    response.headers["Cache-Control"] = "no-store, private"
    return response


@require_safe
def inbox(request):
    rows = InboxMessage.objects.of(request.user)
    unread = rows.unread().count()
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=before)
    rows = list(rows.order_by("-pk")[: SIZE + 1])
    context = {
        "rows": rows[:SIZE],
        "unread_here": unread,
        "older_url": f"?before={rows[SIZE - 1].pk}" if len(rows) > SIZE else "",
        "newer_url": request.path if before else "",
    }
    return page(request, "inbox", context)


@require_safe
def message(request, pk):
    row = get_object_or_404(InboxMessage.objects.of(request.user), pk=pk)
    return page(request, "message", {"message": row})


@require_POST
def open_message(request, pk):
    """Opening is an act: the message is read from now on."""
    row = get_object_or_404(InboxMessage.objects.of(request.user), pk=pk)
    operations.read(messages=InboxMessage.objects.filter(pk=row.pk), by=request.user)
    return redirect("notifications:message", pk)


@require_POST
def read_all(request):
    operations.read(messages=InboxMessage.objects.all(), by=request.user)
    messages.success(request, _("All messages are marked as read."))
    return redirect("notifications:inbox")


def _told(request, status=200, **forms):
    holds = preferences.wanted(request.user)
    there = [channel for channel in channels.here() if any(found == channel for _group, found in holds)]
    rows = [
        {
            "words": GROUPS[group].words,
            "boxes": [
                {"name": f"{group}.{channel}", "words": channel.label, "on": holds[group, channel]}
                for channel in there
            ],
        }
        for group in preferences.groups_for(request.user)
    ]
    address = MailAddress.objects.filter(account=request.user).first() if channels.mail_is_here() else None
    context = {
        "rows": rows, "there": there, "mail": channels.mail_is_here(), "address": address,
        "sms_is_here": channels.sms_is_here(), "has_sms": Channel.SMS in there,
        "form": AddressForm(), "code_form": CodeForm(), **forms,
    }  # fmt: skip
    return page(request, "told", context, status)


@require_http_methods(["GET", "HEAD", "POST"])
def told(request):
    """What I want to be told, and how. The inbox always."""
    if request.method != "POST":
        return _told(request)
    known = preferences.wanted(request.user)
    chosen = {(group, channel): f"{group}.{channel}" in request.POST for group, channel in known}
    preferences.choose(user=request.user, chosen=chosen)
    messages.success(request, _("Saved."))
    return redirect("notifications:told")


@require_POST
def address(request):
    """Give, prove or take back the e-mail address."""
    if not channels.mail_is_here():
        return redirect("notifications:told")
    if "drop" in request.POST:
        preferences.drop_address(user=request.user)
        messages.success(request, _("Nothing is sent to that address any more."))
        return redirect("notifications:told")
    form, name = (
        (CodeForm(request.POST), "code_form")
        if "code" in request.POST
        else (AddressForm(request.POST), "form")
    )
    if form.is_valid():
        act = preferences.confirm_address if name == "code_form" else preferences.ask_address
        try:
            act(user=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            if name == "code_form":
                messages.success(request, _("The address is yours. Choose what is sent there."))
                return redirect("notifications:told")
            return redirect(reverse("notifications:told") + "#mail")  # where the code is typed
    return _told(request, 422, **{name: form})
