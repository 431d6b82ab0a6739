"""The two codes of the door, signed: a person's own, and the one on the wall that changes every half minute.

Both are addresses that any scanner opens. What they hold is no secret: a row, its version, until when; the signature
keeps anybody from making one. `config.qr` draws them; operations read them here.
"""

import secrets
from datetime import timedelta

from django.core.signing import BadSignature, Signer
from django.utils import timezone
from django.utils.translation import gettext as _

from config import qr
from config.errors import DomainError

from .models import DoorCode, Session

_own = Signer(salt="events.own_code", sep=".")
_wall = Signer(salt="events.wall_code", sep=".")

ON_A_PHONE = timedelta(days=1)  # made anew each time the page is opened
ON_A_CARD = timedelta(days=3 * 365)  # until it is lost
SLOT = 30  # seconds a wall code is shown
OLDEST = 1  # slots ago: a code counts for half a minute to a minute
picture = qr.picture


def new_number(given: int | None = None) -> str:
    """Seven digits nobody can guess the next of, and the check digit of bank cards (ISO/IEC 7812-1)."""
    digits = f"{secrets.randbelow(10**7) if given is None else given:07d}"
    return digits + str(_check_digit(digits))


def _check_digit(digits: str) -> int:
    doubled = [int(d) * 2 if place % 2 == 0 else int(d) for place, d in enumerate(reversed(digits))]
    return -sum(n - 9 if n > 9 else n for n in doubled) % 10


def is_number(text: str) -> bool:
    """Whether this can be the number of somebody's code (`1234 5678`): one mistyped digit cannot."""
    digits = text.replace(" ", "").replace("-", "")
    return (
        len(digits) == 8
        and digits.isascii()
        and digits.isdecimal()
        and _check_digit(digits[:-1]) == int(digits[-1])
    )


def sign_own(code: DoorCode, valid: timedelta = ON_A_PHONE) -> str:
    until = int((timezone.now() + valid).timestamp()) // 3600
    return _own.sign(f"{code.pk}-{code.version}-{until}")


def read_own(signed: str) -> DoorCode:
    """Whose code it is. Raises DomainError: not one of ours, out of date, or replaced by a newer one."""
    try:
        pk, version, until = (int(part) for part in _own.unsign(signed).split("-"))
    except (BadSignature, ValueError):
        raise DomainError(_("This is not a check-in code of ours.")) from None
    if timezone.now().timestamp() // 3600 > until:
        raise DomainError(_("This code is out of date. Please open “My check-in code” again."))
    code = DoorCode.objects.filter(pk=pk).select_related("resident__community", "resident__unit").first()
    if code is None or not code.resident.is_living:
        raise DomainError(_("This is not a check-in code of ours."))
    if code.version != version:
        raise DomainError(_("This code was replaced by a newer one."))
    return code


def sign_wall(session: Session, now=None) -> str:
    return _wall.sign(f"{session.pk}-{_slot(now)}")


def seconds_left(now=None) -> int:
    """Until the next wall code."""
    return SLOT - int((now or timezone.now()).timestamp()) % SLOT


def read_wall(signed: str, now=None) -> int:
    """The session's id. Raises DomainError when it is none of ours or older than a minute."""
    try:
        session, slot = (int(part) for part in _wall.unsign(signed).split("-"))
    except (BadSignature, ValueError):
        raise DomainError(_("This is not a check-in code of ours.")) from None
    if not 0 <= _slot(now) - slot <= OLDEST:
        raise DomainError(
            _("This code is too old: it changes every half minute. Please scan the screen again.")
        )
    return session


def _slot(now=None) -> int:
    return int((now or timezone.now()).timestamp()) // SLOT
