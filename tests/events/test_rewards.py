"""One chain: being there gives points and hours once, not having been there takes them back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from config.errors import DomainError
from events.models import Attendance, Event, Session
from events.operations import cancel_event, cancel_session, check_in, follow_merge, undo_check_in, walk_in
from events.operations.rewards import award_outstanding, record_outstanding
from points.models import Account, Budget, Transfer
from points.operations import set_budget
from points.recount import check_ledger
from volunteers.models import ServiceRecord

from ..points.conftest import give_points


def points(person):
    return sum(Account.objects.filter(resident=person).values_list("posted", flat=True))


@pytest.fixture
def today(town):
    """The choir is on now; taking part gives 1 point, helping 2 an hour for 2 hours."""
    give_points(town)
    now = timezone.now()
    Session.objects.filter(pk=town.choir_monday.pk).update(starts_at=now, ends_at=now + timedelta(hours=2))
    town.choir_monday.refresh_from_db()
    return town


def test_a_check_in_gives_points_once(today):
    first = check_in(session=today.choir_monday, resident=today.lin, by=today.east_worker)
    check_in(session=today.choir_monday, resident=today.lin, by=today.east_worker)
    assert points(today.lin) == 1
    row = Transfer.objects.get()
    assert (row.key, row.detail.cause, row.detail.by) == (f"attendance:{first.pk}",) * 2 + (
        today.east_worker,
    )
    assert row.value_date == timezone.localdate(today.choir_monday.starts_at)


def test_a_helper_earns_by_the_hour(today):
    check_in(session=today.choir_monday, resident=today.lin, by=today.staff, as_helper=True)
    assert points(today.lin) == 4


def test_a_helper_s_hours_are_recorded_once_and_withdrawn_with_the_check_in(today):
    there = check_in(session=today.choir_monday, resident=today.lin, by=today.staff, as_helper=True)
    check_in(session=today.choir_monday, resident=today.lin, by=today.staff, as_helper=True)
    service = ServiceRecord.objects.get()
    assert (service.volunteer.resident, service.hours, service.cause) == (
        today.lin,
        2,
        f"attendance:{there.pk}",
    )
    assert (service.what, service.place) == ("社区合唱", "文化广场")
    undo_check_in(attendance=there, by=today.staff, reason="没有来")
    service.refresh_from_db()
    assert (service.withdrawn_by, service.withdrawn_reason) == (today.staff, "没有来")
    assert points(today.lin) == 0


def test_taking_part_is_no_service(today):
    check_in(session=today.choir_monday, resident=today.lin, by=today.staff)
    assert not ServiceRecord.objects.exists()


def test_a_guest_may_help_without_a_record(today):
    check_in(session=today.choir_monday, resident=today.zhao, by=today.staff, as_helper=True)
    assert not ServiceRecord.objects.exists()


def test_undoing_takes_the_points_back_and_checking_in_again_gives_them(today):
    there = check_in(session=today.choir_monday, resident=today.lin, by=today.staff)
    undo_check_in(attendance=there, by=today.staff, reason="点错了")
    undo_check_in(attendance=there, by=today.staff)
    assert points(today.lin) == 0
    assert Transfer.objects.get(kind="reverse").detail.reason == "点错了"
    check_in(session=today.choir_monday, resident=today.lin, by=today.staff)
    assert points(today.lin) == 1
    assert check_ledger().findings == []


def test_an_event_may_give_nothing_or_by_another_rule(today):
    Event.objects.update(gives_points=False)
    check_in(session=Session.objects.get(), resident=today.lin, by=today.staff)
    assert points(today.lin) == 0
    Event.objects.update(gives_points=True, rule=today.open)
    check_in(session=Session.objects.get(), resident=today.wang, by=today.staff)
    assert points(today.wang) == 5


def test_an_event_s_kind_chooses_the_rule(today):
    from points.operations import adopt_rule

    adopt_rule(community=today.community, code="E01", category="environment", name="周六大扫除", by=None,
               since=today.today - timedelta(days=30), points=3)  # fmt: skip
    Event.objects.update(kind="volunteer")
    check_in(session=Session.objects.get(), resident=today.lin, by=today.staff)
    assert points(today.lin) == 3


def test_a_spent_budget_keeps_nobody_out_and_is_made_up_for(today):
    set_budget(community=today.community, year=today.today.year, points=0, by=today.secretary)
    check_in(session=today.choir_monday, resident=today.lin, by=today.staff)
    check_in(session=today.choir_monday, resident=today.wang, by=today.staff)
    assert Attendance.objects.live().count() == 2
    assert not Transfer.objects.exists()
    set_budget(community=today.community, year=today.today.year, points=1, by=today.secretary)
    assert award_outstanding() == "已补发积分1笔"
    assert (points(today.lin), points(today.wang)) == (1, 0)
    set_budget(community=today.community, year=today.today.year, points=9, by=today.secretary)
    assert award_outstanding() == "已补发积分1笔"
    assert award_outstanding() == "已补发积分0笔"
    assert Budget.objects.get().drawn == 2


def test_a_community_without_rules_gives_nothing(town):
    now = timezone.now()
    Session.objects.update(starts_at=now, ends_at=now + timedelta(hours=2))
    check_in(session=Session.objects.get(), resident=town.lin, by=town.staff)
    assert not Account.objects.exists()


def test_a_guest_of_another_community_is_welcome_but_earns_nothing(today):
    check_in(session=today.choir_monday, resident=today.zhao, by=today.staff)
    assert points(today.zhao) == 0


def test_who_walks_in_earns_and_keeps_it_when_recognised(today):
    there = walk_in(session=today.choir_monday, name="李来", by=today.staff)
    assert points(there.resident) == 1


def test_two_rows_of_one_human_are_rewarded_once(today):
    check_in(session=today.choir_monday, resident=today.lin, by=today.staff)
    check_in(session=today.choir_monday, resident=today.wang, by=today.staff)
    follow_merge(source=today.wang, target=today.lin, by=today.secretary)
    assert (points(today.lin), points(today.wang)) == (1, 0)
    assert check_ledger().findings == []


def test_a_session_where_people_are_is_not_cancelled(today):
    there = check_in(session=today.choir_monday, resident=today.lin, by=today.staff)
    for cancel in (
        lambda: cancel_session(session=today.choir_monday, reason="停电", by=today.staff),
        lambda: cancel_event(event=today.choir, reason="停电", by=today.staff),
    ):
        with pytest.raises(DomainError):
            cancel()
    undo_check_in(attendance=there, by=today.staff)
    cancel_session(session=today.choir_monday, reason="停电", by=today.staff)
    assert Session.objects.get().cancelled_at


def test_the_roll_call_page_gives_points(today, signed_in):
    page = reverse("events:roll", args=[today.choir_monday.pk])
    worker = signed_in(today.east_worker)
    assert worker.get(page).status_code == 200
    check_in(session=today.choir_monday, resident=today.lin, by=today.east_worker)
    assert points(today.lin) == 1


def test_hours_are_half_hours(today):
    session = today.choir_monday
    for minutes, hours in ((20, "0.5"), (45, "0.5"), (100, "1.5"), (120, "2"), (24 * 60 + 1, "0")):
        session.ends_at = session.starts_at + timedelta(minutes=minutes)
        assert str(session.hours.normalize()) == hours


def test_another_community_s_rule_is_refused(today):
    from events.operations import edit_event
    from points.operations import adopt_rule

    other = adopt_rule(community=today.neighbour, code="A01", category="culture", name="参加", by=None,
                       since=today.today, points=1)  # fmt: skip
    today.choir.rule = other
    with pytest.raises(DomainError):
        edit_event(event=today.choir, version=0, by=today.staff, changed=["rule"])


def test_hours_of_days_before_they_were_kept_are_made_up_for(today):
    for person in (today.lin, today.zhao):
        Attendance.objects.create(session=today.choir_monday, resident=person, as_helper=True, by=today.staff)
    Attendance.objects.create(session=today.choir_monday, resident=today.wang, by=today.staff)
    assert record_outstanding() == "已补记服务时长1条"
    assert record_outstanding() == "已补记服务时长0条"
    assert ServiceRecord.objects.get().volunteer.resident == today.lin
