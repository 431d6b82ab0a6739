"""Pictures people send in: checked, turned upright, stripped of metadata and written anew in three sizes.

A stored name tells its measures, `posters/<32 hex>-1600x1067.jpg`, so a page reserves the right room without
opening a file. JPEG, because WeChat's share cards, Word and old phones all draw it.
"""

import io
import re
import secrets
import struct
import warnings
import zlib

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from .errors import DomainError

try:
    import pi_heif
except ImportError:  # an optional package: photos straight from an iPhone
    HEIC = False
else:
    pi_heif.register_heif_opener()
    HEIC = True

SMALL, MEDIUM, LARGE = WIDTHS = (400, 800, 1600)
TALLEST = 10  # times the width: long scrolls of text are common, endless ones are a mistake
MAX_PIXELS = 40_000_000
MAX_BYTES = 20 * 2**20
FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", *(["HEIF"] if HEIC else [])]
NAME = re.compile(r"[a-z]+/[0-9a-f]{32}-([1-9][0-9]*)x([1-9][0-9]*)(?:-400|-800)?\.jpg")
BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, struct.error, zlib.error)

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


def open_image(upload) -> Image.Image:
    """The upright RGB picture in the file `upload`, no larger than we ever show.

    Raises DomainError for what is no picture, is incomplete, or has too many bytes or pixels.
    """
    if upload.size > MAX_BYTES:
        raise DomainError(_("The file is larger than %(most)d MB.") % {"most": MAX_BYTES // 2**20})
    upload.seek(0)
    try:
        image = Image.open(upload, formats=FORMATS)
        _check_pixels(image)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise DomainError(_too_many()) from None
    except (UnidentifiedImageError, *BROKEN):
        raise DomainError(_not_an_image(upload)) from None
    try:
        image.draft("RGB", (LARGE, LARGE))
        return _plain(ImageOps.exif_transpose(image))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise DomainError(_too_many()) from None
    except BROKEN:
        raise DomainError(_("The picture is damaged or only half arrived. Please send it again.")) from None


def _check_pixels(image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise Image.DecompressionBombError


def _too_many() -> str:
    return _("The picture has more than %(most)d million pixels. Please send a smaller one.") % {
        "most": MAX_PIXELS // 1_000_000
    }


def _not_an_image(upload) -> str:
    upload.seek(0)
    if not HEIC and upload.read(12)[4:8] == b"ftyp":
        return _("HEIC photos are not understood here. Please send the picture as JPEG.")
    return _("This is not a picture. JPEG, PNG, WebP and HEIC photos are understood.")


def _plain(image: Image.Image) -> Image.Image:
    """RGB on white, in sRGB."""
    profile = image.info.get("icc_profile")
    if image.mode in {"P", "PA", "LA", "RGBA"} or "transparency" in image.info:
        image = image.convert("RGBA")
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image)
        return ground
    if profile and image.mode in {"RGB", "CMYK"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            pass  # a profile nobody can read: take the colours as they are
    if image.mode.startswith("I"):  # 16 bits of grey
        image = image.point(lambda value: value / 256).convert("L")
    return image.convert("RGB")


def measures(width: int, height: int, most: int) -> tuple[int, int]:
    """What a picture of `width` × `height` measures when it may be `most` wide."""
    factor = min(1, most / width, most * TALLEST / height)
    return max(1, round(width * factor)), max(1, round(height * factor))


class Picture(ContentFile):
    """A picture written anew: `sizes` holds the JPEG bytes by width limit."""

    def __init__(self, image: Image.Image):
        self.measures = measures(*image.size, LARGE)
        self.sizes = {}
        for most in reversed(WIDTHS):
            size = measures(*self.measures, most)
            image = (
                image if image.size == size else image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)
            )
            written = io.BytesIO()
            # A fresh image of the pixels alone: no metadata can ride along.
            Image.frombytes("RGB", image.size, image.tobytes()).save(
                written, "JPEG", quality=82, optimize=True, progressive=True
            )
            self.sizes[most] = written.getvalue()
        super().__init__(self.sizes[LARGE], name="picture.jpg")


def picture_at(name: str, most: int) -> dict | None:
    """`{"url", "width", "height"}` of the stored picture `name` at one of WIDTHS; None when there is none."""
    found = NAME.fullmatch(name or "")
    if not found:
        return None
    width, height = measures(int(found[1]), int(found[2]), most)
    url = f"/media/{name}" if most == LARGE else f"/media/{name[:-4]}-{most}.jpg"
    return {"url": url, "width": width, "height": height}


class PictureFile(FieldFile):
    @property
    def small(self):
        return picture_at(self.name, SMALL)

    @property
    def medium(self):
        return picture_at(self.name, MEDIUM)

    @property
    def large(self):
        return picture_at(self.name, LARGE)

    def save(self, name, content, save=True):
        """Write the three files under a new random name, whatever `name` says."""
        picture = content if isinstance(content, Picture) else Picture(open_image(content))
        width, height = picture.measures
        stem = f"{self.field.upload_to.strip('/')}/{secrets.token_hex(16)}-{width}x{height}"
        for most, written in picture.sizes.items():
            tail = "" if most == LARGE else f"-{most}"
            self.storage.save(f"{stem}{tail}.jpg", ContentFile(written))
        self.name = f"{stem}.jpg"
        setattr(self.instance, self.field.attname, self.name)
        self._committed = True
        if save:
            self.instance.save(update_fields=[self.field.name])

    def delete(self, save=True):
        for most in (SMALL, MEDIUM) if self.name else ():
            self.storage.delete(f"{self.name[:-4]}-{most}.jpg")
        super().delete(save)


class PictureFormField(forms.ImageField):
    default_validators = []  # the content decides, not the file's name

    def to_python(self, data):
        upload = super(forms.ImageField, self).to_python(data)
        if upload is None or isinstance(upload, Picture):
            return upload
        try:
            return Picture(open_image(upload))
        except DomainError as refusal:
            raise ValidationError(str(refusal), code="invalid_image") from None


class PictureField(models.FileField):
    """One picture of a row: `row.poster.small.url`, `.width`, `.height`; also `.medium` and `.large`."""

    attr_class = PictureFile

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": PictureFormField} | kwargs)
