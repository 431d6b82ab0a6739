"""Who signed up, as staff see it, and what they do for many at a time."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Activity
from config.errors import DomainError
from events import operations
from events.models import Registration, Session, SignUp
from events.operations import moving
from events.views import people as people_views
from notifications.models import InboxMessage, Outgoing
from surveys.models import Response
from surveys.operations import create_survey
from tests.town import resident


def later(town, days=2, places=2, **more):
    starts_at = timezone.now() + timedelta(days=days)
    return Session.objects.create(
        event=town.choir, community=town.community, places=places, starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2), **more,
    )  # fmt: skip


def signed_up(town, person, session=None, **more):
    return operations.sign_up(pool=session or town.choir_monday, resident=person, by=town.staff, **more)


def places(session):
    session.refresh_from_db()
    return session.places_taken, sum(row.seats for row in session.registrations.live())


def at(town):
    return reverse("events:people", args=[town.choir_monday.pk])


def test_a_move_takes_the_answers_along_and_frees_the_place(town):
    one, to = signed_up(town, town.lin), later(town)
    survey = create_survey(unit=town.community, title="报名", purpose="sign_up", by=town.staff)
    Response.objects.create(
        survey=survey, resident=town.lin, cause=f"signup:{one.pk}", about_on=timezone.localdate()
    )
    moved = moving.move_to(sign_up=one, session=to, by=town.staff)
    assert (moved.pk, moved.session, moved.state) == (one.pk, to, "placed")
    assert (places(town.choir_monday), places(to)) == ((0, 0), (1, 1))
    assert Response.objects.filter(cause=f"signup:{moved.pk}").exists()
    assert InboxMessage.objects.filter(kind="moved", account=town.lin_user).count() == 1
    moving.move_to(sign_up=SignUp.objects.get(pk=one.pk), session=to, by=town.staff)
    assert places(to) == (1, 1)


def test_who_only_waited_hears_of_a_place_and_who_is_carried_over_of_the_make_up(town):
    signed_up(town, town.wang)
    signed_up(town, resident("周明", town.east_building, town.community))
    waits = signed_up(town, town.lin, wait=True)
    to = later(town)
    moving.move_to(sign_up=waits, session=to, by=town.staff)
    assert "候补，现已有" in InboxMessage.objects.get(kind="moved", account=town.lin_user).text
    operations.cancel_session(session=Session.objects.get(pk=to.pk), reason="下雨", by=town.staff)
    start = to.starts_at + timedelta(days=7)
    fields = {"starts_at": start, "ends_at": start + timedelta(hours=1), "places": 5}
    operations.make_up(session=Session.objects.get(pk=to.pk), fields=fields, by=town.staff, carry=True)
    told = InboxMessage.objects.filter(kind="moved", account=town.lin_user).latest("pk")
    assert "已取消的场次现在补办，您已有" in told.text


def test_a_freed_place_is_offered_to_who_waits(town):
    first = signed_up(town, town.lin)
    signed_up(town, town.wang)
    waits = signed_up(town, resident("周明", town.east_building, town.community), wait=True)
    moving.move_to(sign_up=first, session=later(town), by=town.staff)
    waits.refresh_from_db()
    assert waits.state == "offered"
    assert places(town.choir_monday) == (2, 1)


@pytest.mark.parametrize("how", ["full", "cancelled", "begun", "other event", "there already"])
def test_a_refused_move_leaves_everything_as_it_was(town, how):
    one = signed_up(town, town.lin)
    to = later(town, places=1)
    if how == "full":
        signed_up(town, town.wang, to)
    elif how == "cancelled":
        Session.objects.filter(pk=to.pk).update(cancelled_at=timezone.now())
    elif how == "begun":
        Session.objects.filter(pk=to.pk).update(starts_at=timezone.now() - timedelta(minutes=1))
    elif how == "there already":
        signed_up(town, town.lin, to)
    else:
        to.event = type(town.choir).objects.create(unit=town.community, kind="sport", title="操", created_by=town.staff)  # fmt: skip
        to.save()
    before = places(to)
    with pytest.raises(DomainError):
        moving.move_to(sign_up=one, session=to, by=town.staff)
    one.refresh_from_db()
    assert (one.session, one.state) == (town.choir_monday, "placed")
    assert (places(town.choir_monday), places(to)) == ((1, 1), before)


def test_who_waits_there_comes_first(town):
    to = later(town, places=3)
    signed_up(town, town.wang, to)
    pair = resident("周明", town.east_building, town.community), resident("郑强", town.east_building, town.community)  # fmt: skip
    type(town.choir).objects.filter(pk=town.choir.pk).update(most_seats=3, version=F("version") + 1)
    wide = signed_up(town, pair[0], later(town, days=3, places=3), companions=1)
    SignUp.objects.filter(pk=wide.pk).update(session=to, state="waiting")
    with pytest.raises(DomainError, match="在等"):
        moving.move_to(sign_up=signed_up(town, town.lin), session=to, by=town.staff)


def test_what_did_not_work_is_said_by_name(signed_in, town):
    two = [signed_up(town, person) for person in (town.lin, town.wang)]
    to, staff = later(town, places=1), signed_in(town.staff)
    answer = staff.post(at(town), {"act": "move", "to": to.pk, "sign_up": [one.pk for one in two]})
    assert answer.status_code == 422
    assert "王建国：这一场的名额已满。" in answer.content.decode()
    assert (places(town.choir_monday), places(to)) == ((1, 1), (1, 1))


def test_staff_accept_offers_and_give_places_back(signed_in, town):
    two = [signed_up(town, person) for person in (town.lin, town.wang)]
    waits = signed_up(town, resident("周明", town.east_building, town.community), wait=True)
    staff = signed_in(town.staff)
    early = staff.post(at(town), {"act": "accept", "sign_up": waits.pk})
    assert "周明：目前没有待确认的名额，继续候补。" in early.content.decode()
    asked = staff.post(at(town), {"act": "leave", "sign_up": two[0].pk})
    assert (asked.status_code, places(town.choir_monday)) == (200, (2, 2))
    taken_back = {"act": "leave", "sure": 1, "sign_up": two[0].pk, "reason": "电话里说来不了"}
    assert staff.post(at(town), taken_back).status_code == 302
    waits.refresh_from_db()
    assert waits.state == "offered"
    assert staff.post(at(town), {"act": "accept", "sign_up": waits.pk}).status_code == 302
    waits.refresh_from_db()
    assert waits.state == "placed"
    assert staff.post(at(town), {"act": "accept", "sign_up": two[1].pk}).status_code == 302
    assert places(town.choir_monday) == (2, 2)


def test_places_are_taken_back_with_a_reason_that_is_told_and_kept(signed_in, town):
    two, staff = [signed_up(town, person) for person in (town.lin, town.wang)], signed_in(town.staff)
    chosen = {"act": "leave", "sign_up": [one.pk for one in two]}
    assert 'name="reason"' in staff.post(at(town), chosen).text
    for reason in ("", "  ", "长" * 201, "打 13812345678 问过"):
        answer = staff.post(at(town), chosen | {"sure": 1, "reason": reason})
        assert (answer.status_code, answer.text.count('name="sign_up"')) == (422, 2)
    assert places(town.choir_monday) == (2, 2)
    assert not InboxMessage.objects.filter(kind="withdrawn").exists()
    for _twice in range(2):
        staff.post(at(town), chosen | {"sure": 1, "reason": "教室漏水，减少人数"})
    assert places(town.choir_monday) == (0, 0)
    assert [one.end_reason for one in SignUp.objects.order_by("pk")] == ["教室漏水，减少人数"] * 2
    told = InboxMessage.objects.filter(kind="withdrawn").order_by("pk")
    assert {one.account for one in told} == {town.lin_user, town.wang_user}
    assert [one.text for one in told if "教室漏水，减少人数" not in one.text] == []
    assert Activity.objects.filter(act="events.leave").count() == 2


def test_one_is_taken_off_the_list_from_the_list(signed_in, town):
    one, staff = signed_up(town, town.lin), signed_in(town.staff)
    remove = reverse("events:remove", args=[one.pk])
    assert remove in staff.get(at(town)).text
    answer = staff.post(remove, {"reason": "电话里说来不了"}, follow=True)
    assert answer.redirect_chain[-1][0] == at(town)
    assert "林秀英已从名单中移除。" in answer.text


def test_a_word_reaches_everybody_once(signed_in, town):
    signed_up(town, town.lin)
    signed_up(town, resident("周明", town.east_building, town.community, phone="+8615400000077"))
    staff = signed_in(town.staff)
    sent = {"act": "word", "all": 1, "text": "请带水杯。", "token": "abcd1234"}
    preview = staff.post(at(town), sent | {"step": "preview"}).content.decode()
    assert "周明" in preview
    assert not InboxMessage.objects.filter(kind="word").exists()
    for _twice in range(2):
        assert staff.post(at(town), sent | {"step": "send"}).status_code == 302
    assert InboxMessage.objects.filter(kind="word", account=town.lin_user).count() == 1
    assert Outgoing.objects.to_telephone().filter(kind="word", name="周明").count() == 1
    assert Activity.objects.filter(act="events.word").count() == 1


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"act": "no"}, 404), ({}, 404), ({"act": "leave"}, 422), ({"act": "leave", "sign_up": "x"}, 422),
        ({"act": "leave", "sign_up": "9" * 30}, 422), ({"act": "move", "all": 1}, 422), ({"act": "move", "all": 1, "to": "x"}, 422),
        ({"act": "word", "all": 1, "step": "send", "text": "", "token": "abcd1234"}, 422),
        ({"act": "word", "all": 1, "step": "send", "text": "长" * 201, "token": "abcd1234"}, 422),
        ({"act": "word", "all": 1, "step": "send", "text": "好", "token": "?"}, 422),
    ],
)  # fmt: skip
def test_bad_input_changes_nothing(signed_in, town, sent, status):
    signed_up(town, town.lin)
    assert signed_in(town.staff).post(at(town), sent).status_code == status
    assert Registration.objects.live().count() == 1
    assert not InboxMessage.objects.filter(kind="word").exists()


def test_a_sign_up_of_another_session_is_not_touched(signed_in, town):
    other = signed_up(town, town.lin, later(town))
    answer = signed_in(town.staff).post(at(town), {"act": "leave", "sure": 1, "sign_up": other.pk})
    assert answer.status_code == 422
    assert Registration.objects.live().count() == 1


def test_who_only_checks_people_in_may_not_move_them(signed_in, town):
    one = signed_up(town, town.lin)
    head = signed_in(town.head)
    type(town.choir).objects.filter(pk=town.choir.pk).update(unit=town.east_building)
    assert head.get(at(town)).status_code == 200
    assert head.post(at(town), {"act": "leave", "sure": 1, "sign_up": one.pk}).status_code == 403
    assert signed_in(town.neighbour_staff).get(at(town)).status_code == 404


def test_the_list_takes_the_same_number_of_queries(signed_in, town):
    Session.objects.filter(pk=town.choir_monday.pk).update(places=None)
    town.choir_monday.refresh_from_db()
    signed_up(town, town.lin)
    staff = signed_in(town.staff)
    staff.get(at(town))  # what is asked once and kept
    with CaptureQueriesContext(
        connection,
    ) as few:
        staff.get(at(town))
    for sign in "一二三四五六七八九十":
        signed_up(town, resident(f"周{sign}", town.east_building, town.community))
    with CaptureQueriesContext(connection) as many:
        page = staff.get(at(town))
    assert "周九" in page.content.decode()
    assert len(many) == len(few)


def test_a_long_list_is_paged_by_name_and_counted(signed_in, town, monkeypatch):
    monkeypatch.setattr(people_views, "PAGE", 3)
    town.choir_monday.places = 7
    town.choir_monday.save(update_fields=["places"])
    for number in range(7):
        signed_up(town, resident(f"{'丁乙甲丙戊己庚'[number]}", town.east_building, town.community))
    staff, address, seen = signed_in(town.staff), at(town), []
    while address:
        page = staff.get(address)
        assert page.context["count"] == 7
        seen.append([row["name"] for row in page.context["rows"]])
        address = page.context["older_url"] and at(town) + page.context["older_url"]
    assert [len(one) for one in seen] == [3, 3, 1]
    assert len({name for one in seen for name in one}) == 7
    assert page.context["newer_url"]
    sent = staff.post(
        at(town), {"act": "word", "all": 1, "step": "send", "text": "请带水杯。", "token": "ab12cd34"}
    )
    assert sent.status_code == 302
    assert Outgoing.objects.filter(kind="word").count() == 7, "everybody, not one page"


@pytest.mark.parametrize("key", ["x", "0", "9" * 30, "-1", "１"])
def test_a_page_after_nobody_begins_at_the_beginning(signed_in, town, key):
    signed_up(town, town.lin)
    page = signed_in(town.staff).get(at(town), {"after": key})
    assert [row["name"] for row in page.context["rows"]] == ["林秀英"]


@pytest.mark.parametrize("what", ["registrations_file", "attendance_file"])
def test_in_wechat_a_spreadsheet_is_a_page(signed_in, town, what):
    signed_up(town, town.lin)
    staff, address = signed_in(town.staff), reverse(f"events:{what}", args=[town.choir.pk])
    assert "spreadsheetml" in staff.post(address)["Content-Type"]
    page = staff.post(address, headers={"User-Agent": "MicroMessenger/8.0"})
    assert page["Content-Type"].startswith("text/html")
    assert page["Cache-Control"] == "no-store, private"
    assert "林秀英" in page.text
    assert Activity.objects.filter(act="events.export").count() == 2
