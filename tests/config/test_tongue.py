import pytest
from django.db import OperationalError, ProgrammingError

from config import tongue

VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({}, "zh-hans"),
        ({"LANG": "C.UTF-8"}, "zh-hans"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "en"}, "en"),
        ({"LANGUAGE": "", "LC_MESSAGES": "en_GB"}, "en"),
    ],
)
def test_the_terminal_speaks_chinese_unless_english_is_asked_for(monkeypatch, said, wanted):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    assert tongue.wanted() == wanted


def test_a_sentence_before_the_settings_are_read(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "zh_CN")
    assert tongue.gettext("DATA_KEYS is empty.") == "DATA_KEYS 是空的。"
    assert tongue.gettext("nobody translated this") == "nobody translated this"
    monkeypatch.setenv("LANGUAGE", "en")
    assert tongue.gettext("DATA_KEYS is empty.") == "DATA_KEYS is empty."


class Undefined(Exception):
    sqlstate = "42P01"


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (OperationalError("no such table: a"), None),
        (ProgrammingError('relation "a" does not exist'), Undefined()),
    ],
)
def test_a_database_without_tables_says_what_to_run(monkeypatch, error, cause):
    """`manage.py first_operator` before `manage.py migrate`."""

    def command(arguments):
        raise error from cause

    monkeypatch.setenv("LANGUAGE", "zh_CN")
    monkeypatch.setattr("django.core.management.execute_from_command_line", command)
    with pytest.raises(SystemExit) as end:
        tongue.run(["manage.py", "first_operator"])
    assert "manage.py migrate" in str(end.value)


def test_a_mistake_of_ours_in_a_query_is_not_hidden(monkeypatch):
    def command(arguments):
        raise ProgrammingError("syntax error")

    monkeypatch.setattr("django.core.management.execute_from_command_line", command)
    with pytest.raises(ProgrammingError):
        tongue.run(["manage.py", "x"])
