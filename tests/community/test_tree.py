import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Activity
from community.models import WIDTH, Kind, Unit, here_and_below
from community.operations import add_unit, change_unit, close_unit, move_unit, reopen_unit
from config.errors import DomainError
from portal.wiring import REFUSE_CLOSING

LOWER = [kind for kind in Kind if kind > Kind.ROOT]


def move(unit, parent, by=None, follow=()):
    return move_unit(unit=unit, parent=parent, by=by, follow=follow)


def refused_by_the_database(act):
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


def add(kind, name, parent, **fields):
    return add_unit(kind=kind, name=name, parent=parent, by=None, **fields)


# What holds for every tree


def ancestors(unit, parents):
    while unit is not None:
        yield unit
        unit = parents[unit]


def check_tree():
    units = {unit.pk: unit for unit in Unit.objects.all()}
    parents = {pk: unit.parent_id for pk, unit in units.items()}
    for pk, unit in units.items():
        above = list(ancestors(pk, parents))
        assert unit.path == "".join(f"{number:0{WIDTH}d}" for number in reversed(above))
        in_scope = set(Unit.objects.filter(here_and_below(unit.path)).values_list("pk", flat=True))
        assert in_scope == {other for other in units if pk in ancestors(other, parents)}
        assert set(Unit.objects.above(unit).values_list("pk", flat=True)) == set(above)


growth = st.lists(st.tuples(st.sampled_from(LOWER), st.integers(0, 50)), min_size=1, max_size=14)
moves = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=6)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(growth=growth, moves=moves)
def test_a_unit_is_in_scope_exactly_of_those_above_it(growth, moves):
    with transaction.atomic():
        units = [add(Kind.ROOT, "all", None)]
        for number, (kind, choice) in enumerate(growth):
            fitting = [unit for unit in units if unit.kind < kind]
            slug = f"c{number}" if kind == Kind.COMMUNITY else None
            units.append(add(kind, f"u{number}", fitting[choice % len(fitting)], slug=slug))
        for which, where in moves:
            try:
                move(units[which % len(units)], units[where % len(units)])
            except DomainError:
                continue
        check_tree()
        transaction.set_rollback(True)


def test_a_moved_unit_keeps_all_that_lies_below(town):
    before = list(Unit.objects.below(town.east).values_list("pk", flat=True))
    move(town.east_compound, town.west, by=town.secretary)
    assert set(Unit.objects.below(town.west).values_list("pk", flat=True)) >= set(before) - {town.east.pk}
    check_tree()
    line = Activity.objects.filter(act="units.move").latest("pk")
    assert (line.by, line.detail["old_path"]) == (town.secretary, town.east_compound.path)


def test_a_whole_community_moves_to_another_street(town):
    street = add(Kind.STREET, "西城街道", town.district)
    moved = move(town.community, street)
    town.east_building.refresh_from_db()
    assert town.east_building.path.startswith(moved.path)
    assert moved.path.startswith(street.path)
    check_tree()


def test_other_rooms_are_told_of_a_move(town):
    told = []
    moved = move(town.east, town.neighbour, follow=[lambda old, new: told.append((old, new))])
    assert told == [(town.east.path, moved.path)]


def test_moving_to_where_it_is_changes_nothing(town):
    told = []
    move(town.east, town.community, follow=[lambda old, new: told.append(new)])
    assert told == []
    assert not Activity.objects.filter(act="units.move").exists()


def test_a_step_that_refuses_leaves_everything_in_place(town):
    def refuse(old_path, new_path):
        raise DomainError("no")

    with pytest.raises(DomainError):
        move(town.east, town.neighbour, follow=[refuse])
    town.east_building.refresh_from_db()
    assert town.east_building.path.startswith(town.community.path)


@pytest.mark.parametrize(
    ("who", "where"),
    [
        ("root", "street"),
        ("community", "east"),
        ("east", "east_compound"),
        ("east", "east"),
        ("east_building", "east_building"),
        ("east", "street"),
        ("street", "community"),
    ],
)
def test_moves_that_make_no_tree_are_refused(town, who, where):
    with pytest.raises(DomainError):
        move(getattr(town, who), getattr(town, where))
    check_tree()


def test_two_units_under_one_parent_have_two_names(town):
    with pytest.raises(DomainError, match="东苑"):
        add(Kind.COMPOUND, "东苑", town.east)
    add(Kind.BUILDING, "1幢", town.west)
    with pytest.raises(DomainError):
        move(town.east_building, town.west)


@pytest.mark.parametrize("kind", [Kind.ROOT, Kind.STREET, Kind.COMMUNITY])
def test_a_unit_lies_below_a_higher_kind(town, kind):
    with pytest.raises(DomainError):
        add(kind, "x", town.community, slug="x")


# Codes


def test_a_grids_code_begins_with_its_communitys(town):
    east = change_unit(unit=town.east, by=town.secretary, code=town.community.code + "001")
    assert east.code == "421303002099001"
    with pytest.raises(DomainError, match="421303002099"):
        change_unit(unit=town.west, by=None, code="421303002098001")
    with pytest.raises(DomainError):
        move(east, town.neighbour)
    with pytest.raises(DomainError):
        change_unit(unit=town.community, by=None, code="421303002097")


def test_the_database_keeps_codes_of_grids(town):
    east = Unit.objects.filter(pk=town.east.pk)
    east.update(code="421303002099001")
    refused_by_the_database(lambda: east.update(code="421303002098001"))
    refused_by_the_database(lambda: east.update(code="4213030020990"))
    refused_by_the_database(lambda: east.update(parent=town.neighbour))
    refused_by_the_database(lambda: Unit.objects.filter(pk=town.community.pk).update(code="421303002097"))
    street = add(Kind.STREET, "西城街道", town.district)
    move(town.community, street)
    check_tree()


def test_a_community_keeps_its_kind_and_a_compound_may_become_a_group(town):
    with pytest.raises(DomainError):
        change_unit(unit=town.community, by=None, kind=Kind.GROUP)
    with pytest.raises(DomainError):
        change_unit(unit=town.east, by=None, kind=Kind.BUILDING)
    compound = add(Kind.COMPOUND, "南苑", town.community)
    assert change_unit(unit=compound, by=None, kind=Kind.GROUP).kind == Kind.GROUP


def test_a_change_leaves_one_line_and_no_change_none(town):
    change_unit(unit=town.east, by=town.secretary, name="东一组")
    change_unit(unit=town.east, by=town.secretary, name="东一组")
    lines = Activity.objects.filter(act="units.change")
    assert [line.detail for line in lines] == [{"fields": ["name"]}]


# The database has the last word


def test_the_database_writes_paths_and_lets_nobody_else(town):
    Unit.objects.bulk_create([Unit(kind=Kind.BUILDING, name="2幢", parent=town.east_compound)])
    check_tree()
    row = Unit.objects.filter(pk=town.east.pk)
    refused_by_the_database(lambda: row.update(path=town.west.path + "00000001"))
    refused_by_the_database(lambda: row.update(path=None))
    refused_by_the_database(
        lambda: Unit.objects.create(kind=Kind.GROUP, name="x", parent=town.community, path="00000001")
    )
    row.update(parent=town.neighbour)
    check_tree()


def test_the_database_knows_no_cycle_and_no_wrong_kind(town):
    units = Unit.objects
    refused_by_the_database(lambda: units.filter(pk=town.east.pk).update(parent=town.east_building))
    refused_by_the_database(lambda: units.filter(pk=town.east.pk).update(parent=town.east))
    refused_by_the_database(lambda: units.filter(pk=town.east.pk).update(kind=Kind.BUILDING))
    refused_by_the_database(lambda: units.filter(pk=town.east_compound.pk).update(kind=Kind.COMMUNITY))
    refused_by_the_database(lambda: units.create(kind=Kind.GROUP, name="x", parent=town.east))
    refused_by_the_database(lambda: units.create(kind=Kind.ROOT, name="x"))
    refused_by_the_database(lambda: units.create(kind=Kind.GROUP, name="x"))


def test_the_database_keeps_the_living_from_lying_below_the_closed(town):
    now = timezone.now()
    refused_by_the_database(lambda: Unit.objects.filter(pk=town.east.pk).update(closed_at=now))
    Unit.objects.filter(pk=town.east_building.pk).update(closed_at=now)
    Unit.objects.filter(pk=town.east_compound.pk).update(closed_at=now)
    refused_by_the_database(lambda: Unit.objects.filter(pk=town.east_building.pk).update(closed_at=None))


# Closing


def test_closing_names_what_lives_there(town, signed_in):
    with translation.override("en"), pytest.raises(DomainError) as refusal:
        close_unit(unit=town.community, by=None, checks=REFUSE_CLOSING)
    for what in ("2 units", "posts", "1 organisation", "People live", "events"):
        assert what in str(refusal.value)
    with pytest.raises(DomainError):
        close_unit(unit=town.root, by=None, checks=REFUSE_CLOSING)


def test_an_empty_unit_closes_once_and_reopens(town):
    hut = add(Kind.BUILDING, "空幢", town.east_compound)
    closed = close_unit(unit=hut, by=town.secretary, checks=REFUSE_CLOSING)
    again = close_unit(unit=hut, by=town.operator, checks=REFUSE_CLOSING)
    assert again.closed_by == town.secretary
    assert again.closed_at == closed.closed_at
    assert hut not in Unit.objects.living()
    with pytest.raises(DomainError):
        move(hut, town.west_compound)
    with pytest.raises(DomainError):
        add(Kind.BUILDING, "x", hut)
    reopened = reopen_unit(unit=hut, by=town.secretary)
    assert reopened.closed_at is None
    assert Activity.objects.filter(act__in=["units.close", "units.reopen"]).count() == 2


def test_a_unit_whose_name_is_taken_by_now_stays_closed(town):
    hut = add(Kind.BUILDING, "空幢", town.east_compound)
    close_unit(unit=hut, by=None, checks=REFUSE_CLOSING)
    add(Kind.BUILDING, "空幢", town.east_compound)
    with pytest.raises(DomainError):
        reopen_unit(unit=hut, by=None)


def test_a_range_of_the_tree_uses_the_index(town):
    plan = Unit.objects.filter(here_and_below(town.east.path)).order_by("path").explain()
    assert connection.vendor == "postgresql" or "path>? AND path<?" in plan
