"""The register in numbers on public pages: sums, small ones hidden, counted once a minute."""

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from config import kept
from residents import figures
from residents.figures import HIDDEN, hide_companion, shown
from tests.town import resident


def test_small_numbers_name_nobody():
    assert [shown(n) for n in (0, 1, 2, 3, 1500)] == ["0", "少于3", "少于3", "3", "1,500"]
    assert shown(HIDDEN) == "不公开"


def test_a_small_part_alone_takes_another_with_it():
    assert hide_companion({"a": 900, "b": 2, "c": 40, "d": 0}) == {"a": 900, "b": 2, "c": HIDDEN, "d": 0}
    assert hide_companion({"a": 900, "b": 2, "c": 1}) == {"a": 900, "b": 2, "c": 1}
    assert hide_companion({"a": 900, "b": 0}) == {"a": 900, "b": 0}
    assert hide_companion({"a": 2}) == {"a": 2}


def test_states_ages_and_party(town):
    for name in ("李一", "李二", "李三", "李四"):
        resident(name, town.east_building, town.community, state="migrant", born_on=date(2020, 1, 1))
    resident("外人", town.community, town.community, state="outside")
    found = figures.of_community(town.community)
    assert (found["people"], found["migrant"], found["together"]) == (6, 4, 2)
    assert (found["aged_60"], found["under_14"], found["party_members"]) == (2, 4, 1)
    assert figures.by_place(town.community)[town.east_building.path] == (5, 0)


def test_the_numbers_are_counted_once_a_minute(town, settings):
    settings.KEPT_PAGES_SECONDS = 2
    kept.forget()
    first = figures.of_community(town.community)
    resident("新来的", town.east_building, town.community)
    with CaptureQueriesContext(connection) as queries:
        assert figures.of_community(town.community) == first
    assert len(queries) == 0
    kept.forget()
    assert figures.of_community(town.community)["people"] == first["people"] + 1
    kept.forget()


def test_the_pages_hold_sums_alone(client, town):
    for name in ("李一", "李二", "李三", "李四"):
        resident(name, town.east_building, town.community, state="migrant", born_on=date(2020, 1, 1))
    text = client.get("/wenfeng/about/").text
    assert "少于3" in text
    assert "林秀英" not in text
    assert "网格员" in client.get("/wenfeng/grid/").text
