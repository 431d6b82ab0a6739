"""Every list, search and admin page of the register with 1,000 people and with many, in turns, in one run.

Two workers hold a database each; the parent asks them for the same case one after the other and compares. Best of
several rounds: whatever else the machine does only adds. A case passes when its queries stay within `SQL_MS` and its
page within `PAGE_MS`, or near the speed it has with 1,000 people, or slow by the rows it shows (with 1,000 people there
may be too few to fill it): the budgets of DESIGN §11. A new list is a line in `bench_cases.CASES`.
"""

import argparse
import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from bench_cases import CASES, PAGE_MS, REPORT_MS, SQL_MS, STATEMENT_MS

HERE = Path(__file__).resolve().parents[1]
SMALL, ROUNDS = 1000, 5
RATIO, RECOUNT = 1.5, "recount"
LITTLE = (
    0.3  # a page whose queries take less than this part of it is slow by the rows it shows, not by the table
)

# --- a worker: one database ------------------------------------------------------------------------------


class Timed:
    """Adds up the time spent in the database, fetching included."""

    def __init__(self):
        from django.db import connection
        from django.db.backends.utils import CursorWrapper

        self.begin("")
        connection.execute_wrappers.append(self._execute)
        for name in ("fetchone", "fetchmany", "fetchall"):
            setattr(CursorWrapper, name, self._fetching(name))

    def begin(self, part):
        """Only questions beginning with `part` are added up; `queries` counts all."""
        self.part, self.counts, self.spent, self.queries = part, True, 0.0, 0

    def _execute(self, execute, sql, *arguments):
        self.queries += 1
        self.counts = sql.startswith(self.part)
        return self._take(execute, sql, *arguments)

    def _fetching(self, name):
        return lambda cursor, *arguments: self._take(getattr(cursor.cursor, name), *arguments)

    def _take(self, call, *arguments):
        begun = perf_counter()
        try:
            return call(*arguments)
        finally:
            self.spent += self.counts * (perf_counter() - begun)


def fill(residents, transfers):
    from django.core.management import call_command
    from django.db import connection

    from residents.models import Resident

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if not Resident.objects.exists():
        call_command("demo", scale="city" if residents > SMALL else "small", residents=residents,
                     transfers=transfers, verbosity=0)  # fmt: skip
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as autovacuum does within minutes


def people():
    """Who looks: made once, by name."""
    from django.utils import timezone

    from accounts.models import User
    from community.models import Kind, Post, Unit

    communities = list(Unit.objects.communities().order_by("path")[:7])
    home = communities[0]
    places = {
        "grid": (
            "grid_worker",
            [Unit.objects.living().below(home).filter(kind=Kind.COMPOUND).order_by("path").first()],
        ),
        "staff": ("staff", [home]),
        "seven": ("staff", communities),
        "operator": ("operator", [Unit.objects.get(kind=Kind.ROOT)]),
    }
    found = {}
    for who, (role, units) in places.items():
        found[who], _ = User.objects.get_or_create(username=f"bench-{who}", defaults={"name": f"bench {who}"})
        for unit in units:
            Post.objects.get_or_create(
                holder=found[who], role=role, unit=unit, defaults={"started_on": timezone.localdate()}
            )
    known, found["holder"], found["helper"] = books(home, found["staff"])
    return found, known


def books(home, staff):
    """What the addresses of points, hours and reports speak of, and who looks at their own."""
    from django.utils import timezone

    from points.models import Transfer
    from volunteers.models import ServiceRecord

    holder, helper = longest(Transfer, "holder", home), longest(ServiceRecord, "volunteer", home)
    account = holder.points_accounts.get()
    rows = account.transfers.order_by("pk")
    middle, today = rows[rows.count() // 2], timezone.localdate()
    facts = {
        "holder": holder.pk, "account": account.pk, "transfer": middle.pk, "key": middle.key, "middle": middle.pk,
        "year": today.year, "month": f"{today.year - 1}-{today.month:02}", "deep": 20, "slug": home.slug,
        "volunteer": helper.volunteer.number, "report": draft(home, staff).pk,
    }  # fmt: skip
    return facts, holder.user, helper.user


def longest(model, whose, home):
    """The resident who can sign in and has the most rows of `model` in the community."""
    from django.db.models import Count

    from residents.models import Resident

    resident = f"{whose}__resident"
    rows = model.objects.order_by().filter(community=home, **{f"{resident}__user__isnull": False})
    first = rows.values_list(resident).annotate(n=Count("pk")).order_by("-n", resident).first()
    return Resident.objects.select_related("user").get(pk=first[0])


def draft(home, by):
    """This month's report of the community: computed whenever it is looked at."""
    from django.utils import timezone

    from reports import operations

    return operations.start(unit=home, organisation=None, month=timezone.localdate(), by=by)


def facts():
    """What the addresses speak of: somebody who lives in the compound of the grid worker."""
    from community.models import Kind, Unit
    from residents.models import Resident

    home = Unit.objects.communities().order_by("path").first()
    below = Unit.objects.living().below(home)
    compound = below.filter(kind=Kind.COMPOUND).order_by("path").first()
    living = Resident.objects.living().exclude(phone_print=None).filter(household__isnull=False)
    one = living.within(compound).order_by("pk").first()
    group = below.filter(kind=Kind.GROUP).order_by("path").first() or compound
    many = Resident.objects.living().filter(community=home)
    late = many.order_by("-name_pinyin", "-pk").values_list("pk", flat=True)[min(200, many.count() - 1)]
    return {
        "name": one.name, "two": one.name[-2:], "phone": one.phone.removeprefix("+86"), "number": one.id_number,
        "last_four": one.phone[-4:], "address": f"{one.unit.parent}{one.unit.name}{one.household.dwelling.door}",
        "building": f"{one.unit.parent}{one.unit.name}", "resident": one.pk, "household": one.household_id,
        "compound": compound.pk, "group": group.pk, "late": late, "last": 3, "unit_name": compound.name[:2],
    }  # fmt: skip


def recount():
    """How many rows of the books are checked in a second."""
    from points.recount import check_ledger

    check = check_ledger()
    return {"transfers": check.transfers, "seconds": check.seconds, "found": check.found}


def work(residents, transfers):
    sys.path.insert(0, str(HERE))
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    logging.disable(logging.ERROR)  # a refusal is in the table
    settings.ALLOWED_HOSTS, settings.KEPT_PAGES_SECONDS = ["testserver"], 0
    fill(residents, transfers)
    users, known = people()
    known |= facts()
    clients, timed = {"visitor": Client()}, Timed()
    for who, user in users.items():
        clients[who] = Client()
        clients[who].force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    print("ready", flush=True)
    for line in sys.stdin:
        if line.strip() == RECOUNT:
            print(json.dumps(recount()), flush=True)
            continue
        case = CASES[int(line)]
        timed.begin(case.part)
        begun = perf_counter()
        answer = clients[case.who].get(case.address.format(**known))
        took = perf_counter() - begun
        said = {
            "status": answer.status_code,
            "page": took * 1000,
            "sql": timed.spent * 1000,
            "queries": timed.queries,
        }
        print(json.dumps(said), flush=True)


# --- the parent: turns and the table ---------------------------------------------------------------------


class Worker:
    def __init__(self, residents, transfers, folder, url):
        folder.mkdir(parents=True, exist_ok=True)
        environment = os.environ | {"VAR_DIR": str(folder)} | ({"DATABASE_URL": url} if url else {})
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--worker", "--residents", str(residents), "--transfers", str(transfers)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("A worker ended: its last lines say why.")
        return line

    def ask(self, number):
        print(number, file=self.process.stdin, flush=True)
        return json.loads(self.answer())


def database(url, name):
    """The address of the database `name` of the server at `url`, made if it is not there."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f"CREATE DATABASE {name}")
    return url.replace("/portal?", f"/{name}?")


def best(worker, number, rounds):
    found = [worker.ask(number) for _ in range(rounds)]
    return min(found, key=lambda one: one["page"]) | {"sql": min(one["sql"] for one in found)}


def compare(cases, residents, transfers, rounds, with_recount):
    url = os.environ.get("DATABASE_URL", "")
    place = Path(os.environ.get("VAR_DIR") or HERE / "var") / "bench"
    workers = [
        Worker(
            size,
            moved,
            place / f"{size}{'-pg' if url else ''}",
            database(url, f"bench_{size}") if url else "",
        )
        for size, moved in ((SMALL, 10 * SMALL), (residents, transfers))
    ]
    for worker in workers:
        worker.answer()
    print(
        f"\n{'PostgreSQL' if url else 'SQLite'}: {SMALL:,} and {residents:,} residents, {10 * SMALL:,} and {transfers:,} transfers, milliseconds"
    )
    print(f"{'':44}{'sql':>8}{'sql':>8}{'page':>8}{'page':>8}{'ratio':>7}{'queries':>9}")
    failed = 0
    for number in cases:
        case = CASES[number]
        few, many = (best(worker, number, rounds) for worker in workers)
        ratio = many["page"] / few["page"]
        problems = [] if many["status"] == 200 else [f"status {many['status']}"]
        slow = many["page"] > case.page and ratio > RATIO
        if many["sql"] > case.sql or (slow and many["sql"] > LITTLE * many["page"]):
            problems.append("over")
        failed += bool(problems)
        print(
            f"{case.name + ' · ' + case.who:44}{few['sql']:8.1f}{many['sql']:8.1f}{few['page']:8.1f}{many['page']:8.1f}"
            f"{ratio:7.2f}{few['queries']:5}{many['queries']:4}  {', '.join(problems)}", flush=True,
        )  # fmt: skip
    if with_recount:
        told = workers[1].ask(RECOUNT)
        print(f"check_ledger: {told['transfers'] / told['seconds']:,.0f} transfers a second, {told['transfers']:,} in"
              f" {told['seconds']:.0f} s, {told['found']} mistakes found")  # fmt: skip
        failed += bool(told["found"])
    for worker in workers:
        worker.process.stdin.close()
        worker.process.wait()
    print(
        f"{len(cases) - failed} of {len(cases)} within the budget: SQL ≤ {SQL_MS} ms, page ≤ {PAGE_MS} ms or ≤ {RATIO} × the small one; statement SQL ≤ {STATEMENT_MS} ms, report ≤ {REPORT_MS} ms"
    )
    return failed


def main():
    parser = argparse.ArgumentParser(prog="script/bench scale", description=__doc__)
    parser.add_argument("--residents", type=int, default=100_000)
    parser.add_argument("--transfers", type=int, default=None, help="default: ten for every resident")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", default="", help="cases whose name or person has this in it")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    said = parser.parse_args()
    transfers = 10 * said.residents if said.transfers is None else said.transfers
    if said.worker:
        return work(said.residents, transfers)
    cases = [number for number, case in enumerate(CASES) if said.only in f"{case.name} · {case.who}"]
    return bool(compare(cases, said.residents, transfers, said.rounds, not said.only))


if __name__ == "__main__":
    sys.exit(main())
