"""The waiting list: who is next, what is offered, and what happens when the offer ends."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from config.errors import DomainError
from events import operations
from events.models import QueueMove, Registration, Session, SignUp
from events.operations import queue
from events.operations.recount import counted
from notifications.models import InboxMessage

from ..town import resident


def change(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)
    row.refresh_from_db()


def agrees(pool):
    """The counter of the pool is that of its rows."""
    pool = type(pool).objects.get(pk=pool.pk)
    return (
        counted(type(pool).objects.filter(pk=pool.pk)).values_list("seats", flat=True).get()
        == pool.places_taken
    )


@pytest.fixture
def full(town):
    """A session of two places, both taken by 甲 and 乙; 丙, 丁 and 戊 want one."""
    change(town.choir, most_seats=4)
    town.people = [resident(name, town.east, town.community) for name in "甲乙丙丁戊己"]
    for person in town.people[:2]:
        town_sign_up(town, person)
    return town


def town_sign_up(t, person, **how):
    session = Session.objects.select_related("event").get(pk=t.choir_monday.pk)
    return operations.sign_up(pool=session, resident=person, by=t.staff, at_the_desk=True, **how)


def wait(t, number, **how):
    return town_sign_up(t, t.people[number], wait=True, **how)


def give_back(t, number):
    place = Registration.objects.live().get(session=t.choir_monday, resident=t.people[number])
    return operations.withdraw(registration=place, by=t.staff)


def state(sign_up):
    sign_up.refresh_from_db()
    return sign_up.state


def test_who_does_not_ask_to_wait_is_told_that_it_is_full(full):
    with pytest.raises(DomainError, match="候补"):
        town_sign_up(full, full.people[2])
    change(full.choir, has_waiting_list=False)
    with pytest.raises(DomainError, match="其他场次"):
        wait(full, 2)
    assert SignUp.objects.count() == 2


def test_the_line_is_in_the_order_of_coming(full):
    first, second = wait(full, 2), wait(full, 3)
    assert (first.position(), second.position()) == (1, 2)
    assert wait(full, 2) == first
    operations.leave(sign_up=first, by=full.staff)
    assert (state(first), first.end, second.position()) == ("ended", "left", 1)


def test_a_freed_place_is_offered_to_the_first_and_to_nobody_else(full):
    first, second = wait(full, 2), wait(full, 3)
    give_back(full, 0)
    assert (state(first), state(second)) == ("offered", "waiting")
    assert first.offer_until > timezone.now()
    with pytest.raises(DomainError):
        town_sign_up(full, full.people[4])
    assert agrees(full.choir_monday)


def test_an_offer_is_accepted_once(full):
    first = wait(full, 2)
    give_back(full, 0)
    operations.accept(sign_up=first, by=full.staff)
    operations.accept(sign_up=first, by=full.staff)
    assert state(first) == "placed"
    assert Registration.objects.live().filter(resident=full.people[2]).count() == 1
    assert agrees(full.choir_monday)


def test_an_offer_declined_goes_to_the_next(full):
    first, second = wait(full, 2), wait(full, 3)
    give_back(full, 0)
    operations.decline(sign_up=first, by=full.staff)
    operations.decline(sign_up=first, by=full.staff)
    assert (state(first), first.end, state(second)) == ("ended", "declined", "offered")
    with pytest.raises(DomainError):
        operations.accept(sign_up=first, by=full.staff)
    assert agrees(full.choir_monday)


def test_an_offer_whose_time_is_over_goes_on_by_the_clock(full):
    first, second = wait(full, 2), wait(full, 3)
    give_back(full, 0)
    change(first, offer_until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(DomainError, match="保留时间"):
        operations.accept(sign_up=first, by=full.staff)
    queue.run_offers()
    assert (state(first), first.end, state(second)) == ("ended", "expired", "offered")
    assert agrees(full.choir_monday)


@pytest.mark.parametrize(
    ("starts_in", "stands"),
    [(72 * 60, 24 * 60), (20 * 60, 19 * 60 + 30), (80, 60), (40, 40)],  # minutes
)
def test_how_long_an_offer_stands(town, starts_in, stands):
    now = timezone.now()
    session = town.choir_monday
    session.starts_at = now + timedelta(minutes=starts_in)
    assert queue.offer_until(session, now) == now + timedelta(minutes=stands)


def test_a_group_that_does_not_fit_is_passed_over_and_keeps_its_place(full):
    group = wait(full, 2, members=[full.people[3]])
    single = wait(full, 4)
    give_back(full, 0)
    assert (state(group), state(single), group.passed_over) == ("waiting", "offered", 1)
    assert group.position() == 1
    operations.decline(sign_up=single, by=full.staff)
    assert state(group) == "waiting"
    give_back(full, 1)
    assert (state(group), group.offered_seats) == ("offered", 2)
    operations.accept(sign_up=group, by=full.staff)
    assert Registration.objects.live().filter(session=full.choir_monday).count() == 2
    assert agrees(full.choir_monday)


def test_a_group_that_agreed_is_offered_a_part(full):
    group = wait(full, 2, members=[full.people[3]], may_split=True)
    give_back(full, 0)
    assert (state(group), group.offered_seats) == ("offered", 1)
    operations.accept(sign_up=group, by=full.staff)
    rest = SignUp.objects.get(resident=full.people[3])
    assert (group.seats, state(rest), rest.seats) == (2, "waiting", 1)
    assert state(group) == "placed"
    assert agrees(full.choir_monday)


def test_a_group_may_refuse_a_part_and_wait_on(full):
    group = wait(full, 2, companions=1, may_split=True)
    give_back(full, 0)
    operations.decline(sign_up=group, by=full.staff, wait_on=True)
    assert (state(group), group.may_split, group.position()) == ("waiting", False, 1)
    assert Session.objects.get(pk=full.choir_monday.pk).places_taken == 1
    assert agrees(full.choir_monday)


def test_companions_without_a_name_take_seats(town):
    change(town.choir, most_seats=2)
    made = town_sign_up(town, town.lin, companions=1)
    place = Registration.objects.get(sign_up=made)
    assert (place.seats, made.seats) == (2, 2)
    assert agrees(town.choir_monday)
    operations.withdraw(registration=place, by=town.staff)
    assert Session.objects.get(pk=town.choir_monday.pk).places_taken == 0


def test_the_first_of_a_group_goes_and_the_others_stay(full):
    change(full.choir_monday, places=9)
    group = town_sign_up(full, full.people[2], members=[full.people[3]], companions=1)
    operations.leave(sign_up=group, member=full.people[2], by=full.staff)
    assert state(group) == "placed"
    assert (group.resident, group.seats, group.companions) == (full.people[3], 1, 0)
    assert agrees(full.choir_monday)
    assert town_sign_up(full, full.people[2]).state == "placed"


def test_somebody_named_in_a_group_does_not_sign_up_again(full):
    change(full.choir_monday, places=9)
    town_sign_up(full, full.people[2], members=[full.people[3]])
    with pytest.raises(DomainError, match="丁"):
        town_sign_up(full, full.people[3])


def test_nobody_overtakes_who_waits_when_a_place_is_left(full):
    first = wait(full, 2)
    change(full.choir_monday, places=3)  # raised behind the operations' back
    with pytest.raises(DomainError):
        town_sign_up(full, full.people[3])
    assert state(first) == "waiting"


def test_more_places_are_offered_and_fewer_than_taken_refused(full):
    first, second = wait(full, 2), wait(full, 3)
    session = Session.objects.get(pk=full.choir_monday.pk)
    operations.change_session(session=session, version=session.version, by=full.staff, places=4)
    assert (state(first), state(second)) == ("offered", "offered")
    session.refresh_from_db()
    with pytest.raises(DomainError, match="4"):
        operations.change_session(session=session, version=session.version, by=full.staff, places=3)


def test_a_session_moved_nearer_shortens_the_offers(full):
    first = wait(full, 2)
    change(
        full.choir_monday,
        starts_at=timezone.now() + timedelta(days=9),
        ends_at=timezone.now() + timedelta(days=10),
    )
    give_back(full, 0)
    session = Session.objects.get(pk=full.choir_monday.pk)
    soon = timezone.now() + timedelta(hours=5)
    operations.change_session(
        session=session, version=session.version, by=full.staff, reason="老师有事", starts_at=soon, ends_at=soon + timedelta(hours=1)
    )  # fmt: skip
    first.refresh_from_db()
    assert first.offer_until <= soon


def test_what_was_promised_stands_when_only_the_hours_or_the_places_change(full):
    first = wait(full, 2)
    give_back(full, 0)
    first.refresh_from_db()
    promised = first.offer_until
    change(full.choir, offer_hours=1)
    session = Session.objects.get(pk=full.choir_monday.pk)
    operations.change_session(session=session, version=session.version, by=full.staff, places=4)
    first.refresh_from_db()
    assert first.offer_until == promised


def test_a_cancelled_session_releases_the_line_and_its_seats(full):
    first, second = wait(full, 2), wait(full, 3)
    give_back(full, 0)
    operations.cancel_session(session=full.choir_monday, reason="下雨", by=full.staff)
    assert {state(first), state(second)} == {"ended"}
    assert {first.end, second.end} == {"cancelled"}
    assert agrees(full.choir_monday)


def test_a_cancelled_event_releases_the_line(full):
    first = wait(full, 2)
    operations.cancel_event(event=full.choir, reason="停办", by=full.staff)
    assert (state(first), first.end) == ("ended", "cancelled")


def test_when_it_begins_nobody_waits_any_more(full):
    first, second = wait(full, 2), wait(full, 3)
    give_back(full, 0)
    change(full.choir_monday, starts_at=timezone.now() - timedelta(minutes=1))
    queue.run_offers()
    assert {state(first), state(second)} == {"ended"}
    assert agrees(full.choir_monday)


def test_whoever_staff_take_out_of_the_line_is_told_why(full, signed_in):
    first, second = town_sign_up(full, full.lin, wait=True), wait(full, 3)
    address = reverse("events:remove", args=[first.pk])
    staff = signed_in(full.staff)
    assert staff.post(address, {"reason": ""}).status_code == 422
    assert state(first) == "waiting"
    assert staff.post(address, {"reason": "本人来电退出"}).status_code == 302
    staff.post(address, {"reason": "再点一次"})
    assert (state(first), first.end_reason, second.position()) == ("ended", "本人来电退出", 1)
    told = InboxMessage.objects.filter(account=full.lin_user, kind="withdrawn")
    assert [("本人来电退出" in one.text) for one in told] == [True]


def test_staff_move_somebody_up_only_with_a_reason_that_stays(full):
    wait(full, 2)
    last = wait(full, 3)
    with pytest.raises(DomainError):
        operations.move_up(sign_up=last, to=1, reason=" ", by=full.staff)
    move = operations.move_up(sign_up=last, to=1, reason="行动不便", by=full.staff)
    last.refresh_from_db()
    assert (last.position(), move.was, move.now) == (1, 2, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        QueueMove.objects.filter(pk=move.pk).update(reason="别的")
    with pytest.raises(DomainError):
        operations.move_up(sign_up=last, to=2, reason="往后", by=full.staff)


def test_who_was_offered_a_part_keeps_the_place_when_others_are_moved_up(full):
    change(full.choir_monday, places=3)
    group = wait(full, 2, members=[full.people[3]], may_split=True)  # is offered the third place
    behind, last = wait(full, 4), wait(full, 5)
    operations.leave(sign_up=wait(full, 4), by=full.staff)
    again = wait(full, 4)
    operations.move_up(sign_up=again, to=1, reason="行动不便", by=full.staff)
    operations.decline(sign_up=group, by=full.staff, wait_on=True)
    line = SignUp.objects.of_pool(full.choir_monday).filter(state__in=["waiting", "offered"])
    assert list(line.order_by("rank", "pk")) == [group, again, last]
    assert state(behind) == "ended"


def test_the_rest_of_a_split_group_is_behind_nobody_who_came_later(full):
    """Whoever waited longest goes on first, also after somebody behind was moved up."""
    early = wait(full, 5)
    operations.leave(sign_up=early, by=full.staff)  # the numbers of the line do not begin at 1
    change(full.choir_monday, places=3)
    group = wait(full, 2, members=[full.people[3]], may_split=True)
    wait(full, 4)
    last = wait(full, 5)
    operations.move_up(sign_up=last, to=1, reason="行动不便", by=full.staff)
    operations.accept(sign_up=group, by=full.staff)
    rest = SignUp.objects.get(resident=full.people[3])
    last.refresh_from_db()
    assert (state(rest), rest.position(), last.position()) == ("waiting", 1, 2)


def test_what_is_free_meanwhile_is_offered_to_the_rest_of_the_group_first(full):
    group = wait(full, 2, members=[full.people[3]], may_split=True)
    behind = wait(full, 4)
    give_back(full, 0)
    assert (state(group), group.offered_seats) == ("offered", 1)
    give_back(full, 1)
    assert (state(group), group.offered_seats, state(behind)) == ("offered", 2, "waiting")
    assert agrees(full.choir_monday)


def test_two_rows_of_one_human_keep_one_place_in_the_line(full):
    from residents.operations import merge

    first, second = wait(full, 2), wait(full, 3)
    merge(source=full.people[3], target=full.people[2], by=full.secretary)
    assert (state(first), state(second), second.end) == ("waiting", "ended", "merged")


def test_one_session_each(full):
    other = Session.objects.create(event=full.choir, community=full.community, places=5,
                                   starts_at=timezone.now() + timedelta(days=3), ends_at=timezone.now() + timedelta(days=3, hours=1))  # fmt: skip
    change(full.choir, one_session_each=True)
    with pytest.raises(DomainError, match="每人限报一场"):
        operations.sign_up(pool=other, resident=full.people[0], by=full.staff)


def test_counters_are_set_right_from_the_rows(full):
    wait(full, 2)
    give_back(full, 0)  # one offer, one place
    change(full.choir_monday, places_taken=0)
    assert operations.recount_places() == 1
    assert Session.objects.get(pk=full.choir_monday.pk).places_taken == 2
