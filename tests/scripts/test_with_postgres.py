"""The PostgreSQL for tests goes whatever way its runner ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

RUNNER = [sys.executable, str(settings.BASE_DIR / "script" / "with_postgres.py")]
SAY_WHERE = "import os, sys; print(os.environ['DATABASE_URL'], flush=True); sys.stdin.read()"


def start(command):
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.Popen(
        RUNNER + command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        # Tests run in the background may have been told to ignore it; whoever presses Ctrl-C has not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


def folder_of(runner):
    from urllib.parse import unquote

    return Path(unquote(runner.stdout.readline().partition("host=")[2].strip()))


def gone(folder):
    """Wait for the keeper, who has no other business."""
    until = time.monotonic() + 20
    while folder.exists() and time.monotonic() < until:
        pass
    return not folder.exists()


def runs(pid):
    """A dead one whose parent does not care is still listed, as Z."""
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return found.stdout.strip()[:1] not in {"", "Z"}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_stays_when_the_runner_is_stopped(number):
    runner = start([sys.executable, "-c", SAY_WHERE])
    folder = folder_of(runner)
    server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    runner.send_signal(number)
    runner.stdin.close()
    assert runner.wait(20) != 0
    assert gone(folder)
    assert not runs(server)


def test_the_command_s_exit_code_comes_through():
    runner = start([sys.executable, "-c", "import sys; sys.exit(7)"])
    assert runner.wait(60) == 7
