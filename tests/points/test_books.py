"""Days are sealed, and a recount finds whatever was altered by hand."""

import hashlib
import re
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format

from config import triggers
from points import books as points_books
from points.findings import WHAT, WHY
from points.models import Account, Budget, LedgerCheck, Seal, Transfer, TransferDetail, private_digest
from points.operations import account_of, fulfil, reserve, take_back
from points.recount import check_ledger

from .test_post import give


@contextmanager
def by_hand():
    """Somebody with the database's own tools, who knows how to lift a trigger."""
    with triggers.lifted(connection):
        yield


@pytest.fixture
def sealed(books):
    """Three transfers yesterday, one today; yesterday and the day before are sealed."""
    give(books, books.lin, "claim:1")
    give(books, books.wang, "attendance:1", books.helping, hours="2")
    reserve(account=account_of(books.lin), amount=2, key="order:1", by=books.lin_user)
    with by_hand():
        Transfer.objects.update(posted_at=timezone.now() - timedelta(days=1))
    give(books, books.lin, "claim:2")
    points_books.seal_days()
    return books


def test_a_seal_can_be_made_again_from_the_public_rows(sealed):
    """Five lines of Python, as the public page of a month will say."""
    seal = Seal.objects.get()
    assert (seal.first_number, seal.count, seal.amount) == (1, 3, 5 + 4 + 2)
    digest = hashlib.sha256(("0" * 64).encode())
    rows = Transfer.objects.exclude(key="claim:2").order_by("posted_at", "pk")
    for number, row in enumerate(rows, 1):
        rule = f"{row.rule.rule.code}/{row.rule.number}" if row.rule else ""
        written = f"{number}|{row.kind}|{row.amount}|{rule}|{row.value_date:%Y-%m-%d}|{row.private_hash}\n"
        digest.update(written.encode())
    assert seal.digest == digest.hexdigest()


def test_sealing_again_changes_nothing(sealed):
    before = list(Seal.objects.values())
    points_books.seal_days()
    assert list(Seal.objects.values()) == before


def test_every_day_is_sealed_empty_ones_too_and_numbers_go_on(sealed):
    today = timezone.localdate()
    points_books.seal_days(today + timedelta(days=2))
    seals = list(Seal.objects.order_by("day").values_list("first_number", "count"))
    assert seals == [(1, 3), (4, 1), (5, 0), (5, 0)]
    with by_hand():
        Seal.objects.filter(day__gte=today).delete()
    assert check_ledger().findings == []


def test_nothing_enters_a_sealed_day(sealed):
    row = Transfer.objects.get(key="claim:2")
    row.pk, row.key, row.posted_at = None, "late:1", timezone.now() - timedelta(days=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_a_seal_stays(sealed):
    for spoil in (lambda: Seal.objects.update(count=9), Seal.objects.all().delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            spoil()


def found(what):
    check = check_ledger()
    assert check.found
    return [finding["row"] for finding in check.findings if finding["what"] == what]


def row(key):
    return Transfer.objects.filter(key=key)


ALTERED = {
    "amount": ("running balance", "claim:1", lambda t: row("claim:1").update(amount=50)),
    "balance after": ("running balance", "order:1", lambda t: row("order:1").update(balance_after=4)),
    "account": ("private part", "claim:1", lambda t: row("claim:1").update(
        holder=account_of(t.wang), credit=account_of(t.wang))),
    "kind": ("sides", "order:1", lambda t: row("order:1").update(kind="expire")),
    "key": ("private part", "claim:1", lambda t: row("claim:1").update(key="claim:7")),
    "private hash": ("private part", "claim:1", lambda t: row("claim:1").update(private_hash="f" * 64)),
    "cause": ("private part", "claim:1", lambda t: TransferDetail.objects.filter(transfer__key="claim:1").update(cause="x:1")),
    "who": ("private part", "claim:1", lambda t: TransferDetail.objects.filter(transfer__key="claim:1").update(by=t.lin_user)),
    "side": ("sides", "claim:1", lambda t: row("claim:1").update(
        debit=Account.objects.get(community=t.community, kind="redeemed"))),
    "rule": ("private part", "claim:1", lambda t: row("claim:1").update(rule=t.helping.versions.get())),
    "day": ("private part", "claim:1", lambda t: row("claim:1").update(value_date=t.today - timedelta(days=3))),
    "day, not sealed yet": ("private part", "claim:2", lambda t: row("claim:2").update(value_date=t.today - timedelta(days=3))),
    "day, erased": ("altered row", "claim:1", lambda t: (
        TransferDetail.objects.filter(transfer__key="claim:1").delete(),
        row("claim:1").update(value_date=t.today - timedelta(days=3)))),
    "moment": ("altered row", "claim:1", lambda t: row("claim:1").update(posted_at=timezone.now())),
    "moment to come": ("moment", "claim:2", lambda t: row("claim:2").update(posted_at=timezone.now() + timedelta(days=1))),
    "second": ("altered row", "claim:1", lambda t: row("claim:1").update(posted_at=F("posted_at") + timedelta(seconds=1))),
    "gone": ("altered row", "attendance:1", lambda t: (
        TransferDetail.objects.filter(transfer__key="attendance:1").delete(), row("attendance:1").delete())),
    "new": ("altered row", "claim:2", lambda t: row("claim:2").update(posted_at=timezone.now() - timedelta(days=1))),
}  # fmt: skip


@pytest.mark.parametrize("what", ALTERED)
def test_the_recount_names_the_row(sealed, what):
    check, key, spoil = ALTERED[what]
    pk = row(key).get().pk
    with by_hand():
        spoil(sealed)
    assert pk in found(check)


@pytest.mark.parametrize(
    ("what", "spoil"),
    [
        ("rule", lambda t: row("claim:1").update(rule=t.helping.versions.get())),
        ("day", lambda t: row("claim:1").update(value_date=t.today - timedelta(days=3))),
        ("moment", lambda t: row("claim:1").update(posted_at=timezone.now())),
        ("digest", lambda t: Seal.objects.update(digest="0" * 64)),
        ("number", lambda t: Seal.objects.update(first_number=2)),
    ],
)
def test_the_recount_names_the_day(sealed, what, spoil):
    with by_hand():
        spoil(sealed)
    assert Seal.objects.get().pk in found("seal")


def test_the_clock_of_the_database_may_be_ahead(sealed):
    with by_hand():
        row("claim:2").update(posted_at=timezone.now() + timedelta(minutes=50))
    assert check_ledger().findings == []


def test_books_of_former_times_are_right_as_they_are(sealed):
    """Their hashes speak of the private part alone, their seals name no rows."""
    with by_hand():
        for one in Transfer.objects.select_related("detail"):
            detail = one.detail
            row(one.key).update(private_hash=private_digest(
                salt=detail.salt, holder=one.holder_id, key=one.key, cause=detail.cause, reason=detail.reason,
                by=detail.by_id, moved=(),
            ))  # fmt: skip
        Seal.objects.all().delete()
    points_books.seal_days()
    with by_hand():
        Seal.objects.update(marks="")
    assert check_ledger().findings == []


def test_the_recount_finds_a_row_that_is_gone(sealed):
    with by_hand():
        TransferDetail.objects.filter(transfer__key="attendance:1").delete()
        row("attendance:1").delete()
    assert Seal.objects.get().pk in found("seal")
    assert account_of(sealed.wang).pk in found("balance")


def test_the_recount_finds_a_wrong_balance_budget_and_debt(sealed):
    give(sealed, sealed.wang, "claim:3")
    fulfil(
        reservation=reserve(account=account_of(sealed.wang), amount=9, key="order:2", by=sealed.staff),
        by=sealed.staff,
    )
    take_back(["claim:3"], community=sealed.community, by=sealed.staff)
    assert check_ledger().findings == []
    account = account_of(sealed.wang)
    Account.objects.filter(pk=account.pk).update(posted=account.posted + 1)
    Budget.objects.update(drawn=1)
    account.debts.update(left=1)
    assert found("balance") == [account.pk]
    assert found("budget") == [Budget.objects.get().pk]
    assert account.pk in found("debt")
    assert found("sum") == [sealed.community.pk]


def test_erasing_the_private_part_keeps_the_books_true(sealed):
    TransferDetail.objects.filter(transfer__key="claim:1").delete()
    assert check_ledger().findings == []


def test_the_command_says_what_it_found(sealed):
    out, err = StringIO(), StringIO()
    call_command("check_ledger", stdout=out, stderr=err)
    assert "4" in out.getvalue()
    assert err.getvalue() == ""
    Budget.objects.update(drawn=1)
    with pytest.raises(SystemExit):
        call_command("check_ledger", stdout=out, stderr=err)
    assert f"预算：已用积分 №{Budget.objects.get().pk} 现为1；应为14" in err.getvalue()


def test_every_finding_has_words(sealed, signed_in):
    """The page of a recount, with one finding of every check and every reason."""
    findings = [{"what": what, "row": sealed.community.pk, "why": why} for what in WHAT for why in WHY]
    findings += [
        {
            "what": "seal",
            "row": 1,
            "community": sealed.community.pk,
            "day": "2026-11-20",
            "is": [1, 2],
            "should_be": 3,
        }
    ]
    check = LedgerCheck.objects.create(seconds=1, transfers=4, found=len(findings), findings=findings)
    page = signed_in(sealed.operator).get(f"/admin/points/ledgercheck/{check.pk}/change/")
    assert (
        date_format(timezone.localtime(check.started_at), "DATETIME_FORMAT")
        in page.text.partition("</title>")[0]
    )
    shown = page.content.decode().partition("field-what_was_found")[2].partition("</fieldset>")[0]
    words = re.findall(r"<div>([^<]*)</div>", shown)
    assert len(words) == len(findings)
    assert words[-1] == f"每日封账 №1 {sealed.community}；2026年11月20日；现为1 / 2；应为3"
    assert not [one for one in words if re.search("[a-z]", one)]
