import io
from datetime import date, datetime, time, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import Activity
from config.errors import DomainError
from events import operations
from events.models import EVENT_STEPS, Event, Registration, Session, SignUp
from venues.models import Facility, Room


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def sent(town, **more):
    day = timezone.localdate() + timedelta(days=3)
    return {
        "title": "八段锦", "kind": "sport", "unit": town.community.pk, "place": "文化广场", "audience": "everyone",
        "needs_registration": "on", "open_to_unconfirmed": "on", "version": "0",
        "on": day.isoformat(), "start": "15:00", "end": "16:30", "places": "30", "how": "weekly", "every": "1", "count": "3",
    } | more  # fmt: skip


def created(town, **more):
    return Event(unit=town.community, kind="sport", title="八段锦", place="文化广场", **more)


def times(days=3, hour=15, places=None):
    day = timezone.localdate() + timedelta(days=days)
    starts_at = timezone.make_aware(datetime.combine(day, time(hour)))
    return {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1), "places": places}


def test_staff_put_on_a_weekly_course_and_publish_it(signed_in, client, town):
    staff = signed_in(town.staff)
    answer = staff.post(reverse("events:create"), sent(town, title="🎉 八段锦\u200b\u202e"), follow=True)
    event = Event.objects.get(title="🎉 八段锦")
    assert event.sessions.count() == 0  # first a page lists every day
    days = [one["iso"] for one in answer.context["days"]]
    make = reverse("events:add_sessions", args=[event.pk])
    staff.post(make, sent(town) | {"day": days})
    assert [timezone.localtime(s.starts_at).hour for s in event.sessions.all()] == [15, 15, 15]
    assert event.sessions.count() == 3
    assert "草稿" in answer.content.decode()
    assert client.get(event.get_absolute_url()).status_code == 404
    staff.post(reverse("events:publish", args=[event.pk]))
    first = Event.objects.get(pk=event.pk).published_at
    staff.post(reverse("events:publish", args=[event.pk]))
    assert Event.objects.get(pk=event.pk).published_at == first
    assert "八段锦" in client.get(event.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "bad",
    [
        {"title": ""}, {"title": "\u200b\u200d"}, {"title": "长" * 81}, {"kind": "no"}, {"on": "0001-01-01"},
        {"on": "9999-12-31"}, {"on": "2026-02-30"}, {"start": "25:00"}, {"end": "15:00"}, {"end": "14:00"}, {"places": "0"},
        {"places": "-3"}, {"places": "9" * 30}, {"count": "0"}, {"count": "251"}, {"every": "13"}, {"how": "never"}, {"how": "weekly", "count": ""}, {"place": ""}, {"unit": "999999"},
        {"unit": "x"}, {"registration_opens_at": "2099-01-01T10:00"},
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_beside_the_field(signed_in, town, bad):
    answer = signed_in(town.staff).post(reverse("events:create"), sent(town, **bad))
    assert answer.status_code == 422
    assert 'class="error' in answer.content.decode()
    assert not Event.objects.filter(kind="sport").exists()


def test_a_poster_that_is_no_picture_is_refused_and_the_text_kept(signed_in, town):
    poster = SimpleUploadedFile("p.jpg", b"not a picture", "image/jpeg")
    answer = signed_in(town.staff).post(
        reverse("events:create"), sent(town, poster=poster, poster_alt="海报")
    )
    assert answer.status_code == 422
    assert "八段锦" in answer.content.decode()


def test_a_poster_is_kept_with_its_words(signed_in, town):
    written = io.BytesIO()
    Image.new("RGB", (1000, 500), "red").save(written, "PNG")
    staff = signed_in(town.staff)
    poster = SimpleUploadedFile("p.png", written.getvalue())
    assert staff.post(reverse("events:create"), sent(town, poster=poster)).status_code == 422
    poster.seek(0)
    staff.post(reverse("events:create"), sent(town, poster=poster, poster_alt="红色海报"))
    assert Event.objects.get(title="八段锦").poster.large["width"] == 1000


def test_the_wrong_role_and_the_next_community(signed_in, client, town):
    edit = reverse("events:edit", args=[town.choir.pk])
    assert client.get(edit).status_code == 302
    assert signed_in(town.officer).get(edit).status_code == 403
    assert signed_in(town.east_worker).get(edit).status_code == 403  # helps, but does not put on
    for outsider in (town.neighbour_staff, town.lin_user):
        assert signed_in(outsider).get(edit).status_code == 404
        assert signed_in(outsider).post(edit, sent(town)).status_code == 404
    assert signed_in(town.lin_user).get(reverse("events:desk")).status_code == 403
    assert signed_in(town.neighbour_staff).post(
        reverse("events:create"), sent(town)
    ).status_code == 422  # the unit is not among the choices  # fmt: skip


def test_a_branch_secretary_manages_what_the_branch_puts_on(signed_in, town):
    Event.objects.filter(pk=town.choir.pk).update(organiser=town.branch)
    secretary = signed_in(town.branch_secretary)
    assert secretary.get(reverse("events:edit", args=[town.choir.pk])).status_code == 200
    assert secretary.get(reverse("events:roll", args=[town.choir_monday.pk])).status_code == 200
    Event.objects.filter(pk=town.choir.pk).update(organiser=town.other_branch)
    assert secretary.get(reverse("events:edit", args=[town.choir.pk])).status_code == 404


def test_a_stale_form_loses_nothing_and_overwrites_nothing(signed_in, town):
    staff, edit = signed_in(town.staff), reverse("events:edit", args=[town.choir.pk])
    assert staff.post(edit, sent(town, title="第一个人")).status_code == 302
    answer = staff.post(edit, sent(town, title="第二个人"))
    assert answer.status_code == 422
    assert "第二个人" in answer.content.decode()
    assert 'name="version" value="1"' in answer.content.decode()
    assert Event.objects.get(pk=town.choir.pk).title == "第一个人"
    assert staff.post(edit, sent(town, title="第二个人", version="1")).status_code == 302
    assert staff.post(edit, sent(town, title="没有版本", version="")).status_code == 422


def test_more_people_than_seats_are_refused(town):
    hall = Room.objects.create(
        facility=Facility.objects.create(unit=town.community, kind="hall", name="讲堂"),
        name="初心",
        seats=368,
    )
    with pytest.raises(DomainError, match="368"):
        operations.create_event(event=created(town, room=hall), sessions=[times(places=369)], by=town.staff)
    event = operations.create_event(
        event=created(town, room=hall), sessions=[times(places=368)], by=town.staff
    )
    session = event.sessions.get()
    with pytest.raises(DomainError, match="368"):
        operations.change_session(session=session, version=0, by=town.staff, places=369)
    operations.add_sessions(event=event, sessions=[times(days=9)], by=town.staff)
    assert event.sessions.latest("pk").places == 368
    smaller = Room.objects.create(facility=hall.facility, name="小", seats=20)
    event.room = smaller
    with pytest.raises(DomainError, match="20"):
        operations.edit_event(event=event, version=0, changed=["room"], by=town.staff)


def test_a_room_of_another_community_is_refused(town):
    far = Room.objects.create(
        facility=Facility.objects.create(unit=town.neighbour, kind="hall", name="远"), name="远"
    )
    with pytest.raises(DomainError):
        operations.create_event(event=created(town, room=far), by=town.staff)


def test_places_do_not_fall_below_what_is_taken(town):
    operations.register(session=town.choir_monday, resident=town.lin, by=town.lin_user)
    operations.register(session=town.choir_monday, resident=town.wang, by=town.wang_user)
    with pytest.raises(DomainError, match="2"):
        operations.change_session(session=town.choir_monday, version=0, by=town.staff, places=1)
    changed = operations.change_session(session=town.choir_monday, version=0, by=town.staff, places=5)
    assert (changed.places, changed.version) == (5, 1)
    with pytest.raises(operations.Stale):
        operations.change_session(session=town.choir_monday, version=0, by=town.staff, places=9)


def test_a_published_session_moves_only_with_a_reason(town):
    later = town.choir_monday.starts_at + timedelta(days=1)
    moved = {"starts_at": later, "ends_at": later + timedelta(hours=1)}
    with pytest.raises(DomainError):
        operations.change_session(session=town.choir_monday, version=0, by=town.staff, **moved)
    changed = operations.change_session(
        session=town.choir_monday, version=0, by=town.staff, reason="教师出差", **moved
    )
    assert changed.move_reason == "教师出差"


def test_cancelling_an_event_cancels_what_is_to_come_and_says_why(town):
    past = Session.objects.create(event=town.choir, community=town.community,
                                  starts_at=timezone.now() - timedelta(days=2),
                                  ends_at=timezone.now() - timedelta(days=1))  # fmt: skip
    with pytest.raises(DomainError):
        operations.cancel_event(event=town.choir, reason="  ", by=town.staff)
    operations.cancel_event(event=town.choir, reason="暴雨", by=town.staff)
    operations.cancel_event(event=town.choir, reason="别的", by=town.staff)
    town.choir_monday.refresh_from_db()
    past.refresh_from_db()
    assert (town.choir_monday.cancel_reason, past.cancelled_at) == ("暴雨", None)
    with pytest.raises(DomainError):
        operations.register(session=town.choir_monday, resident=town.lin, by=town.lin_user)


def test_cancelling_a_session_by_its_page(signed_in, town):
    staff, cancel = signed_in(town.staff), reverse("events:cancel_session", args=[town.choir_monday.pk])
    assert staff.get(cancel).status_code == 200
    assert staff.post(cancel, {"reason": ""}).status_code == 422
    assert staff.post(cancel, {"reason": "场地维修"}).status_code == 302
    assert Session.objects.get(pk=town.choir_monday.pk).cancel_reason == "场地维修"


def test_a_session_is_changed_by_its_page(signed_in, town):
    staff, change = signed_in(town.staff), reverse("events:change_session", args=[town.choir_monday.pk])
    form = staff.get(change).context["form"]
    values = {name: form[name].value() for name in form.fields}
    fields = {
        "on": values["on"].isoformat(), "start": f"{values['start']:%H:%M}", "end": f"{values['end']:%H:%M}",
        "places": "8", "version": "0", "note": "带水杯", "reason": "改到整分",
    }  # fmt: skip
    asked = staff.post(change, fields)  # who comes has to know: first a page says what changes
    assert (asked.status_code, Session.objects.get(pk=town.choir_monday.pk).version) == (200, 0)
    fields["seen"] = asked.context["seen"]
    assert staff.post(change, fields).status_code == 302
    session = Session.objects.get(pk=town.choir_monday.pk)
    assert (session.places, session.note, session.version) == (8, "带水杯", 1)
    answer = staff.post(change, fields)
    assert answer.status_code == 422
    assert 'value="1"' in answer.content.decode()


ACTS = {
    "edit": lambda event, by: operations.edit_event(
        event=event, version=event.version, by=by, changed=["title"]
    ),
    "publish": lambda event, by: operations.publish_event(event=event, by=by),
    "cancel": lambda event, by: operations.cancel_event(event=event, reason="因故", by=by),
    "discard": lambda event, by: operations.discard_event(event=event, by=by),
}
IDEMPOTENT = {("published", "publish"), ("cancelled", "cancel")}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", ["draft", "published", "cancelled"])
def test_every_step_goes_where_the_table_says(town, state, act):
    event = operations.create_event(event=created(town), sessions=[times()], by=town.staff)
    if state == "published":
        event = operations.publish_event(event=event, by=town.staff)
    if state == "cancelled":
        event = operations.cancel_event(event=event, reason="先前", by=town.staff)
    after = {(one, step): next_state for one, step, _right, next_state in EVENT_STEPS}
    if (state, act) in after and not after[state, act]:
        ACTS[act](event, town.staff)
        assert not Event.objects.filter(pk=event.pk).exists()
    elif (state, act) in after:
        assert ACTS[act](event, town.staff).state == after[state, act]
    elif (state, act) in IDEMPOTENT:
        assert ACTS[act](event, town.staff).state == state
    else:
        with pytest.raises(DomainError):
            ACTS[act](event, town.staff)
        assert Event.objects.get(pk=event.pk).state == state


def test_a_draft_is_discarded_from_its_page(signed_in, town):
    event = operations.create_event(event=created(town), sessions=[times()], by=town.staff)
    address = reverse("events:discard", args=[event.pk])
    assert address in signed_in(town.staff).get(reverse("events:desk_event", args=[event.pk])).text
    assert signed_in(town.staff).get(address).status_code == 200
    assert Event.objects.filter(pk=event.pk).exists()
    answer = signed_in(town.staff).post(address, follow=True)
    assert event.title in answer.text  # said once more, on the desk
    assert not Event.objects.filter(pk=event.pk).exists()
    assert Activity.objects.get(act="events.discard").object == f"events.event:{event.pk}"
    assert signed_in(town.staff).post(address).status_code == 404


def test_what_was_public_or_holds_people_is_not_discarded(signed_in, town):
    address = reverse("events:discard", args=[town.choir.pk])
    assert signed_in(town.staff).post(address).status_code == 422
    event = operations.create_event(event=created(town), sessions=[times()], by=town.staff)
    Registration.objects.create(session=event.sessions.get(), resident=town.lin, by=town.staff)
    with pytest.raises(DomainError):
        operations.discard_event(event=event, by=town.staff)
    assert Event.objects.count() == 2


def test_a_merged_person_holds_one_place(town):
    twin = town.zhao
    for person in (town.lin, twin):
        operations.register(session=town.choir_monday, resident=person, by=town.staff)
        town.choir_monday.refresh_from_db()
    operations.follow_merge(source=twin, target=town.lin, by=town.staff)
    assert Registration.objects.live().get().resident == town.lin
    assert Session.objects.get(pk=town.choir_monday.pk).places_taken == 1
    assert not Registration.objects.filter(resident=twin).exists()


def test_the_desk_costs_the_same_for_many(signed_in, town, django_assert_max_num_queries):
    staff = signed_in(town.staff)

    def cost():
        with django_assert_max_num_queries(12) as seen:
            assert staff.get(reverse("events:desk")).status_code == 200
        return len(seen)

    cost()  # signs the client in
    few = cost()
    for day in range(1, 9):
        for hour in range(8, 18):
            Session.objects.create(event=town.choir, community=town.community, **times(day, hour))
    assert cost() == few


def test_what_is_to_come_stands_before_what_was(signed_in, town):
    first = town.choir_monday
    for days in (-14, -7, 7):
        at = first.starts_at + timedelta(days=days)
        Session.objects.create(
            event=town.choir, community=town.community, starts_at=at, ends_at=at + timedelta(hours=1)
        )
    text = signed_in(town.staff).get(reverse("events:desk_event", args=[town.choir.pk])).text
    assert text.index("<summary>以往场次（2天）") > text.index(f'id="day{first.pk}"')
    Session.objects.filter(starts_at__gte=first.starts_at).delete()
    assert (
        "以往场次" not in signed_in(town.staff).get(reverse("events:desk_event", args=[town.choir.pk])).text
    )


@pytest.mark.parametrize("day", ["x", "0001-01-01", "9999-12-31", "2026-13-01", ""])
def test_a_desk_day_that_is_none_shows_today(signed_in, town, day):
    answer = signed_in(town.staff).get(reverse("events:desk"), {"from": day})
    assert answer.status_code == 200
    assert answer.context["first"] == timezone.localdate()


def test_the_first_day_of_dates(town):
    from events.models import start_of

    assert start_of(date(1, 1, 1)) < start_of(date(2026, 1, 1)) < start_of(date(9999, 12, 31))


def found_at_the_desk(client, **query):
    page = client.get(reverse("events:desk"), query)
    assert page.status_code == 200
    return [row["session"].pk for day in page.context["days"] for row in day["rows"]]


def test_the_desk_is_narrowed_by_words_kind_state_and_days(signed_in, town):
    staff, monday = signed_in(town.staff), town.choir_monday
    Event.objects.filter(pk=town.choir.pk).update(title_pinyin="shequhechang sqhc")
    past = Session.objects.create(event=town.choir, community=town.community, **times(-9, 9, 2))
    off = Session.objects.create(event=town.choir, community=town.community, cancelled_at=timezone.now(), **times(30, 9))  # fmt: skip
    Registration.objects.create(session=past, resident=town.lin, by=town.staff)
    assert found_at_the_desk(staff) == [monday.pk]
    for words in ("合唱", "HeChang", "sqhc"):
        assert found_at_the_desk(staff, q=words) == [past.pk, monday.pk, off.pk]
    assert found_at_the_desk(staff, q="合唱", until=timezone.localdate().isoformat()) == [past.pk]
    assert found_at_the_desk(staff, kind=town.choir.kind, state="coming") == [monday.pk]
    assert found_at_the_desk(staff, state="no_roll") == found_at_the_desk(staff, state="over") == [past.pk]
    assert found_at_the_desk(staff, state="cancelled") == [off.pk]
    assert found_at_the_desk(staff, state="free") == [monday.pk]
    assert found_at_the_desk(staff, state="waiting") == []
    SignUp.objects.create(event=town.choir, session=monday, resident=town.lin, state="waiting", by=town.staff)
    assert found_at_the_desk(staff, state="waiting") == [monday.pk]
    assert found_at_the_desk(staff, q="太极拳") == []


@pytest.mark.parametrize("query", [{"state": "x"}, {"kind": "x"}, {"q": "长" * 41}])
def test_a_desk_filter_nobody_understands_is_said(signed_in, town, query):
    assert signed_in(town.staff).get(reverse("events:desk"), query).status_code == 422


def test_a_draft_is_found_by_its_name(signed_in, town):
    Event.objects.filter(pk=town.choir.pk).update(published_at=None, published_by=None)
    staff = signed_in(town.staff)
    assert [event.pk for event in staff.get(reverse("events:desk"), {"q": "合唱"}).context["drafts"]] == [
        town.choir.pk
    ]
    assert not staff.get(reverse("events:desk"), {"q": "太极"}).context["drafts"]
