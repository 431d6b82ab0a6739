"""A review group of four, a supervision committee of three, and a resident who has done a good deed."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone

from claims import operations
from claims.models import Batch, Claim, DeductionCase
from config.triggers import lifted
from points.models import Account
from points.operations import Award, award
from residents.operations.households import open_household

from ..points.conftest import give_conduct, give_points
from ..town import person, resident


def seat_people(town) -> SimpleNamespace:
    if not hasattr(town, "open"):
        give_points(town)
    for number, name in enumerate(("甲", "乙", "丙", "丁"), 41):
        user = person(f"评议员{name}", number)
        setattr(town, f"judge{number - 40}", user)
        operations.appoint_reviewer(community=town.community, holder=user, body="group", by=town.secretary)
    for number in (51, 52, 53):
        user = person(f"监督员{number - 50}", number)
        setattr(town, f"overseer{number - 50}", user)
        operations.appoint_reviewer(
            community=town.community, holder=user, body="supervision", by=town.secretary
        )
    town.day = timezone.localdate() - timedelta(days=1)
    return town


@pytest.fixture
def scheme(town):
    return seat_people(town)


def made(town, **fields) -> Claim:
    """林秀英 says that she has done something good."""
    fields = {
        "resident": town.lin,
        "rule": town.open,
        "day": town.day,
        "words": "扶起摔倒的老人。",
        "by": town.lin_user,
    } | fields
    return operations.make_claim(**fields)


def checked(town, **fields) -> Claim:
    return operations.check_claim(claim=made(town, **fields), found=True, finding="", by=town.east_worker)


def agreed(town, **fields) -> Claim:
    claim = checked(town, **fields)
    for judge in (town.judge1, town.judge2, town.judge3):
        claim = operations.give_voice(claim=claim, agrees=True, by=judge)
    return claim


def listed(town, **fields) -> Claim:
    claim = agreed(town, **fields)
    operations.publish(community=town.community, by=town.staff)
    claim.refresh_from_db()
    return claim


def rejected(town, **fields) -> Claim:
    claim = checked(town, **fields)
    for judge in (town.judge1, town.judge2, town.judge3):
        claim = operations.give_voice(claim=claim, agrees=False, reason="没有人看见。", by=judge)
    return claim


def let_time_pass(batch: Batch) -> Batch:
    """The list's last day was yesterday."""
    Batch.objects.filter(pk=batch.pk).update(until=timezone.localdate() - timedelta(days=1))
    batch.refresh_from_db()
    return batch


def in_one_household(town):
    """林秀英 lives with one of those who decide."""
    mate = resident("评议员丁", town.east_building, town.community, user=town.judge4)
    lin = open_household(resident=town.lin, unit=town.east_building, door=("1", "101"), by=None, why="")
    mate.household, mate.relation = lin.household, "spouse"
    mate.save(update_fields=["household", "relation"])
    town.lin.refresh_from_db()
    return mate


# --- deduction cases ---


@pytest.fixture
def court(scheme):
    """Five points to lose, and the rules that may take some."""
    give_conduct(scheme)
    day = timezone.localdate()
    award([Award(scheme.lin.pk, scheme.open.pk, day, "claim:0")], community=scheme.community, by=scheme.staff)
    return scheme


def opened(town, **fields) -> DeductionCase:
    fields = {
        "resident": town.lin, "rule": town.staying_away, "day": town.day, "words": "报名重阳节活动，未请假缺席。", "by": town.staff,
    } | fields  # fmt: skip
    return operations.open_case(**fields)


def answered(town, case=None, **fields) -> DeductionCase:
    fields = {"words": "那天住院了。", "by": town.lin_user} | fields
    return operations.answer_case(case=case or opened(town), **fields)


def voices(town, case, agrees, *, people=("judge1", "judge2", "judge3")) -> DeductionCase:
    for name in people:
        case = operations.give_case_voice(
            case=case, agrees=agrees, reason="看过材料。", by=getattr(town, name)
        )
    return case


def decided(town, **fields) -> DeductionCase:
    return voices(town, answered(town, **fields), True)


def end_terms(**fields) -> None:
    """`answer_until` or `appeal_until` was yesterday: the one thing the database holds fast, moved by hand."""
    with lifted(connection, "claims"):
        DeductionCase.objects.update(**dict.fromkeys(fields, timezone.localdate() - timedelta(days=1)))


def points_of(town) -> int:
    return Account.objects.get(resident=town.lin).posted
