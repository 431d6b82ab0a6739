"""The same person by the wall and by the staff at once. Each guard has a twin without it on PostgreSQL."""

import pytest

from events.models import Attendance, Session
from events.operations import check_in, check_in_self, register
from points.models import Transfer

from .. import town as town_module
from ..points.conftest import give_points
from ..races import Race, refused, without_row_locks
from .test_races import begin_now, both, fresh, loose  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db(transaction=True)


@both
def test_the_wall_and_the_staff_make_one_attendance(transactional_db, monkeypatch, loose, guarded):  # noqa: F811
    t = town_module.build()
    give_points(t)
    register(session=Session.objects.get(pk=t.choir_monday.pk), resident=t.lin, by=t.staff)
    begin_now(t)
    if not guarded:
        without_row_locks(monkeypatch)
        loose(Attendance, "one_live_attendance")
    race = Race(monkeypatch).stop_before(Attendance.objects._queryset_class, "create")
    results = race.run(
        lambda: check_in(session=fresh(t), resident=t.lin, by=t.staff),
        lambda: check_in_self(session=fresh(t), resident=t.lin, by=t.lin_user),
    )
    assert refused(results) == 0
    assert Attendance.objects.live().count() == (1 if guarded else 2)
    assert Transfer.objects.count() == (1 if guarded else 2)
