"""Two at once. On PostgreSQL each race has a twin without the guard, which must go wrong; SQLite queues writers."""

import threading

import pytest
from django.db import connection, connections

from config.errors import DomainError
from residents import operations
from residents.models import Claim, Resident
from residents.operations import claims, people
from tests import town as town_module
from tests.town import resident

pytestmark = pytest.mark.django_db(transaction=True)
GUARDS = [True, False] if connection.vendor == "postgresql" else [True]


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


def refused(results):
    assert all(result is not None for result in results)
    errors = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(error, DomainError) for error in errors), errors
    return len(errors)


def read_without_lock(model):
    """A reader in the place of the lock: both have read before either writes."""
    gate = threading.Barrier(2)

    def read(row, version=None):
        found = model.objects.get(pk=row.pk)
        gate.wait(timeout=20)
        return found

    return read


@pytest.mark.parametrize("guarded", GUARDS)
def test_of_two_who_decide_a_claim_one_wins(rushed_town, monkeypatch, guarded):
    town = rushed_town
    row = resident("路人", town.east_building, town.community)
    claim = operations.make_claim(
        user=town.stranger, community=town.community, place="东苑1幢", standing="owner"
    )
    if not guarded:
        monkeypatch.setattr(claims, "_open", read_without_lock(Claim))
    results = at_once(
        lambda: operations.confirm_claim(claim=claim, resident=row, by=town.staff),
        lambda: operations.refuse_claim(claim=claim, by=town.east_worker, reason="查无此人"),
    )
    assert refused(results) == (1 if guarded else 0)
    claim.refresh_from_db()
    row.refresh_from_db()
    if guarded:
        assert (row.user == town.stranger) == (claim.state == "confirmed")


@pytest.mark.parametrize("guarded", GUARDS)
def test_of_two_changes_from_the_same_page_one_is_kept_and_one_refused(rushed_town, monkeypatch, guarded):
    town = rushed_town
    if not guarded:
        monkeypatch.setattr(people, "locked", read_without_lock(Resident))

    def change(**values):
        return lambda: operations.change_resident(
            resident=town.lin, by=town.staff, why="核对", version=1, **values
        )

    results = at_once(change(nation="汉族"), change(nation="回族"))
    assert refused(results) == (1 if guarded else 0)
    town.lin.refresh_from_db()
    kept = town.lin.changes.filter(field="nation").count()
    assert kept == (1 if guarded else 2)


def test_two_first_clicks_end_in_one_row(rushed_town):
    town = rushed_town
    results = at_once(*[lambda: operations.person_for(town.stranger, town.community)] * 4)
    assert refused(results) == 0
    assert {result.pk for result in results} == set(
        Resident.objects.of(town.stranger).values_list("pk", flat=True)
    )
    assert Resident.objects.of(town.stranger).count() == 1


def test_one_number_entered_twice_at_once_is_one_person(rushed_town):
    town = rushed_town

    def add(building):
        return lambda: operations.add_resident(
            community=town.community, unit=building, name="陈小花", state="together",
            id_number="411399195803150028", by=town.staff,
        )  # fmt: skip

    assert refused(at_once(add(town.east_building), add(town.west_building))) == 1
    assert Resident.objects.filter(name="陈小花").count() == 1


def test_one_claim_sent_twice_at_once_is_one_claim(rushed_town):
    town = rushed_town

    def send():
        return operations.make_claim(
            user=town.stranger, community=town.community, place="东苑1幢", standing="owner"
        )

    assert refused(at_once(send, send, send)) == 2
    assert Claim.objects.count() == 1


def test_two_accounts_for_one_person_at_once(rushed_town):
    town = rushed_town
    row = resident("路人", town.east_building, town.community)
    other = town_module.person("另一路人", 91)
    users = [town.stranger, other]
    results = at_once(
        *[lambda user=user: operations.link(resident=row, user=user, by=town.staff) for user in users]
    )
    assert refused(results) == 1
