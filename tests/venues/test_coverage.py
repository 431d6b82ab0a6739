"""Coverage: what stands behind a compound on a day, the shares, the pages that show them."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from community.models import Covering, Kind, Organisation, Unit
from community.operations import add_unit
from residents.models import Dwelling, Household
from venues.coverage import INDICATORS, Matrix, Row, has, matrices, matrix, percent
from venues.models import Amenity, Facility

TODAY = date(2026, 11, 20)
LAST_YEAR = date(2025, 11, 20)


def body(town, kind="property", *covered, unit=None, since=None, until=None, **fields):
    row = Organisation.objects.create(unit=unit or town.community, kind=kind, name=f"{kind}公司", **fields)
    for place in covered:
        Covering.objects.create(organisation=row, unit=place, since=since, until=until)
    return row


def who_has(town, key, day=TODAY):
    """Names of the compounds, found in both ways: by the matrix, and by the condition that figures use."""
    listed = {row.unit.name for row in matrix(town.community, day).rows if row.behind[key]}
    counted = Unit.objects.filter(has(key, day), kind=Kind.COMPOUND, path__startswith=town.community.path)
    assert listed == {unit.name for unit in counted}
    return listed


def test_one_company_serves_several_compounds(town):
    body(town, "property", town.east_compound, town.west_compound)
    assert who_has(town, "property") == {"东苑", "西苑"}
    assert who_has(town, "owners") == set()


def test_who_covers_a_group_or_the_community_covers_its_compounds(town):
    body(town, "property", town.east)
    body(town, "party_branch", town.community)
    assert who_has(town, "property") == {"东苑"}
    assert who_has(town, "party") == {"东苑", "西苑"}


def test_an_organisation_at_the_compound_counts_without_being_listed(town):
    body(town, "owners_committee", unit=town.east_compound)
    body(town, "property", unit=town.west)
    assert who_has(town, "owners") == {"东苑"}
    assert who_has(town, "property") == {"西苑"}


def test_the_communitys_own_party_committee_is_not_a_branch_of_every_compound(town):
    body(town, "party_committee")
    assert who_has(town, "party") == set()


def test_a_building_alone_is_not_the_compound(town):
    body(town, "property", town.east_building)
    assert who_has(town, "property") == set()


def test_days_count_from_the_first_to_the_last(town):
    body(town, "property", town.east_compound, since=date(2025, 3, 1), until=date(2026, 2, 28))
    for day, found in [
        (date(2025, 2, 28), set()),
        (date(2025, 3, 1), {"东苑"}),
        (date(2026, 2, 28), {"东苑"}),
        (date(2026, 3, 1), set()),
    ]:
        assert who_has(town, "property", day) == found, day


def test_a_company_founded_later_or_closed_since_covers_its_time(town):
    row = body(town, "property", town.east_compound, founded_on=date(2025, 6, 1))
    row.closed_at = timezone.make_aware(datetime(2026, 5, 10, 12))
    row.save(update_fields=["closed_at"])
    days = [date(2025, 5, 31), date(2025, 6, 1), date(2026, 5, 9), date(2026, 5, 10)]
    assert [bool(who_has(town, "property", day)) for day in days] == [False, True, True, False]


def test_lamps_and_equipment(town):
    Amenity.objects.create(unit=town.east_compound, kind="lighting", since=date(2026, 1, 1))
    Amenity.objects.create(unit=town.west_compound, kind="fitness", until=date(2025, 12, 31))
    assert who_has(town, "lighting") == {"东苑"}
    assert who_has(town, "lighting", LAST_YEAR) == set()
    assert who_has(town, "fitness") == set()
    assert who_has(town, "fitness", LAST_YEAR) == {"西苑"}


def test_a_station_stands_in_the_compound_or_is_shared_by_the_next(town):
    station = Facility.objects.create(
        unit=town.east_building, kind="red_station", name="东苑红色驿站", opened_on=date(2025, 1, 1)
    )
    Amenity.objects.create(unit=town.west_compound, kind="red_station", facility=station)
    assert who_has(town, "red_station") == {"东苑", "西苑"}
    assert who_has(town, "red_station", date(2024, 12, 31)) == set()
    Facility.objects.filter(pk=station.pk).update(closed_at=timezone.make_aware(datetime(2026, 1, 1)))
    assert who_has(town, "red_station") == set()


def test_a_station_of_the_community_stands_in_no_compound(town):
    Facility.objects.create(unit=town.community, kind="red_station", name="红色驿站")
    Facility.objects.create(unit=town.east_compound, kind="hall", name="礼堂")
    assert who_has(town, "red_station") == set()


def test_closed_compounds_are_out(town):
    for unit in (town.west_building, town.west_compound):
        Unit.objects.filter(pk=unit.pk).update(closed_at=timezone.now() - timedelta(days=3))
    assert [row.unit.name for row in matrix(town.community, timezone.localdate()).rows] == ["东苑"]


def test_two_bodies_behind_one_cell_count_once(town):
    body(town, "property", town.east_compound, town.east)
    body(town, "property", town.east_compound)
    row = next(row for row in matrix(town.community, TODAY).rows if row.unit == town.east_compound)
    assert len(row.behind["property"]) == 2
    assert matrix(town.community, TODAY).counts()[2] == 1


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (0, 0, None),
        (0, 12, "0.0"),
        (11, 12, "91.7"),
        (12, 12, "100.0"),
        (1, 3, "33.3"),
        (9999, 10000, "99.9"),
        (1, 10000, "0.1"),
    ],
)
def test_only_all_of_them_is_a_hundred(part, whole, shown):
    assert percent(part, whole) == shown


def test_shares_by_compounds_households_and_people():
    behind = {one.key: [] for one in INDICATORS}
    rows = [
        Row(None, behind | {"party": ["x"]}, people=300, households=100),
        Row(None, behind | {"party": ["x"]}, people=100, households=50),
        Row(None, behind, people=0, households=50),
    ]
    found = Matrix(rows)
    assert found.shares()[0] == "66.7"
    assert found.shares("households")[0] == "75.0"
    assert found.shares("people")[0] == "100.0"
    assert found.shares()[1] == "0.0"
    assert Matrix().shares() == [None] * 6


def asked(call):
    with CaptureQueriesContext(connection) as queries:
        call()
    return len(queries)


def test_any_number_of_compounds_takes_the_same_queries(town, client):
    body(town, "property", town.east_compound)
    Amenity.objects.create(unit=town.east_compound, kind="lighting")
    client.get("/wenfeng/grid/coverage/")
    few = asked(lambda: client.get("/wenfeng/grid/coverage/"))
    assert asked(lambda: matrices([town.community, town.neighbour], TODAY)) == 5
    company = body(town, "property")
    for number in range(40):
        place = add_unit(kind=Kind.COMPOUND, name=f"小区{number}", parent=town.west, by=None)
        Covering.objects.create(organisation=company, unit=place)
        Amenity.objects.create(unit=place, kind="fitness", number=number)
        Facility.objects.create(unit=place, kind="red_station", name=f"驿站{number}")
    assert asked(lambda: client.get("/wenfeng/grid/coverage/")) == few <= 12
    assert asked(lambda: matrices([town.community, town.neighbour], TODAY)) == 5


def test_the_page_opens_to_what_stands_behind(town, client):
    company = body(town, "property", town.east_compound)
    hidden = body(town, "owners_committee", town.east_compound, is_public=False)
    Amenity.objects.create(unit=town.east_compound, kind="lighting", number=24)
    text = client.get("/wenfeng/grid/coverage/").text
    assert f"/wenfeng/organisations/{company.pk}/" in text
    assert f"/wenfeng/organisations/{hidden.pk}/" not in text
    assert f"/wenfeng/grid/coverage/{town.east_compound.pk}/" in text
    assert "50.0" in text
    assert "未记录" in text
    page = client.get(f"/wenfeng/grid/coverage/{town.east_compound.pk}/").text
    assert "property公司" in page
    assert "owners_committee公司" not in page
    assert "24" in page
    assert "业主委员会" in page


def test_elders_read_one_line_for_each_compound(town, client):
    body(town, "property", town.east_compound)
    client.cookies["elder"] = "1"
    page = client.get(reverse("venues:coverage", args=[town.community])).text
    assert page.count("<table") == 1  # the shares of households and people, not a column for each indicator
    assert page.count('<span class="badge info">') == 2
    assert "未记录：" in page


def test_phones_get_lines_and_wide_screens_the_table(town, client):
    page = client.get(reverse("venues:coverage", args=[town.community])).text
    assert page.count("in-lines") == page.count("in-a-table") == 1


def test_households_are_sums_and_small_ones_hidden(town, client):
    for number in range(5):
        dwelling = Dwelling.objects.create(
            unit=town.east_building, path=town.east_building.path, number=str(number)
        )
        Household.objects.create(community=town.community, dwelling=dwelling, path=dwelling.path)
    lone = Dwelling.objects.create(unit=town.west_building, path=town.west_building.path, number="1")
    Household.objects.create(community=town.community, dwelling=lone, path=lone.path)
    text = client.get("/wenfeng/grid/coverage/").text
    assert ">5</td>" in text
    assert "少于3" in text
    assert "林秀英" not in text


def test_an_empty_community_says_so_and_another_has_no_such_compound(town, client):
    assert "还没有录入小区" in client.get("/shunjing/grid/coverage/").text
    assert client.get(f"/shunjing/grid/coverage/{town.east_compound.pk}/").status_code == 404
    assert client.get(f"/wenfeng/grid/coverage/{town.east_building.pk}/").status_code == 404


def test_the_street_sees_its_communities_side_by_side(town, signed_in):
    body(town, "property", town.east_compound)
    client = signed_in(town.officer)
    text = client.get(reverse("venues:desk_coverage")).text
    assert "/wenfeng/grid/coverage/" in text
    assert "/shunjing/grid/coverage/" in text
    assert "50.0" in text
    few = asked(lambda: client.get(reverse("venues:desk_coverage")))
    for number in range(30):
        add_unit(kind=Kind.COMMUNITY, name=f"社区{number}", parent=town.street, slug=f"s{number}", by=None)
    assert asked(lambda: client.get(reverse("venues:desk_coverage"))) == few


def test_a_community_sees_itself_alone(town, signed_in):
    text = signed_in(town.staff).get(reverse("venues:desk_coverage")).text
    assert "/wenfeng/grid/coverage/" in text
    assert "/shunjing/grid/coverage/" not in text
    assert signed_in(town.lin_user).get(reverse("venues:desk_coverage")).status_code == 403


def test_staff_keep_what_a_compound_has(town, signed_in):
    client, address = signed_in(town.staff), reverse("admin:venues_amenity_add")
    data = {"unit": town.east_compound.pk, "kind": "lighting", "number": 24, "condition": "good"}
    assert client.post(address, data).status_code == 302
    far = Facility.objects.create(unit=town.neighbour, kind="red_station", name="远处的驿站")
    for bad in (
        {},  # there is one already
        {"kind": "fitness", "unit": town.east_building.pk},
        {"kind": "fitness", "unit": town.neighbour.pk},
        {"kind": "fitness", "facility": far.pk},
        {"kind": "fitness", "since": "2026-02-01", "until": "2026-01-01"},
    ):
        assert client.post(address, data | bad).status_code == 422, bad
    assert Amenity.objects.get().number == 24
    assert signed_in(town.officer).post(address, data | {"kind": "fitness"}).status_code == 403
