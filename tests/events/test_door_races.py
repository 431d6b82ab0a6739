"""The same person by the wall and by the staff at once. Each guard has a twin without it on PostgreSQL."""

import pytest

from events.models import Attendance, Session
from events.operations import check_in, check_in_self, key_in, number_lines, paper, register
from points.models import Transfer
from residents.models import Resident

from .. import town as town_module
from ..points.conftest import give_points
from ..races import Race, refused, without_row_locks
from .test_races import begin_now, both, fresh, loose  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db(transaction=True)


def lin_arrives(monkeypatch, unbind, guarded):
    """Signed up, at the door, and whoever writes an attendance stops just before."""
    t = town_module.build()
    give_points(t)
    register(session=Session.objects.get(pk=t.choir_monday.pk), resident=t.lin, by=t.staff)
    begin_now(t)
    if not guarded:
        without_row_locks(monkeypatch)
        unbind(Attendance, "one_live_attendance")
    race = Race(monkeypatch).stop_before(Attendance.objects._queryset_class, "create")
    return t, race


@both
def test_the_wall_and_the_staff_make_one_attendance(transactional_db, monkeypatch, loose, guarded):  # noqa: F811
    t, race = lin_arrives(monkeypatch, loose, guarded)
    results = race.run(
        lambda: check_in(session=fresh(t), resident=t.lin, by=t.staff),
        lambda: check_in_self(session=fresh(t), resident=t.lin, by=t.lin_user),
    )
    assert refused(results) == 0
    assert Attendance.objects.live().count() == (1 if guarded else 2)
    assert Transfer.objects.count() == (1 if guarded else 2)


@both
def test_self_check_in_tapped_twice_counts_once(transactional_db, monkeypatch, loose, guarded):  # noqa: F811
    t, race = lin_arrives(monkeypatch, loose, guarded)

    def tap():
        return check_in_self(session=fresh(t), resident=t.lin, by=t.lin_user)

    assert refused(race.run(tap, tap)) == 0
    assert Attendance.objects.live().count() == (1 if guarded else 2)
    assert Transfer.objects.count() == (1 if guarded else 2)


@both
def test_one_signed_line_keyed_in_twice_is_one_person(transactional_db, monkeypatch, guarded):
    """Nobody in the register has the name: each run alone would write somebody new."""
    t = town_module.build()
    begin_now(t)
    number_lines(session=t.choir_monday, residents=[])
    if not guarded:
        without_row_locks(monkeypatch)
    race = Race(monkeypatch).stop_before(paper, "walk_in")

    def save():
        return key_in(session=fresh(t), signed=[], names=[(1, "张大年")], by=t.staff)

    assert refused(race.run(save, save)) == 0
    assert Resident.objects.filter(name="张大年").count() == (1 if guarded else 2)
    assert Attendance.objects.live().count() == (1 if guarded else 2)
