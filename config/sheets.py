"""Spreadsheets: written row by row into a temporary file, so that a long list takes no memory."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime

import xlsxwriter
from django.http import FileResponse
from django.utils import timezone

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTH, WIDEST = 6, 40  # of a column, in characters
UPRIGHT = 90  # a wider sheet is printed across


def xlsx(name: str, title: str, heads: Sequence[str], rows: Iterable[Sequence]) -> FileResponse:
    """A file `name`.xlsx with one sheet. Text stays text: nothing typed by people becomes a formula or a link."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 the response closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}  # fmt: skip
    book = xlsxwriter.Workbook(file, options)
    sheet = book.add_worksheet(_sheet_name(title))
    bold, day = book.add_format({"bold": True, "bottom": 1, "text_wrap": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})  # fmt: skip
    widths = {column: max(_width(word) for word in head.split(" ")) for column, head in enumerate(heads)}
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, bold)
    for line, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            _write(sheet, line, column, value, day)
            widths[column] = max(widths.get(column, 0), _width(value))
    for column, width in widths.items():
        sheet.set_column(column, column, width)
    if sum(widths.values()) > UPRIGHT:
        sheet.set_landscape()
    book.close()
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=KIND)
    response.headers["Cache-Control"] = "no-store"
    return response


def _width(value) -> int:
    """The room it needs in its column: a Chinese character is as wide as two Latin ones."""
    if isinstance(value, datetime):
        return 18
    wide = sum(2 if sign > "\u2e7f" else 1 for sign in str(value or ""))
    return min(WIDEST, max(WIDTH, wide + 2))


def _write(sheet, line: int, column: int, value, day) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        sheet.write_datetime(line, column, timezone.localtime(value).replace(tzinfo=None, microsecond=0), day)
    elif isinstance(value, int):
        sheet.write_number(line, column, value)
    else:
        sheet.write_string(line, column, str(value))


def _sheet_name(title: str) -> str:
    """What Excel allows as the name of a sheet: 31 characters, none of []:*?/\\, no ' at the ends."""
    return "".join(" " if sign in "[]:*?/\\" else sign for sign in title).strip(" '")[:31] or "1"
