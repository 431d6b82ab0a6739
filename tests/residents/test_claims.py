import pytest
from django.utils import timezone

from config.errors import DomainError
from residents import operations
from residents.models import CLAIM_STEPS, Claim, ClaimState, Resident
from tests.town import person, resident


def claim(town, user=None, place="东苑1幢2单元501", **fields):
    return operations.make_claim(
        user=user or town.stranger, community=town.community, place=place, standing="owner", **fields
    )


def test_an_account_known_already_stays_who_it_is(town):
    assert operations.person_for(town.lin_user, town.community) == town.lin


def test_phone_and_name_link_by_themselves(town):
    row = resident("路人", town.east_building, town.community, phone="+8615400000023")
    assert operations.person_for(town.stranger, town.community) == row
    assert operations.person_for(town.stranger, town.community).user == town.stranger
    assert Resident.objects.count() == 4


@pytest.mark.parametrize(
    "case", ["other name", "other phone", "not verified", "twice", "left", "taken", "other community"]
)
def test_anything_less_makes_an_unconfirmed_row(town, case):
    name = "别人" if case == "other name" else "路人"
    phone = "+8615400000024" if case == "other phone" else "+8615400000023"
    where = town.neighbour if case == "other community" else town.community
    row = resident(name, where, where, phone=phone)
    if case == "not verified":
        town.stranger.phone_verified_at = None
        town.stranger.save()
    if case == "twice":
        resident(name, town.west_building, town.community, phone=phone)
    if case == "left":
        operations.move_out(resident=row, left_on=timezone.localdate(), by=town.staff)
    if case == "taken":
        operations.link(resident=row, user=person("别人", 77), by=town.staff)
    found = operations.person_for(town.stranger, town.community)
    assert (found.state, found.user, found.unit) == ("unconfirmed", town.stranger, town.community)
    assert found != row
    assert operations.person_for(town.stranger, town.community) == found
    assert not Resident.objects.population().filter(pk=found.pk).exists()


def test_one_account_is_known_in_two_communities(town):
    here, there = (operations.person_for(town.stranger, where) for where in (town.community, town.neighbour))
    assert here != there
    assert operations.person_for(town.stranger, town.neighbour) == there


def test_a_verified_phone_links_when_one_row_anywhere_matches(town):
    row = resident("路人", town.neighbour, town.neighbour, phone="+8615400000023")
    assert operations.link_by_phone(user=town.stranger) == row
    assert operations.link_by_phone(user=town.stranger) is None


@pytest.mark.parametrize(
    ("place", "unit"),
    [("东苑1幢2单元501", "east_building"), ("东苑 1-2-501", "east_building"), ("西苑1号楼501", "west_building"),
     ("东苑", "east_compound"), ("1幢501", "community"), ("不知道", "community"), ("西苑9幢501", "west_compound")],
)  # fmt: skip
def test_a_claim_lies_at_the_lowest_unit_it_surely_names(town, place, unit):
    assert claim(town, place=place).path == getattr(town, unit).path


def test_a_second_open_claim_is_refused(town):
    claim(town)
    with pytest.raises(DomainError):
        claim(town, place="西苑1幢101")
    assert Claim.objects.count() == 1


def test_who_is_confirmed_has_nothing_to_claim(town):
    with pytest.raises(DomainError):
        claim(town, user=town.lin_user)


@pytest.mark.parametrize("field", ["place", "note"])
def test_numbers_stay_out_of_the_text(town, field):
    with pytest.raises(DomainError):
        claim(town, **{field: "我的电话 15400000023"})


def test_matches_are_those_in_sight(town):
    row = resident("路人", town.east_building, town.community)
    made = claim(town)
    assert operations.likely_matches(made, town.east_worker) == [row]
    assert operations.likely_matches(made, town.west_worker) == []


def test_confirming_links_and_merges_the_unconfirmed_row(town, home):
    row = resident("路人", town.east_building, town.community)
    made = claim(town)
    unconfirmed = operations.person_for(town.stranger, town.community)
    operations.confirm_claim(claim=made, resident=row, by=town.east_worker)
    made.refresh_from_db()
    unconfirmed.refresh_from_db()
    row.refresh_from_db()
    assert (made.state, made.decided_by, made.resident) == ("confirmed", town.east_worker, row)
    assert (unconfirmed.left_why, unconfirmed.merged_into, unconfirmed.user) == ("merged", row, None)
    assert row.user == town.stranger
    assert row.phone == town.stranger.phone
    assert operations.person_for(town.stranger, town.community) == row


def test_the_steps_of_other_rooms_are_taken_when_rows_merge(town, monkeypatch):
    from portal import wiring

    taken = []
    monkeypatch.setattr(wiring, "MERGE", [lambda **who: taken.append(who)])
    row = resident("路人", town.east_building, town.community)
    operations.confirm_claim(claim=claim(town), resident=row, by=town.staff)
    assert [(step["target"], step["by"]) for step in taken] == [(row, town.staff)]


def test_a_newcomer_becomes_a_resident(town):
    made = claim(town)
    operations.confirm_newcomer(claim=made, unit=town.east_building, state="migrant", by=town.staff)
    row = operations.person_for(town.stranger, town.community)
    assert (row.state, row.unit) == ("migrant", town.east_building)


def test_a_newcomer_with_a_room_opens_a_household(town):
    operations.confirm_newcomer(
        claim=claim(town), unit=town.east_building, state="together", by=town.staff, door=("1", "303")
    )
    row = operations.person_for(town.stranger, town.community)
    assert row.household.head == row
    assert str(row.household.dwelling.door) == "1-303"


@pytest.mark.parametrize("who", ["lin", "zhao"])
def test_a_row_with_an_account_or_of_the_next_community_cannot_be_confirmed(town, who):
    made = claim(town)
    with pytest.raises(DomainError):
        operations.confirm_claim(claim=made, resident=getattr(town, who), by=town.staff)
    made.refresh_from_db()
    assert made.state == "open"


def test_a_refusal_needs_a_reason(town):
    made = claim(town)
    with pytest.raises(DomainError):
        operations.refuse_claim(claim=made, by=town.staff, reason=" ")
    operations.refuse_claim(claim=made, by=town.staff, reason="查无此人")
    assert claim(town).state == "open"


ACTS = {
    "confirm": lambda town, made: operations.confirm_newcomer(
        claim=made, unit=town.east_building, state="together", by=town.staff
    ),
    "refuse": lambda town, made: operations.refuse_claim(claim=made, by=town.staff, reason="查无此人"),
    "withdraw": lambda town, made: operations.withdraw_claim(claim=made, by=town.stranger),
}


@pytest.mark.parametrize("state", ClaimState.values)
@pytest.mark.parametrize("act", ACTS)
def test_every_step_of_a_claim(town, state, act):
    made = claim(town)
    reach = {"open": None, "confirmed": "confirm", "refused": "refuse", "withdrawn": "withdraw"}[state]
    if reach:
        ACTS[reach](town, made)
    if (state, act) in CLAIM_STEPS:
        assert ACTS[act](town, made).state == CLAIM_STEPS[state, act]
    else:
        with pytest.raises(DomainError):
            ACTS[act](town, made)
        made.refresh_from_db()
        assert made.state == state


def test_only_the_claimant_withdraws(town):
    made = claim(town)
    with pytest.raises(DomainError):
        operations.withdraw_claim(claim=made, by=town.lin_user)
