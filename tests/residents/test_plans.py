"""The searches that have to stay quick at a million people read an index, on either database, and sort nothing whole."""

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from residents import search
from residents.models import Household
from residents.search import Search, years_ago


def plans(ask, *, without=()):
    """What the database means to do for each query of `ask` on the tables of people.

    With five people every way costs PostgreSQL the same and chance decides; so it is asked what it does `without`
    the ways that would be wrong at a million (`"sort"`, `"bitmapscan"`): it takes them only if it must.
    """
    with CaptureQueriesContext(connection) as queries:
        ask()
    asked = [query["sql"] for query in queries.captured_queries if "residents_" in query["sql"]]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for way in ("seqscan", *without):
                cursor.execute(f"SET LOCAL enable_{way} = off")
        found = []
        for sql in asked:
            words = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
            cursor.execute(words + sql.replace("%", "%%"))
            found.append("\n".join(str(row[-1]) for row in cursor.fetchall()))
    return found


@pytest.mark.parametrize(
    ("typed", "more", "index"),
    [
        ("", {}, "resident_list"),
        ("", {"only": Q(born_on__lte=years_ago(80))}, "resident_list"),
        ("wang", {}, "resident_list"),
        ("xiuying", {}, "resident_given"),
        ("wxy", {}, "resident_initials"),
        ("王", {}, "name_gram"),
        ("秀英", {}, "name_gram"),
        ("15400000021", {}, "resident_phone_print"),
        ("411399201309050652", {}, "resident_id_print"),
        ("", {"tag": "alone"}, "tag_current"),
    ],
)
def test_a_search_reads_its_index(town, home, monkeypatch, typed, more, index):
    monkeypatch.setattr(search, "FEW", 0)
    found = plans(lambda: Search(town.staff, typed, **more).keys())
    if (
        connection.vendor == "sqlite"
    ):  # PostgreSQL weighs costs, and with five people every index costs the same
        assert any(index in plan for plan in found), found
    whole = ("SCAN residents_resident\n", "SCAN residents_namegram\n", "Seq Scan on residents_")
    assert not any(words in f"{plan}\n" for plan in found for words in whole), found


def test_the_list_of_a_community_is_not_sorted(town, home, monkeypatch):
    monkeypatch.setattr(search, "FEW", 0)
    rows = Search(town.staff).everybody().living().order_by("name_pinyin", "pk")
    (plan,) = plans(lambda: list(rows[:50]), without=("sort", "bitmapscan"))
    # Both run in the order of the list; with five people PostgreSQL may take the one of all communities.
    fitting = ["resident_list", "resident_pinyin"] if connection.vendor == "postgresql" else ["resident_list"]
    assert any(index in plan for index in fitting), plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan.replace("Incremental Sort", "")


def test_the_size_of_a_scope_is_told_by_the_index_alone(town, home):
    (plan,) = plans(lambda: Search(town.staff).are_few(), without=("bitmapscan",))
    assert "COVERING INDEX resident_path" in plan or "Index Only Scan using resident_path" in plan


def test_several_scopes_are_read_along_one_index(town, home):
    asked = Search(town.staff)
    asked.paths = sorted([town.community.path, town.neighbour.path])
    rows = asked.along_paths(Household.objects.living()).order_by("path", "pk")
    assert list(rows) == [home.household]
    (plan,) = plans(lambda: list(rows.all()[:50]), without=("sort", "bitmapscan"))
    assert "household_path" in plan
    assert "MULTI-INDEX" not in plan
