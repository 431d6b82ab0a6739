"""Many at once. On PostgreSQL each guard has a twin without it that must fail to hold; SQLite queues writers."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.utils import timezone

from config.errors import DomainError
from points import books as points_books
from points import single, sql
from points.models import Account, Budget, Kind, Seal, Transfer
from points.operations import (
    Award,
    BudgetSpent,
    Entry,
    Shortage,
    account_of,
    adopt_rule,
    award,
    deduct,
    fulfil,
    lift_deduction,
    post,
    release,
    reserve,
    take_back,
)
from points.operations import awards as awards_module
from points.operations.weighing import Scales
from points.recount import check_ledger

from .. import town as town_module
from ..races import waiting
from .conftest import give_conduct, give_home, give_points


@pytest.fixture
def rush(transactional_db):
    return give_points(town_module.build())


def at_once(acts):
    """Run all `acts` at the same moment, each on a connection of its own; the refusals they met."""
    gate = threading.Barrier(len(acts))

    def run(act):
        gate.wait()
        try:
            act()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [refusal for refusal in pool.map(run, acts) if refusal]


def give(t, person, key, rule):
    return award([Award(person.pk, rule.pk, t.today, key)], community=t.community, by=t.staff)


def right():
    assert check_ledger().findings == []


def test_one_cause_is_credited_once(rush):
    at_once([lambda: give(rush, rush.lin, "claim:1", rush.open)] * 8)
    assert account_of(rush.lin).posted == 5
    right()


def test_a_key_brought_twice_at_once_is_posted_once(rush):
    """Below the caps: the statement itself, tried again when the other was quicker."""
    version, account = rush.open.versions.get().pk, account_of(rush.lin).pk
    one = Entry(account, Kind.AWARD, 5, "claim:1", rush.today, version)
    at_once([lambda: post([one], community=rush.community, by=None)] * 8)
    assert account_of(rush.lin).posted == 5
    right()


def test_fifty_at_once_never_pass_a_cap(rush):
    at_once([lambda n=n: give(rush, rush.lin, f"attendance:{n}", rush.joining) for n in range(20)])
    assert account_of(rush.lin).posted == 3
    right()


def caps_together(t):
    """Three a time; four caps, of which the day's is the narrowest."""
    rule = adopt_rule(
        community=t.community, code="S02", category="safety", name="巡逻", by=None, since=t.today - timedelta(days=400),
        points=3, cap_day=4, cap_week=6, cap_month=9, cap_year=10,
    )  # fmt: skip
    account_of(t.lin)
    return rule


def test_fifty_at_once_pass_none_of_four_caps(rush):
    rule = caps_together(rush)
    at_once([lambda n=n: give(rush, rush.lin, f"attendance:{n}", rule) for n in range(50)])
    assert account_of(rush.lin).posted == 4
    right()


def test_a_household_at_once_never_passes_its_cap(rush):
    t = give_home(rush)
    people = [t.lin, t.sister]
    at_once([lambda n=n: give(t, people[n % 2], f"claim:{n}", t.clean) for n in range(20)])
    assert account_of(t.lin).posted == 5
    assert account_of(t.sister).posted == 0
    right()


def test_a_case_deducts_once_whoever_brings_it(rush):
    t = give_conduct(rush)
    give(t, t.lin, "claim:1", t.open)
    version = t.false_claim.versions.get()
    acts = [
        lambda: deduct(
            resident=t.lin, rule_version=version, points=8, key="case:1", reason="虚报", by=t.secretary
        ),
        lambda: give(t, t.lin, "claim:2", t.open),
    ]
    at_once(acts * 4)
    assert account_of(t.lin).posted == 2
    assert account_of(t.lin).owed == 0
    right()


def test_a_deduction_is_lifted_once(rush):
    t = give_conduct(rush)
    give(t, t.lin, "claim:1", t.open)
    version = t.false_claim.versions.get()
    deduct(resident=t.lin, rule_version=version, points=8, key="case:1", reason="虚报", by=t.secretary)
    at_once([lambda: lift_deduction(key="case:1", reason="申诉", by=t.secretary)] * 8)
    assert (account_of(t.lin).posted, account_of(t.lin).owed) == (5, 0)
    right()


def test_points_are_spent_once(rush):
    give(rush, rush.lin, "claim:1", rush.open)
    account = account_of(rush.lin)
    refusals = at_once(
        [lambda n=n: reserve(account=account, amount=3, key=f"order:{n}", by=rush.staff) for n in range(8)]
    )
    assert len(refusals) == 7
    assert account_of(rush.lin).available == 2
    right()


def test_a_reservation_is_ended_once(rush):
    give(rush, rush.lin, "claim:1", rush.open)
    order = reserve(account=account_of(rush.lin), amount=3, key="order:1", by=rush.staff)
    acts = [
        lambda: fulfil(reservation=order, by=rush.staff),
        lambda: release(reservation=order, by=rush.staff),
    ]
    at_once(acts * 4)
    assert Transfer.objects.filter(reserve=order).count() == 1
    right()


def test_the_budget_is_never_overdrawn(rush):
    Budget.objects.update(points=12)
    people = [town_module.resident(f"甲{chr(0x4E00 + n)}", rush.east, rush.community) for n in range(8)]
    at_once([lambda p=p: give(rush, p, f"claim:{p.pk}", rush.open) for p in people])
    assert Budget.objects.get().drawn == 10
    right()


def test_taking_back_and_spending_at_once_go_below_zero_nowhere(rush):
    for n in range(4):
        give(rush, rush.lin, f"claim:{n}", rush.open)
    account = account_of(rush.lin)
    acts = [lambda n=n: take_back([f"claim:{n}"], community=rush.community, by=rush.staff) for n in range(4)]
    acts += [
        lambda n=n: reserve(account=account, amount=7, key=f"order:{n}", by=rush.staff) for n in range(4)
    ]
    at_once(acts)
    account.refresh_from_db()
    assert account.available >= 0
    assert account.owed == sum(account.debts.values_list("left", flat=True))
    right()


def test_lists_that_cross_do_not_lock_each_other_out(rush):
    people = [town_module.resident(f"乙{chr(0x4E00 + n)}", rush.east, rush.community) for n in range(6)]
    version = rush.open.versions.get().pk
    accounts = [account_of(person).pk for person in people]

    def some(n):
        order = accounts if n % 2 else accounts[::-1]
        wanted = [Entry(a, Kind.AWARD, 1, f"x:{n}:{a}", rush.today, version) for a in order]
        post(wanted, community=rush.community, by=None)

    assert at_once([lambda n=n: some(n) for n in range(8)]) == []
    assert Account.objects.holders().aggregate(n=Sum("posted"))["n"] == 48
    right()


def test_after_the_seal_nobody_posts_into_the_day(rush):
    give(rush, rush.lin, "claim:1", rush.open)
    points_books.seal_day(rush.community.pk, timezone.localdate() + timedelta(days=1))
    with pytest.raises(IntegrityError):
        give(rush, rush.lin, "claim:2", rush.open)
    assert account_of(rush.lin).posted == 5


def held_up(row, acts):
    """Run `acts` while `row` is locked, so that each has begun before any can write; the kinds of refusal they met."""
    with ThreadPoolExecutor(len(acts)) as pool:
        with transaction.atomic():
            list(type(row).objects.select_for_update().filter(pk=row.pk))
            running = [pool.submit(ending, act) for act in acts]
            until_waiting(running)
        return [kind for one in running if (kind := one.result())]


def until_waiting(running):
    while waiting() < len(running) and not all(one.done() for one in running):
        pass


def ending(act):
    try:
        act()
    except (DomainError, IntegrityError) as refusal:
        return type(refusal)
    finally:
        connection.close()


def two_awards(t):
    version = t.open.versions.get().pk
    lin, wang = account_of(t.lin).pk, account_of(t.wang).pk
    return [
        lambda n=n, a=a: post(
            [Entry(a, Kind.AWARD, 5, f"claim:{n}", t.today, version)], community=t.community, by=None
        )
        for n, a in ((1, lin), (2, wang))
    ]


def two_orders(t):
    give(t, t.lin, "claim:0", t.open)
    account = account_of(t.lin)
    return account, [
        lambda n=n: reserve(account=account, amount=3, key=f"order:{n}", by=t.staff) for n in range(2)
    ]


def without(monkeypatch, lock):
    """The statement for lists, for single postings too, without one of its locks."""
    assert lock in sql._STATEMENT
    monkeypatch.setattr(sql, "_STATEMENT", sql._STATEMENT.replace(lock, ""))
    monkeypatch.setattr(single, "post_one", lambda community, line: None)


def seal_while_somebody_posts(rush):
    """A posting has begun before the books are shut and ends afterwards. Gives how many transfers the seal counted."""
    begun, asked = threading.Event(), threading.Event()
    give(rush, rush.wang, "claim:0", rush.open)

    def posting():
        with transaction.atomic():
            give(rush, rush.lin, "claim:1", rush.open)
            begun.set()
            asked.wait(timeout=20)

    def sealing():
        begun.wait(timeout=20)
        points_books.seal_day(rush.community.pk, timezone.localdate())

    def watching():
        begun.wait(timeout=20)
        while not Seal.objects.exists() and not waiting():
            pass
        asked.set()

    at_once([posting, sealing, watching])
    return Seal.objects.get().count


if connection.vendor == "postgresql":  # SQLite queues writers: there the twins hold by themselves

    def test_the_second_order_meets_a_sentence(rush):
        account, acts = two_orders(rush)
        assert held_up(account, acts) == [Shortage]
        right()

    def test_without_its_guard_a_single_order_meets_the_constraint_before_the_sentence(rush, monkeypatch):
        account, acts = two_orders(rush)
        guard = "AND posted - reserved + (-1) * %(amount)s::int >= 0"
        statement = single._STATEMENTS["reserve"]
        assert guard in statement
        monkeypatch.setitem(single._STATEMENTS, "reserve", statement.replace(guard, ""))
        broken, inner = [], single.post_one

        def watched(community, line):
            try:
                return inner(community, line)
            except IntegrityError as error:
                broken.append(error)
                raise

        monkeypatch.setattr(single, "post_one", watched)
        assert held_up(account, acts) == [Shortage]
        assert "available_points_never_below_zero" in str(broken[0])
        right()

    def test_without_the_account_lock_only_the_constraint_stops_it(rush, monkeypatch):
        account, acts = two_orders(rush)
        without(monkeypatch, "FOR NO KEY UPDATE OF a")
        assert held_up(account, acts) == [IntegrityError]

    def test_without_the_account_lock_statements_tell_a_wrong_balance(rush, monkeypatch):
        without(monkeypatch, "FOR NO KEY UPDATE OF a")
        account, version = account_of(rush.lin), rush.open.versions.get().pk
        acts = [
            lambda n=n: post([Entry(account.pk, Kind.AWARD, 5, f"claim:{n}", rush.today, version)],
                             community=rush.community, by=None)
            for n in range(2)
        ]  # fmt: skip
        assert held_up(account, acts) == []
        assert [finding["what"] for finding in check_ledger().findings] == ["running balance"]

    def test_the_second_award_meets_the_end_of_the_budget(rush):
        Budget.objects.update(points=7)
        assert held_up(Budget.objects.get(), two_awards(rush)) == [BudgetSpent]
        right()

    def test_without_the_budget_s_lock_only_the_constraint_stops_it(rush, monkeypatch):
        Budget.objects.update(points=7)
        without(monkeypatch, "FOR NO KEY UPDATE OF b")
        assert held_up(Budget.objects.get(), two_awards(rush)) == [IntegrityError]

    def passing(rush, monkeypatch, acts):
        """All read what stands before anybody writes, and no account is locked."""
        together, inner = threading.Barrier(len(acts)), Scales._used
        monkeypatch.setattr(
            awards_module, "locked", lambda pks: {one.pk: one for one in Account.objects.filter(pk__in=pks)}
        )

        def read_together(*args):
            found = inner(*args)
            together.wait(timeout=20)
            return found

        monkeypatch.setattr(Scales, "_used", read_together)
        at_once(acts)

    def test_without_the_account_lock_awards_pass_the_cap(rush, monkeypatch):
        account_of(rush.lin)
        acts = [lambda n=n: give(rush, rush.lin, f"attendance:{n}", rush.joining) for n in range(4)]
        passing(rush, monkeypatch, acts)
        assert account_of(rush.lin).posted == 4  # the cap is three

    def test_without_the_account_lock_awards_pass_all_caps(rush, monkeypatch):
        rule = caps_together(rush)
        acts = [lambda n=n: give(rush, rush.lin, f"attendance:{n}", rule) for n in range(4)]
        passing(rush, monkeypatch, acts)
        assert account_of(rush.lin).posted == 12  # the caps are four, six, nine and ten

    def test_without_the_account_lock_a_household_passes_its_cap(rush, monkeypatch):
        t = give_home(rush)
        account_of(t.lin)
        people = [t.lin, t.sister]
        acts = [lambda n=n: give(t, people[n % 2], f"claim:{n}", t.clean) for n in range(4)]
        passing(t, monkeypatch, acts)
        assert account_of(t.lin).posted == 20  # the cap is five

    def test_a_seal_waits_for_whoever_is_posting(rush):
        assert seal_while_somebody_posts(rush) == 2
        right()

    def test_without_the_exclusive_lock_a_seal_comes_too_early(rush, monkeypatch):
        monkeypatch.setattr(sql, "shut_the_books", lambda community: None)
        assert seal_while_somebody_posts(rush) == 1
        assert [finding["what"] for finding in check_ledger().findings] == ["seal", "altered row"]
