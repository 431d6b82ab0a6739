from datetime import date

import pytest
import time_machine

from reports import operations

PAGE = "/reports/compare/"


@pytest.fixture
def signed(town):
    with time_machine.travel("2026-11-03T02:00:00Z", tick=False):
        for unit, staff, secretary in (
            (town.community, town.staff, town.secretary),
            (town.neighbour, town.neighbour_staff, town.neighbour_secretary),
        ):
            report = operations.start(unit=unit, organisation=None, month=date(2026, 10, 1), by=staff)
            operations.submit(report=report, by=staff)
            operations.seal(report=report, by=secretary)
        operations.start(unit=town.community, organisation=None, month=date(2026, 11, 1), by=town.staff)


def lines(page):
    return {line["label"]: line for section in page.context["sections"] for line in section["lines"]}


def test_the_street_reads_its_communities_side_by_side(
    town, signed, signed_in, django_assert_max_num_queries
):
    officer = signed_in(town.officer)
    page = officer.get(PAGE, {"month": "2026-10"})
    assert [column["unit"] for column in page.context["columns"]] == [town.community, town.neighbour]
    population = next(line for label, line in lines(page).items() if "在册人口" in str(label))
    assert population["values"] == [2, 1]
    assert population["sum"] == 3
    assert "各社区对比" in officer.get("/reports/").content.decode()
    with django_assert_max_num_queries(12):
        officer.get(PAGE)


def test_what_is_not_signed_is_not_compared(town, signed, signed_in):
    page = signed_in(town.officer).get(PAGE, {"month": "2026-11"})
    assert page.context["signed"] == 0
    assert all(value is None for line in lines(page).values() for value in line["values"])


def test_it_opens_on_the_last_signed_month_and_says_so(town, signed, signed_in):
    page = signed_in(town.officer).get(PAGE)
    assert page.context["month"] == date(2026, 10, 1)
    assert "2026年11月还没有社区签发" in page.text
    assert "还没有社区签发" not in signed_in(town.officer).get(PAGE, {"month": "2026-10"}).text


def test_a_secretary_compares_nobody_else(town, signed, signed_in):
    page = signed_in(town.secretary).get(PAGE)
    assert [column["unit"] for column in page.context["columns"]] == [town.community]
    assert "各社区对比" not in signed_in(town.secretary).get("/reports/").content.decode()


@pytest.mark.parametrize("month", ["x", "2026-13", "2020-01"])
def test_a_month_without_reports_is_not_found(town, signed, signed_in, month):
    assert signed_in(town.officer).get(PAGE, {"month": month}).status_code == 404
    assert signed_in(town.lin_user).get(PAGE).status_code == 403
