"""Mandates: recorded by staff from a paper, taken back by whoever gave them."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError

from ..models import Mandate, Resident
from .changes import locked, words

LONGEST = timedelta(days=3 * 366)  # a mandate is asked for again after three years


@transaction.atomic
def record_mandate(
    *, principal: Resident, holder: User, starts_on: date, ends_on: date, paper: str, by: User
) -> Mandate:
    """From now on `holder` may sign `principal` up for events and order for them. The same paper again gives the mandate that stands.

    Raises DomainError when it makes no sense, stands already, or is recorded by whoever would hold it.
    """
    principal = locked(principal)
    if principal.left_on is not None:
        raise DomainError(_("This person has left the register."))
    if not holder.is_active:
        raise DomainError(_("This account is deactivated."))
    if holder.pk == by.pk:
        raise DomainError(_("Whoever holds a mandate does not record it: please ask a colleague."))
    if principal.user_id == holder.pk:
        raise DomainError(_("This is the account of the person."))
    if ends_on < starts_on or ends_on < timezone.localdate():
        raise DomainError(_("The mandate would be over already."))
    if ends_on - starts_on > LONGEST:
        raise DomainError(_("A mandate is given for three years at the most."))
    for standing in principal.mandates.not_over().filter(holder=holder):
        if (standing.starts_on, standing.ends_on, standing.paper) == (starts_on, ends_on, words(paper)):
            return standing
        raise DomainError(_("This account has a mandate of this person already. Take that back first."))
    made = Mandate.objects.create(
        principal=principal,
        holder=holder,
        starts_on=starts_on,
        ends_on=ends_on,
        paper=words(paper),
        made_by=by,
    )
    record("mandates.record", by=by, on=made, path=principal.path)
    return made


@transaction.atomic
def withdraw_mandate(*, mandate: Mandate, by: User, reason: str = "") -> Mandate:
    """It ends now. What was signed up stays. Again: nothing changes."""
    principal = locked(mandate.principal)  # nobody is signed up by it at this moment
    stored = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
    if stored.withdrawn_at is None:
        stored.withdrawn_at, stored.withdrawn_by, stored.reason = timezone.now(), by, words(reason)
        stored.save(update_fields=["withdrawn_at", "withdrawn_by", "reason"])
        record("mandates.withdraw", by=by, on=stored, path=principal.path)
    return stored


def mandate_of(user: User, principal: Resident) -> Mandate | None:
    """The one by which `user` may act for `principal` today."""
    return Mandate.objects.current().filter(holder=user, principal=principal).first()


def move_mandates(source: Resident, target: Resident) -> None:
    """Two rows of one human have become one."""
    Mandate.objects.filter(principal=source).update(principal=target)
