"""Pictures of organisations, rooms and people in charge: uploaded in the back office, written anew, shown in public."""

import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.models import User
from community.models import Organisation
from venues.models import Facility, Room


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def photo(name="门头.png"):
    written = io.BytesIO()
    Image.new("RGB", (900, 600), "#2f7d5b").save(written, "PNG")
    return SimpleUploadedFile(name, written.getvalue())


def change(client, row, data):
    return client.post(
        reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk]), data
    )


def test_an_organisation_shows_its_picture(signed_in, client, town):
    row = Organisation.objects.create(unit=town.community, kind="partner", name="康宁门诊")
    data = {
        "unit": town.community.pk,
        "kind": "partner",
        "name": "康宁门诊",
        "is_public": "on",
        "coverings-TOTAL_FORMS": 0,
        "coverings-INITIAL_FORMS": 0,
    }
    broken = SimpleUploadedFile("x.jpg", b"no picture")
    assert change(signed_in(town.staff), row, data | {"picture": broken}).status_code == 422
    assert change(signed_in(town.staff), row, data | {"picture": photo()}).status_code == 302
    row.refresh_from_db()
    assert row.picture.name.startswith("organisations/")
    assert row.picture.medium["url"] in client.get(f"/wenfeng/organisations/{row.pk}/").text
    assert client.get(row.picture.small["url"]).status_code == 200


def test_a_portrait_stands_beside_a_post_and_goes_again(
    signed_in, client, town, django_capture_on_commit_callbacks
):
    post, secretary = town.staff.posts.get(), signed_in(town.secretary)
    data = {"title": "社工", "public_phone": ""}
    assert change(secretary, post, data | {"picture": photo()}).status_code == 302
    post.refresh_from_db()
    assert post.picture.small["url"] in client.get("/wenfeng/about/").text
    name = post.picture.name
    change(secretary, post, data)  # nothing chosen: it stays
    post.refresh_from_db()
    assert post.picture.name == name
    with django_capture_on_commit_callbacks(execute=True):
        change(secretary, post, data | {"picture-clear": "on"})
    post.refresh_from_db()
    assert not post.picture
    assert not default_storage.exists(name)


def test_an_appointment_may_bring_its_portrait(signed_in, town):
    holder = User.objects.create(name="新楼长", phone="+8615400000071")
    data = {
        "login": "15400000071",
        "role": "building_head",
        "unit": town.east_building.pk,
        "started_on": "2026-11-01",
    }
    answer = signed_in(town.secretary).post(reverse("admin:community_post_add"), data | {"picture": photo()})
    assert answer.status_code == 302
    assert holder.posts.get().picture.name.startswith("posts/")


def test_a_room_shows_its_picture(signed_in, client, town, django_capture_on_commit_callbacks):
    facility = Facility.objects.create(unit=town.community, kind="hall", name="礼堂")
    room = Room.objects.create(facility=facility, name="舞蹈室")
    data = {
        "unit": town.community.pk, "kind": "hall", "name": "礼堂", "order": 0, "rooms-TOTAL_FORMS": 1,
        "rooms-INITIAL_FORMS": 1, "rooms-0-id": room.pk, "rooms-0-name": "舞蹈室", "rooms-0-order": 0,
    }  # fmt: skip
    assert change(signed_in(town.staff), facility, data | {"rooms-0-picture": photo()}).status_code == 302
    room.refresh_from_db()
    assert room.picture.medium["url"] in client.get(f"/wenfeng/venues/{facility.pk}/").text
    name = room.picture.name
    with django_capture_on_commit_callbacks(execute=True):
        change(signed_in(town.staff), facility, data | {"rooms-0-picture-clear": "on"})
    assert not default_storage.exists(name)
