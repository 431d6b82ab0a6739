"""From the claim to the points: checked, decided by three, public, posted."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from claims import operations
from claims.figures import figures
from claims.models import STEPS, Batch, Claim, State, Voice
from community.working_days import add_working_days
from config.errors import DomainError
from points.models import Account, Transfer
from points.operations import adopt_rule, join, publish_terms, set_budget
from residents.operations import died, move_out, record_mandate

from ..town import resident
from .conftest import agreed, checked, in_one_household, let_time_pass, listed, made, rejected


def points_of(resident) -> int:
    return Account.objects.filter(resident=resident).values_list("posted", flat=True).first() or 0


def test_the_whole_way(scheme):
    claim = listed(scheme)
    assert claim.state == State.LISTED
    assert claim.batch.until == add_working_days(timezone.localdate(), 5)
    assert points_of(scheme.lin) == 0
    assert operations.post_batch(batch=let_time_pass(claim.batch), by=None) == 1
    claim.refresh_from_db()
    assert (claim.state, claim.points, points_of(scheme.lin)) == (State.POSTED, 5, 5)
    assert Transfer.objects.get(key=f"claim:{claim.pk}").detail.cause == f"claim:{claim.pk}"
    assert operations.post_batch(batch=claim.batch, by=None) == 0
    assert points_of(scheme.lin) == 5


def test_points_are_not_given_before_the_time_is_up(scheme):
    with pytest.raises(DomainError):
        operations.post_batch(batch=listed(scheme).batch, by=scheme.staff)


def test_the_clock_publishes_and_posts(scheme):
    claim = agreed(scheme)
    assert "1" in operations.publish_due()
    batch = Batch.objects.get()
    other = agreed(scheme, rule=scheme.joining)
    operations.publish_due()  # one list a week
    assert Batch.objects.count() == 1
    Batch.objects.filter(pk=batch.pk).update(published_at=timezone.now() - timedelta(days=8))
    operations.publish_due()
    assert Batch.objects.count() == 2
    let_time_pass(batch)
    operations.post_due()
    claim.refresh_from_db()
    other.refresh_from_db()
    assert (claim.state, other.state) == (State.POSTED, State.LISTED)


def test_hours_count_where_the_rule_gives_by_the_hour(scheme):
    claim = listed(scheme, rule=scheme.helping, amount=Decimal("2.5"))
    operations.post_batch(batch=let_time_pass(claim.batch), by=None)
    assert points_of(scheme.lin) == 5
    assert made(scheme, amount=Decimal(9)).amount == 1  # of a rule by the time


def test_a_spent_budget_posts_nothing_and_waits(scheme):
    claim = listed(scheme)
    let_time_pass(claim.batch)
    set_budget(community=scheme.community, year=scheme.day.year, points=1, by=None)
    assert "1" in operations.post_due()
    claim.refresh_from_db()
    assert claim.state == State.LISTED
    set_budget(community=scheme.community, year=scheme.day.year, points=100, by=None)
    operations.post_due()
    assert points_of(scheme.lin) == 5


def test_what_the_cap_cuts_is_said(scheme):
    day = scheme.day if scheme.day.timetuple().tm_yday > 1 else scheme.day - timedelta(days=1)
    rule = adopt_rule(
        community=scheme.community, code="X1", category="morality", name="家风", by=None, points=5, cap_year=5,
        since=day - timedelta(days=9),
    )  # fmt: skip
    for one in (day, day - timedelta(days=1)):
        agreed(scheme, rule=rule, day=one)
    batch = operations.publish(community=scheme.community, by=scheme.staff)
    operations.post_batch(batch=let_time_pass(batch), by=None)
    first, second = Claim.objects.order_by("pk")
    assert (first.points, second.points, points_of(scheme.lin)) == (5, 0, 5)
    assert "上限" in second.reason


def test_rules_of_conduct_and_what_the_portal_counts_itself_are_not_claimed(scheme):
    fields = {"community": scheme.community, "by": None, "points": 1, "since": scheme.day}
    itself = adopt_rule(code="X2", category="culture", name="签到", approver="system", **fields)
    refused(made, town=scheme, rule=itself)
    conduct = adopt_rule(code="X3", category="conduct", name="缺席", ground="no_show", **fields)
    refused(made, town=scheme, rule=conduct)


def test_where_there_are_terms_members_claim(scheme):
    today = timezone.localdate()
    terms = publish_terms(community=scheme.community, text="自愿参加。", since=today, by=None)
    refused(made, town=scheme, day=today)
    join(resident=scheme.lin, terms=terms, by=scheme.lin_user)
    assert made(scheme, day=today).state == State.SUBMITTED
    made(scheme, day=scheme.day)  # when there were no terms yet


def test_what_a_month_was_like_is_counted(scheme):
    listed(scheme)
    rejected(scheme, rule=scheme.joining)
    today = timezone.localdate()
    found = figures(scheme.community, today, today)
    assert found == {"made": 2, "posted": 0, "rejected": 1, "objections": 0, "appeals": 0}
    assert not any(figures(scheme.community, scheme.day, scheme.day).values())
    assert not any(figures(scheme.neighbour, today, today).values())


def test_the_group_may_say_no(scheme):
    claim = rejected(scheme)
    assert (claim.state, claim.reason) == (State.REJECTED, "没有人看见。")
    assert not Claim.objects.filter(state=State.ACCEPTED).exists()


def test_two_against_one_decide(scheme):
    claim = checked(scheme)
    operations.give_voice(claim=claim, agrees=False, reason="不清楚。", by=scheme.judge1)
    operations.give_voice(claim=claim, agrees=True, by=scheme.judge2)
    assert operations.give_voice(claim=claim, agrees=True, by=scheme.judge3).state == State.ACCEPTED
    with pytest.raises(DomainError):
        operations.give_voice(claim=claim, agrees=True, by=scheme.judge4)


# --- who may not ---


def refused(act, **fields):
    with pytest.raises(DomainError) as found:
        act(**fields)
    return str(found.value)


def forbidden(act):
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


def test_nobody_claims_for_somebody_else(scheme):
    refused(made, town=scheme, by=scheme.wang_user)
    refused(made, town=scheme, by=scheme.neighbour_staff)
    assert made(scheme, by=scheme.staff).made_by == scheme.staff


@pytest.mark.parametrize("days", [1, -61])
def test_neither_of_tomorrow_nor_of_long_ago(scheme, days):
    refused(made, town=scheme, day=timezone.localdate() + timedelta(days=days))


def test_the_same_deed_is_claimed_once(scheme):
    claim = made(scheme)
    refused(made, town=scheme)
    operations.withdraw(claim=claim, by=scheme.lin_user)
    made(scheme)


def test_numbers_of_people_stay_out_of_the_words(scheme):
    refused(made, town=scheme, words="帮13800000000的老人提菜。")


def test_only_the_own_grid_worker_checks(scheme):
    claim = made(scheme)
    refused(operations.check_claim, claim=claim, found=True, finding="", by=scheme.west_worker)
    refused(operations.check_claim, claim=claim, found=False, finding="", by=scheme.east_worker)  # says why
    assert (
        operations.check_claim(claim=claim, found=False, finding="没有此事。", by=scheme.east_worker).found
        is False
    )


def test_whoever_hands_in_does_not_check(scheme):
    claim = made(scheme, by=scheme.staff)
    refused(operations.check_claim, claim=claim, found=True, finding="", by=scheme.staff)
    forbidden(lambda: Claim.objects.filter(pk=claim.pk).update(
        checked_by=scheme.staff, checked_at=timezone.now(), found=True, state="checked"))  # fmt: skip


def test_nobody_checks_their_own_household(scheme):
    in_one_household(scheme)
    claim = made(scheme)
    forbidden(lambda: Claim.objects.filter(pk=claim.pk).update(
        checked_by=scheme.judge4, checked_at=timezone.now(), found=True))  # fmt: skip


def test_no_voice_about_oneself_or_the_household(scheme):
    in_one_household(scheme)
    claim = checked(scheme)
    assert "本户" in refused(operations.give_voice, claim=claim, agrees=True, by=scheme.judge4)
    forbidden(lambda: Voice.objects.create(claim=claim, body="group", by=scheme.judge4, agrees=True))
    forbidden(lambda: Voice.objects.create(claim=claim, body="group", by=scheme.lin_user, agrees=True))


def test_no_voice_about_whom_one_acts_for(scheme):
    today = timezone.localdate()
    record_mandate(principal=scheme.lin, holder=scheme.judge2, starts_on=today, ends_on=today + timedelta(days=30), paper="授-1", by=scheme.staff)  # fmt: skip
    refused(operations.give_voice, claim=checked(scheme), agrees=True, by=scheme.judge2)


def test_no_second_voice_and_none_for_others(scheme):
    claim = checked(scheme)
    operations.give_voice(claim=claim, agrees=True, by=scheme.judge1)
    refused(operations.give_voice, claim=claim, agrees=True, by=scheme.judge1)
    refused(operations.give_voice, claim=claim, agrees=True, by=scheme.overseer1)
    refused(operations.give_voice, claim=claim, agrees=True, by=scheme.staff)
    forbidden(lambda: Voice.objects.create(claim=claim, body="group", by=scheme.east_worker, agrees=True))
    forbidden(lambda: Voice.objects.filter(claim=claim).update(agrees=False))


def test_two_do_not_decide(scheme):
    claim = checked(scheme)
    for judge in (scheme.judge1, scheme.judge2):
        operations.give_voice(claim=claim, agrees=True, by=judge)
    forbidden(lambda: Claim.objects.filter(pk=claim.pk).update(state="accepted"))
    forbidden(lambda: Claim.objects.filter(pk=claim.pk).update(state="rejected"))
    forbidden(lambda: Claim.objects.filter(pk=claim.pk).update(state="posted"))


def test_nobody_sits_in_both_bodies(scheme):
    refused(operations.appoint_reviewer, community=scheme.community, holder=scheme.judge1, body="supervision", by=scheme.secretary)  # fmt: skip


def test_whose_seat_is_over_has_no_voice(scheme):
    claim = checked(scheme)
    seat = scheme.judge1.reviews.get()
    seat.since -= timedelta(days=9)
    seat.save(update_fields=["since"])
    operations.end_reviewer(reviewer=seat, by=scheme.secretary)
    refused(operations.give_voice, claim=claim, agrees=True, by=scheme.judge1)


@pytest.mark.parametrize("act", [died, move_out])
def test_whoever_leaves_decides_no_more(scheme, act):
    claim = checked(scheme)
    judge = resident("评议员甲", scheme.east_building, scheme.community, user=scheme.judge1)
    scheme.judge1.reviews.update(since=timezone.localdate() - timedelta(days=9))
    row = act(resident=judge, left_on=timezone.localdate(), by=scheme.staff)
    assert row.said_of == ["不再担任评议小组成员。"]
    refused(operations.give_voice, claim=claim, agrees=True, by=scheme.judge1)


def test_staff_who_move_house_stay_in_the_group(scheme):
    worker = resident("东格员", scheme.east_building, scheme.community, user=scheme.east_worker)
    operations.appoint_reviewer(
        community=scheme.community, holder=scheme.east_worker, body="group", by=scheme.secretary
    )
    assert move_out(resident=worker, left_on=timezone.localdate(), by=scheme.staff).said_of == []
    assert scheme.east_worker.reviews.not_over().exists()


def test_every_step_leads_somewhere_and_no_other_is_taken(scheme):
    from claims.operations.common import step

    claim = made(scheme)
    for state in State:
        for act in {act for _state, act in STEPS}:
            if (state, act) not in STEPS:
                claim.state = state
                with pytest.raises(DomainError):
                    step(claim, act, scheme.staff)
