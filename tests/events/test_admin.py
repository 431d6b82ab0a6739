from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events import admin as events_admin
from events.admin_paging import BySession
from events.models import Attendance, DoorCode, Event, Excuse, Registration, Session, SheetLine

from ..town import resident


def url(name, *args):
    return reverse(f"admin:events_{name}", args=args)


def fields(town, **more):
    start = timezone.localtime() + timedelta(days=4)
    return {
        "read_version": "0", "title": "太极拳", "kind": "sport", "unit": town.community.pk, "place": "广场",
        "audience": "everyone", "needs_registration": "on", "open_to_unconfirmed": "on",
        "sessions-TOTAL_FORMS": "1", "sessions-INITIAL_FORMS": "0", "sessions-MIN_NUM_FORMS": "0",
        "sessions-MAX_NUM_FORMS": "1000", "sessions-0-starts_at_0": f"{start:%Y-%m-%d}",
        "sessions-0-starts_at_1": "15:00", "sessions-0-ends_at_0": f"{start:%Y-%m-%d}",
        "sessions-0-ends_at_1": "16:00", "sessions-0-places": "12",
    } | more  # fmt: skip


def test_an_event_with_a_session_is_kept_by_the_operations(signed_in, town):
    staff = signed_in(town.staff)
    assert staff.get(url("event_add")).status_code == 200
    assert staff.post(url("event_add"), fields(town)).status_code == 302
    event = Event.objects.get(title="太极拳")
    assert (event.created_by, event.title_pinyin) == (town.staff, "taijiquan tjq")
    assert event.sessions.get().community == town.community
    staff.post(url("event_changelist"), {"action": "publish", "_selected_action": [event.pk]})
    assert Event.objects.get(pk=event.pk).published_by == town.staff


def test_a_stale_form_of_the_back_office_is_refused(signed_in, town):
    staff, page = signed_in(town.staff), url("event_change", town.choir.pk)
    none = {"sessions-TOTAL_FORMS": "0"}
    assert staff.get(page).status_code == 200
    assert staff.post(page, fields(town, title="甲", **none)).status_code == 302
    assert staff.post(page, fields(town, title="乙", **none)).status_code == 422
    assert Event.objects.get(pk=town.choir.pk).title == "甲"


def test_a_session_that_ends_before_it_starts_is_refused(signed_in, town):
    answer = signed_in(town.staff).post(url("event_add"), fields(town, **{"sessions-0-ends_at_1": "14:00"}))
    assert answer.status_code == 422
    assert not Event.objects.filter(title="太极拳").exists()


@pytest.mark.parametrize("model", ["event", "registration", "attendance", "excuse", "sheetline"])
def test_the_next_community_sees_nothing(signed_in, town, model):
    place = Registration.objects.create(session=town.choir_monday, resident=town.lin, by=town.staff)
    there = Attendance.objects.create(session=town.choir_monday, resident=town.lin, by=town.staff)
    leave = Excuse.objects.create(session=town.choir_monday, resident=town.lin, reason="住院", by=town.staff)
    line = SheetLine.objects.create(session=town.choir_monday, resident=town.lin, number=1)
    row = {
        "event": town.choir,
        "registration": place,
        "attendance": there,
        "excuse": leave,
        "sheetline": line,
    }[model]
    assert signed_in(town.staff).get(url(f"{model}_change", row.pk)).status_code == 200
    assert "社区合唱" in signed_in(town.staff).get(url(f"{model}_changelist")).content.decode()
    next_door = signed_in(town.neighbour_staff)
    assert next_door.get(url(f"{model}_change", row.pk)).status_code == 404
    assert "社区合唱" not in next_door.get(url(f"{model}_changelist")).content.decode()


def test_names_are_not_for_the_operator(signed_in, town):
    Registration.objects.create(session=town.choir_monday, resident=town.lin, by=town.staff)
    for person in (town.operator, town.officer):
        assert signed_in(person).get(url("registration_changelist")).status_code == 403
        assert signed_in(person).get(reverse("events:roll", args=[town.choir_monday.pk])).status_code == 403


def test_a_branch_secretary_sees_the_branch_s_events_only(signed_in, town):
    secretary = signed_in(town.branch_secretary)
    assert secretary.get(url("event_change", town.choir.pk)).status_code == 404
    Event.objects.filter(pk=town.choir.pk).update(organiser=town.branch)
    assert secretary.get(url("event_change", town.choir.pk)).status_code == 200


def test_records_are_read_only(signed_in, town):
    there = Attendance.objects.create(session=town.choir_monday, resident=town.lin, by=town.staff)
    staff = signed_in(town.staff)
    assert staff.post(url("attendance_change", there.pk), {"as_helper": "on"}).status_code == 403
    assert staff.get(url("attendance_add")).status_code == 403
    assert staff.get(url("event_delete", town.choir.pk)).status_code == 403
    assert not Attendance.objects.get().as_helper


def test_many_sessions_cost_no_more_queries(signed_in, town, django_assert_max_num_queries):
    staff = signed_in(town.staff)

    def cost():
        with django_assert_max_num_queries(30) as seen:
            assert staff.get(url("registration_changelist")).status_code == 200
        return len(seen)

    Registration.objects.create(session=town.choir_monday, resident=town.lin, by=town.staff)
    cost()
    few = cost()
    for n in range(12):
        session = Session.objects.create(event=town.choir, community=town.community,
                                         starts_at=timezone.now() + timedelta(days=n + 2),
                                         ends_at=timezone.now() + timedelta(days=n + 2, hours=1))  # fmt: skip
        Registration.objects.create(session=session, resident=town.lin, by=town.staff)
    assert cost() == few


def test_who_came_is_found_as_in_the_register(town, signed_in):
    session = Session.objects.filter(event__unit=town.community).first() or town.choir_monday
    attendance = Attendance.objects.create(
        session=session, resident=town.lin, at=session.starts_at, by=town.staff
    )
    address = reverse("admin:events_attendance_changelist")
    for typed in ("林秀", "linxiuying", "lxy", session.event.title[:2]):
        assert list(signed_in(town.staff).get(address, {"q": typed}).context["cl"].result_list) == [
            attendance
        ]
    assert signed_in(town.staff).get(address, {"q": "没有"}).context["cl"].result_count == 0
    assert signed_in(town.staff).get(address).context["cl"].result_count == 1
    assert signed_in(town.neighbour_staff).get(address).context["cl"].result_count == 0


def held(town, days, count, unit=None):
    """A session so many days from now with `count` people in it, and their rows, the last made first."""
    starts_at = timezone.now() + timedelta(days=days)
    session = Session.objects.create(
        event=town.choir,
        community=unit or town.community,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
    )
    people = [resident(f"甲{chr(0x4E00 + number)}", town.east, town.community) for number in range(count)]
    rows = [Registration.objects.create(session=session, resident=one, by=town.staff) for one in people]
    return rows[::-1]


def listed(client, model="registration", **asked):
    answer = client.get(url(f"{model}_changelist"), asked)
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


def test_the_newest_session_stands_first_whenever_its_rows_were_written(signed_in, town):
    late, soon, past = held(town, 9, 3), held(town, 2, 2), held(town, -5, 2)
    assert listed(signed_in(town.staff)) == late + soon + past


def test_pages_show_every_row_once(signed_in, town, monkeypatch):
    monkeypatch.setattr(BySession, "FIRST", 1)  # session by session, then four
    monkeypatch.setattr(events_admin.RegistrationAdmin, "list_per_page", 3)
    rows = [row for days in (9, 8, 7, 6, 5) for row in held(town, days, 2)]
    staff = signed_in(town.staff)
    assert [listed(staff, p=number) for number in (1, 2, 3, 4)] == [rows[:3], rows[3:6], rows[6:9], rows[9:]]


def test_a_filter_looks_through_all_sessions(signed_in, town, monkeypatch):
    monkeypatch.setattr(BySession, "FIRST", 1)
    held(town, 9, 2)
    ended = held(town, 1, 2)[1]
    Registration.objects.filter(pk=ended.pk).update(cancelled_at=timezone.now())
    assert listed(signed_in(town.staff), state="ended") == [ended]


def test_the_next_community_s_list_stays_empty(signed_in, town):
    held(town, 9, 2)
    assert listed(signed_in(town.neighbour_staff)) == []


def test_a_column_may_be_sorted_by(signed_in, town):
    first, second = held(town, 9, 1), held(town, 2, 1)
    assert listed(signed_in(town.staff), o="4") == first + second


def test_a_code_is_named_but_not_shown(signed_in, town):
    code = DoorCode.objects.create(resident=town.lin, number="12345674", changed_by=town.staff)
    for page in (url("doorcode_changelist"), url("doorcode_change", code.pk)):
        text = signed_in(town.staff).get(page).content.decode()
        assert "林秀英" in text
        assert "12345674" not in text
    assert signed_in(town.neighbour_staff).get(url("doorcode_change", code.pk)).status_code == 404


@pytest.mark.parametrize("late", ["late", "corrected"])
def test_what_was_entered_late_or_corrected_is_found(signed_in, town, late):
    Attendance.objects.create(
        session=town.choir_monday,
        resident=town.lin,
        by=town.staff,
        late_reason="漏抄",
        hours=1,
        hours_reason="提前走",
    )
    Attendance.objects.create(session=town.choir_monday, resident=town.wang, by=town.staff)
    text = signed_in(town.staff).get(url("attendance_changelist"), {"late": late}).content.decode()
    assert "林秀英" in text
    assert "王建国" not in text
