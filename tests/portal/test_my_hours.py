"""What a volunteer sees of the own hours."""

from datetime import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from events.models import Attendance, Event, Session
from volunteers import operations
from volunteers.models import ServiceRecord, served


def at(hour, day=5, year=None):
    return timezone.make_aware(datetime(year or timezone.localdate().year, 1, day, hour))


def helped(t, resident, starts, ends, title="社区义诊"):
    """Somebody helped at a session, and it is recorded."""
    event = Event.objects.create(unit=t.community, kind="volunteer", title=title, place="广场", created_by=t.staff,
                                 published_at=starts, published_by=t.staff)  # fmt: skip
    session = Session.objects.create(event=event, community=t.community, starts_at=starts, ends_at=ends)
    attendance = Attendance.objects.create(session=session, resident=resident, as_helper=True, by=t.staff)
    return operations.record_service(
        resident=resident, community=t.community, starts_at=starts, ends_at=ends, hours=served(starts, ends), what=title,
        place="广场", cause=f"attendance:{attendance.pk}", by=t.staff,
    )  # fmt: skip


def page(signed_in, user, query=""):
    return signed_in(user).get("/my/hours/" + query)


def test_hours_stars_and_the_event_behind_each(town, signed_in, settings):
    settings.VOLUNTEER_STARS = [2, 10]
    row = helped(town, town.lin, at(9), at(11))
    helped(town, town.lin, at(9, year=2024), at(10, year=2024), "重阳慰问")
    answer = page(signed_in, town.lin_user)
    event = Attendance.objects.get(pk=row.cause.partition(":")[2]).session.event
    for words in (">3</b>", ">2</b>", "1 星志愿者", "还差 7 小时", "社区义诊", "重阳慰问", "2024年：", row.volunteer.number,
                  f'href="/wenfeng/events/{event.pk}/"'):  # fmt: skip
        assert words in answer.text, words
    assert answer["Cache-Control"] == "no-store, private"
    assert "社区义诊" not in page(signed_in, town.lin_user, "?year=2024").text


def test_what_does_not_count_says_why(town, signed_in):
    operations.withdraw(service=helped(town, town.lin, at(9), at(11)), by=town.staff, reason="误签")
    operations.record_by_hand(
        resident=town.lin, starts_at=at(8, 6, 2025), ends_at=at(9, 6, 2025), what="扫楼道", place="", reason="表",
        by=town.staff,
    )  # fmt: skip
    answer = page(signed_in, town.lin_user)
    assert "误签" in answer.text
    assert "由纸质登记补录" in answer.text
    assert answer.context["total"] == 0


def test_overlapping_records_are_said(town, signed_in):
    helped(town, town.lin, at(9), at(11))
    assert "重叠" not in page(signed_in, town.lin_user).text
    helped(town, town.lin, at(10), at(12), "读书会")
    assert "重叠" in page(signed_in, town.lin_user).text


def test_nobody_sees_the_hours_of_somebody_else(town, signed_in):
    helped(town, town.lin, at(9), at(11))
    assert "社区义诊" not in page(signed_in, town.wang_user).text
    assert page(signed_in, town.wang_user, f"?person={town.lin.pk}").status_code == 404
    assert page(signed_in, town.stranger).status_code == 200


def test_without_hours_the_page_says_how_to_get_some(town, signed_in):
    text = page(signed_in, town.lin_user).text
    assert "还没有服务时长" in text
    assert "/wenfeng/events/" in text
    assert signed_in(town.lin_user).get("/my/hours/print/").status_code == 404


@pytest.mark.parametrize(
    "query", ["?year=x", "?year=99999999999", "?year=1", "?before=x", "?before=999", "?before=" + "9" * 30]
)
def test_odd_addresses_show_the_page(town, signed_in, query):
    helped(town, town.lin, at(9), at(11))
    assert page(signed_in, town.lin_user, query).status_code == 200


@pytest.mark.parametrize("query", ["?person=x", "?person=999999"])
def test_odd_people_are_not_there(town, signed_in, query):
    assert page(signed_in, town.lin_user, query).status_code == 404


def test_a_year_on_paper(town, signed_in):
    helped(town, town.lin, at(9), at(11))
    helped(town, town.lin, at(9, year=2024), at(10, year=2024), "重阳慰问")
    answer = signed_in(town.lin_user).get("/my/hours/print/?year=2024")
    assert "重阳慰问" in answer.text
    assert "社区义诊" not in answer.text
    assert (answer.context["hours"], answer.context["total"]) == (Decimal(1), Decimal(3))


def test_the_page_asks_as_often_for_one_record_as_for_many(town, signed_in, django_assert_max_num_queries):
    helped(town, town.lin, at(9), at(11))
    client = signed_in(town.lin_user)
    client.get("/my/hours/")
    with django_assert_max_num_queries(12):
        client.get("/my/hours/")
    volunteer = ServiceRecord.objects.get().volunteer
    now = timezone.now()
    ServiceRecord.objects.bulk_create(
        ServiceRecord(volunteer=volunteer, community=town.community, day=at(9, day, 2025).date(), starts_at=at(9, day, 2025),
                      ends_at=at(10, day, 2025), hours=1, what=f"第{day}次", cause=f"attendance:{9000 + day}",
                      recorded_by=town.staff, verified_at=now, verified_by=town.staff)
        for day in range(1, 32)
    )  # fmt: skip
    with django_assert_max_num_queries(12):
        text = client.get("/my/hours/").text
    assert "第31次" in text
    assert "第1次" not in text
    last = list(ServiceRecord.objects.order_by("-day", "-pk").values_list("pk", flat=True))[29]
    older = client.get(f"/my/hours/?before={last}").text
    assert "第1次" in older
    assert "第31次" not in older


def test_my_pages_lead_to_the_hours(town, signed_in):
    helped(town, town.lin, at(9), at(11))
    text = signed_in(town.lin_user).get("/my/").text
    assert 'href="/my/hours/"' in text
    assert ">2</b>" in text
