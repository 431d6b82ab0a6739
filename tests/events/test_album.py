"""The album of an event: kept, shown, hidden on request."""

import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from config.images import HEIC
from events.models import Photo
from events.operations import album


def file(name="a.jpg", colour="red", kind="JPEG", size=(640, 480), **more):
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, kind, **more)
    return SimpleUploadedFile(name, written.getvalue())


def add(town, colour="red", **more):
    return album.add_photo(event=town.choir, upload=file(colour=colour, **more), by=town.staff)


def desk(town):
    return f"/desk/events/{town.choir.pk}/photos/"


def test_good_files_are_kept_and_every_other_is_named(town, signed_in):
    client = signed_in(town.staff)
    sent = [
        file("甲.jpg"),
        SimpleUploadedFile("乙.jpg", b"no picture"),
        file("丙.png", "blue", "PNG"),
        file("丁.jpg"),
    ]
    page = client.post(f"{desk(town)}add/", {"photos": sent}, follow=True).content.decode()
    assert Photo.objects.count() == 2
    assert "乙.jpg:" in page
    assert "丁.jpg:" in page  # the same photo twice
    assert "甲.jpg:" not in page


def test_nothing_rides_along_with_a_photo(town):
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    photo = add(town, exif=exif)
    for size in ("", "-400", "-800"):
        with default_storage.open(f"{photo.picture.name[:-4]}{size}.jpg") as stored:
            assert b"secret place" not in stored.read()


@pytest.mark.parametrize("brand", [b"heic"])
def test_a_photo_from_an_iphone_is_understood_or_refused_in_words(town, signed_in, brand):
    broken = SimpleUploadedFile("IMG_1.HEIC", b"\x00\x00\x00\x18ftyp" + brand + b"\x00" * 40)
    answer = signed_in(town.staff).post(f"{desk(town)}add/", {"photos": [broken]}, headers={"X-Each": "1"})
    assert answer.status_code == 422
    assert answer.content.decode().startswith("IMG_1.HEIC: ")
    assert HEIC  # the image package of our lock understands them


def test_a_script_sends_them_one_by_one(town, signed_in):
    client = signed_in(town.staff)
    assert client.post(f"{desk(town)}add/", {"photos": [file()]}, headers={"X-Each": "1"}).status_code == 200
    assert client.post(f"{desk(town)}add/", {"photos": [file()]}, headers={"X-Each": "1"}).status_code == 422
    assert client.post(f"{desk(town)}add/", {}, headers={"X-Each": "1"}).status_code == 422


def test_more_than_thirty_are_not_looked_at(town, signed_in, monkeypatch):
    monkeypatch.setattr(album, "AT_ONCE", 2)
    sent = [file("1.jpg", "red"), file("2.jpg", "blue"), file("3.jpg", "green")]
    signed_in(town.staff).post(f"{desk(town)}add/", {"photos": sent})
    assert Photo.objects.count() == 2


def test_the_first_is_the_cover_and_another_can_be(town, signed_in):
    first, second = add(town), add(town, "blue")
    signed_in(town.staff).post(f"/desk/photos/{second.pk}/cover/")
    assert list(Photo.objects.filter(is_cover=True)) == [second]
    signed_in(town.staff).post(f"/desk/photos/{second.pk}/remove/")
    assert list(Photo.objects.filter(is_cover=True)) == [first]


def test_a_caption_with_a_number_is_asked_for_again(town, signed_in):
    client, first, second = signed_in(town.staff), add(town), add(town, "blue")
    typed = {f"caption-{first.pk}": "联系 138 1234 5678", f"caption-{second.pk}": "合唱"}
    answer = client.post(f"{desk(town)}captions/", typed)
    assert answer.status_code == 422
    assert 'value="联系 138 1234 5678"' in answer.content.decode()
    assert sorted(town.choir.photos.values_list("caption", flat=True)) == ["", "合唱"]


def test_captions_and_order(town, signed_in):
    client, first, second = signed_in(town.staff), add(town), add(town, "blue")
    client.post(f"{desk(town)}captions/", {f"caption-{first.pk}": " 合唱\u202e ", "caption-x": "?"})
    first.refresh_from_db()
    assert first.caption == "合唱"
    client.post(f"/desk/photos/{second.pk}/up/")
    assert list(town.choir.photos.all()) == [second, first]
    client.post(f"/desk/photos/{second.pk}/up/")
    assert list(town.choir.photos.all()) == [second, first]


def test_who_is_in_it_hides_it_at_once_and_staff_decide(town, signed_in, client):
    photo = add(town)
    page, old = f"/wenfeng/photos/{photo.pk}/hide/", photo.picture.name
    assert client.get(page).status_code == 302  # to the sign-in
    resident, staff = signed_in(town.lin_user), signed_in(town.staff)
    assert resident.get(page).status_code == 200
    assert resident.post(page).status_code == 302
    photo.refresh_from_db()
    assert (photo.hidden_why, photo.decided_at, photo.is_cover) == ("asked", None, False)
    assert photo.picture.name != old
    assert old not in client.get(f"/wenfeng/events/{town.choir.pk}/photos/").content.decode()
    assert resident.post(page).status_code == 404
    assert desk(town) in staff.get("/desk/").content.decode()
    staff.post(f"/desk/photos/{photo.pk}/show/")
    assert resident.post(page).status_code == 422  # looked at before
    photo.refresh_from_db()
    assert photo.hidden_at is None
    assert photo.is_cover


def test_the_address_of_a_hidden_photo_leads_nowhere(town, client, django_capture_on_commit_callbacks):
    photo = add(town)
    old = photo.picture.large["url"]
    assert client.get(old).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        album.ask_to_hide(photo=photo, by=town.lin_user)
    assert client.get(old).status_code == 404


def test_the_next_community_finds_nothing(town, signed_in):
    photo = add(town)
    other = signed_in(town.neighbour_staff)
    assert other.get(desk(town)).status_code == 404
    assert other.post(f"/desk/photos/{photo.pk}/remove/").status_code == 404
    assert other.get(f"/shunjing/photos/{photo.pk}/hide/").status_code == 404
    assert signed_in(town.officer).post(f"/desk/photos/{photo.pk}/remove/").status_code == 403
    assert Photo.objects.exists()


def test_an_unpublished_album_is_nobodys(town, client):
    add(town)
    town.choir.published_at = town.choir.published_by = None
    town.choir.save(update_fields=["published_at", "published_by"])
    assert client.get(f"/wenfeng/events/{town.choir.pk}/photos/").status_code == 404
    assert "/photos/" not in client.get("/wenfeng/events/photos/").content.decode().split("<main")[1]


def test_albums_take_the_same_queries_however_many_photos(town, client):
    counts = []
    for colours in (["red"], ["blue", "green", "black", "white"]):
        for colour in colours:
            add(town, colour)
        for page in ("/wenfeng/events/photos/", f"/wenfeng/events/{town.choir.pk}/photos/"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 12
