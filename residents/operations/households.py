from datetime import date
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.models import Kind, Unit
from community.operations import hold_tree, standing
from config.errors import DomainError

from ..addresses import normal_door
from ..models import Dwelling, Household, NameGram, Relation, Resident
from .changes import change, locked, locked_member, words
from .people import _check_household, _leave_household, _refuse_left, add_resident, leave


@transaction.atomic
def add_dwelling(
    *, unit: Unit, number: str, by: User | None, staircase: str = "", floor: int | None = None, **fields
) -> Dwelling:
    """Enter a flat or house; entering it again returns the one that is there.

    The floor is read off the room number (its last two digits are the door). Raises DomainError for a unit
    that is no building and no compound.
    """
    if unit.kind not in (Kind.BUILDING, Kind.COMPOUND):
        raise DomainError(_("A dwelling lies in a building or a compound."))
    staircase, number = normal_door(staircase), normal_door(number)
    if not number:
        raise DomainError(_("Please give the room number."))
    if len(number) > 10 or len(staircase) > 10:
        raise DomainError(_("Staircase and room number have at most ten characters."))
    if floor is None and number.isdecimal() and 3 <= len(number) <= 4:
        floor = int(number[:-2])
    unit = standing(unit)
    dwelling, is_new = Dwelling.objects.get_or_create(
        unit=unit, staircase=staircase, number=number, defaults={"path": unit.path, "floor": floor, **fields}
    )
    if is_new:
        record("dwellings.add", by=by, on=dwelling, path=unit.path)
    return dwelling


@transaction.atomic
def add_household(*, community: Unit, by: User | None, dwelling: Dwelling | None = None, number: str = "",
                  is_collective: bool = False) -> Household:  # fmt: skip
    """Open a household, in a dwelling or (空挂户) without one."""
    path = standing(dwelling.unit if dwelling else community).path
    if not path.startswith(community.path):
        raise DomainError(_("The dwelling does not lie in this community."))
    household = Household(
        community=community,
        dwelling=dwelling,
        path=path,
        number=number.strip()[:20],
        is_collective=is_collective,
    )
    try:
        with transaction.atomic():
            household.save(force_insert=True)
    except IntegrityError as error:
        raise DomainError(_("This household number is taken in this community.")) from error
    record("households.add", by=by, on=household, path=path)
    return household


@transaction.atomic
def change_household(
    *,
    household: Household,
    number: str,
    is_collective: bool,
    by: User,
    why: str = "",
    version: int | None = None,
) -> Household:
    """The plain facts of a household: its number and whether it is a collective one."""
    row = locked(household, version)
    try:
        with transaction.atomic():
            values = {"number": number.strip()[:20], "is_collective": is_collective}
            changed = change(row, values, by=by, why=words(why))
    except IntegrityError as error:
        raise DomainError(_("This household number is taken in this community.")) from error
    if changed:
        record("households.change", by=by, on=row, path=row.path, fields=changed)
    return row


@transaction.atomic
def settle(*, community: Unit, unit: Unit, door: tuple[str, str], by: User, **person) -> Resident:
    """Enter a person who opens a household at `door` (staircase, room); without a room just at the unit."""
    if not door[1]:
        return add_resident(community=community, unit=unit, by=by, **person)
    dwelling = add_dwelling(unit=unit, staircase=door[0], number=door[1], by=by)
    household = add_household(community=community, dwelling=dwelling, by=by)
    return add_resident(
        community=community, unit=unit, household=household, relation=Relation.HEAD, by=by, **person
    )


@transaction.atomic
def open_household(*, resident: Resident, unit: Unit, door: tuple[str, str], by: User, why: str) -> Resident:
    """A person of the register becomes the head of a new household at `door`."""
    dwelling = add_dwelling(unit=unit, staircase=door[0], number=door[1], by=by)
    household = add_household(community=resident.community, dwelling=dwelling, by=by)
    return join_household(resident=resident, household=household, relation=Relation.HEAD, by=by, why=why)


def households_at(unit: Unit, door: tuple[str, str]):
    """The households that live behind a door."""
    rows = Household.objects.living().filter(dwelling__unit=unit)
    return rows.filter(dwelling__staircase=normal_door(door[0]), dwelling__number=normal_door(door[1]))


@transaction.atomic
def resettle(*, resident: Resident, unit: Unit, door: tuple[str, str], relation: str, by: User, why: str,
             household: Household | None = None) -> Resident:  # fmt: skip
    """A person of the register alone moves behind another door: as the head of a new household there, or into one.

    `household`: which, where several live there.
    """
    why = words(why, needed=_("Please give the reason of the move."))
    if relation == Relation.HEAD:
        return open_household(resident=resident, unit=unit, door=door, by=by, why=why)
    there = list(households_at(unit, door)[:2]) if household is None else [household]
    if not there:
        raise DomainError(_("No household lives there yet: choose “head” to open one."))
    if len(there) > 1:
        raise DomainError(_("Several households live there: please choose one."))
    return join_household(resident=resident, household=there[0], relation=relation, by=by, why=why)


@transaction.atomic
def move_to(
    *, household: Household, unit: Unit, door: tuple[str, str], by: User, why: str, version: int
) -> Household:
    """Move a household to a door that may not be entered yet."""
    dwelling = add_dwelling(unit=unit, staircase=door[0], number=door[1], by=by)
    return move_household(household=household, dwelling=dwelling, by=by, why=why, version=version)


def _place(row: Resident, unit: Unit, **who) -> None:
    if row.unit_id == unit.pk:
        return
    row.path = unit.path
    change(row, {"unit": unit}, also=["path"], **who)
    NameGram.objects.filter(resident=row).update(path=unit.path)
    row.tags.update(path=unit.path)


@transaction.atomic
def join_household(
    *, resident: Resident, household: Household, relation: str, by: User | None, why: str = ""
) -> Resident:
    """Put a person into a household, out of the one before; the person's unit becomes that of the dwelling."""
    hold_tree()
    row = locked_member(resident, household)
    household = locked(household)
    _refuse_left(row)
    if row.household_id == household.pk:
        return row
    _check_household(household, row.community, relation, row.state)
    who: dict[str, Any] = {"by": by, "why": words(why), "batch": uuid4().hex}
    _leave_household(row, **who)
    change(row, {"household": household, "relation": relation}, **who)
    if relation == Relation.HEAD:
        change(household, {"head": row}, **who)
    if household.dwelling:
        _place(row, household.dwelling.unit, **who)
    record("households.join", by=by, on=row, path=row.path, household=household.pk)
    return row


@transaction.atomic
def move_household(
    *, household: Household, dwelling: Dwelling, by: User | None, why: str, version: int | None = None
) -> Household:
    """A whole family moves to another dwelling of the community in one act."""
    why = words(why, needed=_("Please give the reason of the move."))
    unit = standing(dwelling.unit)
    row = locked(household, version)
    if row.closed_at:
        raise DomainError(_("This household is closed."))
    if not unit.is_at_or_below(row.community):
        raise DomainError(_("The dwelling does not lie in this community."))
    who: dict[str, Any] = {"by": by, "why": why, "batch": uuid4().hex}
    if row.dwelling_id == dwelling.pk:
        return row
    row.path = unit.path
    change(row, {"dwelling": dwelling}, also=["path"], **who)
    for member in row.members.living().select_for_update().order_by("pk"):
        _place(member, unit, **who)
    record("households.move", by=by, on=row, path=row.path, batch=who["batch"])
    return row


@transaction.atomic
def move_household_out(*, household: Household, left_on: date, by: User, why: str = "") -> list[Resident]:
    """A whole family leaves the community in one act; the household closes with the last of them."""
    row, batch = locked(household), uuid4().hex
    members = list(row.members.living().select_for_update().order_by("pk"))
    gone = [
        leave(resident=member, reason=Resident.Left.MOVED, left_on=left_on, by=by, why=why, batch=batch)
        for member in members
    ]
    record("households.move_out", by=by, on=row, path=row.path, batch=batch)
    return gone


@transaction.atomic
def set_relations(
    *, household: Household, relations: dict[int, str], by: User | None, why: str = "",
    version: int | None = None,
) -> Household:  # fmt: skip
    """Who is who in a household: `relations` by resident id, to the head; whoever is not named stays as they are.

    Raises DomainError unless exactly one member is the head then.
    """
    row = locked(household, version)
    members = {member.pk: member for member in row.members.living().select_for_update().order_by("pk")}
    wanted = {pk: relations.get(pk, member.relation) for pk, member in members.items()}
    heads = [pk for pk, relation in wanted.items() if relation == Relation.HEAD]
    if len(heads) != 1:
        raise DomainError(_("A household has exactly one head: choose one of its members."))
    if not set(wanted.values()) <= set(Relation.values):
        raise DomainError(_("Please say how each member is related to the head."))
    who: dict[str, Any] = {"by": by, "why": words(why), "batch": uuid4().hex}
    changed: list[str] = []
    for pk in sorted(wanted, key=lambda pk: wanted[pk] == Relation.HEAD):  # there are never two heads
        changed += change(members[pk], {"relation": wanted[pk]}, **who)
    if change(row, {"head": members[heads[0]]}, **who):
        record("households.make_head", by=by, on=row, path=row.path)
    elif changed:
        row.version += 1  # a form opened before this one was sent is stale now
        row.save(update_fields=["version"])
        record("households.relations", by=by, on=row, path=row.path)
    return row
