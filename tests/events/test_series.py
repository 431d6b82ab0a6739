"""Sessions that repeat: previewed, made, changed and cancelled from one on, made up for, counted."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Activity
from config.errors import DomainError
from events import operations
from events.models import Event, Session, SignUp
from events.operations import series
from events.recurrence import Rule
from notifications.models import InboxMessage
from venues.models import Facility, Room

from .test_desk import created, sent, times


@pytest.fixture
def course(town):
    """八段锦, four weeks, published."""
    event = operations.create_event(
        event=created(town, teacher="李老师"),
        sessions=[times(days, places=20) for days in (3, 10, 17, 24)],
        by=town.staff,
    )
    return operations.publish_event(event=event, by=town.staff)


def nth(event, number) -> Session:
    return event.sessions.order_by("starts_at")[number]


def hours(event):
    return [timezone.localtime(session.starts_at).hour for session in event.sessions.order_by("starts_at")]


def change(session, which, by, seen=None, **fields):
    sessions = series.affected(session, which)
    times = {"starts_at": session.starts_at, "ends_at": session.ends_at}
    return operations.change_series(
        session=session,
        which=which,
        seen=seen or series.stamp(sessions),
        by=by,
        reason="改时间",
        **times | fields,
    )


def an_hour_later(session):
    return {name: getattr(session, name) + timedelta(hours=1) for name in ("starts_at", "ends_at")}


@pytest.mark.parametrize(
    ("which", "after"),
    [("this", [15, 16, 15, 15]), ("following", [15, 16, 16, 16]), ("all", [16, 16, 16, 16])],
)
def test_a_move_reaches_this_the_following_or_all(town, course, which, after):
    second = nth(course, 1)
    change(second, which, town.staff, **an_hour_later(second))
    assert hours(course) == after


def test_only_what_differs_is_carried_over(town, course):
    third = nth(course, 2)
    change(third, "this", town.staff, note="带毛巾", place="凉亭")
    second = nth(course, 1)
    change(second, "following", town.staff, teacher="王老师")
    assert [session.teacher for session in course.sessions.order_by("starts_at")] == [
        "",
        "王老师",
        "王老师",
        "王老师",
    ]
    third.refresh_from_db()
    assert (third.note, third.where(), third.led_by()) == ("带毛巾", "凉亭", "王老师")


def test_a_move_to_another_weekday_moves_those_after_it_too(town, course):
    first = nth(course, 0)
    before = [timezone.localdate(session.starts_at) for session in course.sessions.order_by("starts_at")]
    moved = {name: getattr(first, name) + timedelta(days=1) for name in ("starts_at", "ends_at")}
    change(first, "all", town.staff, **moved)
    after = [timezone.localdate(session.starts_at) for session in course.sessions.order_by("starts_at")]
    assert after == [day + timedelta(days=1) for day in before]


def test_what_is_over_or_was_visited_stays(town, course):
    first = nth(course, 0)
    Session.objects.filter(pk=first.pk).update(
        starts_at=timezone.now() - timedelta(hours=1), ends_at=timezone.now() + timedelta(hours=1)
    )
    operations.check_in(session=Session.objects.get(pk=first.pk), resident=town.lin, by=town.staff)
    assert first.pk not in {session.pk for session in series.affected(nth(course, 1), "all")}


def test_a_series_that_changed_meanwhile_is_refused_whole(town, course):
    second = nth(course, 1)
    seen = series.stamp(series.affected(second, "following"))
    change(nth(course, 3), "this", town.staff, note="先改")
    with pytest.raises(operations.Stale):
        change(second, "following", town.staff, seen=seen, **an_hour_later(second))
    assert hours(course) == [15] * 4


def test_one_that_cannot_move_holds_back_all(town, course):
    operations.register(session=nth(course, 2), resident=town.lin, by=town.staff)
    operations.register(session=nth(course, 2), resident=town.wang, by=town.staff)
    with pytest.raises(DomainError):
        change(nth(course, 1), "following", town.staff, places=1)
    assert [session.places for session in course.sessions.all()] == [20] * 4


def form_of(session, **more):
    starts_at, ends_at = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    return {
        "on": f"{starts_at:%Y-%m-%d}", "start": f"{starts_at:%H:%M}", "end": f"{ends_at:%H:%M}",
        "places": "20", "version": str(session.version), "reason": "改时间",
    } | more  # fmt: skip


def test_a_page_says_what_changes_and_who_hears_of_it(signed_in, town, course):
    operations.register(session=nth(course, 1), resident=town.lin, by=town.lin_user)
    operations.register(session=nth(course, 2), resident=town.lin, by=town.lin_user)
    operations.register(session=nth(course, 3), resident=town.wang, by=town.wang_user)
    second, staff = nth(course, 1), signed_in(town.staff)
    address = reverse("events:change_session", args=[second.pk])
    sent = form_of(second, start="16:00", end="17:00", which="following")
    look = staff.post(address, sent)
    assert (look.status_code, look.context["told"], len(look.context["changes"])) == (200, 2, 3)
    assert hours(course) == [15] * 4
    assert staff.post(address, sent | {"seen": look.context["seen"]}).status_code == 302
    assert hours(course) == [15, 16, 16, 16]


def test_a_deadline_left_as_it_was_moves_along(signed_in, town, course):
    second, staff = nth(course, 1), signed_in(town.staff)
    closes_at = second.starts_at.replace(second=0, microsecond=0) - timedelta(hours=2)
    Session.objects.filter(pk=second.pk).update(registration_closes_at=closes_at)
    second.refresh_from_db()
    day_before = timezone.localdate(second.starts_at) - timedelta(days=1)
    typed = f"{timezone.localtime(closes_at):%Y-%m-%dT%H:%M}"
    sent = form_of(second, on=day_before.isoformat(), registration_closes_at=typed, which="this")
    address = reverse("events:change_session", args=[second.pk])
    look = staff.post(address, sent)
    staff.post(address, sent | {"seen": look.context["seen"]})
    assert Session.objects.get(pk=second.pk).registration_closes_at == closes_at - timedelta(days=1)


def test_a_stale_form_shows_what_the_other_wrote(signed_in, town, course):
    second, staff = nth(course, 1), signed_in(town.staff)
    address = reverse("events:change_session", args=[second.pk])
    mine = form_of(second, note="我的话")
    change(second, "this", town.secretary, note="别人的话")
    answer = staff.post(address, mine)
    assert answer.status_code == 422
    assert {"我的话", "别人的话"} <= {
        text for one in answer.context["differences"] for text in (one["mine"], one["theirs"])
    }
    assert staff.post(address, mine | {"version": "1"}).status_code == 302
    assert Session.objects.get(pk=second.pk).note == "我的话"


@pytest.mark.parametrize(("which", "gone"), [("this", 1), ("following", 3), ("all", 4)])
def test_cancelling_reaches_as_far_as_chosen(signed_in, town, course, which, gone):
    address = reverse("events:cancel_session", args=[nth(course, 1).pk])
    assert signed_in(town.staff).get(address).status_code == 200
    answer = signed_in(town.staff).post(address, {"which": which, "reason": "高温"})
    assert answer.status_code == 302
    assert course.sessions.filter(cancel_reason="高温").count() == gone


@pytest.mark.parametrize("bad", [{"which": "some", "reason": "x"}, {"which": "all", "reason": " "}])
def test_cancelling_with_bad_input(signed_in, town, course, bad):
    answer = signed_in(town.staff).post(reverse("events:cancel_session", args=[nth(course, 1).pk]), bad)
    assert answer.status_code == 422
    assert not course.sessions.exclude(cancelled_at=None).exists()


def test_the_preview_names_holidays_and_what_is_in_the_room(signed_in, town):
    hall = Room.objects.create(
        facility=Facility.objects.create(unit=town.community, kind="hall", name="讲堂"), name="初心"
    )
    rule = Rule.read(
        {"how": "weekly", "first": "2027-03-01", "start": "15:00:00", "end": "16:30:00", "count": 3}
    )
    booked = rule.moments(rule.days()[1].day)
    one = {"starts_at": booked[0] + timedelta(minutes=30), "ends_at": booked[1] + timedelta(hours=1)}
    operations.create_event(event=created(town, room=hall), sessions=[one], by=town.staff)
    event = operations.create_event(event=created(town, room=hall), by=town.staff)
    query = {
        "on": "2027-03-01",
        "start": "15:00",
        "end": "16:30",
        "how": "weekly",
        "count": "3",
        "skips_holidays": "on",
    }
    address = reverse("events:add_sessions", args=[event.pk])
    page = signed_in(town.staff).get(address, query)
    assert [bool(day["clash"]) for day in page.context["days"]] == [False, True, False]
    assert page.context["unknown"] == [2027]
    assert "每周一 15:00–16:30，共3次，节假日除外" in page.text
    assert not event.sessions.exists()
    answer = signed_in(town.staff).post(address, query | {"day": ["2027-03-01", "2027-03-15"]})
    assert answer.status_code == 302
    assert [session.starts_at.day for session in event.sessions.all()] == [1, 15]
    assert (
        Rule.read(Event.objects.get(pk=event.pk).repeats).text()
        == "每周一 15:00–16:30，至2027年3月15日，节假日除外"
    )
    further = signed_in(town.staff).get(address, {"further": ""})
    assert further.context["dates"]["on"].value().isoformat() == "2027-03-16"
    assert signed_in(town.staff).get(address, query | {"edit": "1"}).context["dates"]["count"].value() == "3"


@pytest.mark.parametrize(
    "bad",
    [
        {"count": ""},
        {"count": "251"},
        {"until": "2020-01-01", "count": ""},
        {"weekdays": "9"},
        {"how": "x"},
        {"start": ""},
    ],
)
def test_a_rule_that_does_not_fit(signed_in, town, bad):
    query = {"on": "2027-03-01", "start": "15:00", "end": "16:30", "how": "weekly", "count": "3"} | bad
    answer = signed_in(town.staff).get(reverse("events:add_sessions", args=[town.choir.pk]), query)
    assert answer.status_code == 422
    answer = signed_in(town.staff).post(reverse("events:add_sessions", args=[town.choir.pk]), query)
    assert answer.status_code == 422


def test_days_that_the_rule_does_not_give_are_not_made(signed_in, town):
    query = {
        "on": "2027-03-01",
        "start": "15:00",
        "end": "16:30",
        "how": "weekly",
        "count": "3",
        "day": "2027-03-02",
    }
    answer = signed_in(town.staff).post(reverse("events:add_sessions", args=[town.choir.pk]), query)
    assert answer.status_code == 422
    assert town.choir.sessions.count() == 1


def test_a_make_up_session_and_what_it_makes_up_for(signed_in, town, course):
    second, staff = nth(course, 1), signed_in(town.staff)
    address = reverse("events:make_up", args=[second.pk])
    assert staff.post(address, form_of(second)).status_code == 422  # it is not cancelled
    operations.cancel_session(session=second, reason="下雨", by=town.staff)
    assert staff.get(address).status_code == 200
    assert staff.post(address, form_of(second, place="凉亭")).status_code == 302
    made = Session.objects.get(makes_up=second)
    assert (made.where(), made.event) == ("凉亭", course)
    assert staff.post(address, form_of(second)).status_code == 422  # one is enough
    assert address not in staff.get(reverse("events:desk_event", args=[course.pk])).text


@pytest.mark.parametrize("carry", ["on", ""])
def test_whoever_missed_a_cancelled_session_may_be_carried_over(signed_in, town, carry):
    """Outside courses staff choose; a group goes with all its people, and everybody is told."""
    Event.objects.filter(pk=town.choir.pk).update(most_seats=3)
    session = Session.objects.select_related("event").get(pk=town.choir_monday.pk)
    made = operations.sign_up(
        pool=session, resident=town.lin, members=[town.wang], by=town.staff, at_the_desk=True
    )
    operations.cancel_session(session=session, reason="下雨", by=town.staff)
    staff, address = signed_in(town.staff), reverse("events:make_up", args=[session.pk])
    assert staff.post(address, form_of(session, places="1", carry="on")).status_code == 422  # too few
    assert not Session.objects.filter(makes_up=session).exists()
    assert staff.post(address, form_of(session, places="5", carry=carry)).status_code == 302
    new = Session.objects.get(makes_up=session)
    desk = staff.get(reverse("events:desk_event", args=[session.event_id]))
    assert desk.context["numbers"]["placed"] == (2 if carry else 0)  # of the date that takes place alone
    carried = SignUp.objects.filter(session=new)
    assert [one.people() for one in carried] == ([[town.lin, town.wang]] if carry else [])
    assert new.places_taken == new.registrations.live().count() == (2 if carry else 0)
    (heard,) = InboxMessage.objects.filter(account=town.lin_user, kind="moved")
    assert ("已取消的场次现在补办，您已有" if carry else "想参加的请报名") in heard.text
    assert SignUp.objects.get(pk=made.pk).session == session


def test_who_waited_hears_of_the_make_up_session_and_staff_read_how_many(signed_in, town):
    session = Session.objects.select_related("event").get(pk=town.choir_monday.pk)
    Session.objects.filter(pk=session.pk).update(places=1)
    Event.objects.filter(pk=town.choir.pk).update(has_waiting_list=True)
    for person, user in ((town.lin, town.lin_user), (town.wang, town.wang_user)):
        session.refresh_from_db()
        operations.sign_up(pool=session, resident=person, by=user, wait=True)
    operations.cancel_session(session=session, reason="下雨", by=town.staff)
    staff, address = signed_in(town.staff), reverse("events:make_up", args=[session.pk])
    assert "1人有名额、1人候补" in staff.get(address).text
    assert staff.post(address, form_of(session, places="5", carry="on")).status_code == 302
    (heard,) = InboxMessage.objects.filter(account=town.wang_user, subject__startswith="补办")
    assert "想参加的请报名" in heard.text
    new = Session.objects.get(makes_up=session)
    assert heard.url == reverse("events:register", args=[town.community, new.event_id, new.pk])


def test_a_course_tells_everybody_of_the_make_up_session(town):
    event = created(town, is_course=True, places=1, has_waiting_list=True)
    dates = [times(days) for days in (3, 10, 17)]
    course = operations.publish_event(
        event=operations.create_event(event=event, sessions=dates, by=town.staff), by=town.staff
    )
    operations.sign_up(pool=course, resident=town.lin, by=town.lin_user)
    operations.sign_up(pool=course, resident=town.wang, by=town.wang_user, wait=True)
    second = nth(course, 1)
    operations.cancel_session(session=second, reason="下雨", by=town.staff)
    operations.make_up(session=second, fields=times(30), by=town.staff)
    for user, words in ((town.lin_user, "您无需重新报名"), (town.wang_user, "您仍在候补")):
        (heard,) = InboxMessage.objects.filter(account=user, subject__startswith="补办")
        assert words in heard.text


def test_another_teacher_is_told_to_whoever_is_signed_up(signed_in, town):
    session = Session.objects.select_related("event").get(pk=town.choir_monday.pk)
    operations.register(session=session, resident=town.lin, by=town.lin_user)
    changed = operations.change_session(
        session=session, version=session.version, by=town.staff, teacher="陈教练"
    )
    told = InboxMessage.objects.get(account=town.lin_user, kind="moved")
    assert "陈教练" in told.text
    operations.change_session(session=changed, version=changed.version, by=town.staff, note="带水")
    assert InboxMessage.objects.filter(account=town.lin_user, kind="moved").count() == 1


def test_heads_are_counted_once_and_the_log_says_so(signed_in, town, course):
    session, staff = nth(course, 0), signed_in(town.staff)
    address = reverse("events:count_heads", args=[session.pk])
    assert staff.post(address, {"number": "40"}).status_code == 422  # too early
    Session.objects.filter(pk=session.pk).update(
        starts_at=timezone.now() - timedelta(minutes=5), ends_at=timezone.now() + timedelta(hours=1)
    )
    for _click in range(2):
        assert staff.post(address, {"number": "40"}).status_code == 302
    session.refresh_from_db()
    assert (session.counted, session.counted_by) == (40, town.staff)
    assert Activity.objects.filter(act="events.count_heads").count() == 1
    for bad in ("-1", "x", "9" * 20):
        assert staff.post(address, {"number": bad}).status_code == 422
    staff.post(address, {"number": ""})
    session.refresh_from_db()
    assert (session.counted, session.counted_by) == (None, None)


def test_a_course_asks_for_places_once(signed_in, town):
    staff = signed_in(town.staff)
    staff.post(reverse("events:create"), sent(town, title="合唱班", is_course="on", how="once"))
    event = Event.objects.get(title="合唱班")
    session = event.sessions.get()
    assert (event.is_course, event.places, session.places) == (True, 30, None)
    page = reverse("events:change_session", args=[session.pk])
    assert not {"places", "registration_closes_at"} & staff.get(page).context["form"].fields.keys()
    assert staff.post(page, form_of(session, note="带水", which="this")).status_code == 302
    session.refresh_from_db()
    assert (session.places, session.note) == (None, "带水")


@pytest.mark.parametrize("name", ["change_session", "cancel_session", "make_up", "count_heads"])
def test_the_next_community_finds_nothing(signed_in, town, course, name):
    address = reverse(f"events:{name}", args=[nth(course, 0).pk])
    assert signed_in(town.neighbour_staff).get(address).status_code == 404
    assert signed_in(town.officer).get(address).status_code == 403
