"""/my/inbox/: what one was told."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from . import operations
from .models import InboxMessage

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
