"""How an event stands, as the desk shows it."""

from datetime import date, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from config.charts import columns, scale_of
from events import glance, operations
from events.models import Event, Session
from residents.models import Resident
from tests.town import resident


def held(town):
    """Lin came, Wang did not, Zhou waited in vain."""
    for person in (town.lin, town.wang):
        operations.sign_up(pool=town.choir_monday, resident=person, by=town.staff)
    zhou = resident("周明", town.east_building, town.community)
    operations.sign_up(pool=town.choir_monday, resident=zhou, by=town.staff, wait=True)
    now = timezone.now()
    Session.objects.filter(pk=town.choir_monday.pk).update(
        starts_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=1)
    )
    town.choir_monday.refresh_from_db()
    operations.check_in(session=town.choir_monday, resident=town.lin, by=town.staff)


def test_the_desk_counts_who_has_a_place_waits_came_and_was_absent(town):
    held(town)
    assert glance.in_all(town.choir) == {"placed": 2, "offered": 0, "waiting": 1, "times": 1, "people": 1}
    assert glance.by_session([town.choir_monday])[town.choir_monday.pk] == {"waiting": 1, "absent": 1}


def test_ages_fall_into_their_bands(town):
    held(town)
    today = timezone.localdate()
    for born_on, label in [
        (date(today.year - 18, today.month, today.day), "18–34岁"),
        (date(today.year - 18, today.month, today.day) + timedelta(days=1), "未满18岁"),
        (date(today.year - 80, 1, 1), "80岁及以上"),
        (None, "不详"),
    ]:
        Resident.objects.filter(pk=town.lin.pk).update(born_on=born_on)
        drawn = {one.label: one.value for one in glance.came_by_age(town.choir)}
        assert {name for name, value in drawn.items() if value} == {label}


def test_names_in_the_history_are_for_who_checks_people_in(signed_in, town):
    operations.sign_up(pool=town.choir_monday, resident=town.lin, by=town.lin_user)
    address = reverse("events:history", args=[town.choir.pk])
    assert "林秀英" in signed_in(town.staff).get(address).content.decode()
    assert "林秀英" not in signed_in(town.officer).get(address).content.decode()


def test_too_few_people_are_pointed_out_before_the_day(signed_in, town):
    Event.objects.filter(pk=town.choir.pk).update(minimum=9)
    page = signed_in(town.staff).get(reverse("events:desk_event", args=[town.choir.pk])).content.decode()
    assert "至少需9人" in page


def test_many_people_take_no_more_queries(signed_in, town):
    held(town)
    staff, address = signed_in(town.staff), reverse("events:desk_event", args=[town.choir.pk])
    staff.get(address)
    with CaptureQueriesContext(connection) as few:
        staff.get(address)
    starts_at = timezone.now() + timedelta(days=1)
    for sign in "一二三四五六":
        session = Session.objects.create(
            event=town.choir, community=town.community, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1)
        )  # fmt: skip
        person = resident(f"周{sign}", town.east_building, town.community)
        operations.sign_up(pool=session, resident=person, by=town.staff)
    with CaptureQueriesContext(connection) as many:
        page = staff.get(address).content.decode()
    assert "办理记录" in page
    assert len(many) <= len(few)


def test_charts_stand_beside_their_numbers(signed_in, town):
    held(town)
    page = signed_in(town.staff).get(reverse("events:numbers", args=[town.choir.pk])).content.decode()
    assert page.count("<svg viewBox") == 2  # the age groups are bars beside their words
    assert page.count("<figcaption") == 3


def test_columns_stay_inside_their_box():
    chart = columns([(str(number), number) for number in range(50)])
    assert chart.top == 50
    assert all(chart.upper <= one.y <= chart.base and one.x + one.width <= 600 for one in chart.columns)
    assert sum(one.is_named for one in chart.columns) <= 12
    assert 1 <= sum(one.is_key for one in chart.columns) <= 6
    assert all(one.is_named for one in chart.columns if one.is_key)
    assert not columns([])
    assert [scale_of(number) for number in (1, 3, 11, 99, 500)] == [1, 5, 20, 100, 500]
