import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from community.access import may
from community.models import Kind, Unit
from config import installation
from config.errors import DomainError
from portal import setup

OPERATOR = {"name": "陈运维", "username": "Chen", "password": "a long enough one 7"}
COMMUNITY = {"district": "曾都区", "street": "东城街道", "name": "文峰塔社区", "slug": "wenfeng"}


@pytest.fixture(autouse=True)
def _nothing_known(db):
    installation.forget()


def test_a_real_installation_has_an_operator_and_a_community(client):
    assert setup.is_empty()
    community = setup.make_real(operator=OPERATOR, community=COMMUNITY)
    assert not setup.is_empty()
    assert installation.kind() == "real"
    assert [unit.name for unit in Unit.objects.filter(kind__gt=Kind.ROOT).order_by("path")] == [
        "曾都区",
        "东城街道",
        "文峰塔社区",
    ]
    operator = User.objects.get(username="chen")
    assert operator.check_password(OPERATOR["password"])
    assert may(operator, "posts.manage", community)
    assert client.get("/wenfeng/").status_code == 200


@pytest.mark.parametrize(
    ("operator", "community"),
    [({"password": "12345678"}, {}), ({}, {"slug": "admin"}), ({}, {"slug": "Wen Feng"})],
)
def test_a_wrong_answer_leaves_nothing_behind(operator, community):
    with pytest.raises(DomainError):
        setup.make_real(operator=OPERATOR | operator, community=COMMUNITY | community)
    assert setup.is_empty()
    assert not User.objects.exists()


def test_there_is_one_first_operator():
    setup.make_first_operator(**OPERATOR)
    with pytest.raises(DomainError, match="already|已有"):
        setup.make_first_operator(**OPERATOR | {"username": "other"})


def test_demo_data_get_no_operator():
    installation.mark("demo")
    with pytest.raises(DomainError):
        setup.make_first_operator(**OPERATOR)
    assert not User.objects.exists()


def test_the_command_refuses_before_it_asks(monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    setup.make_first_operator(**OPERATOR)
    with pytest.raises(CommandError, match="已有"):
        call_command("first_operator")


def test_the_command_reads_the_environment_and_names_what_is_missing(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    with pytest.raises(CommandError, match="OPERATOR_NAME"):
        call_command("first_operator")
    monkeypatch.setenv("OPERATOR_PASSWORD", OPERATOR["password"])
    call_command("first_operator", name="陈运维", username="chen")
    assert "chen 现在可以" in capsys.readouterr().out
