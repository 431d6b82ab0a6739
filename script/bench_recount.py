"""How long the nightly recount takes: every check of the points ledger and the shop over a million transfers.

The small demo with the books of one community grown to that length, loaded at once and sealed.
"""

import argparse
import os
import sys
from itertools import islice
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import F  # noqa: E402
from django.utils import timezone  # noqa: E402

TRANSFERS, SECONDS = 1_000_000, 60  # that many in less than so many seconds
PART = 20_000  # written at once


def fill(transfers):
    """The small demo, and `transfers` more in the books of its first community: awards, orders and their hand-overs."""
    from config.triggers import lifted
    from points import books, loading
    from points.models import Account, Budget
    from points.operations import set_budget

    call_command("migrate", verbosity=0)
    call_command("demo", scale="small", verbosity=0)
    holders = Account.objects.holders()
    community = holders.order_by("pk").first().community
    holders = holders.filter(community=community)
    year = timezone.localdate().year
    set_budget(community=community, year=year, points=2_000_000_000, by=None)
    begun = perf_counter()
    with transaction.atomic(), lifted(connection, "points"):
        held = {pk: [posted, reserved, owed] for pk, posted, reserved, owed in
                holders.values_list("pk", "posted", "reserved", "owed")}  # fmt: skip
        rows = moves(community.pk, held, transfers)
        while part := list(islice(rows, PART)):
            loading.load([row for row, _ in part], [detail for _, detail in part])
        loading.settle([(*values, pk) for pk, values in held.items()])
        Budget.objects.filter(community=community, year=year).update(drawn=F("drawn") + 3 * (transfers // 3))
    for one in Account.objects.filter(kind="budget").values_list("community", flat=True):
        books.seal_day(one, timezone.localdate())
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as autovacuum does within minutes
    return perf_counter() - begun


def moves(community, held, count):
    """Rows as `points.loading` takes them: somebody gets three points, and two of them are spent; `held` is kept."""
    from points import loading
    from points.models import Account, RuleVersion, private_digest

    sides = dict(Account.objects.filter(community=community).exclude(kind="holder").values_list("kind", "pk"))
    versions = RuleVersion.objects.filter(rule__community=community).exclude(rule__category="conduct")
    version = versions.order_by("pk").first().pk
    pk, now, people = loading.last_transfer(), timezone.now(), sorted(held)
    today = timezone.localdate().isoformat()
    at = loading.written(now)
    for turn in range(count // 3):
        holder = people[turn % len(people)]
        for kind, amount, other in (
            ("award", 3, "budget"),
            ("reserve", 2, "redeemed"),
            ("post", 2, "redeemed"),
        ):
            pk += 1
            key, salt = f"bench:{pk}", f"{pk:032d}"
            if kind == "award":
                held[holder][0] += amount
            elif kind == "post":
                held[holder][0] -= amount
            debit, credit = (sides[other], holder) if kind == "award" else (holder, sides[other])
            after = held[holder][0] - held[holder][1] - (2 if kind == "reserve" else 0)
            rule, reserve = version if kind == "award" else None, pk - 1 if kind == "post" else None
            private = private_digest(
                salt=salt, holder=holder, key=key, cause=key, reason="", by=None,
                moved=(kind, amount, rule, today, reserve, None),
            )  # fmt: skip
            yield (
                (pk, community, debit, credit, holder, kind, amount, rule, key, reserve, None, today, at, after, private),
                (pk, key, "", None, salt),
            )  # fmt: skip


class Timed:
    """A check that says how long it took."""

    def __init__(self, check):
        self.check, self.seconds = check, 0.0

    def __call__(self):
        begun = perf_counter()
        found = list(self.check())
        self.seconds = perf_counter() - begun
        return found


def main():
    parser = argparse.ArgumentParser(prog="script/bench recount", description=__doc__)
    parser.add_argument("--transfers", type=int, default=TRANSFERS)
    loading = fill(parser.parse_args().transfers)
    from points import recount
    from portal.wiring import CHECKS

    print(f"\n{connection.vendor}: the books are loaded and sealed in {loading:.0f} s")
    parts = {name: Timed(check) for name, check in (recount.CHECKS | CHECKS).items()}
    recount.CHECKS = parts
    check = recount.check_ledger()
    print(" · ".join(f"{name} {part.seconds:.1f} s" for name, part in parts.items()))
    allowed = SECONDS * check.transfers / TRANSFERS
    is_over = bool(check.found) or check.seconds > allowed
    print(
        f"check_ledger: {check.transfers:,} transfers in {check.seconds:.1f} s, {check.transfers / check.seconds:,.0f} rows a"
        f" second, {check.found} mistakes found; allowed {allowed:.0f} s{'   over' if is_over else ''}"
    )
    connection.close()
    return is_over


if __name__ == "__main__":
    sys.exit(main())
