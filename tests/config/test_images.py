import base64
import io
import struct
import zlib

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import ValidationError
from django.utils import translation
from PIL import Image

from config.errors import DomainError
from config.images import MAX_BYTES, PictureFormField, open_image, picture_at

# 64 × 48 of green as an iPhone would send it
HEIC_DOT = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "ACJpbG9jAAAAAERAAAEAAQAAAAABoQABAAAAAAAAABgAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRt"
    "AAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMA"
    "AAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5j"
    "bHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBp"
    "eGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAACBtZGF0AAAAFCgBrwQY+Mpx1//0+5+9ZP0LUhHn"
)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def upload(image, kind="JPEG", name="photo.jpg", **options):
    written = io.BytesIO()
    image.save(written, kind, **options)
    return SimpleUploadedFile(name, written.getvalue())


def claimed(width, height):
    """A tiny PNG that says it is huge."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 100_000)
    return SimpleUploadedFile(
        "bomb.png", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def test_a_photo_comes_out_upright_in_three_sizes_without_metadata(town):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90°
    exif[0x010F] = "SECRET CAMERA"
    town.choir.poster.save("我家.jpg", upload(Image.new("RGB", (2400, 1200), "red"), exif=exif.tobytes()))
    town.choir.refresh_from_db()
    assert (town.choir.poster.large["width"], town.choir.poster.large["height"]) == (1200, 2400)
    for size in (town.choir.poster.small, town.choir.poster.medium, town.choir.poster.large):
        with default_storage.open(size["url"].removeprefix("/media/")) as stored:
            raw = stored.read()
        image = Image.open(io.BytesIO(raw))
        assert image.size == (size["width"], size["height"])
        assert not image.getexif()
        assert b"SECRET" not in raw
    assert "我家" not in town.choir.poster.name


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "BMP", "HEIF"])
def test_other_formats_are_understood(kind):
    if kind == "HEIF":
        file = SimpleUploadedFile("p.heic", HEIC_DOT)
    else:
        file = upload(Image.new("RGB", (30, 20), "green"), kind)
    assert open_image(file).mode == "RGB"


def test_transparency_becomes_white():
    image = open_image(upload(Image.new("RGBA", (10, 10), (0, 0, 0, 0)), "PNG"))
    assert image.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("file", "word"),
    [
        (SimpleUploadedFile("a.jpg", b"<script>alert(1)</script>"), "not a picture"),
        (SimpleUploadedFile("a.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"), "not a picture"),
        (SimpleUploadedFile("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "not a picture"),
        (claimed(60_000, 60_000), "million pixels"),
        (claimed(10_000, 8_000), "million pixels"),
        (claimed(10_000, 4_001), "million pixels"),
        (SimpleUploadedFile("big.jpg", b"\xff" * (MAX_BYTES + 1)), "larger than"),
    ],
)
def test_what_is_no_fit_picture_is_refused_in_a_sentence(file, word):
    with translation.override("en"), pytest.raises(DomainError, match=word):
        open_image(file)


def test_a_photo_of_fifty_megapixels_is_refused_before_it_is_decoded():
    with pytest.raises(DomainError):
        open_image(upload(Image.new("L", (8160, 6144)), quality=1))


def test_half_a_photo_is_refused():
    whole = upload(Image.effect_noise((300, 300), 90)).read()
    with pytest.raises(DomainError, match="damaged|损坏"):
        open_image(SimpleUploadedFile("half.jpg", whole[: len(whole) // 2]))


def test_the_form_field_says_it_beside_the_field():
    with pytest.raises(ValidationError):
        PictureFormField().clean(SimpleUploadedFile("a.jpg", b"not a picture"))


def test_a_needle_of_a_picture_stays_drawable(town):
    town.choir.poster.save("x", upload(Image.new("L", (2, 30_000)), "PNG"))
    assert min(town.choir.poster.small["width"], town.choir.poster.small["height"]) >= 1


def test_only_our_pictures_are_served(client, town, tmp_path):
    town.choir.poster.save("x.png", upload(Image.new("RGB", (500, 300), "blue"), "PNG"))
    answer = client.get(town.choir.poster.small["url"])
    assert answer.status_code == 200
    assert "immutable" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not answer.has_header("Set-Cookie")
    (tmp_path / "posters" / "secret.txt").write_text("no")
    for bad in ("posters/", "posters/secret.txt", "../keys.json", "posters/../../keys.json", "%2e%2e/keys.json",
                town.choir.poster.name.replace("posters", "nowhere"), "a" * 5000):  # fmt: skip
        assert client.get(f"/media/{bad}").status_code == 404
    assert client.post(town.choir.poster.small["url"]).status_code == 405


def test_deleting_takes_all_three_files(town, tmp_path):
    town.choir.poster.save("x.png", upload(Image.new("RGB", (500, 300), "blue"), "PNG"))
    assert len(list((tmp_path / "posters").iterdir())) == 3
    town.choir.poster.delete()
    assert not list((tmp_path / "posters").iterdir())


def test_a_foreign_name_has_no_picture():
    assert picture_at("posters/../x.jpg", 400) is None
    assert picture_at("", 400) is None
