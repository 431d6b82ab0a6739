"""Two at once. On PostgreSQL each race has a twin without the guard, which must go wrong; SQLite queues writers."""

from contextlib import nullcontext

import pytest
from django.db import connection
from django.utils import timezone

from accounts import operations as accounts
from accounts.models import User
from community import operations, organisation_operations, post_operations
from community.models import Kind, Organisation, Post, Role, Unit
from community.operations import add_unit, close_unit, move_unit
from config import triggers
from portal.wiring import REFUSE_CLOSING
from tests import town as town_module
from tests.races import GUARDS, POSTGRESQL, Race, at_once, refused, without_constraint, without_triggers
from tests.town import person

pytestmark = pytest.mark.django_db(transaction=True)
both = pytest.mark.parametrize("guarded", GUARDS)
LOCKS = ["unit_one_at_a_time_1", "unit_one_at_a_time_2"]


@pytest.fixture
def town(transactional_db):
    return town_module.build()


@pytest.fixture
def unlocked_tree(monkeypatch):
    """The twin of every race in the tree: neither the operations nor the database make changes wait."""

    def unlock():
        monkeypatch.setattr(operations, "_take_tree_lock", lambda function: None)
        manager = without_triggers(*LOCKS)
        managers.append(manager)
        manager.__enter__()

    managers = []
    yield unlock
    for manager in managers:
        manager.__exit__(None, None, None)


# --- posts ---


def appointments(town, people):
    return [
        lambda holder=holder: post_operations.appoint(
            holder=holder, role=Role.GRID_WORKER, place=town.east_compound, by=None
        )
        for holder in people
    ]


def primaries(town):
    return Post.objects.filter(unit=town.east_compound, role=Role.GRID_WORKER, primary=True).count()


def test_of_four_appointed_at_once_one_is_primary(town):
    people = [person(f"p{number}", 50 + number) for number in range(4)]
    assert refused(at_once(*appointments(town, people))) == 0
    assert primaries(town) == 1


@both
def test_without_the_lock_only_the_database_keeps_one_primary(town, monkeypatch, guarded):
    """Twin: no lock in the operation; guarded by the trigger one is refused, without it there are two."""
    people = [person(f"p{number}", 50 + number) for number in range(2)]
    if POSTGRESQL:
        monkeypatch.setattr(post_operations, "_lock", lambda place: None)
    race = Race(monkeypatch).stop_before(Post, "save")
    if guarded:
        race.run(*appointments(town, people))
        assert primaries(town) == 1
        return
    monkeypatch.setattr(post_operations, "_fill", lambda post, since: None)
    with triggers.lifted(connection), connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_primary_post")
        race.run(*appointments(town, people))
        assert primaries(town) == 2
        cursor.execute('UPDATE community_post SET "primary" = false')
        cursor.execute(
            "CREATE UNIQUE INDEX one_primary_post ON community_post (unit_id, role)"
            ' WHERE ended_on IS NULL AND "primary" AND withdrawn_at IS NULL'
        )


@both
def test_two_operators_cannot_end_each_other(town, monkeypatch, guarded):
    other = person("乙", 60)
    posts = [
        town.operator.posts.get(),
        post_operations.appoint(holder=other, role=Role.OPERATOR, place=town.root, by=None),
    ]
    if not guarded:
        monkeypatch.setattr(post_operations, "_lock", lambda place: None)
        monkeypatch.setattr(post_operations, "_fill", lambda post, since: None)
    today = timezone.localdate()
    race = Race(monkeypatch).stop_after(post_operations, "_refuse_last_operator")
    with nullcontext() if guarded else without_triggers("post_overlap_1", "post_overlap_2", "post_overlap_3"):
        results = race.run(
            lambda: post_operations.end_post(post=posts[0], by=other, last_day=today),
            lambda: post_operations.end_post(post=posts[1], by=town.operator, last_day=today),
        )
    assert refused(results) == (1 if guarded else 0)
    assert Post.objects.filter(role=Role.OPERATOR, ended_on=None).count() == (1 if guarded else 0)


@both
def test_two_operators_do_not_deactivate_each_other(town, monkeypatch, guarded):
    other = person("副运维", 98)
    post_operations.appoint(holder=other, role=Role.OPERATOR, place=town.root, by=None)
    if not guarded:
        monkeypatch.setattr(post_operations, "_lock", lambda place: None)
    race = Race(monkeypatch).stop_after(post_operations, "_refuse_last_operator")
    results = race.run(
        lambda: accounts.deactivate(user=town.operator, by=other),
        lambda: accounts.deactivate(user=other, by=town.operator),
    )
    assert refused(results) == (1 if guarded else 0)
    left = User.objects.filter(posts__role=Role.OPERATOR, deactivated_at=None)
    assert left.count() == (1 if guarded else 0)


@both
def test_nobody_is_appointed_in_a_unit_that_closes(town, monkeypatch, unlocked_tree, guarded):
    empty = add_unit(kind=Kind.BUILDING, name="2幢", parent=town.east_compound, by=None)
    if not guarded:
        unlocked_tree()
    race = Race(monkeypatch).stop_after(operations, "reasons_against_closing")
    results = race.run(
        lambda: close_unit(unit=empty, by=None, checks=REFUSE_CLOSING),
        lambda: post_operations.appoint(holder=town.stranger, role=Role.BUILDING_HEAD, place=empty, by=None),
    )
    assert refused(results) == (1 if guarded else 0)
    closed = Unit.objects.get(pk=empty.pk).closed_at
    assert (bool(closed) and Post.objects.current().filter(unit=empty).exists()) == (not guarded)


# --- the tree ---


@both
def test_a_unit_added_while_its_parent_moves_lands_where_the_parent_is(
    town, monkeypatch, unlocked_tree, guarded
):
    if not guarded:
        unlocked_tree()
    race = Race(monkeypatch).stop_before(operations, "record")
    results = race.run(
        lambda: move_unit(unit=town.east, parent=town.neighbour, by=None, follow=[]),
        lambda: add_unit(kind=Kind.BUILDING, name="10号楼", parent=town.east_compound, by=None),
    )
    assert refused(results) == 0
    east, made = Unit.objects.get(pk=town.east.pk), results[1]
    assert east.path.startswith(town.neighbour.path)
    assert Unit.objects.get(pk=made.pk).path.startswith(east.path) == guarded


@both
def test_two_units_moved_one_below_the_other_agree_on_their_paths(town, monkeypatch, unlocked_tree, guarded):
    if not guarded:
        unlocked_tree()
    race = Race(monkeypatch).stop_before(operations, "record")
    results = race.run(
        lambda: move_unit(unit=town.east_compound, parent=town.west, by=None, follow=[]),
        lambda: move_unit(unit=town.west, parent=town.neighbour, by=None, follow=[]),
    )
    assert refused(results) == 0
    compound, west = Unit.objects.get(pk=town.east_compound.pk), Unit.objects.get(pk=town.west.pk)
    assert west.path.startswith(town.neighbour.path)
    assert compound.path.startswith(west.path) == guarded


@both
def test_nothing_is_added_below_a_unit_that_closes(town, monkeypatch, unlocked_tree, guarded):
    empty = add_unit(kind=Kind.COMPOUND, name="空苑", parent=town.east, by=None)
    if not guarded:
        unlocked_tree()
    race = Race(monkeypatch).stop_before(operations, "record")
    results = race.run(
        lambda: close_unit(unit=empty, by=None, checks=REFUSE_CLOSING),
        lambda: add_unit(kind=Kind.BUILDING, name="1幢", parent=empty, by=None),
    )
    assert refused(results) == (1 if guarded else 0)
    assert Unit.objects.living().filter(parent__closed_at__isnull=False).exists() == (not guarded)


@both
def test_two_units_of_one_name_are_not_added_at_once(town, monkeypatch, unlocked_tree, guarded):
    if not guarded:
        unlocked_tree()
    add = [lambda: add_unit(kind=Kind.BUILDING, name="9幢", parent=town.east_compound, by=None)] * 2
    race = Race(monkeypatch).stop_after(operations, "_refuse_fields")
    with nullcontext() if guarded else without_constraint(Unit, "one_name_under_a_parent"):
        assert refused(race.run(*add)) == (1 if guarded else 0)
        assert Unit.objects.filter(name="9幢").count() == (1 if guarded else 2)


@both
def test_no_body_reopens_in_a_unit_that_closes(town, monkeypatch, unlocked_tree, guarded):
    unit = add_unit(kind=Kind.COMPOUND, name="空苑", parent=town.east, by=None)
    body = Organisation.objects.create(
        unit=unit, kind="party_branch", name="空苑党支部", closed_at=timezone.now()
    )
    if not guarded:
        unlocked_tree()
    race = Race(monkeypatch).stop_before(operations, "record")
    results = race.run(
        lambda: close_unit(unit=unit, by=None, checks=REFUSE_CLOSING),
        lambda: organisation_operations.reopen_organisation(organisation=body, by=None),
    )
    assert refused(results) == (1 if guarded else 0)
    assert Organisation.objects.living().filter(unit__closed_at__isnull=False).exists() == (not guarded)
