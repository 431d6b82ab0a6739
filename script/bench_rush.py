"""500 people sign up for 50 places, eight at a time, against the portal's own server; then the books are read.

Beside it, in the same run and from the same eight processes, a minimal Django page takes places the same way: a session,
its user, one guarded counter, one row. Both servers have answered a few before it counts.
"""

import argparse
import http.client
import multiprocessing
import os
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter, sleep
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

PEOPLE, PLACES, WRITERS, WARM = 500, 50, 8, 16
SECONDS = 10  # the whole rush at the most
TOKEN = "b" * 32  # what cookie and form agree on
MINIMAL = "bench minimal"


# --- what must hold afterwards ---------------------------------------------------------------------------


def mistakes(answers, sign_ups, *, people=PEOPLE, places=PLACES, taken, rows) -> list[str]:
    """What is wrong, in sentences. `answers`: one status for each person; `sign_ups`: (key, person, state, rank) as they
    were written; `taken`: the counter of the session; `rows`: the people on its roll-call."""
    placed = [key for key, _person, state, _rank in sign_ups if state == "placed"]
    line = [(key, rank) for key, _person, state, rank in sign_ups if state == "waiting"]
    seated = {person for _key, person, state, _rank in sign_ups if state == "placed"}
    ranks = [rank for _key, rank in sorted(line)]
    found = {
        f"{sum(status >= 500 for status in answers)} answers are errors": any(s >= 500 for s in answers),
        f"{len(answers)} of {people} were answered": len(answers) != people,
        f"{sum(status != 302 for status in answers)} were not signed up": any(s != 302 for s in answers),
        f"{len(placed)} have one of {places} places": len(placed) != min(people, places),
        f"the session counts {taken} places, {len(placed)} are given": taken != len(placed),
        "the roll-call names others than those who have a place": sorted(rows) != sorted(seated),
        "somebody is signed up twice or not at all": len({one[1] for one in sign_ups}) != people
        or len(sign_ups) != people,
        "the line has gaps, or is not in the order in which people came": ranks
        != list(range(1, len(line) + 1)),
        "somebody who came later overtook the line": bool(line and placed) and max(placed) > min(line)[0],
    }
    return [words for words, is_wrong in found.items() if is_wrong]


def p95(seconds) -> float:
    """The time within which 95 of 100 had their answer."""
    ordered = sorted(seconds)
    return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]


# --- the two servers -------------------------------------------------------------------------------------


def minimal(request):
    """What any sign-up has to do: who is it, is there a place, take it, write it down."""
    from django.db import transaction
    from django.db.models import F
    from django.http import HttpResponseRedirect
    from django.utils import timezone

    from config.models import DueRun

    with transaction.atomic():
        taken = DueRun.objects.filter(job=MINIMAL, tries__lt=PLACES).update(tries=F("tries") + 1)
        DueRun.objects.create(job=f"{MINIMAL} {request.user.pk} {bool(taken)}", slot=timezone.now())
    return HttpResponseRedirect("/minimal/")


def serve(what, port):
    """The portal's own server in this process, with the whole portal or with the one page."""
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    if what == "minimal":
        from django.http import HttpResponse
        from django.urls import path

        globals()["urlpatterns"] = [
            path("minimal/", minimal),
            path("healthz", lambda request: HttpResponse()),
        ]
        sys.modules["bench_rush"] = sys.modules[__name__]
        settings.ROOT_URLCONF = "bench_rush"
        settings.MIDDLEWARE = [
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ]
    from portal import clock, serving

    if what == "minimal":
        clock.start = lambda: None  # the portal's work is none of its own, and names pages that it has not
    serving.serve(serving.take_port("127.0.0.1", port))


@contextmanager
def serving_at(what, port):
    server = subprocess.Popen([sys.executable, __file__, "--serve", what, "--port", str(port)])
    try:
        until = monotonic() + 60
        while not _answers(port):
            if server.poll() is not None or monotonic() > until:
                raise SystemExit(f"The server of {what} does not start.")
            sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait(30)


def _answers(port) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/healthz")
        return bool(connection.getresponse().read() is not None)
    except OSError:
        return False
    finally:
        connection.close()


# --- the eight who send ----------------------------------------------------------------------------------


def send(port, address, people, gate, said):
    """Sign up each of `people` (session key, number), one after the other; says status and seconds of each."""
    gate.wait()
    found, connection = [], http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for cookie, number in people:
        body = urlencode({"csrfmiddlewaretoken": TOKEN, "person": number, "wait": "1"})
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"sessionid={cookie}; csrftoken={TOKEN}",
        }
        begun = perf_counter()
        connection.request("POST", address, body, headers)
        answer = connection.getresponse()
        answer.read()
        found.append((answer.status, perf_counter() - begun))
    said.put(found)


def rush(port, address, people):
    """Seconds of the whole, and status and seconds of each answer."""
    context = multiprocessing.get_context("fork")
    gate, said = context.Barrier(WRITERS + 1), context.Queue()
    writers = [
        context.Process(target=send, args=(port, address, people[n::WRITERS], gate, said))
        for n in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    gate.wait()
    begun = perf_counter()
    answers = [answer for _writer in writers for answer in said.get(timeout=300)]
    took = perf_counter() - begun
    for writer in writers:
        writer.join()
    return took, answers


# --- the run ---------------------------------------------------------------------------------------------


def fill():
    """The small demo and people enough. Gives the community and (session key, resident) of each."""
    from django.core.management import call_command
    from django.test import Client

    from accounts.models import User
    from community.models import Unit
    from config.due import run_due
    from portal.wiring import DUE
    from residents.operations import add_resident

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("demo", scale="small", verbosity=0)
    run_due(DUE)  # what a new installation has to make up for is no part of the rush
    community, people = Unit.objects.get(slug="niying"), []
    for number in range(PEOPLE + WARM):
        name = f"甲{chr(0x4E00 + number)}"
        user = User.objects.create(name=name, username=f"rush-{number}", password="!")
        person = add_resident(
            community=community, unit=community, name=name, state="unconfirmed", user=user, by=user
        )
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        people.append((client.cookies["sessionid"].value, person.pk))
    return community, people


def session_with(places, community):
    """A new event that anybody may sign up for, and the address where."""
    from django.urls import reverse
    from django.utils import timezone

    from accounts.models import User
    from events.models import Event, Session
    from events.operations import create_event, publish_event

    staff, tomorrow = User.objects.get(username="niying-staff1"), timezone.now() + timedelta(days=1)
    times = {"starts_at": tomorrow, "ends_at": tomorrow + timedelta(hours=2), "places": places}
    event = create_event(
        event=Event(unit=community, kind="culture", title="音乐会", place="广场"), by=staff, sessions=[times]
    )
    publish_event(event=event, by=staff)
    session = Session.objects.get(event=event)
    return session, reverse("events:register", args=[community, event.pk, session.pk])


def measure(what, address, people, port, warm_address):
    from django.db import connection

    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()  # its threads do not survive the fork
    with serving_at(what, port):
        rush(port, warm_address, people[PEOPLE:])
        return rush(port, address, people[:PEOPLE])


def read(session):
    """What the books say of the session."""
    session.refresh_from_db()
    rows = session.sign_ups.order_by("pk").values_list("pk", "resident", "state", "rank")
    roll = session.registrations.live().values_list("resident", flat=True)
    return {"sign_ups": list(rows), "taken": session.places_taken, "rows": list(roll)}


def report(vendor, found, wrong) -> bool:
    """Print it all; whether anything is wrong or over its budget."""
    is_over = bool(wrong)
    print(f"\n{vendor}: {PEOPLE} sign up for {PLACES} places, {WRITERS} at a time, against the server")
    print(f"{'':20}{'seconds':>9}{'a second':>10}{'median ms':>11}{'p95 ms':>9}{'ratio':>8}   budget")
    for name, (took, answers) in found.items():
        times = [seconds for _status, seconds in answers]
        ratio = took / found["minimal page"][0]
        over = name == "sign-up" and took > SECONDS
        is_over |= over
        budget = f"{SECONDS} s{'   over' if over else ''}" if name == "sign-up" else ""
        print(
            f"{name:20}{took:9.2f}{len(times) / took:10.0f}{median(times) * 1000:11.1f}{p95(times) * 1000:9.1f}"
            f"{ratio:8.2f}   {budget}"
        )
    for words in wrong:
        print(f"   WRONG: {words}")
    if not wrong:
        print(
            f"   {PLACES} have a place, {PEOPLE - PLACES} wait in the order they came, nobody is left without an answer"
        )
    return is_over


def main(port):
    import django

    django.setup()
    from django.db import connection
    from django.utils import timezone

    from config.models import DueRun

    community, people = fill()
    session, address = session_with(PLACES, community)
    _other, warm = session_with(PLACES, community)
    DueRun.objects.create(job=MINIMAL, slot=timezone.now())
    found = {
        "minimal page": measure("minimal", "/minimal/", people, port, "/minimal/"),
        "sign-up": measure("portal", address, people, port + 1, warm),
    }
    wrong = mistakes([status for status, _seconds in found["sign-up"][1]], **read(session))
    is_over = report(connection.vendor, found, wrong)
    connection.close()
    return is_over


def free_port():
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="script/bench rush", description=__doc__)
    parser.add_argument("--serve", choices=["portal", "minimal"], help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        serve(chosen.serve, chosen.port)
    else:
        sys.exit(main(free_port()))
