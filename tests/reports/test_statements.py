"""The monthly statement of points: frozen, open to everybody, and to be recomputed by anybody."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from config import triggers
from points import books, operations
from points.models import Account, Budget, Transfer
from reports import statements
from reports.models import PointsStatement
from reports.periods import month_before, month_of
from tests.points.conftest import give_points


def award(t, resident, rule, key):
    operations.award(
        [operations.Award(resident.pk, rule.pk, t.today, key)], community=t.community, by=t.staff
    )


@pytest.fixture
def past(town):
    """Last month: 王 was given five points twice and redeemed four, 林 was given five that were taken back. All sealed."""
    t = give_points(town)
    t.month = month_before(month_of(t.today))
    award(t, t.wang, t.open, "claim:1")
    award(t, t.wang, t.open, "claim:2")
    award(t, t.lin, t.open, "claim:3")
    t.account = Account.objects.get(resident=t.wang)
    held = operations.reserve(account=t.account, amount=4, key="order:1", by=t.staff)
    operations.fulfil(reservation=held, by=t.staff)
    operations.take_back(["claim:3"], community=t.community, by=t.staff, reason="张三误报")
    with triggers.lifted(connection):
        start = books.bounds(t.month)[0]
        for number, row in enumerate(Transfer.objects.order_by("pk")):
            moment = start + timedelta(days=3 * number, hours=9)
            Transfer.objects.filter(pk=row.pk).update(posted_at=moment, value_date=moment.date())
        Budget.objects.update(year=t.month.year)
    award(t, t.wang, t.helping, "later")  # of this month: in no statement yet
    award(t, t.wang, t.joining, "later:1")
    books.seal_days()
    return t


def test_a_month_is_published_once_it_is_sealed(past):
    assert statements.make_due() == "已发布1份"
    said = PointsStatement.objects.get(community=past.community, month=past.month).figures
    assert {name: said[name] for name in ("awarded", "awards", "people", "redeemed", "redemptions", "reversed")} == {
        "awarded": 15, "awards": 3, "people": 2, "redeemed": 4, "redemptions": 1, "reversed": 5,
    }  # fmt: skip
    assert said["by_category"] == [["morality", 15, 3]]
    assert (said["held"], said["budget"], said["drawn"]) == (6, 1000, 10)
    assert (said["transfers"], said["first"]) == (6, 1)
    assert said["claims"] == {"made": 0, "posted": 0, "rejected": 0, "objections": 0, "appeals": 0}
    assert said["by_hand"] == {"lists": 0, "undone": 0}
    assert said["cases"] == {"opened": 0, "decided": 0, "lifted": 0}
    assert statements.make_due() == "已发布0份"


def test_what_is_published_is_never_changed(past):
    statements.make_due()
    for change in (
        lambda rows: rows.update(figures={}),
        lambda rows: rows.delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(PointsStatement.objects.all())
    assert PointsStatement.objects.get().figures["awarded"] == 15


def page(client, t, rest=""):
    return client.get(f"/wenfeng/points/statements/{rest}")


def test_everybody_reads_it_and_nobody_is_named(past, client):
    statements.make_due()
    month = f"{past.month:%Y-%m}"
    assert month in page(client, past).text
    text = page(client, past, f"{month}/").text
    assert "给出积分" in text or "发放积分" in text
    assert statements.figures_of(past.community, past.month)["digest"] in text
    rows = page(client, past, f"{month}/transfers.txt")
    everything = text + rows.getvalue().decode()
    for word in (past.wang.name, past.lin.name, "张三", "claim:", f"№{past.account.pk}"):
        assert word not in everything, word
    for odd in ("2026-13/", "abc/", "1999-01/", "2026-13/transfers.txt"):
        assert page(client, past, odd).status_code == 404, odd
    assert client.get(f"/shunjing/points/statements/{month}/").status_code == 404


def test_anybody_recomputes_the_seal_with_the_program_on_the_page(past, client, tmp_path):
    statements.make_due()
    made = PointsStatement.objects.get()
    body = page(client, past, f"{past.month:%Y-%m}/transfers.txt").getvalue()
    (tmp_path / "points.txt").write_bytes(body)
    program = statements.check_program(made, "points.txt")
    assert len(program.strip().splitlines()) <= 6

    def run():
        done = subprocess.run(
            [sys.executable, "-I", "-c", program], cwd=tmp_path, capture_output=True, text=True, env={"PATH": os.defpath}, check=True,
        )  # fmt: skip
        return [line.split() for line in done.stdout.splitlines()]

    days = (month_before(past.month, -1) - past.month).days
    said = run()
    assert len(said) == days
    assert {word for _day, word in said} == {"OK"}
    (tmp_path / "points.txt").write_bytes(body.replace(b"|award|5|", b"|award|6|", 1))
    assert [word for _day, word in run()].count("!!!") == days


def test_any_number_of_transfers_takes_the_same_queries(past, client, django_assert_max_num_queries):
    statements.make_due()
    with django_assert_max_num_queries(10):
        page(client, past, f"{past.month:%Y-%m}/")
    with django_assert_max_num_queries(5):
        page(client, past, f"{past.month:%Y-%m}/transfers.txt").getvalue()


def test_without_books_the_page_says_when_it_comes(town, client):
    text = page(client, town).text
    assert "第一个完整月份" in text


def test_held_is_what_the_accounts_hold(past):
    """Month after month, only what is new is added up."""
    statements.make_due()
    now = timezone.now()
    moved = statements._held(past.community, month_of(timezone.localdate(now)))
    assert moved == sum(Account.objects.holders().values_list("posted", flat=True))


def test_what_was_handed_over_is_said_with_its_cost_and_givers(past, client, monkeypatch):
    found = {
        "handed": 3,
        "returned": 1,
        "pieces": 7,
        "cost_fen": 123450,
        "by_donor": {"": (5, 100000), "爱心商户": (2, 23450)},
    }
    monkeypatch.setattr("shop.figures.figures", lambda community, first, last: found)
    statements.make_due()
    text = page(client, past, f"{past.month:%Y-%m}/").text
    for word in ("1,234.50元", "爱心商户", "234.50", "社区购置", "1,000.00"):
        assert word in text, word
