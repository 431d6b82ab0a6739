"""Which person of the register an account is."""

from importlib import import_module

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.models import Unit
from config.errors import DomainError

from ..models import Claim, NameGram, ResidenceState, Resident
from .changes import change, locked
from .mandates import move_mandates
from .people import add_resident, change_resident


def known_as(user: User, community: Unit) -> Resident | None:
    """The living row of `user` in `community`, or None; writes nothing."""
    return Resident.objects.of(user).filter(community=community).first()


def _matches(user: User):
    """Rows without an account that have the verified phone and the very name of `user`."""
    if not user.phone or not user.phone_verified_at:
        return Resident.objects.none()
    return Resident.objects.population().with_phone(user.phone).filter(name=user.name, user=None)


@transaction.atomic
def person_for(user: User, community: Unit) -> Resident:
    """The person `user` is in `community`: the row already linked; else the one living row with the same verified
    phone and name, linked now; else a new row `unconfirmed`, which may join open events.

    Two clicks at once end in the same row.
    """
    if known := known_as(user, community):
        return known
    found = list(_matches(user).filter(community=community)[:2])
    same_phone = (
        Resident.objects.population().with_phone(user.phone).filter(community=community, name=user.name)
    )
    try:
        with transaction.atomic():
            if len(found) == 1 and same_phone.count() == 1:
                return link(resident=found[0], user=user, by=user)
            return add_resident(
                community=community, unit=community, name=user.name, state=ResidenceState.UNCONFIRMED,
                phone=user.phone if user.phone_verified_at else "", user=user, by=user,
            )  # fmt: skip
    except IntegrityError:  # the other click was faster
        return Resident.objects.of(user).get(community=community)


@transaction.atomic
def link_by_phone(*, user: User) -> Resident | None:
    """Link an account whose phone was just verified when exactly one living row anywhere has its phone and name."""
    found = list(_matches(user)[:2])
    if len(found) != 1 or Resident.objects.of(user).exists():
        return None
    return link(resident=found[0], user=user, by=user)


@transaction.atomic
def link(*, resident: Resident, user: User, by: User) -> Resident:
    """`user` is `resident`. An unconfirmed row the account had in this community goes into it.

    Raises DomainError when the person has another account or the account is another person.
    """
    living = Resident.objects.select_for_update().order_by("pk")
    rows = list(
        living.filter(pk=resident.pk)
        | living.filter(user=user, community=resident.community_id, left_on=None)
    )
    row = next(found for found in rows if found.pk == resident.pk)
    others = [found for found in rows if found.pk != resident.pk]
    if row.left_on is not None:
        raise DomainError(_("This person has left the register."))
    if row.user_id == user.pk:
        return row
    if row.user_id is not None:
        raise DomainError(_("This person already has another account."))
    for other in others:
        if other.state != ResidenceState.UNCONFIRMED:
            raise DomainError(_("This account already belongs to another person of the community."))
        merge(source=other, target=row, by=by)
        row = locked(row)
    values: dict[str, object] = {"user": user}
    if not row.phone and user.phone and user.phone_verified_at:
        values["phone"] = user.phone
    try:
        with transaction.atomic():
            change(row, values, by=by)
    except IntegrityError as error:  # the account became somebody else's a moment ago
        raise DomainError(_("This account already belongs to another person of the community.")) from error
    record("residents.link", by=by, on=row, path=row.path, account=user.pk)
    return row


def number_of_account(resident: Resident) -> str:
    """The number proven in the person's account when the register has another one or none; else empty."""
    user = resident.user
    if user is None or not user.phone_verified_at or user.phone_lost_at or user.phone == resident.phone:
        return ""
    return user.phone


@transaction.atomic
def take_account_number(*, resident: Resident, version: int, by: User) -> Resident:
    """The number proven in the account becomes that of the register; a second time changes nothing.

    Never by itself: an elder's account may be read by a child whose number is not the one to call.
    """
    row = locked(resident)
    number = number_of_account(row)
    if not number:
        return row
    why = _("The number proven in the account")
    return change_resident(resident=row, by=by, why=why, version=version, phone=number)


def merge_steps() -> list:
    """What other rooms do when a person is merged: `step(source=…, target=…, by=…)`, in order."""
    return getattr(import_module("portal.wiring"), "MERGE", [])


def said_after_leaving(resident: Resident) -> list[str]:
    """What becomes of what other rooms keep of somebody who died or moved away, a sentence each."""
    steps = getattr(import_module("portal.wiring"), "SAID_AFTER_LEAVING", [])
    return [*getattr(resident, "said_of", []), *(said for step in steps if (said := step(resident)))]


@transaction.atomic
def merge(*, source: Resident, target: Resident, by: User) -> Resident:
    """Two rows are one human: everything of `source` goes to `target`, and `source` stays as an empty husk.

    Nothing merges into itself, into another community, or into a row that has left.
    """
    if source.pk == target.pk or source.community_id != target.community_id:
        raise DomainError(_("Only two rows of the same community can be merged."))
    rows = {
        row.pk: row
        for row in Resident.objects.select_for_update().filter(pk__in=[source.pk, target.pk]).order_by("pk")
    }
    source, target = rows[source.pk], rows[target.pk]
    if source.left_on or target.left_on:
        raise DomainError(_("This person has left the register."))
    if source.household_id:
        raise DomainError(_("Take the person out of the household first."))
    for step in merge_steps():
        step(source=source, target=target, by=by)
    NameGram.objects.filter(resident=source).delete()
    Claim.objects.filter(resident=source).update(resident=target)
    move_mandates(source, target)
    end = {
        "user": None,
        "left_on": timezone.localdate(),
        "left_why": Resident.Left.MERGED,
        "merged_into": target,
    }
    change(source, end, by=by)
    record("residents.merge", by=by, on=source, path=source.path, into=target.pk)
    return target
