"""What anybody may read about helping: sums, what comes next, how to join; nobody's name."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from events.models import Attendance, Event, Session
from volunteers.operations import record_service, withdraw_service

from ..town import resident

ADDRESS = "/wenfeng/volunteers/"


def helped(town, who, hours, times, community=None):
    """`times` services of the first of January."""
    start = timezone.make_aware(datetime(timezone.localdate().year, 1, 1, 8))
    for number in range(times):
        record_service(
            resident=who, community=community or town.community, starts_at=start, ends_at=start + timedelta(hours=2),
            hours=Decimal(hours), what="清扫楼道", place="东苑", cause=f"test:{who.pk}:{number}", by=town.staff,
        )  # fmt: skip


def volunteer_event(town, number, **fields):
    event = Event.objects.create(
        unit=town.community, kind="volunteer", title=f"清洁日{number}", place="广场", created_by=town.staff,
        published_at=timezone.now(), published_by=town.staff, **fields,
    )  # fmt: skip
    start = timezone.now() + timedelta(days=number + 1)
    return Session.objects.create(
        event=event, community=town.community, starts_at=start, ends_at=start + timedelta(hours=1)
    )


def test_without_volunteers_it_says_how_to_join(town, client):
    page = client.get(ADDRESS)
    assert page.status_code == 200
    assert page.context["months"] == []
    assert "怎样参加" in page.content.decode()


def test_sums_of_the_year_and_nobody_s_name(town, client):
    helped(town, town.lin, "1.5", 2)
    helped(town, town.wang, 1, 2)
    withdraw_service(cause=f"test:{town.wang.pk}:1", by=town.staff)
    page = client.get(ADDRESS)
    month = {"month": 1, "people": 2, "times": 3, "hours": Decimal(4)}
    assert page.context["sums"] == {"people": 2, "times": 3, "hours": Decimal(4)}
    assert [row.items() >= month.items() for row in page.context["months"]] == [True]
    assert page.context["registered"] == 2
    text = page.content.decode()
    assert [name for name in ("林秀英", "王建国", "林*英", "王*国", "V-") if name in text] == []


def test_the_next_community_s_hours_stay_there(town, client):
    helped(town, town.zhao, 1, 1, town.neighbour)
    assert client.get(ADDRESS).context["registered"] == 0
    assert client.get("/shunjing/volunteers/").context["sums"]["hours"] == 1
    assert client.get("/nowhere/volunteers/").status_code == 404


def test_what_comes_next_is_volunteer_work_that_stands(town, client):
    stands, off = volunteer_event(town, 1), volunteer_event(town, 2)
    Session.objects.filter(pk=off.pk).update(
        cancelled_at=timezone.now(), cancelled_by=town.staff, cancel_reason="雨"
    )
    page = client.get(ADDRESS)
    assert [row["pk"] for row in page.context["rows"]] == [stands.pk]


def test_fields_are_the_kinds_of_events_people_helped_at(town, client):
    session = volunteer_event(town, 0)
    Session.objects.filter(pk=session.pk).update(starts_at=timezone.now())
    Attendance.objects.create(session=session, resident=town.lin, by=town.staff, as_helper=True)
    Attendance.objects.create(session=session, resident=town.wang, by=town.staff)
    assert [times for _kind, times in client.get(ADDRESS).context["fields"]] == [1]


def test_the_number_of_queries_stays_small(town, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(9) as few:
        client.get(ADDRESS)
    for number, name in enumerate("张李赵刘陈杨黄周"):
        volunteer_event(town, number)
        helped(town, resident(f"{name}小明", town.east_building, town.community, sex="f"), 1, 2)
    with django_assert_max_num_queries(9) as many:
        client.get(f"{ADDRESS}?again")
    assert len(few.captured_queries) == len(many.captured_queries) > 3
