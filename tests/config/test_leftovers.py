"""Uploads nobody names any more: when they go, and when they may not."""

import os
import threading
import time
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image

from config import backup, leftovers
from config.images import Picture
from venues.models import Facility

DAY = 86_400


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def facility(town, **fields):
    return Facility.objects.create(
        unit=town.community, kind="park", name="公园", picture=Picture(Image.new("RGB", (900, 600))), **fields
    )


def files(name):
    return [name, f"{name[:-4]}-400.jpg", f"{name[:-4]}-800.jpg"]


def aged(names, seconds):
    for name in names:
        moment = time.time() - seconds
        os.utime(default_storage.path(name), (moment, moment))


def there(names):
    return [default_storage.exists(name) for name in names]


@pytest.fixture
def orphan(town):
    """A used picture, and one of a save that was rolled back."""
    used = facility(town).picture.name
    row = Facility(
        unit=town.community, kind="park", name="没存成", picture=Picture(Image.new("RGB", (900, 600)))
    )
    with transaction.atomic():
        row.save()
        transaction.set_rollback(True)
    return files(used), files(row.picture.name)


def test_the_sweep_takes_what_is_old_and_unused(orphan):
    used, unused = orphan
    aged(used + unused, DAY + 60)
    assert leftovers.sweep() == "已清除无人使用的文件3个"
    assert (there(used), there(unused)) == ([True] * 3, [False] * 3)
    assert leftovers.sweep() == "已清除无人使用的文件0个"


def test_nothing_younger_than_a_day_is_taken(orphan):
    _used, unused = orphan
    aged(unused, DAY - 60)
    assert leftovers.sweep() == "已清除无人使用的文件0个"
    assert there(unused) == [True] * 3


def test_what_is_not_ours_stays(orphan):
    default_storage.save("posters/README.txt", ContentFile(b"x"))
    aged(["posters/README.txt"], 9 * DAY)
    leftovers.sweep()
    assert default_storage.exists("posters/README.txt")


def test_a_database_that_names_no_upload_is_taken_for_another_one(orphan):
    _used, unused = orphan
    Facility.objects.update(picture="")
    aged(unused, 9 * DAY)
    assert "left alone" in leftovers.sweep()
    assert there(unused) == [True] * 3


def test_a_replaced_picture_goes_when_the_change_is_certain(
    signed_in, town, django_capture_on_commit_callbacks
):
    row = facility(town)
    before = files(row.picture.name)
    form = {"unit": town.community.pk, "kind": "park", "name": "公园", "order": 0, "picture-clear": "on"}
    rooms = {"rooms-TOTAL_FORMS": 0, "rooms-INITIAL_FORMS": 0}
    with django_capture_on_commit_callbacks() as later:
        answer = signed_in(town.staff).post(f"/admin/venues/facility/{row.pk}/change/", form | rooms)
    assert answer.status_code == 302
    assert there(before) == [True] * 3
    for step in later:
        step()
    assert there(before) == [False] * 3


def test_a_change_that_fails_keeps_the_picture(town, django_capture_on_commit_callbacks):
    row = facility(town)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        Facility.objects.update(picture="")
        leftovers.let_go(row.picture.name)
        transaction.set_rollback(True)
    assert there(files(row.picture.name)) == [True] * 3


def test_a_picture_another_row_names_stays(town, django_capture_on_commit_callbacks):
    row = facility(town)
    with django_capture_on_commit_callbacks(execute=True):
        leftovers.let_go(row.picture.name)
    assert there(files(row.picture.name)) == [True] * 3


def test_while_a_backup_reads_nothing_is_removed(town, django_capture_on_commit_callbacks):
    row = facility(town)
    names = files(row.picture.name)
    Facility.objects.update(picture="")
    facility(town)
    aged(names, 9 * DAY)
    with leftovers.kept_for_a_backup():
        with django_capture_on_commit_callbacks(execute=True):
            leftovers.let_go(names[0])
        assert "backup" in leftovers.sweep()
        assert there(names) == [True] * 3
    assert leftovers.sweep() == "已清除无人使用的文件3个"


def test_a_backup_waits_for_a_removal_under_way():
    begun = threading.Event()

    def back_up():
        with leftovers.kept_for_a_backup():
            begun.set()

    with leftovers._no_backup() as free:
        assert free
        other = threading.Thread(target=back_up)
        other.start()
        assert not begun.wait(0.1)
    other.join(5)
    assert begun.is_set()


def test_a_backup_holds_the_pictures_its_rows_name(town, tmp_path, monkeypatch):
    row = facility(town)

    def replaced_meanwhile(file):
        file.write_bytes(b"rows that name the picture")
        Facility.objects.update(picture="")
        leftovers._remove_unused({row.picture.name})

    monkeypatch.setattr(backup.dumps, "dump", replaced_meanwhile)
    backup.make(tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert f"media/{row.picture.name}" in archive.namelist()
