"""Ratios of our pages and acts to a minimal Django page (a session, its user, one query), measured in turns.

Turns, because a busy machine slows both alike: each round measures every line once, and the medians are compared.
"""

import argparse
import os
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.decorators import login_not_required  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import F  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.template import Context, Engine  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402

ROUNDS = 60
# line: (what it is compared with, at most so many times that); the budgets of DESIGN §11
BUDGETS = {
    "public list, kept": ("minimal page", 0.1),
    "public list, made anew": ("minimal page", None),
    "public list, signed in": ("minimal page", 1.5),
    "registration": ("minimal write", 3.0),
}


ROWS = Engine().from_string(
    "<!doctype html><title>{{ user }}</title>{% for row in rows %}<p>{{ row.event.title }}"
    " {{ row.starts_at|date:'DATETIME_FORMAT' }} {{ row.event.place }} {{ row.places }}</p>{% endfor %}"
)


@login_not_required
def minimal(request):
    """What a Django page of twenty rows cannot do without: a session, its user, one query, one template."""
    from events.models import Session

    rows = Session.objects.select_related("event").order_by("-starts_at")[:20]
    return HttpResponse(ROWS.render(Context({"rows": rows, "user": request.user})))


urlpatterns = [path("minimal/", minimal)]
MINIMAL = {
    "ROOT_URLCONF": __name__,
    "MIDDLEWARE": [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
}


def fill(residents):
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("demo", scale="small", residents=residents, verbosity=0)


def signed_in():
    from accounts.models import User

    client = Client()
    user = User.objects.filter(residents__isnull=False).order_by("pk").first() or User.objects.first()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page(client, address, before=lambda: None):
    """A measurement of one GET; `before` runs outside the measured time."""

    def once():
        before()
        begun = perf_counter()
        answer = client.get(address)
        took = perf_counter() - begun
        assert answer.status_code == 200, (address, answer.status_code)
        return took

    return once


def minimal_write():
    """Read a row, add one and count it up, in one transaction: what any sign-up has to do."""
    from accounts.models import User
    from config.models import DueRun

    begun = perf_counter()
    with transaction.atomic():
        user = User.objects.order_by("pk").first()
        DueRun.objects.create(job=f"bench {user.pk}", slot=timezone.now())
        DueRun.objects.filter(job=f"bench {user.pk}").update(tries=F("tries") + 1)
    took = perf_counter() - begun
    DueRun.objects.filter(job=f"bench {user.pk}").delete()
    return took


def registration():
    """One open session with room and a resident without a place in it, who gives the place back each time."""
    from events import operations
    from events.models import Session
    from residents.models import Resident

    later = Session.objects.filter(
        starts_at__gt=timezone.now(), cancelled_at=None, event__published_at__isnull=False,
        event__is_course=False,
    ).select_related("event__unit", "community")  # fmt: skip
    for session in later.order_by("starts_at"):
        for resident in Resident.objects.filter(community=session.community, user__isnull=False)[:20]:
            if not operations.refusal(session, resident) and not session.registrations.filter(
                resident=resident
            ):

                def once(session=session, resident=resident):
                    begun = perf_counter()
                    taken = operations.register(session=session, resident=resident, by=resident.user)
                    took = perf_counter() - begun
                    operations.withdraw(registration=taken, by=resident.user)
                    return took

                return once
    raise SystemExit("The demo has no session to register for.")


def measure(lines):
    taken = {name: [] for name in lines}
    for number in range(ROUNDS + 5):
        for name, once in lines.items():
            if name == "minimal page":
                with override_settings(**MINIMAL):
                    took = once()
            else:
                took = once()
            if number >= 5:  # the first rounds warm up
                taken[name].append(took)
    return {name: median(values) * 1000 for name, values in taken.items()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--residents", type=int)
    fill(parser.parse_args().residents)
    settings.ALLOWED_HOSTS = ["testserver"]
    from portal.kept import pages

    listing = "/niying/events/"
    member, visitor = signed_in(), Client()
    with override_settings(**MINIMAL):
        plain = signed_in()
        plain.get("/minimal/")  # builds its handler with the small middleware
    lines = {
        "minimal page": page(plain, "/minimal/"),
        "public list, kept": page(visitor, listing, before=lambda: Client().get(listing)),
        "public list, made anew": page(visitor, listing, before=pages.clear),
        "public list, signed in": page(member, listing, before=pages.clear),
        "minimal write": minimal_write,
        "registration": registration(),
    }
    found = measure(lines)
    pages.clear()
    with CaptureQueriesContext(connection) as queries:
        body = visitor.get(listing, headers={"Accept-Encoding": "gzip"}).content
    print(
        f"\n{connection.vendor}: the list answers {len(body) / 1024:.1f} KB compressed, {len(queries)} queries"
    )
    print(f"{'':28}{'ms':>8}{'ratio':>8}{'budget':>8}")
    over = []
    for name, took in found.items():
        against, budget = BUDGETS.get(name, (name, None))
        ratio = took / found[against]
        if budget and ratio > budget:
            over.append(name)
        print(f"{name:28}{took:8.2f}{ratio:8.2f}{budget or '':>8}{'   over' if name in over else ''}")
    connection.close()
    return bool(over)


if __name__ == "__main__":
    sys.exit(main())
