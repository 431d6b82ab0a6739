from datetime import date

import pytest
from django.utils import timezone

from points import operations
from points.models import Rule
from residents.operations import add_household, add_resident, join_household


def give_points(town):
    """A budget for this year, and rules: one point a time up to three a week, two points an hour up to eight a day."""
    today = timezone.localdate()
    operations.set_budget(community=town.community, year=today.year, points=1000, by=None)
    town.today = today
    since = date(today.year, 1, 1)
    town.joining = operations.adopt_rule(
        community=town.community, code="A01", category=Rule.Category.CULTURE, name="参加社区活动", by=None, since=since,
        points=1, cap_week=3,
    )  # fmt: skip
    town.helping = operations.adopt_rule(
        community=town.community, code="V01", category=Rule.Category.VOLUNTEER, name="志愿服务", by=None, since=since,
        points=2, per="hour", cap_day=8,
    )  # fmt: skip
    town.open = operations.adopt_rule(
        community=town.community,
        code="M02",
        category=Rule.Category.MORALITY,
        name="好人好事",
        by=None,
        since=since,
        points=5,
    )
    return town


@pytest.fixture
def books(town):
    return give_points(town)


def give_conduct(t):
    """Two rules of conduct: staying away, a point and no more than three a month; a false claim, double."""
    since = date(t.today.year, 1, 1)
    shared = {"community": t.community, "category": Rule.Category.CONDUCT, "by": None, "since": since}
    t.staying_away = operations.adopt_rule(
        code="N01", name="报名后无故缺席", ground="no_show", points=1, cap_month=3, **shared
    )
    t.false_claim = operations.adopt_rule(
        code="N02", name="虚报材料经查实", ground="false_claim", points=2, per="claimed", **shared
    )
    return t


def give_home(t):
    """Lin and her sister in one household, and a rule that counts for it: five a month, eight a year."""
    t.sister = add_resident(
        name="林秀芳", unit=t.east_building, community=t.community, state="together", by=None, sex="f"
    )
    t.home = add_household(community=t.community, by=None)
    join_household(resident=t.lin, household=t.home, relation="head", by=t.staff, why="登记")
    join_household(resident=t.sister, household=t.home, relation="other", by=t.staff, why="登记")
    t.clean = operations.adopt_rule(
        community=t.community, code="E02", category=Rule.Category.ENVIRONMENT, name="楼道自清月检合格", by=None,
        since=date(t.today.year, 1, 1), points=5, per="month", for_household=True, cap_month=5, cap_year=8,
    )  # fmt: skip
    return t


@pytest.fixture
def conduct(books):
    return give_conduct(books)


@pytest.fixture
def home(books):
    return give_home(books)
