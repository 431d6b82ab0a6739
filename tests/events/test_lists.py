"""Lists for spreadsheets and paper."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts.models import Activity, Look
from events import operations
from events.models import Event, Session
from residents.models import Resident
from surveys.models import Answer, Question, Response
from surveys.operations import create_survey


def sheet(answer):
    body = b"".join(answer.streaming_content)
    return CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()


@pytest.fixture
def signed_up(town):
    """Lin, who answered a question with what would be a formula."""
    one = operations.sign_up(pool=town.choir_monday, resident=town.lin, by=town.staff)
    survey = create_survey(unit=town.community, title="报名", purpose="sign_up", by=town.staff)
    Event.objects.filter(pk=town.choir.pk).update(questions=survey)
    question = Question.objects.create(survey=survey, text="衣服尺码", kind="words")
    response = Response.objects.create(
        survey=survey, resident=town.lin, cause=f"signup:{one.pk}", about_on=timezone.localdate()
    )
    Answer.objects.create(response=response, question=question, text="=1+1")
    return one


def test_registrations_with_answers_and_masked_phones(signed_in, town, signed_up):
    rows = sheet(signed_in(town.staff).post(reverse("events:registrations_file", args=[town.choir.pk])))
    line = dict(zip(rows[0], rows[1], strict=True))
    assert (line["姓名"], line["电话"], line["衣服尺码"]) == ("林秀英", "154****0021", "=1+1")
    assert len(rows) == 2
    assert Activity.objects.get(act="events.export").detail == {"what": "registrations", "rows": 1}


def test_full_phones_need_a_purpose_that_is_kept(signed_in, town, signed_up):
    staff, address = signed_in(town.staff), reverse("events:spreadsheets", args=[town.choir.pk])
    assert staff.post(address, {"purpose": "visit", "words": ""}).status_code == 422
    assert not Look.objects.exists()
    rows = sheet(staff.post(address, {"purpose": "visit", "words": "通知改期"}))
    assert "154 0000 0021" in rows[1]
    seen = Look.objects.get()
    assert (seen.rows, seen.subject) == (1, f"events.event:{town.choir.pk}")
    assert "通知改期" in seen.purpose


def test_attendance_of_people_and_sessions(signed_in, town):
    now = timezone.now()
    for person in (town.lin, town.wang):
        operations.sign_up(pool=town.choir_monday, resident=person, by=town.staff)
    Session.objects.filter(pk=town.choir_monday.pk).update(
        starts_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=1)
    )
    town.choir_monday.refresh_from_db()
    operations.check_in(session=town.choir_monday, resident=town.lin, by=town.staff)
    rows = sheet(signed_in(town.staff).post(reverse("events:attendance_file", args=[town.choir.pk])))
    found = {row[0]: row[2:] for row in rows[1:]}
    assert found["林秀英"] == ["✓", 1, 0, 0]
    assert found["王建国"] == ["未到", 0, 0, 1]
    assert found["到场合计"][:2] == [1, 1]


def test_who_may_not_manage_takes_nothing_out(signed_in, town):
    Event.objects.filter(pk=town.choir.pk).update(unit=town.east_building)
    head = signed_in(town.head)
    for name in ("registrations_file", "attendance_file"):
        assert head.post(reverse(f"events:{name}", args=[town.choir.pk])).status_code == 403
    assert not Activity.objects.filter(act="events.export").exists()


def test_a_badge_for_everybody_with_the_number_of_the_door_list(signed_in, town):
    Event.objects.filter(pk=town.choir.pk).update(most_seats=3)
    Session.objects.filter(pk=town.choir_monday.pk).update(places=10)
    town.choir_monday.refresh_from_db()
    operations.sign_up(pool=town.choir_monday, resident=town.lin, by=town.staff, companions=1)
    Resident.objects.filter(pk=town.lin.pk).update(name="<b>林秀英")
    staff = signed_in(town.staff)
    page = staff.get(reverse("events:badges", args=[town.choir_monday.pk])).content.decode()
    assert page.count('class="name-badge"') == 2
    assert "&lt;b&gt;林秀英" in page
    assert "001-1" in page
    door = staff.get(reverse("events:door_list", args=[town.choir_monday.pk])).content.decode()
    assert "共2人有名额" in door
