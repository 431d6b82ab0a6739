import base64

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import decrypt
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from config import rotation

OLD, NEW = (f"{name}:{base64.b64encode(name.encode() * 16).decode()}" for name in ("k1", "k2"))


@pytest.fixture
def people(db, settings):
    settings.DATA_KEYS = OLD
    User.objects.create(name="silent")
    return [User.objects.create(name=f"n{number}", phone=f"+8615400000{number:03d}") for number in range(7)]


def stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM accounts_user WHERE phone <> '' ORDER BY id")
        return [row[0] for row in cursor]


def test_every_row_moves_to_the_first_key(people, settings, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 3)
    settings.DATA_KEYS = f"{NEW} {OLD}"
    assert User.objects.with_phone("+8615400000003").get() == people[3]
    assert [rows for _table, rows in rotation.rotate()] == [3, 3, 1]
    settings.DATA_KEYS = NEW
    assert all(value.startswith("k2.") for value in stored())
    assert User.objects.with_phone("+8615400000003").get().phone == "+8615400000003"
    assert list(rotation.rotate()) == []


def test_a_run_that_was_stopped_goes_on(people, settings, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 3)
    settings.DATA_KEYS = f"{NEW} {OLD}"
    next(rotation.rotate())
    assert [value[:2] for value in stored()] == ["k2"] * 3 + ["k1"] * 4
    assert [rows for _table, rows in rotation.rotate()] == [3, 1]


def test_a_lost_key_is_named_and_nothing_changes(people, settings):
    before = stored()
    settings.DATA_KEYS = NEW
    assert rotation.closed_values() == ["accounts_user.phone"]
    with pytest.raises(CommandError, match="“k1”写入的内容无法解密"):
        call_command("rotate_keys")
    assert stored() == before


def test_second_factors_move_too(people, settings):
    settings.DATA_KEYS = OLD
    TOTP.activate(people[0], "JBSWY3DPEHPK3PXP")
    codes = RecoveryCodes.activate(people[0]).get_unused_codes()
    settings.DATA_KEYS = NEW
    assert "mfa_authenticator" in rotation.closed_values()
    settings.DATA_KEYS = f"{NEW} {OLD}"
    assert ("mfa_authenticator", 2) in list(rotation.rotate())
    settings.DATA_KEYS = NEW
    assert rotation.closed_values() == []
    totp, recovery = Authenticator.objects.order_by("type").all()[::-1]
    assert TOTP(totp).instance.data["secret"].startswith("k2.")
    assert decrypt(totp.data["secret"]) == "JBSWY3DPEHPK3PXP"
    assert RecoveryCodes(recovery).get_unused_codes() == codes
    assert list(rotation.rotate()) == []


def test_the_command_counts(people, settings, capsys):
    settings.DATA_KEYS = f"{NEW} {OLD}"
    call_command("rotate_keys")
    assert "accounts_user：7 行" in capsys.readouterr().out
