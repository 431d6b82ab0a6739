from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Activity
from community.access import may
from community.models import Post, Role
from community.post_operations import appoint, describe_post, end_post, make_primary, withdraw_post
from config.errors import DomainError
from tests.town import person

DAY = timedelta(days=1)


def today():
    return timezone.localdate()


def worker(town, holder, by=None, place=None, **dates):
    return appoint(holder=holder, role=Role.GRID_WORKER, place=place or town.east_compound, by=by, **dates)


def primary_on(town, day, place=None):
    posts = Post.objects.current(day).filter(role=Role.GRID_WORKER, unit=place or town.east_compound)
    return [post.holder.name for post in posts if post.primary]


@pytest.fixture
def three(town):
    return [person(name, number) for number, name in enumerate(["甲", "乙", "丙"], 31)]


# Primary


def test_the_first_of_a_place_is_primary_by_itself(town, three):
    assert worker(town, three[0], by=town.secretary).primary
    assert not worker(town, three[1], by=town.secretary).primary


def test_making_another_primary_keeps_what_was(town, three):
    first = worker(town, three[0], started_on=today() - 100 * DAY)
    second = worker(town, three[1], started_on=today() - 50 * DAY)
    made = make_primary(post=second, by=town.secretary)
    assert made.primary
    assert primary_on(town, today() - DAY) == ["甲"]
    assert primary_on(town, today()) == ["乙"]
    first.refresh_from_db()
    assert first.primary
    assert first.ended_on == today() - DAY
    assert Post.objects.current().filter(unit=town.east_compound).count() == 2


def test_making_primary_again_changes_nothing(town, three):
    post = worker(town, three[0])
    assert make_primary(post=post, by=None) == post
    assert not Activity.objects.filter(act="posts.make_primary").exists()


def test_when_the_primary_ends_another_takes_over(town, three):
    first = worker(town, three[0], started_on=today() - 100 * DAY)
    worker(town, three[1], started_on=today() - 50 * DAY)
    successor = end_post(post=first, by=town.secretary, last_day=today() + 10 * DAY)
    assert successor.holder == three[1]
    assert primary_on(town, today() + 10 * DAY) == ["甲"]
    assert primary_on(town, today() + 11 * DAY) == ["乙"]


def test_when_the_only_one_ends_there_is_none(town, three):
    assert end_post(post=worker(town, three[0]), by=town.secretary) is None


def test_a_fixed_term_hands_over_by_itself(town, three):
    worker(town, three[0], ended_on=today() + 30 * DAY)
    worker(town, three[1])
    assert primary_on(town, today() + 30 * DAY) == ["甲"]
    assert primary_on(town, today() + 31 * DAY) == ["乙"]


def test_a_future_post_takes_effect_by_itself(town, three, time_machine):
    worker(town, three[0], started_on=today() + 7 * DAY)
    assert not may(three[0], "residents.view", town.east_building)
    time_machine.move_to(timezone.now() + 7 * DAY)
    assert may(three[0], "residents.view", town.east_building)


def test_whoever_comes_before_the_next_primary_is_primary_until_then(town, three):
    worker(town, three[0], started_on=today() + 30 * DAY)
    worker(town, three[1])
    assert primary_on(town, today()) == ["乙"]
    assert primary_on(town, today() + 29 * DAY) == ["乙"]
    assert primary_on(town, today() + 30 * DAY) == ["甲"]


steps = st.lists(
    st.tuples(
        st.sampled_from(["appoint", "primary", "end", "withdraw"]),
        st.integers(0, 4),
        st.integers(0, 40),
        st.none() | st.integers(0, 40),
    ),
    max_size=10,
)


def act(what, who, first, length, people, town):
    start = today() + first * DAY
    if what == "appoint":
        end = None if length is None else start + length * DAY
        return worker(town, people[who], started_on=start, ended_on=end)
    posts = list(Post.objects.standing().filter(unit=town.east_compound).order_by("pk"))
    if not posts:
        return None
    post = posts[(who + first) % len(posts)]
    if what == "primary":
        return make_primary(post=post, by=None, since=start)
    return (
        end_post(post=post, by=None, last_day=start) if what == "end" else withdraw_post(post=post, by=None)
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_on_every_day_somebody_holds_a_post_exactly_one_is_primary(town, steps):
    with transaction.atomic():
        people = [person(f"p{number}", 100 + number) for number in range(5)]
        for step in steps:
            try:
                act(*step, people, town)
            except DomainError:
                continue
        posts = list(Post.objects.standing().filter(unit=town.east_compound))
        for offset in range(100):
            held = [post for post in posts if post.is_current(today() + offset * DAY)]
            assert sum(post.primary for post in held) == bool(held)
            assert len({post.holder_id for post in held}) == len(held)
        transaction.set_rollback(True)


# Refusals


def test_nobody_appoints_above_their_own_role(town, three):
    with pytest.raises(DomainError):
        appoint(holder=three[0], role=Role.STREET_OFFICER, place=town.street, by=town.secretary)
    assert appoint(holder=three[0], role=Role.COMMUNITY_SECRETARY, place=town.community, by=town.officer)
    with pytest.raises(DomainError):
        appoint(holder=three[1], role=Role.OPERATOR, place=town.root, by=town.officer)


def test_nobody_appoints_outside_their_scope(town, three):
    with pytest.raises(DomainError):
        worker(town, three[0], by=town.secretary, place=town.neighbour)
    with pytest.raises(DomainError):
        worker(town, three[0], by=town.staff)
    with pytest.raises(DomainError):
        worker(town, three[0], by=town.branch_secretary)


def test_nobody_changes_their_own_post(town):
    own = town.secretary.posts.get()
    for change in (
        lambda: end_post(post=own, by=town.secretary),
        lambda: make_primary(post=own, by=town.secretary),
        lambda: describe_post(post=own, by=town.secretary, title="x", public_phone=""),
        lambda: worker(town, town.secretary, by=town.secretary),
    ):
        with pytest.raises(DomainError):
            change()


def test_the_last_operator_stays(town, three):
    last = town.operator.posts.get()
    with pytest.raises(DomainError):
        end_post(post=last, by=None)
    other = appoint(holder=three[0], role=Role.OPERATOR, place=town.root, by=town.operator)
    assert end_post(post=last, by=three[0]).holder == three[0]
    with pytest.raises(DomainError):
        withdraw_post(post=other, by=town.operator)


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.OPERATOR, "community"),
        (Role.COMMUNITY_SECRETARY, "street"),
        (Role.STAFF, "east"),
        (Role.BUILDING_HEAD, "community"),
        (Role.BRANCH_SECRETARY, "community"),
        (Role.STAFF, "branch"),
    ],
)
def test_a_role_has_its_place(town, three, role, place):
    with pytest.raises(DomainError):
        appoint(holder=three[0], role=role, place=getattr(town, place), by=None)


def test_a_branch_gets_a_secretary(town, three):
    post = appoint(holder=three[0], role=Role.BRANCH_SECRETARY, place=town.branch, by=town.secretary)
    assert may(three[0], "reports.write", town.branch)
    assert not post.primary
    assert Post.objects.current().get(organisation=town.branch, primary=True).holder == town.branch_secretary


@pytest.mark.parametrize(
    ("first", "last"),
    [(date.min, None), (date.max, None), (None, date.max), (date(2030, 1, 2), date(2030, 1, 1))],
)
def test_impossible_dates_are_refused(town, three, first, last):
    with pytest.raises(DomainError):
        worker(town, three[0], started_on=first, ended_on=last)


def test_nobody_holds_the_same_post_twice(town, three):
    worker(town, three[0], by=town.secretary)
    with pytest.raises(DomainError, match="甲"):
        worker(town, three[0], by=town.secretary)
    assert worker(town, three[0], by=town.secretary, place=town.west_compound)


def test_what_is_over_stays_as_it_was(town, three):
    past = worker(town, three[0], started_on=today() - 90 * DAY, ended_on=today() - 30 * DAY)
    running = worker(town, three[1], started_on=today() - 20 * DAY)
    for change in (
        lambda: end_post(post=past, by=None),
        lambda: make_primary(post=past, by=None),
        lambda: withdraw_post(post=running, by=None),
        lambda: end_post(post=running, by=None, last_day=today() - 10 * DAY),
        lambda: end_post(post=running, by=None, last_day=today() - 21 * DAY),
    ):
        with pytest.raises(DomainError):
            change()
    assert end_post(post=running, by=None, last_day=today() - DAY) is None
    assert not may(three[1], "residents.view", town.east_building)


def test_a_future_post_can_be_withdrawn_once(town, three):
    post = worker(town, three[0], started_on=today() + 7 * DAY)
    withdraw_post(post=post, by=town.secretary)
    again = withdraw_post(post=post, by=town.operator)
    assert again.withdrawn_by == town.secretary
    assert not Post.objects.future().filter(pk=post.pk).exists()
    assert worker(town, three[0], started_on=today() + 7 * DAY)


def test_an_end_moved_back_does_not_run_into_the_next_post(town, three):
    post = worker(town, three[0], ended_on=today() + 5 * DAY)
    worker(town, three[0], started_on=today() + 10 * DAY)
    with pytest.raises(DomainError):
        end_post(post=post, by=None, last_day=today() + 20 * DAY)
    end_post(post=post, by=None, last_day=today() + 8 * DAY)
    assert primary_on(town, today() + 8 * DAY) == ["甲"]


# The database has the last word


def refused_by_the_database(change):
    with pytest.raises(IntegrityError), transaction.atomic():
        change()


def test_the_database_keeps_one_primary_and_all_posts(town, three):
    first = worker(town, three[0], ended_on=today() + 5 * DAY)
    second = worker(town, three[1], started_on=today() + 3 * DAY)
    rows = Post.objects.filter(pk=second.pk)
    refused_by_the_database(lambda: rows.update(primary=True))
    refused_by_the_database(
        lambda: Post.objects.create(
            holder=three[2],
            role=Role.GRID_WORKER,
            unit=town.east_compound,
            primary=True,
            started_on=today() + 5 * DAY,
        )
    )
    refused_by_the_database(lambda: Post.objects.filter(pk=first.pk).update(ended_on=None))
    refused_by_the_database(lambda: rows.update(role=Role.OPERATOR))
    refused_by_the_database(lambda: rows.update(holder=three[2]))
    refused_by_the_database(lambda: rows.update(unit=town.community))
    refused_by_the_database(lambda: rows.update(started_on=today() - DAY))
    refused_by_the_database(rows.delete)


def test_title_and_duty_phone_may_change(town, three):
    post = worker(town, three[0])
    describe_post(post=post, by=town.secretary, title="网格长", public_phone="0722-3000009")
    post.refresh_from_db()
    assert (post.title, post.public_phone) == ("网格长", "0722-3000009")
