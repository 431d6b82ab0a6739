"""How long people stayed, who did not come, and who was expected."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from config.errors import DomainError
from events import operations
from events.models import Attendance, Event, Excuse, Registration, Session
from events.operations.expected import times_absent
from events.operations.rewards import award_outstanding, record_outstanding
from points.models import Account
from volunteers.models import ServiceRecord

from ..points.conftest import give_points


def at(session, name):
    return reverse(f"events:{name}", args=[session.pk])


def fresh(town):
    rows = Session.objects.select_related("event__unit", "event__organiser", "community")
    return rows.get(pk=town.choir_monday.pk)


def put(town, begun, lasts=timedelta(hours=4)):
    """The session began `begun` ago."""
    start = timezone.now() - begun
    Session.objects.filter(pk=town.choir_monday.pk).update(starts_at=start, ends_at=start + lasts)
    return fresh(town)


@pytest.fixture
def staying(town):
    """An event where people check out, begun three hours ago."""
    give_points(town)
    Event.objects.filter(pk=town.choir.pk).update(needs_check_out=True)
    return put(town, timedelta(hours=3))


def came(town, session, hours, person=None, as_helper=True):
    there = operations.check_in(
        session=session, resident=person or town.lin, by=town.staff, as_helper=as_helper
    )
    Attendance.objects.filter(pk=there.pk).update(at=timezone.now() - timedelta(hours=hours, minutes=5))
    return Attendance.objects.select_related("session__event__unit", "resident").get(pk=there.pk)


def points(person):
    return sum(Account.objects.filter(resident=person).values_list("posted", flat=True))


def test_hours_and_points_follow_when_somebody_leaves(town, staying):
    there = came(town, staying, hours=2)
    assert (points(town.lin), ServiceRecord.objects.count()) == (0, 0)
    for _tap in range(2):
        operations.check_out(attendance=there, by=town.staff)
    assert ServiceRecord.objects.get().hours == Decimal("2.0")
    assert points(town.lin) == 4


def test_the_clock_gives_nothing_before(town, staying):
    came(town, staying, hours=2)
    record_outstanding()
    award_outstanding()
    assert (points(town.lin), ServiceRecord.objects.count()) == (0, 0)


def test_still_here_takes_it_back(town, staying):
    there = operations.check_out(attendance=came(town, staying, hours=1), by=town.staff)
    again = operations.undo_check_out(attendance=there, by=town.staff)
    assert (points(town.lin), ServiceRecord.objects.living().count()) == (0, 0)
    assert Attendance.objects.live().get() == again
    operations.check_out(attendance=again, by=town.staff)
    assert points(town.lin) == 2


def test_hours_corrected_with_a_reason(signed_in, town, staying):
    there = operations.check_out(attendance=came(town, staying, hours=1), by=town.staff)
    staff = signed_in(town.staff)
    staff.post(at(staying, "correct_hours"), {"attendance": there.pk, "hours": "2.5", "reason": ""})
    assert ServiceRecord.objects.living().get().hours == 1
    staff.post(at(staying, "correct_hours"), {"attendance": there.pk, "hours": "2.5", "reason": "提前布置"})
    assert ServiceRecord.objects.living().get().hours == Decimal("2.5")
    assert points(town.lin) == 5
    corrected = Attendance.objects.live().get()
    assert (corrected.hours_reason, corrected.left_at) == ("提前布置", there.left_at)
    operations.undo_check_in(attendance=corrected, by=town.staff)
    assert (points(town.lin), ServiceRecord.objects.living().count()) == (0, 0)


@pytest.mark.parametrize("hours", ["", "x", "NaN", "Infinity", "0.3", "99"])
def test_hours_that_are_none(signed_in, town, staying, hours):
    there = came(town, staying, hours=1)
    answer = signed_in(town.staff).post(
        at(staying, "correct_hours"), {"attendance": there.pk, "hours": hours, "reason": "更正"}
    )
    assert answer.status_code == 422
    assert "时长以半小时为单位" in answer.text
    assert 'value="更正"' in answer.text  # nothing typed is lost
    assert Attendance.objects.get().hours is None


@pytest.mark.parametrize("hours", ["-1", "24.5", "1.3"])
def test_hours_that_cannot_be(town, staying, hours):
    with pytest.raises(DomainError):
        operations.correct_hours(
            attendance=came(town, staying, hours=1), hours=Decimal(hours), reason="更正", by=town.staff
        )


def test_who_never_checked_out_is_listed_and_left_at_the_end(signed_in, town, staying):
    came(town, staying, hours=1)
    staff = signed_in(town.staff)
    assert len(staff.get(at(staying, "presence")).context["still_in"]) == 1
    staff.post(at(staying, "presence"))
    assert Attendance.objects.live().get().left_at is None  # not over yet
    put(town, timedelta(hours=3), timedelta(hours=2, minutes=30))
    staff.post(at(staying, "presence"))
    assert Attendance.objects.live().get().left_at == fresh(town).ends_at


def test_when_they_left_is_keyed_in_from_the_sheet(signed_in, town, staying):
    there = came(town, staying, hours=2)
    left = timezone.localtime(there.at) + timedelta(minutes=62)
    data = {"attendance": there.pk, "left": f"{left:%H:%M}"}
    signed_in(town.staff).post(at(staying, "presence"), data)
    there.refresh_from_db()
    assert there.left_at == left.replace(second=0, microsecond=0)
    assert ServiceRecord.objects.get().hours == Decimal("1.0")


@pytest.mark.parametrize("left", ["", "25:00", "later", "10", "９９:００"])
def test_no_hour_is_a_sentence(signed_in, town, staying, left):
    there = came(town, staying, hours=2)
    page = signed_in(town.staff).post(at(staying, "presence"), {"attendance": there.pk, "left": left})
    assert page.status_code == 422
    assert "请填写离开时间" in page.content.decode()
    assert f'value="{left[:5]}" aria-invalid="true"' in page.content.decode()  # what was typed stays
    assert Attendance.objects.get().left_at is None


def test_a_line_that_is_gone_meanwhile_is_refused_on_top(signed_in, town, staying):
    there = came(town, staying, hours=2)
    operations.check_out(attendance=there, by=town.staff)
    data = {"attendance": there.pk, "hours": "2.3", "reason": "更正"}
    Attendance.objects.update(as_helper=False)
    page = signed_in(town.staff).post(at(staying, "correct_hours"), data)
    assert page.status_code == 422
    assert page.context["refusal"]


def test_a_refused_leave_keeps_what_was_typed(signed_in, town, staying):
    Registration.objects.create(session=staying, resident=town.wang, by=town.staff)
    staff, data = signed_in(town.staff), {"resident": town.wang.pk, "reason": "   "}
    page = staff.post(at(staying, "excuse"), data)
    assert page.status_code == 422
    assert 'value="   " aria-invalid="true"' in page.content.decode()
    operations.check_in(session=staying, resident=town.wang, by=town.staff)
    assert staff.post(at(staying, "excuse"), data | {"reason": "住院"}).context["refusal"]


@pytest.mark.parametrize("reason", ["身份证41130219500101123X", "手机15400000021没人接"])
def test_no_reason_holds_the_number_of_a_person(signed_in, town, staying, reason):
    Registration.objects.create(session=staying, resident=town.wang, by=town.staff)
    there, staff = came(town, staying, hours=2), signed_in(town.staff)
    page = staff.post(at(staying, "excuse"), {"resident": town.wang.pk, "reason": reason})
    assert page.status_code == 422
    hours = {"attendance": there.pk, "hours": "2.5", "reason": reason}
    assert staff.post(at(staying, "correct_hours"), hours).status_code == 422
    with pytest.raises(DomainError):
        operations.undo_check_in(attendance=there, by=town.staff, reason=reason)
    assert not Excuse.objects.exists()


def test_who_is_still_here_is_counted_and_one_tap_away(signed_in, town, staying):
    came(town, staying, hours=1)
    operations.check_out(attendance=came(town, staying, hours=1, person=town.wang), by=town.staff)
    page = signed_in(town.staff).get(at(staying, "roll"))
    assert (page.context["counts"]["still_in"], page.context["counts"]["left"]) == (1, 1)
    assert f'href="{at(staying, "presence")}">还没走' in page.content.decode()


def test_nobody_leaves_before_they_came(town, staying):
    there = came(town, staying, hours=1)
    with pytest.raises(DomainError):
        operations.check_out(attendance=there, by=town.staff, at=there.at - timedelta(minutes=10))


def test_only_where_people_check_out(town):
    session = put(town, timedelta(hours=1))
    there = operations.check_in(session=session, resident=town.lin, by=town.staff)
    with pytest.raises(DomainError):
        operations.check_out(attendance=there, by=town.staff)


def test_companions_are_there_until_somebody_counts_them(signed_in, town):
    operations.register(session=town.choir_monday, resident=town.lin, by=town.staff)
    Registration.objects.update(seats=3)
    session, staff = put(town, timedelta(minutes=5)), signed_in(town.staff)
    there = operations.check_in(session=session, resident=town.lin, by=town.staff)
    assert staff.get(at(session, "roll")).context["counts"]["present"] == 3
    staff.post(at(session, "companions"), {"attendance": there.pk, "companions": "1"})
    assert staff.get(at(session, "roll")).context["counts"]["present"] == 2
    staff.post(at(session, "companions"), {"attendance": there.pk, "companions": "3"})
    assert Attendance.objects.get().companions == 1
    answer = staff.post(at(session, "companions"), {"attendance": there.pk, "companions": "x"})
    assert answer.status_code == 404


@pytest.fixture
def meeting(town):
    Event.objects.filter(pk=town.choir.pk).update(kind="party", organiser=town.branch)
    return put(town, timedelta(minutes=5))


def test_members_of_the_branch_are_expected(signed_in, town, meeting):
    staff = signed_in(town.staff)
    page = staff.get(at(meeting, "roll"))
    assert [person["name"] for person in page.context["people"]] == ["王建国"]
    assert (page.context["counts"]["expected"], page.context["counts"]["expected_present"]) == (1, 0)
    staff.post(at(meeting, "check_in"), {"resident": town.wang.pk})
    assert staff.get(at(meeting, "roll")).context["counts"]["expected_present"] == 1


def test_the_secretary_of_the_branch_calls_the_roll(signed_in, town, meeting):
    answer = signed_in(town.branch_secretary).post(at(meeting, "check_in"), {"resident": town.wang.pk})
    assert answer.status_code == 302
    assert Attendance.objects.get().resident == town.wang


def test_on_leave_with_a_reason(signed_in, town, meeting):
    staff = signed_in(town.staff)
    staff.post(at(meeting, "excuse"), {"resident": town.wang.pk, "reason": ""})
    assert not Excuse.objects.exists()
    for reason in ("住院", "外出"):
        staff.post(at(meeting, "excuse"), {"resident": town.wang.pk, "reason": reason})
    assert Excuse.objects.get().reason == "外出"
    page = staff.get(at(meeting, "absent"))
    assert page.context["excused"] == 1
    staff.post(at(meeting, "withdraw_excuse"), {"excuse": Excuse.objects.get().pk})
    assert staff.get(at(meeting, "absent")).context["excused"] == 0


def test_who_is_there_needs_no_excuse(town, meeting):
    operations.check_in(session=meeting, resident=town.wang, by=town.staff)
    with pytest.raises(DomainError):
        operations.excuse(session=meeting, resident=town.wang, reason="外出", by=town.staff)


def test_how_often_somebody_did_not_come(signed_in, town):
    operations.register(session=town.choir_monday, resident=town.lin, by=town.staff)
    assert times_absent(town.choir, [town.lin])[town.lin.pk] == 0
    session = put(town, timedelta(hours=5))
    assert times_absent(town.choir, [town.lin])[town.lin.pk] == 1
    assert signed_in(town.staff).get(at(session, "absent")).context["people"][0]["missed"] == 1
    operations.excuse(session=session, resident=town.lin, reason="住院", by=town.staff)
    assert times_absent(town.choir, [town.lin])[town.lin.pk] == 0


PAGES = ["wall", "key_in", "absent", "presence", "number_lines", "excuse", "check_out", "companions"]


@pytest.mark.parametrize("name", PAGES)
def test_the_next_community_finds_nothing(signed_in, town, name):
    client = signed_in(town.neighbour_staff)
    assert client.post(at(town.choir_monday, name)).status_code in {404, 405}
    assert client.get(at(town.choir_monday, name)).status_code in {404, 405}
