"""Two clicks on “Join” at once. On PostgreSQL the twin without its guards makes two consents of one person."""

from contextlib import nullcontext

import pytest

from points.models import Member
from points.operations import join, publish_terms, scheme

from .. import town as town_module
from ..races import GUARDS, Race, refused, without_constraint, without_row_locks
from .conftest import give_points

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("guarded", GUARDS)
def test_two_clicks_make_one_member(transactional_db, monkeypatch, guarded):
    """The second waits for the row of the resident and finds the consent; the constraint stands behind the lock."""
    t = give_points(town_module.build())
    terms = publish_terms(community=t.community, text="章程", since=t.today, by=t.secretary)
    if not guarded:
        without_row_locks(monkeypatch)
    race = Race(monkeypatch).stop_before(scheme, "record")

    def click():
        return join(resident=t.lin, terms=terms, by=t.lin_user)

    open_gate = nullcontext() if guarded else without_constraint(Member, "one_consent_at_a_time")
    with open_gate:
        results = race.run(click, click)
        assert refused(results) == 0
        assert Member.objects.living().filter(resident=t.lin).count() == (1 if guarded else 2)
        assert (results[0].pk == results[1].pk) is guarded
