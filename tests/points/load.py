"""What workers do in `test_crash.py` until they are killed. Each word is said when the thing is done."""

from django.db import transaction
from django.db.models import QuerySet

from config.errors import DomainError
from events.models import Attendance, Session
from events.operations import check_in, undo_check_in
from points.models import Kind, Rule, Transfer
from points.operations import Award, account_of, award, fulfil, release, reserve, take_back
from residents.models import Resident


def _people():
    return list(Resident.objects.living().filter(community__slug="wenfeng").order_by("pk"))


def _session():
    return Session.objects.select_related("event__unit", "community").order_by("pk").first()


def _at_the_door(random, person):
    session = _session()
    there = (
        Attendance.objects.live()
        .filter(session=session, resident=person)
        .select_related("session__event__unit", "session__community")
    )
    if found := there.first():
        undo_check_in(attendance=found, by=found.by)
        return f"undone:{found.pk}"
    helps = random.random() < 0.3
    made = check_in(session=session, resident=person, by=session.event.created_by, as_helper=helps)
    return f"in:{made.pk}"


def _at_the_counter(random, person):
    clerk = _session().event.created_by
    waiting = Transfer.objects.filter(kind=Kind.RESERVE, ended_by=None, holder__resident=person).first()
    if waiting:
        end = random.choice([fulfil, release])(reservation=waiting, by=clerk)
        return f"key:{end.key}"
    row = reserve(account=account_of(person), amount=2, key=f"order:{random.getrandbits(60)}", by=clerk)
    return f"key:{row.key}"


def _a_list(random, people):
    rule, clerk = Rule.objects.get(code="M02"), _session().event.created_by
    batch = random.getrandbits(60)
    day = _session().starts_at.date()
    wanted = [Award(one.pk, rule.pk, day, f"team:{batch}:{one.pk}") for one in people]
    award(wanted, community=people[0].community, by=clerk)
    if random.random() < 0.3:
        take_back([one.key for one in wanted], community=people[0].community, by=clerk)
    return f"list:{batch}"


def work(random):
    """Check in and undo, reserve and hand over, reward a whole team."""
    while True:
        people = _people()
        person, lot = random.choice(people), random.random()
        try:
            if lot < 0.5:
                yield _at_the_door(random, person)
            elif lot < 0.8:
                yield _at_the_counter(random, person)
            else:
                yield _a_list(random, people)
        except DomainError:
            yield "no"


def help_in_pieces(random):
    """The twin: a helper checks in, every statement on its own."""
    transaction.Atomic.__enter__ = lambda self: None
    transaction.Atomic.__exit__ = lambda self, *error: None
    QuerySet.select_for_update = lambda self, **options: self
    for person in _people():
        session = _session()
        made = check_in(session=session, resident=person, by=session.event.created_by, as_helper=True)
        yield f"in:{made.pk}"
