"""Every list, search and admin page of the register with 1,000 people and with many, in turns, in one run.

Two workers hold a database each; the parent asks them for the same case one after the other and compares. Best of
several rounds: whatever else the machine does only adds. A case passes when its queries stay within `SQL_MS` and its
page within `PAGE_MS`, or near the speed it has with 1,000 people, or slow by the rows it shows (with 1,000 people there
may be too few to fill it): the budgets of DESIGN §11. A new list is a line in `CASES`.
"""

import argparse
import json
import logging
import os
import subprocess
import sys
from collections import namedtuple
from pathlib import Path
from time import perf_counter

HERE = Path(__file__).resolve().parents[1]
SMALL, ROUNDS = 1000, 5
SQL_MS, PAGE_MS, RATIO = 60, 60, 1.5
LITTLE = (
    0.3  # a page whose queries take less than this part of it is slow by the rows it shows, not by the table
)

Case = namedtuple("Case", "name who address")
DESK, ADMIN = "/desk/residents/", "/admin/residents/"
PEOPLE = f"{ADMIN}resident/"
# who: grid (worker of a compound), staff (of a community), seven (staff of several communities), operator (the root)
CASES = [
    *[Case(f"desk list, {who}", who, DESK) for who in ("grid", "staff", "seven")],
    Case("desk list, deep", "staff", f"{DESK}?after={{late}}"),
    Case("desk list, a compound", "staff", f"{DESK}?unit={{compound}}"),
    Case("desk, 80 and over", "staff", f"{DESK}?age=80"),
    Case("desk, rare tag", "staff", f"{DESK}?tag=child_in_need"),
    Case("desk, rare tag", "seven", f"{DESK}?tag=child_in_need"),
    Case("desk, common tag", "staff", f"{DESK}?tag=veteran"),
    Case("desk, common tag and 80", "seven", f"{DESK}?tag=veteran&age=80"),
    Case("desk, tag and 王", "staff", f"{DESK}?tag=minimum&q=王"),
    *[
        Case(f"desk search {what}", who, f"{DESK}?q={typed}")
        for who in ("grid", "staff", "seven")
        for what, typed in (
            ("王", "王"), ("two characters", "{two}"), ("whole name", "{name}"), ("wangxiuying", "wangxiuying"),
            ("given name", "xiuying"), ("wang", "wang"), ("one letter", "w"), ("initials", "wxy"), ("phone", "{phone}"),
            ("ID number", "{number}"), ("address", "{address}"), ("building", "{building}"), ("王 + last four", "王 {last_four}"),
            ("nobody", "zhuangqiqi"),
        )
    ],
    Case("residents", "staff", PEOPLE),
    Case("residents", "seven", PEOPLE),
    Case("residents, last page", "staff", f"{PEOPLE}?p={{last}}"),
    *[
        Case(f"residents, {query}", "staff", f"{PEOPLE}?{query}")
        for query in (
            "unit={group}", "state__exact=migrant", "state__exact=unconfirmed", "sex__exact=f", "age=14", "age=80",
            "tag=child_in_need", "tag=veteran", "is_party_member__exact=1", "left=yes",
            "state__exact=away&age=14&sex__exact=m", "q=王", "q=xiuying", "q={phone}", "q={address}",
        )
    ],
    Case("residents, tag=child_in_need", "seven", f"{PEOPLE}?tag=child_in_need"),
    *[
        Case(f"{model}{query}", who, f"{ADMIN}{model}/{query}")
        for who in ("staff", "seven")
        for model, query in (
            ("household", ""), ("household", "?q=王"), ("household", "?q={address}"), ("household", "?is_collective__exact=1"),
            ("dwelling", ""), ("dwelling", "?q={address}"), ("dwelling", "?use__exact=business"), ("dwelling", "?p={last}"),
        )
    ],
    *[
        Case(f"unit{query}", "operator", f"/admin/community/unit/{query}")
        for query in ("", "?p={last}", "?kind__exact=60", "?kind__exact=30", "?q={unit_name}", "?q=4213", "?closed=yes")
    ],
    Case("unit", "staff", "/admin/community/unit/"),
    Case("activity log", "operator", "/admin/accounts/activity/"),
    Case("activity log, last page", "operator", "/admin/accounts/activity/?p={last}"),
    Case("activity log, by object", "operator", "/admin/accounts/activity/?q=residents.resident:7"),
    Case("activity log, refused", "operator", "/admin/accounts/activity/?result__exact=refused"),
    Case("activity log, of notices", "operator", "/admin/accounts/activity/?room=community"),
    Case("access log", "operator", "/admin/accounts/look/"),
    *[
        Case(f"{model}{query}", "staff", f"/admin/events/{model}/{query}")
        for model, query in (
            ("registration", ""), ("registration", "?q=王秀"), ("registration", "?p={last}"), ("registration", "?state=ended"),
            ("attendance", ""), ("attendance", "?q=王秀"), ("attendance", "?state=ended"), ("event", ""), ("event", "?q=班"),
        )
    ],
    *[
        Case(f"choose {field}: {term}", "staff", "/admin/autocomplete/?app_label=residents&model_name=resident"
             f"&field_name={field}&term={term}")
        for field, term in (("unit", "1"), ("unit", ""), ("household", "王"), ("household", ""), ("party_branch", ""))
    ],
    Case("card", "staff", f"{DESK}{{resident}}/"),
    Case("add a person", "staff", f"{DESK}add/"),
    Case("resident form", "staff", f"{PEOPLE}{{resident}}/change/"),
    Case("household form", "staff", f"{ADMIN}household/{{household}}/change/"),
]  # fmt: skip


# --- a worker: one database ------------------------------------------------------------------------------


class Timed:
    """Adds up the time spent in the database, fetching included."""

    def __init__(self):
        from django.db import connection
        from django.db.backends.utils import CursorWrapper

        self.spent, self.queries = 0.0, 0
        connection.execute_wrappers.append(self._execute)
        for name in ("fetchone", "fetchmany", "fetchall"):
            setattr(CursorWrapper, name, self._fetching(name))

    def _execute(self, execute, *arguments):
        self.queries += 1
        return self._take(execute, *arguments)

    def _fetching(self, name):
        return lambda cursor, *arguments: self._take(getattr(cursor.cursor, name), *arguments)

    def _take(self, call, *arguments):
        begun = perf_counter()
        try:
            return call(*arguments)
        finally:
            self.spent += perf_counter() - begun


def fill(residents):
    from django.core.management import call_command

    from residents.models import Resident

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if not Resident.objects.exists():
        call_command("demo", scale="city" if residents > SMALL else "small", residents=residents, verbosity=0)


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
    return found


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


def work(residents):
    sys.path.insert(0, str(HERE))
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    logging.disable(logging.ERROR)  # a refusal is in the table
    settings.ALLOWED_HOSTS, settings.KEPT_PAGES_SECONDS = ["testserver"], 0
    fill(residents)
    known, clients, timed = facts(), {}, Timed()
    for who, user in people().items():
        clients[who] = Client()
        clients[who].force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    print("ready", flush=True)
    for line in sys.stdin:
        case = CASES[int(line)]
        timed.spent, timed.queries = 0.0, 0
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
    def __init__(self, residents, folder, url):
        folder.mkdir(parents=True, exist_ok=True)
        environment = os.environ | {"VAR_DIR": str(folder)} | ({"DATABASE_URL": url} if url else {})
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--worker", "--residents", str(residents)],
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


def compare(cases, residents, rounds):
    url = os.environ.get("DATABASE_URL", "")
    place = Path(os.environ.get("VAR_DIR") or HERE / "var") / "bench"
    workers = [
        Worker(size, place / f"{size}{'-pg' if url else ''}", database(url, f"bench_{size}") if url else "")
        for size in (SMALL, residents)
    ]
    for worker in workers:
        worker.answer()
    print(f"\n{'PostgreSQL' if url else 'SQLite'}: {SMALL:,} and {residents:,} residents, milliseconds")
    print(f"{'':44}{'sql':>8}{'sql':>8}{'page':>8}{'page':>8}{'ratio':>7}{'queries':>9}")
    failed = 0
    for number in cases:
        case = CASES[number]
        few, many = (best(worker, number, rounds) for worker in workers)
        ratio = many["page"] / few["page"]
        problems = [] if many["status"] == 200 else [f"status {many['status']}"]
        slow = many["page"] > PAGE_MS and ratio > RATIO
        if many["sql"] > SQL_MS or (slow and many["sql"] > LITTLE * many["page"]):
            problems.append("over")
        failed += bool(problems)
        print(
            f"{case.name + ' · ' + case.who:44}{few['sql']:8.1f}{many['sql']:8.1f}{few['page']:8.1f}{many['page']:8.1f}"
            f"{ratio:7.2f}{few['queries']:5}{many['queries']:4}  {', '.join(problems)}", flush=True,
        )  # fmt: skip
    for worker in workers:
        worker.process.stdin.close()
        worker.process.wait()
    print(
        f"{len(cases) - failed} of {len(cases)} within the budget: SQL ≤ {SQL_MS} ms, page ≤ {PAGE_MS} ms or ≤ {RATIO} × the small one"
    )
    return failed


def main():
    parser = argparse.ArgumentParser(prog="script/bench scale", description=__doc__)
    parser.add_argument("--residents", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", default="", help="cases whose name or person has this in it")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.worker:
        return work(said.residents)
    cases = [number for number, case in enumerate(CASES) if said.only in f"{case.name} · {case.who}"]
    return bool(compare(cases, said.residents, said.rounds))


if __name__ == "__main__":
    sys.exit(main())
