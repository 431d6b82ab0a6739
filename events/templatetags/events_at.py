from django import template
from django.db.models import Q

from events.models import Session

register = template.Library()


@register.simple_tag
def events_at(facility):
    """The next public sessions in the rooms of a facility."""
    own = Q(room__facility=facility)
    of_the_event = Q(room=None, unit=None, place="", event__room__facility=facility)
    coming = Session.objects.public().upcoming().filter(own | of_the_event)
    return coming.select_related("event__room", "room")[:10]


@register.simple_tag
def name_events(bookings):
    """Let each booking that a public event holds know its `session`; one query for all."""
    keys = {
        booking.cause.removeprefix("session:"): booking
        for booking in bookings
        if booking.cause.startswith("session:")
    }
    held = Session.objects.public().filter(pk__in=[int(key) for key in keys]) if keys else []
    for session in held and held.select_related("event", "community"):
        keys[str(session.pk)].session = session
    return ""
