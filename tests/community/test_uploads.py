"""A file is what its content says, not what it is called."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image

from community.uploads import LARGEST, check_file


def image(kind):
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, kind)
    return out.getvalue()


def office(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(name, "x")
    return out.getvalue()


GOOD = {
    "表.pdf": b"%PDF-1.7\n...",
    "表.PDF": b"%PDF-1.7\n...",
    "表.docx": office("word/document.xml"),
    "表.xlsx": office("xl/workbook.xml"),
    "表.pptx": office("ppt/presentation.xml"),
    "图.jpg": image("JPEG"),
    "图.png": image("PNG"),
    "文.txt": "关于停水".encode("gb18030"),
}
BAD = {
    "empty.pdf": b"",
    "page.html": b"<html>",
    "page.svg": b"<svg onload=alert(1)>",
    "run.exe": b"MZ",
    "all.zip": office("word/document.xml"),
    "macro.docm": office("word/document.xml"),
    "noextension": b"%PDF-",
    "表.pdf.exe": b"%PDF-",
    "page.pdf": b"<html><script>",
    "program.pdf": b"MZ\x90\0",
    "sheet.docx": office("xl/workbook.xml"),
    "macro.docx": office("word/document.xml", "word/vbaProject.bin"),
    "plain.docx": b"PK\x03\x04broken",
    "png.jpg": image("PNG"),
    "half.png": image("PNG")[:30],
    "page.txt": b"  <!DOCTYPE html><script>",
    "binary.txt": b"text\0more",
}


@pytest.mark.parametrize("name", list(GOOD))
def test_good_files_pass(name):
    file = ContentFile(GOOD[name], name=name)
    assert check_file(file) is None
    assert file.tell() == 0


@pytest.mark.parametrize("name", list(BAD))
def test_bad_files_are_refused(name):
    with pytest.raises(ValidationError):
        check_file(ContentFile(BAD[name], name=name))


def test_too_large_a_file_is_refused_before_it_is_read():
    file = ContentFile(b"%PDF-", name="x.pdf")
    file.size = LARGEST + 1
    with pytest.raises(ValidationError):
        check_file(file)
