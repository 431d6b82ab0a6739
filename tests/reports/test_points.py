"""Points in the month: by posting moment, each figure with its rows; months sealed before there were points stay."""

from datetime import timedelta

import pytest
from django.utils import timezone

from points import operations
from points.models import Account
from points.operations import Award
from reports import figures as fig
from reports import text
from reports.models import Report
from reports.periods import Period, month_of
from tests.points.conftest import give_conduct, give_points

KEYS = ["points_given", "points_awards", "points_people", "points_back", "points_redeemed",
        "points_refunded", "points_deducted", "points_restored", "points_expired"]  # fmt: skip


@pytest.fixture
def month(town):
    """Lin got 5 + 5 and Wang 5; Lin spent 8, then one of hers was withdrawn: 2 taken back, 3 kept back of the next 5."""
    t = give_points(town)
    wanted = [
        Award(t.lin.pk, t.open.pk, t.today, "attendance:1"),
        Award(t.lin.pk, t.open.pk, t.today, "attendance:2"),
        Award(t.wang.pk, t.open.pk, t.today, "attendance:3"),
    ]
    operations.award(wanted, community=t.community, by=t.staff)
    account = Account.objects.get(resident=t.lin)
    reserve = operations.reserve(account=account, amount=8, key="order:1", by=t.staff)
    operations.fulfil(reservation=reserve, by=t.staff)
    operations.take_back(["attendance:1"], community=t.community, by=t.staff)
    operations.award([Award(t.lin.pk, t.open.pk, t.today, "attendance:4")], community=t.community, by=t.staff)
    give_conduct(t)
    operations.deduct(
        resident=t.wang,
        rule_version=t.staying_away.versions.get(),
        points=2,
        key="case:1",
        reason="缺席",
        by=t.staff,
    )
    operations.lift_deduction(key="case:1", reason="申诉成立", by=t.staff)
    operations.expire(community=t.community, received_until=t.today, on=t.today + timedelta(days=1), by=None)
    return Period(t.community, None, month_of(t.today))


def test_the_month_counts_what_was_posted_in_it(month, town):
    values = fig.compute(month)
    assert [values[key]["now"] for key in KEYS] == [20, 4, 2, 5, 8, 0, 2, 2, 7]
    assert [values[key]["before"] for key in KEYS] == [0] * 9
    next_door = fig.compute(Period(town.neighbour, None, month.month))
    assert [next_door[key]["now"] for key in KEYS] == [0] * 9


def test_each_figure_opens_to_rows_that_make_it(month, town, signed_in):
    report = Report.objects.create(unit=town.community, month=month.month, created_by=town.staff)
    values = fig.compute(month)
    for key in KEYS:
        one = fig.find(month, key)
        rows = list(one.rows(month))
        if one.measure == fig.POINTS:
            assert sum(row.amount for row in rows) == values[key]["now"], key
        page = signed_in(town.staff).get(f"/reports/{report.pk}/figures/{key}/")
        assert page.status_code == 200
        assert len(page.context["table"]["rows"]) == len(rows)
        assert "林秀英" not in page.text
    assert "林*英" in signed_in(town.staff).get(f"/reports/{report.pk}/figures/points_given/").text


def test_the_section_says_it_in_a_sentence(month):
    words = text.sentence(fig.VOLUNTEERS, fig.compute(month))
    assert "向2人发放积分4人次，共20分" in words
    assert "撤回5分，兑换8分，到期7分" in words


def test_a_month_sealed_before_there_were_points_shows_a_dash(month, town, signed_in):
    figures = {key: value for key, value in fig.compute(month).items() if not key.startswith("points_")}
    frozen = {
        "title": "x",
        "title_parts": ["x"],
        "addressee": "",
        "signer": "y",
        "figures": figures,
        "tables": [],
    }
    now = timezone.now()
    report = Report.objects.create(
        unit=town.community, month=month.month, created_by=town.staff, state="sealed", frozen=frozen,
        sealed_at=now, sealed_by=town.secretary, submitted_at=now, submitted_by=town.staff,
    )  # fmt: skip
    client = signed_in(town.secretary)
    page = client.get(f"/reports/{report.pk}/")
    lines = {line["key"]: line for part in page.context["parts"] for line in part["lines"]}
    assert lines["points_given"]["now"] is None
    assert lines["points_given"]["opens"] is False
    assert page.context["moved"] is False
    assert "向—人发放积分—人次" in page.text
    assert client.get(f"/reports/{report.pk}/print/").status_code == 200
