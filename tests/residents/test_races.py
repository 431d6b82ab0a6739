"""Two at once. On PostgreSQL each race has a twin without the guard, which must go wrong; SQLite queues writers."""

from contextlib import ExitStack

import pytest

from community import operations as tree
from community.models import Organisation, Unit
from community.organisation_operations import close_organisation
from portal.wiring import FOLLOW_MOVED_UNIT, REFUSE_CLOSING, REFUSE_CLOSING_ORGANISATION
from residents import operations
from residents.models import Claim, Household, Relation, Resident, ResidentTag
from residents.operations import changes, claims, linking, people
from tests import town as town_module
from tests.races import (
    GUARDS,
    POSTGRESQL,
    Race,
    at_once,
    refused,
    without_constraint,
    without_row_locks,
)
from tests.town import resident

pytestmark = [pytest.mark.django_db(transaction=True)]
both = pytest.mark.parametrize("guarded", GUARDS)
ID = "411399195803150028"


@pytest.fixture
def town(transactional_db):
    return town_module.build()


@pytest.fixture
def loose():
    """`loose(model, name)`: without that constraint until the test is over."""
    with ExitStack() as stack:
        yield lambda model, name: stack.enter_context(without_constraint(model, name))


@pytest.fixture
def family(town):
    """A head and a wife in 东苑 1幢 101."""
    head = operations.settle(
        community=town.community, unit=town.east_building, door=("", "101"), name="张三", state="together", by=town.staff
    )  # fmt: skip
    wife = resident("李四", town.east_building, town.community)
    operations.join_household(
        resident=wife, household=head.household, relation=Relation.SPOUSE, by=town.staff
    )
    return head.household, head, wife


# --- accounts and claims ---


@both
def test_of_two_who_decide_a_claim_one_wins(town, monkeypatch, guarded):
    row = resident("路人", town.east_building, town.community)
    claim = operations.make_claim(
        user=town.stranger, community=town.community, place="东苑1幢", standing="owner"
    )
    if not guarded:
        without_row_locks(monkeypatch)
    race = Race(monkeypatch).stop_after(claims, "_open")
    results = race.run(
        lambda: operations.confirm_claim(claim=claim, resident=row, by=town.staff),
        lambda: operations.refuse_claim(claim=claim, by=town.east_worker, reason="查无此人"),
    )
    assert refused(results) == (1 if guarded else 0)
    claim.refresh_from_db()
    row.refresh_from_db()
    if guarded:
        assert (row.user == town.stranger) == (claim.state == "confirmed")


@both
def test_two_first_clicks_end_in_one_row(town, monkeypatch, loose, guarded):
    if not guarded:
        loose(Resident, "one_living_row_for_an_account")
    race = Race(monkeypatch).stop_after(linking, "known_as")
    results = race.run(*[lambda: operations.person_for(town.stranger, town.community)] * 2)
    assert refused(results) == 0
    assert race.met == 2 or not POSTGRESQL
    rows = set(Resident.objects.of(town.stranger).values_list("pk", flat=True))
    assert rows == {result.pk for result in results}
    assert len(rows) == (1 if guarded else 2)


@both
def test_one_claim_sent_twice_at_once_is_one_claim(town, monkeypatch, loose, guarded):
    operations.person_for(town.stranger, town.community)
    if not guarded:
        loose(Claim, "one_open_claim")

    def send():
        return operations.make_claim(
            user=town.stranger, community=town.community, place="东苑1幢", standing="owner"
        )

    race = Race(monkeypatch).stop_after(claims, "unit_named")
    assert refused(race.run(send, send)) == (1 if guarded else 0)
    assert Claim.objects.count() == (1 if guarded else 2)


@both
def test_two_accounts_for_one_person_at_once(town, monkeypatch, guarded):
    row = resident("路人", town.east_building, town.community)
    users = [town.stranger, town_module.person("另一路人", 91)]
    if not guarded:
        without_row_locks(monkeypatch)
    results = (
        Race(monkeypatch)
        .stop_before(linking, "change")
        .run(*[lambda user=user: operations.link(resident=row, user=user, by=town.staff) for user in users])
    )
    assert refused(results) == (1 if guarded else 0)  # without the lock both are told it is theirs


@both
def test_one_account_for_two_people_at_once(town, monkeypatch, loose, guarded):
    rows = [resident(name, town.east_building, town.community) for name in ("路人", "路人甲")]
    if not guarded:
        loose(Resident, "one_living_row_for_an_account")
    race = Race(monkeypatch).stop_before(linking, "change")
    results = race.run(
        *[lambda row=row: operations.link(resident=row, user=town.stranger, by=town.staff) for row in rows]
    )
    assert refused(results) == (1 if guarded else 0)
    assert Resident.objects.of(town.stranger).count() == (1 if guarded else 2)


@both
def test_two_rows_merged_into_each_other_leave_one(town, monkeypatch, guarded):
    one, other = (resident("路人", town.east_building, town.community) for _time in range(2))
    if not guarded:
        without_row_locks(monkeypatch)
    race = Race(monkeypatch).stop_before(linking, "change")
    results = race.run(
        lambda: operations.merge(source=one, target=other, by=town.staff),
        lambda: operations.merge(source=other, target=one, by=town.staff),
    )
    assert refused(results) == (1 if guarded else 0)
    assert Resident.objects.living().filter(name="路人").count() == (1 if guarded else 0)


# --- people ---


@both
def test_of_two_changes_from_the_same_page_one_is_kept_and_one_refused(town, monkeypatch, guarded):
    if not guarded:
        without_row_locks(monkeypatch)

    def change(**values):
        return lambda: operations.change_resident(
            resident=town.lin, by=town.staff, why="核对", version=1, **values
        )

    race = Race(monkeypatch).stop_after(people, "locked")
    assert refused(race.run(change(nation="汉族"), change(nation="回族"))) == (1 if guarded else 0)
    assert town.lin.changes.filter(field="nation").count() == (1 if guarded else 2)


@both
def test_one_number_entered_twice_at_once_is_one_person(town, monkeypatch, loose, guarded):
    if not guarded:
        loose(Resident, "one_living_row_for_an_id")

    def add(building):
        return lambda: operations.add_resident(
            community=town.community,
            unit=building,
            name="陈小花",
            state="together",
            id_number=ID,
            by=town.staff,
        )

    race = Race(monkeypatch).stop_after(people, "refuse_taken_number")
    results = race.run(add(town.east_building), add(town.west_building))
    assert refused(results) == (1 if guarded else 0)
    assert race.met == 2 or not POSTGRESQL
    assert Resident.objects.filter(name="陈小花").count() == (1 if guarded else 2)


@both
def test_a_tag_set_twice_at_once_is_set_once(town, monkeypatch, loose, guarded):
    if not guarded:
        without_row_locks(monkeypatch)
        loose(ResidentTag, "a_tag_once")

    def tag():
        return operations.set_tag(resident=town.lin, tag="alone", by=town.staff)

    # The stop lies between get_or_create's look and its write.
    race = Race(monkeypatch).stop_before(ResidentTag.objects._queryset_class, "create")
    assert refused(race.run(tag, tag)) == 0
    assert ResidentTag.objects.current().count() == (1 if guarded else 2)


# --- households ---


@both
def test_a_household_gets_one_head(town, monkeypatch, loose, guarded):
    household = operations.add_household(community=town.community, by=town.staff)
    if not guarded:
        without_row_locks(monkeypatch)
        loose(Resident, "one_head_of_household")

    def add(name):
        return lambda: operations.add_resident(
            community=town.community, unit=town.community, name=name, state="together", household=household,
            relation=Relation.HEAD, by=town.staff,
        )  # fmt: skip

    race = Race(monkeypatch).stop_after(people, "_check_household")
    assert refused(race.run(add("张三"), add("李四"))) == (1 if guarded else 0)
    assert household.members.filter(relation=Relation.HEAD).count() == (1 if guarded else 2)


@both
def test_when_the_last_two_leave_at_once_the_household_closes(town, family, monkeypatch, guarded):
    household, head, wife = family
    if not guarded:
        without_row_locks(monkeypatch)
    today = people.timezone.localdate()
    race = Race(monkeypatch).stop_after(people, "_leave_household")
    results = race.run(
        lambda: operations.move_out(resident=head, left_on=today, by=town.staff),
        lambda: operations.move_out(resident=wife, left_on=today, by=town.staff),
    )
    assert refused(results) == 0
    assert not household.members.exists()
    household.refresh_from_db()
    assert (household.closed_at is not None) == guarded


@both
def test_a_head_who_leaves_while_a_new_one_is_made_holds_up_nobody(town, family, monkeypatch, guarded):
    """Both take the household before its people; the twin takes the person first, and they wait in a ring."""
    household, head, wife = family
    if not guarded:
        monkeypatch.setattr(people, "locked_member", changes.locked)
    race = Race(monkeypatch).stop_before(people, "_leave_household").stop_after(changes, "locked")
    monkeypatch.setattr(operations.households, "locked", changes.locked)
    results = race.run(
        lambda: operations.move_out(resident=head, left_on=people.timezone.localdate(), by=town.staff),
        lambda: operations.set_relations(
            household=household, relations={wife.pk: Relation.HEAD, head.pk: Relation.OTHER}, by=town.staff
        ),
    )
    household.refresh_from_db()
    if guarded:
        assert refused(results) == 0
        assert household.head == wife
    else:
        assert ["deadlock" in str(result) for result in results].count(True) == 1


# --- the tree ---


def old_paths():
    return [row for row in Resident.objects.select_related("unit") if row.path != row.unit.path]


def unheld(monkeypatch):
    monkeypatch.setattr(tree, "hold_tree", lambda: None)
    monkeypatch.setattr(people, "hold_tree", lambda: None)


@both
def test_who_is_entered_while_the_unit_moves_goes_along(town, monkeypatch, guarded):
    if not guarded:
        unheld(monkeypatch)
    race = Race(monkeypatch).stop_before(tree, "record")
    results = race.run(
        lambda: tree.move_unit(unit=town.east, parent=town.neighbour, by=None, follow=FOLLOW_MOVED_UNIT),
        lambda: resident("新来的", town.east_building, town.community),
    )
    assert bool(old_paths()) == (not guarded)
    if guarded:  # 东组 now lies in another community: the form has to be filled in again
        assert refused(results) == 1 or Resident.objects.get(name="新来的").community == town.neighbour


@both
def test_nobody_is_entered_in_a_unit_that_closes(town, monkeypatch, guarded):
    empty = tree.add_unit(kind=60, name="2幢", parent=town.east_compound, by=None)
    if not guarded:
        unheld(monkeypatch)
    race = Race(monkeypatch).stop_before(tree, "record")
    results = race.run(
        lambda: tree.close_unit(unit=empty, by=None, checks=REFUSE_CLOSING),
        lambda: resident("新来的", empty, town.community),
    )
    assert refused(results) == (1 if guarded else 0)
    closed = Unit.objects.get(pk=empty.pk).closed_at
    assert (bool(closed) and Resident.objects.filter(unit=empty).exists()) == (not guarded)


@both
def test_nobody_joins_a_branch_that_closes(town, monkeypatch, guarded):
    operations.change_resident(resident=town.wang, by=town.staff, why="转出", party_branch=None)
    branch = Organisation.objects.create(unit=town.community, kind="party_branch", name="西苑党支部")
    if not guarded:
        monkeypatch.setattr(people, "_refuse_closed_branch", lambda values: None)
    import community.organisation_operations as bodies

    race = Race(monkeypatch).stop_before(bodies, "record")
    results = race.run(
        lambda: close_organisation(organisation=branch, by=None, checks=REFUSE_CLOSING_ORGANISATION),
        lambda: operations.change_resident(
            resident=town.lin, by=town.staff, why="转入", is_party_member=True, party_branch=branch
        ),
    )
    assert refused(results) == (1 if guarded else 0)
    assert branch.members.filter(party_branch__closed_at__isnull=False).exists() == (not guarded)


def test_a_household_goes_to_and_fro_without_a_ring(town, family):
    """Two people change places between two households, again and again."""
    here, head, wife = family
    there = operations.add_household(community=town.community, by=town.staff)
    other = resident("王五", town.community, town.community)
    operations.join_household(resident=other, household=there, relation=Relation.OTHER, by=town.staff)

    def swap(person, first, second):
        def go():
            for household in (first, second) * 3:
                operations.join_household(
                    resident=person, household=household, relation=Relation.OTHER, by=town.staff
                )

        return go

    stays = resident("赵六", town.community, town.community)
    operations.join_household(resident=stays, household=there, relation=Relation.OTHER, by=town.staff)
    results = at_once(swap(wife, there, here), swap(other, here, there))
    assert refused(results) == 0
    assert set(Household.objects.get(pk=here.pk).members.all()) == {head, wife}
    assert set(Household.objects.get(pk=there.pk).members.all()) == {other, stays}
