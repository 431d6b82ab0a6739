"""Programmes, sports meets, half hours, copies and spending."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from config.errors import DomainError
from events import operations
from events.models import Discipline, Entry, Event, ProgrammeItem, Registration, Result, Session, Spending
from events.operations import copies, slots, sports, stage
from events.operations.expected import members_expected

from .. import town as people
from .test_desk import created, times


def add(town, *titles):
    for title in titles:
        item = ProgrammeItem(title=title, kind="song", minutes=10)
        stage.add_item(session=town.choir_monday, item=item, by=town.staff)


def titles(town):
    return [one["item"].title for one in stage.running_order(town.choir_monday)]


def test_items_start_after_each_other_and_move(signed_in, client, town):
    staff, address = signed_in(town.staff), reverse("events:items", args=[town.choir_monday.pk])
    for title in ("开场舞", "独唱", "快板"):
        sent = {"title": title, "kind": "song", "minutes": "8", "performers": "银燕队"}
        assert staff.post(address, sent).status_code == 302
    order = stage.running_order(town.choir_monday)
    assert order[2]["at"] - order[0]["at"] == timedelta(minutes=16)
    last = order[2]["item"]
    for _click in range(2):
        staff.post(reverse("events:move_item", args=[last.pk]), {"to": "1"})
    assert titles(town) == ["快板", "开场舞", "独唱"]
    staff.post(reverse("events:remove_item", args=[order[0]["item"].pk]))
    assert [(one["number"], one["item"].order) for one in stage.running_order(town.choir_monday)] == [
        (1, 1),
        (2, 2),
    ]
    page = client.get(town.choir.get_absolute_url()).text
    assert page.index("快板") < page.index("独唱")
    sheet = reverse("events:programme_sheet", args=[town.community, town.choir.pk, town.choir_monday.pk])
    assert "银燕队" in client.get(sheet).text
    assert client.get(sheet.replace("wenfeng", "shunjing")).status_code == 404


@pytest.mark.parametrize(
    "bad", [{"title": ""}, {"minutes": "0"}, {"minutes": "999"}, {"kind": "x"}, {"team": "77777"}]
)
def test_an_item_that_does_not_fit(signed_in, town, bad):
    sent = {"title": "独唱", "kind": "song", "minutes": "8"} | bad
    answer = signed_in(town.staff).post(reverse("events:items", args=[town.choir_monday.pk]), sent)
    assert answer.status_code == 422
    assert not ProgrammeItem.objects.exists()


@pytest.fixture
def meet(town):
    return sports.save_discipline(
        discipline=Discipline(event=town.choir, name="跳绳", age_from=60, places=1, best="low"), by=town.staff
    )


def test_entering_takes_a_place_once(town, meet):
    first = sports.enter(discipline=meet, resident=town.lin, by=town.lin_user)
    assert sports.enter(discipline=meet, resident=town.lin, by=town.lin_user) == first
    meet.refresh_from_db()
    assert meet.places_taken == 1
    with pytest.raises(DomainError):
        sports.enter(discipline=meet, resident=town.wang, by=town.wang_user)
    sports.withdraw_entry(entry=first, by=town.lin_user)
    sports.withdraw_entry(entry=first, by=town.lin_user)
    meet.refresh_from_db()
    assert meet.places_taken == 0


def test_a_stale_look_at_the_last_place_does_not_oversell(town, meet):
    seen = Discipline.objects.select_related("event").get(pk=meet.pk)  # as it was before the other came
    sports.enter(discipline=meet, resident=town.lin, by=town.lin_user)
    with pytest.raises(DomainError):
        sports.enter(discipline=seen, resident=town.wang, by=town.wang_user)
    assert Entry.objects.live().count() == 1


def test_age_and_sex_are_looked_at(town, meet):
    Discipline.objects.filter(pk=meet.pk).update(age_from=None, age_to=12)
    meet.refresh_from_db()
    assert "12岁及以下" in sports.entry_refusal(meet, town.lin)
    Discipline.objects.filter(pk=meet.pk).update(age_to=None, sex="m")
    meet.refresh_from_db()
    assert sports.entry_refusal(meet, town.lin)
    assert not sports.entry_refusal(meet, town.wang)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(None, None, ""), (60, None, "60岁及以上"), (None, 12, "12岁及以下"), (60, 69, "60–69岁")],
)
def test_ages_are_said_in_words(town, meet, low, high, words):
    meet.age_from, meet.age_to = low, high
    assert sports.ages(meet) == words


def test_residents_enter_by_their_page(signed_in, town, meet):
    address = reverse("events:enter", args=[town.community, town.choir.pk, meet.pk])
    lin = signed_in(town.lin_user)
    assert lin.get(address).status_code == 200
    assert lin.post(address, {"person": town.wang.pk}).status_code == 404  # somebody else
    assert lin.post(address, {"person": town.lin.pk}).status_code == 302
    assert signed_in(town.wang_user).post(address, {"person": town.wang.pk}).status_code == 422  # full
    entry = Entry.objects.get()
    away = reverse("events:withdraw_entry", args=[town.community, town.choir.pk, meet.pk])
    assert signed_in(town.wang_user).post(away, {"entry": entry.pk}).status_code == 404
    assert lin.post(away, {"entry": entry.pk}).status_code == 302
    assert not Entry.objects.live().exists()


def test_a_team_has_a_name(town, meet):
    Discipline.objects.filter(pk=meet.pk).update(team_size=8)
    meet.refresh_from_db()
    with pytest.raises(DomainError):
        sports.enter(discipline=meet, resident=town.lin, by=town.lin_user)
    assert (
        sports.enter(discipline=meet, resident=town.lin, by=town.lin_user, team="东苑队").public_name()
        == "东苑队"
    )


def test_places_follow_from_marks_and_names_are_masked(signed_in, client, town, meet):
    Discipline.objects.filter(pk=meet.pk).update(places=None)
    entries = [
        sports.enter(discipline=meet, resident=one, by=town.staff, at_the_desk=True)
        for one in (town.lin, town.wang)
    ]
    staff, address = signed_in(town.staff), reverse("events:results", args=[meet.pk])
    lin, wang = (f"e{entry.pk}" for entry in entries)
    assert staff.post(address, {f"{lin}-mark": "58"}).status_code == 422  # it has not begun
    assert not Result.objects.exists()
    now = timezone.now()
    town.choir.sessions.update(starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1))
    assert staff.post(address, {f"{lin}-mark": "x"}).status_code == 422
    assert staff.post(address, {f"{lin}-mark": "1:05.3", f"{wang}-mark": "58"}).status_code == 302
    assert dict(Result.objects.values_list("entry__resident__name", "rank")) == {"林秀英": 2, "王建国": 1}
    page = client.get(town.choir.get_absolute_url()).text
    assert "王*国" in page
    assert "王建国" not in page
    staff.post(address, {f"{lin}-mark": "", f"{wang}-mark": "58"})
    assert Result.objects.count() == 1


@pytest.mark.parametrize(
    "bad",
    [{"name": ""}, {"places": "0"}, {"age_from": "70", "age_to": "60"}, {"team_size": ""}, {"best": "x"}],
)
def test_a_discipline_that_does_not_fit(signed_in, town, bad):
    sent = {"name": "拔河", "team_size": "1", "best": "place"} | bad
    answer = signed_in(town.staff).post(reverse("events:disciplines", args=[town.choir.pk]), sent)
    assert answer.status_code == 422
    assert not Discipline.objects.exists()


def test_half_hours_with_a_quota(signed_in, town):
    event = operations.create_event(event=created(town), by=town.staff)
    address = reverse("events:add_slots", args=[event.pk])
    sent = {"on": "2027-04-20", "first": "8:00", "last": "11:30", "minutes": "30", "places": "10"}
    assert signed_in(town.staff).post(address, sent).status_code == 302
    assert [session.places for session in event.sessions.all()] == [10] * 8
    assert Event.objects.get(pk=event.pk).one_session_each
    for bad in ({"last": "7:00"}, {"minutes": "0"}, {"places": ""}, {"minutes": "5", "last": "23:00"}):
        assert signed_in(town.staff).post(address, sent | bad).status_code == 422
    assert len(slots.slots(date(2027, 4, 20), time(8), time(11, 30), 30)) == 8


def test_half_hours_take_the_place_of_the_morning_that_a_draft_had(signed_in, town):
    event = operations.create_event(event=created(town), by=town.staff, sessions=[times(3)])
    whole = event.sessions.get()
    address, staff = reverse("events:add_slots", args=[event.pk]), signed_in(town.staff)
    form = staff.get(address).context["form"]
    begins, ends = timezone.localtime(whole.starts_at), timezone.localtime(whole.ends_at)
    assert (form["on"].value(), form["first"].value()) == (begins.date(), begins.strftime("%H:%M"))
    last = (ends - timedelta(minutes=30)).strftime("%H:%M")
    sent = {
        "on": begins.date().isoformat(),
        "first": form["first"].value(),
        "last": last,
        "minutes": "30",
        "places": "5",
    }
    count = (whole.ends_at - whole.starts_at) // timedelta(minutes=30)
    for _click in range(2):
        assert staff.post(address, sent).status_code == 302
        assert [one.places for one in event.sessions.all()] == [5] * count
    operations.publish_event(event=Event.objects.get(pk=event.pk), by=town.staff)
    refused = staff.post(address, sent)
    assert refused.status_code == 422
    assert "这个时间已有一场" in refused.text
    assert event.sessions.count() == count


@pytest.mark.parametrize("what", ["sign-up", "running order"])
def test_a_session_of_a_draft_with_a_sign_up_or_a_running_order_stays(town, what):
    event = operations.create_event(event=created(town), by=town.staff, sessions=[times(3)])
    whole = event.sessions.get()
    if what == "sign-up":
        Registration.objects.create(session=whole, resident=town.lin, by=town.staff)
    else:
        stage.add_item(session=whole, item=ProgrammeItem(title="独唱", kind="song", minutes=5), by=town.staff)
    begins = timezone.localtime(whole.starts_at)
    with pytest.raises(DomainError, match="这个时间已有一场"):
        slots.add_slots(event=event, day=begins.date(), first=begins.time(), last=begins.time(), minutes=30,
                        places=5, by=town.staff)  # fmt: skip
    assert event.sessions.get() == whole


def test_a_copy_takes_along_what_is_asked(town, meet):
    add(town, "开场舞")
    bare = copies.copy_event(event=town.choir, by=town.staff, title="明年的合唱")
    assert (bare.state, bare.copied_from, bare.sessions.count(), bare.disciplines.get().places_taken) == (
        "draft",
        town.choir,
        0,
        0,
    )
    first = timezone.localdate(town.choir_monday.starts_at) + timedelta(days=7)
    whole = copies.copy_event(event=town.choir, by=town.staff, first_on=first)
    session = whole.sessions.get()
    assert session.starts_at - town.choir_monday.starts_at == timedelta(days=7)
    assert (session.places, session.items.get().title) == (2, "开场舞")


def test_a_template_is_never_public(signed_in, client, town):
    staff = signed_in(town.staff)
    staff.post(reverse("events:keep_as_template", args=[town.choir.pk]))
    template = Event.objects.templates().get()
    with pytest.raises(DomainError):
        operations.publish_event(event=template, by=town.staff)
    assert client.get(template.get_absolute_url()).status_code == 404
    assert "社区合唱" in staff.get(reverse("events:templates")).text
    assert template not in Event.objects.in_draft()
    day = timezone.localdate() + timedelta(days=20)
    answer = staff.post(
        reverse("events:copy", args=[template.pk]), {"title": "新合唱", "first_on": day.isoformat()}
    )
    made = Event.objects.get(title="新合唱")
    assert answer.url == reverse("events:desk_event", args=[made.pk])
    assert (made.is_template, timezone.localdate(made.sessions.get().starts_at)) == (False, day)


def test_members_are_expected_as_of_the_day(town):
    event = operations.create_event(
        event=created(town, organiser=town.branch, audience="party"),
        sessions=[times(3)],
        by=town.staff,
    )
    session = event.sessions.get()
    people.resident("新党员", town.east_building, town.community, is_party_member=True, party_branch=town.branch,
                    party_joined_on=timezone.localdate())  # fmt: skip
    Event.objects.filter(pk=event.pk).update(kind="party")
    Session.objects.filter(pk=session.pk).update(starts_at=timezone.now() - timedelta(days=2))
    session = Session.objects.select_related("event").get(pk=session.pk)
    assert [one.name for one in members_expected(session)] == ["王建国"]  # the other joined later
    assert members_expected(Session.objects.get(pk=town.choir_monday.pk)) is None


def test_spending_is_added_up_and_taken_back(signed_in, town):
    staff, address = signed_in(town.staff), reverse("events:spendings", args=[town.choir.pk])
    sent = {"what": "月饼", "yuan": "1234.50", "donor_name": "爱心超市", "spent_on": "2026-09-25"}
    assert staff.post(address, sent).status_code == 302
    assert "1,234.50" in staff.get(address).text
    for bad in ({"yuan": "0"}, {"yuan": "1.234"}, {"yuan": "9e12"}, {"what": ""}, {"spent_on": "1800-01-01"}):
        assert staff.post(address, sent | bad).status_code == 422
    for _click in range(2):
        staff.post(reverse("events:take_back_spending", args=[Spending.objects.get().pk]))
    assert Spending.objects.total() == 0


def test_a_spending_sent_twice_by_one_form_is_kept_once(signed_in, town):
    staff, address = signed_in(town.staff), reverse("events:spendings", args=[town.choir.pk])
    token = staff.get(address).context["form"].fields["token"].initial
    sent = {"what": "月饼", "yuan": "100", "spent_on": "2026-09-25"}
    for _click in range(2):
        assert staff.post(address, sent | {"token": token}).status_code == 302
    assert Spending.objects.total() == 100_00
    staff.post(address, sent | {"token": staff.get(address).context["form"].fields["token"].initial})
    assert Spending.objects.total() == 200_00
    assert staff.post(address, sent | {"token": "x"}).status_code == 422
