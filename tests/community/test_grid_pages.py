"""Who is responsible for a building: two taps, or one line typed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from community.finding import cleaned, find_units, number_of
from community.models import Kind, Organisation, Post, Profile, Role
from community.operations import add_unit
from tests.town import appoint, person


def unit_page(client, unit):
    return client.get(f"/wenfeng/grid/{unit.pk}/")


def test_home_to_building_in_two_taps(client, town):
    grid = client.get("/wenfeng/grid/").text
    assert f"/wenfeng/grid/{town.east_compound.pk}/" in grid
    assert f"/wenfeng/grid/{town.east_building.pk}/" in unit_page(client, town.east_compound).text


def test_a_building_names_everybody(client, town):
    appoint(person("郝支书", 90), Role.BRANCH_SECRETARY, organisation=town.branch)
    town.branch.covers.add(town.east_compound)
    for kind, name in (("property", "好家物业"), ("owners_committee", "东苑业委会")):
        Organisation.objects.create(unit=town.community, kind=kind, name=name).covers.add(town.east_compound)
    text = unit_page(client, town.east_building).text
    for name in (
        "楼长",
        "东格员",
        "组长",
        "书记",
        "好家物业",
        "东苑业委会",
        "东苑党支部",
        "郝支书",
        "tel:07223000000",
    ):
        assert name in text, name
    assert "西格员" not in text
    assert "操作员" not in text


def test_without_a_building_head_the_grid_worker_is_named(client, town):
    text = unit_page(client, town.west_building).text
    assert "请找网格员西格员" in text


def test_without_anybody_the_telephone_is_named(client, town):
    Post.objects.filter(role=Role.GRID_WORKER).update(ended_on=timezone.localdate() - timedelta(days=1))
    assert "请致电社区：0722-3000001" in unit_page(client, town.west_building).text


def test_past_and_future_posts_answer_for_nothing(client, town):
    tomorrow = timezone.localdate() + timedelta(days=1)
    appoint(person("将来的", 91), Role.BUILDING_HEAD, unit=town.west_building, started_on=tomorrow)
    appoint(
        person("从前的", 92),
        Role.BUILDING_HEAD,
        unit=town.west_building,
        ended_on=tomorrow - timedelta(days=2),
    )
    text = unit_page(client, town.west_building).text
    assert "将来的" not in text
    assert "从前的" not in text


def test_a_closed_unit_and_a_hidden_body_have_no_page(client, town):
    hidden = Organisation.objects.create(unit=town.community, kind="partner", name="内部", is_public=False)
    assert client.get(f"/wenfeng/organisations/{hidden.pk}/").status_code == 404
    type(town.west_building).objects.filter(pk=town.west_building.pk).update(closed_at=timezone.now())
    assert unit_page(client, town.west_building).status_code == 404


def test_a_community_without_a_profile_has_its_pages(client, town):
    Profile.objects.all().delete()
    for address in ("about/", "grid/", f"grid/{town.west_building.pk}/", "duty/", "guide/"):
        assert client.get(f"/wenfeng/{address}").status_code == 200, address


@pytest.fixture
def estate(town):
    """滨河苑 with buildings 1–21 by different manners of writing."""
    town.estate = add_unit(kind=Kind.COMPOUND, name="滨河苑", parent=town.west, by=None)
    for number in range(1, 22):
        add_unit(kind=Kind.BUILDING, name=f"{number}号楼", parent=town.estate, by=None)
    town.tower = add_unit(kind=Kind.BUILDING, name="A座", parent=town.estate, by=None)
    return town


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("滨河苑3号楼", ["3号楼"]),
        ("滨河苑 3 号楼", ["3号楼"]),
        ("滨河苑小区3栋2单元501室", ["3号楼"]),
        ("滨河苑三号楼", ["3号楼"]),
        ("滨河苑二十一栋", ["21号楼"]),
        ("滨河苑3-2-501", ["3号楼"]),
        ("滨河苑３号楼", ["3号楼"]),
        ("3号楼", ["3号楼"]),
        ("3幢", ["3号楼"]),
        ("滨河苑a座", ["A座"]),
        ("滨河苑", ["滨河苑"]),
        ("binheyuan", ["滨河苑"]),
        ("bhy", ["滨河苑"]),
        ("滨河苑99号楼", []),
        ("没有的3号楼", []),
        ("1幢", ["1幢", "1幢", "1号楼"]),
        ("%", []),
        ("_", []),
        ("😀", []),
        ("\0\u200b", []),
        ("楼" * 10_000, []),
    ],
)
def test_what_is_typed_finds_its_place(estate, typed, found):
    assert sorted(unit.name for unit in find_units(estate.community, typed)) == sorted(found)


def test_one_place_found_is_shown_at_once(client, estate):
    answer = client.get("/wenfeng/grid/", {"q": "滨河苑3号楼"})
    assert answer.status_code == 302
    assert "滨河苑" in client.get(answer["Location"]).text


def test_several_places_are_listed_and_none_is_said(client, estate):
    assert client.get("/wenfeng/grid/", {"q": "1幢"}).text.count("1幢") >= 2
    assert "没有找到" in client.get("/wenfeng/grid/", {"q": "月亮"}).text


@pytest.mark.parametrize(
    ("text", "number"),
    [("三", 3), ("十", 10), ("十二", 12), ("二十", 20), ("二十一", 21), ("12", 12), ("一二", None)],
)
def test_numbers_are_read(text, number):
    assert number_of(text) == number


def test_typed_text_is_cleaned():
    assert cleaned("  滨河\u200b苑\0\t３号 \u202e楼 ") == "滨河苑 3号 楼"
