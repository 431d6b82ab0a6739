import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from accounts.models import Activity
from config.errors import DomainError
from residents import operations
from residents.models import Change, Dwelling, NameGram


def test_a_dwelling_is_entered_once_and_knows_its_floor(town, home):
    again = operations.add_dwelling(unit=town.east_building, staircase="２", number="501室", by=town.staff)
    assert again == home.flat
    assert (home.flat.floor, home.flat.door, home.west_flat.floor, home.west_flat.door) == (
        5,
        "2-501",
        15,
        "1504",
    )


@pytest.mark.parametrize("number", ["", "无", "1" * 11])
def test_a_dwelling_needs_a_number(town, number):
    with pytest.raises(DomainError):
        operations.add_dwelling(unit=town.east_building, number=number, by=town.staff)


def test_a_dwelling_lies_in_a_building(town):
    with pytest.raises(DomainError):
        operations.add_dwelling(unit=town.east, number="1", by=town.staff)


def test_members_lie_where_the_dwelling_lies(home, town):
    assert home.child.path == home.lin.path == town.east_building.path
    assert home.household.head == home.lin


def test_a_household_number_is_taken_once(town, home):
    with pytest.raises(DomainError):
        operations.add_household(community=town.community, number="000123", by=town.staff)


def test_a_whole_family_moves_in_one_act(town, home):
    operations.move_household(
        household=home.household, dwelling=home.west_flat, by=town.staff, why="换房", version=2
    )
    for member in (home.lin, home.child):
        member.refresh_from_db()
        assert member.unit == town.west_building
        assert set(NameGram.objects.filter(resident=member).values_list("path", flat=True)) == {
            town.west_building.path
        }
    assert Change.objects.filter(field="unit").values("batch").distinct().count() == 1
    with pytest.raises(operations.StaleError):
        operations.move_household(
            household=home.household, dwelling=home.flat, by=town.staff, why="换回", version=2
        )


def test_a_whole_family_leaves_in_one_act(town, home):
    operations.move_household_out(household=home.household, left_on=timezone.localdate(), by=town.staff)
    home.household.refresh_from_db()
    assert home.household.closed_at
    assert home.household.head is None
    assert (
        operations.move_household_out(household=home.household, left_on=timezone.localdate(), by=town.staff)
        == []
    )


def test_a_dead_head_leaves_the_household_without_head(town, home):
    operations.died(resident=home.lin, left_on=timezone.localdate(), by=town.staff)
    home.household.refresh_from_db()
    assert home.household.head is None
    assert home.household.closed_at is None
    operations.set_relations(household=home.household, relations={home.child.pk: "head"}, by=town.staff)
    home.child.refresh_from_db()
    assert home.child.relation == "head"


def test_another_head(town, home):
    operations.set_relations(
        household=home.household, relations={home.child.pk: "head", home.lin.pk: "grandparent"}, by=town.staff
    )
    home.lin.refresh_from_db()
    home.household.refresh_from_db()
    assert (home.household.head, home.lin.relation) == (home.child, "grandparent")
    assert Activity.objects.filter(act="households.make_head").count() == 1


@pytest.mark.parametrize("who", ["child", "lin", "wang", "nonsense"])
def test_there_is_exactly_one_head_and_it_is_a_member(town, home, who):
    relations = {
        "child": {home.child.pk: "head"},  # a second one
        "lin": {home.lin.pk: "other"},  # none
        "wang": {home.lin.pk: "other", town.wang.pk: "head"},  # somebody else
        "nonsense": {home.child.pk: "nonsense"},
    }[who]
    with pytest.raises(DomainError):
        operations.set_relations(household=home.household, relations=relations, by=town.staff)
    home.household.refresh_from_db()
    assert home.household.head == home.lin


def test_a_wrong_relation_is_put_right(town, home):
    operations.set_relations(
        household=home.household, relations={home.child.pk: "relative"}, by=town.staff, why="登记有误"
    )
    home.child.refresh_from_db()
    assert home.child.relation == "relative"
    assert Change.objects.get(resident=home.child, field="relation").why == "登记有误"
    with pytest.raises(operations.StaleError):
        operations.set_relations(
            household=home.household, relations={}, by=town.staff, version=home.household.version
        )


def test_one_person_moves_alone(town, home):
    there = {"unit": town.west_building, "door": ("1", "101"), "by": town.staff, "why": "结婚"}
    with pytest.raises(DomainError, match="户主"):
        operations.resettle(resident=home.child, relation="child", **there)  # nobody lives there
    operations.resettle(resident=home.child, relation="head", **there)
    home.child.refresh_from_db()
    assert (home.child.unit, home.child.relation) == (town.west_building, "head")
    operations.resettle(resident=town.wang, relation="spouse", **there)
    town.wang.refresh_from_db()
    assert town.wang.household == home.child.household
    home.lin.refresh_from_db()
    assert home.lin.household == home.household, "the rest stays"


def test_behind_a_door_of_two_households_one_is_chosen(town, home):
    second = operations.add_household(community=town.community, dwelling=home.flat, by=town.staff)
    there = {"unit": home.flat.unit, "door": (home.flat.staircase, home.flat.number), "by": town.staff}
    with pytest.raises(DomainError):
        operations.resettle(resident=town.wang, relation="other", why="合住", **there)
    operations.resettle(resident=town.wang, relation="other", why="合住", household=second, **there)
    town.wang.refresh_from_db()
    assert town.wang.household == second


@pytest.mark.parametrize("relation", ["", "head"])
def test_a_member_needs_a_relation_and_one_head_is_enough(town, home, relation):
    with pytest.raises(DomainError):
        operations.join_household(
            resident=town.wang, household=home.household, relation=relation, by=town.staff
        )


def test_nobody_joins_a_household_of_the_next_community(town, home):
    with pytest.raises(DomainError):
        operations.join_household(
            resident=town.zhao, household=home.household, relation="other", by=town.staff
        )


def test_a_member_of_a_household_moves_with_it_only(town, home):
    with pytest.raises(DomainError):
        operations.change_resident(resident=home.child, by=town.staff, why="搬", unit=town.west_building)


def refuses(change):
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        change()
    return True


def test_the_database_refuses_what_does_not_agree(town, home):
    def update(row, **values):
        return lambda: type(row).objects.filter(pk=row.pk).update(**values)

    assert refuses(update(home.lin, path=town.west_building.path))
    assert refuses(update(home.lin, unit=town.west_building))
    assert refuses(update(home.lin, community=town.neighbour))
    assert refuses(update(home.flat, path=town.east.path))
    assert refuses(update(home.flat, unit=town.east, path=town.east.path))
    assert refuses(update(home.household, path=town.west_building.path))
    assert refuses(update(home.household, head=town.wang))
    assert refuses(update(town.zhao, household=home.household, relation="other"))
    assert refuses(update(home.lin, household=None, relation=""))
    assert refuses(update(home.child, relation="head"))
    assert refuses(update(home.child, relation=""))
    assert refuses(update(home.child, left_on=timezone.localdate(), left_why="died"))
    assert refuses(update(town.lin, party_branch=town.branch))
    assert refuses(update(town.wang, left_on=timezone.localdate()))
    assert refuses(lambda: Dwelling.objects.create(unit=town.east, path=town.east.path, number="1"))


def test_the_branch_of_a_member_is_a_party_organisation(town):
    from community.models import Organisation

    committee = Organisation.objects.create(unit=town.community, kind="owners_committee", name="业委会")
    assert refuses(lambda: type(town.wang).objects.filter(pk=town.wang.pk).update(party_branch=committee))
