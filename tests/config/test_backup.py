"""Backup and restore on whichever database the tests run on, with real files."""

import json
import threading
import zipfile
from pathlib import Path

import pytest
from django.conf import settings as the_settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts.models import User
from config import backup, installation
from config.errors import DomainError
from config.place import Place

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "+8615400000099"


@pytest.fixture
def filled(tmp_path, settings):
    """An installation with a person and a picture, in a folder of its own."""
    settings.VAR_DIR = tmp_path / "var"
    settings.MEDIA_ROOT = tmp_path / "var" / "media"
    (settings.MEDIA_ROOT / "posters").mkdir(parents=True)
    (settings.MEDIA_ROOT / "posters" / "合唱.jpg").write_bytes(b"\xff\xd8 a poster")
    installation.forget()
    installation.mark("real")
    User.objects.create(name="林秀英", phone=PHONE)
    return tmp_path


def saved(folder, name="day.zip"):
    call_command("backup", folder / name)
    return folder / name


def lose_everything(folder):
    User.objects.all().delete()
    (folder / "var/media/posters/合唱.jpg").unlink()
    (folder / "var/media/new.jpg").write_bytes(b"later")


def test_what_was_saved_comes_back(filled, capsys):
    file = saved(filled)
    said = capsys.readouterr()
    assert "备份里没有密钥" in said.err
    assert file.stat().st_mode & 0o777 == 0o600
    lose_everything(filled)
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", file)
    call_command("restore", file, replace=True)
    assert "密钥" not in capsys.readouterr().err
    user = User.objects.with_phone(PHONE).get()
    assert (user.name, user.phone) == ("林秀英", PHONE)
    uploads = sorted(path.name for path in (filled / "var/media").rglob("*") if path.is_file())
    assert uploads == ["合唱.jpg"]
    assert installation.kind() == "real"
    assert sorted(path.name for path in filled.iterdir()) == ["day.zip", "var"]
    assert sorted(path.name for path in (filled / "var").iterdir()) == [
        "media",
        "server.lock",
        "uploads.lock",
    ]


def test_a_writer_at_work_is_neither_waited_for_nor_saved(filled):
    begun, saved_it = threading.Event(), threading.Event()

    def write():
        with transaction.atomic():
            User.objects.create(name="half done")
            begun.set()
            saved_it.wait(60)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    assert begun.wait(60)
    file = saved(filled)
    saved_it.set()
    writer.join()
    assert User.objects.filter(name="half done").exists()
    call_command("restore", file, replace=True)
    assert not User.objects.filter(name="half done").exists()
    assert User.objects.with_phone(PHONE).exists()


def test_no_key_and_no_open_number_is_inside(filled):
    with zipfile.ZipFile(saved(filled)) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    secret = the_settings.DATA_KEYS.partition(":")[2].split()[0]
    for text in (secret, the_settings.SECRET_KEY, PHONE, PHONE.removeprefix("+86")):
        assert text.encode() not in whole


def test_other_keys_are_said_loudly(filled, settings, capsys):
    file = saved(filled)
    settings.DATA_KEYS = "other:" + "A" * 43 + "="
    call_command("restore", file, replace=True)
    said = capsys.readouterr().err
    assert "现有密钥打不开这些数据：accounts_user.phone" in said


def altered(file, name, change):
    """The same backup with one member changed; the zip itself is whole."""
    target = file.with_name("altered.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(target, "w") as new:
        for member in old.namelist():
            new.writestr(member, change(old.read(member)) if member == name else old.read(member))
    return target


def in_manifest(**fields):
    return lambda content: json.dumps(json.loads(content) | fields).encode()


def cut(file, share):
    target = file.with_name("cut.zip")
    target.write_bytes(file.read_bytes()[: int(file.stat().st_size * share)])
    return target


def other_bytes(file):
    target = file.with_name("scratched.zip")
    content = bytearray(file.read_bytes())
    for place in range(200, 260):
        content[place] ^= 0xFF
    target.write_bytes(content)
    return target


def a_text(file):
    file.with_name("text.zip").write_text("hello")
    return file.with_name("text.zip")


def a_foreign_zip(file):
    target = file.with_name("foreign.zip")
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("letter.txt", "hello")
    return target


SPOILT = {
    "cut in half": (lambda file: cut(file, 0.5), "损坏"),
    "the last byte is missing": (lambda file: cut(file, 0.9999), "损坏"),
    "scratched": (other_bytes, "损坏"),
    "an upload is another": (lambda file: altered(file, "media/posters/合唱.jpg", lambda _: b"x"), "损坏"),
    "the database is another": (
        lambda file: altered(file, "database", lambda content: content[:-1]),
        "损坏",
    ),
    "a text": (a_text, "损坏"),
    "somebody's zip": (a_foreign_zip, "不是本系统的备份"),
    "a later format": (lambda file: altered(file, "manifest.json", in_manifest(format=2)), "版本"),
    "a later table": (
        lambda file: altered(file, "manifest.json", in_manifest(migrations=[["community", "9999_x"]])),
        "版本",
    ),
    "the other database": (
        lambda file: altered(file, "manifest.json", in_manifest(database="oracle")),
        "oracle",
    ),
    "a way out": (
        lambda file: altered(file, "manifest.json", in_manifest(members={"media/../../x": {}})),
        "不是本系统的备份",
    ),
    "not there": (lambda file: Path("/no/such/file.zip"), "无法读取"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_spoilt_file_changes_nothing(filled, what):
    spoil, reason = SPOILT[what]
    file = spoil(saved(filled))
    User.objects.create(name="later")
    with pytest.raises(CommandError, match=reason):
        call_command("restore", file, replace=True)
    assert User.objects.filter(name="later").exists()
    assert (filled / "var/media/posters/合唱.jpg").read_bytes() == b"\xff\xd8 a poster"
    assert not [path for path in (filled / "var").iterdir() if "restore" in path.name]


def test_a_database_that_cannot_be_loaded_changes_nothing(filled, monkeypatch):
    file = saved(filled)
    lose_everything(filled)

    def breaks(database):
        raise DomainError("disk full")

    monkeypatch.setattr("config.backup.dumps.load", breaks)
    with pytest.raises(DomainError, match="disk full"):
        backup.restore(file, replace=True)
    assert (filled / "var/media/new.jpg").exists()


def test_a_backup_never_overwrites_and_leaves_no_half(filled, monkeypatch):
    file = saved(filled)
    with pytest.raises(CommandError, match="已经存在"):
        call_command("backup", file)

    def breaks(database):
        raise DomainError("disk full")

    monkeypatch.setattr("config.backup.dumps.dump", breaks)
    with pytest.raises(CommandError, match="disk full"):
        call_command("backup", filled / "next.zip")
    assert sorted(path.name for path in filled.iterdir()) == ["day.zip", "var"]


def test_a_running_server_is_asked_to_stop_first(filled, settings):
    file = saved(filled)
    place = Place(settings.VAR_DIR)
    place.say("http://127.0.0.1:8000/")
    with pytest.raises(CommandError, match="正在使用这些数据.*8000"):
        call_command("restore", file, replace=True)
    place.leave()


def test_a_missing_program_is_a_sentence(filled, monkeypatch):
    from config import dumps

    monkeypatch.setenv("PG_BIN", str(filled))
    with pytest.raises(DomainError, match="找不到 pg_dump.*PG_BIN"):
        dumps._run("pg_dump")
