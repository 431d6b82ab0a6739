"""The waiting list with many at once. On PostgreSQL each guard has a twin without it that must fail to hold."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events import operations
from events.models import Registration, Session, SignUp
from events.operations import leaving, queue, seats
from events.operations.recount import counted

from .. import town as town_module
from ..races import GUARDS, Race, at_once, refused, without_row_locks

pytestmark = pytest.mark.django_db(transaction=True)
both = pytest.mark.parametrize("guarded", GUARDS)


@pytest.fixture
def line(transactional_db):
    """A session of two places, both taken; three people wait."""
    t = town_module.build()
    t.people = [town_module.resident(f"甲{chr(0x4E00 + n)}", t.east, t.community) for n in range(5)]
    t.placed = [sign_up(t, person) for person in t.people[:2]]
    t.waiting = [sign_up(t, person) for person in t.people[2:]]
    return t


def sign_up(t, person):
    session = Session.objects.select_related("event").get(pk=t.choir_monday.pk)
    return operations.sign_up(pool=session, resident=person, by=t.staff, wait=True)


def fresh(sign_up):
    return SignUp.objects.select_related("event", "session").get(pk=sign_up.pk)


def leave(t, sign_up):
    return lambda: operations.leave(sign_up=fresh(sign_up), by=t.staff)


def agrees(t):
    pool = Session.objects.get(pk=t.choir_monday.pk)
    rows = counted(Session.objects.filter(pk=pool.pk)).values_list("seats", flat=True).get()
    return rows == pool.places_taken <= pool.places


def offered():
    return SignUp.objects.filter(state="offered").count()


@both
def test_two_who_leave_at_once_free_two_places_for_two(line, monkeypatch, guarded):
    if not guarded:
        without_row_locks(monkeypatch)
    race = Race(monkeypatch).stop_before(leaving, "fill")
    race.run(leave(line, line.placed[0]), leave(line, line.placed[1]))
    assert (offered() == 2 and agrees(line)) == guarded


@both
def test_an_offer_passes_or_is_accepted_and_never_both(line, monkeypatch, guarded):
    leave(line, line.placed[0])()
    first = line.waiting[0]
    SignUp.objects.filter(pk=first.pk).update(offer_until=timezone.now() + timedelta(seconds=1))
    late = timezone.now() + timedelta(seconds=2)
    if not guarded:
        without_row_locks(monkeypatch)
    race = Race(monkeypatch).stop_before(seats, "give_place")

    def pass_by():
        SignUp.objects.filter(pk=first.pk, state="offered").update(offer_until=late - timedelta(days=1))
        return queue.pass_on(Session.objects.get(pk=line.choir_monday.pk))

    race.run(lambda: operations.accept(sign_up=fresh(first), by=line.staff), pass_by)
    first.refresh_from_db()
    has_rows = Registration.objects.live().filter(sign_up=first).exists()
    assert agrees(line) == guarded
    assert (first.state == "placed") == has_rows


@both
def test_a_place_given_back_while_somebody_joins_is_offered(line, monkeypatch, guarded):
    for one in line.waiting:
        leave(line, one)()
    if not guarded:
        without_row_locks(monkeypatch)
    last = town_module.resident("末", line.east, line.community)
    race = Race(monkeypatch).stop_before(operations.places.seats, "last_rank")
    race.run(lambda: sign_up(line, last), leave(line, line.placed[0]))
    assert (SignUp.objects.get(resident=last).state == "offered") == guarded


def test_many_want_the_last_place_and_the_others_wait_in_one_line(line):
    Session.objects.filter(pk=line.choir_monday.pk).update(places=6)
    queue.follow_change(pool=Session.objects.get(pk=line.choir_monday.pk), by=line.staff)
    people = [town_module.resident(f"乙{chr(0x4E00 + n)}", line.east, line.community) for n in range(24)]
    results = at_once(*[lambda p=p: sign_up(line, p) for p in people])
    assert refused(results) == 0
    assert [one.state for one in results].count("placed") == 1
    ranks = SignUp.objects.filter(state="waiting").values_list("rank", flat=True)
    assert len(set(ranks)) == len(ranks) == 23
    assert agrees(line)
