"""What is printed around an event: the poster, the certificates."""

import segno
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from config.errors import DomainError

from .. import rows
from ..models import Session
from ..operations import certificates as operations
from .desk import event_or_404, require_on

ON_THE_POSTER = 4  # dates


@require_safe
def poster(request, pk):
    """A4 in black and red, with a code that leads to the public page."""
    event = event_or_404(request, pk)
    community = event.unit.community
    coming = event.sessions.upcoming().filter(event__cancelled_at=None)
    found = rows.session_rows(
        Session.objects.filter(pk__in=list(coming.values_list("pk", flat=True)[: ON_THE_POSTER + 1])),
        community,
    )
    places = {row["place"] for row in found} or {event.where()}
    address = request.build_absolute_uri(event.get_absolute_url())
    is_public = bool(event.published_at) and not event.is_internal
    context = {
        "event": event,
        "community": community,
        "dates": found[:ON_THE_POSTER],
        "place": places.pop() if len(places) == 1 else event.where(),
        "has_more": len(found) > ON_THE_POSTER,
        "length": "long" if len(event.title) > 16 else "middle" if len(event.title) > 9 else "short",
        "qr": segno.make(address, error="m").svg_data_uri(scale=8, border=0) if is_public else "",
        "address": address,
    }
    return render(request, "events/poster.html", context)


@require_safe
def certificates(request, pk):
    """Who has earned a certificate, and the papers made so far."""
    event = event_or_404(request, pk)
    require_on(request.user, "events.check_in", event)
    sessions = operations.held(event)
    finished = operations.is_course(event) and operations.is_finished(sessions)
    made = list(event.certificates.select_related("resident"))
    earned = operations.those_who_earned_one(event, sessions) if finished else {}
    context = {
        "event": event,
        "certificates": made,
        "is_finished": finished,
        "waiting": len(set(earned) - {one.resident_id for one in made}),
        "held": len(sessions),
        "may_manage": event.may(request.user, "events.manage"),
    }
    return render(request, "events/certificates.html", context)


@require_POST
def issue(request, pk):
    event = event_or_404(request, pk)
    require_on(request.user, "events.manage", event)
    try:
        count = operations.issue(event=event, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            ngettext("%(count)d certificate made.", "%(count)d certificates made.", count) % {"count": count},
        )
    return redirect("events:certificates", pk)


@require_safe
def print_certificates(request, pk):
    """All on paper, one a page; `?person=` only one."""
    event = event_or_404(request, pk)
    require_on(request.user, "events.check_in", event)
    made = event.certificates.select_related("resident")
    chosen = request.GET.get("person", "")
    if chosen.isdecimal() and len(chosen) < 19:
        made = made.filter(resident=int(chosen))
    context = on_paper(event, made, reverse("events:certificates", args=[pk]))
    return render(request, "events/certificates_print.html", context)


def on_paper(event, made, back_url: str) -> dict:
    sessions = operations.held(event)
    return {
        "event": event,
        "certificates": made,
        "community": event.unit.community,
        "first": sessions[0].starts_at if sessions else None,
        "last": sessions[-1].starts_at if sessions else None,
        "today": timezone.localdate(),
        "back_url": back_url,
    }
