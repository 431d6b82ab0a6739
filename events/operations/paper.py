"""Sign-in sheets: their numbered lines, and keying in what was signed."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from accounts.operations import record
from residents.models import Resident

from ..models import Attendance, Session, SheetLine
from .door import check_in, walk_in

EMPTY_LINES = 8


@transaction.atomic
def number_lines(*, session: Session, residents: Sequence[int]) -> list[SheetLine]:
    """Every one of `residents` (ids) has a line, after them some are empty. A number once given is never another's."""
    held = list(SheetLine.objects.filter(session=session))
    missing = _missing(held, residents)
    if missing:
        Session.objects.select_for_update(of=("self",), no_key=True).get(pk=session.pk)
        held = list(SheetLine.objects.filter(session=session))
        missing = _missing(held, residents)
        last = SheetLine.objects.filter(session=session).aggregate(last=Max("number"))["last"] or 0
        SheetLine.objects.bulk_create(
            SheetLine(session=session, number=number, resident_id=one)
            for number, one in enumerate(missing, last + 1)
        )
    return list(SheetLine.objects.filter(session=session).order_by("number"))


def _missing(held: list[SheetLine], residents: Sequence[int]) -> list[int | None]:
    """Who has no line yet, and as many empty ones as are short of `EMPTY_LINES`."""
    have = {line.resident_id for line in held}
    empty = sum(1 for line in held if line.resident_id is None)
    return [one for one in residents if one not in have] + [None] * max(EMPTY_LINES - empty, 0)


@transaction.atomic
def key_in(
    *,
    session: Session,
    signed: Iterable[tuple[int, int]],
    names: Iterable[tuple[int, str]],
    by: User,
    reason: str = "",
) -> int:
    """Everybody who signed was there: (line, resident's id), and (line, name) of whom the register does not know.

    All or nothing; who is noted already stays as they are. Gives how many are new.
    """
    Session.objects.select_for_update(of=("self",), no_key=True).get(
        pk=session.pk
    )  # one sheet is keyed in once
    there = set(Attendance.objects.live().filter(session=session).values_list("resident", flat=True))
    how, count = Attendance.How.PAPER, 0
    lines = dict(signed)
    people = Resident.objects.in_bulk(lines.values())
    for number, pk in sorted(lines.items()):
        if pk not in there:
            check_in(session=session, resident=people[pk], by=by, reason=reason, how=how)
            there.add(pk)
            count += 1
        _fill_in(session, number, pk)
    for number, name in names:
        if SheetLine.objects.filter(session=session, number=number, resident=None).exists():
            attendance = walk_in(session=session, name=name, by=by, reason=reason, how=how)
            _fill_in(session, number, attendance.resident_id)
            count += 1
    record("events.key_in", by=by, on=session, path=session.event.unit.path, count=count)
    return count


def _fill_in(session: Session, number: int, resident: int) -> None:
    """The empty line is theirs from now on, unless they have one."""
    if not SheetLine.objects.filter(session=session, resident=resident).exists():
        SheetLine.objects.filter(session=session, number=number, resident=None).update(resident=resident)
