"""The working-day calendar as a table: reading, checking and entering a whole year at once."""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError

from .models import CalendarDay

MOST_ROWS = 400
FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"]


@dataclass(frozen=True)
class Line:
    number: int
    day: date
    kind: str
    name: str
    was: str  # what the table says of this day now, in words


def _read_day(text: str) -> date:
    for pattern in FORMATS:
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    raise DomainError(_("%(text)s is not a date such as 2027-01-01.") % {"text": text or "–"})


def _read_kind(text: str) -> str:
    words = {kind.value: kind.value for kind in CalendarDay.Kind} | {
        str(kind.label): kind.value for kind in CalendarDay.Kind
    }
    if text not in words:
        expected = _(", ").join(str(kind.label) for kind in CalendarDay.Kind)
        raise DomainError(_("%(text)s is none of: %(words)s.") % {"text": text or "–", "words": expected})
    return words[text]


def _read_row(row: list[str]) -> tuple[date, str, str]:
    if len(row) < 3:
        raise DomainError(_("Three columns are needed: day, kind, name."))
    day, kind, name = _read_day(row[0].strip()), _read_kind(row[1].strip()), row[2].strip()
    if not 2000 <= day.year <= 2100:
        raise DomainError(_("The year lies between 2000 and 2100."))
    if kind == CalendarDay.Kind.WORKDAY and day.weekday() < 5:
        raise DomainError(_("%(day)s is no weekend day: it is worked anyway.") % {"day": date_format(day)})
    if not name or len(name) > 30:
        raise DomainError(_("The name has 1 to 30 characters."))
    return day, kind, name


def read(text: str) -> tuple[list[Line], list[str]]:
    """The lines of a table `day,kind,name` and a sentence for every line that cannot be read.

    The first line may be a heading; what is pasted from a spreadsheet is parted by tabs.
    """
    text = text.removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(text), delimiter="\t" if "\t" in text.partition("\n")[0] else ","))
    found, problems, seen = [], [], {}
    if len(rows) > MOST_ROWS:
        return [], [_("More than %(n)s lines: one year has about 40.") % {"n": MOST_ROWS}]
    for number, row in enumerate(rows, 1):
        if not any(cell.strip() for cell in row) or (number == 1 and not any(c.isdecimal() for c in row[0])):
            continue
        try:
            day, kind, name = _read_row(row)
            if day in seen:
                raise DomainError(
                    _("%(day)s is in line %(n)s already.") % {"day": date_format(day), "n": seen[day]}
                )
        except DomainError as refusal:
            problems.append(_("Line %(n)s: %(why)s") % {"n": number, "why": refusal})
            continue
        seen[day] = number
        found.append((number, day, kind, name))
    known = {row.day: row for row in CalendarDay.objects.filter(day__in=seen)}
    lines = [
        Line(number, day, kind, name, _in_words(known.get(day), kind, name))
        for number, day, kind, name in found
    ]
    if not found and not problems:
        problems = [_("There is nothing in the table.")]
    return lines, problems


def _in_words(row: CalendarDay | None, kind: str, name: str) -> str:
    if row is None:
        return pgettext("calendar day", "new")
    if (row.kind, row.name) == (kind, name):
        return pgettext("calendar day", "unchanged")
    return _("instead of %(kind)s %(name)s") % {"kind": row.get_kind_display(), "name": row.name}


@transaction.atomic
def enter(*, text: str, by: User) -> int:
    """Enter every line or none. Raises DomainError with the first problem."""
    lines, problems = read(text)
    if problems:
        raise DomainError(problems[0])
    CalendarDay.objects.bulk_create(
        [CalendarDay(day=line.day, kind=line.kind, name=line.name) for line in lines],
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["kind", "name"],
    )
    record("calendar.import", by=by, rows=len(lines), years=sorted({line.day.year for line in lines}))
    return len(lines)
