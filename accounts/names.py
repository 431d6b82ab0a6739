"""People's names as typed into a form."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

USERNAME = re.compile(r"[a-z][-_.a-z0-9]{2,29}")


def clean_username(text: str) -> str:
    """A user name of staff, in small letters. Raises ValidationError for anything that is none."""
    name = text.strip().lower()
    if not USERNAME.fullmatch(name):
        raise ValidationError(
            _("3 to 30 small letters and digits, beginning with a letter."), code="invalid_username"
        )
    return name


def clean_name(text: str) -> str:
    """One line without invisible characters and digits. Rare characters and `·` are welcome.

    Raises ValidationError for what no name holds.
    """
    visible = "".join(char for char in text if unicodedata.category(char) not in {"Cf", "Cc"})
    name = re.sub(r"\s+", " ", visible).strip().replace("•", "·").replace("‧", "·")
    kinds = {unicodedata.category(char)[0] for char in name}
    if not name or not kinds <= set("LMPZ") or "L" not in kinds or re.search(r"[<>@#/\\]", name):
        raise ValidationError(_("Enter a name of letters or characters."), code="invalid_name")
    return name
