"""Redemption paused by a rule of conduct, for as many months as its version says, and lifted with the deduction."""

from calendar import monthrange
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError
from residents.models import Resident

from ..models import Freeze
from .accounts import account_of
from .posting import KeyReused, locked


def months_after(day: date, months: int) -> date:
    """The last day of so many months that begin the day after `day`: the day of that number, or the month's last
    (Civil Code, Art. 201 and 202)."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@transaction.atomic
def freeze(*, resident: Resident, months: int, cause: str, by: User | None) -> Freeze:
    """From today `resident` redeems nothing for `months`. The same cause again gives the same row.

    What is reserved stays and may be fetched, and earning goes on. Points expire on their day as always: a pause makes
    none good for longer. Raises DomainError unless a person decides it; KeyReused when the cause is somebody else's.
    """
    if by is None:
        raise DomainError(_("A deduction is decided by people, never by the portal alone."))
    locked([account_of(resident).pk])  # whoever orders at this moment comes before or after
    if there := Freeze.objects.filter(cause=cause).first():
        if there.resident_id != resident.pk:
            raise KeyReused([cause])
        return there
    today = timezone.localdate()
    made = Freeze.objects.create(
        resident=resident,
        community=resident.community,
        since=today,
        until=months_after(today, months),
        cause=cause,
        made_by=by,
    )
    record("points.freeze", by=by, on=made, path=resident.path, months=months, cause=cause)
    return made


@transaction.atomic
def lift_freeze(*, cause: str, reason: str, by: User) -> Freeze | None:
    """What paused for `cause` was wrong: redeeming is open again at once. Again changes nothing; None where nothing was
    paused for it."""
    row = Freeze.objects.select_for_update(of=["self"]).filter(cause=cause).first()
    if row is None or row.lifted_at:
        return row
    if not reason.strip():
        raise DomainError(_("Please say why: the resident reads it."))
    row.lifted_at, row.lifted_by, row.reason = timezone.now(), by, reason
    row.save(update_fields=["lifted_at", "lifted_by", "reason"])
    record("points.lift_freeze", by=by, on=row, path=row.resident.path, cause=cause)
    return row


def freeze_of(resident: int, day: date | None = None) -> Freeze | None:
    """What pauses redeeming for the row `resident` on `day` (today); of several the one that lasts longest."""
    return Freeze.objects.standing(day).filter(resident=resident).order_by("-until").first()


def refuse_frozen(resident: int, day: date | None = None) -> None:
    """Raises DomainError while redeeming is paused for the row `resident`."""
    if row := freeze_of(resident, day):
        words = _("Redeeming is paused until %(day)s. The notice of the deduction says why.")
        raise DomainError(words % {"day": date_format(row.until)})
