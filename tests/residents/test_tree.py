import pytest
from django.utils import timezone

from community.models import Unit
from config.errors import DomainError
from residents import operations
from residents.models import NameGram


def moved(unit, new_parent):
    """Move a unit as the room above does, and let this room follow."""
    old = unit.path
    new = new_parent.path + f"{unit.pk:08d}"
    Unit.objects.filter(pk=unit.pk).update(parent=new_parent)
    for row in Unit.objects.filter(path__startswith=old):
        Unit.objects.filter(pk=row.pk).update(path=new + row.path[len(old) :])
    operations.follow_moved_unit(old, new)
    return new


def test_people_follow_a_moved_compound(town, home):
    new = moved(town.east_compound, town.west)
    for row in (home.lin, home.child, home.flat, home.household):
        row.refresh_from_db()
        assert row.path.startswith(new)
    assert not NameGram.objects.filter(resident=home.lin).exclude(path=home.lin.path).exists()


def test_a_unit_with_households_stays_in_its_community(town, home):
    with pytest.raises(DomainError):
        moved(town.east_compound, town.neighbour)


def test_a_unit_with_people_is_not_closed(town, home):
    for unit in (town.east_building, town.east, town.community):
        with pytest.raises(DomainError):
            operations.refuse_closing(unit)


def test_an_empty_unit_may_close(town):
    operations.move_out(resident=town.wang, left_on=timezone.localdate(), by=town.staff)
    assert operations.refuse_closing(town.west_building) is None
