"""Several at once, and met where it hurts: a race is arranged, not hoped for.

    race = Race(monkeypatch).stop_before(linking, "change")
    results = race.run(one, other)

Each act goes in a thread with a connection of its own. The next one starts when the last has come to the stop, is
through, or is held up by the database; when that is true of all, everybody goes on. With the guard the second is held
up or refused; the twin without it stands at the stop beside the first and does the harm. SQLite has one writer at a time
and does not say who waits: there the first goes on as soon as all have begun, and there is no twin.
"""

import threading
from contextlib import contextmanager
from functools import wraps
from time import monotonic

from django.db import connection, connections
from django.db.models import QuerySet

from config import triggers
from config.errors import DomainError

POSTGRESQL = connection.vendor == "postgresql"
GUARDS = (
    [True, False] if POSTGRESQL else [True]
)  # SQLite lets no two write: there the twins hold by themselves
LONGEST = 60  # seconds until a race that hangs is given up
TICK = 0.005


class Race:
    def __init__(self, monkeypatch=None):
        self.monkeypatch = monkeypatch
        self.go_on, self.news = threading.Event(), threading.Event()
        self.at_stop, self.through, self.has_stops = set(), set(), False
        self.met = 0  # how many stood at the stop when everybody went on

    def stop_before(self, owner, name):
        return self._stop(owner, name, before=True)

    def stop_after(self, owner, name):
        return self._stop(owner, name, before=False)

    def _stop(self, owner, name, *, before):
        act, self.has_stops = getattr(owner, name), True

        @wraps(act)
        def stopping(*args, **kwargs):
            if before:
                self._wait()
                return act(*args, **kwargs)
            found = act(*args, **kwargs)
            self._wait()
            return found

        self.monkeypatch.setattr(owner, name, stopping)
        return self

    def _wait(self):
        """The first time a runner comes here; everybody else passes."""
        me = threading.current_thread()
        if isinstance(me, _Runner) and me not in self.at_stop:
            self.at_stop.add(me)
            self.news.set()
            self.go_on.wait(LONGEST)

    def run(self, *acts):
        """What each act returned or raised."""
        if not self.has_stops:
            self.go_on.set()
        gate = threading.Barrier(1 if self.has_stops else len(acts))
        runners = [_Runner(self, act, gate) for act in acts]
        for number, runner in enumerate(runners, 1):
            runner.start()
            if self.has_stops:
                self._until_settled(number)
        if self.has_stops:
            self.met = len(self.at_stop - self.through)
            self.go_on.set()
        for runner in runners:
            runner.join(LONGEST)
            assert not runner.is_alive(), "The race hangs."
        return [runner.result for runner in runners]

    def _until_settled(self, started):
        end, calm = monotonic() + LONGEST, 0
        while calm < 2:  # seen twice: no passing wait
            assert monotonic() < end, "Somebody neither came to the stop nor was held up."
            self.news.wait(TICK)
            self.news.clear()
            settled = len(self.at_stop | self.through)
            if not POSTGRESQL:
                calm = 2 if settled else 0
                continue
            calm = calm + 1 if settled + waiting() >= started else 0


class _Runner(threading.Thread):
    def __init__(self, race, act, gate):
        super().__init__(daemon=True)
        self.race, self.act, self.gate, self.result = race, act, gate, None

    def run(self):
        try:
            self.gate.wait(LONGEST)
            self.result = self.act()
        except Exception as error:  # noqa: BLE001  handed to the test
            self.result = error
        finally:
            connections.close_all()
            self.race.through.add(self)
            self.race.news.set()


def waiting() -> int:
    """How many connections wait for a lock in this database: its neighbours on the server have races of their own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # in a transaction it stays as it was first asked
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]


def at_once(*acts):
    return Race().run(*acts)


def refused(results) -> int:
    """How many were refused with a sentence; nobody met anything else."""
    errors = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(error, DomainError) for error in errors), errors
    return len(errors)


# --- what makes a twin: a guard taken away ---


def without_row_locks(monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *args, **kwargs: self.all())


@contextmanager
def without_constraint(model, name):
    """Rows that break it are gone when it comes back."""
    constraint = next(found for found in model._meta.constraints if found.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(model, constraint)
    try:
        yield
    finally:
        from .kept import empty

        empty()
        with connection.schema_editor() as editor:
            editor.add_constraint(model, constraint)


@contextmanager
def without_triggers(*names):
    """PostgreSQL only."""
    with connection.cursor() as cursor:
        for trigger in triggers.declared():
            if trigger.name in names:
                cursor.execute(trigger.drop(connection.vendor))
    try:
        yield
    finally:
        triggers.install(connection)
