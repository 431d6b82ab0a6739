"""The duty roster: who is on duty, what nobody covers, repeating a week."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from community import content_operations as operations
from community.duty import week
from community.models import Duty
from config.errors import DomainError

MONDAY = date(2026, 11, 16)


def at(day, hour, minute=0):
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def duty(town, day, start, end, holder=None):
    return Duty.objects.create(
        unit=town.community,
        holder=holder or town.staff,
        starts_at=at(day, start),
        ends_at=at(day, end),
        phone="0722-3000009",
    )


def hours(day):
    return [(timezone.localtime(start).hour, timezone.localtime(end).hour) for start, end in day.gaps]


def test_a_week_shows_who_and_what_is_missing(town):
    for number in range(5):
        day = MONDAY + timedelta(days=number)
        duty(town, day, 8, 12)
        if number != 2:  # nobody on Wednesday afternoon
            duty(town, day, 14, 18)
    days = week(town.community, MONDAY)
    assert [len(day.duties) for day in days] == [2, 2, 1, 2, 2, 0, 0]
    assert [hours(day) for day in days] == [[], [], [(12, 18)], [], [], [], []]  # the noon pause is no gap


def test_two_at_the_same_time_are_both_there(client, town):
    today = timezone.localdate()
    duty(town, today, 0, 23)
    duty(town, today, 0, 23, holder=town.secretary)
    text = client.get("/wenfeng/duty/").text
    assert "社工" in text
    assert "书记" in text


def test_who_is_on_duty_now(client, town):
    now = timezone.now()
    Duty.objects.create(
        unit=town.community,
        holder=town.staff,
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=1),
    )
    Duty.objects.create(
        unit=town.community,
        holder=town.secretary,
        starts_at=now + timedelta(hours=1),
        ends_at=now + timedelta(hours=2),
    )
    assert [row.holder for row in client.get("/wenfeng/duty/").context["on_duty"]] == [town.staff]


@pytest.mark.parametrize("asked", ["x", "0001-01-01", "9999-12-31", "2026-13-01", "-1"])
def test_a_week_far_away_is_not_found(client, town, asked):
    assert client.get("/wenfeng/duty/", {"week": asked}).status_code == 404


def test_it_repeats_every_week_and_a_second_time_adds_nothing(town):
    first = duty(town, MONDAY, 8, 12)
    until = MONDAY + timedelta(days=28)
    assert len(operations.repeat_weekly(duty=first, until=until, by=town.staff)) == 4
    assert operations.repeat_weekly(duty=first, until=until, by=town.staff) == []
    last = Duty.objects.order_by("starts_at").last()
    assert (last.starts_at, last.phone) == (at(until, 8), "0722-3000009")


@pytest.mark.parametrize("days", [-1, 0, 6, 367])
def test_it_repeats_for_a_week_at_least_and_a_year_at_most(town, days):
    with pytest.raises(DomainError):
        operations.repeat_weekly(
            duty=duty(town, MONDAY, 8, 12), until=MONDAY + timedelta(days=days), by=town.staff
        )


def test_when_nobody_is_on_duty_the_telephone_is_one_tap_away(client, town):
    text = client.get("/wenfeng/duty/").text
    assert "现在不是值班时间。有急事请打电话。" in text
    assert 'class="btn call" href="tel:07223000001"' in text
