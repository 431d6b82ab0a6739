"""Kill workers while they work, and see whether what they left behind is whole.

    lives = crashes("tests.events.load:come_and_go", seed=7)

A nursery process with the project's real settings on the test's database forks workers, each running the load: a
function of a `random.Random` that yields a word whenever something is done. One worker of every round has to die by
SIGKILL: before its n-th statement, before or after its n-th commit, or shot from outside some moment after its n-th
word. When all rounds are over the test looks at the rows. What was said has been promised: it must be there.
"""

import json
import os
import select
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from random import Random
from urllib.parse import quote

DEATHS = ["statement", "commit", "committed", "word"]
LONGEST = 300  # seconds; two or three on a quiet machine


@dataclass
class Life:
    """One worker: how it had to die (empty: not at all), what it said, and its exit code."""

    death: str
    number: int = 0
    said: list = field(default_factory=list)
    pid: int = 0
    code: int | None = None

    @property
    def was_killed(self):
        return self.code == -signal.SIGKILL


def crashes(
    load: str, *, seed: int, rounds: int = 8, workers: int = 2, steps: int = 6, deaths=None
) -> list[Life]:
    """Run `rounds` times `workers` at once, each for `steps` words; the first of every round is to be killed.

    How it dies is drawn by lot, unless `deaths` lists a (kind, number) for every round.
    """
    random, lives = Random(seed), []
    deaths = deaths or [_drawn(random, DEATHS[turn % len(DEATHS)], steps) for turn in range(rounds)]
    nursery = subprocess.Popen(
        [sys.executable, "-m", "tests.crash", load],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment(), text=True, bufsize=1,
    )  # fmt: skip
    watch = threading.Timer(LONGEST, nursery.kill)
    watch.start()
    with nursery:
        for death in deaths:
            lives += _round(
                nursery, random, [Life(*death), *(Life("") for _other in range(workers - 1))], steps
            )
    watch.cancel()
    assert nursery.returncode == 0, "The nursery failed: its lines stand above."
    return lives


def _drawn(random, death, steps):
    number = random.randint(1, steps // 2)
    return death, number * random.randint(1, 9) if death == "statement" else number


def _round(nursery, random, lives, steps):
    order = [{"seed": random.random(), "death": life.death, "number": life.number} for life in lives]
    nursery.stdin.write(json.dumps({"workers": order, "steps": steps}) + "\n")
    victim = lives[0]
    patience = random.random() / 50
    while any(life.code is None for life in lives):
        line = nursery.stdout.readline()
        assert line, "The nursery is gone."
        news = json.loads(line)
        life = lives[news.pop("worker")]
        if "word" in news:
            life.said.append(news["word"])
        for name in news.keys() & {"pid", "code"}:
            setattr(life, name, news[name])
        if (
            victim.death == "word"
            and victim.pid
            and len(victim.said) >= victim.number
            and victim.code is None
        ):
            select.select([], [], [], patience)  # somewhere in what it does next
            with suppress(ProcessLookupError):  # on a slow day it is through before the shot
                os.kill(victim.pid, signal.SIGKILL)
            victim.death = "word, shot"
    return lives


def _environment():
    """The project's own settings, as on a server, with the database of this test."""
    from django.conf import settings
    from django.db import connection

    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DATABASE_URL"))
    }
    there = connection.settings_dict
    url = f"sqlite://{there['NAME']}"
    if connection.vendor == "postgresql":
        host, port = quote(there["HOST"], safe=""), there["PORT"]
        who = quote(there["USER"]) + (":" + quote(there["PASSWORD"], safe="") if there["PASSWORD"] else "")
        url = f"postgresql://{who}@:{port}/{there['NAME']}?host={host}".replace("@:/", "@/")
    return kept | {
        "DATABASE_URL": url,
        "VAR_DIR": str(settings.VAR_DIR),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(settings.BASE_DIR),
    }


# --- in the nursery ---


def _say(**news):
    os.write(1, (json.dumps(news) + "\n").encode())  # one write: whole lines, whoever else is writing


def _nursery(name):
    import django

    django.setup()
    from django.utils.module_loading import import_string
    from django.utils.translation import gettext

    load = import_string(name.replace(":", "."))
    gettext("OK")  # the catalogues are read once, not in every life
    for line in sys.stdin:
        order, born = json.loads(line), {}
        for worker, life in enumerate(order["workers"]):
            pid = os.fork()
            if not pid:
                _live(load, worker, life, order["steps"])
            born[pid] = worker
            _say(worker=worker, pid=pid)
        while born:
            pid, status = os.wait()
            _say(worker=born.pop(pid), code=os.waitstatus_to_exitcode(status))


def _live(load, worker, life, steps):
    code = 1
    try:
        if life["death"]:
            _doom(life["death"], life["number"])
        for word in islice(load(Random(life["seed"])), steps):
            _say(worker=worker, word=word)
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def _doom(death, number):
    """Die at the `number`-th statement or commit of this process."""
    from django.db import connection

    left = {death: number}

    def pass_by(point):
        left[point] = left.get(point, 0) - 1
        if left[point] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def watched(execute, *args):
        pass_by("statement")
        return execute(*args)

    commit = connection._commit

    def committing():
        pass_by("commit")
        commit()
        pass_by("committed")

    connection.execute_wrappers.append(watched)
    connection._commit = committing


if __name__ == "__main__":
    _nursery(sys.argv[1])
