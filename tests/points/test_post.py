"""A list is posted whole or not at all; a key counts once; nobody goes below zero."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from accounts.models import Activity
from config.errors import DomainError
from points import single
from points.models import Account, Budget, Kind, Owed, Transfer
from points.operations import (
    Award,
    BudgetSpent,
    Entry,
    KeyReused,
    Shortage,
    account_of,
    award,
    expire,
    follow_merge,
    fulfil,
    post,
    release,
    reserve,
    set_budget,
    take_back,
)
from points.recount import check_ledger


def give(books, person, key, rule=None, day=None, hours=0, by=None):
    one = Award(person.pk, (rule or books.open).pk, day or books.today, key, Decimal(hours))
    return award([one], community=books.community, by=by or books.staff)


def points(person):
    account = Account.objects.filter(resident=person).first()
    return (account.posted, account.reserved, account.owed) if account else None


def the_books_are_right():
    check = check_ledger()
    assert check.findings == []


def test_an_award_is_given_once_per_cause(books):
    first = give(books, books.lin, "claim:1")
    again = give(books, books.lin, "claim:1")
    assert points(books.lin) == (5, 0, 0)
    assert list(first.written) == ["claim:1"]
    assert again.written == {}
    assert again.repeated == first.written
    row = Transfer.objects.get(key="claim:1")
    assert (row.debit.kind, row.credit.resident, row.amount, row.balance_after) == ("budget", books.lin, 5, 5)
    assert row.rule == books.open.versions.get()
    assert (row.detail.cause, row.detail.by) == ("claim:1", books.staff)
    assert row.detail.digest_for(row) == row.private_hash
    the_books_are_right()


def test_the_same_cause_for_another_person_is_refused(books):
    give(books, books.lin, "claim:1")
    with pytest.raises(KeyReused):
        give(books, books.wang, "claim:1")
    assert points(books.wang) in (None, (0, 0, 0))


def test_the_same_key_with_another_amount_is_refused(books):
    account = account_of(books.lin).pk
    version = books.open.versions.get().pk

    def entry(amount):
        return Entry(account, Kind.AWARD, amount, "x:1", books.today, version)

    post([entry(5)], community=books.community, by=None)
    with pytest.raises(KeyReused):
        post([entry(6)], community=books.community, by=None)
    with pytest.raises(KeyReused):
        post([entry(5), entry(6)], community=books.community, by=None)
    assert points(books.lin) == (5, 0, 0)


def test_a_list_is_posted_whole_or_not_at_all(books):
    lin, wang = account_of(books.lin).pk, account_of(books.wang).pk
    version = books.open.versions.get().pk
    wanted = [
        Entry(lin, Kind.AWARD, 5, "a:1", books.today, version),
        Entry(wang, Kind.EXPIRE, 1, "e:1", books.today),
    ]
    with pytest.raises(Shortage) as refusal:
        post(wanted, community=books.community, by=None)
    assert refusal.value.accounts == [wang]
    assert f"№{wang}" in str(refusal.value)
    assert points(books.lin) == (0, 0, 0)
    assert not Transfer.objects.exists()
    assert Budget.objects.get().drawn == 0


def test_a_list_may_spend_what_it_has_just_given(books):
    lin = account_of(books.lin).pk
    version = books.open.versions.get().pk
    wanted = [
        Entry(lin, Kind.AWARD, 5, "a:1", books.today, version),
        Entry(lin, Kind.EXPIRE, 3, "e:1", books.today),
        Entry(lin, Kind.AWARD, 4, "a:2", books.today, version),
    ]
    post(wanted, community=books.community, by=None)
    assert list(Transfer.objects.order_by("pk").values_list("balance_after", flat=True)) == [5, 2, 6]
    the_books_are_right()
    with pytest.raises(Shortage):
        post(
            [
                Entry(lin, Kind.EXPIRE, 7, "e:2", books.today),
                Entry(lin, Kind.AWARD, 4, "a:3", books.today, version),
            ],
            community=books.community,
            by=None,
        )


def test_the_year_s_budget_is_the_end(books):
    set_budget(community=books.community, year=books.today.year, points=7, by=books.secretary)
    give(books, books.lin, "claim:1")
    with pytest.raises(BudgetSpent) as refusal:
        give(books, books.wang, "claim:2")
    assert str(books.today.year) in str(refusal.value)
    assert Budget.objects.get().drawn == 5
    with pytest.raises(DomainError):
        set_budget(community=books.community, year=books.today.year, points=4, by=books.secretary)
    take_back(["claim:1"], community=books.community, by=books.staff)
    assert Budget.objects.get().drawn == 0
    give(books, books.wang, "claim:2")
    the_books_are_right()


def test_without_a_budget_nothing_is_issued(books):
    Budget.objects.all().delete()
    with pytest.raises(BudgetSpent):
        give(books, books.lin, "claim:1")


def test_points_by_the_hour_are_cut_to_whole_ones_and_capped(books):
    give(books, books.lin, "attendance:1", books.helping, hours="1.5")
    assert points(books.lin) == (3, 0, 0)
    give(books, books.lin, "attendance:2", books.helping, hours="4")
    assert points(books.lin) == (8, 0, 0)
    capped = give(books, books.lin, "attendance:3", books.helping, hours="1")
    assert capped.written == {}
    give(books, books.lin, "attendance:4", books.helping, books.today.replace(day=1, month=1), hours="1")
    assert points(books.lin)[0] in (10, 8)  # 8 on New Year's day itself


def test_a_cap_holds_within_one_list_and_frees_what_is_taken_back(books):
    def week(*numbers):
        wanted = [Award(books.lin.pk, books.joining.pk, books.today, f"attendance:{n}") for n in numbers]
        return award(wanted, community=books.community, by=books.staff)

    assert len(week(1, 2, 3, 4).written) == 3
    assert points(books.lin) == (3, 0, 0)
    take_back(["attendance:1"], community=books.community, by=books.staff)
    assert list(week(4).written) == ["attendance:4"]
    assert points(books.lin) == (3, 0, 0)
    the_books_are_right()


def test_nobody_of_another_community_is_given_points(books):
    assert give(books, books.zhao, "claim:1").written == {}
    assert points(books.zhao) is None


def test_an_award_keeps_the_version_of_its_day(books):
    from points.operations import change_rule

    tomorrow = books.today + timedelta(days=1)
    change_rule(rule=books.open, since=tomorrow, by=books.secretary, points=9)
    give(books, books.lin, "claim:1")
    if tomorrow.year == books.today.year:
        give(books, books.lin, "claim:2", day=tomorrow)
        numbers = Transfer.objects.order_by("pk").values_list("rule__number", "amount")
        assert list(numbers) == [(1, 5), (2, 9)]


def test_what_was_spent_is_owed_and_withheld_later(books):
    give(books, books.lin, "claim:1")
    order = reserve(account=account_of(books.lin), amount=4, key="order:1", by=books.staff)
    fulfil(reservation=order, by=books.staff)
    take_back(["claim:1"], community=books.community, by=books.staff, reason="登记有误")
    assert points(books.lin) == (0, 0, 4)
    assert Owed.objects.get().left == 4
    take_back(["claim:1"], community=books.community, by=books.staff)
    assert points(books.lin) == (0, 0, 4)
    give(books, books.lin, "attendance:9", books.joining)
    assert points(books.lin) == (0, 0, 3)
    give(books, books.lin, "claim:2")
    assert points(books.lin) == (2, 0, 0)
    kinds = list(Transfer.objects.order_by("pk").values_list("kind", "amount", "balance_after"))
    assert kinds[-2:] == [("award", 5, 5), ("withhold", 3, 2)]
    the_books_are_right()


def test_a_reservation_is_redeemed_or_lifted_once(books):
    give(books, books.lin, "claim:1")
    account = account_of(books.lin)
    first = reserve(account=account, amount=3, key="order:1", by=books.lin_user)
    assert reserve(account=account, amount=3, key="order:1", by=books.lin_user) == first
    assert points(books.lin) == (5, 3, 0)
    with pytest.raises(Shortage):
        reserve(account=account, amount=3, key="order:2", by=books.lin_user)
    assert fulfil(reservation=first, by=books.staff) == fulfil(reservation=first, by=books.staff)
    with pytest.raises(DomainError):
        release(reservation=first, by=books.staff)
    assert points(books.lin) == (2, 0, 0)
    second = reserve(account=account, amount=2, key="order:3", by=books.lin_user)
    release(reservation=second, by=None, reason="超时未取")
    assert points(books.lin) == (2, 0, 0)
    the_books_are_right()


def test_a_reservation_keeps_its_points_from_a_reversal(books):
    give(books, books.lin, "claim:1")
    reserve(account=account_of(books.lin), amount=5, key="order:1", by=books.lin_user)
    take_back(["claim:1"], community=books.community, by=books.staff)
    assert points(books.lin) == (5, 5, 5)
    the_books_are_right()


def test_expiry_takes_the_oldest_first(books):
    """max(0, credits up to the cut-off − spent, expired or reserved since ever)."""
    cut_off = books.today - timedelta(days=10)
    if cut_off.year != books.today.year:
        set_budget(community=books.community, year=cut_off.year, points=100, by=None)
    version = books.open.versions.get().pk
    lin = account_of(books.lin).pk
    post(
        [
            Entry(lin, Kind.AWARD, 10, "old:1", cut_off, version),
            Entry(lin, Kind.AWARD, 5, "new:1", books.today, version),
        ],
        community=books.community,
        by=None,
    )
    order = reserve(account=account_of(books.lin), amount=4, key="order:1", by=books.lin_user)
    reserve(account=account_of(books.lin), amount=3, key="order:2", by=books.lin_user)
    fulfil(reservation=order, by=books.staff)
    assert expire(community=books.community, received_until=cut_off, on=books.today, by=None) == 3
    assert points(books.lin) == (8, 3, 0)
    assert expire(community=books.community, received_until=cut_off, on=books.today, by=None) == 0
    with pytest.raises(DomainError):
        expire(community=books.community, received_until=books.today, on=books.today, by=None)
    the_books_are_right()


def test_merging_two_rows_of_one_human_keeps_all_points(books):
    give(books, books.lin, "claim:1")
    give(books, books.wang, "claim:2")
    follow_merge(source=books.wang, target=books.lin, by=books.secretary)
    assert points(books.lin) == (10, 0, 0)
    assert points(books.wang) == (0, 0, 0)
    assert Budget.objects.get().drawn == 10
    the_books_are_right()


def test_an_act_leaves_one_line_in_the_log(books):
    give(books, books.lin, "claim:1")
    line = Activity.objects.get(act="points.award")
    assert (line.by, line.detail) == (books.staff, {"count": 1, "points": 5})


@pytest.mark.parametrize(
    "spoil",
    [
        lambda row: Transfer.objects.filter(pk=row.pk).update(amount=6),
        lambda row: row.delete(),
        lambda row: Account.objects.filter(pk=row.holder_id).update(reserved=6),
        lambda row: Account.objects.filter(pk=row.holder_id).update(community=row.holder.resident.unit),
        lambda row: Account.objects.filter(pk=row.holder_id).delete(),
        lambda row: type(row.detail).objects.filter(pk=row.pk).update(cause="claim:9"),
        lambda row: row.rule.__class__.objects.filter(pk=row.rule_id).update(points=9),
    ],
    ids=["amount", "delete", "below zero", "elsewhere", "account", "cause", "rule"],
)
def test_the_database_refuses_to_alter_the_books(books, spoil):
    give(books, books.lin, "claim:1")
    with pytest.raises((IntegrityError, ProtectedError)), transaction.atomic():
        spoil(Transfer.objects.get())


def copy_of(row, **fields):
    row.pk = None
    row.key, row.balance_after = "copy:1", 10
    for name, value in fields.items():
        setattr(row, name, value)
    return row


@pytest.mark.parametrize(
    "fields",
    [
        {"debit": "wang"},
        {"credit": "wang", "holder": "wang", "debit": "lin"},
        {"kind": "expire"},
        {"kind": "post"},
        {"kind": "reverse"},
        {"amount": 0},
        {"rule": None},
        {"rule_id": 999_999},
        {"credit_id": 999_999, "holder_id": 999_999},
    ],
    ids=lambda fields: "+".join(f"{name}={value}" for name, value in fields.items()),
)
def test_the_database_refuses_what_is_no_transfer(books, fields):
    """Above all one between two people."""
    give(books, books.lin, "claim:1")
    accounts = {"lin": account_of(books.lin), "wang": account_of(books.wang)}
    fields = {name: accounts.get(value, value) for name, value in fields.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        copy_of(Transfer.objects.get(), **fields).save()


def test_alone_and_in_a_list_every_kind_writes_the_same_rows(conduct, monkeypatch):
    """The short way of one transfer (`points.single`) against that of a list."""
    books = conduct

    def posted():
        account, version = account_of(books.lin), books.open.versions.get().pk
        made = {}

        def one(kind, amount, key, **more):
            entry = Entry(account.pk, kind, amount, key, books.today, cause=f"claim:{key}", **more)
            made[key] = post([entry], community=books.community, by=books.staff).written[key]

        one(Kind.AWARD, 9, "award", rule=version)
        one(Kind.REVERSE, 2, "reverse", reverses=made["award"])
        one(Kind.WITHHOLD, 1, "withhold", rule=version)
        one(Kind.RESERVE, 3, "first")
        one(Kind.POST, 3, "post", reserve=made["first"])
        one(Kind.REFUND, 2, "refund", reverses=made["post"])
        one(Kind.RESERVE, 2, "second")
        one(Kind.VOID, 2, "void", reserve=made["second"])
        one(Kind.EXPIRE, 1, "expire")
        one(Kind.DEDUCT, 1, "deduct", rule=conduct.staying_away.versions.get().pk)
        one(Kind.RESTORE, 1, "restore")
        one(Kind.CARRY_OUT, 1, "carry out")
        one(Kind.CARRY_IN, 1, "carry in")
        written = Transfer.objects.order_by("pk").values_list(
            "key",
            "debit",
            "credit",
            "amount",
            "rule",
            "value_date",
            "balance_after",
            "detail__cause",
            "detail__by",
        )
        return list(written), points(books.lin), Budget.objects.get().drawn

    account_of(books.lin)
    with transaction.atomic():
        alone = posted()
        transaction.set_rollback(True)
    monkeypatch.setattr(single, "post_one", lambda community, line: None)
    assert len(alone[0]) == 13
    assert posted() == alone
