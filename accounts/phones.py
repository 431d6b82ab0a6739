"""Mobile numbers: one normal form, `+8615400000001`, and how they are shown."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MOBILE = re.compile(r"1[3-9]\d{9}")
COUNTRY = "+86"


def find_mobile(text: str) -> str | None:
    """The normal form of a mainland mobile number however it is typed, or None (domain/china.md §3.2)."""
    plain = re.sub(r"[\s\-‐–—()]", "", unicodedata.normalize("NFKC", text or ""))
    for prefix in ("+86", "0086"):
        plain = plain.removeprefix(prefix)
    if len(plain) == 13 and plain.startswith("86"):
        plain = plain[2:]
    return COUNTRY + plain if plain.isascii() and MOBILE.fullmatch(plain) else None


def mobile(text: str) -> str:
    """As `find_mobile`. Raises ValidationError for anything else."""
    found = find_mobile(text)
    if found is None:
        raise ValidationError(_("Enter a mobile number of 11 digits."), code="invalid_phone")
    return found


def national(phone: str) -> str:
    """The 11 digits people know."""
    return phone.removeprefix(COUNTRY)


def masked(phone: str) -> str:
    digits = national(phone)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) == 11 else ""
