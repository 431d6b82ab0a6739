"""Our posting against raw SQL that does the least the same work needs, in the same run on the same database, in turns.

Raw: one guarded UPDATE of the balance and one INSERT with a unique key and the balance after it, through the bare
driver. Ours: `points.operations.post` with key, budget, private part, seal's gate and triggers. Goals of DESIGN §11.
"""

import argparse
import multiprocessing
import os
import sys
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

ROUNDS, LIST, WRITERS, EACH = 150, 200, 8, 60
RAW_TABLES = (
    "CREATE TABLE bench_account (id bigint PRIMARY KEY, posted bigint NOT NULL CHECK (posted >= 0))",
    "CREATE TABLE bench_transfer (id {serial}, account bigint NOT NULL REFERENCES bench_account (id), amount bigint NOT NULL,"
    " key varchar(80) NOT NULL UNIQUE, posted_at timestamp NOT NULL, balance_after bigint NOT NULL CHECK (balance_after >= 0))",
)
RAW_POSTGRESQL = (
    "WITH a AS (UPDATE bench_account SET posted = posted + 1 WHERE id = %s RETURNING id, posted)"
    " INSERT INTO bench_transfer (account, amount, key, posted_at, balance_after)"
    " SELECT id, 1, %s, now(), posted FROM a"
)
# line: (compared with, at most, on SQLite at most); the budgets of DESIGN §11
BUDGETS = {
    "one posting": ("raw, one", 2.0, 4.0),
    "one of a list of 200": ("raw, one", 0.4, None),
    "8 writers, own accounts": ("raw, 8 writers, own accounts", 2.5, None),
    "8 writers, one account": ("raw, 8 writers, one account", 2.5, None),
}
serial = iter(range(10**12))


def fill():
    """The small demo, a budget that never ends, and the raw tables beside ours. Gives community, version and accounts."""
    from community.models import Unit
    from points.models import RuleVersion
    from points.operations import accounts_of, set_budget
    from residents.models import Resident

    call_command("migrate", verbosity=0)
    call_command("demo", scale="small", verbosity=0)
    community = Unit.objects.get(slug="niying")
    set_budget(community=community, year=timezone.localdate().year, points=2_000_000_000, by=None)
    version = (
        RuleVersion.objects.filter(
            rule__community=community, cap_day=None, cap_week=None, cap_month=None, cap_year=None
        )
        .first()
        .pk
    )
    people = Resident.objects.living().filter(community=community).values_list("pk", flat=True)
    accounts = sorted(accounts_of(people, community=community).values())
    key = "bigserial PRIMARY KEY" if connection.vendor == "postgresql" else "integer PRIMARY KEY"
    with connection.cursor() as cursor:
        for table in RAW_TABLES:
            cursor.execute(table.format(serial=key))
        cursor.executemany("INSERT INTO bench_account VALUES (%s, 0)", [(pk,) for pk in accounts])
    return community, version, accounts


def raw(account, key):
    connection.ensure_connection()
    driver = connection.connection
    if connection.vendor == "postgresql":
        driver.execute(RAW_POSTGRESQL, (account, key), prepare=True)
        return
    driver.execute("BEGIN IMMEDIATE")
    driver.execute("UPDATE bench_account SET posted = posted + 1 WHERE id = ?", (account,))
    driver.execute(
        "INSERT INTO bench_transfer (account, amount, key, posted_at, balance_after)"
        " SELECT id, 1, ?, datetime('now'), posted FROM bench_account WHERE id = ?",
        (key, account),
    )
    driver.execute("COMMIT")


def ours(community, version, wanted):
    from points.operations import Entry, post

    day = timezone.localdate()
    entries = [Entry(account, "award", 1, key, day, version, cause=key) for account, key in wanted]
    post(entries, community=community, by=None)


def timed(act):
    """On SQLite, which works in our process, its time on the processor; else the time that passes."""
    clock = process_time if connection.vendor == "sqlite" else perf_counter
    begun = clock()
    act()
    return clock() - begun


def turns(community, version, accounts):
    """Seconds of each line, measured once a round so that a busy machine slows all alike."""
    taken = {"raw, one": [], "one posting": [], "one of a list of 200": []}
    for number in range(ROUNDS + 10):
        account = accounts[number % len(accounts)]
        found = {
            "raw, one": timed(lambda a=account: raw(a, f"raw:{next(serial)}")),
            "one posting": timed(lambda a=account: ours(community, version, [(a, f"one:{next(serial)}")])),
        }
        if number % 10 == 0:
            wanted = [(accounts[n % len(accounts)], f"list:{next(serial)}") for n in range(LIST)]
            found["one of a list of 200"] = timed(lambda w=wanted: ours(community, version, w)) / LIST
        if number >= 10:
            for name, seconds in found.items():
                taken[name].append(seconds)
    return {name: median(values) for name, values in taken.items()}


def writer(gate, name, act):
    act(f"{name}:warm:0")
    gate.wait()
    for number in range(EACH):
        act(f"{name}:{number}")
    connection.close()


def together(name, act_for):
    """Seconds per act while `WRITERS` processes write at once."""
    connection.close()
    connection.close_pool()  # its threads do not survive the fork
    gate = multiprocessing.Barrier(WRITERS + 1)
    processes = [
        multiprocessing.Process(target=writer, args=(gate, f"{name}:{n}", act_for(n))) for n in range(WRITERS)
    ]
    for process in processes:
        process.start()
    gate.wait()
    begun = perf_counter()
    for process in processes:
        process.join()
    assert not any(process.exitcode for process in processes), name
    return (perf_counter() - begun) / WRITERS / EACH


def rush(community, version, accounts):
    multiprocessing.set_start_method("fork", force=True)
    found = {}
    for where, pick in (("own accounts", lambda n: accounts[n]), ("one account", lambda n: accounts[0])):
        best = {}
        for turn in range(3):
            lines = {
                f"raw, 8 writers, {where}": lambda n, pick=pick: lambda key: raw(pick(n), key),
                f"8 writers, {where}": lambda n, pick=pick: (
                    lambda key: ours(community, version, [(pick(n), key)])
                ),
            }
            for name, act_for in lines.items():
                took = together(f"{name}:{turn}", act_for)
                best[name] = min(took, best.get(name, took))
        found |= best
    return found


def main():
    argparse.ArgumentParser(description=__doc__).parse_args()
    community, version, accounts = fill()
    found = turns(community, version, accounts)
    if connection.vendor == "postgresql":
        found |= rush(community, version, accounts)
    from points.recount import check_ledger

    check = check_ledger()
    print(
        f"\n{connection.vendor}: points postings; the recount of {check.transfers} transfers found {check.found} mistakes"
    )
    print(f"{'':32}{'ms':>8}{'ratio':>8}{'budget':>8}")
    over = bool(check.found)
    for name, seconds in found.items():
        against, *budgets = BUDGETS.get(name, (name, None, None))
        budget = budgets[connection.vendor == "sqlite"]
        ratio = seconds / found[against]
        is_over = bool(budget) and ratio > budget
        over |= is_over
        print(f"{name:32}{seconds * 1000:8.3f}{ratio:8.2f}{budget or '':>8}{'   over' if is_over else ''}")
    connection.close()
    return over


if __name__ == "__main__":
    sys.exit(main())
