"""Pick-up codes: short, read out over a counter, without letters and digits that look or sound alike."""

import re
import secrets

LETTERS = "ACEFHJKLMNPRTUVWXY3479"  # none of 0OQD 1I 2Z 5S 6G 8B
LONG = 6
_CODE = re.compile(rf"[{LETTERS}]{{{LONG}}}")


def new_code() -> str:
    return "".join(secrets.choice(LETTERS) for _place in range(LONG))


def read(typed: str) -> str:
    """The code in what was typed, read out or scanned (`k7m 3px`, or the whole address of the picture); empty if none."""
    last = typed.strip().rstrip("/").rsplit("/", 1)[-1]
    code = "".join(sign for sign in last.upper() if sign.isalnum())
    return code if _CODE.fullmatch(code) else ""
