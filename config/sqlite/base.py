"""SQLite takes one writer at a time; who finds it busy sleeps and looks again, each time longer, and may be overtaken.

All threads of the server write through here: they stand in a queue instead and are woken in the order they came. Other
processes (a command, a backup) still meet each other in SQLite itself, which waits as long as `timeout` says.
"""

import os
import threading
from collections import deque

from django.db.backends.sqlite3 import base
from django.db.backends.utils import debug_transaction


class Queue:
    """A lock that is handed on in the order it was asked for."""

    def __init__(self):
        self._guard, self._waiting, self._is_taken = threading.Lock(), deque(), False

    def enter(self, seconds: float) -> bool:
        """Whether it is one's turn within `seconds`."""
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return True
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=seconds):
            return True
        with self._guard:
            if turn not in self._waiting:
                return True  # it was handed over just now
            self._waiting.remove(turn)
            return False

    def leave(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False


_queues: dict[str, Queue] = {}
_guard = threading.Lock()


def queue_of(name: str) -> Queue:
    with _guard:
        return _queues.setdefault(name, Queue())


def _begin_anew() -> None:
    """In a forked process: whoever stood in the queue does not live here."""
    for queue in _queues.values():
        queue.__init__()


os.register_at_fork(after_in_child=_begin_anew)


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self._queue, self._is_our_turn = None, False

    def _start_transaction_under_autocommit(self):
        """As Django's, by the driver itself: a cursor of Django's costs more than the statement."""
        if self._queue is None:
            self._queue = queue_of(str(self.settings_dict["NAME"]))
            self._patience = self.settings_dict["OPTIONS"].get("timeout", 5)
        self._is_our_turn = self._queue.enter(self._patience)
        begin = f"BEGIN {self.transaction_mode or ''}"
        try:
            with debug_transaction(self, begin), self.wrap_database_errors:
                self.connection.execute(begin)
        except BaseException:
            self._leave()
            raise

    def _leave(self):
        if self._is_our_turn:
            self._is_our_turn = False
            self._queue.leave()

    def _commit(self):
        super()._commit()
        self._leave()  # when it fails Django rolls back

    def _rollback(self):
        try:
            super()._rollback()
        finally:
            self._leave()

    def _close(self):
        try:
            super()._close()
        finally:
            self._leave()
