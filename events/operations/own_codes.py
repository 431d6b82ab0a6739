"""A person's own check-in code: made when it is first asked for, and made anew when it is lost."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from accounts.operations import record
from residents.models import Resident

from ..codes import new_number
from ..models import DoorCode

TRIES = 8


def code_of(*, resident: Resident, by: User) -> DoorCode:
    """The code of `resident`; the same one for everybody who asks."""
    for _try in range(TRIES):
        try:
            with transaction.atomic():
                code, is_new = DoorCode.objects.get_or_create(
                    resident=resident, defaults={"number": new_number(), "changed_by": by}
                )
                if is_new:
                    record("events.make_code", by=by, on=code, path=resident.path)
                return code
        except IntegrityError:  # somebody else has this number
            continue
    raise RuntimeError("no free number for a check-in code")


@transaction.atomic
def renew_code(*, resident: Resident, by: User) -> DoorCode:
    """From now on another number and another picture; every older one is void."""
    code = code_of(resident=resident, by=by)
    DoorCode.objects.filter(pk=code.pk).update(
        version=F("version") + 1, number=_free_number(), changed_at=timezone.now(), changed_by=by
    )
    record("events.renew_code", by=by, on=code, path=resident.path)
    code.refresh_from_db()
    return code


def _free_number() -> str:
    number = new_number()
    while DoorCode.objects.filter(number=number).exists():
        number = new_number()
    return number
