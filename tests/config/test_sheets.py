"""Spreadsheets open with everything in sight."""

import io
import re
import zipfile

from django.utils import timezone

from config.sheets import xlsx


def inside(heads, rows) -> str:
    body = b"".join(xlsx("a", "a", heads, rows).streaming_content)
    return zipfile.ZipFile(io.BytesIO(body)).read("xl/worksheets/sheet1.xml").decode()


def widths(written: str) -> list[float]:
    return [float(width) for width in re.findall(r'<col [^>]*width="([0-9.]+)"', written)]


def test_columns_are_as_wide_as_what_is_in_them():
    written = inside(["序", "楼栋", "时间"], [[1, "中南青年人才公寓 3幢", timezone.now()]])
    number, house, moment = widths(written)
    assert number < 8
    assert house >= 21
    assert moment >= 18
    assert "landscape" not in written


def test_a_wide_sheet_is_printed_across():
    written = inside(["2026-11-01 09:00"] * 10, [["✓"] * 10])
    assert widths(written)[0] < 14  # the day above the hour
    assert 'orientation="landscape"' in written
