"""The waiting list with many at once. On PostgreSQL each guard has a twin without it that must fail to hold."""

from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.utils import timezone

from events import operations
from events.models import Registration, Session, SignUp
from events.operations import leaving, moving, queue, seats
from events.operations.recount import counted

from .. import town as town_module
from ..races import GUARDS, Race, at_once, refused, without_constraint, without_row_locks

pytestmark = pytest.mark.django_db(transaction=True)
both = pytest.mark.parametrize("guarded", GUARDS)
MANY, THREADS = 200, 20  # want the last place


@pytest.fixture
def line(transactional_db):
    """A session of two places, both taken; three people wait."""
    t = town_module.build()
    t.people = [town_module.resident(f"甲{chr(0x4E00 + n)}", t.east, t.community) for n in range(5)]
    t.placed = [sign_up(t, person) for person in t.people[:2]]
    t.waiting = [sign_up(t, person) for person in t.people[2:]]
    return t


@pytest.fixture
def loose():
    """`loose(model, name)`: without that constraint until the test is over."""
    with ExitStack() as stack:
        yield lambda model, name: stack.enter_context(without_constraint(model, name))


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


def test_two_who_leave_at_once_free_two_places_for_two(line, monkeypatch):
    race = Race(monkeypatch).stop_before(leaving, "fill")
    assert refused(race.run(leave(line, line.placed[0]), leave(line, line.placed[1]))) == 0
    assert offered() == 2
    assert agrees(line)


@both
def test_who_leaves_twice_at_once_frees_one_place(line, monkeypatch, guarded):
    if not guarded:
        without_row_locks(monkeypatch)
    race = Race(monkeypatch).stop_before(leaving, "fill")
    assert refused(race.run(*[leave(line, line.placed[0])] * 2)) == 0
    assert (offered() == 1 and agrees(line)) == guarded


@both
def test_an_offer_passes_or_is_accepted_and_never_both(line, monkeypatch, loose, guarded):
    leave(line, line.placed[0])()
    first = line.waiting[0]
    if not guarded:
        without_row_locks(monkeypatch)
        loose(SignUp, "sign_up_ends_with_a_day")
    race = Race(monkeypatch).stop_before(seats, "give_place")

    def pass_by():
        SignUp.objects.filter(pk=first.pk, state="offered").update(offer_until=timezone.now())
        return queue.pass_on(Session.objects.get(pk=line.choir_monday.pk))

    assert refused(race.run(lambda: operations.accept(sign_up=fresh(first), by=line.staff), pass_by)) == 0
    first.refresh_from_db()
    assert first.state == "placed"
    assert Registration.objects.live().filter(sign_up=first).count() == 1
    assert (agrees(line) and offered() == 0) == guarded


@both
def test_a_place_given_back_while_somebody_joins_is_offered(line, monkeypatch, guarded):
    for one in line.waiting:
        leave(line, one)()
    if not guarded:
        without_row_locks(monkeypatch)
    last = town_module.resident("末", line.east, line.community)
    race = Race(monkeypatch).stop_before(seats, "end_of_line")
    race.run(lambda: sign_up(line, last), leave(line, line.placed[0]))
    assert (SignUp.objects.get(resident=last).state == "offered") == guarded


def test_many_want_the_last_place_and_the_others_wait_in_one_line(line):
    Session.objects.filter(pk=line.choir_monday.pk).update(places=6)
    queue.follow_change(pool=Session.objects.get(pk=line.choir_monday.pk), by=line.staff)
    people = [town_module.resident(f"乙{chr(0x4E00 + n)}", line.east, line.community) for n in range(MANY)]
    results = at_once(*[lambda n=n: [sign_up(line, p) for p in people[n::THREADS]] for n in range(THREADS)])
    assert refused(results) == 0
    assert [one.state for some in results for one in some].count("placed") == 1
    ranks = SignUp.objects.filter(state="waiting").values_list("rank", flat=True)
    assert len(set(ranks)) == len(ranks) == MANY - 1
    assert agrees(line)


@both
def test_one_sign_up_moved_to_two_sessions_at_once_has_one_place(line, monkeypatch, guarded):
    if not guarded:
        without_row_locks(monkeypatch)
    one, monday = line.placed[0], Session.objects.get(pk=line.choir_monday.pk)
    others = [
        Session.objects.create(
            event=monday.event, community=monday.community, places=2,
            starts_at=monday.starts_at + timedelta(days=days), ends_at=monday.ends_at + timedelta(days=days),
        )
        for days in (1, 2)
    ]  # fmt: skip
    race = Race(monkeypatch).stop_before(seats, "take")
    moves = [lambda to=to: moving.move_to(sign_up=fresh(one), session=to, by=line.staff) for to in others]
    assert refused(race.run(*moves)) == (1 if guarded else 0)
    rows = Registration.objects.live().filter(sign_up=one)
    assert (rows.count() == 1) == guarded
    taken = sum(
        Session.objects.filter(pk__in=[to.pk for to in others]).values_list("places_taken", flat=True)
    )
    assert (taken == 1) == guarded
    assert not guarded or agrees(line)
