"""What the operations of this room share: locks, history, clean values, name pieces."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import DomainError, StaleError

from .. import identity
from ..bulk import add_grams
from ..models import Change, Household, NameGram, Resident


def check(validate, *values):
    """The value `validate` returns; what it finds wrong becomes a refusal."""
    try:
        return validate(*values)
    except ValidationError as error:
        raise DomainError(" ".join(error.messages)) from error


def words(text: str, *, needed: str = "") -> str:
    """Free text of a reason or remark: one line, no number that names a person. `needed`: the refusal when empty."""
    text = " ".join(str(text).split())[:200]
    if needed and not text:
        raise DomainError(needed)
    check(identity.refuse_numbers, text)
    return text


def locked(row, version: int | None = None):
    """The row read again under a lock. Raises StaleError when it is no longer at `version`."""
    fresh = type(row)._default_manager.select_for_update().get(pk=row.pk)
    if version is not None and version != fresh.version:
        raise StaleError(_("Somebody else has changed this in the meantime. Please compare and save again."))
    return fresh


def locked_member(resident: Resident, *households: Household) -> Resident:
    """The person under a lock, after their household and `households`: in one order always, so nobody waits in a ring."""
    whose = Resident.objects.values_list("household", flat=True).get(pk=resident.pk)
    pks = {household.pk for household in households} | ({whose} if whose else set())
    list(Household.objects.select_for_update().filter(pk__in=pks).order_by("pk"))
    row = locked(resident)
    if row.household_id and row.household_id not in pks:
        raise StaleError(_("Somebody else has changed this in the meantime. Please compare and save again."))
    return row


def written(value) -> str:
    """A value as history keeps it: codes, ids and dates."""
    if value is None or value == "":
        return ""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, bool):
        return "1" if value else "0"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def change(
    row, values: dict, *, by: User | None, why: str = "", batch: str = "", also: Iterable[str] = ()
) -> list[str]:
    """Set `values` on a locked row, save these columns and keep one Change each. Returns the fields that changed.

    `also`: columns derived from others, saved but not kept as changes of their own.
    """
    whose = "resident" if isinstance(row, Resident) else "household"
    kept = []
    for field, new in values.items():
        old = getattr(row, field)
        if written(old) != written(new):
            setattr(row, field, new)
            change = Change(
                by=by, path=row.path, field=field, old=written(old), new=written(new), why=why, batch=batch
            )
            setattr(change, whose, row)
            kept.append(change)
    if not kept:
        return []
    fields = [change.field for change in kept]
    numbers = [start for start, field in (("id", "id_number"), ("phone", "phone")) if field in fields]
    prints = [f"{number}_{print_}" for number in numbers for print_ in ("print", "tail")]
    row.version += 1
    row.save(update_fields=[*fields, *prints, *also, "version"])
    for change in kept:
        change.path = row.path
    Change.objects.bulk_create(kept)
    return fields


# --- name pieces -----------------------------------------------------------------------------------------


def pieces(name: str) -> set[str]:
    """Characters and neighbouring pairs of a name, without dots and blanks."""
    letters = [letter for letter in name if letter.isalpha()]
    return {*letters, *map("".join, zip(letters, letters[1:], strict=False))}


def _grams(pk: int, name: str, sort: str, path: str) -> list[tuple[str, str, int, str]]:
    return [(piece, sort, pk, path) for piece in sorted(pieces(name)) if not piece.isascii()]


def keep_grams(resident: Resident) -> None:
    """Make the name pieces of one person anew; who has left has none."""
    NameGram.objects.filter(resident=resident).delete()
    if resident.left_on is None:
        add_grams(_grams(resident.pk, resident.name, resident.name_pinyin, resident.path))


def rebuild_grams(residents, *, fresh: bool = False, size: int = 2000) -> int:
    """Make the name pieces of many people, `size` people at a time; returns the number of pieces.

    `fresh`: none of them has pieces yet, so none are looked for.
    """
    made, last = 0, 0
    people = residents.order_by("pk").values_list("pk", "name", "name_pinyin", "path", "left_on")
    while rows := list(people.filter(pk__gt=last)[:size]):
        last = rows[-1][0]
        if not fresh:
            NameGram.objects.filter(resident__in=[pk for pk, *_ in rows]).delete()
        made += add_grams(gram for *row, left_on in rows if left_on is None for gram in _grams(*row))
    return made
