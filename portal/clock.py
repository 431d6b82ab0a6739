"""The clock: asks every half minute what is due. As a thread of the server on SQLite, else a process of its own."""

import logging
import threading

from django.db import connections

from config.due import run_due

from .wiring import DUE

logger = logging.getLogger(__name__)
INTERVAL = 30.0  # seconds


def tick(stop: threading.Event) -> None:
    """Run what is due until `stop` is set. A database that is away for a while does not end the clock."""
    while not stop.is_set():
        try:
            run_due(DUE)
        except Exception:
            logger.exception("The clock could not run what is due; it tries again.")
        finally:
            connections.close_all()
        stop.wait(INTERVAL)


def start() -> None:
    threading.Thread(target=tick, args=[threading.Event()], name="clock", daemon=True).start()
