from community.access import may
from community.models import Unit


def test_a_grid_worker_reaches_their_grid_and_no_other(town):
    assert may(town.east_worker, "residents.view", town.east_building)
    assert not may(town.east_worker, "residents.view", town.west_building)
    assert not may(town.east_worker, "residents.view", town.community)


def test_staff_of_one_community_see_no_unit_of_the_next(town):
    seen = set(Unit.objects.in_care_of(town.staff))
    assert town.east_building in seen
    assert town.neighbour not in seen


def test_a_branch_secretary_reaches_the_branch_and_no_unit(town):
    assert may(town.branch_secretary, "reports.write", town.branch)
    assert not may(town.branch_secretary, "reports.write", town.other_branch)
    assert not may(town.branch_secretary, "reports.write", town.community)


def test_a_grid_worker_helps_at_the_door_in_the_whole_community_only(town):
    assert may(town.east_worker, "events.check_in", town.community)
    assert may(town.head, "events.check_in", town.west_building)
    assert not may(town.east_worker, "events.check_in", town.neighbour)
    assert not may(town.east_worker, "events.manage", town.community)
