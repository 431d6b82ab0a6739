"""A session as it stands on a card: ready strings, made in one place."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

FEW = 5  # places left that are worth a warning


def card(session, community, now) -> dict:
    event = session.event
    starts, ends = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    until = date_format(ends, "H:i" if ends.date() == starts.date() else "SHORT_DATETIME_FORMAT")
    return {
        "url": f"/{community.slug}/events/{event.pk}/",
        "title": event.title,
        "summary": event.summary,
        "number": starts.day,
        "month": date_format(starts, pgettext("format of the month on a date block", "M")),
        "weekday": date_format(starts, "D"),
        "iso": starts.isoformat(),
        "today": starts.date() == timezone.localdate(now),
        "time": f"{date_format(starts, 'H:i')}–{until}",
        "place": str(event.room) if event.room_id else event.place,
        "badge": badge(session, now),
        "poster": event.poster.small if event.poster else None,
        "poster_alt": event.poster_alt,
    }


def badge(session, now) -> dict:
    """In one word whether somebody can still come: `{"tone", "text"}`."""
    if session.starts_at <= now:
        return {"tone": "info", "text": _("on now")}
    if not session.event.needs_registration:
        return {"tone": "ok", "text": _("just come")}
    if session.registration_opens_at and now < session.registration_opens_at:
        return {"tone": "info", "text": _("sign-up not open yet")}
    if session.registration_closes_at and now >= session.registration_closes_at:
        return {"tone": "full", "text": _("sign-up closed")}
    if session.places is None:
        return {"tone": "ok", "text": _("places free")}
    left = session.places - session.places_taken
    if left <= 0:
        return {"tone": "full", "text": _("full")}
    text = ngettext("%(count)d place left", "%(count)d places left", left) % {"count": left}
    return {"tone": "few" if left <= FEW else "ok", "text": text}
