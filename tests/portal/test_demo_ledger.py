from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from config import installation
from config.triggers import missing
from points.models import Account, Kind, Owed, Seal, Transfer
from points.recount import check_ledger
from portal.demo import build as demo
from portal.demo.scene import Scene
from portal.demo.shopping import Shopping
from shop import codes

UNTIL = date(2026, 11, 21)


def build(**options):
    """Kinds, points and balances of the books, and the days that are sealed; nothing is kept."""
    with transaction.atomic():
        call_command("demo", scale="small", until=UNTIL, verbosity=0, **options)
        check = check_ledger()
        rows = Transfer.objects.order_by("pk")
        found = list(
            rows.values_list(
                "kind", "amount", "value_date", "posted_at", "balance_after", "holder__resident__name"
            )
        )
        seals, owed = Seal.objects.count(), Owed.objects.count()
        days = Seal.objects.order_by("day").values_list("day", flat=True)
        span = days.first(), days.last()
        debts = Account.objects.filter(owed__gt=0).count(), Owed.objects.open().count()
        transaction.set_rollback(True)
    installation.forget()
    return check, found, seals, owed, span, debts


@pytest.fixture
def place(db, tmp_path, settings):
    settings.VAR_DIR = settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.mark.parametrize("many", [1000, 10_000])
def test_more_transfers_are_right_to_the_last_digest(place, monkeypatch, many):
    """With the triggers of the books and without; they are there again afterwards."""
    monkeypatch.setattr(demo, "MANY", many)
    check, found, seals, owed, span, debts = build(transfers=3000)
    assert check.findings == []
    assert 2500 <= len(found) <= 4000
    kinds = {row[0] for row in found}
    assert kinds >= {Kind.AWARD, Kind.RESERVE, Kind.POST, Kind.VOID, Kind.REVERSE, Kind.EXPIRE, Kind.WITHHOLD}
    assert owed
    assert debts[0] == debts[1]
    assert seals == (span[1] - span[0]).days + 1 > 700
    assert missing(connection) == []


def skip_numbers(count: int) -> None:
    """The next row of every table has a number by `count` higher, as after rows that were rolled back."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s", [count])
            return
        cursor.execute("SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename) FROM pg_sequences")
        for (name,) in cursor.fetchall():
            cursor.execute("SELECT setval(%s, nextval(%s) + %s)", [name, name, count])


def test_the_same_seed_gives_the_same_books(place):
    """Whatever numbers the rows get: keys of one to four digits sort alike, and no choice hangs on a number."""
    first = build(transfers=300)[1]
    assert len(first) > 250 + len(build()[1]) - 100
    for count in (1, 90, 900):
        skip_numbers(count)
        assert first == build(transfers=300)[1]


def test_no_two_orders_have_the_same_code(place, monkeypatch):
    """Of four letters there are 4,096 codes: of a thousand drawn many would be there twice."""
    monkeypatch.setattr(codes, "LETTERS", codes.LETTERS[:4])
    scene, shop = Scene(UNTIL, 1, "demo-pass-2026", {}), object.__new__(Shopping)
    shop.scene, shop.dice = scene, scene.dice("shop")
    drawn = [shop.code() for _order in range(1000)]
    assert len(set(drawn)) == 1000
