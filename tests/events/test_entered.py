"""Who has entered for a discipline of a sports meet: seen on one's own pages, told of changes, reminded."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from config.errors import DomainError
from events import operations, reminders
from events.feeds import my_sessions
from events.models import Discipline, Entry, Session
from events.operations import series, sports
from notifications.models import InboxMessage
from residents.models import Household, Mandate

from ..town import resident
from .test_queue import change


@pytest.fixture
def meet(town, settings):
    """In three days, with a discipline that has one place; 林秀英's grandson lives with her."""
    settings.SMS_GATEWAY = "none"
    start = timezone.now().replace(microsecond=0) + timedelta(days=3)
    change(town.choir_monday, starts_at=start, ends_at=start + timedelta(hours=2))
    town.rope = sports.save_discipline(
        discipline=Discipline(event=town.choir, name="跳绳", places=1), by=town.staff
    )
    home = Household.objects.create(community=town.community, path=town.lin.path)
    town.lin.household, town.lin.relation = home, "head"
    town.lin.save(update_fields=["household", "relation"])
    town.child = resident("林小宝", town.east_building, town.community, household=home, relation="grandchild",
                          born_on=date(timezone.localdate().year - 8, 1, 1))  # fmt: skip
    town.session = Session.objects.select_related("event__unit").get(pk=town.choir_monday.pk)
    return town


def page_of(t):
    return reverse("events:enter", args=[t.community, t.choir.pk, t.rope.pk])


def kinds(user) -> list[str]:
    return list(InboxMessage.objects.of(user).order_by("pk").values_list("kind", flat=True))


def test_it_stands_on_ones_own_pages_and_is_withdrawn_though_all_places_are_taken(meet, signed_in):
    lin = signed_in(meet.lin_user)
    lin.post(page_of(meet), {"person": meet.lin.pk})
    event = lin.get(meet.choir.get_absolute_url()).text
    assert "林秀英已报名" in event
    assert page_of(meet) in event
    assert page_of(meet) in lin.get("/my/").text
    other = signed_in(meet.wang_user)
    assert page_of(meet) not in other.get("/my/").text
    assert "林秀英" not in other.get(meet.choir.get_absolute_url()).text
    away = reverse("events:withdraw_entry", args=[meet.community, meet.choir.pk, meet.rope.pk])
    lin.post(away, {"entry": Entry.objects.get().pk})
    assert page_of(meet) not in lin.get("/my/").text
    assert page_of(meet) in lin.get(meet.choir.get_absolute_url()).text


def test_a_meet_that_is_over_or_cancelled_on_ones_own_page(meet, signed_in):
    sports.enter(discipline=meet.rope, resident=meet.lin, by=meet.lin_user)
    operations.cancel_event(event=meet.choir, reason="下雨", by=meet.staff)
    own = signed_in(meet.lin_user).get("/my/").text
    assert page_of(meet) in own
    assert "已取消" in own
    with time_machine.travel(meet.session.ends_at + timedelta(hours=1), tick=False):
        assert page_of(meet) not in signed_in(meet.lin_user).get("/my/").text


def test_changes_and_cancelling_are_told(meet):
    sports.enter(discipline=meet.rope, resident=meet.lin, by=meet.lin_user)
    assert series.told([meet.session]) == 1
    later = meet.session.starts_at + timedelta(days=1)
    operations.change_session(
        session=meet.session, version=meet.session.version, by=meet.staff, reason="下雨", starts_at=later,
        ends_at=later + timedelta(hours=2),
    )  # fmt: skip
    operations.cancel_event(event=meet.choir, reason="还在下雨", by=meet.staff)
    assert kinds(meet.lin_user) == ["moved", "cancelled"]
    assert kinds(meet.wang_user) == []


def test_whoever_signed_up_too_is_told_and_reminded_once(meet):
    with time_machine.travel(timezone.now() - timedelta(days=1), tick=False):
        operations.sign_up(pool=meet.session, resident=meet.lin, by=meet.lin_user)
        sports.enter(discipline=meet.rope, resident=meet.lin, by=meet.lin_user)
    InboxMessage.objects.all().delete()
    assert series.told([meet.session]) == 1
    for hours in (23, 22, 1.9):
        with time_machine.travel(meet.session.starts_at - timedelta(hours=hours), tick=False):
            reminders.tell_reminders()
    operations.cancel_event(event=meet.choir, reason="下雨", by=meet.staff)
    assert kinds(meet.lin_user) == ["day_before", "hours_before", "cancelled"]


def test_whoever_withdrew_hears_nothing(meet):
    entry = sports.enter(discipline=meet.rope, resident=meet.lin, by=meet.lin_user)
    sports.withdraw_entry(entry=entry, by=meet.lin_user)
    operations.cancel_event(event=meet.choir, reason="下雨", by=meet.staff)
    assert (series.told([meet.session]), kinds(meet.lin_user)) == (0, [])


def test_the_meet_is_in_ones_calendar(meet):
    sports.enter(discipline=meet.rope, resident=meet.lin, by=meet.lin_user)
    found, sure = my_sessions(meet.lin_user)
    assert (list(found), list(sure)) == ([meet.session], [meet.session.pk])
    assert list(my_sessions(meet.wang_user)[0]) == []


def test_they_stand_on_the_roll_and_are_checked_in(meet, signed_in):
    sports.enter(discipline=meet.rope, resident=meet.lin, by=meet.lin_user)
    now = timezone.now()
    change(meet.choir_monday, starts_at=now - timedelta(minutes=10), ends_at=now + timedelta(hours=1))
    staff, roll = signed_in(meet.staff), reverse("events:roll", args=[meet.choir_monday.pk])
    shown = staff.get(roll).text
    assert "林秀英" in shown
    assert "王建国" not in shown
    person = f'name="resident" value="{meet.lin.pk}"'
    found = re.search(rf'action="([^"]*)"[^>]*>(?:(?!</form>).)*{person}', shown, re.S)
    assert found
    staff.post(found[1], {"resident": meet.lin.pk})
    assert [row.resident for row in meet.choir_monday.attendances.live()] == [meet.lin]


def test_a_child_is_entered_by_an_adult_of_the_household_who_agrees(meet, signed_in):
    lin = signed_in(meet.lin_user)
    sent = {"person": meet.child.pk}
    refused = lin.post(page_of(meet), sent)
    assert (refused.status_code, Entry.objects.exists()) == (422, False)
    assert "请勾选" in refused.text
    assert signed_in(meet.wang_user).post(page_of(meet), sent | {"consent": "on"}).status_code == 404
    assert lin.post(page_of(meet), sent | {"consent": "on"}).status_code == 302
    entry = Entry.objects.get()
    assert (entry.resident, entry.guardian) == (meet.child, meet.lin)
    assert entry.consent_at is not None
    assert "林小宝已报名" in lin.get(meet.choir.get_absolute_url()).text
    operations.cancel_event(event=meet.choir, reason="下雨", by=meet.staff)
    assert kinds(meet.lin_user) == ["cancelled"]


def test_nobody_else_agrees_for_a_child(meet):
    with pytest.raises(DomainError, match="十四周岁"):
        sports.enter(
            discipline=meet.rope, resident=meet.child, by=meet.wang_user, guardian=meet.wang, consent=True
        )
    assert not Entry.objects.exists()


def test_a_child_is_not_offered_what_is_for_other_ages(meet, signed_in):
    change(meet.rope, age_from=60)
    text = signed_in(meet.lin_user).get(page_of(meet)).text
    assert "林秀英" in text
    assert "林小宝" not in text


def test_staff_asked_a_guardian_before_they_enter_a_child(meet, signed_in):
    change(meet.rope, team_size=2)
    staff, address = signed_in(meet.staff), reverse("events:enter_for", args=[meet.rope.pk])
    found = staff.post(address, {"q": "林小宝"}).url
    sent = {"resident": meet.child.pk, "team": "小龙队"}
    refused = staff.post(found, sent)
    assert refused.status_code == 422
    assert "小龙队" in refused.text
    assert staff.post(found, sent | {"consent": "on"}).status_code == 302
    assert Entry.objects.get().consent_at is not None


def test_by_mandate_an_elder_is_entered(meet, signed_in):
    today = timezone.localdate()
    Mandate.objects.create(
        principal=meet.lin, holder=meet.wang_user, made_by=meet.staff, starts_on=today, paper="1",
        ends_on=today + timedelta(days=30),
    )  # fmt: skip
    wang = signed_in(meet.wang_user)
    assert wang.post(page_of(meet), {"person": meet.lin.pk}).status_code == 302
    assert Entry.objects.get().resident == meet.lin
    assert "林秀英" in wang.get("/my/").text


def test_a_name_typed_for_a_team_stays_when_it_is_refused(meet, signed_in):
    change(meet.rope, team_size=2)
    refused = signed_in(meet.lin_user).post(page_of(meet), {"person": meet.child.pk, "team": "小龙队"})
    assert refused.status_code == 422
    assert "小龙队" in refused.text
