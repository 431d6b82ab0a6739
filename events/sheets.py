"""What is written at the lines of a sign-in sheet, and reading it back: `1 2 5-9 12K`."""

import re

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

LETTERS = "ABCDEFGHJKLMNPQRTUVWXY"  # none that looks like a digit or another letter
MOST = 2000  # the highest number a sheet can have
# As Chinese keyboards write dashes (and the word for "to"), commas and digits.
_DASHES = (0xFF0D, 0x2014, 0x2013, 0x7E, 0xFF5E, 0x81F3)
_COMMAS = (0xFF0C, 0x3001, 0xFF1B, 0x3B, 0x3002, 0x2C)
_SIGNS = dict.fromkeys(_DASHES, "-") | dict.fromkeys(_COMMAS, " ")
_ASCII = {0xFF10 + digit: str(digit) for digit in range(10)}
_PART = re.compile(r"(\d{1,4})([A-Z]?)(?:-(\d{1,4})([A-Z]?))?")


def check_letter(session, number: int) -> str:
    """Differs from session to session, so that a sheet of another day is noticed."""
    digest = salted_hmac("events.sheet", f"{session.pk}-{number}").digest()
    return LETTERS[digest[0] % len(LETTERS)]


def code_of(session, number: int) -> str:
    return f"{number}{check_letter(session, number)}"


def read(text: str, session) -> tuple[set[int], list[str]]:
    """The numbers in `text`, and a sentence for every part that is none."""
    numbers, unknown = set(), []
    text = text.translate(_ASCII).translate(_SIGNS).upper()
    for part in re.sub(r"\s*-\s*", "-", text).split():
        try:
            numbers |= _numbers(part, session)
        except ValueError as error:
            unknown.append(str(error))
    return numbers, unknown


def _numbers(part: str, session) -> set[int]:
    found = _PART.fullmatch(part)
    if not found:
        raise ValueError(_("“%(part)s” is no line: write 7, 7K or 5-9.") % {"part": part[:20]})
    first, letter, last, last_letter = found.groups()
    first, last = int(first), int(last or first)
    for number, given in ((first, letter), (last, last_letter)):
        if given and given != check_letter(session, number):
            raise ValueError(
                _("“%(part)s” does not belong to this sheet. Is it the sheet of another session?")
                % {"part": part[:20]}
            )
    if not 0 < first <= last <= MOST:
        raise ValueError(_("“%(part)s” is no line: write 7, 7K or 5-9.") % {"part": part[:20]})
    return set(range(first, last + 1))
