"""The questions of `--real` and `first_operator`, at a keyboard."""

import builtins
import getpass

import pytest

from config.errors import DomainError
from portal import asking


@pytest.fixture
def keyboard(monkeypatch):
    """`keyboard(…)` types these answers one after the other; KeyboardInterrupt among them is Ctrl-C."""
    shown = []

    def types(*answers):
        left = iter(answers)

        def typed(prompt=""):
            shown.append(prompt)
            answer = next(left)
            if answer is KeyboardInterrupt:
                raise KeyboardInterrupt
            return answer

        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr(builtins, "input", typed)
        monkeypatch.setattr(getpass, "getpass", typed)
        return shown

    for question in [*asking.OPERATOR.values(), *asking.COMMUNITY.values()]:
        monkeypatch.delenv(question.variable, raising=False)
    return types


def test_a_wrong_answer_is_asked_for_again_and_no_other_is_lost(keyboard, capsys):
    shown = keyboard(
        "", "陈运维", "陈 运维", "Chen_Yun", "12345678", "chen_yun 12", "a long one 7", "not the same", "a long one 7", "a long one 7"
    )  # fmt: skip
    assert asking.ask(asking.OPERATOR) == {
        "name": "陈运维",
        "username": "chen_yun",
        "password": "a long one 7",
    }
    assert [prompt.split("：")[0].rstrip(": ") for prompt in shown] == [
        "运维人员姓名", "运维人员姓名", "运维人员登录用户名（小写字母和数字）", "运维人员登录用户名（小写字母和数字）",
        "运维人员密码", "运维人员密码", "运维人员密码", "请再输入一次", "运维人员密码", "请再输入一次",
    ]  # fmt: skip
    said = capsys.readouterr()
    assert "不少于10个字符" in said.out
    assert "此项必填。" in said.err
    assert "两次输入不一致" in said.err


@pytest.mark.parametrize("slug", ["Wen Feng", "admin", "文峰塔", "Wenfeng"])
def test_an_address_that_cannot_be_is_asked_for_again(keyboard, slug):
    keyboard("曾都区", "东城街道", "文峰塔社区", slug, "wenfeng")
    assert asking.ask(asking.COMMUNITY)["slug"] == "wenfeng"


@pytest.mark.parametrize("before", [[], ["陈运维", "chen"], ["陈运维", "chen", "a long one 7"]])
def test_ctrl_c_is_a_sentence(keyboard, before):
    keyboard(*before, KeyboardInterrupt)
    with pytest.raises(DomainError, match="没有建立任何内容"):
        asking.ask(asking.OPERATOR)


def test_a_wrong_variable_names_itself(keyboard, monkeypatch):
    keyboard()
    monkeypatch.setenv("COMMUNITY_SLUG", "admin")
    with pytest.raises(DomainError, match="COMMUNITY_SLUG"):
        asking.ask({"slug": asking.COMMUNITY["slug"]})
