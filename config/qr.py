"""QR codes to stand in a page."""

import segno
from django.utils.safestring import mark_safe


def picture(address: str) -> str:
    """The address as a QR code, SVG to stand in a page, as large as its box. Black on white, whatever the page."""
    code = segno.make(address, error="m", boost_error=False)
    return mark_safe(  # noqa: S308  only squares
        code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr")
    )
