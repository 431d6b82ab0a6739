from datetime import date

import pytest
from django.utils import timezone

from points import operations
from points.models import Rule


def give_points(town):
    """A budget for this year, and rules: one point a time up to three a week, two points an hour up to eight a day."""
    today = timezone.localdate()
    operations.set_budget(community=town.community, year=today.year, points=1000, by=None)
    town.today = today
    since = date(today.year, 1, 1)
    town.joining = operations.adopt_rule(
        community=town.community, code="A01", category=Rule.Category.CULTURE, name="参加社区活动", by=None, since=since,
        points=1, cap=3, cap_period="week",
    )  # fmt: skip
    town.helping = operations.adopt_rule(
        community=town.community, code="V01", category=Rule.Category.VOLUNTEER, name="志愿服务", by=None, since=since,
        points=2, per="hour", cap=8, cap_period="day",
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
