"""The tree: add, change, move, close and reopen units. What other rooms do then is handed in (portal/wiring.py)."""

from collections.abc import Callable, Iterable

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError

from .models import Kind, Organisation, Post, Unit
from .triggers import TREE_LOCK

CHANGEABLE = {"name", "code", "slug", "order", "address", "note", "kind"}


def _lock_tree() -> None:
    """Changes of the tree wait for each other, and for all who hold it: they are rare, and each rests on its shape."""
    _take_tree_lock("pg_advisory_xact_lock")


def hold_tree() -> None:
    """Until the transaction ends no unit is added, moved or closed; many may hold it. Taken before any row is locked."""
    _take_tree_lock("pg_advisory_xact_lock_shared")


def _take_tree_lock(function: str) -> None:
    if connection.vendor == "postgresql":  # SQLite has one writer at a time
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [TREE_LOCK])


def standing(unit: Unit) -> Unit:
    """`unit` as it is now and stays until the transaction ends. Raises DomainError when it is closed."""
    hold_tree()
    unit = _fresh(unit)
    if unit.closed_at:
        raise DomainError(_("%(unit)s is closed: nothing can be added below it.") % {"unit": unit})
    return unit


def _fresh(unit: Unit) -> Unit:
    return Unit.objects.get(pk=unit.pk)


def _refuse_fields(unit: Unit) -> None:
    try:
        unit.full_clean(exclude=["path"])
    except ValidationError as error:
        raise DomainError(" ".join(error.messages)) from error


def refuse_parent(kind: int, parent: Unit | None) -> None:
    """Raise DomainError unless a unit of `kind` may lie below `parent`."""
    if kind == Kind.ROOT:
        if parent is not None or Unit.objects.filter(kind=Kind.ROOT).exists():
            raise DomainError(_("There is one installation and it lies below nothing."))
        return
    if parent is None:
        raise DomainError(_("Say what the unit belongs to."))
    if parent.closed_at:
        raise DomainError(_("%(unit)s is closed: nothing can be added below it.") % {"unit": parent})
    if parent.kind >= kind:
        words = {"kind": Kind(kind).label, "parent": parent.get_kind_display()}
        raise DomainError(_("A %(kind)s cannot lie below a %(parent)s.") % words)


def refuse_code(code: str | None, kind: int, community: Unit | None) -> None:
    """Raise DomainError when a grid's code is not its community's and three digits."""
    if not code or kind <= Kind.COMMUNITY:
        return
    if community is None or not community.code:
        raise DomainError(_("Enter the official code of the community before the codes of its grids."))
    if not (len(code) == 15 and code.startswith(community.code)):
        raise DomainError(
            _("The code of a grid begins with that of its community, %(code)s, and has three digits more.")
            % {"code": community.code}
        )


def _refuse_name(name: str, parent: Unit | None, *, but: int | None = None) -> None:
    if Unit.objects.living().filter(parent=parent, name=name).exclude(pk=but).exists():
        words = {"parent": parent, "name": name}
        raise DomainError(_("%(parent)s already has a unit named %(name)s.") % words)


@transaction.atomic
def add_unit(*, kind: int, name: str, parent: Unit | None, by: User | None, **fields) -> Unit:
    """Add a unit below `parent`; the database gives it its path.

    Raises DomainError for a parent that is closed or not of a higher kind, a name taken beside it, a foreign code.
    """
    _lock_tree()
    parent = parent and _fresh(parent)
    refuse_parent(kind, parent)
    refuse_code(fields.get("code"), kind, parent and parent.community)
    _refuse_name(name, parent)
    unit = Unit(kind=kind, name=name, parent=parent, **fields)
    _refuse_fields(unit)
    unit.save()
    unit.refresh_from_db(fields=["path"])
    record("units.add", by=by, on=unit, path=unit.path)
    return unit


@transaction.atomic
def change_unit(*, unit: Unit, by: User | None, **fields) -> Unit:
    """Change name, code, address and the like. Where a unit belongs is changed by `move_unit`.

    Raises DomainError for a name taken, a kind that does not fit above or below, a code that does not fit.
    """
    if not fields.keys() <= CHANGEABLE:
        raise TypeError(f"not changeable: {sorted(fields.keys() - CHANGEABLE)}")
    _lock_tree()
    unit = Unit.objects.select_related("parent").get(pk=unit.pk)
    changed = {name: value for name, value in fields.items() if getattr(unit, name) != value}
    if not changed:
        return unit
    for name, value in changed.items():
        setattr(unit, name, value)
    if "name" in changed and not unit.closed_at:
        _refuse_name(unit.name, unit.parent, but=unit.pk)
    if "kind" in changed:
        _refuse_kind(unit)
    if changed.keys() & {"code", "kind"}:
        _refuse_code_change(unit)
    _refuse_fields(unit)
    unit.save(update_fields=list(changed))
    record("units.change", by=by, on=unit, path=unit.path, fields=sorted(changed))
    return unit


def _refuse_kind(unit: Unit) -> None:
    stored = _fresh(unit)
    if Kind.ROOT in (unit.kind, stored.kind) or Kind.COMMUNITY in (unit.kind, stored.kind):
        raise DomainError(_("An installation or a community stays what it is: add a new unit instead."))
    refuse_parent(unit.kind, unit.parent)
    if Unit.objects.filter(parent=unit, kind__lte=unit.kind).exists():
        raise DomainError(_("Units of that kind or a higher one lie below %(unit)s.") % {"unit": unit})


def _refuse_code_change(unit: Unit) -> None:
    if unit.kind > Kind.COMMUNITY:
        refuse_code(unit.code, unit.kind, unit.community)
    elif unit.kind == Kind.COMMUNITY:
        below = Unit.objects.below(unit, itself=False).exclude(code=None)
        if below.exclude(code__startswith=unit.code or "-").exists():
            raise DomainError(_("Grids below carry codes of the old number: clear theirs first."))


@transaction.atomic
def move_unit(
    *, unit: Unit, parent: Unit, by: User | None, follow: Iterable[Callable[[str, str], None]]
) -> Unit:
    """Give `unit` another parent, with everything below it. `follow`: steps of other rooms, `step(old_path, new_path)`.

    Moving to where it already is changes nothing. Raises DomainError for a parent that does not fit.
    """
    _lock_tree()
    unit, parent = _fresh(unit), _fresh(parent)
    if unit.parent_id == parent.pk:
        return unit
    refuse_move(unit, parent)
    old_path = unit.path
    unit.parent = parent
    unit.save(update_fields=["parent"])
    unit.refresh_from_db()
    for step in follow:
        step(old_path, unit.path)
    record("units.move", by=by, on=unit, path=unit.path, old_path=old_path)
    return unit


def refuse_move(unit: Unit, parent: Unit) -> None:
    """Raise DomainError unless `unit` may be moved below `parent`."""
    if unit.kind == Kind.ROOT:
        raise DomainError(_("The installation cannot be moved."))
    if unit.closed_at:
        raise DomainError(_("%(unit)s is closed. Reopen it before you move it.") % {"unit": unit})
    if parent.is_at_or_below(unit):
        raise DomainError(_("A unit cannot be moved below itself."))
    refuse_parent(unit.kind, parent)
    _refuse_name(unit.name, parent, but=unit.pk)
    if unit.kind > Kind.COMMUNITY:
        community = parent.community
        if community is None:
            raise DomainError(_("What lies in a community stays in a community."))
        coded = Unit.objects.below(unit).exclude(code=None)
        if coded.exclude(code__startswith=community.code or "-").exists():
            raise DomainError(
                _(
                    "Its official codes are those of the old community. Clear them, move it, then enter the new ones."
                )
            )


@transaction.atomic
def close_unit(*, unit: Unit, by: User | None, checks: Iterable[Callable[[Unit], None]]) -> Unit:
    """Close a unit in which nothing lives any more; `checks` are those of all rooms. A second time changes nothing.

    Raises DomainError naming all that still lives there.
    """
    _lock_tree()
    unit = _fresh(unit)
    if unit.closed_at:
        return unit
    reasons = reasons_against_closing(unit, checks)
    if reasons:
        raise DomainError(_("%(unit)s cannot be closed.") % {"unit": unit} + " " + " ".join(reasons))
    unit.closed_at, unit.closed_by = timezone.now(), by
    unit.save(update_fields=["closed_at", "closed_by"])
    record("units.close", by=by, on=unit, path=unit.path)
    return unit


def reasons_against_closing(unit: Unit, checks: Iterable[Callable[[Unit], None]]) -> list[str]:
    """One sentence from every room in which something still lives there."""
    reasons = []
    for check in checks:
        try:
            check(unit)
        except DomainError as refusal:
            reasons.append(str(refusal))
    return reasons


def refuse_closing_over_units(unit: Unit) -> None:
    if unit.kind == Kind.ROOT:
        raise DomainError(_("The installation cannot be closed."))
    n = Unit.objects.living().filter(parent=unit).count()
    if n:
        words = ngettext("%(n)s unit lies below it.", "%(n)s units lie below it.", n)
        raise DomainError(words % {"n": n})


def refuse_closing_with_posts(unit: Unit) -> None:
    n = Post.objects.current_or_future().within(unit).count()
    if n:
        words = ngettext("%(n)s post there has not ended.", "%(n)s posts there have not ended.", n)
        raise DomainError(words % {"n": n})


def refuse_closing_with_organisations(unit: Unit) -> None:
    n = Organisation.objects.living().within(unit).count()
    if n:
        words = ngettext("%(n)s organisation is there.", "%(n)s organisations are there.", n)
        raise DomainError(words % {"n": n})


@transaction.atomic
def reopen_unit(*, unit: Unit, by: User | None) -> Unit:
    """Raises DomainError when the parent is closed or the name is taken by now."""
    _lock_tree()
    unit = Unit.objects.select_related("parent").get(pk=unit.pk)
    if not unit.closed_at:
        return unit
    if unit.parent.closed_at:
        raise DomainError(_("%(unit)s is closed too. Reopen it first.") % {"unit": unit.parent})
    _refuse_name(unit.name, unit.parent, but=unit.pk)
    unit.closed_at = unit.closed_by = None
    unit.save(update_fields=["closed_at", "closed_by"])
    record("units.reopen", by=by, on=unit, path=unit.path)
    return unit
