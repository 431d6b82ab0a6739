"""What workers do in `test_crash.py` until they are killed. Each word is said when the thing is done."""

from django.db.models import F

from config.errors import DomainError
from events.models import Registration, Session
from events.operations import register, withdraw
from residents.models import Resident


def _somebody(random):
    people = list(Resident.objects.living().order_by("pk"))
    sessions = Session.objects.select_related("event__unit", "community").order_by("pk")
    return random.choice(people), random.choice(list(sessions))


def _held(person, session):
    places = Registration.objects.live().filter(session=session, resident=person)
    return places.select_related("session__event__unit").first()


def come_and_go(random):
    """Sign somebody up, or withdraw who has a place."""
    while True:
        person, session = _somebody(random)
        place = _held(person, session)
        try:
            if place:
                yield f"-{withdraw(registration=place, by=place.by).pk}"
            else:
                yield f"+{register(session=session, resident=person, by=session.event.created_by).pk}"
        except DomainError:
            yield "no"


def come_and_go_in_pieces(random):
    """The twin: the same without a transaction around it."""
    while True:
        person, session = _somebody(random)
        place = _held(person, session)
        if place:
            Registration.objects.filter(pk=place.pk).update(cancelled_at=place.at)
            Session.objects.filter(pk=session.pk).update(places_taken=F("places_taken") - 1)
            yield f"-{place.pk}"
        elif (
            Session.objects.with_a_free_place()
            .filter(pk=session.pk)
            .update(places_taken=F("places_taken") + 1)
        ):
            place = Registration.objects.create(session=session, resident=person, by=session.event.created_by)
            yield f"+{place.pk}"
        else:
            yield "no"
