"""`script/server` from the first start to the third, as a process of its own."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connection

NEW = "a password of ours"


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Server:
    def __init__(self, var, port, *arguments, **variables):
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("DATABASE_URL", "PYTEST", "DEMO_", "LC_"))
        }
        given = {"VAR_DIR": str(var), "PORT": str(port), "DEMO_SCALE": "small", "LANGUAGE": "en"} | variables
        self.url = f"http://127.0.0.1:{port}"
        self.said = ""
        self.process = subprocess.Popen(
            [sys.executable, str(settings.BASE_DIR / "manage.py"), "serve", *arguments],
            env=kept | given,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def until_it_answers(self):
        while not (line := self.process.stdout.readline()).startswith("The portal:"):
            assert line, self.process.stderr.read()
            self.said += line
        self.said += line
        until = time.monotonic() + 60
        while time.monotonic() < until:  # its workers start a moment after it has said where
            try:
                return json.load(urllib.request.urlopen(f"{self.url}/healthz", timeout=30))
            except (urllib.error.URLError, ConnectionError):
                os.sched_yield()
        raise AssertionError("no answer")

    def ended(self):
        """What it printed and how it ended."""
        self.said += self.process.stdout.read() + self.process.stderr.read()
        return self.said, self.process.wait(300)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.ended()


@pytest.fixture
def database():
    """Variables that name an empty database of the kind the tests run on."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield {}
        return
    name = f"serve_{uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield {"DATABASE_URL": urlsplit(url)._replace(path=f"/{name}").geturl(), "WORKERS": "2"}
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def start(tmp_path, database):
    started = []

    def one(*arguments, port, **variables):
        started.append(Server(tmp_path / "with a space", port, *arguments, **database | variables))
        return started[-1]

    yield one
    for server in started:
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait()


def test_three_starts_on_the_same_data(start, tmp_path):
    port = free_port()
    first = start(port=port)
    assert first.until_it_answers() == {"status": "ok"}
    file = tmp_path / "with a space" / "demo.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    kept = json.loads(file.read_text(encoding="utf-8"))
    page = urllib.request.urlopen(f"{first.url}/niying/").read().decode()
    assert "泥营社区" in page
    assert "demo-mark" in page

    said, code = start(port=port).ended()
    assert code == 0
    assert f"running already: {first.url}/" in said
    assert kept["password"] in said

    said, code = first.stop()
    assert code == 0, said
    assert f"The portal: {first.url}/" in said
    assert ("manage.py clock" in said) == (connection.vendor == "postgresql")
    assert all(person["login"] in said for person in kept["people"])

    third = start(port=port, DEMO_PASSWORD=NEW)
    third.until_it_answers()
    said, _code = third.stop()
    assert f"the password of all is: {NEW}" in said
    assert "Making demo data" not in said
    assert json.loads(file.read_text(encoding="utf-8")) == kept | {"password": NEW}

    said, code = start("--real", port=port).ended()
    assert code == 1
    assert "never become real" in said


def test_a_port_in_use_is_a_sentence(start):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said, code = start(port=port).ended()
    assert code == 1
    assert "PORT=" in said
    assert "script/server" in said


def test_a_wrong_setting_names_its_variable(start):
    said, code = start(port="eighty").ended()
    assert code == 1
    assert said.endswith("PORT should be a whole number from 1 to 65535, not “eighty”.\n")
    assert "Traceback" not in said
    said, code = start(port="eighty", LANGUAGE="", LANG="C.UTF-8").ended()
    assert code == 1
    assert said == "PORT 应为 1 到 65535 之间的整数，不能是“eighty”。\n"


def test_what_stands_in_the_way_is_a_sentence(start, tmp_path):
    var = tmp_path / "with a space"
    var.mkdir()
    (var / "keys.json").write_text("{half")
    said, code = start(port=free_port()).ended()
    assert (code, said.count("\n")) == (1, 1)
    assert "keys.json cannot be read" in said
    (var / "keys.json").unlink()
    said, code = start(port=free_port(), DATABASE_URL="postgresql://nobody@127.0.0.1:1/none").ended()
    assert code == 1
    assert "The database cannot do this just now" in said
    assert "Traceback" not in said
    said, code = start(port=free_port(), VAR_DIR="/proc/portal").ended()
    assert (code, said.count("\n")) == (1, 1)
    assert "VAR_DIR: /proc/portal cannot be written to" in said


def test_real_asks_or_is_told(start):
    port = free_port()
    said, code = start("--real", port=port).ended()
    assert code == 1
    assert "set OPERATOR_NAME" in said
    said, code = start("--real", port=port, LANGUAGE="zh_CN:en").ended()
    assert code == 1
    assert "请设置 OPERATOR_NAME" in said
    answers = {
        "OPERATOR_NAME": "陈运维",
        "OPERATOR_USERNAME": "chen",
        "OPERATOR_PASSWORD": "a long enough one 7",
        "DISTRICT_NAME": "曾都区",
        "STREET_NAME": "东城街道",
        "COMMUNITY_NAME": "文峰塔社区",
        "COMMUNITY_SLUG": "wenfeng",
    }
    server = start("--real", port=port, **answers)
    server.until_it_answers()
    page = urllib.request.urlopen(f"{server.url}/wenfeng/").read().decode()
    assert "文峰塔社区" in page
    assert "demo-mark" not in page
    said, _code = server.stop()
    assert "Demo sign-ins" not in said
