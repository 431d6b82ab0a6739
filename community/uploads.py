"""Files people hand in: known by their content, not by what they are called."""

import zipfile
from pathlib import PurePath

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.utils.translation import gettext_lazy as _
from PIL import Image

LARGEST = 20 * 2**20
_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "jpg": "image/jpeg",
    "png": "image/png",
    "txt": "text/plain",
}
known_extension = FileExtensionValidator(
    list(TYPES), _("Only pdf, docx, xlsx, pptx, jpg, png and txt files can be attached.")
)


def ask_again(request) -> None:
    """A form comes back refused: say that what was chosen from the disk did not come back with it."""
    if request.FILES:
        messages.warning(request, _("A browser does not keep chosen files: please choose them again."))


def extension(name: str) -> str:
    return PurePath(name).suffix.lower().lstrip(".")


def _is_office(file, part):
    """An office file with its main part and no macros. Only the directory is read, nothing is unpacked."""
    try:
        names = set(zipfile.ZipFile(file).namelist())
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError):
        return False
    return {"[Content_Types].xml", part} <= names and not any("vbaProject" in name for name in names)


def _is_image(file, kind):
    try:
        with Image.open(file, formats=[kind]) as image:
            image.verify()
    except Exception:  # Pillow raises whatever a broken file brings about
        return False
    return True


def _is_text(file):
    start = file.read(2**16)
    return b"\0" not in start and not start.lstrip().lower().startswith(
        (b"<!doctype", b"<html", b"<?xml", b"<svg")
    )


def _holds(file, kind):
    file.seek(0)
    if kind == "pdf":
        return file.read(5) == b"%PDF-"
    if kind in _PARTS:
        return _is_office(file, _PARTS[kind])
    if kind in ("jpg", "png"):
        return _is_image(file, "JPEG" if kind == "jpg" else "PNG")
    return _is_text(file)


def check_file(file) -> None:
    """Refuse (ValidationError) a file of another kind than its name says, an empty one or one above 20 MB."""
    known_extension(file)
    if file.size > LARGEST:
        raise ValidationError(_("The file is larger than 20 MB."))
    if not file.size:
        raise ValidationError(_("The file is empty."))
    kind = extension(file.name)
    try:
        if not _holds(file, kind):
            raise ValidationError(
                _("The content of the file is not that of a .%(kind)s file.") % {"kind": kind}
            )
    finally:
        file.seek(0)
