"""Events as iCalendar (RFC 5545) and Atom (RFC 4287)."""

import uuid
from datetime import UTC, timedelta

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, vText
from icalendar import Event as Entry

from residents.models import Resident

from .models import Entry as Entered
from .models import Event, Registration, Session, SignUp, SignUpState
from .rows import hours


def uid(session, community) -> str:
    """The same for ever, whatever the host's name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{community.code or community.slug}/sessions/{session.pk}"))


def ics(sessions, community, absolute, name: str) -> bytes:
    """A calendar of `sessions`. Times in UTC, which every calendar software shows in its own zone."""
    calendar = _calendar(name)
    for session in sessions.select_related(*WHERE):
        calendar.add_component(_entry(session, community, absolute))
    return calendar.to_ical()


def _calendar(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Community portal//Events//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    return calendar


BACK, MOST = timedelta(days=60), 500
ENTRIES, DATES = 30, 6  # of the Atom feed
WHERE = ("event__room__facility", "room__facility", "unit")


def my_sessions(user) -> tuple[QuerySet, dict]:
    """What the people of `user` signed up for, everywhere; and of those with a place, since when."""
    people = Resident.objects.of(user)
    placed = Registration.objects.live().filter(resident__in=people)
    states = [SignUpState.ENTERED, SignUpState.WAITING, SignUpState.OFFERED]
    waits = SignUp.objects.filter(Q(resident__in=people) | Q(members__resident__in=people), state__in=states)
    course = Q(event__in=waits.filter(session=None).values("event"))
    entered = Entered.objects.live().filter(resident__in=people)
    meets = entered.values_list("discipline__event__sessions", "at").order_by("at")
    sure = dict([*meets, *placed.values_list("session", "at").order_by("at")])
    found = Session.objects.filter(
        Q(pk__in=placed.values("session"))
        | Q(pk__in=waits.values("session"))
        | course
        | Q(event__in=entered.values("discipline__event"))
    )
    found = found.filter(event__published_at__isnull=False).order_by("starts_at", "pk")
    return found, sure


def my_ics(user, absolute) -> bytes:
    """One's own calendar: tentative until there is a place."""
    found, sure = my_sessions(user)
    found = found.filter(ends_at__gt=timezone.now() - BACK).select_related(*WHERE, "community")[:MOST]
    calendar = _calendar(_("My events"))
    for session in found:
        # A place given counts as a change: software that reads SEQUENCE lets the entry become sure.
        since = sure.get(session.pk)
        entry = _entry(session, session.community, absolute, changes=int(bool(since)), changed_at=since)
        if not since and not session.cancelled_at:
            entry["status"] = "TENTATIVE"
            entry["summary"] = vText(_("Not sure yet: %(title)s") % {"title": session.event.title})
        if session.event.is_internal:
            del entry["url"]
        if not session.cancelled_at:
            entry.add_component(_the_day_before(session.event.title))
        calendar.add_component(entry)
    return calendar.to_ical()


def _the_day_before(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", timedelta(days=-1))
    alarm.add("description", title)
    return alarm


def _entry(session, community, absolute, *, changes: int = 0, changed_at=None) -> Entry:
    """`changes` and `changed_at`: what has changed besides the event and the session, and when."""
    event, entry = session.event, Entry()
    changed_at = max(filter(None, [session.changed_at, event.changed_at, changed_at]))
    entry.add("uid", uid(session, community))
    entry.add("dtstamp", changed_at)
    entry.add("last-modified", changed_at)
    entry.add("created", event.created_at)
    entry.add("sequence", session.version + event.version + changes)
    entry.add("dtstart", _utc(session.starts_at))
    entry.add("dtend", _utc(session.ends_at))
    title = _("Cancelled: %(title)s") % {"title": event.title} if session.cancelled_at else event.title
    entry.add("summary", title)
    entry.add("status", "CANCELLED" if session.cancelled_at else "CONFIRMED")
    if where := session.where():
        entry.add("location", where)
    if text := "\n".join(_lines(session, event)):
        entry.add("description", text)
    entry.add("url", absolute(reverse("events:event", args=[community, event.pk])))
    return entry


def _utc(moment):
    return moment.astimezone(UTC).replace(microsecond=0)


def _lines(session, event):
    """What helps on the way there, a line each."""
    yield from _changes(session)
    yield from (text for text in (event.summary, session.note) if text)
    if event.bring:
        yield _("Please bring: %(things)s") % {"things": event.bring}
    if event.contact or event.contact_phone:
        yield _("Contact: %(contact)s") % {"contact": f"{event.contact} {event.contact_phone}".strip()}


def _changes(session):
    if session.cancelled_at:
        yield _("Cancelled: %(title)s") % {"title": session.cancel_reason}
    elif session.move_reason:
        yield _("Moved: %(reason)s") % {"reason": session.move_reason}


def with_dates(events):
    """The newest of `events`, each with its sessions: a session that is moved or cancelled changes the entry."""
    dates = Prefetch("sessions", Session.objects.select_related(*Session.PLACE), to_attr="all_dates")
    return events.select_related("unit", "room__facility").prefetch_related(dates)[:ENTRIES]


def atom(events, community, absolute) -> str:
    home = absolute(reverse("events:list", args=[community]))
    feed = Atom1Feed(
        title=_("Events of %(community)s") % {"community": community.name},
        link=home,
        description="",
        language=get_language(),
        feed_url=absolute(reverse("events:atom", args=[community])),
        feed_guid=f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{community.code or community.slug}/events')}",
        author_name=community.name,
    )
    for event in events:
        dates = [one.changed_at for one in event.all_dates]
        feed.add_item(
            title=event.title
            if not event.cancelled_at
            else _("Cancelled: %(title)s") % {"title": event.title},
            link=absolute(reverse("events:event", args=[community, event.pk])),
            description=_summary(event),
            unique_id=f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{community.code or community.slug}/events/{event.pk}')}",
            pubdate=event.published_at,
            updateddate=max(event.changed_at, event.published_at, *dates),
        )
    return feed.writeString("utf-8")


def _summary(event: Event) -> str:
    """HTML, as Django's feed says of it: what it is, and the next dates with what has changed about them."""
    if event.cancelled_at:
        return format_html("<p>{}</p>", event.cancel_reason)
    now, lines = timezone.now(), [event.summary or event.get_kind_display()]
    coming = [one for one in event.all_dates if one.ends_at > now]
    for one in coming[:DATES]:
        one.event = event
        lines.append(when_and_where(one))
    if len(coming) > DATES:
        lines.append(_("and further dates"))
    return format_html_join("", "<p>{}</p>", ((line,) for line in lines))


def when_and_where(session: Session) -> str:
    """In one line, with what has changed about it."""
    starts_at, ends_at = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    parts = [
        f"{date_format(starts_at, 'DATE_FORMAT')} {date_format(starts_at, 'l')} {hours(starts_at, ends_at)}"
    ]
    parts += [session.where()] if session.where() else []
    return " · ".join([*parts, *_changes(session)])
