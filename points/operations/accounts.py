"""Accounts are opened when they are first needed; two rows of one human become one account."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.models import Unit
from config.errors import DomainError
from residents.models import Resident

from ..models import Account, Freeze, Kind, Owed
from .posting import Entry, locked, post


def open_books(community: Unit) -> None:
    """The three counter-accounts of a community. Asking again changes nothing."""
    kinds = [kind for kind in Account.Kind.values if kind != Account.Kind.HOLDER]
    Account.objects.bulk_create(
        [Account(community=community, kind=kind) for kind in kinds], ignore_conflicts=True
    )


def accounts_of(residents: Iterable[int], *, community: Unit) -> dict[int, int]:
    """Resident id → account id, opened where there was none. `residents` are ids of rows of `community`."""
    wanted = sorted(set(residents))
    found = _found(wanted)
    missing = [pk for pk in wanted if pk not in found]
    if missing:
        open_books(community)
        theirs = Resident.objects.filter(pk__in=missing, community=community).order_by("pk")
        Account.objects.bulk_create(
            [Account(community=community, resident_id=pk) for pk in theirs.values_list("pk", flat=True)],
            ignore_conflicts=True,
        )
        found = _found(wanted)
    return found


def _found(residents: list[int]) -> dict[int, int]:
    return dict(Account.objects.filter(resident__in=residents).values_list("resident", "pk"))


def account_of(resident: Resident) -> Account:
    """Raises DomainError for a row that has left the register."""
    pk = accounts_of([resident.pk], community=resident.community).get(resident.pk)
    if pk is None:
        raise DomainError(_("This person is not in the register of the community."))
    return Account.objects.get(pk=pk)


@transaction.atomic
def follow_merge(*, source: Resident, target: Resident, by: User) -> None:
    """What `source` held, `target` holds, and what pauses redeeming goes along. Raises DomainError while a reservation
    waits: hand over or cancel first."""
    Freeze.objects.filter(resident=source).update(resident=target)
    old = Account.objects.filter(resident=source).first()
    if old is None:
        return
    if not Account.objects.filter(resident=target).exists():
        Account.objects.filter(pk=old.pk).update(resident=target)
        record("points.follow_merge", by=by, on=old, path=target.path)
        return
    new = account_of(target)
    accounts = locked([old.pk, new.pk])
    old = accounts[old.pk]
    if old.reserved:
        raise DomainError(
            _("Points of this person are reserved for an order. Hand it over or cancel it first.")
        )
    if old.posted:
        today = timezone.localdate()
        cause = f"points.account:{old.pk}"
        post(
            [
                Entry(old.pk, Kind.CARRY_OUT, old.posted, f"carry_out:{old.pk}:{new.pk}", today, cause=cause),
                Entry(new.pk, Kind.CARRY_IN, old.posted, f"carry_in:{old.pk}:{new.pk}", today, cause=cause),
            ],
            community=source.community,
            by=by,
        )
    if old.owed:
        Owed.objects.filter(account=old).update(account=new)
        Account.objects.filter(pk=new.pk).update(owed=accounts[new.pk].owed + old.owed)
        Account.objects.filter(pk=old.pk).update(owed=0)
    record("points.follow_merge", by=by, on=old, path=target.path)
