import pytest

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
