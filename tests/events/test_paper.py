"""Posters and certificates."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events.models import Attendance, Certificate, Event, Session
from events.operations import certificates


@pytest.fixture
def course(town):
    """Four lessons that are over: Lin came to three, Wang to one."""
    event = Event.objects.create(
        unit=town.community, kind="course", title="书法班", place="教室", created_by=town.staff,
        published_at=timezone.now(), published_by=town.staff, is_course=True,
    )  # fmt: skip
    for week in range(4):
        at = timezone.now() - timedelta(days=7 * week + 1)
        session = Session.objects.create(
            event=event, community=town.community, starts_at=at, ends_at=at + timedelta(hours=2)
        )
        for person, until in ((town.lin, 3), (town.wang, 1)):
            if week < until:
                Attendance.objects.create(session=session, resident=person, by=town.staff)
    return event


def test_who_came_half_of_the_times_gets_one(town, course):
    assert certificates.issue(event=course, by=town.staff) == 1
    paper = Certificate.objects.get()
    assert (paper.resident, paper.attended, paper.held, paper.hours, paper.number) == (town.lin, 3, 4, 6, 1)


def test_a_second_click_makes_no_other_paper(town, course, signed_in):
    client, page = signed_in(town.staff), f"/desk/events/{course.pk}/certificates/"
    for _click in range(2):
        client.post(f"{page}issue/")
    assert Certificate.objects.count() == 1
    assert "林秀英" in client.get(f"{page}print/").content.decode()
    assert "林秀英" in client.get(f"{page}print/?person={town.lin.pk}").content.decode()
    assert "林秀英" not in client.get(f"{page}print/?person={town.wang.pk}").content.decode()


def test_numbers_go_on_from_course_to_course(town, course):
    certificates.issue(event=course, by=town.staff)
    course.sessions.update(event=town.choir)
    Event.objects.filter(pk=town.choir.pk).update(kind="course")
    town.choir.refresh_from_db()
    town.choir_monday.delete()
    certificates.issue(event=town.choir, by=town.staff)
    assert sorted(Certificate.objects.values_list("number", flat=True)) == [1, 2]


def test_before_the_end_there_is_none(town, course, signed_in):
    Session.objects.filter(event=course).update(ends_at=timezone.now() + timedelta(days=1))
    signed_in(town.staff).post(f"/desk/events/{course.pk}/certificates/issue/")
    assert not Certificate.objects.exists()


def test_names_on_certificates_are_not_for_everybody(town, course, signed_in):
    page = f"/desk/events/{course.pk}/certificates/"
    assert signed_in(town.officer).get(page).status_code == 403
    assert signed_in(town.officer).get(f"{page}print/").status_code == 403
    assert signed_in(town.neighbour_staff).get(page).status_code == 404


def test_everybody_prints_their_own(town, course, signed_in):
    certificates.issue(event=course, by=town.staff)
    paper, mine = Certificate.objects.get(), "/my/certificates/"
    assert "书法班" in signed_in(town.lin_user).get(mine).text
    assert "林秀英" in signed_in(town.lin_user).get(f"{mine}{paper.pk}/").text
    assert "书法班" not in signed_in(town.wang_user).get(mine).text
    for other in (town.wang_user, town.staff):
        assert signed_in(other).get(f"{mine}{paper.pk}/").status_code == 404


def test_a_poster_leads_to_the_page(town, signed_in):
    client, page = signed_in(town.staff), f"/desk/events/{town.choir.pk}/poster/"
    shown = client.get(page).content.decode()
    assert "社区合唱" in shown
    assert "data:image/svg+xml" in shown
    Event.objects.filter(pk=town.choir.pk).update(is_internal=True)
    assert "data:image/svg+xml" not in client.get(page).content.decode()
    assert signed_in(town.neighbour_staff).get(page).status_code == 404


def test_inside_wechat_a_page_stands_for_the_file(town, client, settings):
    settings.KEPT_PAGES_SECONDS = 2
    address = f"/wenfeng/events/{town.choir.pk}.ics"
    answer = client.get(address, headers={"User-Agent": "Mozilla/5.0 MicroMessenger/8.0"})
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "社区合唱" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert client.get(address).headers["Content-Type"].startswith("text/calendar")


def test_inside_wechat_a_page_stands_for_the_calendar_of_the_community(town, client, settings):
    settings.KEPT_PAGES_SECONDS = 2
    address = "/wenfeng/events.ics"
    answer = client.get(address, headers={"User-Agent": "Mozilla/5.0 MicroMessenger/8.0"})
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "no-store" in answer.headers["Cache-Control"]
    assert "http://testserver/wenfeng/events.ics" in answer.text
    assert f'href="/wenfeng/events/{town.choir.pk}/"' in answer.text
    assert "在浏览器打开" in answer.text
    for agent in ("iOS/17.0 dataaccessd/1.0", "Mozilla/5.0 Thunderbird/128", ""):
        file = client.get(address, headers={"User-Agent": agent})
        assert file.headers["Content-Type"].startswith("text/calendar")
        assert (
            client.get(
                address, headers={"User-Agent": agent, "If-None-Match": file.headers["ETag"]}
            ).status_code
            == 304
        )


def test_an_event_that_nobody_may_see_is_on_no_page_inside_wechat(town, client):
    Event.objects.filter(pk=town.choir.pk).update(is_internal=True)
    answer = client.get("/wenfeng/events.ics", headers={"User-Agent": "MicroMessenger/8.0"})
    assert answer.status_code == 200
    assert "社区合唱" not in answer.text
    assert "近期没有安排" in answer.text
