"""Who dies or moves away gives back what is still to come."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events import operations
from events.models import Discipline, Entry, Event, Registration, Session, SignUp, SignUpMember
from events.operations import sports
from notifications.models import InboxMessage
from residents.operations import died, move_out, said_after_leaving

from ..town import resident
from .test_queue import change


@pytest.fixture
def full(town):
    """Two places, held by 林秀英 and 王建国; 周明 waits."""
    town.session = Session.objects.select_related("event__unit").get(pk=town.choir_monday.pk)
    change(town.session, places=2)
    town.zhou = resident("周明", town.east_building, town.community)
    for person in (town.lin, town.wang, town.zhou):
        operations.sign_up(pool=town.session, resident=person, by=town.staff, at_the_desk=True, wait=True)
    InboxMessage.objects.all().delete()
    return town


def gone(t, person, act=died):
    return act(resident=person, left_on=timezone.localdate(), by=t.staff)


def states(t) -> dict[str, str]:
    return {
        one.resident.name: one.state
        for one in SignUp.objects.filter(session=t.session).select_related("resident")
    }


@pytest.mark.parametrize("act", [died, move_out])
def test_the_place_goes_to_the_next_one_and_nobody_is_told_but_they(full, act):
    row = gone(full, full.lin, act)
    assert states(full) == {"林秀英": "ended", "王建国": "placed", "周明": "offered"}
    assert not Registration.objects.live().filter(resident=full.lin).exists()
    assert said_after_leaving(row)[0] == "尚未开始的1项报名已取消，名额转给候补的人。"
    assert not InboxMessage.objects.filter(account=full.lin_user).exists()
    assert said_after_leaving(gone(full, full.lin, act)) == []  # a second click


def test_whoever_waits_is_offered_nothing_any_more(full):
    gone(full, full.zhou)
    operations.leave(sign_up=SignUp.objects.get(resident=full.wang), by=full.staff, at_the_desk=True)
    assert states(full)["周明"] == "ended"
    assert Session.objects.get(pk=full.session.pk).places_taken == 1


def test_no_place_is_offered_to_one_who_left_whatever_the_line_says(full):
    type(full.zhou).objects.filter(pk=full.zhou.pk).update(left_on=timezone.localdate(), left_why="died")
    operations.leave(sign_up=SignUp.objects.get(resident=full.wang), by=full.staff, at_the_desk=True)
    assert states(full)["周明"] == "waiting"


def test_the_others_of_a_group_keep_their_places(town):
    session = Session.objects.select_related("event__unit").get(pk=town.choir_monday.pk)
    change(town.choir, most_seats=3)
    made = operations.sign_up(
        pool=session, resident=town.lin, members=[town.wang], by=town.staff, at_the_desk=True
    )
    gone(town, town.lin)
    made.refresh_from_db()
    assert (made.resident, made.seats, made.state) == (town.wang, 1, "placed")
    assert not SignUpMember.objects.filter(sign_up=made).exists()
    assert [row.resident for row in Registration.objects.live().filter(session=session)] == [town.wang]


def test_what_has_begun_stays_as_it_is(full):
    now = timezone.now()
    change(full.session, starts_at=now - timedelta(minutes=5), ends_at=now + timedelta(hours=1))
    assert gone(full, full.lin).said_of == []
    assert states(full)["林秀英"] == "placed"


def test_an_entry_for_a_discipline_is_given_back(town):
    rope = sports.save_discipline(
        discipline=Discipline(event=town.choir, name="跳绳", places=1), by=town.staff
    )
    sports.enter(discipline=rope, resident=town.lin, by=town.lin_user)
    gone(town, town.lin)
    rope.refresh_from_db()
    assert (Entry.objects.live().exists(), rope.places_left) == (False, 1)


def test_of_a_course_the_dates_to_come_are_given_back(town):
    now = timezone.now()
    course = Event.objects.create(
        unit=town.community, kind="course", title="书法班", place="教室", is_course=True, places=1, created_by=town.staff,
        published_at=now, published_by=town.staff,
    )  # fmt: skip
    dates = [
        Session.objects.create(event=course, community=town.community, starts_at=now + timedelta(days=day),
                               ends_at=now + timedelta(days=day, hours=2)) for day in (1, 8, 15)
    ]  # fmt: skip
    for person in (town.lin, town.wang):
        operations.enrol(event=course, resident=person, by=town.staff, at_the_desk=True, wait=True)
    change(dates[0], starts_at=now - timedelta(days=6), ends_at=now - timedelta(days=5, hours=22))
    assert gone(town, town.lin).said_of == ["尚未开始的1项报名已取消，名额转给候补的人。"]
    assert SignUp.objects.get(resident=town.wang).state == "offered"
    held = Registration.objects.live().filter(resident=town.lin)
    assert [row.session for row in held] == [dates[0]]


def test_a_long_life_in_the_community_makes_it_no_slower(full, django_assert_max_num_queries):
    def cost(person) -> int:
        with django_assert_max_num_queries(99) as seen:
            gone(full, person)
        return len(seen)

    operations.leave(sign_up=SignUp.objects.get(resident=full.zhou), by=full.staff, at_the_desk=True)
    few = cost(full.lin)
    now = timezone.now()
    for days in range(1, 9):
        past = Session.objects.create(event=full.choir, community=full.community, starts_at=now - timedelta(days=days),
                                      ends_at=now - timedelta(days=days, hours=-1))  # fmt: skip
        made = SignUp.objects.create(
            event=full.choir, session=past, resident=full.wang, state="placed", by=full.staff
        )
        Registration.objects.create(session=past, resident=full.wang, by=full.staff, sign_up=made)
    assert cost(full.wang) == few
