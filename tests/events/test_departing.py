"""Who dies or moves away gives back what is still to come."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events import operations
from events.models import Discipline, Entry, Registration, Session, SignUp, SignUpMember
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
