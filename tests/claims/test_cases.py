"""A deduction: told, answered, heard, decided by three, open to appeal, and only then taken."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format

from claims import operations
from claims.case_triggers import STEPS_TAKEN
from claims.models import CASE_STEPS, CaseState, CaseVoice, DeductionCase
from community.working_days import add_working_days
from config.errors import DomainError
from notifications.models import InboxMessage, Outgoing
from points.models import Freeze, Transfer
from points.operations import adopt_rule, join, publish_terms
from points.operations.freezes import months_after
from points.recount import check_ledger
from residents.operations import record_mandate

from ..town import resident
from .conftest import answered, decided, end_terms, in_one_household, opened, points_of, voices

YESTERDAY = timedelta(days=1)


def refused(act, **fields) -> str:
    with pytest.raises(DomainError) as found:
        act(**fields)
    return str(found.value)


def forbidden(act) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


def test_the_whole_way(court):
    case = opened(court)
    assert case.answer_until == add_working_days(timezone.localdate(), 5)
    assert InboxMessage.objects.filter(account=court.lin_user, kind="deduction").count() == 1
    case = voices(court, answered(court, case), True)
    assert (case.state, case.reason) == (CaseState.DECIDED, "看过材料。")
    assert case.appeal_until == timezone.localdate() + timedelta(days=30)
    operations.take_effect()
    assert points_of(court) == 5  # the time for an appeal is not over
    end_terms(appeal_until=True)
    operations.take_effect()
    operations.take_effect()
    case.refresh_from_db()
    assert (case.state, case.taken, points_of(court)) == (CaseState.EFFECTIVE, 1, 4)
    row = Transfer.objects.get(key=f"deduction:{case.pk}")
    assert (row.detail.reason, row.detail.by) == ("看过材料。", court.judge3)  # a person decided
    assert InboxMessage.objects.filter(account=court.lin_user, kind="deduction").count() == 3
    assert check_ledger().findings == []


def test_whoever_is_silent_is_decided_about_when_the_time_is_up(court):
    case = opened(court)
    operations.time_up()
    refused(operations.give_case_voice, case=case, agrees=True, reason="缺席。", by=court.judge1)
    end_terms(answer_until=True)
    assert "1" in operations.time_up()
    case.refresh_from_db()
    assert case.state == CaseState.SILENT
    late = answered(court, case)  # as long as nobody has spoken
    assert late.state == CaseState.ANSWERED


def test_a_late_answer_does_not_come_between_the_voices(court):
    case = opened(court)
    end_terms(answer_until=True)
    operations.time_up()
    operations.give_case_voice(case=case, agrees=True, reason="缺席。", by=court.judge1)
    refused(operations.answer_case, case=case, words="住院了。", by=court.lin_user)


def test_what_came_in_meanwhile_is_read_first(court):
    case = opened(court)
    end_terms(answer_until=True)
    operations.time_up()
    answered(court, case)
    vote = {"case": case, "agrees": True, "reason": "缺席。", "by": court.judge1}
    refused(operations.give_case_voice, seen="silent", **vote)
    operations.give_case_voice(seen="answered", **vote)


def test_whoever_asks_is_heard_in_person_first(court):
    case = answered(court, asks_hearing=True)
    assert "当面" in refused(
        operations.give_case_voice, case=case, agrees=True, reason="缺席。", by=court.judge1
    )
    forbidden(
        lambda: CaseVoice.objects.create(case=case, body="group", by=court.judge1, agrees=True, reason="。")
    )
    minutes = {"case": case, "present": "林秀英、社工", "minutes": "出示了住院证明。", "by": court.staff}
    refused(operations.write_minutes, **minutes)  # nobody was called
    soon = timezone.now() + timedelta(days=2)
    refused(operations.call_hearing, case=case, at=soon - timedelta(days=3), place="服务大厅", by=court.staff)
    refused(operations.call_hearing, case=case, at=soon, place="服务大厅", by=court.east_worker)
    operations.call_hearing(case=case, at=soon + YESTERDAY, place="服务大厅", by=court.staff)
    hearing = operations.call_hearing(case=case, at=soon, place="会议室", by=court.staff)
    refused(operations.write_minutes, **minutes)  # it has not begun
    type(hearing).objects.filter(pk=hearing.pk).update(at=timezone.now() - YESTERDAY)
    case = operations.write_minutes(**minutes)
    assert (case.state, case.hearing.place) == (CaseState.HEARD, "会议室")
    case = voices(court, case, False)
    assert (case.state, case.closed_at is not None) == (CaseState.DROPPED, True)
    assert points_of(court) == 5


def test_an_appeal_that_is_right_takes_nothing(court):
    case = operations.appeal_case(case=decided(court), words="有住院证明。", by=court.lin_user)
    end_terms(appeal_until=True)
    operations.take_effect()
    refused(operations.give_case_voice, case=case, agrees=True, reason="。", by=court.judge4)
    case = voices(court, case, True, people=("overseer1", "overseer2", "overseer3"))
    assert (case.state, case.appeal.granted) == (CaseState.ANNULLED, True)
    operations.take_effect()
    assert points_of(court) == 5
    opened(court)  # a case annulled bars no new one


def test_turned_down_it_takes_effect_and_may_still_be_lifted(court):
    case = operations.appeal_case(case=decided(court), words="请再看看。", by=court.lin_user)
    case = voices(court, case, False, people=("overseer1", "overseer2", "overseer3"))
    assert case.state == CaseState.CONFIRMED
    operations.take_effect()
    case.refresh_from_db()
    assert points_of(court) == 4
    refused(operations.lift_case, case=case, reason="", by=court.staff)
    refused(operations.lift_case, case=case, reason="弄错了。", by=court.east_worker)
    case = operations.lift_case(case=case, reason="名单弄错了。", by=court.staff)
    assert (case.state, points_of(court)) == (CaseState.LIFTED, 5)
    refused(operations.lift_case, case=case, reason="再来。", by=court.staff)


def test_the_appeal_has_its_time(court):
    case = decided(court)
    refused(operations.appeal_case, case=case, words="请再看看。", by=court.wang_user)
    end_terms(appeal_until=True)
    refused(operations.appeal_case, case=case, words="晚了。", by=court.lin_user)


def test_a_false_claim_costs_what_was_claimed_twice(court):
    case = opened(court, rule=court.false_claim, wrongly=4)
    assert case.worth == 8
    refused(opened, town=court, rule=court.false_claim, wrongly=0)
    voices(court, answered(court, case), True)
    end_terms(appeal_until=True)
    operations.take_effect()
    case.refresh_from_db()
    assert (case.taken, case.owed, points_of(court)) == (5, 3, 0)


@pytest.mark.parametrize(
    "wrong", ["rule", "tomorrow", "long ago", "no words", "numbers", "west", "neighbour"]
)
def test_what_may_not_be_opened(court, wrong):
    today = timezone.localdate()
    fields = {
        "rule": {"rule": court.open},
        "tomorrow": {"day": today + YESTERDAY},
        "long ago": {"day": today - timedelta(days=181)},
        "no words": {"words": " "},
        "numbers": {"words": "电话13800000000。"},
        "west": {"by": court.west_worker},
        "neighbour": {"by": court.neighbour_staff},
    }[wrong]
    refused(opened, town=court, **fields)
    assert not DeductionCase.objects.exists()


def test_only_members_are_bound_by_the_scheme(court):
    today = timezone.localdate()
    terms = publish_terms(community=court.community, text="自愿参加。", since=today, by=None)
    refused(opened, town=court, day=today)
    join(resident=court.lin, terms=terms, by=court.lin_user)
    assert opened(court, day=today).state == CaseState.NOTICED


def test_one_case_for_one_day(court):
    case = opened(court)
    refused(opened, town=court)
    refused(operations.end_case, case=case, reason="已请假。", by=court.east_worker)
    operations.end_case(case=case, reason="已请假。", by=court.staff)
    opened(court)


def test_who_decides_about_whom(court):
    mate = in_one_household(court)  # the fourth of the group lives with her
    own = resident("社工本人", court.east_building, court.community, user=court.staff)
    refused(opened, town=court, resident=own)
    forbidden(lambda: DeductionCase.objects.create(
        community=court.community, resident=own, rule=court.staying_away, day=court.day, words="。", opened_by=court.staff,
        answer_until=court.day))  # fmt: skip
    case = answered(court, opened(court))
    refused(operations.give_case_voice, case=case, agrees=True, reason="。", by=mate.user)
    refused(operations.give_case_voice, case=case, agrees=True, reason=" ", by=court.judge1)
    for person in (mate.user, court.lin_user, court.staff):
        forbidden(
            lambda who=person: CaseVoice.objects.create(
                case=case, body="group", by=who, agrees=True, reason="。"
            )
        )
    operations.give_case_voice(case=case, agrees=True, reason="。", by=court.judge1)
    refused(operations.give_case_voice, case=case, agrees=True, reason="。", by=court.judge1)


def test_others_answer_by_mandate_and_are_told(court):
    today = timezone.localdate()
    elder = resident("周奶奶", court.east_building, court.community)
    held = {"starts_on": today, "ends_on": today + timedelta(days=9), "paper": "授-1", "by": court.staff}
    record_mandate(principal=elder, holder=court.judge2, **held)
    case = opened(court, resident=elder)
    assert InboxMessage.objects.get(kind="deduction").account == court.judge2
    refused(answered, town=court, case=case, by=court.lin_user)
    case = answered(court, case, by=court.judge2)
    refused(operations.give_case_voice, case=case, agrees=False, reason="。", by=court.judge2)


def test_somebody_without_any_message_is_telephoned(court):
    opened(court, resident=resident("吴爷爷", court.east_building, court.community))
    assert Outgoing.objects.get(kind="deduction").channel == "phone"


def test_the_database_lets_no_step_be_left_out(court):
    case = opened(court)
    rows = DeductionCase.objects.filter(pk=case.pk)
    now, today = timezone.now(), timezone.localdate()
    told = {"decided_at": now, "reason": "。", "appeal_until": today - YESTERDAY}
    for state in ("decided", "dropped", "confirmed", "lifted"):
        forbidden(lambda state=state: rows.update(state=state, **told))
    forbidden(lambda: rows.update(state="effective", effective_on=today, **told))
    forbidden(lambda: rows.update(state="silent", time_up_on=case.answer_until))
    forbidden(lambda: rows.update(words="别的事。"))
    forbidden(rows.delete)
    answered(court, case)
    forbidden(lambda: rows.update(state="decided", **told))  # nobody has spoken
    forbidden(lambda: rows.update(answer="我认了。"))
    voices(court, case, True)
    forbidden(lambda: rows.update(state="effective", effective_on=today))  # an appeal is possible
    forbidden(lambda: rows.update(appeal_until=today - YESTERDAY))


def test_the_database_knows_the_same_steps():
    assert set(STEPS_TAKEN) == {f"{state}>{target}" for (state, _act), target in CASE_STEPS.items()}


def test_whoever_has_left_loses_nothing_more(court):
    case = decided(court)
    end_terms(appeal_until=True)
    type(court.lin).objects.filter(pk=court.lin.pk).update(left_on=timezone.localdate(), left_why="moved")
    operations.take_effect()
    case.refresh_from_db()
    assert (case.state, points_of(court)) == (CaseState.ENDED, 5)


def test_cases_follow_a_merged_person(court):
    case, other = opened(court), opened(court, resident=court.wang)
    later = opened(court, resident=court.wang, day=court.day - YESTERDAY)
    operations.follow_merge(source=court.wang, target=court.lin, by=court.staff)
    for row in (case, other, later):
        row.refresh_from_db()
    assert (case.state, other.state, later.resident) == (CaseState.NOTICED, CaseState.ENDED, court.lin)


def test_nothing_is_deducted_but_by_a_case():
    """The one door to the books' deductions."""
    callers = {
        str(file.relative_to(settings.BASE_DIR))
        for room in settings.ROOMS if room != "points"
        for file in (settings.BASE_DIR / room).rglob("*.py")
        if "deduct(" in file.read_text().replace("_deduct(", "")
    }  # fmt: skip
    assert callers == {"claims/operations/verdicts.py"}


def test_a_rule_may_pause_redeeming_too(court, signed_in):
    """Told beforehand, from the day of effect on, and no longer when it is lifted."""
    rule = adopt_rule(
        community=court.community, code="N09", category="conduct", ground="misuse", name="转卖兑换物品", by=None,
        since=court.day, points=1, freeze_months=3,
    )  # fmt: skip
    case = voices(court, answered(court, opened(court, rule=rule)), True)
    page = f"/my/points/cases/{case.pk}/"
    lin = signed_in(court.lin_user)
    assert "扣分生效的，同时暂停兑换3个月" in lin.get(page).text
    assert "暂停兑换3个月" in InboxMessage.objects.filter(kind="deduction").earliest("pk").text
    assert "暂停至" not in lin.get("/my/points/").text
    end_terms(appeal_until=True)
    operations.take_effect()
    pause = Freeze.objects.get(cause=case.key)
    until = date_format(pause.until)
    assert (pause.resident, pause.until) == (court.lin, months_after(timezone.localdate(), 3))
    assert until in InboxMessage.objects.filter(kind="deduction").latest("pk").text
    for address in (page, "/my/points/"):
        assert f"至{until}" in lin.get(address).text, address
    case.refresh_from_db()
    operations.lift_case(case=case, reason="查无此事。", by=court.staff)
    assert not Freeze.objects.standing().exists()
    assert "已恢复兑换" in lin.get(page).text
