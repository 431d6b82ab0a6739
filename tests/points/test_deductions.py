"""Deductions: only by a rule of conduct, only by people, never below zero, and lifted on appeal."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.formats import date_format

from accounts.models import Activity
from config.errors import DomainError
from points import operations
from points.models import Account, Budget, Freeze, Kind, Owed, Transfer
from points.operations import (
    Award,
    Entry,
    KeyReused,
    account_of,
    adopt_rule,
    award,
    deduct,
    lift_deduction,
    post,
)
from points.operations.freezes import months_after
from points.recount import check_ledger


def give(t, key, person=None):
    award([Award((person or t.lin).pk, t.open.pk, t.today, key)], community=t.community, by=t.staff)


def take(t, key, points=1, rule=None, **more):
    wanted = {
        "resident": t.lin,
        "points": points,
        "key": key,
        "reason": "未请假缺席",
        "by": t.secretary,
    } | more
    return deduct(rule_version=(rule or t.staying_away).versions.get(), **wanted)


def stands(person):
    account = Account.objects.get(resident=person)
    return account.posted, account.reserved, account.owed


def the_books_are_right():
    assert check_ledger().findings == []


def test_a_deduction_takes_what_is_there_and_says_why(conduct):
    give(conduct, "claim:1")
    made = take(conduct, "case:1", 2)
    assert (made.taken, made.owed, stands(conduct.lin)) == (2, 0, (3, 0, 0))
    row = Transfer.objects.get(key="case:1")
    assert (row.kind, row.change, row.detail.reason, row.rule.rule) == (
        "deduct",
        -2,
        "未请假缺席",
        conduct.staying_away,
    )
    assert Activity.objects.get(act="points.deduct").by == conduct.secretary
    assert Budget.objects.get().drawn == 5  # the year's budget does not grow by it
    the_books_are_right()


def test_the_same_case_deducts_once(conduct):
    give(conduct, "claim:1")
    assert take(conduct, "case:1", 2).transfer == take(conduct, "case:1", 2).transfer
    assert stands(conduct.lin) == (3, 0, 0)
    with pytest.raises(KeyReused):
        take(conduct, "case:1", 2, resident=conduct.wang)
    with pytest.raises(KeyReused):
        take(conduct, "case:1", 2, rule=conduct.false_claim)
    with pytest.raises(KeyReused):
        take(conduct, "claim:1")


def test_what_is_not_there_is_owed_and_withheld_later(conduct):
    give(conduct, "claim:1")
    made = take(conduct, "case:1", 8, rule=conduct.false_claim)
    assert (made.taken, made.owed, stands(conduct.lin)) == (5, 3, (0, 0, 3))
    give(conduct, "claim:2")
    assert stands(conduct.lin) == (2, 0, 0)
    the_books_are_right()


def test_with_nothing_there_all_of_it_is_owed_once(conduct):
    for _click in "12":
        made = take(conduct, "case:1", 4, rule=conduct.false_claim)
        assert (made.taken, made.owed, made.transfer) == (0, 4, None)
    assert stands(conduct.lin) == (0, 0, 4)
    assert Owed.objects.get().version == conduct.false_claim.versions.get()
    the_books_are_right()


def test_what_waits_at_the_counter_is_left_alone(conduct):
    give(conduct, "claim:1")
    operations.reserve(account=account_of(conduct.lin), amount=4, key="order:1", by=conduct.staff)
    assert take(conduct, "case:1", 3).taken == 1
    assert stands(conduct.lin) == (4, 4, 2)
    the_books_are_right()


def test_the_caps_of_the_rule_hold(conduct):
    give(conduct, "claim:1")
    assert [take(conduct, f"case:{n}", 2).taken for n in (1, 2, 3)] == [2, 1, 0]
    lift_deduction(key="case:2", reason="申诉成立", by=conduct.secretary)
    assert take(conduct, "case:4", 2).taken == 1
    the_books_are_right()


def test_lifting_gives_back_what_was_taken_then_and_since(conduct):
    give(conduct, "claim:1")
    take(conduct, "case:1", 12, rule=conduct.false_claim)
    give(conduct, "claim:2")
    assert stands(conduct.lin) == (0, 0, 2)
    assert lift_deduction(key="case:1", reason="申诉成立", by=conduct.secretary) == 10
    assert stands(conduct.lin) == (10, 0, 0)
    assert lift_deduction(key="case:1", reason="申诉成立", by=conduct.secretary) == 0
    give(conduct, "claim:3")
    assert stands(conduct.lin) == (15, 0, 0)
    assert list(Transfer.objects.order_by("pk").values_list("kind", flat=True)) == [
        Kind.AWARD, Kind.DEDUCT, Kind.AWARD, Kind.WITHHOLD, Kind.RESTORE, Kind.AWARD
    ]  # fmt: skip
    the_books_are_right()


def test_what_was_only_owed_is_forgiven_once(conduct):
    take(conduct, "case:1", 4, rule=conduct.false_claim)
    for _click in "12":
        assert lift_deduction(key="case:1", reason="申诉成立", by=conduct.secretary) == 0
    assert stands(conduct.lin) == (0, 0, 0)
    assert (Owed.objects.get().left, Owed.objects.get().forgiven) == (0, 4)
    with pytest.raises(DomainError):
        lift_deduction(key="case:9", reason="无此案", by=conduct.secretary)
    the_books_are_right()


@pytest.mark.parametrize(
    "wrong", [{"by": None}, {"reason": " "}, {"points": 0}, {"rule": "open"}, {"resident": "zhao"}, {"day": "long ago"}],
    ids=str,
)  # fmt: skip
def test_a_deduction_that_may_not_be_is_refused(conduct, wrong):
    if "rule" in wrong:
        wrong = {"rule": conduct.open}
    if "resident" in wrong:
        wrong = {"resident": conduct.zhao}
    if "day" in wrong:
        wrong = {"day": conduct.staying_away.versions.get().since - timedelta(days=1)}
    with pytest.raises(DomainError):
        take(conduct, "case:1", **wrong)
    assert not Transfer.objects.filter(kind="deduct").exists()


def test_the_database_refuses_a_deduction_by_another_rule(conduct):
    give(conduct, "claim:1")
    account, version = account_of(conduct.lin).pk, conduct.open.versions.get().pk
    with pytest.raises(IntegrityError), transaction.atomic():
        post(
            [Entry(account, Kind.DEDUCT, 1, "x:1", conduct.today, version)],
            community=conduct.community,
            by=None,
        )


def test_a_rule_of_conduct_gives_nothing_and_names_its_ground(conduct):
    one = Award(conduct.lin.pk, conduct.staying_away.pk, conduct.today, "attendance:1")
    assert award([one], community=conduct.community, by=None).left_out == {"attendance:1": "conduct"}
    shared = {"community": conduct.community, "by": None, "since": conduct.today, "points": 1, "name": "其他"}
    for code, category, ground, more in [
        ("N03", "conduct", "", {}), ("N04", "conduct", "petition", {}), ("X01", "safety", "no_show", {}),
        ("N05", "conduct", "misuse", {"for_household": True}), ("X02", "safety", "", {"per": "claimed"}),
    ]:  # fmt: skip
        with pytest.raises(DomainError):
            adopt_rule(code=code, category=category, ground=ground, **shared, **more)


def test_expiry_counts_a_deduction_against_the_oldest(conduct):
    cut_off = conduct.today - timedelta(days=10)
    if cut_off.year != conduct.today.year:
        operations.set_budget(community=conduct.community, year=cut_off.year, points=100, by=None)
    account, version = account_of(conduct.lin).pk, conduct.open.versions.get().pk
    old = Entry(account, Kind.AWARD, 10, "old:1", cut_off, version)
    post([old], community=conduct.community, by=None)
    give(conduct, "claim:1")
    take(conduct, "case:1", 4, rule=conduct.false_claim)
    expired = operations.expire(
        community=conduct.community, received_until=cut_off, on=conduct.today, by=None
    )
    assert (expired, stands(conduct.lin)) == (6, (5, 0, 0))
    the_books_are_right()


# --- redeeming paused ---


@pytest.fixture
def pausing(conduct):
    give(conduct, "claim:1")
    conduct.pausing = adopt_rule(
        community=conduct.community, code="N09", category="conduct", ground="misuse", name="转卖兑换物品", by=None,
        since=conduct.today, points=1, freeze_months=3,
    )  # fmt: skip
    return conduct


def set_aside(t, key):
    return operations.reserve(account=account_of(t.lin), amount=1, key=key, by=t.staff)


def test_only_a_rule_of_conduct_pauses_and_a_year_at_most(pausing):
    shared = {"community": pausing.community, "by": None, "since": pausing.today, "points": 1, "name": "其他"}
    for terms in (
        {"category": "safety", "freeze_months": 3},
        {"category": "conduct", "ground": "misuse", "freeze_months": 13},
    ):
        with pytest.raises(DomainError):
            adopt_rule(code="X09", **shared, **terms)
    with pytest.raises(IntegrityError), transaction.atomic():
        pausing.pausing.versions.update(freeze_months=1)


@pytest.mark.parametrize(
    ("day", "months", "until"),
    [
        ((2026, 11, 22), 3, (2027, 2, 22)),
        ((2026, 11, 30), 3, (2027, 2, 28)),
        ((2026, 12, 1), 12, (2027, 12, 1)),
    ],
)
def test_months_end_on_the_day_of_that_number(day, months, until):
    assert months_after(date(*day), months) == date(*until)


def test_nothing_is_redeemed_until_the_last_day(pausing, monkeypatch):
    before = set_aside(pausing, "order:1")
    made = operations.freeze(resident=pausing.lin, months=3, cause="deduction:1", by=pausing.secretary)
    again = operations.freeze(resident=pausing.lin, months=9, cause="deduction:1", by=pausing.secretary)
    assert (again, made.until) == (made, months_after(pausing.today, 3))
    with pytest.raises(KeyReused):
        operations.freeze(resident=pausing.wang, months=3, cause="deduction:1", by=pausing.secretary)
    with pytest.raises(DomainError, match=date_format(made.until)):
        set_aside(pausing, "order:2")
    assert set_aside(pausing, "order:1") == before  # the same order, sent again
    operations.fulfil(reservation=before, by=pausing.staff)
    give(pausing, "claim:2")
    assert stands(pausing.lin) == (9, 0, 0)
    operations.refuse_frozen(pausing.lin.pk, made.until + timedelta(days=1))
    with pytest.raises(DomainError):
        operations.refuse_frozen(pausing.lin.pk, made.until)
    operations.lift_freeze(cause="deduction:1", reason="查无此事", by=pausing.secretary)
    operations.lift_freeze(cause="deduction:1", reason="再来一次", by=pausing.secretary)
    set_aside(pausing, "order:2")
    assert Activity.objects.filter(act__in=["points.freeze", "points.lift_freeze"]).count() == 2
    the_books_are_right()


def test_a_pause_goes_along_when_two_rows_become_one(pausing):
    operations.freeze(resident=pausing.lin, months=1, cause="deduction:1", by=pausing.secretary)
    operations.follow_merge(source=pausing.lin, target=pausing.wang, by=pausing.secretary)
    assert Freeze.objects.standing().get().resident == pausing.wang


@pytest.mark.parametrize("wrong", ["until", "half lifted", "moved", "lifted twice", "deleted"])
def test_the_database_keeps_pauses(pausing, wrong):
    row = operations.freeze(resident=pausing.lin, months=1, cause="deduction:1", by=pausing.secretary)
    rows = Freeze.objects.filter(pk=row.pk)
    if wrong == "lifted twice":
        operations.lift_freeze(cause=row.cause, reason="查无此事", by=pausing.secretary)
    with pytest.raises(IntegrityError), transaction.atomic():
        {
            "until": lambda: Freeze.objects.create(
                resident=row.resident, community=row.community, since=row.since, until=row.since, cause="x:1",
                made_by=row.made_by,
            ),
            "half lifted": lambda: rows.update(lifted_at=row.made_at),
            "moved": lambda: rows.update(until=row.until + timedelta(days=1)),
            "lifted twice": lambda: rows.update(reason="改口"),
            "deleted": rows.delete,
        }[wrong]()  # fmt: skip
