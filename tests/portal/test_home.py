from datetime import timedelta

import pytest
from django.utils import timezone

from community.models import Duty, Honour, Notice
from events.models import Attendance, Event, Registration, Session


def test_the_start_page_offers_every_community(client, town):
    page = client.get("/")
    assert page.status_code == 200
    assert "文峰塔社区" in page.text
    assert "舜井道社区" in page.text
    assert page.text.index("东城街道") < page.text.index("文峰塔社区")


def test_the_only_community_is_the_start_page(client, town):
    town.neighbour.closed_at = "2026-01-01T00:00Z"
    town.neighbour.save(update_fields=["closed_at"])
    page = client.get("/")
    assert page.status_code == 302
    assert page["Location"] == "/wenfeng/"


@pytest.mark.parametrize("who", ["lin_user", "staff", "east_worker", "head", "branch_secretary"])
def test_whoever_belongs_to_one_community_goes_on_to_it(town, signed_in, who):
    client = signed_in(getattr(town, who))
    page = client.get("/")
    assert (page.status_code, page["Location"]) == (302, "/wenfeng/")
    assert "no-store" in page["Cache-Control"]
    assert "private" in page["Cache-Control"]
    everything = client.get("/?all=1")
    assert everything.status_code == 200
    assert "no-store" in everything["Cache-Control"]
    assert everything.text.index('id="own"') < everything.text.index("东城街道")
    assert "舜井道社区" in everything.text
    assert 'href="/?all=1"' in client.get("/my/").text


@pytest.mark.parametrize("who", ["officer", "operator", "stranger"])
def test_whoever_has_to_do_with_several_or_none_chooses(town, signed_in, who):
    page = signed_in(getattr(town, who)).get("/")
    assert page.status_code == 200
    assert 'id="own"' not in page.text
    assert "舜井道社区" in page.text


def test_whoever_works_elsewhere_than_they_live_chooses(town, signed_in):
    town.lin.user = town.neighbour_staff
    town.lin.save(update_fields=["user"])
    assert signed_in(town.neighbour_staff).get("/").status_code == 200


def test_whoever_began_in_a_community_goes_on_to_it(town, signed_in):
    type(town.stranger).objects.filter(pk=town.stranger.pk).update(home=town.neighbour.path)
    assert signed_in(town.stranger).get("/")["Location"] == "/shunjing/"


def test_whoever_moved_away_is_not_sent_back_there(town, signed_in):
    type(town.lin).objects.filter(pk=town.lin.pk).update(left_on=timezone.localdate(), left_why="moved")
    assert signed_in(town.lin_user).get("/").status_code == 200


def test_an_empty_portal_says_so(client, db):
    page = client.get("/")
    assert page.status_code == 200
    assert "还没有设立社区" in page.text


def test_a_community_nobody_set_up_is_not_found(client, town):
    assert client.get("/nowhere/").status_code == 404


def noon():
    return timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)


def session(town, title="广场舞", start=None, hours=2, **fields):
    """A session of a public event, two hours from tomorrow noon unless said."""
    start = start or noon() + timedelta(days=1)
    event = Event.objects.create(
        unit=town.community,
        kind="culture",
        title=title,
        place="广场",
        created_by=town.staff,
        published_at=fields.pop("published_at", timezone.now()),
        published_by=town.staff,
        is_internal=fields.pop("is_internal", False),
    )
    return Session.objects.create(
        event=event,
        community=town.community,
        starts_at=start,
        ends_at=start + timedelta(hours=hours),
        **fields,
    )


@pytest.fixture
def at_ten(time_machine):
    """The clock stands at ten in the morning."""
    time_machine.move_to(timezone.localtime().replace(hour=10, minute=0, second=0, microsecond=0), tick=False)


def headline(client):
    return client.get("/wenfeng/").context["headline"]


def test_the_page_begins_with_what_is_on_today(client, at_ten, town):
    assert headline(client) == "今天社区没有活动"
    session(town, start=noon())
    session(town, start=noon() - timedelta(hours=5))
    assert headline(client) == "今天社区有 2 场活动"


def test_in_the_evening_it_says_that_the_day_is_over(client, at_ten, town):
    session(town, start=noon() - timedelta(hours=6))
    assert headline(client) == "今天的活动已全部结束"


def test_cards_show_what_comes_and_leave_out_what_nobody_should_come_to(client, at_ten, town):
    session(town, "广场舞", places=2)
    session(town, "内部会议", is_internal=True)
    session(town, "草稿活动", published_at=None)
    session(town, "取消的课", cancelled_at=timezone.now(), cancelled_by=town.staff)
    session(town, "昨天的课", start=noon() - timedelta(days=1))
    page = client.get("/wenfeng/")
    assert {row["title"] for row in page.context["rows"]} == {"广场舞", "社区合唱"}
    assert '<span class="badge few">' in page.text


def test_the_next_community_shows_none_of_it(client, town):
    session(town)
    Honour.objects.create(unit=town.community, name="模范社区", level=1)
    page = client.get("/shunjing/").text
    assert "广场舞" not in page
    assert "模范社区" not in page


def test_who_is_on_duty_now_can_be_called(client, town):
    now = timezone.now()
    Duty.objects.create(
        unit=town.community,
        holder=town.east_worker,
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=1),
    )
    Duty.objects.create(
        unit=town.community,
        holder=town.west_worker,
        starts_at=now + timedelta(hours=1),
        ends_at=now + timedelta(hours=9),
    )
    page = client.get("/wenfeng/").text
    assert "东格员" in page
    assert "西格员" not in page
    assert 'href="tel:07223000000"' in page


def test_without_a_roster_the_duty_telephone_is_offered(client, town):
    assert 'href="tel:07223000001"' in client.get("/wenfeng/").text


def test_tiles_lead_only_to_what_exists(client, town):
    tiles = client.get("/wenfeng/").context["tiles"]
    assert len(tiles) <= 6
    for tile in tiles:
        assert tile["url"].startswith("tel:") or client.get(tile["url"]).status_code == 200


def test_the_month_is_counted_from_the_rows(client, town, time_machine):
    time_machine.move_to(timezone.localtime().replace(day=15, hour=10), tick=False)
    past = session(town, start=timezone.now() - timedelta(days=2))
    session(town, start=timezone.now() - timedelta(days=20))  # last month
    for who in (town.lin, town.wang):
        Attendance.objects.create(session=past, resident=who, by=town.staff)
    Attendance.objects.create(
        session=town.choir_monday, resident=town.lin, by=town.staff, withdrawn_at=timezone.now()
    )
    coming = session(town, start=timezone.now() + timedelta(days=1))
    Registration.objects.create(session=coming, resident=town.lin, by=town.staff)
    values = [figure["value"] for figure in client.get("/wenfeng/").context["figures"]]
    assert values == [1, 2, 2, 1]


def test_elder_mode_is_one_page_of_few_things(client, town):
    for number in range(8):
        session(town, f"课程{number}")
    Honour.objects.create(unit=town.community, name="模范社区", level=1)
    client.cookies["elder"] = "1"
    page = client.get("/wenfeng/")
    assert len(page.context["rows"]) == 3
    assert "模范社区" not in page.text
    assert "打社区电话" in page.text


def test_no_name_of_a_resident_is_on_the_page(client, town):
    Registration.objects.create(session=town.choir_monday, resident=town.lin, by=town.staff)
    assert "林秀英" not in client.get("/wenfeng/").text


def fill(town, count):
    for number in range(count):
        session(town, f"课程{number}", start=noon() + timedelta(days=1 + number % 5))
        Notice.objects.create(
            unit=town.community,
            title=f"通知{number}",
            body="正文",
            written_by=town.staff,
            published_at=timezone.now(),
            published_by=town.staff,
        )
        Honour.objects.create(unit=town.community, name=f"荣誉{number}", level=1)
    now = timezone.now()
    for holder in (town.east_worker, town.west_worker, town.leader, town.head)[: count // 5]:
        Duty.objects.create(
            unit=town.community, holder=holder, starts_at=now, ends_at=now + timedelta(hours=1)
        )


def test_the_number_of_queries_stays_small(client, town, django_assert_max_num_queries):
    fill(town, 5)
    with django_assert_max_num_queries(12) as few:
        client.get("/wenfeng/")
    for number in range(40):
        session(town, f"更多{number}")
    with django_assert_max_num_queries(12) as many:
        client.get("/wenfeng/")
    assert len(few.captured_queries) == len(many.captured_queries)


def test_what_a_page_weighs_does_not_grow_with_the_rows(client, town):
    fill(town, 10)
    before = len(client.get("/wenfeng/").content)
    for number in range(40):
        session(town, f"更多{number}")
    assert len(client.get("/wenfeng/").content) < before * 1.1
