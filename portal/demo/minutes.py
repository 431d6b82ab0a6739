"""A sheet of paper somebody scanned: one page of PDF with a few lines of Chinese, made without a library."""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

# The font is one every PDF reader brings along for Simplified Chinese; nothing is embedded.
FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font"
    b"/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>"
    b"/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]"
    b"/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>/DW 1000>>]>>"
)


def pdf(title: str, lines: list[str]) -> bytes:
    """`title` in the middle, `lines` below it; up to 28 characters a line."""
    said = [(22, 298 - 11 * len(title), 740, title)]
    said += [(16, 79, 690 - 29 * number, line) for number, line in enumerate(lines)]
    drawn = b"\n".join(
        b"BT /F %d Tf %d %d Td <%s> Tj ET" % (size, x, y, text.encode("utf-16-be").hex().encode())
        for size, x, y, text in said
    )
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        FONT,
    ]
    written, starts = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        starts.append(len(written))
        written += b"%d 0 obj%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    return (
        written
        + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (
            table,
            len(written),
        )
    )


def kept_paper(folder: str, title: str, lines: list[str]) -> str:
    """The stored name; the same paper is written once."""
    written = pdf(title, lines)
    name = f"{folder}/{hashlib.sha256(written).hexdigest()[:32]}.pdf"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(written))
    return name
