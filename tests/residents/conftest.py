from types import SimpleNamespace

import pytest

from residents import operations


@pytest.fixture
def home(town):
    """林秀英 heads a household in 东苑 1幢 2-501, with a grandchild; next door 2-502 stands empty."""
    h = SimpleNamespace()
    h.flat = operations.add_dwelling(unit=town.east_building, staircase="2单元", number="501", by=town.staff)
    h.next_door = operations.add_dwelling(unit=town.east_building, staircase="2", number="502", by=town.staff)
    h.west_flat = operations.add_dwelling(unit=town.west_building, number="1504", by=town.staff)
    h.household = operations.add_household(
        community=town.community, dwelling=h.flat, number="000123", by=town.staff
    )
    h.lin = operations.join_household(
        resident=town.lin, household=h.household, relation="head", by=town.staff, why="登记"
    )
    h.child = operations.add_resident(
        community=town.community,
        unit=town.community,
        name="林小宝",
        state="together",
        household=h.household,
        relation="grandchild",
        id_number="411399201309050652",
        by=town.staff,
    )
    h.household.refresh_from_db()
    return h
