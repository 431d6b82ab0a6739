import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events import operations
from events.models import Event, Session
from events.operations.programme import spelled


def url(town, name, *args):
    return reverse(f"events:{name}", args=[town.community, *args])


def test_everybody_sees_what_is_on(client, town):
    for address in (
        url(town, "list"),
        url(town, "calendar", f"{timezone.localdate(town.choir_monday.starts_at):%Y-%m}"),
        url(town, "event", town.choir.pk),
        url(town, "feed_ics"),
        url(town, "atom"),
        url(town, "event_ics", town.choir.pk),
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "社区合唱" in answer.content.decode(), address
        assert b"csrfmiddlewaretoken" not in answer.content


def test_the_next_community_finds_nothing(client, town):
    assert "社区合唱" not in client.get(reverse("events:list", args=[town.neighbour])).content.decode()
    for name in ("event", "event_ics"):
        assert client.get(reverse(f"events:{name}", args=[town.neighbour, town.choir.pk])).status_code == 404


def test_a_cancelled_session_says_why(client, town, signed_in):
    operations.register(session=town.choir_monday, resident=town.lin, by=town.lin_user)
    operations.cancel_session(session=town.choir_monday, by=town.staff, reason="老师生病")
    assert "老师生病" in client.get(url(town, "event", town.choir.pk)).content.decode()
    assert "老师生病" in signed_in(town.lin_user).get("/my/").content.decode()
    assert "老师生病" in signed_in(town.staff).get(f"/desk/events/{town.choir.pk}/").content.decode()


@pytest.mark.parametrize("fields", [{"published_at": None}, {"is_internal": True}])
def test_drafts_and_internal_events_are_nobodys_page(client, town, fields):
    Event.objects.filter(pk=town.choir.pk).update(**fields)
    for address in (url(town, "event", town.choir.pk), url(town, "event_ics", town.choir.pk)):
        assert client.get(address).status_code == 404
    assert "社区合唱" not in client.get(url(town, "list")).content.decode()
    assert "社区合唱" not in client.get(url(town, "feed_ics")).content.decode()
    assert "社区合唱" not in client.get(url(town, "atom")).content.decode()


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("kind=culture", True),
        ("kind=sport", False),
        ("audience=everyone", True),
        ("audience=party", False),
        ("free=1", True),
        ("q=合唱", True),
        ("q=hechang", True),
        ("q=sqhc", True),
        ("q=足球", False),
        ("since=2000-01-01&until=2000-12-31", False),
        ("since=2000-01-01", True),
        ("unit=999999999999", False),
        ("unit=99999999999999999999999999", False),
        ("q=%25", False),
    ],
)
def test_the_list_is_narrowed_by_the_query(client, town, query, is_found):
    Event.objects.filter(pk=town.choir.pk).update(title_pinyin=spelled("社区合唱"))
    answer = client.get(f"{url(town, 'list')}?{query}")
    assert answer.status_code == 200
    assert ("社区合唱" in answer.content.decode()) == is_found


@pytest.mark.parametrize(
    "query",
    ["kind=no", "since=0001-01-01", "since=9999-12-31", "until=never", "unit=x", "q=" + "长" * 41, "after=x",
     "after=99999999999999999999-1"],
)  # fmt: skip
def test_a_query_nobody_understands_is_said(client, town, query):
    assert client.get(f"{url(town, 'list')}?{query}").status_code == 422


@pytest.mark.parametrize(
    "month", ["0001-01", "9999-12", "2026-13", "2026-00", "2026-1", "x", "20261", "２０２６-11", "1999-12"]
)
def test_a_month_that_is_none_is_not_found(client, town, month):
    assert client.get(url(town, "calendar", month)).status_code == 404


@pytest.mark.parametrize("month", ["2000-01", "2100-12", "2024-02"])
def test_months_to_both_ends(client, town, month):
    assert client.get(url(town, "calendar", month)).status_code == 200


@pytest.mark.parametrize(
    "week",
    ["2026-W54", "2025-W53", "2026-W00", "2026-W1", "0001-W01", "9999-W52", "1999-W52", "2101-W01", "W47", "2026W47",
     "2026-w47", "２０２６-W47", "2026-W470"],
)  # fmt: skip
def test_a_week_that_is_none_is_not_found(client, town, week):
    assert client.get(url(town, "calendar", week)).status_code == 404


@pytest.mark.parametrize("week", ["2000-W01", "2100-W52", "2026-W53", "2020-W53", "2026-W47"])
def test_weeks_to_both_ends(client, town, week):
    assert client.get(url(town, "calendar", week)).status_code == 200


def of_monday(town):
    year, number, _day = timezone.localdate(town.choir_monday.starts_at).isocalendar()
    return f"{year}-W{number:02}"


def test_a_week_shows_its_days_from_monday_and_what_is_on(client, town):
    page = client.get(url(town, "calendar", of_monday(town)))
    (days,) = page.context["weeks"]
    day = next(day for day in days if day["iso"] == f"{timezone.localdate(town.choir_monday.starts_at)}")
    assert [len(days), day["rows"][0]["title"]] == [7, "社区合唱"]
    assert days[0]["weekday"] == "周一"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=合唱", 1),
        ("q=hechang", 1),
        ("q=haircut", 0),
        ("kind=culture", 1),
        ("kind=sport", 0),
        ("free=1", 1),
        ("unit=1", 0),
    ],
)
@pytest.mark.parametrize("way", ["week", "month"])
def test_calendars_are_narrowed_like_the_list(client, town, way, query, found):
    Event.objects.filter(pk=town.choir.pk).update(title_pinyin=spelled("社区合唱"))
    period = of_monday(town) if way == "week" else f"{timezone.localdate(town.choir_monday.starts_at):%Y-%m}"
    page = client.get(f"{url(town, 'calendar', period)}?{query}")
    assert ("社区合唱" in page.content.decode().partition("<table")[2]) == bool(found)
    assert all(address.endswith(page.context["query"]) for _name, _words, address in page.context["ways"])


def test_a_printed_calendar_names_what_it_is_narrowed_to(client, town):
    query = f"kind=sport&audience=elderly&unit={town.east_compound.pk}&free=1&q=%E5%90%88%E5%94%B1"
    page = client.get(f"{url(town, 'calendar', '2026-11')}?{query}")
    assert (
        page.context["narrowed_to"]
        == f"体育健康、60 岁及以上老人、{town.east_compound.name}、“合唱”、还有名额"
    )
    assert "仅列出：" in page.content.decode()
    assert "仅列出：" not in client.get(url(town, "calendar", "2026-11")).content.decode()


def test_a_list_names_its_days_and_a_place_of_somewhere_else(client, town):
    page = client.get(f"{url(town, 'list')}?since=2026-11-28&until=2026-11-30")
    assert "仅列出：2026年11月28日起、至2026年11月30日" in page.content.decode()
    page = client.get(f"{url(town, 'list')}?unit={town.neighbour.pk}")
    assert "仅列出：本社区没有的地点" in page.content.decode()


def test_a_full_course_and_a_closed_sign_up_have_no_free_place(town):
    found = Session.objects.filter(pk=town.choir_monday.pk)
    assert found.still_to_join().exists()
    Event.objects.filter(pk=town.choir.pk).update(is_course=True, places=2, places_taken=2)
    assert not found.still_to_join().exists()
    Event.objects.filter(pk=town.choir.pk).update(places_taken=1)
    assert found.still_to_join().exists()
    Event.objects.filter(pk=town.choir.pk).update(registration_closes_at=timezone.now())
    assert not found.still_to_join().exists()


def test_a_day_leads_to_its_week_and_its_month(client, town):
    answer = client.get(f"{url(town, 'calendar', '2026-W47')}?since=2027-01-02&kind=sport")
    assert answer.url == f"{url(town, 'calendar', '2026-W53')}?kind=sport"
    answer = client.get(f"{url(town, 'calendar', '2026-11')}?since=2027-01-02")
    assert answer.url == url(town, "calendar", "2027-01")


@pytest.mark.parametrize("period", ["2026-W47", "2026-11"])
def test_a_calendar_says_what_it_does_not_understand(client, town, period):
    assert client.get(f"{url(town, 'calendar', period)}?since=0001-01-01").status_code == 422


def many(town, count):
    start = timezone.now() + timedelta(days=2)
    Session.objects.bulk_create(
        Session(event=town.choir, community=town.community, places=9,
                starts_at=start + timedelta(hours=n), ends_at=start + timedelta(hours=n + 1))
        for n in range(count)
    )  # fmt: skip


def queries(client, django_assert_max_num_queries, address):
    with django_assert_max_num_queries(12) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("page", ["list", "calendar", "week", "event", "feed_ics", "event_ics"])
def test_ten_sessions_cost_what_three_hundred_cost(client, town, django_assert_max_num_queries, page):
    more = {
        "calendar": [f"{timezone.localdate():%Y-%m}"],
        "event": [town.choir.pk],
        "event_ics": [town.choir.pk],
    }
    address = (
        url(town, "calendar", of_monday(town)) if page == "week" else url(town, page, *more.get(page, []))
    )
    many(town, 10)
    few = queries(client, django_assert_max_num_queries, address)
    many(town, 290)
    assert queries(client, django_assert_max_num_queries, address) == few


def test_pages_follow_each_other_without_loss_or_repetition(client, town):
    many(town, 45)
    address, seen = url(town, "list"), []
    while address:
        answer = client.get(address)
        seen += [row["pk"] for day in answer.context["days"] for row in day["rows"]]
        address = answer.context["next_url"] and url(town, "list") + answer.context["next_url"]
    assert seen == list(Session.objects.order_by("starts_at", "pk").values_list("pk", flat=True))


def test_a_cancelled_session_stays_on_the_page_with_its_reason(client, town):
    Event.objects.filter(pk=town.choir.pk).update(cancelled_at=timezone.now(), cancel_reason="暴雨红色预警")
    Session.objects.update(cancelled_at=timezone.now(), cancel_reason="暴雨红色预警")
    assert "暴雨红色预警" in client.get(url(town, "event", town.choir.pk)).content.decode()
    assert "暴雨红色预警" in client.get(url(town, "event_ics", town.choir.pk)).content.decode()


def test_a_shared_link_carries_title_time_and_place(client, town):
    soon = timezone.now() + timedelta(hours=1)
    Session.objects.filter(pk=town.choir_monday.pk).update(starts_at=soon, ends_at=soon + timedelta(hours=1))
    page = client.get(url(town, "event", town.choir.pk)).content.decode()
    assert '<meta property="og:title" content="社区合唱">' in page
    said = page.split('property="og:description"')[1].split(">")[0]
    assert "文化广场" in said
    assert f"{timezone.localtime(soon):%H:%M}–" in said
    assert not {"今天", "明天"} & set(
        said.replace("·", " ").replace('"', " ").split()
    )  # a card is read for days


def test_a_shared_link_names_the_next_session_that_takes_place(client, town):
    Session.objects.filter(pk=town.choir_monday.pk).update(
        cancelled_at=timezone.now(), cancel_reason="停电", cancelled_by=town.staff
    )
    page = client.get(url(town, "event", town.choir.pk)).content.decode()
    said = page.split('property="og:description"')[1].split(">")[0]
    assert f"{timezone.localtime(town.choir_monday.starts_at):%H:%M}–" not in said


def test_calendar_software_is_told_that_nothing_changed(client, town):
    first = client.get(url(town, "feed_ics"))
    assert client.get(url(town, "feed_ics"), headers={"If-None-Match": first["ETag"]}).status_code == 304
    Session.objects.update(changed_at=timezone.now() + timedelta(seconds=1))
    assert client.get(url(town, "feed_ics"), headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_the_atom_entry_changes_when_a_session_is_moved_or_cancelled(client, town):
    def read(**since):
        answer = client.get(url(town, "atom"), headers=since)
        found = re.search(r"<updated>([^<]+)</updated><id>.*?</id><summary[^>]*>(.*?)</summary>", answer.content.decode().split("<entry>")[1])  # fmt: skip
        return answer["ETag"], *found.groups()

    first = read()
    later = timezone.now() + timedelta(days=9)
    town.choir.sessions.update(starts_at=later, ends_at=later + timedelta(hours=1), place="三楼会议室", move_reason="停电", changed_at=timezone.now())  # fmt: skip
    moved = read(**{"If-None-Match": first[0]})
    assert moved[0] != first[0]
    assert moved[1] > first[1]
    assert "三楼会议室" in moved[2]
    assert "时间有变：停电" in moved[2]
    town.choir.sessions.update(cancelled_at=timezone.now(), cancel_reason="台风", changed_at=timezone.now())
    cancelled = read(**{"If-None-Match": moved[0]})
    assert cancelled[1] > moved[1]
    assert "已取消：台风" in cancelled[2]


def test_titles_may_hold_anything(client, town):
    Event.objects.filter(pk=town.choir.pk).update(title="🎉<b>龘龘</b>,;\\\n阿依古丽·买买提")
    for page in ("list", "feed_ics", "atom"):
        assert client.get(url(town, page)).status_code == 200
    assert "<b>龘" not in client.get(url(town, "list")).content.decode()
