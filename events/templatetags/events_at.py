from django import template

from events.models import Session

register = template.Library()


@register.simple_tag
def events_at(facility):
    """The next public sessions in the rooms of a facility."""
    return (
        Session.objects.public()
        .upcoming()
        .filter(event__room__facility=facility)
        .select_related("event__room")[:10]
    )
