"""`script/env` in a folder of its own, with pythons that are not what they seem."""

import shutil
import subprocess

import pytest
from django.conf import settings


@pytest.fixture
def checkout(tmp_path):
    """A checkout in a path with spaces: the script and two lock files."""
    here = tmp_path / "a portal"
    (here / "script").mkdir(parents=True)
    for name in ("env", "say", "browser-test", "with-postgres"):
        shutil.copy(settings.BASE_DIR / "script" / name, here / "script")
    for name in ("requirements.lock", "requirements-dev.lock"):
        (here / name).write_text("# nothing\n")
    return here


@pytest.fixture
def tools(tmp_path):
    """A PATH with the tools of any system and nothing else."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "dirname", "cmp", "cp", "rm", "cat", "mkdir", "chmod"):
        (folder / name).symlink_to(shutil.which(name))
    return folder


def python(tools, body, name="python3"):
    file = tools / name
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(0o755)


# Makes an environment whose python does as it is told by the file `pip` beside it.
MAKES = """
case "$2" in venv) for last; do :; done; mkdir -p "$last/bin"
  printf '%s\\n' '#!/bin/sh' '[ "$2" = pip ] || exit 0' 'echo "$@" >> "$0.asked"' '[ ! -e "$0.fails" ]' > "$last/bin/python"
  chmod +x "$last/bin/python";; esac"""


def env(checkout, tools, *arguments):
    return run(checkout, tools, "env", *arguments)


def run(checkout, tools, script, *arguments, **variables):
    command = [checkout / "script" / script, *arguments]
    given = {"PATH": str(tools), "LANG": "en_US.UTF-8"} | variables
    return subprocess.run(command, env=given, cwd="/", capture_output=True, text=True, encoding="utf-8")


def installs(checkout):
    asked = checkout / ".venv" / "bin" / "python.asked"
    return len(asked.read_text().splitlines()) if asked.exists() else 0


@pytest.mark.parametrize("body", [None, "exit 1"])
def test_no_python_or_one_too_old_is_a_sentence(checkout, tools, body):
    if body:
        python(tools, body)
    ran = env(checkout, tools)
    assert ran.returncode == 1
    assert "needs Python 3.11 or newer" in ran.stderr
    assert not (checkout / ".venv").exists()


def test_the_sentences_are_chinese_unless_the_locale_is_english(checkout, tools):
    for language, words in (
        ("zh_CN.UTF-8", "需要 Python 3.11"),
        ("", "需要 Python 3.11"),
        ("en_GB", "needs Python"),
    ):
        assert words in run(checkout, tools, "env", LANG=language).stderr


@pytest.mark.parametrize(
    ("script", "variables", "words"),
    [
        ("browser-test", {}, "need Chromium"),
        ("browser-test", {"CHROMIUM": "/no/such/browser"}, "no browser at /no/such/browser"),
        ("with-postgres", {}, "run script/env first"),
    ],
)
def test_what_is_missing_is_one_line(checkout, tools, script, variables, words):
    ran = run(checkout, tools, script, **variables)
    assert ran.returncode == 1
    assert ran.stderr.count("\n") == 1
    assert words in ran.stderr


def test_a_newer_python_under_another_name_is_found(checkout, tools):
    python(tools, "exit 1")
    python(tools, MAKES, "python3.12")
    assert env(checkout, tools).returncode == 0
    assert installs(checkout) == 1


def test_it_installs_once_per_lock_file(checkout, tools):
    python(tools, MAKES)
    assert env(checkout, tools).returncode == 0
    again = env(checkout, tools)
    assert (again.returncode, again.stderr) == (0, "")
    assert installs(checkout) == 1
    env(checkout, tools, "dev")
    env(checkout, tools)
    assert installs(checkout) == 2
    (checkout / "requirements.lock").write_text("# something\n")
    env(checkout, tools)
    assert installs(checkout) == 3


def test_a_failed_installation_is_tried_again(checkout, tools):
    python(tools, MAKES)
    env(checkout, tools)
    (checkout / "requirements.lock").write_text("# something\n")
    (checkout / ".venv/bin/python.fails").touch()
    ran = env(checkout, tools)
    assert ran.returncode == 1
    assert "could not be installed" in ran.stderr
    (checkout / ".venv/bin/python.fails").unlink()
    assert env(checkout, tools).returncode == 0
    assert installs(checkout) == 3


def test_the_lock_files_name_no_address_and_hash_everything():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (settings.BASE_DIR / name).read_text()
        assert "://" not in text
        packages = [part for part in text.replace("\\\n", " ").splitlines() if "==" in part]
        assert len(packages) > 40
        assert all("--hash=sha256:" in part for part in packages)
    small, large = (
        {
            line.split()[0]
            for line in (settings.BASE_DIR / name).read_text().splitlines()
            if line[:1].isalpha()
        }
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert small <= large
