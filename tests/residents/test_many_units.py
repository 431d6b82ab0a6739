"""Where there are too many buildings or units for a list to choose from, they are typed."""

import pytest
from django.urls import reverse

from community import admin_base
from residents import admin_filters, fields
from residents.models import Resident

ADD = reverse("residents:desk_add")
NEW = {"name": "陈小花", "sex": "f", "id_kind": "id", "state": "together"}
LIST = reverse("admin:residents_resident_changelist")


@pytest.fixture
def many(monkeypatch):
    monkeypatch.setattr(fields, "MOST_LISTED", 1)
    monkeypatch.setattr(admin_filters.AreaFilter, "MOST", 1)
    monkeypatch.setattr(admin_base, "MOST_LISTED", 0)


@pytest.mark.parametrize(
    ("typed", "room", "door"),
    [
        ("东苑1幢", "3-301", "3-301"),
        ("东苑 1", "301", "301"),
        ("东1号楼", "", None),
        ("东苑１-2-501", "", "2-501"),
        ("东苑", "", None),
    ],
)
def test_a_building_is_typed_as_people_say_it(town, signed_in, many, typed, room, door):
    client = signed_in(town.staff)
    assert '<select name="unit"' not in client.get(ADD).content.decode()
    assert client.post(ADD, NEW | {"unit": typed, "room": room}).status_code == 302
    row = Resident.objects.get(name="陈小花")
    assert row.unit == (town.east_compound if typed == "东苑" else town.east_building)
    assert (row.household.dwelling.door if row.household else None) == door


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1幢", "有几栋楼都叫这个名称：东苑 1幢、西苑 1幢。请在楼号前写上小区名称。"),
        ("9幢", "这里没有这栋楼"),
        ("北苑1幢", "这里没有这栋楼"),
        ("1" * 79, "这里没有这栋楼"),
        ("\u202e%", "这里没有这栋楼"),
    ],
)
def test_what_names_no_one_building_is_refused_in_a_sentence(town, signed_in, many, typed, sentence):
    answer = signed_in(town.staff).post(ADD, NEW | {"unit": typed, "room": "101"})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Resident.objects.filter(name="陈小花").exists()


def test_a_building_out_of_care_is_none(town, signed_in, many):
    answer = signed_in(town.east_worker).post(ADD, NEW | {"unit": "西苑1幢"})
    assert answer.status_code == 422


def test_a_household_moves_to_a_typed_address(town, home, signed_in, many):
    move = reverse("residents:desk_move", args=[home.household.pk])
    client = signed_in(town.staff)
    said = {"unit": "西苑1幢", "why": "换房", "version": home.household.version}
    assert client.get(move).status_code == 200
    assert client.post(move, said).status_code == 422
    assert client.post(move, said | {"unit": "西苑1幢1504"}).status_code == 302
    home.household.refresh_from_db()
    assert home.household.dwelling == home.west_flat


def test_a_long_list_of_units_is_sought_by_name(town, home, signed_in, many):
    client = signed_in(town.staff)
    text = client.get(LIST).content.decode()
    assert 'name="area"' in text
    assert "西组" not in text
    sought = client.get(LIST, {"area": "西", "q": "wang"}).content.decode()
    assert f"unit={town.west.pk}" in sought
    assert "东组" not in sought
    assert "没有叫这个名称的单元" in client.get(LIST, {"area": "北"}).content.decode()


def test_a_short_list_of_units_is_chosen_from(town, home, signed_in, monkeypatch):
    client = signed_in(town.staff)
    monkeypatch.setattr(admin_filters.AreaFilter, "MOST", 3)
    text = client.get(LIST).content.decode()
    assert 'name="area"' not in text
    assert "西组" in text
    narrowed = client.get(LIST, {"unit": town.west.pk}).content.decode()
    assert "王建国" not in narrowed or "林秀英" not in narrowed
    for nonsense in ("x", "9" * 30, str(town.neighbour.pk)):
        assert client.get(LIST, {"unit": nonsense}).context["cl"].result_count == 0


def test_a_long_choice_in_the_back_office_becomes_a_box_that_seeks(town, signed_in, many):
    client = signed_in(town.secretary)
    for model in ("notice", "duty"):
        text = client.get(reverse(f"admin:community_{model}_add")).content.decode()
        assert "admin-autocomplete" in text
        assert f'data-model-name="{model}"' in text
