"""One server per place of data: take the place, prepare the data, serve until told to stop."""

import hashlib
import os
import socket
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.utils.translation import gettext as _
from gunicorn.app.base import BaseApplication

from config import env
from config.errors import DomainError
from config.triggers import refuse_to_start_without

from . import clock


def take_port(host: str, port: int) -> socket.socket:
    """Bind before the long work begins. Raises DomainError when somebody else has the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
    except (OSError, OverflowError) as error:
        raise DomainError(
            _(
                "Port %(port)s of %(host)s cannot be used (%(reason)s). Choose another one: PORT=%(next)s script/server"
            )
            % {
                "port": port,
                "host": host,
                "reason": getattr(error, "strerror", None) or error,
                "next": min(max(port, 7999) + 1, 65535),
            }
        ) from error
    return taken


def address_of(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}/"


def _static_state() -> str:
    """Changes whenever a static file, or what collects them, does."""
    from django.contrib.staticfiles.finders import get_finders

    state = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            about = os.stat(storage.path(name))
            state.update(f"{name}\0{about.st_size}\0{about.st_mtime_ns}\n".encode())
    return state.hexdigest()


def prepare() -> None:
    """Tables, cache table, triggers and collected static files: each only where something is to do."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    refuse_to_start_without()
    mark = settings.VAR_DIR / "static.made"
    state = _static_state()
    if not mark.exists() or mark.read_text() != state or not Path(settings.STATIC_ROOT).is_dir():
        mark.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        mark.write_text(state)


class Server(BaseApplication):
    """gunicorn in this process. SQLite: one worker, whose thread is the clock; PostgreSQL: several workers."""

    def __init__(self, listening: int):
        self.listening = listening
        super().__init__()

    def load_config(self):
        alone = connection.vendor == "sqlite"
        chosen = {
            "bind": f"fd://{self.listening}",
            "worker_class": "gthread",
            "workers": 1 if alone else env.number("WORKERS", 2 * (os.cpu_count() or 1), lowest=1),
            "threads": env.number("THREADS", 8, lowest=1),
            "timeout": 60,
            "graceful_timeout": 20,
            "control_socket_disable": True,
            "loglevel": "warning",
            "worker_tmp_dir": "/dev/shm" if os.access("/dev/shm", os.W_OK) else None,
        }
        if alone:
            chosen["post_worker_init"] = lambda worker: clock.start()
        else:  # workers are renewed one by one; with one worker that would be a gap
            chosen |= {"max_requests": 1000, "max_requests_jitter": 100}
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self):
        from config.wsgi import application

        return application


def serve(listening: socket.socket) -> None:
    """Serve until stopped. The workers open database connections of their own."""
    connections.close_all()
    for one in connections.all(initialized_only=True):
        if hasattr(one, "close_pool"):
            one.close_pool()
    Server(listening.detach()).run()  # gunicorn closes it
