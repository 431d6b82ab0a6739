"""Two at once. On PostgreSQL each race has a twin without the guard, which must go wrong; SQLite queues writers."""

import threading

import pytest
from django.db import connection, connections
from django.utils import timezone

from accounts import operations as account_operations
from community import post_operations
from community.models import Kind, Post, Role, Unit
from community.operations import add_unit, move_unit
from config import triggers
from config.errors import DomainError
from tests import town as town_module
from tests.town import person

pytestmark = pytest.mark.django_db(transaction=True)
postgresql_only = connection.vendor == "postgresql"


@pytest.fixture
def rushed_town(transactional_db):
    return town_module.build()


def at_once(*acts):
    """Run every act in a thread of its own, released together; gives what they returned or raised."""
    results, gate = [None] * len(acts), threading.Barrier(len(acts))

    def run(number, act):
        try:
            gate.wait(timeout=20)
            results[number] = act()
        except Exception as error:  # noqa: BLE001  handed to the test
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def appointments(town, people):
    return [
        lambda holder=holder: post_operations.appoint(
            holder=holder, role=Role.GRID_WORKER, place=town.east_compound, by=None
        )
        for holder in people
    ]


def primaries(town):
    return Post.objects.filter(unit=town.east_compound, role=Role.GRID_WORKER, primary=True).count()


def test_of_two_appointed_at_once_one_is_primary(rushed_town):
    people = [person(f"p{number}", 50 + number) for number in range(4)]
    results = at_once(*appointments(rushed_town, people))
    assert all(isinstance(result, Post) for result in results), results
    assert primaries(rushed_town) == 1


def meet_after_reading(monkeypatch, times=2):
    """Both have looked at who is primary before either writes."""
    gate = threading.Barrier(times)
    save = Post.save

    def slow_save(self, *args, **kwargs):
        if self._state.adding:
            gate.wait(timeout=20)
        return save(self, *args, **kwargs)

    monkeypatch.setattr(Post, "save", slow_save)


@pytest.mark.parametrize("guarded", [True, False] if postgresql_only else [True])
def test_without_the_lock_only_the_database_keeps_one_primary(rushed_town, monkeypatch, guarded):
    """Twin: no lock in the operation; guarded by the trigger one is refused, without it there are two."""
    people = [person(f"p{number}", 50 + number) for number in range(2)]
    if postgresql_only:
        monkeypatch.setattr(post_operations, "_lock", lambda place: None)
        meet_after_reading(monkeypatch)
    if guarded:
        at_once(*appointments(rushed_town, people))
        assert primaries(rushed_town) == 1
        return
    monkeypatch.setattr(post_operations, "_fill", lambda post, since: None)
    with triggers.lifted(connection), connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_primary_post")
        at_once(*appointments(rushed_town, people))
        assert primaries(rushed_town) == 2
        cursor.execute('UPDATE community_post SET "primary" = false')
        cursor.execute(
            "CREATE UNIQUE INDEX one_primary_post ON community_post (unit_id, role)"
            ' WHERE ended_on IS NULL AND "primary" AND withdrawn_at IS NULL'
        )


def test_two_operators_cannot_end_each_other(rushed_town):
    town = rushed_town
    other = person("乙", 60)
    posts = [
        town.operator.posts.get(),
        post_operations.appoint(holder=other, role=Role.OPERATOR, place=town.root, by=None),
    ]
    yesterday = timezone.localdate()
    at_once(
        lambda: post_operations.end_post(post=posts[0], by=other, last_day=yesterday),
        lambda: post_operations.end_post(post=posts[1], by=town.operator, last_day=yesterday),
    )
    assert Post.objects.filter(role=Role.OPERATOR, ended_on=None).count() == 1


def test_a_unit_added_while_its_parent_moves_lands_where_the_parent_is(rushed_town):
    town = rushed_town
    results = at_once(
        lambda: move_unit(unit=town.east, parent=town.neighbour, by=None, follow=[]),
        *[
            lambda number=number: add_unit(
                kind=Kind.BUILDING, name=f"{number}号楼", parent=town.east_compound, by=None
            )
            for number in range(10, 13)
        ],
    )
    assert not any(isinstance(result, Exception) for result in results), results
    east = Unit.objects.get(pk=town.east.pk)
    assert east.path.startswith(town.neighbour.path)
    assert Unit.objects.below(east).count() == 6


def test_two_units_moved_below_each_other_make_no_cycle(rushed_town):
    town = rushed_town
    moves = [
        lambda: move_unit(unit=town.east_compound, parent=town.west, by=None, follow=[]),
        lambda: move_unit(unit=town.west, parent=town.neighbour, by=None, follow=[]),
    ]
    results = at_once(*moves)
    assert not any(
        isinstance(result, Exception) and not isinstance(result, DomainError) for result in results
    )
    compound, west = Unit.objects.get(pk=town.east_compound.pk), Unit.objects.get(pk=town.west.pk)
    assert compound.path.startswith(west.path)
    assert west.path.startswith(town.neighbour.path)


def deactivations(town):
    other = person("副运维", 98)
    Post.objects.create(
        holder=other, role=Role.OPERATOR, unit=Unit.objects.get(kind=Kind.ROOT), started_on="2020-01-01"
    )
    return [
        lambda: account_operations.deactivate(user=town.operator, by=other),
        lambda: account_operations.deactivate(user=other, by=town.operator),
    ]


def operators_left():
    return Post.objects.current().filter(role=Role.OPERATOR, holder__deactivated_at=None).count()


@pytest.mark.parametrize("guarded", [True, False] if postgresql_only else [True])
def test_two_operators_do_not_deactivate_each_other(rushed_town, monkeypatch, guarded):
    if not guarded:
        looked, refuse = threading.Barrier(2), post_operations._refuse_last_operator

        def together(post):
            refuse(post)
            looked.wait(timeout=20)

        monkeypatch.setattr(post_operations, "_lock", lambda place: None)
        monkeypatch.setattr(post_operations, "_refuse_last_operator", together)
    results = at_once(*deactivations(rushed_town))
    assert operators_left() == (1 if guarded else 0)
    assert sum(isinstance(result, DomainError) for result in results) == (1 if guarded else 0)
