"""Objections to what is public, and the one appeal."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from claims import operations
from claims.models import Claim, Objection, State, Voice
from community.working_days import add_working_days
from config.errors import DomainError
from notifications.models import InboxMessage

from .conftest import agreed, checked, in_one_household, let_time_pass, listed, made, rejected


def refused(act, **fields):
    with pytest.raises(DomainError):
        act(**fields)


def objected(town, **fields) -> Objection:
    claim = fields.pop("claim", None) or listed(town)
    return operations.object_to(claim=claim, words="那天他不在社区。", **({"by": town.wang_user} | fields))


def test_what_is_objected_to_waits_the_rest_is_posted(scheme):
    other = agreed(scheme, rule=scheme.joining)
    objection = objected(scheme)
    assert objection.due_on == add_working_days(timezone.localdate(), 5)
    claim = objection.claim
    let_time_pass(claim.batch)
    operations.post_due()
    claim.refresh_from_db()
    other.refresh_from_db()
    assert (claim.state, other.state) == (State.LISTED, State.POSTED)
    operations.answer_objection(objection=objection, upheld=False, answer="有签到记录。", by=scheme.staff)
    operations.post_due()
    claim.refresh_from_db()
    assert claim.state == State.POSTED
    assert InboxMessage.objects.filter(account=scheme.wang_user, kind="answer").exists()


def test_upheld_it_is_struck_off(scheme):
    objection = objected(scheme)
    operations.answer_objection(objection=objection, upheld=True, answer="核实为误报。", by=scheme.staff)
    claim = Claim.objects.get()
    assert (claim.state, claim.reason) == (State.STRUCK, "核实为误报。")
    let_time_pass(claim.batch)
    assert operations.post_batch(batch=claim.batch, by=None) == 0


def test_a_second_click_objects_once(scheme):
    first = objected(scheme)
    assert objected(scheme, claim=first.claim) == first
    assert objected(scheme, claim=first.claim, by=scheme.staff, name="张大爷") != first


def test_not_to_the_own_claim_and_not_too_late(scheme):
    claim = listed(scheme)
    refused(objected, town=scheme, claim=claim, by=scheme.lin_user)
    refused(objected, town=scheme, claim=claim, name="邻居")  # only staff take down
    let_time_pass(claim.batch)
    refused(objected, town=scheme, claim=claim)


def test_who_may_answer(scheme):
    mate = in_one_household(scheme)
    objection = objected(scheme)
    answer = {"objection": objection, "upheld": True, "answer": "是。"}
    refused(operations.answer_objection, by=scheme.wang_user, **answer)
    refused(operations.answer_objection, by=scheme.neighbour_staff, **answer)
    for person in (mate.user, scheme.wang_user):  # the database refuses too
        with pytest.raises(IntegrityError), transaction.atomic():
            Objection.objects.filter(pk=objection.pk).update(
                answered_at=timezone.now(), answered_by=person, upheld=True, answer="是。"
            )
    operations.answer_objection(by=scheme.staff, **answer)
    refused(operations.answer_objection, by=scheme.secretary, **answer)


def test_others_decide_on_appeal_and_it_goes_on_the_next_list(scheme):
    claim = operations.appeal(claim=rejected(scheme), words="有照片为证。", by=scheme.lin_user)
    assert claim.state == State.APPEALED
    refused(operations.give_voice, claim=claim, agrees=True, by=scheme.judge4)
    for overseer in (scheme.overseer1, scheme.overseer2, scheme.overseer3):
        claim = operations.give_voice(claim=claim, agrees=True, by=overseer)
    assert (claim.state, claim.appeal.granted) == (State.ACCEPTED, True)
    batch = operations.publish(community=scheme.community, by=scheme.staff)
    operations.post_batch(batch=let_time_pass(batch), by=None)
    claim.refresh_from_db()
    assert (claim.state, claim.points) == (State.POSTED, 5)


def test_who_was_in_the_group_has_no_voice_on_appeal(scheme):
    claim = operations.appeal(claim=rejected(scheme), words="有照片为证。", by=scheme.lin_user)
    seat = scheme.judge1.reviews.get()
    type(seat).objects.filter(pk=seat.pk).update(body="supervision")  # elected meanwhile
    refused(operations.give_voice, claim=claim, agrees=True, by=scheme.judge1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Voice.objects.create(claim=claim, body="supervision", by=scheme.judge1, agrees=True)


def test_turned_down_it_is_over(scheme):
    claim = operations.appeal(claim=rejected(scheme), words="请再看看。", by=scheme.lin_user)
    for overseer in (scheme.overseer1, scheme.overseer2, scheme.overseer3):
        claim = operations.give_voice(claim=claim, agrees=False, reason="维持。", by=overseer)
    assert (claim.state, claim.appeal.granted) == (State.DISMISSED, False)
    refused(operations.appeal, claim=claim, words="再来。", by=scheme.lin_user)


def test_one_appeal_in_time_by_the_claimant(scheme):
    claim = rejected(scheme)
    refused(operations.appeal, claim=claim, words="我来说。", by=scheme.wang_user)
    refused(operations.appeal, claim=checked(scheme, rule=scheme.joining), words="早。", by=scheme.lin_user)
    Claim.objects.filter(pk=claim.pk).update(closed_at=timezone.now() - timedelta(days=31))
    refused(operations.appeal, claim=claim, words="晚了。", by=scheme.lin_user)


def test_a_struck_claim_may_appeal_too(scheme):
    objection = objected(scheme)
    operations.answer_objection(objection=objection, upheld=True, answer="误报。", by=scheme.staff)
    claim = operations.appeal(claim=Claim.objects.get(), words="不是误报。", by=scheme.lin_user)
    assert claim.state == State.APPEALED


def test_claimed_anew_there_is_nothing_left_to_appeal(scheme):
    claim = rejected(scheme)
    made(scheme)
    refused(operations.appeal, claim=claim, words="请再看看。", by=scheme.lin_user)


def test_claims_follow_a_merged_person(scheme):
    claim = made(scheme)
    made(scheme, resident=scheme.wang, by=scheme.wang_user)
    other = made(scheme, resident=scheme.wang, by=scheme.wang_user, rule=scheme.joining)
    operations.follow_merge(source=scheme.wang, target=scheme.lin, by=scheme.staff)
    other.refresh_from_db()
    assert (claim.state, other.resident) == (State.SUBMITTED, scheme.lin)
    assert Claim.objects.filter(resident=scheme.wang).get().state == State.WITHDRAWN
