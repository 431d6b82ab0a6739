"""The sheet on paper: numbered once, and keyed in by line."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events import operations, sheets
from events.models import Attendance, Session, SheetLine
from residents.models import Resident


@pytest.fixture
def tonight(town):
    start = timezone.now() - timedelta(minutes=5)
    operations.register(session=town.choir_monday, resident=town.lin, by=town.lin_user)
    Session.objects.filter(pk=town.choir_monday.pk).update(
        starts_at=start, ends_at=start + timedelta(hours=2)
    )
    town.choir_monday.refresh_from_db()
    return town.choir_monday


def at(session, name):
    return reverse(f"events:{name}", args=[session.pk])


def numbered(staff, session):
    staff.post(at(session, "number_lines"))
    return {line.resident_id: line.number for line in SheetLine.objects.filter(session=session)}


def test_a_number_once_given_stays(signed_in, town, tonight):
    staff = signed_in(town.staff)
    assert numbered(staff, tonight)[town.lin.pk] == 1
    operations.check_in(session=tonight, resident=town.wang, by=town.staff)
    again = numbered(staff, tonight)
    assert (again[town.lin.pk], again[town.wang.pk]) == (1, 10)
    page = staff.get(at(tonight, "sheet")).content.decode()
    assert sheets.code_of(tonight, 10) in page


def test_what_is_typed_is_read(town, tonight):
    assert sheets.read("1 2 5-9 12", tonight) == ({1, 2, 5, 6, 7, 8, 9, 12}, [])
    assert sheets.read("１、2，5至7", tonight) == ({1, 2, 5, 6, 7}, [])
    assert sheets.read(f"{sheets.code_of(tonight, 7).lower()}", tonight) == ({7}, [])


@pytest.mark.parametrize("typed", ["x", "9-5", "0", "99999", "1--2", "2001"])
def test_what_is_no_line_is_said_and_the_rest_stays(tonight, typed):
    numbers, unknown = sheets.read(f"3 {typed} 4", tonight)
    assert ({3, 4} <= numbers, len(unknown)) == (True, 1)


def test_the_letter_of_another_sheet_is_noticed(town, tonight):
    right = sheets.check_letter(tonight, 7)
    wrong = next(letter for letter in sheets.LETTERS if letter != right)
    assert sheets.read(f"7{wrong}", tonight)[0] == set()


def test_looking_first_then_all_in_one_act(signed_in, town, tonight):
    staff = signed_in(town.staff)
    numbered(staff, tonight)
    preview = staff.post(at(tonight, "key_in"), {"typed": "1"})
    assert "林秀英" in preview.content.decode()
    assert not Attendance.objects.exists()
    for _tap in range(2):
        answer = staff.post(at(tonight, "key_in"), {"line": "1", "act": "save"})
        assert answer.status_code == 302
    assert Attendance.objects.get().how == "paper"


def test_an_unknown_line_is_said_and_the_others_are_kept(signed_in, town, tonight):
    staff = signed_in(town.staff)
    numbered(staff, tonight)
    preview = staff.post(at(tonight, "key_in"), {"typed": "1 77"})
    assert preview.status_code == 422
    assert [line["number"] for line in preview.context["known"]] == [1]
    assert "77" in preview.context["unknown"][0]
    assert staff.post(at(tonight, "key_in"), {"typed": "77"}).status_code == 422
    assert staff.post(at(tonight, "key_in"), {"typed": ""}).status_code == 422


def test_names_on_empty_lines(signed_in, town, tonight):
    staff = signed_in(town.staff)
    numbered(staff, tonight)
    asked = staff.post(at(tonight, "key_in"), {"typed": "2 3", "act": "save"})
    assert [row["asks"] for row in asked.context["named"]] == [True, True]
    filled = {"line": ["2", "3"], "name2": "王建国", "name3": "热心人", "act": "save"}
    asked = staff.post(at(tonight, "key_in"), filled)
    assert asked.context["named"][0]["people"] == [town.wang]  # which one it is has to be said
    assert asked.status_code == 422
    assert "请写明每一行是谁" in asked.text
    assert staff.post(at(tonight, "key_in"), filled | {"who2": str(town.wang.pk)}).status_code == 302
    there = set(Attendance.objects.live().values_list("resident__name", flat=True))
    assert there == {"王建国", "热心人"}
    assert Resident.objects.get(name="热心人").state == "outside"
    staff.post(at(tonight, "key_in"), {"line": ["2", "3"], "act": "save"})  # the lines are theirs now
    assert Attendance.objects.count() == 2


def test_nobody_is_chosen_who_does_not_bear_the_name(signed_in, town, tonight):
    staff = signed_in(town.staff)
    numbered(staff, tonight)
    forged = {"line": "2", "name2": "王建国", "who2": str(town.zhao.pk), "act": "save"}
    assert staff.post(at(tonight, "key_in"), forged).status_code == 422
    assert not Attendance.objects.exists()


def test_after_a_week_a_reason_is_asked(signed_in, town, tonight):
    staff = signed_in(town.staff)
    numbered(staff, tonight)
    start = timezone.now() - timedelta(days=9)
    Session.objects.filter(pk=tonight.pk).update(starts_at=start, ends_at=start + timedelta(hours=1))
    page = staff.post(at(tonight, "key_in"), {"line": "1", "act": "save"})
    assert page.status_code == 422
    assert '<input id="why" name="reason"' in page.text  # where it is asked for it can be given
    staff.post(at(tonight, "key_in"), {"line": "1", "act": "save", "reason": "纸质名单补录"})
    assert Attendance.objects.get().late_reason == "纸质名单补录"


@pytest.mark.parametrize("line", ["x", "-1", "9" * 30, "１"])
def test_ticks_that_are_none(signed_in, town, tonight, line):
    assert signed_in(town.staff).post(at(tonight, "key_in"), {"line": line}).status_code == 404
